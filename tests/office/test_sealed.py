"""Sealed answers: what an end user tells the authority alone reaches nobody else, and every look at it is on record."""

from __future__ import annotations

import copy
import re
from typing import Any

import orjson
import pytest
from django.urls import URLPattern
from ruamel.yaml import YAML

from lodemark.application.sealed import with_seals
from lodemark_office.acts import vault
from lodemark_office.doors.parts.acting import office
from lodemark_office.store.models import Document, LedgerRecord, VaultItem
from tests.office.api_kit import SCENARIOS, Clock, Hand
from tests.office.doors.demonstration import log_in
from tests.office.doors.test_access import DOORS
from tests.office.test_api import done
from tests.office.test_api_matrix import operations

MARKERS = {"/end_use/0/function": "withheld-function-7Q1X", "/end_use/0/position": "withheld-position-8Z2Y"}
MILITARY = "/parties/consignee/military"
CONTENT: Any = YAML(typ="safe", pure=True).load(
    (SCENARIOS / "the-honest-twin" / "application.yaml").read_text(encoding="utf-8")
)


def application() -> dict[str, Any]:
    return copy.deepcopy(CONTENT)


@pytest.fixture
def invited(hands: dict[str, Hand], clock: Clock) -> Any:
    """The exporter asked its buyer about the use and about being a military user."""
    clock("2026-03-20")
    asked = "&".join(f"path={path}" for path in (*MARKERS, MILITARY))
    body = orjson.dumps(orjson.loads(orjson.dumps(application(), default=str)))
    return done(hands["exporter"].post(f"/applications/invitations?to=alder&{asked}", body), 201)["result"]


def reference(dossier: str) -> str:
    return dossier.partition("/")[2]


def file_with(seals: dict[str, str]) -> bytes:
    return orjson.dumps(with_seals(orjson.loads(orjson.dumps(application(), default=str)), seals))


def submit(hand: Hand, seals: dict[str, str]) -> Any:
    return hand.post("/applications?declaration_signed=true", file_with(seals))


def give(hand: Hand, invitation: str, key: str = "", **said: Any) -> Any:
    return hand.send("PUT", f"/sealed/{reference(invitation)}", said, key)


def codes(response: Any) -> set[str]:
    return {each["code"] for each in response.json()["reasons"]}


def test_the_file_waits_for_the_owner_and_then_counts(hands: dict[str, Hand], invited: Any) -> None:
    """If the supplier could file before the owner spoke, the seal would stand for nothing; a refusal by the owner must not block."""
    exporter, buyer = hands["exporter"], hands["buyer"]
    assert "sealed-answer-awaited" in codes(submit(exporter, invited["seals"]))
    done(give(buyer, invited["invitation"], answers=MARKERS, declined=[MILITARY]))
    shown = done(exporter.get(f"/sealed/{reference(invited['invitation'])}"))
    assert {each["path"]: each["state"] for each in shown["questions"]} == dict.fromkeys(MARKERS, "answered") | {
        MILITARY: "declined"
    }
    assert "openings" not in shown
    refused = submit(exporter, invited["seals"])
    assert refused.status_code == 201 or not codes(refused) & {"sealed-answer-awaited", "sealed-parts-invited"}


def test_a_seal_nobody_was_invited_for_is_no_seal(hands: dict[str, Hand], invited: Any) -> None:
    """Otherwise any digest in a file would hide an answer that nobody ever gives."""
    forged = dict.fromkeys(invited["seals"], "sha-256:" + "7" * 64)
    swapped = dict(zip(invited["seals"], [*list(invited["seals"].values())[1:], invited["seals"][MILITARY]], strict=True))
    assert "sealed-parts-invited" in codes(submit(hands["exporter"], forged))
    assert "sealed-parts-invited" in codes(submit(hands["exporter"], swapped))


def test_only_the_invited_answers_and_only_what_was_asked(hands: dict[str, Hand], invited: Any) -> None:
    """A supplier that could answer in its buyer's place would have the buyer's word."""
    dossier = invited["invitation"]
    assert codes(give(hands["exporter"], dossier, answers=MARKERS)) == {"sealed-part-of-another"}
    assert give(hands["longterm"], dossier, answers=MARKERS).status_code == 404
    assert codes(give(hands["officer"], dossier, answers=MARKERS)) >= {"role-may-not", "sealed-part-of-another"}
    assert codes(give(hands["buyer"], dossier, answers={"/kind": "x"})) == {"sealed-question-unknown"}
    assert codes(give(hands["buyer"], dossier)) == {"sealed-nothing-said"}
    assert give(hands["buyer"], dossier, answers={MILITARY: "perhaps"}).status_code == 400
    assert not VaultItem.objects.exists()


def test_sent_twice_is_kept_once_and_changed_is_a_conflict(hands: dict[str, Hand], invited: Any) -> None:
    """A lost answer must be safe to repeat, though the office keeps no copy to compare it with."""
    first = give(hands["buyer"], invited["invitation"], "k", answers=MARKERS)
    again = give(hands["buyer"], invited["invitation"], "k", answers=MARKERS)
    assert first.content == again.content and VaultItem.objects.count() == len(MARKERS)
    assert give(hands["buyer"], invited["invitation"], "k", answers={MILITARY: "false"}).status_code == 409


def test_every_look_is_recorded_and_its_owner_reads_it(hands: dict[str, Hand], invited: Any) -> None:
    """Who gave a secret has a right to know who read it and why."""
    dossier, (path, *_) = invited["invitation"], MARKERS
    done(give(hands["buyer"], dossier, answers=MARKERS))
    address = f"/sealed/{reference(dossier)}/open"
    assert codes(hands["officer"].post(address, {"paths": [path], "purpose": " "})) == {"purpose-stated"}
    assert codes(hands["officer"].post(address, {"paths": [MILITARY], "purpose": "p"})) == {"sealed-not-answered"}
    for name in ("exporter", "buyer"):
        assert "role-may-not" in codes(hands[name].post(address, {"paths": [path], "purpose": "p"}))
    done(hands["officer"].post(address, {"paths": [path], "purpose": "check of use"}))
    opening = done(hands["buyer"].get("/disclosures"))[0]["opening"]
    assert (opening["person"], opening["paths"], opening["purpose"]) == ("person-wei", [path], "check of use")
    assert done(hands["exporter"].get("/disclosures")) == [] and done(hands["city"].get("/disclosures")) == []


def test_the_desk_shows_a_value_only_in_answer_to_an_opening(hands: dict[str, Hand], invited: Any) -> None:
    """A value that stays on a page is read by whoever passes the screen, and nobody knows."""
    done(give(hands["buyer"], invited["invitation"], answers=MARKERS))
    client, (path, marker) = log_in("officer"), next(iter(MARKERS.items()))
    url = f"/desk/invitations/{reference(invited['invitation'])}/"
    assert marker not in client.get(url).content.decode()
    answer = client.post(url, {"key": "k", "path": path, "purpose": "check"})
    assert marker in answer.content.decode() and answer["Cache-Control"] == "no-store"
    assert marker not in client.get(url).content.decode()


def test_the_vault_tells_nothing(hands: dict[str, Hand], invited: Any) -> None:
    """A stolen backup must not answer what the end user trusted to the authority, not even by the length of a row."""
    done(give(hands["buyer"], invited["invitation"], answers={**MARKERS, MILITARY: "true"}))
    rows = list(VaultItem.objects.all())
    assert len({len(bytes(row.sealed)) for row in rows}) == 1
    everything = [bytes(one.body) for one in LedgerRecord.objects.all()] + [
        bytes(one.content) for one in Document.objects.all()
    ]
    everything += [bytes(row.sealed) for row in rows]
    assert not any(marker.encode() in text for marker in MARKERS.values() for text in everything)
    state = office().store.states(invited["invitation"])
    assert vault.read(office().store, state.given[MILITARY].digest).value == "true"
    VaultItem.objects.all().delete()
    with pytest.raises(vault.Gone):
        vault.read(office().store, state.given[MILITARY].digest)


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.long)])
def test_no_withheld_value_is_found_anywhere_else(hands: dict[str, Hand], invited: Any, clock: Clock, whole: bool) -> None:
    """One page, error or export that shows it breaks the promise for good."""
    exporter, buyer = hands["exporter"], hands["buyer"]
    done(give(buyer, invited["invitation"], answers=MARKERS, declined=[MILITARY]))
    path = "/applications?declaration_signed=true&on_paper=true"
    filed = done(exporter.post(path, file_with(invited["seals"])), 201)["result"]["application"]
    clock("2026-03-23")
    done(
        hands["officer"].post(
            "/lists/control?published=2026-03-23",
            (SCENARIOS / "lists" / "party-control.csv").read_bytes(),
            content_type="text/csv",
        )
    )
    hands["officer"].post(f"/applications/{reference(filed)}/return", {})
    accepted = hands["officer"].post(f"/applications/{reference(filed)}/accept")
    dossiers = {"application": filed, "invitation": invited["invitation"]}
    if accepted.status_code == 201:
        dossiers["case"] = accepted.json()["result"]["case"]
    # The counter keeps what was typed when a form comes back; a sealed answer is not among it.
    page = log_in("buyer")
    page.post(
        f"/counter/invitations/{reference(invited['invitation'])}/",
        {"answer:/kind": MARKERS["/end_use/0/function"], "_language": "en"},
    )
    seen = 0
    for login in ("exporter", "longterm", "officer", "customs"):
        client, hand = log_in(login), hands[login]
        # With --long the supplier reaches for everything; else all reach for whatever names one of the dossiers.
        every = whole and login == "exporter"
        answers = [client.get(url).content for url in _pages(dossiers) if every or _about(url, dossiers)]
        asked = [(method, url) for method, url in _operations(dossiers) if every or _about(url, dossiers)]
        answers += [hand.send(method, url, {} if method != "GET" else None).content for method, url in asked]
        for text in answers:
            seen += 1
            assert not any(marker.encode() in text for marker in MARKERS.values()), (login, text[:400])
        assert not any(marker in str(dict(client.session)) for marker in MARKERS.values())
    assert seen > (200 if whole else 100)
    digests = [bytes(one.sealed) for one in VaultItem.objects.all()]
    assert len(digests) == len(MARKERS)


def _about(url: str, dossiers: dict[str, str]) -> bool:
    return any(reference(dossier) in url for dossier in dossiers.values())


def _pages(dossiers: dict[str, str]) -> list[str]:
    found = []
    for route, pattern in DOORS:
        assert isinstance(pattern, URLPattern)
        noun = next((one for one in dossiers if f"{one}s/" in route), "")
        filled = route.replace("<str:reference>", reference(dossiers[noun])) if noun else route
        filled = filled.replace("<slug:regime>", "cn-ann18").replace("<str:party_id>", "alder").replace("<str:form>", "pdf")
        if "<" not in filled and not filled.endswith("logout/"):
            found.append(f"/{filled}")
    return found


def _operations(dossiers: dict[str, str]) -> list[tuple[str, str]]:
    nouns = {"applications": "application", "cases": "case", "sealed": "invitation"}
    found = []
    for method, path, _ in operations():
        noun = nouns.get(path.split("/")[1], "")
        filled = path.replace("{number}", "1").replace("{noun}", "invitation")
        filled = filled.replace("{reference}", reference(dossiers.get(noun or "invitation", "")))
        if not re.search(r"[{}]", filled) and "open" not in filled:
            found.append((method, filled))
    return found
