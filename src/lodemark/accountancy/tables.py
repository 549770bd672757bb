"""A balance as files: ``flows.csv``, ``inventory.csv``, ``components.csv`` in one folder, UTF-8.

Columns are those of ``Flow``, ``Inventory`` and ``Component``; mass as ``element_mg`` (whole) or ``element_kg`` (exact
decimal). Boundaries are ``boundaries.csv`` (one column ``at``) or, without it, the times of the physical inventories.
Polars reads large flow files where it is installed; the result is the same. ``flows.parquet`` may stand in for ``flows.csv``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from lodemark.accountancy.licence_balance import Yield
from lodemark.accountancy.model import MG_PER_KG, BadInput, Component, Flow, Inventory
from lodemark.accountancy.table import Coded, FlowTable, micros
from lodemark.measure import NumberError, read_decimal
from lodemark.trouble import Reason

_LARGE_BYTES = 4_000_000  # below this the standard library is as fast
BESIDE = ("inventory.csv", "components.csv", "boundaries.csv")
OF_LICENCE = ("components.csv", "boundaries.csv", "yields.csv")
_MOST = 2**62  # milligrams: four thousand million tonnes
WORDS = ("mba", "to_mba", "element", "kind", "stream")


@dataclass(frozen=True, slots=True)
class Tables:
    """What ``assemble`` takes."""

    flows: FlowTable
    inventories: tuple[Inventory, ...]
    components: tuple[Component, ...]
    boundaries: tuple[datetime, ...]


def read_tables(folder: Path) -> Tables:
    """Read the folder; raises ``BadInput`` with every line that cannot be read."""
    problems: list[Reason] = []
    flows_in = folder / ("flows.parquet" if (folder / "flows.parquet").is_file() else "flows.csv")
    needed = (flows_in.name, "inventory.csv", "components.csv")
    lacking = [name for name in needed if not (folder / name).is_file()]
    if lacking:
        raise BadInput([Reason("balance-file-missing", None, {"file": name, "folder": folder.name}) for name in lacking])
    flows = read_flows(flows_in, problems)
    beside = read_beside({name: (folder / name).read_bytes() for name in BESIDE if (folder / name).is_file()}, problems)
    if problems:
        raise BadInput(problems)
    boundaries = beside.boundaries or tuple(sorted({item.taken_at for item in beside.inventories}))
    return Tables(flows, beside.inventories, beside.components, boundaries)


@dataclass(frozen=True, slots=True)
class Beside:
    """What a balance needs beside its flows."""

    inventories: tuple[Inventory, ...]
    components: tuple[Component, ...]
    boundaries: tuple[datetime, ...]
    yields: tuple[Yield, ...] = ()


def read_beside(files: Mapping[str, bytes], problems: list[Reason]) -> Beside:
    """The files of ``BESIDE`` and ``OF_LICENCE`` that are there; unreadable lines are added to ``problems``."""

    def each(name: str, read: Any) -> tuple[Any, ...]:
        return tuple(_each(name, io.StringIO(files.get(name, b"").decode("utf-8-sig", "replace")), read, problems))

    return Beside(
        each("inventory.csv", _inventory),
        each("components.csv", _component),
        each("boundaries.csv", lambda line: _instant(line["at"])),
        each("yields.csv", _yield),
    )


def write_tables(
    flows: Sequence[Flow],
    inventories: Sequence[Inventory],
    components: Sequence[Component],
    boundaries: Sequence[datetime] = (),
) -> dict[str, bytes]:
    """The files that ``read_tables`` reads back as these values; without ``boundaries`` the inventories' times are they."""
    files = {
        "flows.csv": _written(Flow, flows),
        "inventory.csv": _written(Inventory, inventories),
        "components.csv": _written(Component, components),
    }
    if boundaries:
        files["boundaries.csv"] = "\n".join(["at", *(at.isoformat() for at in boundaries), ""]).encode()
    return files


def _written(kind: type, rows: Sequence[object]) -> bytes:
    out = io.StringIO()
    names = [one.name for one in fields(kind)]
    table = csv.writer(out, lineterminator="\n")
    table.writerow(names)
    table.writerows([[_cell(getattr(row, name)) for name in names] for row in rows])
    return out.getvalue().encode()


def _cell(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else "" if value is None else str(value)


def read_flows(path: Path, problems: list[Reason]) -> FlowTable:
    """The flow table by columns; unreadable lines are added to ``problems``. Parquet needs the extra ``analysis``."""
    if path.suffix == ".parquet":
        if not find_spec("polars"):
            raise BadInput([Reason("balance-parquet-needs-polars", None, {"file": path.name})])
        from lodemark.accountancy.flows_polars import read_parquet  # noqa: PLC0415  (optional)

        return read_parquet(path)
    if path.stat().st_size > _LARGE_BYTES and find_spec("polars"):
        from lodemark.accountancy.flows_polars import read_large  # noqa: PLC0415  (optional)

        table = read_large(path)
        if table is not None:
            return table
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        lines = list(_each(path.name, file, _flow, problems))

    def column(place: int) -> list[Any]:
        return [line[place] for line in lines]

    mba, to_mba, element, kind, stream = (Coded.of(column(1 + place)) for place in range(5))
    return FlowTable(
        flow_id=column(0),
        mba=mba,
        to_mba=to_mba,
        element=element,
        kind=kind,
        stream=stream,
        element_mg=np.asarray(column(6), dtype=np.int64),
        at_us=np.asarray(column(7), dtype=np.int64),
        n_items=np.asarray(column(8), dtype=np.int64),
        synthetic=any(column(9)),
        lot_id=column(10),
        document=column(11),
    )


def _flow(line: Mapping[str, str]) -> tuple[Any, ...]:
    words = [line.get(name, "") for name in WORDS]
    return (
        line["flow_id"],
        *words,
        _mass(line),
        micros(_instant(line["occurred_at"])),
        _whole(line.get("n_items") or "1"),
        _yes(line),
        line.get("lot_id", ""),
        line.get("document", ""),
    )


def _inventory(line: Mapping[str, str]) -> Inventory:
    return Inventory(
        pit_id=line["pit_id"],
        mba=line["mba"],
        element=line["element"],
        taken_at=_instant(line["taken_at"]),
        item=line.get("item", ""),
        element_mg=_mass(line),
        stream=line["stream"],
        holdup=line.get("holdup", "").casefold() in ("1", "true", "yes"),
    )


def _component(line: Mapping[str, str]) -> Component:
    return Component(
        stream=line["stream"],
        name=line["name"],
        kind="systematic" if line["kind"] == "systematic" else _random(line["kind"]),
        u_rel=read_decimal(line["u_rel"]) if line.get("u_rel") else None,
        u_abs_mg=_whole(line["u_abs_mg"]) if line.get("u_abs_mg") else None,
        group=line.get("group", ""),
        valid_from=_instant(line["valid_from"]) if line.get("valid_from") else None,
        valid_until=_instant(line["valid_until"]) if line.get("valid_until") else None,
        source=line.get("source") or "assumed",  # type: ignore[arg-type]
        exact=line.get("exact", "").casefold() in ("1", "true", "yes"),
        reason=line.get("reason", ""),
    )


def _yield(line: Mapping[str, str]) -> Yield:
    source = line.get("source") or "declared"
    if source not in ("declared", "history", "band"):
        raise ValueError(source)
    mean, u, scatter = (read_decimal(line[name]) for name in ("mean", "u", "scatter"))
    return Yield(line.get("site", ""), line["step"], mean, u, scatter, source)  # type: ignore[arg-type]


def _random(kind: str) -> Any:
    if kind != "random":
        raise ValueError(kind)
    return kind


def _yes(line: Mapping[str, str]) -> bool:
    return line.get("synthetic", "").casefold() in ("1", "true", "yes")


def _mass(line: Mapping[str, str]) -> int:
    """Milligrams, exact: a kilogram figure finer than a milligram is refused, not rounded."""
    if line.get("element_mg"):
        return _whole(line["element_mg"])
    exact = read_decimal(line["element_kg"]) * MG_PER_KG
    if exact != exact.to_integral_value():
        raise NumberError("mass-below-milligram", text=line["element_kg"])
    return _whole(str(int(exact)))


def _whole(text: str) -> int:
    """A whole number that a column of 64 bits holds."""
    if abs(found := int(text)) > _MOST:
        raise ValueError(text)
    return found


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def _each(name: str, file: TextIO, read: Any, problems: list[Reason]) -> Iterator[Any]:
    reader = csv.DictReader(file)

    def unreadable(error: Exception) -> None:
        problems.append(Reason("balance-line-unreadable", None, {"file": name, "line": reader.line_num, "what": str(error)}))

    try:
        for raw in reader:
            line = {column: (text or "").strip() for column, text in raw.items() if column}
            try:
                yield read(line)
            except (KeyError, ValueError, NumberError) as error:
                unreadable(error)
    except csv.Error as error:  # no table from here on
        unreadable(error)
