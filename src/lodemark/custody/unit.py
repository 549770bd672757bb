"""UN/ECE Recommendation 20 unit codes and their exact factors.

A lot is never assumed to be in kilograms: a quantity without a known code has no mass. Milligrams are
``round_half_even(exact decimal x exact factor)``, the text and unit stay beside them. ``confirmed`` says whether the code
was checked against the UNECE list by a person; an unconfirmed one works and says so in ``lodemark epcis`` answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from lodemark.measure.mass import LARGEST_MG

POUND_MG = Fraction(45359237, 100)  # international avoirdupois pound, exact since 1959
GRAIN_MG = POUND_MG / 7000
TROY_OUNCE_MG = GRAIN_MG * 480


@dataclass(frozen=True, slots=True)
class Unit:
    """``kind``: ``mass`` (factor to mg), ``fraction`` (factor to 1), ``count``, or a sensor quantity (factor to its base)."""

    kind: str
    factor: Fraction
    name: str
    metric: bool = True
    confirmed: bool = False
    shift: Fraction = Fraction(0)


def _mass(mg: Fraction | int, name: str, confirmed: bool = False, metric: bool = True) -> Unit:
    return Unit("mass", Fraction(mg), name, metric, confirmed)


UNITS: Mapping[str, Unit] = {
    "KGM": _mass(10**6, "kilogram", True),
    "GRM": _mass(10**3, "gram", True),
    "MGM": _mass(1, "milligram", True),
    "MC": _mass(Fraction(1, 1000), "microgram", True),
    "TNE": _mass(10**9, "tonne", True),
    "2U": _mass(10**9, "megagram"),
    "KTN": _mass(10**12, "kilotonne"),
    "DTN": _mass(10**8, "decitonne"),
    "HGM": _mass(10**5, "hectogram"),
    "DJ": _mass(10**4, "decagram"),
    "DG": _mass(100, "decigram"),
    "CGM": _mass(10, "centigram"),
    "LBR": _mass(POUND_MG, "pound", True, metric=False),
    "ONZ": _mass(POUND_MG / 16, "ounce", True, metric=False),
    "APZ": _mass(TROY_OUNCE_MG, "troy ounce", True, metric=False),
    "STN": _mass(POUND_MG * 2000, "short ton (US)", metric=False),
    "LTN": _mass(POUND_MG * 2240, "long ton (UK)", metric=False),
    "CWI": _mass(POUND_MG * 112, "hundredweight (UK)", metric=False),
    "CWA": _mass(POUND_MG * 100, "hundredweight (US)", metric=False),
    "GRN": _mass(GRAIN_MG, "grain", metric=False),
    # Fractions: a mass fraction of 1 is one gram per gram.
    "M29": Unit("fraction", Fraction(1), "kilogram per kilogram"),
    "P1": Unit("fraction", Fraction(1, 100), "percent", confirmed=True),
    "GK": Unit("fraction", Fraction(1, 1000), "gram per kilogram"),
    "NA": Unit("fraction", Fraction(1, 10**6), "milligram per kilogram"),
    "59": Unit("fraction", Fraction(1, 10**6), "part per million", confirmed=True),
    "61": Unit("fraction", Fraction(1, 10**9), "part per billion", confirmed=True),
    "C62": Unit("count", Fraction(1), "one", confirmed=True),
    "H87": Unit("count", Fraction(1), "piece", confirmed=True),
    "EA": Unit("count", Fraction(1), "each", confirmed=True),
    # Sensor quantities that a query may compare across units (GS1 TCR-53).
    "KEL": Unit("temperature", Fraction(1), "kelvin", confirmed=True),
    "CEL": Unit("temperature", Fraction(1), "degree Celsius", confirmed=True, shift=Fraction(27315, 100)),
    "FAH": Unit("temperature", Fraction(5, 9), "degree Fahrenheit", confirmed=True, shift=Fraction(45967, 180)),
    "MTR": Unit("length", Fraction(1), "metre", confirmed=True),
    "CMT": Unit("length", Fraction(1, 100), "centimetre", confirmed=True),
    "MMT": Unit("length", Fraction(1, 1000), "millimetre", confirmed=True),
    "KMT": Unit("length", Fraction(1000), "kilometre", confirmed=True),
    "FOT": Unit("length", Fraction(3048, 10000), "foot", confirmed=True, metric=False),
    "INH": Unit("length", Fraction(254, 10000), "inch", confirmed=True, metric=False),
    "MTS": Unit("speed", Fraction(1), "metre per second", confirmed=True),
    "KMH": Unit("speed", Fraction(10, 36), "kilometre per hour", confirmed=True),
    "PAL": Unit("pressure", Fraction(1), "pascal", confirmed=True),
    "KPA": Unit("pressure", Fraction(1000), "kilopascal", confirmed=True),
    "BAR": Unit("pressure", Fraction(100_000), "bar", confirmed=True),
    "SEC": Unit("time", Fraction(1), "second", confirmed=True),
    "MIN": Unit("time", Fraction(60), "minute", confirmed=True),
    "HUR": Unit("time", Fraction(3600), "hour", confirmed=True),
    "LTR": Unit("volume", Fraction(1, 1000), "litre", confirmed=True),
    "MTQ": Unit("volume", Fraction(1), "cubic metre", confirmed=True),
}

# What people write instead of a code, and the code to write.
WORDS: Mapping[str, str] = {
    "kg": "KGM",
    "g": "GRM",
    "mg": "MGM",
    "t": "TNE",
    "ton": "TNE",
    "lb": "LBR",
    "oz": "ONZ",
    "%": "P1",
    "ppm": "59",
    "ppb": "61",
    "mg/kg": "NA",
    "g/kg": "GK",
    "pcs": "H87",
    "pc": "H87",
    "KG": "KGM",
    "Kg": "KGM",
    "公斤": "KGM",
    "千克": "KGM",
    "克": "GRM",
    "吨": "TNE",
    "件": "H87",
    "个": "H87",
}

# Gross-weight codes say what the package weighs, not what the lot is.
GROSS = frozenset({"E4", "GT", "GW", "KNI", "M4G"})


def code_for(text: str) -> str | None:
    """The Rec 20 code to write instead of a word, when we know it."""
    return WORDS.get(text) or WORDS.get(text.lower())


@lru_cache(maxsize=16384)
def exact_mg(quantity: Decimal, uom: str) -> Fraction | None:
    """The exact mass, or None when the code is no mass. An absurd exponent is not expanded: it is out of range anyway."""
    unit = UNITS.get(uom)
    if unit is None or unit.kind != "mass":
        return None
    if quantity and abs(quantity.adjusted()) > 60:
        return Fraction(LARGEST_MG + 1) if quantity.adjusted() > 0 else Fraction(1, LARGEST_MG)
    return Fraction(quantity) * unit.factor


def mass_mg(quantity: Decimal, uom: str | None) -> int | None:
    """Milligrams, half to even (rule ``half-even-to-mg``); None when no mass is stated or it is beyond 2^63-1 mg."""
    exact = exact_mg(quantity, uom) if uom else None
    return None if exact is None or abs(exact) > LARGEST_MG else round(exact)


def to_base(value: Decimal, uom: str) -> tuple[str, Fraction] | None:
    """(quantity kind, value in its base unit): what a unit query compares. None for an unknown code."""
    unit = UNITS.get(uom)
    if unit is None:
        return None
    return unit.kind, Fraction(value) * unit.factor + unit.shift
