"""An office with stories in it for the door tests of one file; each test's own acts are rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from lodemark_office.doors.parts import acting
from lodemark_office.store import models
from tests.office.api_kit import Clock
from tests.office.doors.demonstration import STORIES, Told
from tests.office.told import lay_out


@pytest.fixture(scope="module")
def told_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Told]:
    """The stories, for the tests of a file; taken back when its last test is over."""
    with django_db_blocker.unblock(), transaction.atomic():
        lay_out(*STORIES)
        rows = models.Summary.objects.order_by("-dossier")
        yield Told({row.noun: row.dossier for row in rows})
        transaction.set_rollback(True)


@pytest.fixture
def told(told_once: Told, db: None, clock: Clock) -> Told:
    """The office of this test, a week after the stories: what it does is rolled back, so nothing folded may be remembered."""
    clock("2026-11-02")
    acting._OFFICE.clear()
    cache.clear()
    return told_once
