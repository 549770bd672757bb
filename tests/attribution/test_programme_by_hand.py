"""Pools, assays and unweighed masses, worked out by hand; answers in kilograms."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.attribution import Assay, Genealogy, TraceError, build, read_small

from .graphs import tables


def ask(lots: dict[str, Any], processes: dict[str, Any], mode: Any = "free", **file: Any) -> Any:
    text = json.dumps({"element": "Dy", "lots": lots, "processes": processes, **file})
    genealogy, small = Genealogy.from_json(text)
    return genealogy.bounds("X", "Dy", ["military"], mode=mode, assays=small.assays)


def sink(name: str, **inputs: Any) -> dict[str, Any]:
    return {"inputs": inputs, "outputs": {}, "sink": name}


MIX = {"inputs": {"X": 60, "O": 40}, "outputs": {"A": 70, "B": 30}}
SPLIT = {"p": MIX, "m": sink("military", A=35), "c": sink("civil", A=35, B=30)}
LOTS = {"X": 60, "O": 40, "A": 70, "B": 30}


def numbers(answer: Any) -> tuple[Any, ...]:
    return answer.min_kg, answer.max_kg, answer.proven, answer.status


def test_a_pool_shares_what_is_in_it() -> None:
    """Lost: a melt would be treated as a box of pieces, and the least thrown away."""
    # Free: of A's 70, c's half can be all X: nothing must be military. A pool: A holds 30 to 60 of X, half goes to m.
    assert numbers(ask(LOTS, SPLIT)) == (0.0, 35.0, True, "exact")
    assert numbers(ask(LOTS, SPLIT, "homogeneous")) == (15.0, 30.0, True, "exact")


def test_only_the_lots_named_are_pools() -> None:
    """Lost: one powder in a file would make every box of magnets a powder."""
    # B is a pool but goes whole to c, so nothing is gained over free mode.
    assert numbers(ask(LOTS, SPLIT, "homogeneous", homogeneous=["B"])) == (0.0, 35.0, True, "exact")
    assert numbers(ask(LOTS, SPLIT, "homogeneous", homogeneous=["A"])) == (15.0, 30.0, True, "exact")


def test_an_assay_narrows() -> None:
    """Lost: laboratory evidence would change nothing."""
    # Between 35 and 42 of A's 70 are X; in a pool half of that is military.
    assay = [{"lot": "A", "share_of_batch": ["0.5", "0.6"]}]
    assert numbers(ask(LOTS, SPLIT, "homogeneous", assays=assay)) == (17.5, 21.0, True, "exact")


def test_an_assay_that_cannot_be_true_gives_no_number_and_names_the_records() -> None:
    """Lost: an impossible assay would yield a confident number."""
    # 90 % of A is 63, but there are only 60 of X: 3 are missing.
    answer = ask(LOTS, SPLIT, assays=[{"lot": "A", "share_of_batch": ["0.9", 1]}])
    assert numbers(answer) == (None, None, False, "contradiction")
    assert "A" in answer.conflict.facts["rows"] and answer.conflict.facts["missing_mg"] == 3_000_000


@pytest.mark.parametrize(
    ("most", "status"), [("0.857143", "exact"), ("0.857142", "exact"), ("0.428572", "exact"), ("0.428571", "contradiction")]
)
def test_the_assay_meets_the_balance_to_the_last_digit(most: str, status: str) -> None:
    """Lost: an honest assay at the very edge would be called a contradiction."""
    # B holds 30, so A holds at least 30 of 70: 0.42857142857...
    assert ask(LOTS, SPLIT, assays=[{"lot": "A", "share_of_batch": [0, most]}]).status == status


def test_an_unweighed_output_with_a_yield() -> None:
    """Lost: one broken scale would leave nothing but [0, all]."""
    # 90 to 95 of 100 came out, B is 30, so A is 60 to 65 and 5 to 10 are lost. X can hide 30 in B and 10 in the loss.
    processes = {
        "p": {"inputs": {"X": 60, "O": 40}, "outputs": {"A": None, "B": 30}, "yield": ["0.9", "0.95"]},
        "m": sink("military", A=None),
        "c": sink("civil", B=30),
    }
    answer = ask({"X": 60, "O": 40, "A": None, "B": 30}, processes)
    assert numbers(answer) == (20.0, 60.0, True, "exact")
    assert answer.expected_kg is None  # no expectation without a weight
    # Without the yield all 70 that B leaves can be lost.
    processes["p"].pop("yield")
    assert numbers(ask({"X": 60, "O": 40, "A": None, "B": 30}, processes)) == (0.0, 60.0, True, "exact")


def test_an_unweighed_take_of_a_weighed_lot_may_leave_stock() -> None:
    """Lost: what may still lie on the shelf would be called military."""
    answer = ask({"X": 60}, {"m": sink("military", X=None)})
    assert numbers(answer) == (0.0, 60.0, True, "exact")
    # A weighed take besides leaves less: at most 60 - 25.
    assert numbers(ask({"X": 60}, {"m": sink("military", X=None), "c": sink("civil", X=25)})) == (0.0, 35.0, True, "exact")


def test_a_yield_that_the_weights_deny_is_named() -> None:
    """Lost: laundering by an over-declared yield."""
    processes = {"p": {"inputs": {"X": 100}, "outputs": {"A": 99}, "yield": ["0.9", "0.95"]}, "m": sink("military", A=99)}
    answer = ask({"X": 100, "A": 99}, processes)
    assert answer.status == "contradiction" and answer.conflict.code == "conflict-yield"
    assert answer.conflict.facts["process"] == "p"


def test_a_pool_nobody_weighed_is_refused_by_name() -> None:
    """Lost: share times mass with both unknown is no linear programme; solving it as one would be wrong."""
    with pytest.raises(TraceError) as refused:
        ask({"X": 60}, {"m": sink("military", X=None)}, "homogeneous")
    assert refused.value.reason.code == "trace-pool-unweighed"


def test_a_ceiling_on_the_time_still_gives_safe_numbers() -> None:
    """Lost: an answer that did not finish must be wide, never wrong."""
    small = read_small(json.dumps({"lots": LOTS, "processes": SPLIT}))
    answer = Genealogy(small.graph).bounds("X", "Dy", mode="homogeneous", time_limit_s=0.0)
    assert answer.min_mg <= 15_000_000 and answer.max_mg >= 30_000_000


@given(tables(), st.sampled_from(["military", "civil"]))
def test_pools_lie_within_free_and_hold_the_expectation(genealogy_tables: Any, sink_name: str) -> None:
    """Lost: knowing more must never widen, and even mixing is one of the ways a pool can be."""
    genealogy = build(*genealogy_tables)
    for lot in genealogy.licensed_lots()[:1]:
        free = genealogy.bounds(lot, "Dy", [sink_name])
        pools = genealogy.bounds(lot, "Dy", [sink_name], mode="homogeneous")
        assert pools.proven and pools.status == "exact"
        assert free.min_mg <= pools.min_mg and pools.max_mg <= free.max_mg
        assert pools.expected_kg is not None


@given(tables(), st.data())
def test_an_assay_that_even_mixing_meets_never_widens(genealogy_tables: Any, data: st.DataObject) -> None:
    """Lost: more evidence, wider bounds."""
    genealogy = build(*genealogy_tables)
    batch = str(genealogy.licensed_lots()[0])
    lot = data.draw(st.sampled_from(genealogy.graph.lot_ids.tolist()))
    traced = genealogy.back_trace(lot)
    inside = dict(zip(traced.lots, traced.kg[:, 0].tolist(), strict=True)).get(batch, 0.0)
    mass = int(genealogy.graph.base_mg[int(genealogy.graph.lots([lot])[0])])
    share = round(inside * 1e6 / mass, 9)
    low = max(Fraction(share) - Fraction(data.draw(st.integers(1, 50)), 100), Fraction(0))
    high = min(Fraction(share) + Fraction(data.draw(st.integers(1, 50)), 100), Fraction(1))
    mode = data.draw(st.sampled_from(["free", "homogeneous"]))
    before = genealogy.bounds(batch, "Dy", mode=mode)
    after = genealogy.bounds(batch, "Dy", mode=mode, assays=[Assay(lot, low, high)])
    assert after.proven
    assert before.min_mg <= after.min_mg and after.max_mg <= before.max_mg


def test_an_assay_that_finds_the_batch_where_it_cannot_be_names_the_lot() -> None:
    """Lost: evidence of an unrecorded way would crash instead of raising a question."""
    # O stands apart; 61 % of its 3500 kg would be more than the whole batch of 1 kg.
    answer = ask({"X": 1, "O": 3500}, {"m": sink("military", X=1)}, assays=[{"lot": "O", "share_of_batch": ["0.61", 1]}])
    assert numbers(answer) == (None, None, False, "contradiction")
    assert answer.conflict.facts["records"] == [{"kind": "assay", "name": "O"}]
    assert answer.conflict.facts["missing_mg"] == 2_135_000_000


def test_a_lot_nothing_was_done_with_is_in_stock() -> None:
    """Lost: the smallest genealogy of all."""
    assert numbers(ask({"X": 1, "O": 2}, {})) == (0.0, 0.0, True, "exact")
