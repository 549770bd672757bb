"""Every row that is refused, by name, with its sentence in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lodemark.attribution import Genealogy, GenealogyError, TraceError, build
from lodemark.wording import LANGUAGES

SHELF = Path(__file__).parents[1] / "bad" / "attribution"
ROWS = json.loads((SHELF / "rows.json").read_text())


@pytest.mark.parametrize("file", ROWS, ids=[f"{n}-{row['say']}" for n, row in enumerate(ROWS)])
def test_a_bad_row_is_refused_by_name(file: dict[str, Any]) -> None:
    """Lost: a wrong row would become a wrong number."""
    text = json.dumps({name: value for name, value in file.items() if name != "say"})
    with pytest.raises(GenealogyError) as refused:
        Genealogy.from_json(text)
    assert file["say"] in [row.code for row in refused.value.rows]
    for lang in LANGUAGES:
        assert "{" not in refused.value.explain(lang).replace("{...}", "").replace('{"', "")


@pytest.mark.parametrize(
    "text", [b"", b"[1]", b"{", b'{"lots": NaN}', b"\xff\xfe", b'{"lots": {"X": 1, "X": 2}}', b"[" * 100_000]
)
def test_what_is_no_genealogy_is_refused(text: bytes) -> None:
    """Lost: a crash instead of a sentence, or the last of two values taken in silence."""
    with pytest.raises(GenealogyError):
        Genealogy.from_json(text)


def test_all_bad_rows_are_told_at_once() -> None:
    """Lost: the sender would learn of one error per upload."""
    with pytest.raises(GenealogyError) as refused:
        build(
            {"lot": ["X", "X", "", "A", "B", "C"], "mass_mg": [1, float("nan"), -3, 0, 2**60, "7"]},
            {"process": ["p", "q"], "lot": ["A", "Z"], "mass_mg": [1, 0]},
            {"process": ["p", "q"], "lot": ["A", "Z"]},
            {"process": ["p", "p"]},
        )
    codes = [row.code for row in refused.value.rows]
    for code in ("id-twice", "id-missing", "id-unknown", "mass-zero", "mass-negative", "mass-too-large", "mass-not-a-number"):
        assert f"row-{code}" in codes
    where = {(row.table, row.row) for row in refused.value.rows}
    assert {("lots", n) for n in range(1, 6)} <= where and ("inputs", 1) in where and ("processes", 1) in where


def test_numpy_columns_meet_the_same_checks() -> None:
    """Lost: the fast path would let through what the slow path refuses."""
    with pytest.raises(GenealogyError) as refused:
        build(
            {"lot": np.arange(4), "mass_mg": np.array([1, 0, -1, 2**60])},
            {"process": np.array([0, 9]), "lot": np.array([0, -1]), "mass_mg": np.array([1, 1])},
            {"process": np.array([0]), "lot": np.array([9])},
            {"process": np.arange(1)},
        )
    assert sorted(row.code for row in refused.value.rows) == [
        *["row-id-unknown"] * 3,
        *["row-mass-negative", "row-mass-too-large", "row-mass-zero"],
    ]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (lambda g: g.bounds("Q"), "trace-lot-unknown"),
        (lambda g: g.bounds("X", "Tb"), "trace-element-unknown"),
        (lambda g: g.bounds("X", "Dy", ["space"]), "trace-class-unknown"),
        (lambda g: g.bounds(["X", "A"]), "trace-batch-overlap"),
        (lambda g: g.back_trace("Q"), "trace-lot-unknown"),
        (lambda g: g.bounds("X", yields={"q": (0, 1)}), "trace-process-unknown"),
    ],
)
def test_a_question_nobody_can_answer_is_named(question: Any, code: str) -> None:
    """Lost: an empty answer would read as exoneration."""
    genealogy, _ = Genealogy.from_json(
        '{"lots": {"X": 2, "A": 2}, "processes": {"p": {"inputs": {"X": 2}, "outputs": {"A": 2}}}}'
    )
    with pytest.raises(TraceError) as refused:
        question(genealogy)
    assert refused.value.reason.code == code
    assert refused.value.explain("zh-Hans") != refused.value.explain("en")


def test_a_loop_that_nothing_leaves_is_named() -> None:
    """Lost: a singular system would be solved into nonsense."""
    genealogy, _ = Genealogy.from_json(
        '{"lots": {"X": 1, "A": 5, "B": 5}, "processes": {'
        '"p": {"inputs": {"A": 5}, "outputs": {"B": 5}}, "q": {"inputs": {"B": 5}, "outputs": {"A": 5}}}}'
    )
    with pytest.raises(TraceError) as refused:
        genealogy.sink_shares()
    assert refused.value.reason.code == "trace-loop-no-exit"
    assert sorted(refused.value.facts["processes"]) == ["p", "q"]
