"""The guards of the API: who may see what, sending twice, odd JSON, too much of anything."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.test import Client

from lodemark_office.api import keys
from lodemark_office.api.door import api
from lodemark_office.api.sight import SEES_ALL
from lodemark_office.store.models import Account, ApiKey, LedgerRecord, Membership
from tests.office.api_kit import API, PASSWORD, SCENARIOS, Clock, Hand
from tests.office.test_api import done

APPLICATION = (SCENARIOS / "the-honest-twin" / "application.yaml").read_bytes()
CONFORMANCE = os.environ.get("LODEMARK_CONFORMANCE_DIR")


def filed(hands: dict[str, Hand], clock: Clock, key: str = "first") -> Any:
    clock("2026-03-20")
    path = "/applications?declaration_signed=true&on_paper=true"
    return hands["exporter"].post(path, APPLICATION, key=key, content_type="application/yaml")


# --- sending twice ---------------------------------------------------------------------------------------------------
def test_a_repeat_is_the_same_bytes_and_counted_once(hands: dict[str, Hand], clock: Clock) -> None:
    """A client that lost the answer must be able to ask again without filing twice."""
    first = filed(hands, clock)
    count = LedgerRecord.objects.count()
    clock("2026-03-21", "05:00")
    again = hands["exporter"].post(
        "/applications?declaration_signed=true&on_paper=true", APPLICATION, key="first", content_type="application/yaml"
    )
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first.headers
    assert LedgerRecord.objects.count() == count


def test_a_refusal_repeats_word_for_word(hands: dict[str, Hand], clock: Clock) -> None:
    """A refusal is an answer: asked again it must not be decided anew, nor read differently."""
    clock("2026-03-20")
    first, again = (hands["exporter"].post("/applications", APPLICATION, key="r") for _ in range(2))
    assert first.status_code == 422 and again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_key_used_for_something_else_is_a_conflict(hands: dict[str, Hand], clock: Clock) -> None:
    """One of two messages under one name is not what its sender thinks; answering either would hide that."""
    filed(hands, clock)
    other = hands["exporter"].post("/applications?declaration_signed=false&on_paper=true", APPLICATION, key="first")
    assert other.status_code == 409 and other.json()["reasons"][0]["code"] == "key-reused"


def test_every_write_needs_a_key(hands: dict[str, Hand]) -> None:
    """A write without a name cannot be repeated safely, so somebody will count it twice."""
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    stateless = {"application-check", "assess", "questions", "compare", "verify-credential", "customs-message"}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if method == "get" or operation["operationId"] in stateless:
                continue
            response = hands["exporter"].client.generic(
                method.upper(), path.replace("{", "").replace("}", ""), b"{}", "application/json",
                headers={"authorization": f"Bearer {hands['exporter'].key}"},
            )  # fmt: skip
            assert response.status_code == 400, path
            told = {reason["code"] for reason in response.json()["reasons"]}
            assert told <= {"idempotency-key-missing", "api-body-shape", "api-parameter"}, (path, told)
    assert hands["officer"].post("/findings/detect", **{"idempotency-key": ""}).status_code == 400


# --- who may see what ------------------------------------------------------------------------------------------------
@pytest.fixture
def world(hands: dict[str, Hand], clock: Clock) -> dict[str, str]:
    """One dossier of each noun that belongs to the exporter and its buyer, by noun."""
    application = done(filed(hands, clock), 201)["result"]["application"]
    clock("2026-03-23")
    data = (SCENARIOS / "lists" / "party-control.csv").read_bytes()
    done(hands["officer"].post("/lists/control?published=2026-03-23", data, content_type="text/csv"))
    case = done(hands["officer"].post(f"/applications/{application.partition('/')[2]}/accept"), 201)["result"]["case"]
    return {"application": application, "case": case}


PLACES = {"application": "applications", "case": "cases"}


@pytest.mark.parametrize("noun", PLACES)
def test_not_yours_is_not_there(hands: dict[str, Hand], world: dict[str, str], noun: str) -> None:
    """If the two answers differed in a byte, anybody could find out who applied for what."""
    reference = world[noun].partition("/")[2]
    missing = reference[:-3] + "999"
    for name, hand in hands.items():
        for tail in ("", "/history", "/nowhere"):
            other = hand.get(f"/{PLACES[noun]}/{reference}{tail}")
            none = hand.get(f"/{PLACES[noun]}/{missing}{tail}")
            role = Membership.objects.get(account__login=name).role
            if name == "exporter" or role in SEES_ALL[noun]:
                assert other.status_code != 404 or tail == "/nowhere", (name, tail)
            else:
                assert other.status_code == none.status_code == 404, (name, tail)
                assert other.content.replace(reference.encode(), b"") == none.content.replace(missing.encode(), b"")


def test_the_applicant_does_none_of_the_offices_acts(hands: dict[str, Hand], world: dict[str, str]) -> None:
    """Whoever may open a file may not therefore decide it."""
    path = f"/cases/{world['case'].partition('/')[2]}"
    refused = {}
    for act in ("take", "close"):
        refused[act] = hands["exporter"].post(f"{path}/{act}").status_code
    assert set(refused.values()) == {422}, refused
    assert done(hands["officer"].get(path))["state"] == "accepted"


def test_keys_open_what_their_scopes_say(hands: dict[str, Hand], world: dict[str, str]) -> None:
    """A key left in a warehouse scanner must not be able to file applications."""
    hat = Membership.objects.get(account__login="exporter")
    reader = Hand(keys.issue(hat, "reader", ["applications:read"]))
    path = f"/applications/{world['application'].partition('/')[2]}"
    assert reader.get(path).status_code == 200
    for response in (reader.post(f"{path}/withdraw", {}), reader.get("/cases"), reader.get("/epcis/v2/events")):
        assert response.status_code == 403, response.content


def test_a_key_ends(hands: dict[str, Hand], clock: Clock) -> None:
    """A key that outlives its day or its owner is a door nobody watches."""
    clock("2026-03-20")
    exporter = hands["exporter"]
    assert exporter.get("/applications").status_code == 200
    ApiKey.objects.filter(hat__account__login="exporter").update(until="2026-03-20")
    assert exporter.get("/applications").status_code == 401
    Account.objects.filter(login="buyer").update(is_active=False)
    assert hands["buyer"].get("/applications").status_code == 401
    assert Hand("").get("/applications", authorization="").status_code == 401


def test_keys_are_kept_as_digests(hands: dict[str, Hand]) -> None:
    """Whoever reads the database must not be able to act with what it finds."""
    for hand in hands.values():
        assert not ApiKey.objects.filter(digest__contains=hand.key[4:20]).exists()


def test_a_session_writes_only_with_its_token(hands: dict[str, Hand], clock: Clock) -> None:
    """Without it, any page in the same browser could file in the exporter's name."""
    clock("2026-03-20")
    client = Client(enforce_csrf_checks=True)
    assert client.login(username="exporter", password=PASSWORD)
    told = {"idempotency-key": "s-1"}
    address = f"{API}/applications?declaration_signed=true&on_paper=true"
    assert client.get(f"{API}/applications").status_code == 200
    assert client.post(address, APPLICATION, "application/yaml", headers=told).status_code == 403
    client.cookies["csrftoken"] = "a" * 32
    sent = client.post(address, APPLICATION, "application/yaml", headers={**told, "x-csrftoken": "a" * 32})
    assert sent.status_code == 201, sent.content.decode()


# --- odd JSON --------------------------------------------------------------------------------------------------------
BODY = b'{"reason": "changed plans"}'
ODD: dict[str, bytes] = {
    "nothing": b"",
    "not json": b"{",
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "duplicate names": b'{"reason": "a", "reason": "b"}',
    "duplicate names by escape": b'{"reason": "a", "r\\u0065ason": "b"}',
    "NaN": b'{"reason": NaN}',
    "Infinity": b'{"reason": -Infinity}',
    "a lone surrogate": b'{"reason": "\\ud800"}',
    "a NUL": b'{"reason": "\\u0000"}',
    "a BOM inside": b'{"reason": "\xef\xbb\xbf"}',
    "not UTF-8": b'{"reason": "\xff"}',
    "UTF-16": BODY.decode().encode("utf-16"),
    "too deep": b'{"reason": ' + b"[" * 65 + b"]" * 65 + b"}",
    "far too deep": b"[" * 100_000,
    "a number for a text": b'{"reason": 1}',
    "a bool for a text": b'{"reason": true}',
    "a field nobody declared": b'{"reason": "a", "by": "person-wei"}',
    "the actor in the body": b'{"reason": "a", "by": {"person": "p", "party": "q", "role": "officer"}}',
    "a huge number": b'{"reason": 1e400}',
    "a long number": b'{"reason": ' + b"9" * 5_000 + b"}",
    "trailing comma": b'{"reason": "a",}',
    "a comment": b'{"reason": "a"} // why',
    "two values": b'{"reason": "a"} {"reason": "b"}',
    "single quotes": b"{'reason': 'a'}",
    "a text too long": orjson.dumps({"reason": "a" * 20_001}),
}


def test_odd_json_is_bad_input(hands: dict[str, Hand], world: dict[str, str]) -> None:
    """Two readers of such a text would take two different values; taking one silently changes what was said."""
    path = f"/applications/{world['application'].partition('/')[2]}/withdraw"
    for name, text in ODD.items():
        response = hands["exporter"].post(path, text)
        assert response.status_code == 400, (name, response.content.decode())
        assert response.json()["reasons"][0]["said"]["zh-Hans"], name


def test_good_json_keeps_its_value(hands: dict[str, Hand], clock: Clock) -> None:
    """An escape, an emoji or a long text that came back changed would be another statement."""
    clock("2026-03-20")
    for number, text in enumerate(("é", "\U0001f9f2", "\u202e", "\\", "a" * 5_000), start=1):
        application = done(filed(hands, clock, key=f"g-{number}"), 201)["result"]["application"]
        path = f"/applications/{application.partition('/')[2]}/withdraw"
        done(hands["exporter"].post(path, orjson.dumps({"reason": text})))
        facts = orjson.loads(bytes(LedgerRecord.objects.get(dossier=application, kind="application-withdrawn").body))
        assert text in orjson.dumps(facts).decode() or text in str(facts)


@pytest.mark.skipif(not CONFORMANCE, reason="LODEMARK_CONFORMANCE_DIR is not set")
def test_published_json_cases(hands: dict[str, Hand], world: dict[str, str]) -> None:
    """What a public suite says must not parse must not be taken, and nothing may be our failure."""
    path = f"/cases/{world['case'].partition('/')[2]}/note"
    for name, text in published():
        response = hands["officer"].post(path, text)
        assert response.status_code in (400, 422), (name, response.status_code)
        if name.startswith("n_"):
            assert response.status_code == 400, name


def published() -> list[tuple[str, bytes]]:
    """(name, text) of each case of the suite."""
    file = Path(str(CONFORMANCE)) / "reliability" / "json_parsing" / "cases.jsonl"
    return [(one["file"], base64.b64decode(one["b64"])) for one in map(orjson.loads, file.read_bytes().splitlines())]


def test_a_body_may_have_ten_megabytes(hands: dict[str, Hand]) -> None:
    """Without a limit one message fills the memory of the office; and it must be said in words."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    response = hands["exporter"].post("/applications/check", b" " * (most + 1))
    assert response.status_code == 413 and str(most) in response.json()["title"]
    assert hands["exporter"].post("/epcis/v2/capture", b" " * (most + 1)).status_code == 413


def test_too_fast_is_told(hands: dict[str, Hand], monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop in a client must not take the office from everybody else."""
    for throttle in api.throttle:
        monkeypatch.setattr(throttle, "num_requests", 2)
    answers = [hands["exporter"].get("/applications") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429] and int(answers[-1].headers["Retry-After"]) > 0
