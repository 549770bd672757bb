"""An office with stories in it. A set of stories is played once per run; who needs them gets the rows they left."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection, transaction

from lodemark_office.store import models
from lodemark_office.store.database import DatabaseStore
from lodemark_office.stories.read import Cast, read_cast, read_story
from lodemark_office.stories.stage import play, stage
from tests.office.api_kit import SCENARIOS

Rows = dict[str, list[tuple[Any, ...]]]


def lay_out(*stories: str) -> None:
    """Fill the empty database of this test with what these stories leave, played one after the other, and a log-in for everybody."""
    with connection.cursor() as cursor:
        for table, rows in _left_by(stories).items():
            places = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)


@cache
def _left_by(stories: tuple[str, ...]) -> Rows:
    before = _rows()
    with transaction.atomic():
        cast = read_cast(SCENARIOS / "cast.toml")
        office = stage(DatabaseStore(), cast)
        for name in stories:
            list(play(office, cast, read_story(SCENARIOS / name)))
        make_accounts(cast)
        after = _rows()
        transaction.set_rollback(True)
    return {table: rows for table, rows in after.items() if rows and not before[table]}


def _rows() -> Rows:
    """Of every table, Django's or not: the journal of events keeps its own."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {table}")
            found[table] = cursor.fetchall()
        return found


def make_accounts(cast: Cast) -> None:
    """One log-in per person of the cast."""
    for name, actor in cast.people.items():
        if not actor.is_system:
            account = models.Account.objects.create_user(name, None, person=actor.person)
            models.Membership.objects.create(account=account, party_id=actor.party, role=actor.role)
