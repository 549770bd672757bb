"""Operation x caller x {own, other's, none}, from the served document: no operation is left out by forgetting it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern

from lodemark_office.api.door import api
from lodemark_office.api.epcis.urls import urlpatterns
from lodemark_office.api.sight import SEES_ALL
from lodemark_office.doors.parts.acting import office
from lodemark_office.store.models import LedgerRecord
from lodemark_office.stories.read import read_story
from lodemark_office.stories.stage import play
from tests.office.api_kit import API, SCENARIOS, Clock, Hand, cast_of_stories

OPEN = {"assess", "questions", "compare", "rules", "rule", "verify-number", "verify-credential", "statistics"}
PLACES = {
    "applications": "application", "cases": "case", "appeals": "appeal", "licences": "licence",
    "agreements": "agreement", "findings": "finding", "assays": "assay",
}  # fmt: skip


def operations() -> Iterator[tuple[str, str, str]]:
    """(method, path, id) of everything that is served."""
    for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path.removeprefix(API), operation["operationId"]


@pytest.fixture
def dossiers(hands: dict[str, Hand], clock: Clock) -> dict[str, str]:
    """A dossier of each noun that the story of the street lamps leads to; the agreement's holder has none of them."""
    list(play(office(), cast_of_stories(), read_story(SCENARIOS / "civil-by-name")))
    clock("2026-11-20")
    store = office().store
    found = {noun: store.dossiers(noun)[0] for noun in SEES_ALL if store.dossiers(noun)}
    return {**found, "finding": next(one for one in store.dossiers("finding") if store.states(one).state != "opened")}


def test_nothing_but_the_open_is_answered_without_a_key(hands: dict[str, Hand]) -> None:
    """An operation whose guard was forgotten would be open to everybody."""
    for method, path, name in operations():
        address = path.replace("{", "").replace("}", "")
        response = hands["exporter"].client.generic(method, API + address, b"{}", "application/json")
        assert (response.status_code == 401) == (name not in OPEN), (name, response.status_code)
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        if str(pattern.pattern) == "openapi.json":
            continue  # what is served may be read by anybody, as the contract of the other door
        address = "/epcis/v2/" + str(pattern.pattern).replace("<", "").replace(">", "").replace(":", "")
        for method in ("GET", "POST", "DELETE", "OPTIONS"):
            assert hands["exporter"].client.generic(method, address).status_code == 401, address


def test_a_stranger_cannot_tell_others_from_none(hands: dict[str, Hand], dossiers: dict[str, str]) -> None:
    """If any operation answered otherwise, a competitor could find out what another firm applied for."""
    assert set(dossiers) >= {"application", "case", "licence", "finding"}
    before = LedgerRecord.objects.count()
    stranger, asked = hands["longterm"], 0
    for method, path, name in operations():
        noun = PLACES.get(path.split("/")[1], "")
        if "{reference}" not in path or noun not in dossiers:
            continue
        reference = dossiers[noun].partition("/")[2]
        missing = reference[:-1] + ("0" if reference[-1] != "0" else "1")
        answers = [_ask(stranger, method, path, one) for one in (reference, missing)]
        assert answers[0] == answers[1], name
        assert answers[0][0] in (400, 404), name
        asked += 1
    assert asked > 50 and LedgerRecord.objects.count() == before


def test_the_applicant_decides_nothing(hands: dict[str, Hand], dossiers: dict[str, str]) -> None:
    """Whoever may open a file sees only doors that the rooms keep shut: each office act is refused, with its reasons."""
    office_acts = {
        "cases": [
            "take",
            "close",
            "give-notice",
            "propose",
            "weigh",
            "send-back",
            "void-proposal",
            "countersign",
            "lift-limit",
        ],
        "licences": ["suspend", "confirm-suspension", "resume", "close", "post", "reverse", "freeze", "refuse-amendment"],
        "findings": ["put-question", "close", "refer", "add-evidence"],
    }
    wrong = {}
    application = f"/applications/{dossiers['application'].partition('/')[2]}"
    for name, act in (("exporter", "return"), ("exporter", "accept"), ("officer", "withdraw"), ("officer", "submit")):
        assert hands[name].post(f"{application}/{act}", {}).status_code == 404, act
    for place, acts in office_acts.items():
        reference = dossiers[PLACES[place]].partition("/")[2]
        for act in acts:
            response = hands["exporter"].post(f"/{place}/{reference}/{act}", BODIES.get(f"{place}/{act}", BODIES.get(act, {})))
            said = {reason["code"] for reason in response.json()["reasons"]}
            if response.status_code != 422 or not said & (ROLE_CODES | STATE_CODES):
                wrong[place, act] = (response.status_code, said)
    assert wrong == {}


GROUND = {"code": "ground-civil-use-stated", "provision": "cn/ecl-2020/13-6"}
ROLE_CODES = {"role-may-not", "licence-not-this-role", "customs-acts"}
# What is over, or was never there, says so before it asks who you are.
STATE_CODES = {"not-in-this-state", "no-suspension-to-confirm", "licence-not-frozen"}
MASSES = [{"model": "m", "lot": "l", "gross_mg": 1}]
BODIES: dict[str, Any] = {
    "give-notice": {"grounds": [{"line": "L1", "ground": GROUND}], "evidence": [], "answer_by": "2027-01-01"},
    "propose": {"outcomes": [{"line": "L1/p2", "outcome": "granted", "grounds": [GROUND], "conditions": []}]},
    "weigh": {"notice": "n", "responses": {"1": "x"}},
    "send-back": {"decision": "d", "comment": "c"},
    "void-proposal": {"decision": "d"},
    "countersign": {"decision": "d", "digest": "d", "password": "p"},
    "lift-limit": {"ground": "g"},
    "suspend": {"ground": "circumstances-changed", "reason": "r"},
    "resume": {"reason": "r"},
    "licences/close": {"ground": "expired"},
    "post": {"drawdown": "LV-1", "masses": MASSES, "amounts": {"gross": 1}, "released_at": "2026-11-19T00:00:00Z"},
    "reverse": {"drawdown": "LV-1", "amounts": {"gross": 1}, "reason": "r"},
    "freeze": {"ground": "g", "application": "a"},
    "refuse-amendment": {"application": "a", "decision": "d"},
    "findings/close": {"closed_as": "explained", "reason": "r"},
    "put-question": {"shown": [], "answer_due": "2027-01-01"},
    "refer": {"referral": {"act": "suspend", "provision": "p", "target": "t"}},
    "add-evidence": {"evidence": [], "exonerating": True},
}


def _ask(hand: Hand, method: str, path: str, reference: str) -> tuple[int, bytes]:
    address = path.replace("{reference}", reference).replace("{number}", "1")
    response = hand.send(method, address, {} if method == "POST" else None)
    return response.status_code, response.content.replace(reference.encode(), b"")
