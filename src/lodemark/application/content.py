"""What a line holds of each element: measured before declared, open before closed, never averaged over a shipment."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from lodemark.application.model import ANY_SHARE, NOTHING, Composition, Range

PLACES: Final = Decimal("1e-18")
"""Shares whose decimals never end are rounded outward at this place, so the true value stays inside."""


def measured(composition: Composition, k: Fraction) -> Mapping[str, Range]:
    """Measured contents with their coverage interval ``[v - k u, v + k u]``, cut to 0..1 (JCGM 106:2012).

    Several samples of one element give the hull: no sample is thrown away because it is inconvenient.
    """
    found: dict[str, Range] = {}
    for assay in composition.assays:
        for element, value in assay.values.items():
            half = k * assay.uncertainties.get(element, Fraction(0))
            low, high = max(value.low - half, Fraction(0)), min(value.high + half, Fraction(1))
            found[element] = hull(found.get(element), Range(low, high, value.not_detected))
    return found


def hull(before: Range | None, here: Range) -> Range:
    """The smallest range that holds both."""
    if before is None:
        return here
    both = before.not_detected and here.not_detected
    return Range(min(before.low, here.low), max(before.high, here.high), both)


def contents(composition: Composition, k: Fraction) -> Mapping[str, Range]:
    """The contents that are stated, each as the set of values still possible: measured where measured, else declared."""
    return {**composition.declared, **measured(composition, k)}


def content(composition: Composition, element: str, k: Fraction) -> Range:
    """The content of one element. Not named in a complete composition it is 0, in an open one at most what is left."""
    stated = contents(composition, k)
    if element in stated:
        return stated[element]
    if composition.complete:
        return NOTHING
    left = 1 - sum((share.low for share in stated.values()), Fraction(0))
    return Range(Fraction(0), max(left, Fraction(0))) if stated else ANY_SHARE


def total(shares: Mapping[str, Range]) -> Range:
    """The sum of contents."""
    return sum(shares.values(), NOTHING)


def decimal(number: Fraction, *, up: bool) -> Decimal:
    """A share as a decimal: exact where its decimals end within 18 places, else rounded there, up or down."""
    scaled = number / Fraction(PLACES)
    whole = -(-scaled.numerator // scaled.denominator) if up else scaled.numerator // scaled.denominator
    return Decimal(f"{whole}e-18").normalize()
