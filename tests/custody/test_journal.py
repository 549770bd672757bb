"""The journal: nothing is lost, nothing is counted twice, and any past day can be asked."""

import hashlib
import itertools
import json
import sqlite3
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.custody import Journal, build, captured_record, fact_of, job_body, jobs, read
from lodemark.custody.binding import event_answer
from lodemark.custody.convert import convert
from lodemark.custody.interpret import interpret
from lodemark.custody.job import error_csv
from lodemark.custody.prehash import event_hash
from lodemark.custody.status import Successions
from lodemark.custody.trouble import CaptureConflict, NotInJournal
from lodemark.custody.write_off import check_write_offs
from tests.custody.make import MINE, NOW, OTHER, SITE, crate, document, event, kg, made, process, serial
from tests.custody.test_genealogy import STORY

DAY = timedelta(days=1)
FIRST = {**made("A", 100), "eventID": "urn:uuid:one"}
FIXED = {**made("A", 90), "eventID": "urn:uuid:two"}
WRONG = {
    **FIRST,
    "errorDeclaration": {
        "declarationTime": "2026-04-01T00:00:00Z",
        "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:two"],
    },
}
NEVER = {**FIRST, "errorDeclaration": {"declarationTime": "2026-04-01T00:00:00Z", "reason": "did_not_occur"}}


@pytest.fixture
def journal():
    return Journal.open(":memory:")


def capture(journal, *events, day=0, party=MINE, **more):
    return journal.capture(document(*events), party=party, recorded_at=NOW + day * DAY, **more)


def test_a_copy_in_another_spelling_is_a_duplicate(journal):
    """Counted twice, one shipment would use up two licences."""
    capture(journal, {**made("A", 1), "eventID": "urn:uuid:a"})
    again = {
        **made("urn:epc:class:lgtin:4012345.012345.A", 1.0),
        "eventID": "urn:uuid:b",
        "bizStep": "cbv:BizStep-commissioning",
    }
    job = capture(journal, again, day=1)
    assert (job.captured, job.duplicate) == (0, 1)
    assert [s.event_id for s in journal.event("urn:uuid:b")] == ["urn:uuid:a"]
    with pytest.raises(NotInJournal):
        journal.event("urn:uuid:b", known_at=NOW)


def test_the_same_event_twice_in_one_document_counts_once(journal):
    """A careless export writes rows twice."""
    job = capture(journal, made("A", 1), made("A", 1))
    assert (job.captured, job.duplicate) == (1, 1)


def test_rollback_keeps_all_or_nothing_and_loses_no_byte(journal):
    """Half a document in the journal would be half a truth; the refused bytes are the sender's evidence."""
    job = capture(journal, made("A", 1), event(action="CREATE"))
    assert (job.success, job.captured, job.refused) == (False, 0, 2)
    assert journal.store.number("SELECT COUNT(*) FROM custody_event") == 0
    kept = journal.store.one("SELECT bytes, report FROM custody_quarantine")
    assert kept[0] == document(made("A", 1), event(action="CREATE"))
    assert json.loads(kept[1])[0]["rule"] == "S-ENUM"


def test_proceed_keeps_the_good_and_quarantines_the_bad(journal):
    """One typing error in five hundred lines must not hold back the other lines."""
    job = capture(journal, made("A", 1), event(action="CREATE"), made("B", 1), behaviour="proceed")
    assert (job.success, job.captured, job.refused) == (True, 2, 1)
    assert journal.store.rows("SELECT idx FROM custody_quarantine") == [(1,)]
    assert job_body(job)["counts"] == {"captured": 2, "duplicate": 0, "refused": 1}


def test_unreadable_bytes_are_kept(journal):
    """What cannot be read today may be read by a person tomorrow."""
    job = journal.capture(b"{", party=MINE, recorded_at=NOW)
    assert not job.success
    assert job.trouble["rule"] == "json-syntax"
    assert journal.store.one("SELECT bytes FROM custody_quarantine")[0] == b"{"


def test_the_same_key_answers_the_same_job_and_other_bytes_are_refused(journal):
    """A client that repeats after a lost answer must not capture twice, nor hide a change under an old key."""
    first = capture(journal, made("A", 1), key="k")
    assert capture(journal, made("A", 1), key="k", day=1) == first
    with pytest.raises(CaptureConflict):
        capture(journal, made("B", 1), key="k")
    assert capture(journal, made("B", 1), key="k", party=OTHER).captured == 1


def test_a_missing_event_id_is_the_hash(journal):
    """The sender needs a name to correct by later."""
    job = capture(journal, made("A", 1))
    assert job.event_ids == (event_hash(read(document(made("A", 1))).sent[0]),)
    assert journal.event(job.event_ids[0])[0].hash == job.event_ids[0]


def test_journal_rows_cannot_be_changed(journal):
    """An administrator with a SQL prompt must not be able to rewrite evidence unnoticed."""
    capture(journal, made("A", 1))
    for sql in ("UPDATE custody_event SET party = 'x'", "DELETE FROM custody_document", "DELETE FROM custody_event_thing"):
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            journal.store.run(sql)


@pytest.mark.parametrize("order", list(itertools.permutations((FIRST, WRONG, FIXED))))
def test_a_correction_has_the_same_effect_in_any_order(order):
    """A correction that arrives before its original must not be lost."""
    journal = Journal.open(":memory:")
    for day, body in enumerate(order):
        capture(journal, body, day=day)
    found = {
        s.sent.body.get("errorDeclaration") is not None or s.event_id: s.standing.status for s in journal.event("urn:uuid:one")
    }
    assert found == {"urn:uuid:one": "superseded", True: "superseded"}
    assert journal.event("urn:uuid:two")[0].standing.status == "active"
    assert [lot.mass_mg for lot in journal.genealogy().lots.values()] == [90_000_000]


def test_the_officers_view_of_a_past_day_can_be_shown(journal):
    """A decision is judged by what was known then, not by what came later."""
    capture(journal, FIRST)
    capture(journal, WRONG, day=1)
    capture(journal, FIXED, day=2)
    seq = journal.event("urn:uuid:one")[0].seq
    days = [NOW, NOW + DAY, NOW + 2 * DAY]
    assert [journal.status(seq, known_at=day).status for day in days] == ["active", "correction-pending", "superseded"]
    masses = [[lot.mass_mg for lot in journal.genealogy(known_at=day).lots.values()] for day in days]
    assert masses == [[100_000_000], [], [90_000_000]]
    assert [gap.kind for gap in journal.genealogy(known_at=days[1]).gaps()] == ["correction-missing"]


def test_what_never_happened_does_not_flow(journal):
    """A shipment declared void must not stay in the balance."""
    capture(journal, FIRST)
    capture(journal, NEVER, day=1)
    assert {s.standing.status for s in journal.event("urn:uuid:one")} == {"voided"}
    assert journal.genealogy().lots == {}


def test_only_the_right_party_declares(journal):
    """Else a competitor could void anybody's shipments."""
    capture(journal, FIRST)
    job = capture(journal, NEVER, day=1, party=OTHER)
    assert [f.rule for f in job.findings] == ["J-FOREIGN-DECLARATION"]
    assert journal.event("urn:uuid:one")[0].standing.status == "active"
    capture(
        journal,
        {**NEVER, "errorDeclaration": {**NEVER["errorDeclaration"], "declarationTime": "2026-05-01T00:00:00Z"}},
        day=2,
        party="office",
    )
    assert journal.event("urn:uuid:one")[0].standing.status == "voided"


def test_two_contents_under_one_id_both_stay(journal):
    """Taking the later one would let a sender overwrite the first by sending again."""
    capture(journal, FIRST)
    job = capture(journal, {**FIXED, "eventID": "urn:uuid:one"}, day=1)
    assert [f.rule for f in job.findings] == ["J-CONTRADICTION"]
    assert {s.standing.status for s in journal.event("urn:uuid:one")} == {"contradicted"}
    lot = next(iter(journal.genealogy().lots.values()))
    assert (lot.lo, lot.hi) == (90_000_000, 100_000_000)


def test_a_ring_of_crates_goes_to_quarantine(journal):
    """A crate inside itself would hang every question about contents."""
    capture(journal, event("AggregationEvent", 1, action="ADD", parentID=crate(1), childEPCs=[crate(2)]))
    capture(journal, event("AggregationEvent", 2, action="ADD", parentID=crate(2), childEPCs=[crate(3)]))
    job = capture(
        journal, event("AggregationEvent", 3, action="ADD", parentID=crate(3), childEPCs=[crate(1)]), behaviour="proceed"
    )
    assert [f.rule for f in job.errors] == ["J-LOOP"]
    assert (job.captured, job.refused) == (0, 1)


def test_each_event_is_provable_from_its_documents_record(journal):
    """A lot's dossier is believed only because each event is provably in a record nobody can rewrite."""
    job = capture(journal, made("A", 1), made("B", 2), made("C", 3))
    record = captured_record(job)
    for event_id in job.event_ids:
        proof = journal.proof(journal.event(event_id)[0].seq)
        assert proof.verify()
        assert proof.root.hex() == record.facts["merkle_root"]
    assert record.kind == "events-captured"


def test_everything_sent_comes_back(journal):
    """The journal must be able to answer in court with what was said, number for number."""
    body = {**made("A", 1), "ex:a": {"ex:b": [1, "2", {"ex:c": True}]}, "eventID": "urn:uuid:x"}
    data = document(body).replace(b'"quantity": 1', b'"quantity": 1.5000000000000000001')
    journal.capture(data, party=MINE, recorded_at=NOW)
    stored = journal.event("urn:uuid:x")[0]
    assert stored.sent.body == read(data).sent[0].body
    assert str(stored.event.what[0].quantity) == "1.5000000000000000001"


def test_a_killed_capture_leaves_nothing(tmp_path, monkeypatch):
    """Power fails in the middle of a document; half of it must not be in the journal."""
    journal = Journal.open(tmp_path / "j.db")
    monkeypatch.setattr("lodemark.custody.capture.insert_master_data", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        capture(journal, made("A", 1), event(action="OBSERVE", epcList=[serial("1")]))
    monkeypatch.undo()
    again = Journal.open(tmp_path / "j.db")
    tables = ("document", "event", "thing", "event_thing", "job", "quarantine")
    assert [again.store.number(f"SELECT COUNT(*) FROM custody_{table}") for table in tables] == [0] * len(tables)
    assert capture(again, made("A", 1), event(action="OBSERVE", quantityList=[kg("A", 1)])).captured == 2


def test_a_large_document_is_accepted_and_captured_later(journal):
    """A client must not wait minutes at an open connection, nor lose the document when the server restarts."""
    small, large = document(made("A", 1)), document(*(made(f"L{n}", 1) for n in range(101)))
    assert jobs.is_small(small)
    assert not jobs.is_small(large)
    job = jobs.accept(journal, large, party=MINE, now=NOW, key="k")
    assert job_body(job)["running"]
    assert jobs.waiting(journal) == [job.id]
    assert jobs.accept(journal, large, party=MINE, now=NOW + DAY, key="k") == job
    done = jobs.resume(journal, job.id, recorded_at=NOW + DAY)
    assert (done.id, done.captured, done.running) == (job.id, 101, False)
    assert jobs.resume(journal, job.id, recorded_at=NOW + 2 * DAY) == done
    assert jobs.waiting(journal) == []
    assert jobs.find(journal, job.id, MINE) == done
    assert jobs.listed(journal, MINE) == ([done], None)
    for lost in (lambda: jobs.find(journal, job.id, OTHER), lambda: jobs.resume(journal, "x", recorded_at=NOW)):
        with pytest.raises(NotInJournal):
            lost()


def test_one_event_is_answered_by_what_became_of_it(journal):
    """201 for a repeat as for the first; 409 must say that both statements stay."""
    assert event_answer(capture(journal, FIRST)) == (201, None)
    assert event_answer(capture(journal, FIRST, day=1)) == (201, None)
    assert event_answer(capture(journal, {**FIXED, "eventID": "urn:uuid:one"}, day=2))[0] == 409
    assert event_answer(capture(journal, event(action="CREATE")))[0] == 400


def test_a_mirror_of_a_write_off_is_compared_and_never_counted(journal):
    """The customs event repeats the licence ledger; counted, it would write off twice."""
    told = {"lode:licence": "L-1", "lode:line": "1", "lode:element": "Dy", "lode:quantity": "1.5", "lode:uom": "KGM"}
    event_ = event(
        "TransactionEvent",
        action="ADD",
        quantityList=[kg("A", 3)],
        bizTransactionList=[{"type": "lode:customs-declaration", "bizTransaction": "https://example.com/c/1"}],
        **{"lode:licenceWriteOff": [told]},
    )
    assert capture(journal, event_).success
    (fact,) = journal.facts()
    assert check_write_offs(fact, {("L-1", "1", "Dy"): 1_500_000}) == []
    (said,) = check_write_offs(fact, {("L-1", "1", "Dy"): 1_400_000})
    assert "1.500 kg" in said.explain("en")
    assert journal.genealogy().lots == {}


def other_spelling(body):
    """The same statement as a careless second system would send it."""
    text = json.dumps(body)
    for one, other in (
        ("https://id.gs1.org/01/04012345123456/10/", "http://maker.example/gtin/4012345123456/lot/"),
        ("https://id.gs1.org/01/04012345123456/21/", "urn:epc:id:sgtin:4012345.012345."),
    ):
        text = text.replace(one, other)
    told = json.loads(text)
    told["eventTime"] = told["eventTime"].replace("Z", "+00:00")
    told["eventID"] = f"urn:uuid:{hashlib.sha256(text.encode()).hexdigest()}"
    return told


@given(
    st.permutations(range(len(STORY))),
    st.lists(st.integers(1, 3), min_size=7, max_size=7),
    st.sets(st.integers(0, len(STORY) - 1)),
)
def test_any_order_partition_and_repetition_of_arrival_gives_one_digest(order, sizes, repeated):
    """A genealogy that depends on who uploaded first, or how often, proves nothing."""
    journal = Journal.open(":memory:")
    queue = [STORY[n] for n in order] + [other_spelling(STORY[n]) for n in sorted(repeated)]
    day = 0
    while queue:
        size = sizes[day % len(sizes)]
        batch, queue = queue[:size], queue[size:]
        assert capture(journal, *batch, day=day).success
        day += 1
    assert journal.store.number("SELECT COUNT(*) FROM custody_event") == len(STORY)
    assert journal.genealogy().digest == RIGHT


def declared(body, reason, *corrective):
    """The same event said to be false, as EPCIS corrects."""
    told = {"declarationTime": "2026-04-02T00:00:00Z", "reason": reason, "correctiveEventIDs": list(corrective)}
    return {**body, "errorDeclaration": told}


FALSE = {**made("GHOST", 7, 20), "eventID": "urn:uuid:ghost"}
SLIP = {**made("A", 25, 30), "eventID": "urn:uuid:slip"}
RIGHT_ID = event_hash(read(document(STORY[1])).sent[0])
CORRECTED = (
    *STORY,
    FALSE,
    declared(FALSE, "did_not_occur"),
    SLIP,
    declared(SLIP, "incorrect_data", RIGHT_ID),
)


@given(st.permutations(CORRECTED), st.lists(st.integers(1, 4), min_size=11, max_size=11))
def test_corrections_before_or_after_what_they_correct_give_one_digest(order, sizes):
    """A balance that depends on whether the correction or the mistake was uploaded first proves nothing."""
    journal, queue, day = Journal.open(":memory:"), list(order), 0
    while queue:
        batch, queue = queue[: sizes[day]], queue[sizes[day] :]
        assert capture(journal, *batch, day=day).success
        day += 1
    assert journal.store.number("SELECT COUNT(*) FROM custody_event") == len(CORRECTED), "evidence is never destroyed"
    assert journal.genealogy().digest == RIGHT


def test_xml_and_json_give_one_digest():
    """A partner on XML must not get another genealogy."""
    journal = Journal.open(":memory:")
    xml = convert(read(document(*STORY)), "xml")
    assert journal.capture(xml, party=MINE, recorded_at=NOW).captured == len(STORY)
    assert journal.genealogy().digest == RIGHT


RIGHT = build([fact_of(interpret(s), MINE) for s in read(document(*STORY)).sent]).digest


def test_a_successor_may_correct_what_it_took_over():
    """After a merger somebody must be able to put the old records right."""
    journal = Journal(Journal.open(":memory:").store, Successions({OTHER: {MINE}}))
    capture(journal, FIRST)
    job = capture(journal, NEVER, day=1, party=OTHER)
    assert job.findings == ()
    assert journal.event("urn:uuid:one")[0].standing.status == "voided"


def test_quarantine_and_errors_can_be_read(journal):
    """What was refused must be findable with its reasons, by the sender and by the office."""
    job = capture(journal, made("A", 1), event(action="CREATE"), behaviour="proceed")
    (kept,) = journal.quarantined(job.sha256)
    assert (kept.index, kept.party) == (1, MINE)
    assert error_csv(job).splitlines()[1].startswith("1,")
    assert job_body(job)["hint"]["zh-Hans"]
    assert journal.quarantined("00" * 32) == []


@pytest.mark.parametrize("number", ["1e999999999", "1E+99999999999999", "-1e-999999999", "9" * 5000])
def test_absurd_numbers_cost_nothing(journal, number):
    """One number can otherwise fill the memory of the server."""
    job = journal.capture(
        document(made("A", 7)).replace(b'"quantity": 7', f'"quantity": {number}'.encode()), party=MINE, recorded_at=NOW
    )
    assert not job.success
    assert journal.capture(
        document(made("A", 7)).replace(b'"quantity": 7', b'"quantity": 1e30'), party=MINE, recorded_at=NOW
    ).success


@pytest.mark.parametrize(
    "when", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999Z", "0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z"]
)
def test_the_ends_of_time(journal, when):
    """A default date of some ERP must not stop the capture of the others."""
    job = capture(journal, {**made("A", 1), "eventTime": when}, made("B", 1), behaviour="proceed")
    assert job.captured >= 1


def test_what_disagrees_is_handed_on_with_both_sentences(journal):
    """Room finding asks the question; it needs the fact, not a log line."""
    capture(journal, made("A", 1), process({"A": 3}, {"B": 3}, 1))
    (said,) = journal.genealogy().disagreements()
    assert said.code == "J-OVERDRAW"
    assert "2.000 kg" in said.explain("en")
    assert "2.000 kg" in said.explain("zh-Hans")


def test_a_site_nobody_described_is_a_gap(journal):
    """Distances and classes of places rest on it."""
    capture(journal, made("A", 1, bizLocation={"id": SITE}))
    assert [(g.kind, g.subject, g.who) for g in journal.genealogy().gaps()] == [("master-data-missing", SITE, MINE)]
