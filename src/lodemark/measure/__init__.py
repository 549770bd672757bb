"""Elements, stoichiometry and mass: what counts on paper is an integer number of milligrams.

``contained_mg`` is the one bridge from a measured fraction to a counted mass; ``allocate`` the one way to split::

    contained_mg(read_mass_mg("96 kg"), read_fraction("2.60", "% m/m"))      # 2 496 000 mg of element
"""

from lodemark.measure.element import ELEMENTS, RARE_EARTHS, atomic_weight
from lodemark.measure.mass import allocate, contained_mg, read_mass_mg, show_kg
from lodemark.measure.measured import Measured, read_decimal, read_fraction
from lodemark.measure.stoichiometry import OXIDES, formula, formula_weight, mass_fraction, oxide_factor
from lodemark.measure.trouble import FormulaError, NumberError, UnitError

__all__ = [
    "ELEMENTS",
    "OXIDES",
    "RARE_EARTHS",
    "FormulaError",
    "Measured",
    "NumberError",
    "UnitError",
    "allocate",
    "atomic_weight",
    "contained_mg",
    "formula",
    "formula_weight",
    "mass_fraction",
    "oxide_factor",
    "read_decimal",
    "read_fraction",
    "read_mass_mg",
    "show_kg",
]
