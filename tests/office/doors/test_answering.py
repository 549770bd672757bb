"""Answering beside the question: what is typed into a field stands in the file, in its place, or is told and changes nothing."""

from __future__ import annotations

import re
from html import unescape

import orjson
import pytest
from django.test import Client

from lodemark.application import put
from lodemark_office.doors.parts.adding import ADD, UnderSeal, added
from lodemark_office.doors.parts.asked import SAID
from tests.office.doors.demonstration import Told, log_in

SEAL = {"sealed": "sha-256:" + "a" * 64, "to": "authority"}
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
    found = re.findall(rf'<(?:input|select) id="{SAID}[^"]+" name="{SAID}([^"]+)"([^>]*)>', html)
    return {unescape(name): rest for name, rest in found}


def text(html: str) -> dict[str, object]:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", html, re.S)
    assert found
    return orjson.loads(unescape(found[1]))


def save(client: Client, **answers: str) -> str:
    shown = client.get(NEW).content.decode()
    rev = re.search(r'name="rev" value="(\d+)"', shown)
    assert rev
    said = {place if place.startswith(ADD) else SAID + place: answer for place, answer in answers.items()}
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


def add(client: Client, noun: str, **blanks: str) -> str:
    return save(client, **{f"{ADD}{noun}:{name}": text for name, text in blanks.items()})


PRODUCT = (
    {"function": "humanoid robot", "units": "600", "spares": "0.03", "scrap": "0.02", "onward": "true", "destinations": "NO"},
    {"function": "knee joint", "parent": "humanoid-robot", "per": "2"},
    {"function": "rotor", "parent": "knee-joint", "per": "1"},
    {"function": "magnet", "parent": "rotor", "per": "8", "line": "L1", "all": "true"},
)
PAPERS = (
    "contract",
    "technical_description",
    "identity_legal_representative",
    "identity_manager",
    "identity_agent",
    "risk_report",
    "pledge",
)


def test_a_whole_application_can_be_written_without_touching_its_text(writer: Client) -> None:
    """Whoever can say which joint the magnet sits in must not have to learn a file format to say it."""
    save(writer, **{"/answers/line[L1].fraction[Dy]": "2.6", "/answers/line[L1].fraction[Tb]": "0.1"})
    add(writer, "goods", line="L1", model="42SH", pieces="10000", gross="20 kg")
    add(writer, "party", role="end_user", name="Alder Robotics AG", military="false")
    add(writer, "party", role="consignee", name="Alder Drives GmbH", country="at", military="false")
    add(writer, "party", role="ultimate_end_user", name="Fjordline Logistikk AS", country="NO", military="false", all="true")
    for part in PRODUCT:
        add(writer, "part", **part)
    for item, start, end in (("magnet", "CN", "CH"), ("humanoid-robot", "CH", "NO")):
        add(writer, "crossing", item=item, **{"from": start, "to": end})
    for kind in PAPERS:
        add(writer, "paper", kind=kind)
    said = {"end_user": "Alder Robotics AG", "model": "42SH", "quantity": "20 kg", "destination": "CH"}
    html = add(writer, "paper", kind="end_use_statement", signed_on="2026-10-20", lang="zh", **said)
    for _ in range(3):  # an answer may open another question
        blanks = fields(html)
        plain = {
            place: "false" for place in blanks if place.startswith("/answers/") and "how" not in place and "count" not in place
        }
        rest = {place: text for place, text in STATED.items() if place in blanks}
        html = save(writer, **plain, **rest)
    assert 'class="met verdict"' in html, re.findall(r"<li>\s*<p><strong>(.*?)</strong>", html)
    content = text(html)
    assert content["lines"][0]["node"] == "magnet"  # type: ignore[index]
    assert content["tree"]["nodes"]["rotor"]["in"] == [{"parent": "knee-joint", "per_parent": 1}]  # type: ignore[index]


STATED = {
    "/end_use/0/function": "drives the knee joint of the robot",
    "/end_use/0/position": "on the rotor surface of both knee joints",
    "/parties/exporter/country": "CN",
    "/answers/application.end_user_count": "1",
    "/answers/node[rotor].how": "surface mounted on the core",
}


@pytest.mark.parametrize("opened", [None, "TBD", "待定"])
def test_what_was_left_open_gives_way_to_what_is_added(opened: str | None) -> None:
    """ "To be decided" is an honest start; a form that breaks on it loses the person and what they had typed."""
    content = dict.fromkeys(("parties", "tree", "documents", "answers"), opened) | {"lines": [{"id": "L1", "quantity": opened}]}
    typed = {
        "goods:line": "L1", "goods:pieces": "²", "party:role": "consignee", "party:name": "Alder", "party:all": "true",
        "part:function": "rotor", "part:line": "L1", "crossing:item": "rotor", "crossing:to": "at", "paper:kind": "contract",
    }  # fmt: skip
    made = added(content, {ADD + name: text for name, text in typed.items()})
    assert made["parties"] == {"consignee": {"id": "p1", "names": {"en": "Alder"}}, "complete": True}
    assert made["lines"] == [{"id": "L1", "quantity": {"pieces": "²"}, "node": "rotor"}]
    assert made["tree"]["nodes"]["rotor"]["final"] and made["tree"]["crossings"] == [{"item": "rotor", "to": "AT"}]
    assert [one["kind"] for one in made["documents"]] == ["contract"]
    assert put(content, {"/answers/x": "y"})["answers"] == {"x": "y"}


def test_a_party_named_by_its_id_stays_beside_the_one_that_is_added() -> None:
    """A role held by a party that is written out elsewhere must not lose it."""
    content = {"parties": {"exporter": {"id": "e"}, "consignee": "e", "end_user": "TBD"}}
    for role in ("consignee", "end_user"):
        content = added(content, {f"{ADD}party:role": role, f"{ADD}party:name": role})
    assert content["parties"]["consignee"] == ["e", {"id": "p1", "names": {"en": "consignee"}}]  # type: ignore[index]
    assert content["parties"]["end_user"] == {"id": "p2", "names": {"en": "end_user"}}  # type: ignore[index]


@pytest.mark.parametrize(
    "sealed",
    [{"documents": SEAL}, {"tree": SEAL}, {"tree": {"crossings": SEAL}}, {"parties": SEAL}, {"parties": {"consignee": SEAL}}],
)
def test_a_seal_is_never_written_over(sealed: dict[str, object]) -> None:
    """The owner gave an answer behind it; a form that replaced it would throw that answer away unread."""
    every = {"party:role": "consignee", "party:name": "x", "crossing:item": "x", "part:function": "x", "paper:kind": "contract"}
    with pytest.raises(UnderSeal):
        added(sealed, {ADD + name: text for name, text in every.items()})
