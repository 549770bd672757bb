"""What custody hands over becomes a genealogy that answers in grams."""

from __future__ import annotations

from typing import Any

from lodemark.attribution import from_tables

TABLES: dict[str, dict[str, list[Any]]] = {
    "lots": {
        "lot": ["X", "O", "A", "B", "U"],
        "mass_mg": [60, 40, 70, 30, None],
        "licensed": [True, False, False, False, False],
    },
    "inputs": {"process": ["p", "p", "q"], "lot": ["X", "O", "U"], "mass_mg": [60, 40, None], "event": ["e1", "e1", "e2"]},
    "outputs": {"process": ["p", "p", "o"], "lot": ["A", "B", "X"], "mass_mg": [70, 30, 60]},
    "processes": {
        "process": ["o", "p", "q"],
        "kind": ["origin", "transformation", "transformation"],
        "time": [1, 2, 3],
        "custody_model": ["unstated", "unstated", "unstated"],
        "sink": [None, None, None],
        "tolerance_mg": [0, 0, 0],
        "loop": [None, None, None],
    },
}


def test_holders_decide_where_grams_are() -> None:
    """Lost: a lot that rests with a military holder would count as stock."""
    genealogy = from_tables(TABLES, "Dy", {"A": "military", "B": "civil"})
    answer = genealogy.bounds("X", "Dy", ["military"])
    assert (answer.min_mg, answer.max_mg, answer.proven) == (30, 60, True)
    assert genealogy.licensed_lots() == ("X",)
    # U was never weighed and ended in a process without outputs: it is in nobody's hands, and said to be assumed.
    assert genealogy.forward_trace("U").assumed == ("U",)


def test_without_a_holder_the_grams_are_in_stock() -> None:
    """Lost: exoneration by the warehouse."""
    answer = from_tables(TABLES, "Dy").bounds("X", "Dy", ["military"])
    assert (answer.min_mg, answer.max_mg) == (0, 0)


def test_only_the_rest_of_a_lot_is_with_its_holder() -> None:
    """Lost: what a process took would be counted a second time at the holder."""
    tables = {**TABLES, "inputs": {"process": ["p", "p", "q"], "lot": ["X", "O", "A"], "mass_mg": [60, 40, 50]}}
    tables["lots"] = {"lot": ["X", "O", "A", "B"], "mass_mg": [60, 40, 70, 30]}
    traced = from_tables(tables, "Dy", {"A": "military", "q": "civil"}).forward_trace("X")
    assert [round(kg * 1e6, 9) for kg in traced.kg[0]] == [12.0, 0.0, 30.0, 18.0, 0.0]


def test_contained_mass_is_what_is_traced() -> None:
    """Lost: gross kilograms of iron would be called dysprosium."""
    genealogy = from_tables(TABLES, "Dy", {"A": "military"}, {"X": 6, "O": 0, "A": 5, "B": 1, "U": 0})
    assert genealogy.bounds("X", "Dy", ["military"]).max_mg == 5
