"""A new, late or corrected event: what it states of its process, and the tables with it in place.

A ``Statement`` says all a process now took in and put out. It may be new, may come late, may replace what was said
before, or may be void. ``restate`` is the meaning: tables in, tables out; ``live`` gives the same shares, but touches
only what changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lodemark.attribution.graph import Flags, Graph
from lodemark.attribution.tables import ACCOUNTING_MODELS, class_names
from lodemark.attribution.trouble import BadRow, GenealogyError

Tables = dict[str, dict[str, list[Any]]]


@dataclass(frozen=True, slots=True)
class Statement:
    """What is now said of one process; masses in mg, in the basis of the events.

    ``contained`` gives the elements of an output where the genealogy counts more than the base mass. ``void``: the
    event is withdrawn, the process never happened.
    """

    process: Any
    inputs: Mapping[Any, int] = field(default_factory=dict)
    outputs: Mapping[Any, int] = field(default_factory=dict)
    sink: str | None = None
    time: int = 0
    contained: Mapping[Any, Mapping[str, int]] = field(default_factory=dict)
    void: bool = False


def tables_of(graph: Graph) -> Tables:
    """The four tables this genealogy was built from."""
    makers = np.repeat(np.arange(len(graph.sink)), np.diff(graph.in_ptr))
    made = np.flatnonzero(graph.prod >= 0)
    own = {
        symbol: graph.mass_mg[:, k].tolist()
        for k, symbol in enumerate(graph.elements)
        if len(graph.elements) > 1 or not np.array_equal(graph.mass_mg[:, 0], graph.base_mg)
    }
    return {
        "lots": {
            "lot": graph.lot_ids.tolist(),
            "mass_mg": _weighed(graph.base_mg.tolist(), graph.lot_weighed),
            "licensed": graph.licensed.tolist(),
            "pool": graph.pool.tolist(),
            "second_weight_mg": _weighed(graph.second_weight_mg.tolist(), graph.second_weight_mg >= 0),
            **own,
        },
        "inputs": {
            "process": graph.process_ids[makers].tolist(),
            "lot": graph.lot_ids[graph.in_lot].tolist(),
            "mass_mg": _weighed(graph.in_taken_mg.tolist(), graph.in_weighed),
        },
        "outputs": {
            "process": graph.process_ids[graph.prod[made]].tolist(),
            "lot": graph.lot_ids[made].tolist(),
        },
        "processes": {
            "process": graph.process_ids.tolist(),
            "time": graph.proc_time.tolist(),
            "known": graph.proc_known.tolist(),
            "sink": class_names(graph.sink, graph.classes),
            "yield_lo": graph.yield_lo.tolist(),
            "yield_hi": graph.yield_hi.tolist(),
            "tolerance_mg": graph.tolerance_mg.tolist(),
            "custody_model": [None if real else min(ACCOUNTING_MODELS) for real in graph.physical.tolist()],
        },
    }


def restate(tables: Tables, statements: Sequence[Statement]) -> Tables:
    """The tables with these statements in place; ``GenealogyError`` names every lot that nobody knows."""
    lots = _rows(tables["lots"], "lot")
    processes = _rows(tables["processes"], "process")
    inputs = _grouped(tables["inputs"])
    outputs = _grouped(tables["outputs"])
    bad: list[BadRow] = []
    for number, said in enumerate(statements):
        before = {row["lot"] for row in outputs.get(said.process, [])}
        if said.void:
            for table in (processes, inputs, outputs):
                table.pop(said.process, None)
            _drop(lots, before, inputs)
            continue
        row = processes.get(said.process, dict.fromkeys(tables["processes"]))
        processes[said.process] = row | {"process": said.process, "time": said.time or row.get("time"), "sink": said.sink}
        for lot, mass in said.outputs.items():
            old = lots.get(lot, {**dict.fromkeys(tables["lots"]), "licensed": not said.inputs, "pool": False})
            lots[lot] = old | {"lot": lot, "mass_mg": mass, **said.contained.get(lot, {})}
        unknown = [lot for lot in said.inputs if lot not in lots]
        bad += [BadRow("row-id-unknown", "statements", number, {"what": "lot", "name": str(lot)}) for lot in unknown]
        inputs[said.process] = [{"process": said.process, "lot": lot, "mass_mg": mass} for lot, mass in said.inputs.items()]
        outputs[said.process] = [{"process": said.process, "lot": lot} for lot in said.outputs]
        _drop(lots, before - said.outputs.keys(), inputs)
    if bad:
        raise GenealogyError(bad)
    return {
        "lots": _columns(tables["lots"], lots.values()),
        "inputs": _columns(tables["inputs"], [row for rows in inputs.values() for row in rows]),
        "outputs": _columns(tables["outputs"], [row for rows in outputs.values() for row in rows]),
        "processes": _columns(tables["processes"], processes.values()),
    }


def as_of(graph: Graph, occurred: int | None, known: int | None) -> Tables:
    """The tables of what had happened, and was known, by then (microseconds; undated rows always count).

    A lot whose making is left out is left out too, unless something kept took of it: then it came from outside.
    """
    tables = tables_of(graph)
    times, learnt = tables["processes"]["time"], tables["processes"]["known"]
    gone = {
        process
        for process, time, day in zip(tables["processes"]["process"], times, learnt, strict=True)
        if (occurred is not None and time > occurred) or (known is not None and day > known)
    }
    made = dict(zip(tables["outputs"]["lot"], tables["outputs"]["process"], strict=True))
    kept_inputs = [process not in gone for process in tables["inputs"]["process"]]
    taken = {lot for lot, keep in zip(tables["inputs"]["lot"], kept_inputs, strict=True) if keep}
    return {
        "lots": _kept(tables["lots"], [made.get(lot) not in gone or lot in taken for lot in tables["lots"]["lot"]]),
        "inputs": _kept(tables["inputs"], kept_inputs),
        "outputs": _kept(tables["outputs"], [process not in gone for process in tables["outputs"]["process"]]),
        "processes": _kept(tables["processes"], [process not in gone for process in tables["processes"]["process"]]),
    }


def _drop(lots: dict[Any, dict[str, Any]], dropped: set[Any], inputs: Mapping[Any, list[dict[str, Any]]]) -> None:
    """Forget lots that nobody makes and nobody takes any more; what is still taken came from outside."""
    if dropped:
        taken = {row["lot"] for rows in inputs.values() for row in rows}
        for lot in dropped - taken:
            lots.pop(lot, None)


def _weighed(values: list[Any], weighed: Flags) -> list[Any]:
    return [value if known else None for value, known in zip(values, weighed.tolist(), strict=True)]


def _rows(table: Mapping[str, list[Any]], key: str) -> dict[Any, dict[str, Any]]:
    names = list(table)
    return {row[key]: row for row in (dict(zip(names, cells, strict=True)) for cells in zip(*table.values(), strict=True))}


def _grouped(table: Mapping[str, list[Any]]) -> dict[Any, list[dict[str, Any]]]:
    names, groups = list(table), dict[Any, list[dict[str, Any]]]()
    for cells in zip(*table.values(), strict=True):
        row = dict(zip(names, cells, strict=True))
        groups.setdefault(row["process"], []).append(row)
    return groups


def _columns(like: Mapping[str, list[Any]], rows: Any) -> dict[str, list[Any]]:
    listed = list(rows)
    return {name: [row.get(name) for row in listed] for name in like}


def _kept(table: Mapping[str, list[Any]], keep: list[bool]) -> dict[str, list[Any]]:
    return {name: [value for value, stays in zip(column, keep, strict=True) if stays] for name, column in table.items()}
