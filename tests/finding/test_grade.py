"""If these fail, the tool says more than the evidence, or less than a person must see."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lodemark.finding import Mark, Reach, Strands, grade
from lodemark.finding.grade import ADVERSE, TABLE, limits
from lodemark.finding.model import Limit
from tests.finding.stories import RULES

REACH = Reach(0, 1, 50, 100)
NOTHING = replace(REACH, high_mg=0, expected_mg=0)
NO_NUMBER = Reach(None, None, None, 100, conflict=Limit("conflict-overdrawn", {"lot": "A", "excess_mg": 7}))
PLUS = Mark("composition", "S-1", D("2.5"), D(-3), D(3))
PLUS_2 = Mark("composition", "S-2", D("0.1"), D(-3), D(3))
MINUS = Mark("code", "S-3", D("-2.5"), D(-3), D(3))

CASES: list[tuple[str, str, Strands]] = [
    ("excluded", "maximum is zero", Strands(NOTHING)),
    ("excluded", "every path ends elsewhere and the mass closes", Strands(replace(REACH, closes=True))),
    ("entitlement-only", "the path crosses a mass-balance site", Strands(replace(REACH, crosses=("Site 4",), expected_mg=90))),
    ("not-assessable", "attribution was never run", Strands()),
    ("not-assessable", "gaps leave everything open", Strands(replace(REACH, high_mg=100, gaps=("no weighing",)))),
    ("not-assessable", "a stage that carries no mark, all open", Strands(replace(REACH, high_mg=100), markable=False)),
    ("not-assessable", "records that contradict each other", Strands(NO_NUMBER, named_by="visit/1")),
    ("indicated", "marks speak where the records do not", Strands(NO_NUMBER, (PLUS, PLUS_2))),
    ("possible", "maximum above zero and nothing more", Strands(REACH)),
    ("possible", "gaps, but the maximum is bounded", Strands(replace(REACH, gaps=("one late report",)))),
    ("possible", "exactly the material share", Strands(replace(REACH, expected_mg=5))),
    ("indicated", "one milligram above the material share", Strands(replace(REACH, expected_mg=6))),
    ("indicated", "marks on two samples reach LR 100", Strands(REACH, (PLUS, PLUS_2))),
    ("possible", "a single assay never gives an adverse grade alone", Strands(REACH, (PLUS,))),
    ("possible", "one sample measured twice counts once", Strands(REACH, (PLUS, replace(PLUS, log10_lr=D("2.9"))))),
    ("possible", "clipped to the validated range", Strands(REACH, (replace(PLUS, log10_lr=D(9), high=D(1)), PLUS_2))),
    ("proven", "certified minimum and a named end user", Strands(replace(REACH, low_mg=1, exact=True), named_by="visit/1")),
    ("proven", "preserved serial and a named end user", Strands(REACH, serial_in_item=True, named_by="visit/1")),
    ("possible", "certified minimum, nobody named", Strands(replace(REACH, low_mg=1, exact=True))),
    ("possible", "a serial, nobody named", Strands(REACH, serial_in_item=True)),
    ("possible", "a minimum without certificate", Strands(replace(REACH, low_mg=1), named_by="visit/1")),
    ("conflict", "two heavy strands of opposite sign", Strands(REACH, (PLUS, PLUS_2, MINUS))),
    ("conflict", "mass excludes what marks indicate", Strands(NOTHING, (PLUS, PLUS_2))),
    ("possible", "opposite signs, one of them light", Strands(REACH, (PLUS, replace(MINUS, log10_lr=D("-1.9"))))),
]


@pytest.mark.parametrize(("expected", "why", "strands"), CASES, ids=[why for _, why, _ in CASES])
def test_each_row_of_the_grade_table(expected: str, why: str, strands: Strands) -> None:
    """One grade too high is an accusation, one too low a blind eye."""
    assert grade(strands, RULES)[0] == expected


def test_every_grade_is_reached() -> None:
    """A grade that no evidence can reach is an empty word."""
    assert {expected for expected, _, _ in CASES} == {name for name, _ in TABLE}


def test_contradicting_records_are_named_with_their_cure() -> None:
    """A grade "not assessable" without the reason leaves nobody able to correct the record."""
    told = limits(Strands(NO_NUMBER))
    assert [one.code for one in told[:2]] == ["limit-contradiction", "conflict-overdrawn"] and told[1].facts["lot"] == "A"


def test_the_limits_name_what_cannot_be_shown() -> None:
    """A grade without its limits reads like certainty."""
    strands = Strands(Reach(3, 5, 9, 9, crosses=("Site 4",), gaps=("no weighing",)), (PLUS,), markable=False)
    assert [limit.code for limit in grade(strands, RULES)[1]] == [
        "limit-entitlement",
        "limit-gaps",
        "limit-as-recorded",
        "limit-bound-not-certified",
        "limit-no-mark-here",
        "limit-end-user-not-named",
        "limit-single-sample",
    ]
    assert grade(Strands(), RULES)[1][0].code == "limit-not-attributed"


MARKS = st.builds(
    Mark,
    st.sampled_from(["composition", "code"]),
    st.sampled_from(["S-1", "S-2", "S-3"]),
    st.decimals(-4, 4, places=2),
    st.just(D(-3)),
    st.just(D(3)),
)
REACHES = st.builds(
    lambda low, more, most: Reach(low, low + more // 2, low + more, low + more + most),
    st.integers(0, 50),
    st.integers(0, 50),
    st.integers(0, 50),
)


@settings(max_examples=200, deadline=None)
@given(REACHES, st.lists(MARKS, max_size=5), st.decimals(-4, 0, places=2))
def test_exonerating_marks_never_worsen_the_grade(reach: Reach, marks: list[Mark], value: D) -> None:
    """An answer that helps the party must not be turned against it."""
    before, _ = grade(Strands(reach, tuple(marks)), RULES)
    after, _ = grade(Strands(reach, (*marks, Mark("code", "S-9", value, D(-3), D(3)))), RULES)
    # A conflict lies with a person already; what it resolves into is not made worse by the mark.
    assert before in (*ADVERSE, "conflict") or after not in ADVERSE


@settings(max_examples=100, deadline=None)
@given(REACHES, st.permutations([PLUS, PLUS_2, MINUS]))
def test_the_order_of_marks_changes_nothing(reach: Reach, marks: list[Mark]) -> None:
    """Evidence is a set, not a story told in the best order."""
    assert grade(Strands(reach, tuple(marks)), RULES) == grade(Strands(reach, (PLUS, PLUS_2, MINUS)), RULES)
