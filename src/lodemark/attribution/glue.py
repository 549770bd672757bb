"""From the genealogy of room ``custody`` to one that can be asked about grams.

Custody knows who holds a lot, not what that means; so the caller says which lots and processes are an end use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from lodemark.attribution.genealogy import Genealogy, build

Columns = Mapping[str, list[Any]]


def from_tables(
    tables: Mapping[str, Columns],
    element: str,
    sinks: Mapping[str, str] | None = None,
    contained_mg: Mapping[str, int] | None = None,
) -> Genealogy:
    """Build from custody's tables (``lots, inputs, outputs, processes``; masses in mg, ``None`` not weighed).

    ``sinks`` maps a process to the class in which it ends, or a lot to the class in whose hands its rest is.
    ``contained_mg`` maps every lot to its mg of ``element``; without it, the masses of the events are taken to be
    the element's. A process with neither outputs nor class ends in ``unknown``: nobody told where its mass went.
    Raises ``GenealogyError`` with every bad row.
    """
    ends = dict(sinks or {})
    lots = {name: list(column) for name, column in tables["lots"].items() if name in _LOTS}
    inputs = {name: list(tables["inputs"][name]) for name in ("process", "lot", "mass_mg")}
    outputs = {name: list(tables["outputs"][name]) for name in ("process", "lot")}
    processes = {name: list(column) for name, column in tables["processes"].items() if name in _PROCESSES}
    if contained_mg is not None:
        lots[element] = [contained_mg.get(lot) for lot in lots["lot"]]

    count = len(processes["process"])
    loops = tables["processes"].get("loop") or [None] * count
    # A booked loop has no order in time; its events must not look like events back in time.
    times = processes.get("time") or [None] * count
    processes["time"] = [None if loop is not None else time for time, loop in zip(times, loops, strict=True)]
    made = set(outputs["process"])
    given = processes.get("sink") or [None] * count
    processes["sink"] = [
        ends.get(name) or sink or (None if name in made else "unknown")
        for name, sink in zip(processes["process"], given, strict=True)
    ]
    _hand_over(lots, inputs, processes, ends)
    return build(lots, inputs, outputs, processes, element=element)


_LOTS = ("lot", "mass_mg", "licensed", "pool", "second_weight_mg")
_PROCESSES = ("process", "time", "sink", "yield_lo", "yield_hi", "tolerance_mg", "custody_model")


def _hand_over(
    lots: dict[str, list[Any]], inputs: dict[str, list[Any]], processes: dict[str, list[Any]], ends: Mapping[str, str]
) -> None:
    """One last process for every lot whose rest is in the hands of a class; it takes what is left of the lot."""
    drawn: dict[str, list[int | None]] = defaultdict(list)
    for lot, mass in zip(inputs["lot"], inputs["mass_mg"], strict=True):
        drawn[lot].append(mass)
    for lot, mass in zip(list(lots["lot"]), list(lots["mass_mg"]), strict=True):
        takes = drawn[lot]
        known = mass is not None and None not in takes
        rest = mass - sum(take or 0 for take in takes) if known else None
        if lot not in ends or (rest is not None and rest <= 0):
            continue
        name = f"held:{lot}"
        for column, values in processes.items():
            values.append({"process": name, "sink": ends[lot], "tolerance_mg": 0}.get(column))
        for column, value in (("process", name), ("lot", lot), ("mass_mg", rest)):
            inputs[column].append(value)
