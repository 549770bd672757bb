"""Graphs worked out by hand: the reasoning stands beside each answer, in kilograms."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lodemark.attribution import Genealogy, verify

MILITARY = ("military",)


def read(lots: dict[str, Any], processes: dict[str, Any], **more: Any) -> tuple[Genealogy, Any]:
    return Genealogy.from_json(json.dumps({"element": "Dy", "lots": lots, "processes": processes, **more}))


def process(inputs: dict[str, Any], outputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"inputs": inputs, "outputs": outputs, **more}


def sink(name: str, **inputs: Any) -> dict[str, Any]:
    return process(inputs, {}, sink=name)


def ask(lots: dict[str, Any], processes: dict[str, Any], sinks: tuple[str, ...] = MILITARY, **more: Any) -> Any:
    genealogy, _ = read(lots, processes)
    answer = genealogy.bounds("X", "Dy", sinks, **more)
    if answer.certificate:
        assert verify(genealogy.graph, answer) == answer.proven
    return answer


def numbers(answer: Any) -> tuple[Any, ...]:
    return answer.min_kg, answer.expected_kg, answer.max_kg, answer.proven, answer.status


def test_the_remainder_that_does_not_fit_elsewhere_must_be_military() -> None:
    """Lost: the one claim the whole system is for, a least amount with its proof."""
    # B holds 30; were all of it X, 30 of the 60 are left for A, and A went to m whole. Evenly mixed: 60 % of 70.
    answer = ask(
        {"X": 60, "O": 40, "A": 70, "B": 30},
        {"p": process({"X": 60, "O": 40}, {"A": 70, "B": 30}), "m": sink("military", A=70), "c": sink("civil", B=30)},
    )
    assert numbers(answer) == (30.0, 42.0, 60.0, True, "exact")
    assert [(r.kind, r.lot, r.process, r.capacity_mg) for r in answer.certificate.receipts] == [("made", "B", "p", 30_000_000)]


@pytest.mark.parametrize(
    ("a", "least", "most"),
    # One mg below, at and above the boundary where the rest fits into B: A holds a, B holds 100 - a.
    [("39.999999", 0.0, 39.999999), ("40", 0.0, 40.0), ("40.000001", 0.000001, 40.000001)],
)
def test_least_starts_to_the_milligram_where_elsewhere_is_full(a: str, least: float, most: float) -> None:
    """Lost: an accusation of a milligram that could have gone elsewhere, or an excuse for one that could not."""
    b = f"{100 - float(a):.6f}"
    answer = ask(
        {"X": 60, "O": 40, "A": a, "B": b},
        {"p": process({"X": 60, "O": 40}, {"A": a, "B": b}), "m": sink("military", A=a), "c": sink("civil", B=b)},
    )
    assert (answer.min_kg, answer.max_kg, answer.proven) == (least, most, True)


def test_a_recorded_loss_is_a_place_the_batch_can_have_gone() -> None:
    """Lost: a loss normalised away would turn 20 kg of dust into 20 kg of proof."""
    # 100 in, 80 out, 20 lost. X can hide 30 in B and 20 in the loss: 60 - 50 = 10 must be military.
    # Expected: 60 % of everything, so 60 % of A's 50 is 30.
    answer = ask(
        {"X": 60, "O": 40, "A": 50, "B": 30},
        {"p": process({"X": 60, "O": 40}, {"A": 50, "B": 30}), "m": sink("military", A=50), "c": sink("civil", B=30)},
    )
    assert numbers(answer) == (10.0, 30.0, 50.0, True, "exact")
    assert {r.kind for r in answer.certificate.receipts} == {"made", "loss"}


def test_a_pure_lot_is_all_batch() -> None:
    """Lost: the simplest chain of all; least and most must meet."""
    answer = ask({"X": 10, "A": 10}, {"p": process({"X": 10}, {"A": 10}), "m": sink("military", A=10)})
    assert numbers(answer) == (10.0, 10.0, 10.0, True, "exact")


def test_stock_and_unnamed_classes_count_as_elsewhere() -> None:
    """Lost: material still on the shelf would be held against the exporter."""
    # 25 of 60 taken by m, 15 by an unknown end user, 20 still in stock: free mode cannot move what was taken of X itself.
    answer = ask({"X": 60}, {"m": sink("military", X=25), "u": sink("unknown", X=15)})
    assert numbers(answer) == (25.0, 25.0, 25.0, True, "exact")
    both = ask({"X": 60}, {"m": sink("military", X=25), "u": sink("unknown", X=15)}, ("military", "unknown"))
    assert numbers(both) == (40.0, 40.0, 40.0, True, "exact")


def test_no_way_there_is_proven_zero() -> None:
    """Lost: exoneration, the commonest and most important answer."""
    answer = ask({"X": 5, "O": 5}, {"c": sink("civil", X=5), "m": sink("military", O=5)})
    assert numbers(answer) == (0.0, 0.0, 0.0, True, "exact")
    assert answer.ceiling.receipts == ()


def test_two_stages_of_mixing_can_hide_everything() -> None:
    """Lost: mixing twice must widen, or the tool claims what no record shows."""
    # X 10 into p with O 90, out A 50 and B 50. A to m, B to c. All of X fits into either: 0..10, expected 5.
    answer = ask(
        {"X": 10, "O": 90, "A": 50, "B": 50},
        {"p": process({"X": 10, "O": 90}, {"A": 50, "B": 50}), "m": sink("military", A=50), "c": sink("civil", B=50)},
    )
    assert numbers(answer) == (0.0, 5.0, 10.0, True, "exact")


def test_a_loop_of_recycled_swarf() -> None:
    """Lost: recycling booked as a loop would hang the scan or count the swarf twice."""
    # p: X 60 + swarf R 40 -> A 100 ; q: A 100 -> B 50, R 40, 10 lost. Net 60 enters, 50 leaves as B, 10 is lost.
    # m takes 30 of B, 20 stay. Not military: 20 stock + 10 loss = 30, so exactly 30 of X are military.
    answer = ask(
        {"X": 60, "R": 40, "A": 100, "B": 50},
        {
            "p": process({"X": 60, "R": 40}, {"A": 100}),
            "q": process({"A": 100}, {"B": 50, "R": 40}),
            "m": sink("military", B=30),
        },
    )
    assert answer.expected_kg == pytest.approx(30.0, rel=1e-12)
    assert (answer.min_kg, answer.max_kg, answer.proven) == (30.0, 30.0, True)


def test_a_gain_gives_no_number_until_it_is_named() -> None:
    """Lost: numbers computed from records that cannot be true."""
    lots = {"X": 60, "O": 30, "A": 70, "B": 30}
    processes = {"p": process({"X": 60, "O": 30}, {"A": 70, "B": 30}), "m": sink("military", A=70)}
    answer = ask(lots, processes)
    assert (answer.status, answer.min_kg, answer.max_kg, answer.proven) == ("contradiction", None, None, False)
    assert answer.conflict.code == "conflict-gain"
    assert answer.conflict.facts == {"process": "p", "excess_mg": 10_000_000}
    # Named: 10 of undeclared origin beside 60 X and 30 O. B holds 30, so 30 of X are in A; evenly 60 % of 70.
    named = ask(lots, processes, undeclared=True)
    assert numbers(named) == (30.0, 42.0, 60.0, True, "exact")


@pytest.mark.parametrize(("tolerance", "status"), [("1.999999", "contradiction"), ("2", "exact"), ("2.000001", "exact")])
def test_a_gain_within_the_stated_tolerance_is_scale_noise(tolerance: str, status: str) -> None:
    """Lost: every plant with an honest balance would be told that its records contradict each other."""
    processes = {"p": process({"X": 60}, {"A": 62}, tolerance=tolerance), "m": sink("military", A=62)}
    answer = ask({"X": 60, "A": 62}, processes)
    assert answer.status == status


def test_taking_more_than_there_was_is_named() -> None:
    """Lost: an overdrawn lot would hand out licensed grams that never existed."""
    lots, processes = {"X": 60}, {"m": sink("military", X=50), "c": sink("civil", X=30)}
    answer = ask(lots, processes)
    assert answer.conflict.code == "conflict-overdrawn" and answer.conflict.facts["excess_mg"] == 20_000_000
    # Named: 80 were taken, 60 of them X. Civil holds at most 30, so at least 30 military; evenly 60 * 50/80.
    assert numbers(ask(lots, processes, undeclared=True)) == (30.0, 37.5, 50.0, True, "exact")


def test_two_weights_of_one_lot_are_a_contradiction() -> None:
    """Lost: one of two conflicting weights would be believed in silence."""
    answer = ask({"X": 60, "A": 60}, {"p": process({"X": 60}, {"A": 55}), "m": sink("military", A=55)})
    assert answer.status == "contradiction" and answer.conflict.code == "conflict-weighed-twice"


def test_a_site_that_books_entitlements_ends_physical_statements() -> None:
    """Lost: a mass-balance claim would be passed off as physical grams."""
    lots = {"X": 60, "O": 40, "A": 100}
    processes = {
        "p": process({"X": 60, "O": 40}, {"A": 100}, custody_model="mass-balance"),
        "m": sink("military", A=100),
    }
    genealogy, _ = read(lots, processes)
    answer = genealogy.bounds("X", "Dy", MILITARY)
    assert (answer.min_kg, answer.max_kg, answer.expected_kg, answer.entitlement_only) == (0.0, 60.0, 0.0, True)
    traced = genealogy.forward_trace("X")
    assert traced.kg.sum() == 0.0 and traced.entitlement_kg[0, 0] == pytest.approx(60.0)
    assert genealogy.back_trace("A").kg.sum() == 0.0
    assert genealogy.back_trace("A").entitlement_kg.sum() == pytest.approx(100.0)


def test_back_trace_keeps_reachable_apart_from_expected() -> None:
    """Lost: a lot that could be inside by the records would vanish because none of it is expected."""
    # Element columns differ from the weights: O carries no Dy at all but went into A.
    tables = (
        {"lot": ["X", "O", "A"], "mass_mg": [100, 100, 200], "Dy": [10, 0, 10], "Nd": [20, 30, 50]},
        {"process": ["p", "p"], "lot": ["X", "O"], "mass_mg": [100, 100]},
        {"process": ["p"], "lot": ["A"]},
        {"process": ["p"]},
    )
    from lodemark.attribution import build

    answer = build(*tables).back_trace("A", ["Dy", "Nd"])
    assert answer.lots == ("X", "O") and set(answer.reachable) == {"X", "O", "A"}
    assert answer.kg.tolist() == [pytest.approx([10e-6, 20e-6]), pytest.approx([0.0, 30e-6])]


def test_an_unweighed_output_takes_what_balance_leaves_and_says_so() -> None:
    """Lost: expected shares would stop at the first scale that was out of order, or hide that they assumed a weight."""
    genealogy, _ = read(
        {"X": 60, "O": 40, "A": None, "B": 30},
        {"p": process({"X": 60, "O": 40}, {"A": None, "B": 30}), "m": sink("military", A=None)},
    )
    traced = genealogy.forward_trace("X")
    assert traced.assumed == ("A",)
    assert dict(zip(traced.columns, traced.kg[0].tolist(), strict=True))["military"] == pytest.approx(42.0)


def test_supply_above_thirty_two_bits_stays_exact() -> None:
    """Lost: a tonne is 1e9 mg; a 32-bit solver would answer zero without a word."""
    # 9 000 t of X and 1 mg of O; B holds 1 t and 1 mg.
    answer = ask(
        {"X": "5000000", "O": "0.000001", "A": "4999000", "B": "1000.000001"},
        {
            "p": process({"X": "5000000", "O": "0.000001"}, {"A": "4999000", "B": "1000.000001"}),
            "m": sink("military", A="4999000"),
            "c": sink("civil", B="1000.000001"),
        },
    )
    assert (answer.min_mg, answer.max_mg, answer.proven) == (4_998_999_999_999, 4_999_000_000_000, True)


def test_a_batch_of_two_lots_is_bounded_as_one() -> None:
    """Lost: a licence that covers two lots would be asked about half."""
    # Both lots, 30 and 30, go whole through A (100): nothing else of A is batch. Civil takes 40 of A, so 20 are left.
    genealogy, _ = read(
        {"X": 30, "Z": 30, "O": 40, "A": 100},
        {"p": process({"X": 30, "Z": 30, "O": 40}, {"A": 100}), "m": sink("military", A=60), "c": sink("civil", A=40)},
    )
    answer = genealogy.bounds(["X", "Z"], "Dy", MILITARY)
    assert numbers(answer) == (20.0, 36.0, 60.0, True, "exact")
