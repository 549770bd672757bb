"""The stores a run can be played on. Where real stores draw bytes that nobody can guess, all three have zeros here, so that
their histories can be compared byte for byte however often each of them drew."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

from lodemark import __version__
from lodemark_office.store.memory import MemoryStore
from tests.engines import postgres, sandbox

NAMES = ("model", "sqlite", "postgres")


@contextmanager
def database() -> Iterator[Any]:
    """The database of this process as a store that draws the bytes the model draws."""
    from lodemark_office.store import database as kept
    from lodemark_office.store import draw

    other = model()

    class Even(kept.DatabaseStore):
        def secret(self, name: str) -> bytes:
            return other.secret(name)

        def random_bytes(self, count: int) -> bytes:
            return bytes(count)

    with mock.patch.object(kept.secrets, "token_hex", lambda count: bytes(count).hex()):
        assert draw.secrets is kept.secrets
        yield Even()


class _Zeros(Random):
    def randbytes(self, n: int) -> bytes:
        return bytes(n)


def model() -> MemoryStore:
    """The model store, stamping records with the same version of the code as the databases."""
    store = MemoryStore(code=__version__)
    store._random = _Zeros()
    return store


@contextmanager
def opened(name: str) -> Iterator[Any]:
    """A store by name; a database is made for this run alone, in a temporary folder."""
    if name == "model":
        yield model()
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lodemark-simulation-")))
        if name == "postgres":
            os.environ["DATABASE_URL"] = stack.enter_context(postgres(folder)) or ""
        environment = stack.enter_context(sandbox(folder, "postgresql" if name == "postgres" else "sqlite"))
        os.environ.update(environment)
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        stack.callback(connection.close)
        yield stack.enter_context(database())
