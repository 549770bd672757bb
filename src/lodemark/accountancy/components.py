"""The error of every measured row: random variance per component, systematic uncertainty per group and calibration.

n equal items of total mass x, each measured once: a random relative error averages to ``x u / sqrt(n)``, a random
absolute one adds to ``u sqrt(n)``; a systematic error is the same for every item, so ``x u`` and ``n u``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter

import numpy as np
from scipy.sparse import csr_array

from lodemark.accountancy.model import MG_PER_KG, Component, Floats, Ints, Inventory
from lodemark.accountancy.table import Coded, FlowTable, instant, micros
from lodemark.trouble import Reason

_EVER = np.iinfo(np.int64)
MOST_REL = 1000
"""A relative uncertainty above this is a percentage, a unit or a typing error: it would drown every other number."""


@dataclass(frozen=True, slots=True)
class Errors:
    """``V`` (C, R) random variances, ``G`` (K, R) systematic uncertainties, and the names of their rows."""

    V: csr_array
    G: csr_array
    random: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Measured rows as far as their errors are concerned: flows first, then physical inventories."""

    stream: Coded
    at_us: Ints
    kg: Floats
    n_items: Ints
    flow_id: Sequence[str]
    inventories: Sequence[Inventory]

    def name(self, row: int) -> str:
        """The id of a row, for messages."""
        flows = len(self.flow_id)
        return self.flow_id[row] if row < flows else self.inventories[row - flows].pit_id


def measured_rows(table: FlowTable, inventories: Sequence[Inventory]) -> Rows:
    """Flows and inventories one under the other, in one numbering of streams."""
    held = Coded.of(item.stream for item in inventories)
    names = {name: code for code, name in enumerate(dict.fromkeys((*table.stream.names, *held.names)))}
    codes = [column.map(names.__getitem__) for column in (table.stream, held)]
    held_mg = np.asarray([item.element_mg for item in inventories], dtype=np.int64)
    held_at = np.asarray([micros(item.taken_at) for item in inventories], dtype=np.int64)
    return Rows(
        stream=Coded(np.concatenate(codes).astype(np.int32), tuple(names)),
        at_us=np.concatenate([table.at_us, held_at]),
        kg=np.concatenate([table.element_mg, held_mg]) / MG_PER_KG,
        n_items=np.concatenate([table.n_items, np.ones(len(inventories), dtype=np.int64)]),
        flow_id=table.flow_id,
        inventories=inventories,
    )


def errors_of(components: Sequence[Component], rows: Rows) -> tuple[Errors, list[Reason]]:
    """The errors of all rows, and every reason why they cannot be given."""
    problems = [*_bad_components(components), *_bad_intervals(components)]
    by_stream = {
        key: list(parts) for key, parts in groupby(sorted(components, key=attrgetter("stream", "name")), attrgetter("stream"))
    }
    problems += [
        Reason("balance-stream-without-error", None, {"stream": name}) for name in rows.stream.names if name not in by_stream
    ]
    if problems:
        return _collect([], [], len(rows.kg)), problems
    random: list[tuple[str, Ints, Floats]] = []
    systematic: list[tuple[str, Ints, Floats]] = []
    for code, word in enumerate(rows.stream.names):
        places = np.flatnonzero(rows.stream.codes == code)
        for label, parts in groupby(by_stream[word], attrgetter("name")):
            covered = np.zeros(len(places), dtype=bool)
            for part in parts:
                start, end = _interval(part)
                inside = (rows.at_us[places] >= start) & (rows.at_us[places] < end)
                covered |= inside
                if part.exact or not inside.any():
                    continue
                here = places[inside]
                u_kg = _u_kg(part, rows.kg[here], rows.n_items[here])
                if part.kind == "random":
                    random.append((f"{word}/{label}", here, u_kg**2))
                else:
                    systematic.append((_group_name(part), here, u_kg))
            facts = {"stream": word, "component": label}
            problems += [
                Reason("balance-calibration-gap", None, {**facts, "row": rows.name(row), "at": instant(int(rows.at_us[row]))})
                for row in places[~covered].tolist()
            ]
    return _collect(random, systematic, len(rows.kg)), problems


def _u_kg(part: Component, kg: Floats, n_items: Ints) -> Floats:
    power = 0.5 if part.kind == "random" else 0.0
    relative = kg * float(part.u_rel or 0) / n_items**power
    absolute = (part.u_abs_mg or 0) / MG_PER_KG * n_items ** (1 - power)
    # Both stated: they are two faces of one component (a scale's slope and its resolution), so they add in quadrature.
    return np.asarray(relative if part.u_abs_mg is None else np.hypot(relative, absolute), dtype=np.float64)


def _interval(part: Component) -> tuple[int, int]:
    start = _EVER.min if part.valid_from is None else micros(part.valid_from)
    end = _EVER.max if part.valid_until is None else micros(part.valid_until)
    return int(start), int(end)


def _group_name(part: Component) -> str:
    """One draw per (group, calibration interval); without a group the component is alone in its own."""
    group = part.group or f"{part.stream}/{part.name}"
    return group if part.valid_from is None else f"{group}@{part.valid_from.isoformat()}"


def _bad_components(components: Sequence[Component]) -> list[Reason]:
    found = []
    for part in components:
        stated = part.exact or part.u_rel is not None or part.u_abs_mg is not None
        positive = part.exact or (
            (part.u_rel or 0) >= 0 and (part.u_abs_mg or 0) >= 0 and ((part.u_rel or 0) > 0 or (part.u_abs_mg or 0) > 0)
        )
        facts = {"stream": part.stream, "component": part.name}
        if not stated:
            found.append(Reason("balance-u-missing", None, facts))
        elif not positive:
            # Zero is a strong claim; it must be made in words.
            found.append(Reason("balance-u-not-positive", None, facts))
        elif (part.u_rel or 0) > MOST_REL:
            found.append(Reason("balance-u-beyond", None, {**facts, "most": MOST_REL}))
        elif part.exact and not part.reason:
            found.append(Reason("balance-exact-without-reason", None, facts))
    return found


def _bad_intervals(components: Sequence[Component]) -> list[Reason]:
    """Calibrations of one component may not overlap, nor may the intervals of one group cross."""
    found = []
    for (stream, name), parts in groupby(sorted(components, key=attrgetter("stream", "name")), attrgetter("stream", "name")):
        spans = sorted(_interval(part) for part in parts)
        if any(late[0] < early[1] for early, late in pairwise(spans)):
            found.append(Reason("balance-calibration-overlap", None, {"stream": stream, "component": name}))
    shared = [part for part in components if part.kind == "systematic" and part.group and not part.exact]
    for group, parts in groupby(sorted(shared, key=attrgetter("group")), attrgetter("group")):
        spans = sorted({_interval(part) for part in parts})
        if any(late[0] < early[1] for early, late in pairwise(spans)):
            found.append(Reason("balance-group-intervals-cross", None, {"group": group}))
    return found


def _collect(random: Sequence[tuple[str, Ints, Floats]], systematic: Sequence[tuple[str, Ints, Floats]], rows: int) -> Errors:
    V, random_names = _sparse(random, rows)
    G, groups = _sparse(systematic, rows)
    return Errors(V, G, random_names, groups)


def _sparse(parts: Sequence[tuple[str, Ints, Floats]], rows: int) -> tuple[csr_array, tuple[str, ...]]:
    names = {name: place for place, name in enumerate(dict.fromkeys(name for name, _, _ in parts))}
    if not parts:
        return csr_array((0, rows), dtype=np.float64), ()
    line = np.concatenate([np.full(len(here), names[name], dtype=np.int64) for name, here, _ in parts])
    column = np.concatenate([here for _, here, _ in parts])
    value = np.concatenate([numbers for _, _, numbers in parts])
    # Two components of one group on one row (say sampling and factor from one laboratory) add: they are one draw.
    return csr_array((value, (line, column)), shape=(len(names), rows)), tuple(names)
