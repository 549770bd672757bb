"""Reading what a material is made of: declared and measured contents, as element mass shares between two bounds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from lodemark.application.block import Block
from lodemark.application.model import Assay, Composition, Range
from lodemark.measure import (
    ELEMENTS,
    FormulaError,
    NumberError,
    UnitError,
    atomic_weight,
    oxide_factor,
    read_decimal,
    read_fraction,
)

AT_PERCENT: Final = "% at"

_BELOW = re.compile(r"(?:<|<=|≤|不大于|小于)\s*(?P<limit>[\d.]+)\s*%?")
_ABOVE = re.compile(r"(?:>|>=|≥|不小于|大于)\s*(?P<limit>[\d.]+)\s*%?")
_NOT_DETECTED = re.compile(
    r"(?:n\.?d\.?|not detected|未检出)\s*\(?(?:lod|<|检出限)\s*[:=<]?\s*(?P<limit>[\d.]+)\s*%?\s*\)?", re.IGNORECASE
)
_BETWEEN = re.compile(r"(?P<low>[\d.]+)\s*(?:-|–|~|\.\.|至|到)\s*(?P<high>[\d.]+)\s*%?")
_PLAIN = re.compile(r"(?P<value>[\d.]+(?:[eE]-?\d+)?)\s*%?")
_SAMPLE_FIELDS: Final = frozenset({"u", "method", "lab", "doc"})


def read_composition(line: Block) -> Composition:
    """The ``composition`` block of a goods line; an empty one when nothing is stated."""
    block = line.block("composition")
    if block is None:
        return Composition()
    unit = block.text("unit")
    complete = block.flag("complete")
    declared_block = block.block("declared")
    declared, rounding = ({}, Fraction(0)) if declared_block is None else _contents(declared_block, unit, complete)
    found = Composition(
        declared=declared,
        assays=tuple(_assay(sample, unit) for sample in block.blocks("measured")),
        complete=complete,
        rare_earth_total=_total(block, unit),
        tolerance=_tolerance(block, unit),
        rounding=rounding,
    )
    block.done()
    return found


def _contents(block: Block, unit: str | None, complete: bool | None) -> tuple[Mapping[str, Range], Fraction]:
    """Element shares of a mapping from element or oxide to text, and the most that rounding can hide in their sum."""
    if unit == AT_PERCENT:
        return _from_atoms(block, complete), Fraction(0)
    shares: dict[str, Range] = {}
    rounding = Fraction(0)
    for key in block.fields:
        base = _base(block, key)
        content = _content(block, key, unit)
        if base is None or content is None:
            continue
        element, factor = base
        if element in shares:
            block.fault("application-element-repeated", key, element=element)
            continue
        shares[element] = content.scaled(factor)
        rounding += _last_place(block.fields[key].text, unit) / 2
    return shares, rounding


def _base(block: Block, key: str) -> tuple[str, Fraction] | None:
    """The element a key stands for and the mass of it per mass of what the key names."""
    if key in ELEMENTS:
        return key, Fraction(1)
    try:
        factor = oxide_factor(key)
    except FormulaError:
        block.fault("application-element-unknown", key, written=key)
        return None
    return key.split("O", maxsplit=1)[0].rstrip("0123456789"), factor


def _content(block: Block, key: str, unit: str | None) -> Range | None:
    """One content as written: ``0.36``, ``<0.01``, ``nd (LOD 0.01)``, ``2.4-2.7``; other words are kept as not known."""
    piece = block.piece(key)
    if piece is None:
        return None
    text = unicodedata.normalize("NFKC", piece.text).strip()
    if block.not_finite(key, text):
        return None
    try:
        return _range(text, unit or "")
    except (UnitError, NumberError) as problem:
        block.unreadable(key, problem)
        return None


def _range(text: str, unit: str) -> Range:
    if found := _BELOW.fullmatch(text) or _NOT_DETECTED.fullmatch(text):
        # A content below a limit is somewhere between nothing and the limit, not the limit and not nothing.
        return Range(Fraction(0), read_fraction(found["limit"], unit), not_detected=True)
    if found := _ABOVE.fullmatch(text):
        return Range(read_fraction(found["limit"], unit), Fraction(1))
    if found := _BETWEEN.fullmatch(text):
        low, high = read_fraction(found["low"], unit), read_fraction(found["high"], unit)
        if low > high:
            raise NumberError("share-outside-one", text=text, unit=unit)
        return Range(low, high)
    value = read_fraction(found["value"] if (found := _PLAIN.fullmatch(text)) else text, unit)
    return Range(value, value)


def _from_atoms(block: Block, complete: bool | None) -> Mapping[str, Range]:
    """Atom per cent to mass share: only a closed composition of exact values has one (the mean weight is needed)."""
    atoms = {key: block.number(key) for key in block.fields}
    if complete is not True or any(value is None for value in atoms.values()):
        block.reading.fault("application-at-percent-open", block.at, block.path)
        return {}
    weights: dict[str, Fraction] = {}
    for key, value in atoms.items():
        if key not in ELEMENTS:
            block.fault("application-element-unknown", key, written=key)
        elif value is not None and value < 0:
            block.fault("application-quantity-not-positive", key, text=str(value))
        else:
            weights[key] = Fraction(value or 0) * Fraction(atomic_weight(key))
    whole = sum(weights.values(), Fraction(0))
    return {key: Range(weight / whole, weight / whole) for key, weight in weights.items()} if whole else {}


def _assay(block: Block, unit: str | None) -> Assay:
    values: dict[str, Range] = {}
    uncertainties: dict[str, Fraction] = {}
    common = block.fields.get("u")
    each = block.block("u") if common is not None and isinstance(common.value, Mapping) else None
    one = _uncertainty(block, "u", unit) if each is None else None
    for key in block.fields:
        if key in _SAMPLE_FIELDS:
            continue
        base, content = _base(block, key), _content(block, key, unit)
        if base is None or content is None:
            continue
        element, factor = base
        values[element] = content.scaled(factor)
        u = one if each is None else _uncertainty(each, key, unit)
        if u is not None:
            uncertainties[element] = u * factor
    if each is not None:
        each.done()
    method, lab, document = block.text("method"), block.text("lab"), block.id("doc", "document")
    block.done()
    return Assay(values, uncertainties, method or "", lab or "", document)


def _uncertainty(block: Block, key: str, unit: str | None) -> Fraction | None:
    content = _content(block, key, unit) if key in block.fields else None
    return None if content is None else content.high


def _total(block: Block, unit: str | None) -> Range | None:
    return _content(block, "rare_earth_total", unit) if block.piece("rare_earth_total") else None


def _tolerance(block: Block, unit: str | None) -> Fraction | None:
    found = _content(block, "tolerance", unit) if block.piece("tolerance") else None
    return None if found is None else found.high


def _last_place(text: str, unit: str | None) -> Fraction:
    """The value of the last written digit, as a share of one: 0.36 % has a last place of 0.01 %."""
    try:
        exponent = read_decimal(text.strip(" %")).as_tuple().exponent
    except NumberError:
        return Fraction(0)
    assert isinstance(exponent, int)
    return read_fraction(str(Decimal(1).scaleb(min(exponent, 0))), unit or "")


__all__ = ["read_composition"]
