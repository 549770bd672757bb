"""Who sees an event over HTTP: its sender, the parties it names by their GLN, the office; for all others it is not there."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.office.api_kit import Clock, Hand
from tests.office.test_epcis_api import EPCIS, captured, events_of
from tests.office.test_epcis_subscriptions import document, made_event

BUYER, STRANGER = "buyer", "longterm"
GLN = "7610000000011"  # Alder, the buyer's, in the cast
PARTY = f"https://id.gs1.org/417/{GLN}"


def shipped(kind: str, destination: str, **more: Any) -> dict[str, Any]:
    return made_event(
        4,
        action="OBSERVE",
        bizStep="shipping",
        readPoint={"id": "https://id.gs1.org/414/6900000000106"},
        bizTransactionList=[{"type": "inv", "bizTransaction": "urn:epcglobal:cbv:bt:6900000000007:A-1"}],
        destinationList=[{"type": kind, "destination": destination}],
        **{"lode:declaredEndUse": "robot joints", **more},
    )


def wrapped(event: dict[str, Any]) -> bytes:
    return document(event).replace(
        b'epcis-context.jsonld"', b'epcis-context.jsonld", {"lode": "https://w3id.org/lodemark/ns#"}'
    )


@pytest.mark.parametrize(
    ("kind", "destination", "seen"),
    [
        ("owning_party", PARTY, True),
        ("possessing_party", "urn:epc:id:pgln:7610000.00001.", False),
        ("owning_party", "urn:epc:id:pgln:7610000.00001", True),
        ("location", "urn:epc:id:sgln:7610000.00001.0", True),
        ("owning_party", "https://example.com/417/7610000000011", True),
        ("owning_party", "https://id.gs1.org/417/4900000000047", False),
    ],
)
def test_a_party_is_known_by_its_gln(hands: dict[str, Hand], clock: Clock, kind: str, destination: str, seen: bool) -> None:
    """No exporter knows our ids: a buyer that is named as everybody names it must find its goods, and only it."""
    clock("2026-05-21")
    job = hands["exporter"].post(f"{EPCIS}/capture", wrapped(shipped(kind, destination)))
    assert job.status_code == 202
    assert len(events_of(hands[BUYER].get(f"{EPCIS}/events"))) == int(seen)
    assert len(events_of(hands["inspector"].get(f"{EPCIS}/events"))) == int(
        hands["exporter"].get(job.headers["Location"]).json()["success"]
    )


def test_the_other_side_sees_the_goods_and_not_the_reasons(hands: dict[str, Hand], clock: Clock) -> None:
    """A buyer needs what comes and under which licence; what the seller told the office is the seller's."""
    clock("2026-05-21")
    captured(hands["exporter"], wrapped(shipped("owning_party", PARTY)))
    mine = events_of(hands["exporter"].get(f"{EPCIS}/events"))[0]
    theirs = events_of(hands[BUYER].get(f"{EPCIS}/events"))[0]
    assert theirs["quantityList"] == mine["quantityList"] and theirs["destinationList"] == mine["destinationList"]
    assert "lode:declaredEndUse" in mine and "lode:declaredEndUse" not in theirs
    assert theirs["lode:redaction"]["lode:groups"] and "lode:redaction" not in mine


@pytest.mark.parametrize(
    "path",
    [
        "/events",
        f"/events?MATCH_anyEPCClass={quote('https://id.gs1.org/01/04012345000047/10/LOT-4', safe='')}",
        "/events?EQ_bizStep=shipping&maxEventCount=1",
        "/events?orderBy=eventTime&eventCountLimit=1",
        *("/eventTypes", "/epcs", "/bizSteps", "/bizLocations", "/readPoints", "/dispositions"),
        "/bizSteps/shipping/events",
        "/readPoints/https%3A%2F%2Fid.gs1.org%2F414%2F6900000000106/events",
    ],
)
def test_for_a_stranger_nothing_changes(hands: dict[str, Hand], clock: Clock, path: str) -> None:
    """A competitor who can tell an empty journal from a full one reads its order book."""
    clock("2026-05-21")
    before = hands[STRANGER].get(EPCIS + path)
    captured(hands["exporter"], wrapped(shipped("owning_party", PARTY)))
    after = hands[STRANGER].get(EPCIS + path)
    assert (before.status_code, before.content) == (after.status_code, after.content)


def test_a_hidden_field_is_no_oracle(hands: dict[str, Hand], clock: Clock) -> None:
    """Who may not read the end use must not be able to guess it, one query at a time."""
    clock("2026-05-21")
    captured(hands["exporter"], wrapped(shipped("owning_party", PARTY)))
    named = {"GS1-Extensions": "lode=https://w3id.org/lodemark/ns#"}
    for asked in ("EQ_lode:declaredEndUse=robot%20joints", "EXISTS_lode:declaredEndUse=true", "orderBy=lode:declaredEndUse"):
        assert len(events_of(hands["exporter"].get(f"{EPCIS}/events?{asked}", **named))) == 1, asked
        assert events_of(hands[BUYER].get(f"{EPCIS}/events?{asked}", **named)) == [], asked
