"""Counted mass: if these fail, grams appear or vanish on paper."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.measure import NumberError, UnitError, allocate, contained_mg, read_fraction, read_mass_mg, show_kg


@given(st.integers(0, 2**63 - 1), st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any))
def test_parts_of_an_allocation_sum_to_the_whole(total: int, weights: list[int]) -> None:
    """Three thirds must give the parent lot back, or the balance shows a loss that never was."""
    parts = allocate(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1


@pytest.mark.parametrize(
    ("text", "mass_mg"),
    [("25 kg", 25_000_000), ("0.5 t", 500_000_000), ("1mg", 1), (" 12.000001 kg ", 12_000_001), ("１２ kg", 12_000_000)],
)
def test_masses_are_read_exactly(text: str, mass_mg: int) -> None:
    """A kilogram that passes through a float may lose its last milligram."""
    assert read_mass_mg(text) == mass_mg


@pytest.mark.parametrize(
    ("text", "error", "code"),
    [
        ("25", UnitError, "unit-unknown"),
        ("25 lb", UnitError, "unit-unknown"),
        ("25 kG", UnitError, "unit-unknown"),
        ("-3 kg", NumberError, "mass-not-positive"),
        ("0 kg", NumberError, "mass-not-positive"),
        ("nan kg", NumberError, "number-unreadable"),
        ("1,000 kg", NumberError, "number-unreadable"),
        ("0.1 mg", NumberError, "mass-below-milligram"),
        ("9223372036854775808 mg", NumberError, "mass-too-large"),
        ("", NumberError, "number-unreadable"),
    ],
)
def test_what_is_no_mass_is_refused_by_name(text: str, error: type[Exception], code: str) -> None:
    """A unit that is guessed turns grams into kilograms."""
    with pytest.raises(error) as caught:
        read_mass_mg(text)
    assert caught.value.reason.code == code  # type: ignore[attr-defined]


def test_the_largest_mass_is_still_read() -> None:
    """The boundary itself counts: 2^63-1 mg is a mass, one more is not."""
    assert read_mass_mg(f"{2**63 - 1} mg") == 2**63 - 1


def test_contained_mass_rounds_half_to_even_once() -> None:
    """Always rounding up would let an exporter's grams grow with the number of lines."""
    assert [contained_mg(mass, Fraction(1, 2)) for mass in (1, 3, 5)] == [0, 2, 2]
    assert contained_mg(96_000_000, read_fraction("2.60", "% m/m")) == 2_496_000


@given(st.integers(-(10**15), 10**15))
def test_kilograms_as_printed_hold_every_milligram(mass_mg: int) -> None:
    """A page that rounds shows a remainder that is not there."""
    number = show_kg(mass_mg).removesuffix(" kg").replace(" ", "")
    assert Fraction(number) * 1_000_000 == mass_mg
