"""Read the four tables of a genealogy into numbered columns; every bad row is collected, none is repaired.

A table is a mapping of columns (lists, numpy arrays) or an Arrow table. ``lots``: ``lot, mass_mg`` and one
column of contained mg per element, optionally ``licensed, pool, second_weight_mg``. ``processes``: ``process``,
optionally ``time, known, sink, yield_lo, yield_hi, tolerance_mg, custody_model``. ``inputs``: ``process, lot, mass_mg``.
``outputs``: ``process, lot``. A mass of ``None`` was not weighed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lodemark.attribution.graph import CLASSES, F64, I8, I64, MASS_LIMIT_MG, Flags, Places
from lodemark.attribution.trouble import BadRow

Table = Mapping[str, Any]
UNWEIGHED = -1
_NO_NUMBER = -2  # marks a refused cell while the rest of the column is still read

# ISO 22095: these two move bookkeeping entitlements, not matter, so a physical statement ends there.
ACCOUNTING_MODELS = frozenset({"mass-balance", "book-and-claim"})


@dataclass(frozen=True, slots=True)
class Columns:
    """The tables as numbered columns, in the order they came."""

    lot_ids: NDArray[Any]
    process_ids: NDArray[Any]
    elements: tuple[str, ...]
    classes: tuple[str, ...]
    base_mg: I64
    mass_mg: I64
    licensed: Flags | None
    pool: Flags
    second_weight_mg: I64
    time: I64
    known: I64
    sink: I8
    physical: Flags
    tolerance_mg: I64
    yield_lo: F64
    yield_hi: F64
    in_proc: Places
    in_lot: Places
    in_mg: I64
    prod: I64  # [L] producer, -1 for none


def read_columns(lots: Any, inputs: Any, outputs: Any, processes: Any, element: str) -> tuple[Columns, list[BadRow]]:
    """Number the ids, read the masses and list every bad row; ``element`` names a base that has no element columns."""
    bad: list[BadRow] = []
    lots, inputs, outputs, processes = (_mapping(table) for table in (lots, inputs, outputs, processes))
    lot_ids, lot_number = _ids("lots", lots["lot"], "lot", bad)
    process_ids, process_number = _ids("processes", processes["process"], "process", bad)
    number, count = len(lot_ids), len(process_ids)

    base = _masses("lots", lots["mass_mg"], lot_ids, bad, zero="row-mass-zero")
    fixed = {"lot", "mass_mg", "licensed", "pool", "second_weight_mg"}
    elements = tuple(name for name in lots if name not in fixed)
    contained = [_masses("lots", lots[symbol], lot_ids, bad, unweighed="row-mass-missing") for symbol in elements]

    in_proc = _look_up("inputs", inputs["process"], process_number, "process", bad)
    in_lot = _look_up("inputs", inputs["lot"], lot_number, "lot", bad)
    in_mg = _masses("inputs", inputs["mass_mg"], inputs["lot"], bad, zero="row-mass-zero")
    out_proc = _look_up("outputs", outputs["process"], process_number, "process", bad)
    out_lot = _look_up("outputs", outputs["lot"], lot_number, "lot", bad)

    classes, sink = _sinks(processes.get("sink"), process_ids, bad)
    columns = Columns(
        lot_ids=lot_ids,
        process_ids=process_ids,
        elements=elements or (element,),
        classes=classes,
        base_mg=base,
        mass_mg=np.stack(contained, axis=1) if contained else base[:, None],
        licensed=_flags(lots["licensed"]) if "licensed" in lots else None,
        pool=_flags(lots["pool"]) if "pool" in lots else np.broadcast_to(np.False_, number),
        second_weight_mg=(
            _masses("lots", lots["second_weight_mg"], lot_ids, bad)
            if "second_weight_mg" in lots
            else np.broadcast_to(np.int64(UNWEIGHED), number)
        ),
        time=_times(processes.get("time"), process_ids, bad),
        known=_times(processes.get("known"), process_ids, bad),
        sink=sink,
        physical=_physical(processes.get("custody_model"), count),
        tolerance_mg=(
            np.maximum(_masses("processes", processes["tolerance_mg"], process_ids, bad), 0)
            if "tolerance_mg" in processes
            else np.broadcast_to(np.int64(0), count)
        ),
        yield_lo=_yields(processes.get("yield_lo"), process_ids, bad),
        yield_hi=_yields(processes.get("yield_hi"), process_ids, bad),
        in_proc=in_proc,
        in_lot=in_lot,
        in_mg=in_mg,
        prod=_producers(out_proc, out_lot, lot_ids, process_ids, bad),
    )
    _check_processes(columns, out_proc, bad)
    return columns, bad


def _mapping(table: Any) -> Table:
    """A mapping of columns from a mapping or an Arrow table."""
    if hasattr(table, "column_names"):
        return {name: _arrow_column(table.column(name)) for name in table.column_names}
    assert isinstance(table, Mapping), "a table is a mapping of columns or an Arrow table"
    return table


def _arrow_column(column: Any) -> Any:
    whole = column.null_count == 0 and str(column.type).startswith(("int", "uint", "double", "bool"))
    return column.to_numpy() if whole else column.to_pylist()


def _names(ids: Any) -> Sequence[Any]:
    return ids.tolist() if isinstance(ids, np.ndarray) else list(ids)


def _ids(table: str, ids: Any, fact: str, bad: list[BadRow]) -> tuple[NDArray[Any], dict[Any, int] | int]:
    """The ids and their numbers; ids that already are 0, 1, 2 ... need no dictionary (their count is returned)."""
    if isinstance(ids, np.ndarray) and ids.dtype.kind in "iu" and np.array_equal(ids, np.arange(len(ids))):
        return ids, len(ids)
    names = list(_names(ids))
    numbers: dict[Any, int] = {}
    for row, name in enumerate(names):
        if name is None or name == "":
            bad.append(BadRow("row-id-missing", table, row, {"fact": fact}))
        elif numbers.setdefault(name, row) != row:
            bad.append(BadRow("row-id-twice", table, row, {fact: name, "name": name, "first": numbers[name]}))
    column = np.empty(len(names), object)
    column[:] = names
    return column, numbers


def _look_up(table: str, ids: Any, numbers: dict[Any, int] | int, fact: str, bad: list[BadRow]) -> Places:
    if isinstance(numbers, int) and isinstance(ids, np.ndarray) and ids.dtype.kind in "iu":
        found: Places = ids if ids.dtype in (np.int32, np.int64) else ids.astype(np.int64)
        if found.view(f"u{found.itemsize}").max(initial=0) < numbers:  # as unsigned, a negative one is too large as well
            return found
        found = np.where((found < 0) | (found >= numbers), -1, found)  # a column of the caller is never written to
    else:
        known = {place: place for place in range(numbers)} if isinstance(numbers, int) else numbers
        found = np.array([known.get(name, -1) for name in _names(ids)], np.int64)
    for row in np.flatnonzero(found < 0).tolist():
        bad.append(BadRow("row-id-unknown", table, row, {fact: ids[row], "name": ids[row], "what": fact}))
    return found


def _masses(table: str, values: Any, names: Any, bad: list[BadRow], zero: str = "", unweighed: str = "") -> I64:
    """Milligrams, -1 where not weighed. ``zero`` and ``unweighed`` are the codes that refuse such a cell."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iu":
        read = values.astype(np.int64, copy=False)
        least = 1 if zero else 0
        if least <= read.min(initial=least) and read.max(initial=least) <= MASS_LIMIT_MG:
            return read
        rows = np.flatnonzero((read < least) | (read > MASS_LIMIT_MG)).tolist()
        read = read.copy()
    else:
        values = _names(values)
        read, rows = np.full(len(values), _NO_NUMBER, np.int64), list(range(len(values)))
    for row in rows:
        value = values[row]
        code = unweighed if value is None else _refuse_mass(value, zero)
        if code:
            bad.append(BadRow(code, table, row, {"name": names[row], "value": str(value)}))
        read[row] = _NO_NUMBER if code else UNWEIGHED if value is None else int(value)
    return read


def _refuse_mass(value: Any, zero: str) -> str:
    """The code that refuses this mass, or nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | np.integer | np.floating):
        return "row-mass-not-a-number"
    if not isfinite(value):
        return "row-mass-not-a-number"
    if value < 0:
        return "row-mass-negative"
    if value > MASS_LIMIT_MG:
        return "row-mass-too-large"
    if value != int(value):
        return "row-mass-below-milligram"
    return zero if value == 0 else ""


def _flags(values: Any) -> Flags:
    return np.array([bool(value) for value in _names(values)], np.bool_)


def _times(values: Any, names: NDArray[Any], bad: list[BadRow]) -> I64:
    """Event times as integers (microseconds); a datetime is converted, ``None`` is undated."""
    if values is None:
        return np.broadcast_to(np.int64(0), len(names))
    if isinstance(values, np.ndarray) and values.dtype.kind in "iu":
        return values.astype(np.int64, copy=False)
    read = np.zeros(len(names), np.int64)
    for row, value in enumerate(_names(values)):
        if hasattr(value, "timestamp"):
            read[row] = round(value.timestamp() * 1_000_000)
        elif isinstance(value, int) and not isinstance(value, bool):
            read[row] = value
        elif value is not None:
            bad.append(BadRow("row-time-unreadable", "processes", row, {"name": names[row], "value": str(value)}))
    return read


def _yields(values: Any, names: NDArray[Any], bad: list[BadRow]) -> F64:
    if values is None:
        return np.broadcast_to(np.float64(np.nan), len(names))
    read = np.full(len(names), np.nan)
    for row, value in enumerate(_names(values)):
        if value is None or (isinstance(value, float) and np.isnan(value)):
            continue
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not 0 <= value <= 1:
            bad.append(BadRow("row-yield-out-of-range", "processes", row, {"name": names[row], "value": str(value)}))
        else:
            read[row] = float(value)
    return read


def _sinks(values: Any, names: NDArray[Any], bad: list[BadRow]) -> tuple[tuple[str, ...], I8]:
    """Class names and the class number of each process; ``loss`` is the number after the last class."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iu":  # already numbered in CLASSES
        return CLASSES, values.astype(np.int8)
    values = [None] * len(names) if values is None else _names(values)
    classes = list(CLASSES)
    for row, value in enumerate(values):
        if value == "stock" or not (value is None or isinstance(value, str)) or value == "":
            bad.append(BadRow("row-sink-name", "processes", row, {"name": names[row], "value": str(value)}))
        elif value is not None and value != "loss" and value not in classes:
            classes.append(value)
    assert len(classes) < 127, "sink classes are numbered in eight bits"
    number: dict[Any, int] = {name: place for place, name in enumerate([*classes, "loss"])}
    numbers = [-1 if value is None else number.get(value, -1) for value in values]
    return tuple(classes), np.array(numbers, np.int8).reshape(len(names))


def _physical(models: Any, count: int) -> Flags:
    if models is None:
        return np.broadcast_to(np.True_, count)
    return np.array([model not in ACCOUNTING_MODELS for model in _names(models)], np.bool_)


def _producers(out_proc: Places, out_lot: Places, lot_ids: NDArray[Any], process_ids: NDArray[Any], bad: list[BadRow]) -> I64:
    """The producer of each lot; a second producer of the same lot number is refused with both processes."""
    prod = np.full(len(lot_ids), -1, np.int64)
    known = (out_proc >= 0) & (out_lot >= 0)
    if known.all():
        prod[out_lot] = out_proc
    else:
        prod[out_lot[known]] = out_proc[known]
    good = np.flatnonzero(known)
    if np.count_nonzero(prod >= 0) == len(good):
        return prod
    made = np.bincount(out_lot[good], minlength=len(lot_ids))
    for row in good[made[out_lot[good]] > 1].tolist():
        lot = int(out_lot[row])
        facts = {"name": lot_ids[lot], "process": process_ids[int(out_proc[row])]}
        bad.append(BadRow("row-lot-two-producers", "outputs", row, facts))
    return prod


def _check_processes(columns: Columns, out_proc: Places, bad: list[BadRow]) -> None:
    """A process needs a way in or out: neither a sink with outputs nor a dead end."""
    count = len(columns.process_ids)
    outputs = np.zeros(count + 1, np.bool_)
    outputs[out_proc] = True  # the last place stands for a process that nobody knows
    outputs = outputs[:-1]
    sinks = columns.sink >= 0
    for row in np.flatnonzero(sinks & outputs).tolist():
        bad.append(BadRow("row-sink-with-outputs", "processes", row, {"name": columns.process_ids[row]}))
    for row in np.flatnonzero(~sinks & ~outputs).tolist():
        bad.append(BadRow("row-process-no-outlet", "processes", row, {"name": columns.process_ids[row]}))
    crossed = np.flatnonzero(columns.yield_lo > columns.yield_hi)
    for row in crossed.tolist():
        facts = {"name": columns.process_ids[row], "value": f"{columns.yield_lo[row]} > {columns.yield_hi[row]}"}
        bad.append(BadRow("row-yield-out-of-range", "processes", row, facts))


def events_back_in_time(columns: Columns) -> list[BadRow]:
    """Takes dated before the lot was made: lots do not change and events are dated, so one of the two dates is wrong."""
    time = columns.time
    known = np.flatnonzero((columns.in_proc >= 0) & (columns.in_lot >= 0))
    producer, consumer = columns.prod[columns.in_lot[known]], columns.in_proc[known]
    dated = (producer >= 0) & (time[producer] != 0) & (time[consumer] != 0)
    bad = []
    for place in np.flatnonzero(dated & (time[producer] > time[consumer])).tolist():
        facts = {
            "name": columns.lot_ids[int(columns.in_lot[known[place]])],
            "maker": columns.process_ids[int(producer[place])],
            "taker": columns.process_ids[int(consumer[place])],
        }
        bad.append(BadRow("row-event-back-in-time", "inputs", int(known[place]), facts))
    return bad


def class_names(sink: NDArray[np.int8], classes: tuple[str, ...]) -> list[str | None]:
    """The sink column as words again."""
    words = [*classes, "loss"]
    return [None if number < 0 else words[number] for number in sink.tolist()]
