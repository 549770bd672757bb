"""Oxide factors: the quota counts oxide, the licence counts element; a wrong factor moves tonnes."""

from fractions import Fraction

import pytest

from lodemark.measure import FormulaError, mass_fraction, oxide_factor

# Printed factors, five places (computed from CIAAW weights); Pr, Tb and Ce in the form of trade.
PRINTED = {
    "La2O3": "0.85268", "CeO2": "0.81409", "Pr6O11": "0.82770", "Nd2O3": "0.85736", "Sm2O3": "0.86236", "Eu2O3": "0.86362",
    "Gd2O3": "0.86759", "Tb4O7": "0.85022", "Dy2O3": "0.87132", "Ho2O3": "0.87298", "Er2O3": "0.87452", "Tm2O3": "0.87561",
    "Yb2O3": "0.87821", "Lu2O3": "0.87938", "Sc2O3": "0.65197", "Y2O3": "0.78744",
}  # fmt: skip


@pytest.mark.parametrize(("oxide", "factor"), PRINTED.items())
def test_factors_agree_with_the_printed_table(oxide: str, factor: str) -> None:
    """One in the last place, no more."""
    assert abs(oxide_factor(oxide) - Fraction(factor)) <= Fraction(11, 10**6)


def test_the_form_of_the_oxide_matters() -> None:
    """Pr2O3 read as Pr6O11 would hide 3 % of the metal."""
    assert oxide_factor("Pr2O3") > oxide_factor("Pr6O11")


def test_phase_floor_of_neodymium_iron_boron() -> None:
    """The hard floor for sintered magnets is 26.68 % Nd in Nd2Fe14B."""
    assert round(float(mass_fraction("Nd", "Nd2Fe14B")), 4) == 0.2668


@pytest.mark.parametrize("text", ["", "Dy2", "Fe2O3", "DyNdO3", "dy2o3", "Dy2O3 ", "Xx2O3"])
def test_what_is_no_oxide_of_one_rare_earth_is_refused(text: str) -> None:
    """A factor for the wrong compound is worse than none."""
    with pytest.raises(FormulaError):
        oxide_factor(text)
