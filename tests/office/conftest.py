"""Fixtures of the office: stores, orders, and people with hats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import override_settings

from lodemark.ledger import Actor
from lodemark_office.acts.store import Order, Store
from lodemark_office.doors.parts import acting
from lodemark_office.store.database import DatabaseStore
from lodemark_office.store.memory import MemoryStore
from tests.office.api_kit import Clock, Hand, QuickScrypt, cast_of_stories, people

AT = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
OFFICER = Actor("person-1", "office", "officer")
MakeOrder = Callable[..., Order]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What is made while a file is collected is made for nothing where all its tests are too long for this run."""
    return True if collection_path.name.endswith("_at_length.py") and config.option.markexpr == "not long" else None


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hundreds of accounts and log-ins, each at a thousandth of the work."""
    with override_settings(PASSWORD_HASHERS=[f"{QuickScrypt.__module__}.{QuickScrypt.__name__}"]):
        yield


# The mark stands on the parameter: the database is made before the run only for tests that are marked for it.
@pytest.fixture(params=["memory", pytest.param("database", marks=pytest.mark.django_db)])
def store(request: pytest.FixtureRequest) -> Store:
    """Every promise of a store is tested on the model and on the database of this run."""
    return MemoryStore() if request.param == "memory" else DatabaseStore()


@pytest.fixture
def order() -> MakeOrder:
    def make(key: str = "k1", scope: str = "note/1", content: object = "content") -> Order:
        return Order(key, scope, OFFICER, AT, content)

    return make


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of the office, as the test says."""
    return Clock(monkeypatch)


@pytest.fixture
def hands(db: None, clock: Clock) -> dict[str, Hand]:
    """Everybody of the stories, with a key."""
    cache.clear()
    acting._OFFICE.clear()  # another test's database is another office
    return people(cast_of_stories())
