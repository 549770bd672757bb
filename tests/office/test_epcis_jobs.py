"""Large documents: accepted at once, captured by a worker, once, whatever is killed on the way."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from lodemark.custody import capture as capturing
from lodemark.custody.jobs import SMALL_EVENTS
from lodemark_office.doors.parts.acting import office
from lodemark_office.jobs.captures import finish
from lodemark_office.store.models import LedgerRecord
from tests.office.api_kit import Clock, Hand
from tests.office.test_epcis_api import EPCIS, events_of
from tests.office.test_epcis_subscriptions import document, made_event

MANY = SMALL_EVENTS + 1


def large(wrong: int = 0) -> bytes:
    """One event more than is captured at once; the first ``wrong`` of them have no time."""
    events = []
    for n in range(MANY):
        event = made_event(n % 24, readPoint={"id": f"https://example.com/gate/{n}"})
        events.append({**event, "eventTime": "soon"} if n < wrong else event)
    return document(*events)


def job_of(hand: Hand, response: Any) -> dict[str, Any]:
    assert response.status_code == 202, response.content
    found: dict[str, Any] = hand.get(response.headers["Location"]).json()
    return found


def test_a_large_document_is_captured_later_and_once(hands: dict[str, Hand], clock: Clock) -> None:
    """A month of events in one file must neither time out nor be counted twice."""
    clock("2026-05-21")
    exporter = hands["exporter"]
    sent = exporter.post(f"{EPCIS}/capture", large(), key="month-5")
    job = job_of(exporter, sent)
    assert job["running"] and "finishedAt" not in job
    assert events_of(exporter.get(f"{EPCIS}/events")) == []
    again = exporter.post(f"{EPCIS}/capture", large(), key="month-5")
    assert again.headers["Location"] == sent.headers["Location"]
    assert exporter.post(f"{EPCIS}/capture", large(wrong=1), key="month-5").status_code == 409
    assert finish(office(), clock.at, set()) == 1 and finish(office(), clock.at, set()) == 0
    job = job_of(exporter, sent)
    assert not job["running"] and job["success"] and job["counts"]["captured"] == MANY
    records = LedgerRecord.objects.filter(kind="events-captured")
    assert records.count() == 1, "one record, in the name of who sent it"
    assert b"person-lin" in bytes(records.get().body)
    later = exporter.post(f"{EPCIS}/capture", large(), key="month-5")
    assert later.headers["Location"] == sent.headers["Location"] and finish(office(), clock.at, set()) == 0


@pytest.mark.parametrize("where", ["insert_events", "_save", "insert_master_data"])
def test_a_worker_killed_half_way_leaves_all_or_nothing(
    hands: dict[str, Hand], clock: Clock, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Half a document in the journal is a false balance that nobody can see."""
    clock("2026-05-21")
    exporter = hands["exporter"]
    sent = exporter.post(f"{EPCIS}/capture", large())
    whole = getattr(capturing, where)

    def killed(*told: Any) -> None:
        whole(*told)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(capturing, where, killed)
        with pytest.raises(KeyboardInterrupt):
            finish(office(), clock.at, set())
    assert job_of(exporter, sent)["running"] and events_of(exporter.get(f"{EPCIS}/events")) == []
    assert finish(office(), clock.at, set()) == 1
    assert job_of(exporter, sent)["counts"]["captured"] == MANY


def test_a_document_that_breaks_us_holds_up_nobody(
    hands: dict[str, Hand], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file with our mistake in it must not stop every partner's capture behind it."""
    clock("2026-05-21")
    exporter = hands["exporter"]
    first = exporter.post(f"{EPCIS}/capture", large())
    second = exporter.post(f"{EPCIS}/capture", large() + b" ")
    broken, read = first.headers["Location"].rpartition("/")[2], capturing.read

    def breaks(data: bytes, *more: Any) -> Any:
        assert data[-1:] == b" ", "our mistake"
        return read(data, *more)

    stuck: set[str] = set()
    with monkeypatch.context() as patch:
        patch.setattr(capturing, "read", breaks)
        assert finish(office(), clock.at, stuck) == 1 and stuck == {broken}
    assert job_of(exporter, second)["success"] and job_of(exporter, first)["running"]
    assert finish(office(), clock.at, set()) == 1, "a repaired worker captures it"


@pytest.mark.parametrize(("behaviour", "kept"), [("rollback", 0), ("proceed", 1)])
def test_errors_as_the_request_asked(hands: dict[str, Hand], clock: Clock, behaviour: str, kept: int) -> None:
    """Who asked for all or nothing must not find half; who asked for the rest must find it, and every fault by its place."""
    clock("2026-05-21")
    exporter = hands["exporter"]
    sent = exporter.post(f"{EPCIS}/capture", large(wrong=MANY - 1), **{"GS1-Capture-Error-Behaviour": behaviour})
    finish(office(), clock.at, set())
    job = job_of(exporter, sent)
    assert job["captureErrorBehaviour"] == behaviour and job["success"] is bool(kept)
    assert job["counts"]["captured"] == kept and len(events_of(exporter.get(f"{EPCIS}/events"))) == kept
    assert job["errors"][0]["pointer"] == "/epcisBody/eventList/0/eventTime" and job["errors"][0]["rule"] == "S-TIME"
    if len(job["errors"]) < MANY - 1 or "errorFile" in job:
        rows = list(csv.reader(io.StringIO(exporter.get(job["errorFile"]).content.decode())))
        assert len(rows) > SMALL_EVENTS and rows[0][-1] == "zh-Hans"


def test_an_unknown_behaviour_is_refused(hands: dict[str, Hand]) -> None:
    """A typing error in a header must not decide what is kept."""
    sent = hands["exporter"].post(f"{EPCIS}/capture", large(), **{"GS1-Capture-Error-Behaviour": "procede"})
    assert sent.status_code == 406


def test_jobs_are_their_senders_own(hands: dict[str, Hand], clock: Clock) -> None:
    """A job tells what a party sends, and when."""
    clock("2026-05-21")
    place = hands["exporter"].post(f"{EPCIS}/capture", large()).headers["Location"]
    for path in (place, f"{place}/errors"):
        assert hands["exporter"].get(path).status_code == 200
        assert hands["longterm"].get(path).status_code == 404
