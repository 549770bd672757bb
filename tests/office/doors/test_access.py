"""The doors as addresses: who may open what, and what every answer carries."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from lodemark_office.doors.parts.access import PUBLIC
from tests.office.doors.demonstration import ROLES, Told, log_in


def views(resolver: URLResolver | None = None) -> Iterator[tuple[str, URLPattern]]:
    """Every route with its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        prefix = str(resolver.pattern) if resolver else ""
        if isinstance(entry, URLResolver):
            yield from views(entry)
        else:
            yield prefix + str(entry.pattern), entry


DOORS = [(route, pattern) for route, pattern in views() if "doors" in pattern.callback.__module__]


def addresses(told: Told) -> list[tuple[str, tuple[str, ...]]]:
    """Every address with an object of the stories in it, and the roles it declares."""
    return [
        (told.fill(route), pattern.callback.access)
        for route, pattern in DOORS
        if told.fill(route) and not route.endswith("logout/")
    ]


def test_every_route_declares_who_may_open_it() -> None:
    """A page whose guard was forgotten would be open to everybody."""
    assert len(DOORS) > 40
    assert [route for route, pattern in DOORS if not getattr(pattern.callback, "access", None)] == []


def test_a_role_opens_what_it_is_declared_for_and_nothing_else(told: Told) -> None:
    """An exporter who can open a desk page reads other firms' secrets; an officer who cannot, decides blindly."""
    wrong = []
    for login, role in ROLES.items():
        client = log_in(login)
        for url, allowed in addresses(told):
            if PUBLIC in allowed:
                continue
            status, may = client.get(url).status_code, role in allowed
            # What may be opened may still be nobody's own, or only take a form; what may not is never there.
            if (status not in (200, 302, 404, 405)) or (not may and status != 404):
                wrong.append((login, url, status))
    assert wrong == []


def test_without_a_log_in_only_public_pages_open(told: Told) -> None:
    """Whoever is not known is asked to log in, before anything is looked up."""
    client = Client()
    for url, allowed in addresses(told):
        answer = client.get(url)
        if PUBLIC not in allowed:
            assert answer.status_code == 302 and answer["Location"].startswith("/login/"), url


def test_not_yours_and_not_there_are_the_same_bytes(told: Told) -> None:
    """If the two differ, anybody can find out which firms have a case, and which are suspected of something."""
    client = log_in("longterm")
    for url in told.own_pages("beichen"):
        theirs, reference = client.get(url), url.split("/")[-2]
        nothing = client.get(url.replace(reference, "X-0000"))
        assert theirs.status_code == nothing.status_code == 404, url
        assert bare(theirs, reference) == bare(nothing, "X-0000"), url


def bare(answer: HttpResponse, reference: str) -> str:
    """The body without what was asked for and without the token of the form, which is new on every page."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return body.replace(reference, "")


def test_every_answer_carries_the_headers(told: Told) -> None:
    """One page without its policy is the page through which a script comes in."""
    client = log_in("officer")
    for url in ["/", "/open/", "/verify/", "/no-such-page/", *(url for url, _ in addresses(told))]:
        answer = client.get(url)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy, url
        assert answer["X-Content-Type-Options"] == "nosniff" and answer["X-Frame-Options"] == "DENY", url
        if url.startswith("/desk/"):
            assert answer["Cache-Control"] == "no-store", url


def test_nothing_is_done_by_a_form_from_elsewhere(told: Told) -> None:
    """Another site must not be able to sign in an officer's name."""
    client = Client(enforce_csrf_checks=True)
    account = log_in("officer")
    client.cookies = account.cookies
    answer = client.post(told.page("desk", "case"), {"act": "take"})
    assert answer.status_code == 403 and "take" not in answer.content.decode()


@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
def test_pages_hold_no_script_no_style_and_no_bare_code(told: Told, lang: str) -> None:
    """An inline script is refused by the policy and breaks the page; a bare code tells a reader nothing."""
    bare = re.compile(r">\s*(?:page|nav|state|noun|empty|role|duty|outcome|court|ground|record|verdict)-[a-z_-]+\s*<")
    for login in ("exporter", "officer", "customs", "inspector"):
        client = log_in(login)
        for url, allowed in addresses(told):
            if ROLES[login] not in allowed and not (PUBLIC in allowed and login == "officer"):
                continue
            answer = client.get(url, {"lang": lang, **told.query(url)})
            if answer.status_code not in (200, 404) or not answer["Content-Type"].startswith("text/html"):
                continue
            html = answer.content.decode()
            assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", html), url
            assert not bare.search(html), (url, bare.search(html))
            assert f'<html lang="{lang}"' in html


def test_the_two_languages_say_it_in_their_own_words(told: Told) -> None:
    """A page that falls back to the other language leaves half of its readers outside."""
    client = log_in("officer")
    for url in ("/desk/", told.page("desk", "case"), told.page("desk", "licence"), "/desk/lists/"):
        english, chinese = (client.get(url, {"lang": lang}).content.decode() for lang in ("en", "zh"))
        heads = [re.findall(r"<h2[^>]*>([^<]+)", text) for text in (english, chinese)]
        assert len(heads[0]) == len(heads[1]) > 0
        assert all(re.search("[\u4e00-\u9fff]", head) for head in heads[1]), heads[1]
        assert not any(re.search("[\u4e00-\u9fff]", head) for head in heads[0]), heads[0]


def test_guessing_passwords_comes_to_an_end(told: Told) -> None:
    """Without a limit every password is a matter of patience; and an honest slip must not lock anybody else out."""
    public = Client()
    statuses = [public.post("/login/", {"login": "officer", "password": f"guess {n}"}).status_code for n in range(12)]
    assert statuses == [422] * 10 + [429] * 2
    assert public.post("/login/", {"login": "customs", "password": "slip"}).status_code == 422


def test_the_list_offers_a_start_to_those_who_can_start(told: Told) -> None:
    """A button that leads an officer to "not there" teaches that buttons lie."""
    asked = told.query("/checklist/")
    offered = {login: b"/counter/applications/new/?" in log_in(login).get("/checklist/", asked).content for login in ROLES}
    assert {login for login, may in offered.items() if may} == {"exporter", "buyer"}
    assert b"/counter/applications/new/?" in Client().get("/checklist/", asked).content


def test_the_trace_opens_where_something_can_be_followed(told: Told) -> None:
    """An inspector who first sees an empty page thinks that nothing was recorded at all."""
    followed = log_in("inspector").get("/inspectorate/trace/").context
    assert followed["rows"] and followed["number"] != followed["licences"][0].reference
