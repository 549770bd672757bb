"""Read a small genealogy from JSON: for the command line, for teaching and for tests.

Masses in kilograms as numbers or decimal text, ``null`` where nobody weighed; a process may state a ``yield`` and a
``tolerance``, the file assays of the batch's share. The text is read as decimals, exact to the milligram.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from lodemark.attribution.build import arrange
from lodemark.attribution.graph import Graph
from lodemark.attribution.tables import events_back_in_time, read_columns
from lodemark.attribution.trouble import BadRow, GenealogyError

_TOP = {"element", "lots", "processes", "batch", "assays", "sinks", "homogeneous", "tolerance", "title", "comment"}
_PROCESS = {"inputs", "outputs", "sink", "yield", "tolerance", "time", "custody_model", "comment"}


@dataclass(frozen=True, slots=True)
class Assay:
    """Between ``lo`` and ``hi`` of what is in this lot comes from the batch."""

    lot: str
    lo: Fraction
    hi: Fraction


@dataclass(frozen=True, slots=True)
class SmallGraph:
    """A small genealogy, the batch asked about (if the file names one) and assays of the batch's share."""

    graph: Graph
    element: str
    batch: tuple[str, ...]
    sinks: tuple[str, ...]
    assays: tuple[Assay, ...]


def read_small(text: str | bytes) -> SmallGraph:
    """Read the JSON text; ``GenealogyError`` lists every bad row."""
    bad: list[BadRow] = []
    document = _parse(text)
    for name in document.keys() - _TOP:
        bad.append(BadRow("small-field-unknown", "file", name, {"name": name, "known": sorted(_TOP)}))
    lots = _object(document.get("lots"), "lots", bad)
    processes = _object(document.get("processes"), "processes", bad)
    element = document.get("element", "Dy")
    if not isinstance(element, str) or not element:
        bad.append(BadRow("small-shape", "file", "element", {"expected": '"Dy"'}))
        element = "Dy"
    masses = {name: _mg(value, "lots", name, name, bad) for name, value in lots.items()}
    second: dict[str, int] = {}
    tables: dict[str, dict[str, list[Any]]] = {
        "inputs": {"process": [], "lot": [], "mass_mg": []},
        "outputs": {"process": [], "lot": []},
        "processes": {
            "process": [],
            "time": [],
            "sink": [],
            "yield_lo": [],
            "yield_hi": [],
            "tolerance_mg": [],
            "custody_model": [],
        },
    }
    default_tolerance = _mg(document.get("tolerance", 0), "file", "tolerance", "tolerance", bad)
    for name, raw in processes.items():
        process = _object(raw, name, bad)
        for key in process.keys() - _PROCESS:
            bad.append(BadRow("small-field-unknown", name, key, {"name": key, "known": sorted(_PROCESS)}))
        for lot, value in _object(process.get("inputs", {}), f"{name}.inputs", bad).items():
            mass = _mg(value, f"{name}.inputs", lot, lot, bad)
            masses.setdefault(lot, None)
            _append(tables["inputs"], process=name, lot=lot, mass_mg=mass)
        for lot, value in _object(process.get("outputs", {}), f"{name}.outputs", bad).items():
            mass = _mg(value, f"{name}.outputs", lot, lot, bad)
            known = masses.setdefault(lot, mass)
            if known is None:
                masses[lot] = mass
            elif mass is not None and mass != known:
                second[lot] = mass
            _append(tables["outputs"], process=name, lot=lot)
        low, high = _interval(process.get("yield"), name, bad)
        _append(
            tables["processes"],
            process=name,
            time=process.get("time"),
            sink=process.get("sink"),
            yield_lo=low,
            yield_hi=high,
            tolerance_mg=_mg(process["tolerance"], name, "tolerance", name, bad)
            if "tolerance" in process
            else default_tolerance,
            custody_model=process.get("custody_model"),
        )
    pools = document.get("homogeneous", [])
    names = set(pools) if isinstance(pools, list) else set()
    if not isinstance(pools, list):
        bad.append(BadRow("small-shape", "file", "homogeneous", {"expected": '["A", "B"]'}))
    lot_table = {
        "lot": list(masses),
        "mass_mg": list(masses.values()),
        "pool": [lot in names for lot in masses],
        "second_weight_mg": [second.get(lot) for lot in masses],
    }
    batch, sinks = _words(document, "batch", bad), _words(document, "sinks", bad)
    for name in (*batch, *names):
        if name not in masses:
            bad.append(BadRow("row-id-unknown", "file", name, {"what": "lot", "name": name}))
    assays = _assays(document.get("assays", []), set(masses), bad)
    columns, rows = read_columns(lot_table, tables["inputs"], tables["outputs"], tables["processes"], element)
    # A mass refused above is in the list already, with its place in the file; its column shows it as not weighed.
    bad.extend(rows)
    if bad:
        raise GenealogyError([*bad, *events_back_in_time(columns)])
    return SmallGraph(arrange(columns), element, batch, sinks, assays)


def _parse(text: str | bytes) -> dict[str, Any]:
    try:
        document = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as broken:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise GenealogyError([BadRow("small-not-json", "file", "", {"why": str(broken)})]) from broken
    if not isinstance(document, dict):
        raise GenealogyError([BadRow("small-shape", "file", "", {"expected": '{"lots": ..., "processes": ...}'})])
    return document


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"name given twice: {', '.join(twice)}")
    return found


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")


def _object(value: Any, where: str, bad: list[BadRow]) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    bad.append(BadRow("small-shape", "file", where, {"expected": "{...}"}))
    return {}


def _append(table: dict[str, list[Any]], **row: Any) -> None:
    for name, value in row.items():
        table[name].append(value)


def _decimal(value: Any) -> Decimal | None:
    """A number or decimal text as a finite decimal, or nothing."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        read = Decimal(value)
    except InvalidOperation:
        return None
    return read if read.is_finite() else None


def _mg(value: Any, table: str, row: str, name: str, bad: list[BadRow]) -> int | None:
    """Kilograms as whole milligrams; what is finer is refused, never rounded."""
    if value is None:
        return None
    kilograms = _decimal(value)
    if kilograms is None:
        bad.append(BadRow("row-mass-not-a-number", table, row, {"name": name, "value": str(value)}))
        return None
    if kilograms < 0:
        bad.append(BadRow("row-mass-negative", table, row, {"name": name, "value": str(value)}))
        return None
    if kilograms > 10**10:
        bad.append(BadRow("row-mass-too-large", table, row, {"name": name, "value": str(value)}))
        return None
    milligrams = Fraction(kilograms) * 1_000_000
    if milligrams.denominator != 1:
        bad.append(BadRow("row-mass-below-milligram", table, row, {"name": name, "value": str(value)}))
        return None
    return int(milligrams)


def _interval(value: Any, name: str, bad: list[BadRow]) -> tuple[Decimal | None, Decimal | None]:
    if value is None:
        return None, None
    ends = [_decimal(end) for end in value] if isinstance(value, list) else []
    if len(ends) != 2 or ends[0] is None or ends[1] is None or not 0 <= ends[0] <= ends[1] <= 1:
        bad.append(BadRow("row-yield-out-of-range", "processes", name, {"name": name, "value": str(value)}))
        return None, None
    return ends[0], ends[1]


def _words(document: Mapping[str, Any], field: str, bad: list[BadRow]) -> tuple[str, ...]:
    value = document.get(field, [])
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        bad.append(BadRow("small-shape", "file", field, {"expected": '"X"'}))
        return ()
    return tuple(words)


def _assays(value: Any, lots: set[str], bad: list[BadRow]) -> tuple[Assay, ...]:
    if not isinstance(value, list):
        bad.append(BadRow("small-shape", "file", "assays", {"expected": '[{"lot": "A", "share_of_batch": [0, 1]}]'}))
        return ()
    found = []
    for number, row in enumerate(value):
        ends = row.get("share_of_batch") if isinstance(row, dict) else None
        low, high = (_decimal(end) for end in ends) if isinstance(ends, list) and len(ends) == 2 else (None, None)
        if low is None or high is None or not 0 <= low <= high <= 1:
            bad.append(BadRow("row-assay-out-of-range", "assays", number, {"value": str(ends)}))
        elif row.get("lot") not in lots:
            bad.append(BadRow("row-id-unknown", "assays", number, {"what": "lot", "name": str(row.get("lot"))}))
        else:
            found.append(Assay(row["lot"], Fraction(low), Fraction(high)))
    return tuple(found)
