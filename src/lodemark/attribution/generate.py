"""Seeded genealogies of any size that close to the milligram: for benchmarks, load tests and teaching.

Every process takes parts of a few recent lots of the stage before, loses a little and puts out a few lots.
The same seed and size give the same genealogy on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lodemark.attribution.change import Statement
from lodemark.attribution.engine import flow_masses
from lodemark.attribution.graph import CLASSES, I64, Graph


@dataclass(frozen=True, slots=True)
class Shape:
    """What a genealogy looks like: inputs and outputs per process, stages from ore to end use, how many of them end
    earlier, and how many lots back a process reaches."""

    inputs: int = 4
    outputs: int = 2
    sink_share: float = 0.05
    stages: int = 8
    window: int = 2_000
    elements: tuple[str, ...] = ("Dy",)


def generate(edges: int, seed: int, shape: Shape | None = None) -> dict[str, dict[str, Any]]:
    """Four tables (``lots inputs outputs processes``) with numbered ids and about ``edges`` inputs."""
    shape = shape or Shape()
    rng = np.random.default_rng(seed)
    # A process of stage n takes recent lots of stage n - 1 and puts out lots of stage n; the first brings material in,
    # the last is an end use, and so are some before it.
    count = max(int(edges / (shape.inputs * shape.stages / (shape.stages + 1))), 2)
    stage = rng.integers(0, shape.stages + 1, count)
    stage[0] = 0
    ends = (stage == shape.stages) | ((stage > 0) & (rng.random(count) < shape.sink_share))
    sink = np.where(ends, rng.integers(0, len(CLASSES), count), -1)
    made = np.where(ends, 0, rng.integers(1, 2 * shape.outputs, count))
    taken = np.where(stage == 0, 0, rng.integers(1, 2 * shape.inputs, count))
    first_out = np.concatenate(([0], np.cumsum(made)))
    in_proc = np.repeat(np.arange(count, dtype=np.int32), taken)  # narrow: at 1e8 inputs each column is a gigabyte
    narrow_stage = stage.astype(np.int8)
    lot_stage = np.repeat(narrow_stage, made)
    in_lot = np.zeros(len(in_proc), np.int32)
    for level in range(1, shape.stages + 1):
        lots = np.flatnonzero(lot_stage == level - 1)
        edges_here = np.flatnonzero(narrow_stage[in_proc] == level)
        newest = np.searchsorted(lots, first_out[in_proc[edges_here]])  # how many of them there were by then
        back = (np.minimum(newest, shape.window) * rng.random(len(edges_here)) ** 2).astype(np.int64)
        in_lot[edges_here] = np.where(newest > 0, lots[np.maximum(newest - 1 - back, 0)], -1)
    found = in_lot >= 0
    in_proc, in_lot = in_proc[found], in_lot[found]
    in_ptr = np.concatenate(([0], np.cumsum(np.bincount(in_proc, minlength=count))))
    fresh = np.diff(in_ptr) == 0
    sink[fresh & (made == 0)] = len(CLASSES)  # nothing came and nothing goes: an empty run
    base, in_mg = flow_masses(
        np.where(fresh, rng.integers(10_000_000_000, 1_000_000_000_000, count), 0),
        in_ptr,
        in_lot,
        rng.integers(200, 800, len(in_proc)),
        first_out,
        rng.integers(1, 1000, int(first_out[-1])),
        rng.integers(0, 50, count),
    )
    kept = in_mg > 0  # a lot that was empty by then was not taken
    lots, processes = np.arange(len(base), dtype=np.int32), np.arange(count, dtype=np.int32)
    return {
        "lots": {"lot": lots, "mass_mg": base, **_elements(base, shape, rng)},
        "inputs": {"process": in_proc[kept], "lot": in_lot[kept], "mass_mg": in_mg[kept]},
        "outputs": {"process": np.repeat(processes, made), "lot": lots},
        "processes": {"process": processes, "time": np.arange(1, count + 1), "sink": sink.astype(np.int8)},
    }


def _elements(base: I64, shape: Shape, rng: np.random.Generator) -> dict[str, I64]:
    """Contained mass of several elements, each a fixed part of the whole, so that every element closes too."""
    if len(shape.elements) == 1:
        return {} if shape.elements == ("Dy",) else {shape.elements[0]: base}
    parts = rng.integers(1, 100, len(shape.elements))
    return {symbol: base * int(part) // 1000 for symbol, part in zip(shape.elements, parts, strict=True)}


def happenings(graph: Graph, count: int, seed: int) -> list[Statement]:
    """Seeded statements for a made-up genealogy: new processes, and now and then one corrected or withdrawn."""
    rng = np.random.default_rng(seed)
    drawn = np.bincount(graph.in_lot, graph.in_taken_mg, len(graph.base_mg)).astype(np.int64)
    left = dict(zip(graph.lot_ids.tolist(), (graph.base_mg - drawn).tolist(), strict=True))
    open_lots = [lot for lot, mass in left.items() if mass > 10_000]
    said: list[Statement] = []
    made = 1 + max(int(graph.lot_ids.max()), int(graph.process_ids.max()))
    for number in range(made, made + count):
        earlier = said[int(rng.integers(len(said)))] if said and number % 5 == 0 else None
        if earlier is not None and not earlier.void:
            inputs, outputs = ({lot: mass // 2 for lot, mass in side.items()} for side in (earlier.inputs, earlier.outputs))
            void = number % 10 == 0 and not outputs
            said.append(Statement(earlier.process, inputs, outputs, earlier.sink, void=void))
            continue
        lots = [open_lots[int(place)] for place in rng.choice(len(open_lots), 2, replace=False)]
        inputs = {lot: left[lot] // 3 for lot in lots}
        for lot, mass in inputs.items():
            left[lot] -= mass
        sink = CLASSES[number % 3] if number % 2 else None
        outputs = {} if sink else {number: sum(inputs.values()) // 2}
        said.append(Statement(number, inputs, outputs, sink))
        left.update(outputs)
        open_lots = [lot for lot in (*open_lots, *outputs) if lot not in inputs or left[lot] > 10_000]
    return said
