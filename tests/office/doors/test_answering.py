"""Answering beside the question: what is typed into a field stands in the file, in its place, or is told and changes nothing."""

from __future__ import annotations

import re
from html import unescape

import orjson
import pytest
from django.test import Client

from lodemark_office.doors.parts.asked import SAID
from tests.office.doors.demonstration import Told, log_in

NEW = "/counter/applications/new/"
SHORT = {"kind": "single", "family": "ndfeb_sintered", "form": "magnet", "category": "civil.humanoid_robot", "country": "CH"}


@pytest.fixture
def writer(told: Told) -> Client:
    """An exporter who has stated a few facts and is asked the rest."""
    client = log_in("exporter")
    client.get(NEW, SHORT)
    return client


def fields(html: str) -> dict[str, str]:
    """Name -> the element of every field beside a question."""
    found = re.findall(rf'<(?:input|select) id="said\d+" name="{SAID}([^"]+)"([^>]*)>', html)
    return {unescape(name): rest for name, rest in found}


def text(html: str) -> dict[str, object]:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", html, re.S)
    assert found
    return orjson.loads(unescape(found[1]))


def save(client: Client, **answers: str) -> str:
    shown = client.get(NEW).content.decode()
    rev = re.search(r'name="rev" value="(\d+)"', shown)
    assert rev
    said = {SAID + place: answer for place, answer in answers.items()}
    form = {"act": "check", "rev": rev[1], "file": orjson.dumps(text(shown)).decode(), **said}
    return client.post(NEW, form).content.decode()


def test_every_question_that_one_field_can_hold_has_one(writer: Client) -> None:
    """Who has to find the place of an answer in a text gives up, or puts it where nobody reads it."""
    offered = fields(writer.get(NEW).content.decode())
    assert {"/end_use/0/function", "/end_use/0/position", "/parties/exporter/country"} <= offered.keys()
    assert {"/answers/end_use[u1].wmd", "/answers/line[L1].fraction[Dy]"} <= offered.keys()
    assert all('form="writing"' in rest for rest in offered.values())
    # A list of parties, parts or papers is no single answer.
    assert not {"/parties/consignee", "/documents", "/tree"} & offered.keys()


def test_answers_go_to_their_places_and_leave_the_list(writer: Client) -> None:
    """An answer that lands elsewhere is asked for again, and the applicant thinks that nobody read it."""
    before = len(fields(writer.get(NEW).content.decode()))
    html = save(
        writer,
        **{
            "/end_use/0/function": "drives the knee of the robot",
            "/answers/end_use[u1].wmd": "false",
            "/answers/line[L1].fraction[Dy]": "3",
        },
    )
    content = text(html)
    assert content["end_use"][0]["function"] == "drives the knee of the robot"  # type: ignore[index]
    assert content["answers"] == {"end_use[u1].wmd": False, "line[L1].fraction[Dy]": "3 % m/m"}
    assert len(fields(html)) <= before - 2 and "/answers/end_use[u1].wmd" not in fields(html)
    # The draft holds them as well: the next visit begins there.
    assert text(writer.get(NEW).content.decode()) == content


def test_what_cannot_be_read_is_told_and_loses_nothing(writer: Client) -> None:
    """One bad number must not cost the nine good answers beside it."""
    before = text(writer.get(NEW).content.decode())
    html = save(writer, **{"/answers/line[L1].fraction[Dy]": "a lot", "/end_use/0/function": "drives the knee"})
    assert text(html) == before
    assert 'value="a lot"' in html and 'value="drives the knee"' in html
    assert "cannot be read as an answer" in html.partition('id="writing"')[0]


def test_only_the_places_that_are_asked_take_an_answer(writer: Client) -> None:
    """A made-up field must not write elsewhere in the file, and must not break the page."""
    before = text(writer.get(NEW).content.decode())
    html = save(writer, **{"/parties/exporter/id": "somebody", "/no/such/place": "x", "nonsense": "y"})
    assert text(html) == before
