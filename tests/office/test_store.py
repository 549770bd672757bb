"""The one writer of what counts: if these fail, an act is lost, doubled or rewritten."""

import json
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from lodemark import Reason, Refusal
from lodemark.custody.query import Query
from lodemark.ledger import Record, verify_dossier
from lodemark_office.acts.store import KeyReused
from lodemark_office.acts.write import Decided, write
from lodemark_office.store import log, models
from lodemark_office.store.database import DatabaseStore
from lodemark_office.stories.read import read_cast, read_story
from lodemark_office.stories.stage import play, stage
from tests.office.api_kit import SCENARIOS
from tests.office.conftest import AT


def noted(text: str, dossier: str = "note/1") -> Decided:
    return Decided([(dossier, [Record("note-made", AT.date(), {"text": text})])], {"text": text})


def test_a_command_is_written_once_and_answered_alike(store, order) -> None:
    """A sender that hears nothing sends again; counting twice would spend a licence twice."""
    first = write(store, order(), lambda: noted("a"))
    again = write(store, order(), lambda: pytest.fail("a replay must not meet today's state"))
    assert replace(again, replayed=False) == first and again.replayed
    assert [entry.record.facts["text"] for entry in store.entries("note/1")] == ["a"]


def test_the_same_key_with_other_content_is_refused(store, order) -> None:
    """Two different messages under one key mean that one of them would be lost in silence."""
    write(store, order(), lambda: noted("a"))
    with pytest.raises(KeyReused):
        write(store, order(content="other"), lambda: noted("b"))
    assert len(list(store.entries("note/1"))) == 1


def test_a_refusal_is_a_stored_answer_and_leaves_a_trace_where_asked(store, order) -> None:
    """A refused signature must be part of the file, and asking again must not change the answer."""
    refusal = Refusal((Reason("key-reused", "house/x", {"n": 1}), Reason("store-busy")))
    answer = write(store, order(), lambda: refusal, refused_to="note/1")
    assert answer.codes == ("key-reused", "store-busy") and not answer.done
    assert write(store, order(), lambda: noted("late")).codes == answer.codes
    assert [entry.record.kind for entry in store.entries("note/1")] == ["attempt-refused"]


def test_a_failure_half_way_leaves_nothing(store, order) -> None:
    """Half a decision is worse than none."""

    def crash() -> Decided:
        store.append([("note/1", [Record("note-made", AT.date())])], order(), "", "")
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic() if isinstance(store, DatabaseStore) else store.transaction():
        write(store, order(), crash)
    assert list(store.entries("note/1")) == []
    assert write(store, order(), lambda: noted("a")).written[0].number == 1


def test_numbers_run_on_and_the_chain_verifies(db, order) -> None:
    """What the database holds must be what a stranger recomputes."""
    store = DatabaseStore()
    for number in range(4):
        write(store, order(key=f"k{number}"), lambda number=number: noted(str(number)))
    rows = models.LedgerRecord.objects.filter(dossier="note/1").order_by("number")
    from lodemark.ledger import ChainedRecord

    links = [
        ChainedRecord(row.number, *(bytes(part) for part in (row.body, row.body_digest, row.prev_digest, row.chain_digest)))
        for row in rows
    ]
    report = verify_dossier("note/1", links)
    assert report.intact and report.count == 4


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE store_ledgerrecord SET kind = 'other'",
        "DELETE FROM store_ledgerrecord",
        "UPDATE store_commandanswer SET content = ''",
        "DELETE FROM store_treeleaf",
        "UPDATE store_treenode SET level = 9",
        "DELETE FROM store_signedcheckpoint",
        "INSERT OR REPLACE INTO store_ledgerrecord SELECT * FROM store_ledgerrecord",
        "TRUNCATE store_ledgerrecord",
    ],
)
def test_the_database_refuses_to_rewrite_what_counts(db, order, statement: str) -> None:
    """A slip at the database console must not be able to rewrite a file."""
    if ("OR REPLACE" in statement) != (connection.vendor == "sqlite") and (
        "OR REPLACE" in statement or "TRUNCATE" in statement
    ):
        statement = statement.replace("INSERT OR REPLACE INTO", "INSERT INTO").replace("TRUNCATE", "DELETE FROM")
    write(DatabaseStore(), order(), lambda: noted("a"))
    log.checkpoint(AT)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert models.LedgerRecord.objects.count() == 1


def test_receipts_prove_each_record_and_checkpoints_are_consistent(db, order) -> None:
    """Whoever holds a receipt is a witness; a log that could fork would make receipts worthless."""
    store = DatabaseStore()
    notes = []
    for number in range(5):
        write(store, order(key=f"k{number}"), lambda number=number: noted(str(number)))
        notes.append(log.checkpoint(AT))
    for number in range(1, 6):
        assert log.receipt("note/1", number).verify([log.log_key()]).size == 5
    assert log.checkpoint(AT) == notes[-1]
    with pytest.raises(log.NotYetLogged):
        write(store, order(key="late"), lambda: noted("late"))
        log.receipt("note/1", 6)


def test_events_stand_or_fall_with_the_records(store) -> None:
    """Events of a capture that was rolled back would be evidence that nobody can find a record of."""
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-03-02T01:00:00.000Z",
        "eventTimeZoneOffset": "+02:00",
        "action": "OBSERVE",
        "epcList": ["https://id.gs1.org/01/04012345000023/21/V"],
    }
    body = {"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "EPCISDocument"}
    told = {**body, "schemaVersion": "2.0", "creationDate": "2026-03-02T01:00:00Z", "epcisBody": {"eventList": [event]}}
    with pytest.raises(RuntimeError), store.transaction():
        assert store.journal().capture(json.dumps(told).encode(), party="beichen", recorded_at=AT).success
        raise RuntimeError
    assert store.journal().events(Query()).events == ()


def test_what_is_about_a_dossier_is_found_by_it(store) -> None:
    """Looked for in all dossiers, an office's ten-thousandth acceptance would cost ten thousand times its first."""
    cast = read_cast(SCENARIOS / "cast.toml")
    list(play(stage(store, cast), cast, read_story(SCENARIOS / "refused-and-appealed")))
    (application,), (case,), (appeal,) = (store.dossiers(noun) for noun in ("application", "case", "appeal"))
    assert store.about("case", application) == [case] and store.about("appeal", case) == [appeal]
    assert not store.about("case", case) and not store.about("licence", "")
