"""Units and exact numbers: a gram is a gram in every unit, and text sorts as the numbers do."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.custody.sortable import sort_key
from lodemark.custody.unit import GROSS, UNITS, WORDS, code_for, exact_mg, mass_mg, to_base


@pytest.mark.parametrize(
    ("quantity", "uom", "mg"),
    [
        ("1", "KGM", 1_000_000),
        ("0.5", "TNE", 500_000_000),
        ("1", "LBR", 453_592),
        ("2", "LBR", 907_185),
        ("1", "APZ", 31_103),
        ("0.5", "MGM", 0),
        ("1.5", "MGM", 2),
        ("2.5", "MGM", 2),
        ("1", "C62", None),
        ("1", "kg", None),
        ("1", None, None),
        ("9300000000", "TNE", None),
    ],
)
def test_milligrams_are_exact_and_half_goes_to_even(quantity, uom, mg):
    """A widespread table has the troy ounce ten times too small; ours closes on the milligram."""
    assert mass_mg(Decimal(quantity), uom) == mg


def test_the_pound_is_exact():
    """453 592.37 mg by treaty; anything else drifts over a thousand shipments."""
    assert exact_mg(Decimal(100), "LBR") == Fraction(45_359_237)
    assert exact_mg(Decimal(1), "APZ") == Fraction("31103.4768")


def test_words_lead_to_codes_and_gross_weight_to_none():
    """The cure in the sentence must itself be a code we take."""
    assert {code_for(word) for word in WORDS} <= set(UNITS)
    assert code_for("Kg") == "KGM"
    assert not GROSS & set(UNITS)


def test_temperatures_compare_after_conversion():
    """GS1 TCR-53: a query in kelvin finds a reading in Celsius or Fahrenheit."""
    kelvin = {to_base(Decimal(n), u) for n, u in (("20", "CEL"), ("293.15", "KEL"), ("68", "FAH"))}
    assert len(kelvin) == 1
    assert to_base(Decimal(1), "XXX") is None


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20)


@given(NUMBERS, NUMBERS)
def test_sort_keys_order_as_the_numbers_do(a, b):
    """A database that compares them otherwise would answer another question."""
    assert (sort_key(a) < sort_key(b)) == (a < b)
    assert (sort_key(a) == sort_key(b)) == (a == b)


@given(st.integers(-290, 290), st.integers(-290, 290))
def test_exponents_order_too(a, b):
    """Nanograms and kilotonnes in one column."""
    assert (sort_key(Decimal(f"1E{a}")) < sort_key(Decimal(f"1E{b}"))) == (a < b)
    assert (sort_key(Decimal(f"-1E{a}")) < sort_key(Decimal(f"-1E{b}"))) == (a > b)
