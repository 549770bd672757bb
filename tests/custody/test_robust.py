"""Damaged documents: refused or kept, but never a crash, and what is kept survives a round trip."""

import copy
import json
import random
import re

import pytest

from lodemark.custody import Journal, read, validate
from lodemark.custody.convert import convert
from lodemark.custody.prehash import digests
from lodemark.trouble import Error
from tests.custody.make import MINE, NOW, document
from tests.custody.test_query import EVENTS

VALUES = [
    None, True, 0, -1, 1e10, "", " ", "x", "a:b", "https://id.gs1.org/01/04012345123456", "urn:epc:id:sgtin:1.2.3", [], {},
    [[]], [{}], {"@context": 5}, "2026-02-30T00:00:00Z", "9999-12-31T23:59:59-14:00", {"a": 1}, "💥", 10**20, -(10**30), "1e5",
    {"@value": [1]}, {"@value": None}, ["a", {"b:c": []}],
]  # fmt: skip
NAMES = [
    "ex:new",
    "rdfs:comment",
    "@context",
    "ilmd",
    "parentID",
    "readPoint",
    "quantityList",
    "errorDeclaration",
    "{ns}a",
    "a:",
    "type",
]
TEXTS = [
    b"",
    b"x",
    b"1e999",
    b"NaN",
    b"2026-02-30T00:00:00Z",
    b"&#0;",
    b"&amp;",
    b"<a/>",
    b'<ex:b xmlns:ex="urn:q">1</ex:b>',
    b"9" * 400,
]


def places(value, path=()):
    yield path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(item, (*path, key))


def damaged_json(draw):
    body = json.loads(document(*copy.deepcopy(list(EVENTS.values()))))
    for _ in range(draw.choice([1, 1, 2, 3])):
        path = draw.choice([p for p in places(body) if p])
        inside = body
        for step in path[:-1]:
            inside = inside[step]
        what = draw.random()
        if what < 0.6:
            inside[path[-1]] = copy.deepcopy(draw.choice(VALUES))
        elif what < 0.8:
            del inside[path[-1]]
        elif isinstance(inside, dict):
            inside[draw.choice(NAMES)] = copy.deepcopy(draw.choice(VALUES))
    return json.dumps(body).encode("utf-8", "surrogatepass")


WHOLE_XML = convert(read(document(*EVENTS.values())), "xml")


def damaged_xml(draw):
    text = bytearray(WHOLE_XML)
    for _ in range(draw.choice([1, 2, 3])):
        what = draw.random()
        at = draw.randrange(len(text))
        spots = [m.span() for m in re.finditer(rb">[^<>]+<", text)]
        if what < 0.3:
            text[at] = draw.randrange(256)
        elif what < 0.5:
            del text[at : at + draw.randrange(1, 40)]
        elif spots:
            start, end = draw.choice(spots)
            text[start + 1 : end - 1] = draw.choice(TEXTS)
    return bytes(text)


def survive(make, other, seed, turns):
    draw, journal, kept = random.Random(seed), Journal.open(":memory:"), 0
    for _ in range(turns):
        data = make(draw)
        kept += journal.capture(data, party=MINE, recorded_at=NOW, behaviour="proceed", lenient=True).captured
        try:
            first = read(data, lenient=True)
            if validate(first, recorded_at=NOW).ok and first.sent:
                again = read(convert(first, other), lenient=True)
                assert [digests(s) for s in again.sent] == [digests(s) for s in first.sent]
        except Error as error:
            assert error.explain("en") != error.explain("zh-Hans")
    assert kept
    journal.genealogy().tables()


@pytest.mark.parametrize(("make", "other"), [(damaged_json, "xml"), (damaged_xml, "json")])
def test_damage_is_refused_or_kept_and_never_crashes(make, other):
    """One malformed upload must not stop the desk for everybody."""
    survive(make, other, seed=1, turns=60)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("make", "other"), [(damaged_json, "xml"), (damaged_xml, "json")])
def test_much_damage(make, other, seed):
    """The same, for as long as somebody is willing to wait."""
    survive(make, other, seed, turns=2_000)
