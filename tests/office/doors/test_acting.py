"""Acting through the doors: one form, one act, one receipt; what was typed is never lost."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.test import Client

from lodemark_office.store import models
from tests.office.doors.demonstration import SCENARIOS, Told, log_in

HOSTILE = '"><script>alert(1)</script><b onclick=x>&amp; 甲\u202e'


def act(client: Client, url: str, key: str, **fields: object) -> HttpResponse:
    """Send a form as a page does, and follow to the answer."""
    return client.post(url, {"key": key, **fields}, follow=True)


def application() -> str:
    return (SCENARIOS / "civil-by-name" / "application.yaml").read_text(encoding="utf-8")


def test_the_same_form_twice_is_one_record_and_the_same_receipt(told: Told) -> None:
    """A double click must not reserve a licence twice."""
    client, url = log_in("exporter"), told.page("counter", "licence")
    fields = {"act": "reserve", "shipment": "S-1", "lot": "X", "gross": "1 g"}
    first = act(client, url, "k1", **fields)
    count = models.LedgerRecord.objects.count()
    again = act(client, url, "k1", **fields)
    assert models.LedgerRecord.objects.count() == count
    chains = [re.findall(r'class="mono quiet">([0-9a-f]{8})<', answer.content.decode()) for answer in (first, again)]
    assert chains[0] and chains[0] == chains[1]


def test_one_key_with_two_contents_is_told_as_a_conflict(told: Told) -> None:
    """Two different acts under one key mean that one of them would vanish in silence."""
    client, url = log_in("exporter"), told.page("counter", "licence")
    act(client, url, "k1", act="reserve", shipment="S-1", gross="1 g")
    assert act(client, url, "k1", act="reserve", shipment="S-2", gross="2 g").status_code == 409


def test_every_form_carries_a_key_of_its_own(told: Told) -> None:
    """A form without a key is counted twice when it is sent twice; two forms with one key refuse each other."""
    for login, door, noun in (
        ("exporter", "counter", "case"),
        ("officer", "desk", "licence"),
        ("exporter", "counter", "licence"),
    ):
        html = log_in(login).get(told.page(door, noun)).content.decode()
        forms = [form for form in re.findall(r"<form method=\"post\".*?</form>", html, re.S) if "/logout/" not in form]
        keys = [re.findall(r'name="key" value="([0-9a-f]{32})"', form) for form in forms]
        assert forms and all(len(key) == 1 for key in keys)
        assert len({key[0] for key in keys}) == len(keys)


def test_a_refusal_names_every_reason_and_keeps_what_was_typed(told: Told) -> None:
    """Whoever is told "invalid" cannot cure anything; whoever has to type again gives up."""
    answer = act(log_in("exporter"), told.page("counter", "licence"), "k", act="reserve", shipment="S-7", gross="900 t")
    html = answer.content.decode()
    assert 'class="box refused"' in html and "/rules/provision/?id=" in html
    assert 'value="S-7"' in html and 'value="900 t"' in html


def test_a_unit_is_never_assumed(told: Told) -> None:
    """25 of what? A guessed unit is a thousandfold mistake on a licence."""
    answer = act(log_in("exporter"), told.page("counter", "licence"), "k", act="reserve", shipment="S-7", gross="25")
    assert answer.status_code == 422 and 'value="25"' in answer.content.decode()


def test_what_the_counter_lists_is_what_the_office_would_refuse_with(told: Told) -> None:
    """Two lists would mean that an applicant who cured everything is returned all the same."""
    client, text = log_in("exporter"), application().replace("    use: u1\n", "")
    shown = client.post("/counter/applications/new/", {"act": "check", "file": text}).content.decode()
    asked = set(re.findall(r"<p><strong>([^<]+)</strong></p>", shown))
    refused = act(client, "/counter/applications/new/", "k", act="submit", file=text, rev="1", signed="1").content.decode()
    reasons = re.findall(r"<li>(.*?)</li>", re.search(r'class="box refused".*?</section>', refused, re.S)[0], re.S)  # type: ignore[index]
    assert asked and len(reasons) == len(asked)


def test_a_draft_survives_the_session_and_the_language(told: Told) -> None:
    """An hour of typing must not hang on a session; nor may a reader lose it by reading in the other language."""
    client = log_in("exporter")
    client.post("/counter/applications/new/", {"act": "check", "file": "schema: broken: [", "rev": "0"})
    assert "schema: broken: [" in log_in("exporter").get("/counter/applications/new/").content.decode()
    switched = client.post("/counter/applications/new/", {"file": "half typed {{", "_language": "zh-Hans"}, follow=True)
    html = switched.content.decode()
    assert '<html lang="zh-Hans"' in html and "half typed {{" in html


def test_two_windows_never_overwrite_each_other(told: Told) -> None:
    """The slower of two windows would silently erase what the faster one saved."""
    client = log_in("exporter")
    client.post("/counter/applications/new/", {"act": "check", "file": "first", "rev": "0"})
    client.post("/counter/applications/new/", {"act": "check", "file": "second", "rev": "1"})
    late = client.post("/counter/applications/new/", {"act": "check", "file": "third", "rev": "1"})
    assert late.status_code == 409 and "second" in late.content.decode() and "third" in late.content.decode()
    assert models.Draft.objects.get(form="application/new").raw == {"file": "second"}


def test_hostile_text_is_shown_and_never_obeyed(told: Told) -> None:
    """What one party types is read by another: markup in it would act in an officer's name."""
    client = log_in("exporter")
    url = told.page("counter", "licence")
    pages = [
        act(client, url, "k", act="reserve", shipment=HOSTILE, lot=HOSTILE, gross="1 g"),
        client.get(url),
        client.get("/classify/", {"q": HOSTILE}),
        client.post("/verify/", {"number": HOSTILE, "code": HOSTILE}),
        client.get(f"/rules/provision/?id={HOSTILE}"),
        log_in("customs").get("/gate/", {"q": HOSTILE}),
    ]
    for answer in pages:
        html = answer.content.decode()
        assert "<script" not in html and "<b onclick" not in html


def test_who_acts_comes_from_the_session(told: Told) -> None:
    """A signature that a form field can move to somebody else is worth nothing."""
    act(
        log_in("exporter"),
        told.page("counter", "licence"),
        "k",
        act="void",
        drawdown="none",
        person="person-wei",
        role="officer",
    )
    last = models.LedgerRecord.objects.filter(dossier=told.dossiers["licence"]).order_by("-number").first()
    assert last is not None and b"person-lin" in bytes(last.body) and b"person-wei" not in bytes(last.body)


def test_a_signature_wants_the_password_again(told: Told) -> None:
    """A desk left open must not be enough to sign a decision."""
    officer, signer = log_in("officer"), log_in("countersigner")
    url = told.page("desk", "case")
    html = signer.get(url).content.decode()
    assert 'name="password"' not in html  # nothing is proposed, so nothing can be signed
    refused = act(officer, url, "k", act="sign", decision="x", digest="y", password="")
    assert 'class="box refused"' in refused.content.decode()
