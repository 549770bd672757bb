"""EPCIS 2.0 over HTTP: what a client of the standard does, and what nobody else sees of it."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from lodemark.ledger import verify_inclusion
from tests.office.api_kit import SCENARIOS, Clock, Hand

EPCIS = "/epcis/v2"
LOT = "https://id.gs1.org/01/04012345000030/10/X"


def document(hands: dict[str, Hand]) -> bytes:
    text = (SCENARIOS / "the-honest-twin" / "exporter-events.json").read_text(encoding="utf-8")
    return text.replace("{licence:L}", "L-1").encode()


def events_of(response: Any) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.content.decode()
    found: list[dict[str, Any]] = response.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return found


def captured(hand: Hand, data: bytes) -> dict[str, Any]:
    response = hand.post(f"{EPCIS}/capture", data)
    assert response.status_code == 202, response.content.decode()
    job: dict[str, Any] = hand.get(response.headers["Location"]).json()
    return job


def test_capture_then_query(hands: dict[str, Hand], clock: Clock) -> None:
    """If what was captured is not found again, the licensed grams are gone from sight."""
    clock("2026-05-21")
    exporter = hands["exporter"]
    job = captured(exporter, document(hands))
    assert job["success"] and not job["running"] and job["counts"]["captured"] == 2
    found = events_of(exporter.get(f"{EPCIS}/events?EQ_bizStep=shipping"))
    assert [one["bizStep"] for one in found] == ["shipping"]
    assert len(events_of(exporter.get(f"{EPCIS}/events?MATCH_anyEPCClass={quote(LOT, safe='')}"))) == 2
    one = events_of(exporter.get(f"{EPCIS}/events/{quote(found[0]['eventID'], safe='')}"))
    assert one[0]["eventID"] == found[0]["eventID"]


def test_nobody_else_sees_it(hands: dict[str, Hand], clock: Clock) -> None:
    """A competitor who can count another's shipments reads its order book."""
    clock("2026-05-21")
    captured(hands["exporter"], document(hands))
    other = hands["longterm"]
    assert events_of(other.get(f"{EPCIS}/events")) == []
    assert other.get(f"{EPCIS}/bizSteps").json()["member"] == []
    assert other.get(f"{EPCIS}/capture").json() == []
    assert len(events_of(hands["inspector"].get(f"{EPCIS}/events"))) == 2


def test_pages_by_link(hands: dict[str, Hand], clock: Clock) -> None:
    """A page that repeats or skips an event doubles or loses grams."""
    clock("2026-05-21")
    exporter = hands["exporter"]
    captured(exporter, document(hands))
    first = exporter.get(f"{EPCIS}/events?perPage=1")
    link = first.headers["Link"]
    assert link.endswith('; rel="next"') and first.headers["GS1-Next-Page-Token-Expires"]
    second = exporter.get(link[1 : link.index(">")].removeprefix("http://testserver"))
    assert "Link" not in second.headers
    assert {one["eventTime"] for one in events_of(first)} & {one["eventTime"] for one in events_of(second)} == set()
    token = link[link.index("nextPageToken=") + 14 : link.index(">")]
    foreign = hands["inspector"].get(f"{EPCIS}/events?perPage=1&nextPageToken={token}")
    assert foreign.status_code == 400


@pytest.mark.parametrize("path", ["/", "/capture", "/events", "/eventTypes", "/queries"])
def test_discovery(hands: dict[str, Hand], path: str) -> None:
    """A client that cannot read what the server can do does not start."""
    response = hands["exporter"].send("OPTIONS", f"{EPCIS}{path}")
    assert response.status_code == 204 and response.content == b""
    for name in ("GS1-EPCIS-Min", "GS1-EPCIS-Max", "GS1-CBV-Min", "GS1-CBV-Max", "GS1-Vendor-Version"):
        assert response.headers[name]
    assert "GET" in response.headers["Allow"]


def test_errors_have_the_standards_names(hands: dict[str, Hand]) -> None:
    """A client acts on the exception's name; a bare status tells it nothing."""
    exporter = hands["exporter"]
    for path, status, name in (
        ("/events?EQ_bizStpe=shipping", 400, "QueryParameterException"),
        ("/events/urn:uuid:00000000-0000-0000-0000-000000000000", 404, "NoSuchResourceException"),
        ("/nowhere", 404, "NoSuchResourceException"),
        ("/queries/none", 404, "NoSuchResourceException"),
    ):
        response = exporter.get(f"{EPCIS}{path}")
        assert (response.status_code, response.json()["type"]) == (status, f"urn:lodemark:epcis:{name}"), path
        assert response.headers["Content-Type"] == "application/problem+json" and response.json()["said"]["zh-Hans"]
    assert exporter.get(f"{EPCIS}/events", accept="text/csv").status_code == 406
    assert exporter.get(f"{EPCIS}/events", **{"GS1-EPCIS-Min": "3.0.0"}).status_code == 406
    assert exporter.post(f"{EPCIS}/capture", b"x", content_type="text/csv").status_code == 415
    assert Hand("ldm_nobody").get(f"{EPCIS}/events").status_code == 401


def test_a_client_with_basic_works_unchanged(hands: dict[str, Hand]) -> None:
    """Most EPCIS clients know only Basic; without it every ERP would need a change."""
    text = base64.b64encode(f"exporter:{hands['exporter'].key}".encode()).decode()
    assert hands["exporter"].get(f"{EPCIS}/events", authorization=f"Basic {text}").status_code == 200


def test_one_event(hands: dict[str, Hand], clock: Clock) -> None:
    """Sent twice it is one event in one place; other content under its id is kept and said."""
    clock("2026-05-21")
    exporter = hands["exporter"]
    event = orjson.loads(document(hands))["epcisBody"]["eventList"][0]
    event["@context"] = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
    event["eventID"] = "urn:uuid:0b1f0b3c-0000-4000-8000-000000000001"
    first, again = exporter.post(f"{EPCIS}/events", event), exporter.post(f"{EPCIS}/events", event)
    assert (first.status_code, again.status_code) == (201, 201), first.content.decode()
    assert first.headers["Location"] == again.headers["Location"]
    other = {**event, "bizStep": "inspecting"}
    assert exporter.post(f"{EPCIS}/events", other).status_code == 409
    bad = exporter.post(f"{EPCIS}/events", {**event, "eventTime": "yesterday", "eventID": "urn:uuid:2"})
    assert bad.status_code == 400 and bad.json()["errors"][0]["pointer"]


def test_named_queries(hands: dict[str, Hand], clock: Clock) -> None:
    """A query kept under a name must answer as if it were asked anew."""
    clock("2026-05-21")
    exporter = hands["exporter"]
    captured(exporter, document(hands))
    body = {"name": "Shipped", "query": {"eventType": ["ObjectEvent"], "EQ_bizStep": ["shipping", "receiving"]}}
    made = exporter.post(f"{EPCIS}/queries", body)
    assert made.status_code == 201 and made.headers["Location"].endswith("queries/Shipped")
    assert exporter.post(f"{EPCIS}/queries", body).status_code == 409
    assert exporter.get(f"{EPCIS}/queries/Shipped").json()["query"]["EQ_bizStep"] == ["shipping", "receiving"]
    assert len(events_of(exporter.get(f"{EPCIS}/queries/Shipped/events"))) == 1
    assert hands["longterm"].get(f"{EPCIS}/queries/Shipped").status_code == 404
    assert exporter.send("DELETE", f"{EPCIS}/queries/Shipped").status_code == 204
    assert exporter.get(f"{EPCIS}/queries/Shipped").status_code == 404


def test_top_level_resources(hands: dict[str, Hand], clock: Clock) -> None:
    """They are right at once after a capture, and lead to the events."""
    clock("2026-05-21")
    exporter = hands["exporter"]
    captured(exporter, document(hands))
    assert exporter.get(f"{EPCIS}/eventTypes").json()["member"] == ["ObjectEvent"]
    assert set(exporter.get(f"{EPCIS}/bizSteps").json()["member"]) == {"commissioning", "shipping"}
    assert exporter.get(f"{EPCIS}/bizSteps/shipping").json()["member"] == ["events"]
    assert len(events_of(exporter.get(f"{EPCIS}/bizSteps/shipping/events"))) == 1
    place = quote(exporter.get(f"{EPCIS}/readPoints").json()["member"][0], safe="")
    assert len(events_of(exporter.get(f"{EPCIS}/readPoints/{place}/events"))) == 2


def test_xml_both_ways(hands: dict[str, Hand], clock: Clock) -> None:
    """A client of the 1.2 world reads XML only."""
    clock("2026-05-21")
    exporter = hands["exporter"]
    captured(exporter, document(hands))
    response = exporter.get(f"{EPCIS}/events", accept="application/xml")
    assert response.status_code == 200 and b"EPCISQueryDocument" in response.content
    problem = exporter.get(f"{EPCIS}/queries/none", accept="application/xml")
    assert problem.headers["Content-Type"] == "application/problem+xml"


def test_a_code_and_a_proof_through_the_api(hands: dict[str, Hand], clock: Clock) -> None:
    """An inspector who reads a label needs what speaks for and against it, and that no event was slipped in since."""
    clock("2026-05-21")
    captured(hands["exporter"], document(hands))
    inspector = hands["inspector"]
    told = inspector.get(f"/lots/check?code={quote(LOT, safe='')}")
    assert told.status_code == 200, told.content.decode()
    assert told.json()["outcome"] in ("consistent", "question", "not-assessable") and told.json()["thing"] == LOT
    assert all(one["said"]["en"] and one["said"]["zh-Hans"] for one in told.json()["checks"])
    assert inspector.get("/lots/check?code=nonsense").status_code in (400, 404)
    event = events_of(inspector.get(f"{EPCIS}/events"))[0]["eventID"]
    (proof,) = inspector.get(f"/lots/proof?event={quote(event, safe='')}").json()["proofs"]
    parts = [bytes.fromhex(step) for step in proof["path"]]
    leaf, root = bytes.fromhex(proof["leaf"]), bytes.fromhex(proof["root"])
    assert verify_inclusion(leaf, proof["index"], proof["size"], parts, root)
    assert not verify_inclusion(leaf, proof["index"], proof["size"], parts, bytes(32))
    for path in (f"/lots/check?code={quote(LOT, safe='')}", f"/lots/proof?event={quote(event, safe='')}"):
        assert hands["exporter"].get(path).status_code == 404
