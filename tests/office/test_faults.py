"""Sudden death, a full disk, messages sent again and out of order: what was acknowledged is there, once, and whole."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from lodemark.ledger import Actor, Record
from lodemark_office.acts.store import Busy, KeyReused, Order
from lodemark_office.acts.write import Decided, write
from lodemark_office.store.audit import audit
from lodemark_office.store.database import DatabaseStore
from tests.engines import sandbox
from tests.office.conftest import AT
from tests.office.test_race import prepare, run


@pytest.mark.parametrize("rounds", [20, pytest.param(100, marks=pytest.mark.long, id="long")])
def test_killed_processes_lose_nothing_they_acknowledged(tmp_path: Path, rounds: int) -> None:
    """Customs was told "booked"; if a crash can take that back, the same kilogram leaves twice."""
    with sandbox(tmp_path, connection.vendor) as environment:
        run(prepare(100_000), environment)
        seen = json.loads(run(None, environment, "-m", "tests.office.crash", "licence/L", str(rounds), "7"))
    assert seen["acknowledged"] > 5 * rounds
    assert seen["lost"] == [] and seen["found"] == [] and seen["sums"]


if connection.vendor == "sqlite":  # PostgreSQL's log is its own; R4 stops its server

    @pytest.mark.parametrize("cuts", [50, pytest.param(500, marks=pytest.mark.long, id="long")])
    def test_a_torn_tail_takes_nothing_that_was_acknowledged(tmp_path: Path, cuts: int) -> None:
        """A kill does not test what a power cut does: the last page half written, or rubbish behind what was synced."""
        with sandbox(tmp_path, connection.vendor) as environment:
            run(prepare(100_000), environment)
            seen = json.loads(run(None, environment, "-m", "tests.office.torn", "licence/L", str(cuts), "7"))
        assert seen["cuts"] == cuts and seen["torn"] > cuts // 4
        assert seen["lost"] == [] and seen["partial"] == [] and seen["found"] == []


def test_a_full_disk_refuses_in_plain_words_and_recovers(tmp_path: Path) -> None:
    """A disk that fills at night must cost nothing but the acts it could not take."""
    with sandbox(tmp_path, connection.vendor) as environment:
        run(prepare(), environment)
        seen = json.loads(run(FULL_DISK[connection.vendor], environment))
    assert "nothing was written" in seen["refused"] and seen["again"] and seen["found"] == []
    assert seen["entries"] == seen["written"] + 1


_COMMON = """
import django; django.setup()
import json
from django.db import connection
from lodemark.ledger import Record
from lodemark_office.acts.store import Busy, Order
from lodemark_office.acts.write import Decided, write
from lodemark_office.store.audit import audit
from lodemark_office.store.database import DatabaseStore
from tests.office.conftest import AT, OFFICER
store = DatabaseStore()
def one(n):
    record = Record("note-made", AT.date(), {"text": "x" * 20000, "n": n})
    return write(store, Order(f"k{n}", "note/1", OFFICER, AT, n), lambda: Decided([("note/1", [record])]))
one(0)
"""
_TELL = """
print(json.dumps({"written": written, "refused": refused, "again": again,
                  "entries": len(list(store.entries("note/1"))), "found": [one.code for one in audit().found]}))
"""
# SQLite: a page limit makes the file really full. PostgreSQL: the server's own error for a full disk, amid the writing.
FULL_DISK = {
    "sqlite": _COMMON
    + """
with connection.cursor() as cursor:
    cursor.execute("PRAGMA page_count"); pages = cursor.fetchone()[0]
    cursor.execute(f"PRAGMA max_page_count = {pages + 40}")
written, refused = 1, ""
for n in range(1, 60):
    try:
        one(n); written += 1
    except Busy as error:
        refused = error.explain(); break
with connection.cursor() as cursor:
    cursor.execute("PRAGMA max_page_count = 1000000")
again = one(n).done
"""
    + _TELL,
    "postgresql": _COMMON
    + """
written, refused = 1, ""
with connection.cursor() as cursor:
    cursor.execute(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$"
    )
    cursor.execute("CREATE TRIGGER full_disk BEFORE INSERT ON store_pendingleaf EXECUTE FUNCTION full_disk()")
try:
    one(1)
except Busy as error:
    refused = error.explain()
with connection.cursor() as cursor:
    cursor.execute("DROP TRIGGER full_disk ON store_pendingleaf")
again = one(1).done
"""
    + _TELL,
}


def test_messages_in_any_order_and_number_count_once(store) -> None:
    """A queue that delivers at least once and in any order is the normal case, not the fault."""
    chance = random.Random(11)
    actor = Actor("person-1", "office", "officer")
    keys = [f"k{number}" for number in range(60)]
    messages = keys * 3 + chance.sample(keys, 30)
    chance.shuffle(messages)
    first: dict[str, object] = {}
    for place, key in enumerate(messages):
        record = Record("note-made", AT.date(), {"key": key})
        at = AT + timedelta(seconds=place)
        answer = write(store, Order(key, "note/1", actor, at, key), lambda record=record: Decided([("note/1", [record])]))
        told = (answer.status, answer.written)
        assert first.setdefault(key, told) == told
        if place % 7 == 0:
            with pytest.raises(KeyReused):
                write(store, Order(key, "note/1", actor, at, "another content"), lambda: pytest.fail("never decided"))
    assert sorted(str(entry.record.facts["key"]) for entry in store.entries("note/1")) == sorted(keys)


def test_a_lost_connection_is_told_as_busy(db, order) -> None:
    """A driver error must not reach a customs officer as a stack trace."""
    from django.db import OperationalError

    store = DatabaseStore()
    with pytest.raises(Busy) as caught:
        write(store, order(), _raise(OperationalError("server closed the connection unexpectedly")))
    assert caught.value.kind == "storage"
    assert audit().whole


def _raise(error: Exception):  # type: ignore[no-untyped-def]
    def decide() -> Decided:
        raise error

    return decide
