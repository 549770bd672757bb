"""How writers wait: in turn on SQLite, and not for each other's disk on PostgreSQL.

SQLite has one write lock, and whoever finds it taken sleeps longer and longer, so a late writer starves while the others
take turns. Here writers of the office ask a lock file every half millisecond instead and reach the database one by one.

PostgreSQL keeps the row locks of a transaction until its commit is on disk, so all who draw on a licence would wait for
one sync after the other. A drawdown's commit frees them before (``draw_function``), and the *answer* waits for the sync,
which all who committed meanwhile share. Whoever is told yes reads it from disk after a crash: the log of the database is written in order, so the
sync behind one's own commit covers everything that one built upon. What a crash can take was told to nobody.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import OperationalError, connection

POLL_SECONDS: Final = 0.0005


@contextmanager
def turn() -> Iterator[None]:
    """Hold the place of the one writer of a SQLite file; the kernel frees it when a process dies. Elsewhere: nothing."""
    if connection.vendor != "sqlite" or connection.in_atomic_block or connection.is_in_memory_db():
        yield
        return
    deadline = time.monotonic() + connection.settings_dict["OPTIONS"].get("timeout", 5)
    place = os.open(f"{connection.settings_dict['NAME']}-turn", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        while not _taken(place):
            if time.monotonic() > deadline:
                raise OperationalError("database is locked")
            time.sleep(POLL_SECONDS)
        yield
    finally:
        os.close(place)


def _taken(place: int) -> bool:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def sync() -> None:
    """Return when everything that this connection committed is on disk."""
    with connection.cursor() as cursor:
        # An empty message to nobody: it commits synchronously, and with it all that lies before it in the log.
        cursor.execute("SELECT pg_logical_emit_message(true, 'lodemark', '')")
