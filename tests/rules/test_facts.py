"""Facts: sets of possible values that only shrink, collections that close, answers as people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.measure import UnitError
from lodemark.rules import UNKNOWN, FactSet, Known, NotAnAnswer, NotDetected, OneOf, UnreadableAnswer, Within, read_answer
from lodemark.rules.facts import text
from lodemark.rules.value import is_subset
from tests.rules.world import book, provision

BOOK = book([provision("1", None)])
REF = "line[L1].fraction[Dy]"


@pytest.mark.parametrize(
    ("new", "old", "answers"),
    [
        (Known(True), UNKNOWN, True),
        (UNKNOWN, Known(True), False),
        (Known("a"), OneOf(("a", "b")), True),
        (OneOf(("a",)), OneOf(("a", "b")), True),
        (OneOf(("a", "c")), OneOf(("a", "b")), False),
        (Known(D("0.2")), Within(D("0.1"), D("0.3")), True),
        (Known(D("0.4")), Within(D("0.1"), D("0.3")), False),
        (Within(D("0.1"), D("0.2")), Within(D("0.1"), D("0.3")), True),
        (Within(D("0.1"), None), Within(D("0.1"), D("0.3")), False),
        (Known(date(2026, 1, 1)), Within(date(2025, 1, 1), None), True),
        (NotDetected(D("0.0001")), Within(D(0), D("0.0001")), True),
        (Known(0), NotDetected(D("0.0001")), True),
        (Known(D("0.00005")), NotDetected(D("0.0001")), False),
        (NotDetected(D("0.00005")), NotDetected(D("0.0001")), True),
        (Known("x"), Within(D(0), None), False),
        (Within(D(0), D(1)), OneOf((D(0), D(1))), False),
    ],
)
def test_more_knowledge_is_a_smaller_set(new, old, answers: bool):
    """If this failed, a correction could pass for an answer and rewrite what was filed."""
    assert is_subset(new, old) is answers


def test_an_answer_narrows_a_correction_replaces_and_neither_touches_the_old_set():
    """If this failed, facts would change under a decision that rests on them."""
    first = FactSet().state({REF: Within(D("0.001"), D("0.003"))})
    second = first.answer(REF, D("0.002"), source="lab1")
    with pytest.raises(NotAnAnswer) as raised:
        second.answer(REF, D("0.0025"))
    assert "0.0025" in raised.value.explain() and "更正" in raised.value.explain("zh-Hans")
    assert second.correct(REF, D("0.0025")).value(REF) == Known(D("0.0025"))
    assert first.value(REF) == Within(D("0.001"), D("0.003"))


def test_a_closed_collection_stays_closed():
    """If this failed, somebody could add a part after saying that there are no others."""
    closed = FactSet().collect("application.nodes", ["n1"]).close("application.nodes")
    with pytest.raises(NotAnAnswer):
        closed.collect("application.nodes", ["n1", "n2"])
    with pytest.raises(NotAnAnswer):
        FactSet().collect("application.nodes", ["n1"]).collect("application.nodes", ["n2"])


def test_the_digest_is_that_of_what_was_said_whatever_the_order():
    """If this failed, two copies of a file would have two identities, or two files one."""
    one = FactSet().state({"application.a": True}, "x").state({"application.b": D("0.10")}, "x")
    other = FactSet().state({"application.b": D("0.1")}, "x").state({"application.a": True}, "x")
    assert one.digest == other.digest
    assert (
        len({one.digest, one.state({"application.a": False}, "x").digest, one.state({"application.a": True}, "y").digest}) == 3
    )


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3), max_leaves=5
    ),
    st.sampled_from(sorted(BOOK.vocabulary)),
)
def test_whatever_is_answered_is_read_or_refused_with_a_sentence(raw, name):
    """If this failed, a strange answer would stop the program instead of being handed back."""
    if isinstance(raw, list) and not all(isinstance(item, str) for item in raw):
        return
    try:
        read_answer(BOOK.vocabulary[name], raw)
    except (UnreadableAnswer, UnitError) as refused:
        assert refused.explain("en") and refused.explain("zh-Hans")


@pytest.mark.parametrize(
    ("name", "raw", "means"),
    [
        ("line.fraction", "0.36 % m/m", Known(D("0.0036"))),
        ("line.fraction", "12 ppm m/m", Known(D("0.000012"))),
        ("line.fraction", "<0.01 % m/m", NotDetected(D("0.0001"))),
        ("line.fraction", "n.d. 0.01 % m/m", NotDetected(D("0.0001"))),
        ("line.fraction", "0.1..0.2 % m/m", Within(D("0.001"), D("0.002"))),
        ("application.mass", "25 kg", Known(25_000_000)),
        ("application.day", "2026-03-16", Known(date(2026, 3, 16))),
        ("application.a", "是", Known(True)),
        ("application.a", "no", Known(False)),
        ("application.goals", "war,peace", Known(frozenset({"war", "peace"}))),
        ("application.colour", "TBD", UNKNOWN),
        ("application.count", "", UNKNOWN),
        ("application.note", "不详", UNKNOWN),
    ],
)
def test_answers_as_people_write_them(name: str, raw: str, means):
    """If this failed, "TBD" would be a colour, or a detection limit a content."""
    assert read_answer(BOOK.vocabulary[name], raw) == means


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("line.fraction", "0.36"),
        ("line.fraction", "0.36 % at"),
        ("application.day", "16.3.2026"),
        ("application.a", "maybe"),
        ("application.colour", "purple"),
    ],
)
def test_an_answer_of_another_kind_is_refused_not_guessed(name: str, raw: str):
    """If this failed, a number without unit would be given one."""
    with pytest.raises(UnreadableAnswer):
        read_answer(BOOK.vocabulary[name], raw)


def test_each_set_has_one_text():
    """If this failed, digests and messages would differ for the same knowledge."""
    assert [
        text(value)
        for value in (Known(D("0.10")), Known(None), Within(None, D(2)), OneOf(("b", "a")), NotDetected(D("0.01")), UNKNOWN)
    ] == [
        "0.1",
        "none",
        "[ .. 2]",
        "{a, b}",
        "n.d. <= 0.01",
        "?",
    ]
