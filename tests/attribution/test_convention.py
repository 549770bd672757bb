"""Booking conventions: what each claim would make of the records, and which record contradicts it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from lodemark.attribution import Genealogy, TraceError, build

from .graphs import tables

SPLIT = (
    '{"lots": {"X": 60, "O": 40, "A": 70, "B": 30},"processes": {"p": {"inputs": {%s}, "outputs": {"A": 70, "B": 30}},'
    '"m": {"inputs": {"A": 70}, "outputs": {}, "sink": "military"}, "c": {"inputs": {"B": 30}, "outputs": {}, "sink": "civil"}}}'
)


def split(inputs: str = '"X": 60, "O": 40') -> Genealogy:
    return Genealogy.from_json(SPLIT % inputs)[0]


@pytest.mark.parametrize(
    ("inputs", "military", "civil"),
    [
        ('"X": 60, "O": 40', 60.0, 0.0),  # X came first and fills A (70) up to 60; O follows with 10, and 30 in B
        ('"O": 40, "X": 60', 30.0, 30.0),  # O fills A up to 40, X follows with 30; the other 30 of X are all of B
    ],
)
def test_first_in_first_out_goes_by_the_order_of_the_records(inputs: str, military: float, civil: float) -> None:
    """Lost: a claim that cannot be checked because nobody says what it means."""
    answer = split(inputs).book("X", "Dy", "fifo")
    assert dict(zip(answer.columns, answer.kg or (), strict=True)) == {
        "military": military,
        "unknown": 0.0,
        "civil": civil,
        "stock": 0.0,
        "loss": 0.0,
    }


def test_first_in_first_out_loses_last_and_leaves_what_was_not_taken() -> None:
    """Lost: grams between two records. Y (10) then X (10); 12 come out, so 8 of X are lost; of A (12: Y 10, X 2) 11 are
    taken, so 1 of X goes and 1 stays."""
    text = (
        '{"lots": {"X": 10, "Y": 10, "A": 12}, "processes": {"p": {"inputs": {"Y": 10, "X": 10}, "outputs": {"A": 12}},'
        '"m": {"inputs": {"A": 11}, "outputs": {}, "sink": "military"}}}'
    )
    answer = Genealogy.from_json(text)[0].book("X", "Dy", "fifo")
    assert answer.kg == (1.0, 0.0, 0.0, 1.0, 8.0)


def test_a_claim_the_records_do_not_bear_gets_the_record_and_no_number() -> None:
    """Lost: "kept apart", said of a melt."""
    preserved = split().book("X", "Dy", "identity-preserved")
    assert preserved.kg is None and preserved.conflict is not None
    assert (preserved.conflict.code, preserved.conflict.facts) == ("conflict-identity-preserved", {"process": "p", "lot": "O"})
    assert split().book("X", "Dy", "segregated").kg == pytest.approx((42.0, 0, 18.0, 0, 0))  # O counts as licensed too
    lots = {"lot": ["X", "O", "A"], "mass_mg": [60, 40, 100], "licensed": [True, False, False]}
    rest = (
        {"process": ["p", "p"], "lot": ["X", "O"], "mass_mg": [60, 40]},
        {"process": ["p"], "lot": ["A"]},
        {"process": ["p"]},
    )
    mixed = build(lots, *rest).book("X", "Dy", "segregated")
    assert mixed.conflict is not None and mixed.conflict.facts["lot"] == "O"
    weighed = split('"X": 60, "O": null').book("X", "Dy", "controlled-blending")
    assert weighed.conflict is not None and weighed.conflict.code == "conflict-booked-unweighed"
    with pytest.raises(TraceError):
        split().book("X", "Dy", "lifo")


def test_a_batch_that_was_kept_apart_is_where_it_is() -> None:
    """Lost: a true claim refused."""
    text = (
        '{"lots": {"X": 10, "A": 9, "Z": 5}, "processes": {"p": {"inputs": {"X": 10}, "outputs": {"A": 9}},'
        '"m": {"inputs": {"A": 9}, "outputs": {}, "sink": "civil"}, "n": {"inputs": {"Z": 5}, "outputs": {}, "sink": "military"}}}'
    )
    for claim in ("identity-preserved", "segregated", "controlled-blending", "fifo", "proportional"):
        assert Genealogy.from_json(text)[0].book("X", "Dy", claim).kg == pytest.approx((0, 0, 9.0, 0, 1.0)), claim


@given(tables())
def test_first_in_first_out_is_one_of_the_ways_it_can_have_been(genealogy_tables: Any) -> None:
    """Lost: a convention that moves grams no record moved, or bounds that a possible way lies outside of."""
    genealogy = build(*genealogy_tables)
    for lot in genealogy.licensed_lots():
        booked = genealogy.book(lot, "Dy", "fifo")
        assert booked.kg is not None
        assert round(sum(booked.kg) * 1e6) == int(genealogy.graph.base_mg[int(genealogy.graph.lots([lot])[0])])
        for name, kg in zip(booked.columns[:3], booked.kg, strict=False):
            answer = genealogy.bounds(lot, "Dy", [name])
            assert answer.min_mg <= round(kg * 1e6) <= answer.max_mg
