"""A result beside a declaration: the commonest question of a customs laboratory."""

from decimal import Decimal

import pytest

from lodemark.assay import AssayRow, Declared, check, consistent
from lodemark.wording import has
from tests.assay.rows import row

DY = Declared("Dy", Decimal("0.36"), "% m/m")


def verdicts(rows: list[AssayRow], *declared: Declared, complete: bool = False) -> dict[str, str]:
    return {item.analyte: item.verdict for item in consistent(rows, declared, complete=complete).items}


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(3_600.0, "agrees"), (3_680.0, "agrees"), (3_680.1, "above-declared"), (3_520.0, "agrees"), (3_519.9, "below-declared")],
)
def test_the_line_lies_at_k_sigma_on_both_sides(value: float, verdict: str) -> None:
    """One under, at, over: a share a hair inside its uncertainty is no finding."""
    assert verdicts([row("Dy", value, 40.0, stage="alloy")], DY) == {"Dy": verdict}


def test_both_uncertainties_count() -> None:
    """A nominal value is nominal: the supplier's tolerance belongs to the comparison."""
    nominal = Declared("Dy", Decimal("0.36"), "%", u=Decimal("0.02"))
    assert verdicts([row("Dy", 3_900.0, 40.0, stage="alloy")], nominal) == {"Dy": "agrees"}


def test_an_oxide_declaration_is_compared_as_element() -> None:
    """Oxide read as element makes every honest declaration 15 % too high."""
    declared = Declared("Dy2O3", Decimal(1), "% m/m")
    assert verdicts([row("Dy", 8_713.2, 40.0)], declared) == {"Dy": "agrees"}


def test_below_the_limit_of_detection() -> None:
    """'Not found' refutes a declaration only where the method could have found it."""
    censored = row("Dy", None, None, flag="lt", lod=50.0, stage="alloy")
    assert verdicts([censored], DY) == {"Dy": "below-declared"}
    assert verdicts([censored], Declared("Dy", Decimal(40), "mg/kg")) == {"Dy": "agrees"}
    assert verdicts([censored], Declared("Dy", Decimal(100), "mg/kg", kind="at-most")) == {"Dy": "agrees"}


def test_an_undeclared_element_is_a_question_only_against_a_complete_declaration() -> None:
    """The hidden controlled model of the customs cases: Dy where none was named."""
    rows = [row("Nd", 135_000, 500, stage="alloy"), row("Dy", 3_600, 40, stage="alloy")]
    nd = Declared("Nd", Decimal("13.5"), "% m/m")
    assert verdicts(rows, nd)["Dy"] == "not-declared"
    answer = consistent(rows, [nd], complete=True)
    assert answer.verdict == "differs"
    assert [found.code for found in answer.found] == ["assay-found-undeclared"]


def test_what_cannot_be_judged_is_said() -> None:
    """'Not known' is never 'agrees'."""
    assert consistent([row("Dy", 3_600, None, stage="alloy")], [DY]).verdict == "cannot-tell"
    assert consistent([row("Nd", 3_600, 40, stage="alloy")], [DY]).verdict == "cannot-tell"
    coated = check([row("Dy", 3_600, 40, stage="alloy", method="XRF", preparation="coated")]).rows
    assert consistent(coated, [DY]).verdict == "not-assessable"


def test_the_answer_names_its_limits_and_its_chance() -> None:
    """A verdict without its limits is read as proof."""
    rows = [row(analyte, 100.0, 1.0, stage="alloy") for analyte in ("Nd", "Pr", "Dy", "Tb")]
    answer = consistent(rows, [Declared(one.analyte, Decimal(100), "mg/kg") for one in rows])
    assert answer.chance == pytest.approx(0.17, abs=0.01)
    shown = {limit.code for limit in answer.cannot_show}
    assert {"mark-cannot-end-use", "mark-cannot-origin-proof", "mark-cannot-one-specimen"} <= shown
    assert all(has(code) for code in shown)


def test_ranges_and_bounds() -> None:
    """'29 to 32.5 %' is not its middle."""
    span = Declared("Nd", Decimal(29), "%", kind="range", upper=Decimal("32.5"))
    assert verdicts([row("Nd", 320_000, 100, stage="alloy")], span) == {"Nd": "agrees"}
    assert verdicts([row("Nd", 330_000, 100, stage="alloy")], span) == {"Nd": "above-declared"}
    assert verdicts([row("Nd", 330_000, 100, stage="alloy")], Declared("Nd", Decimal(30), "%", kind="at-least")) == {
        "Nd": "agrees"
    }
