"""Read a world from JSON; every fault is collected with its place, none is repaired.

{"items": {"MOTOR": {"parts": {"MAGNET": 12}, "lead_days": 10, "on_hand": 40},
           "MAGNET": {"elements_g": {"Nd": 30, "Dy": "4.5"}, "on_hand": 800}},
 "programmes": {"ROBOT": {"item": "MOTOR", "units_per_day": 2}},
 "sources": {"S1": {"item": "MAGNET", "units_per_day": 25, "origin": "CN", "refined_in": "CN", "paper": "APP-7"}},
 "applications": {"APP-7": {"decision_days": [30, 45, 60], "refused_share": 0.1}},
 "licences": {"LIC-3": {"until_day": 200, "units_left": 4000}}}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from lodemark.exposure.model import Application, ExposureError, Fault, Item, Licence, Programme, Source, Supposed, World
from lodemark.measure import ELEMENTS

_FIELDS: Mapping[str, frozenset[str]] = {
    "items": frozenset({"parts", "elements_g", "lead_days", "on_hand", "name"}),
    "programmes": frozenset({"item", "units_per_day", "from_day", "name"}),
    "sources": frozenset(
        {"item", "units_per_day", "origin", "refined_in", "paper", "lead_days", "ready_day", "substitute", "name"}
    ),
    "applications": frozenset({"decision_days", "refused_share", "name"}),
    "licences": frozenset({"until_day", "units_left", "name"}),
}
_ABOUT = frozenset({"title", "comment", "horizon_days"})
LARGEST = 10**9


def read_world(text: str | bytes) -> World:
    """The world of a file; ``ExposureError`` lists every fault."""
    reader = _Reader()
    tables = reader.tables(text)
    items = {name: reader.item(name, row) for name, row in tables["items"].items()}
    programmes = {name: reader.programme(name, row) for name, row in tables["programmes"].items()}
    sources = {name: reader.source(name, row) for name, row in tables["sources"].items()}
    applications = {name: reader.application(name, row) for name, row in tables["applications"].items()}
    licences = {name: reader.licence(name, row) for name, row in tables["licences"].items()}
    world = World(items, programmes, sources, applications, licences)
    reader.check(world)
    if reader.faults:
        raise ExposureError(tuple(reader.faults))
    return world


def read_supposed(text: str, world: World) -> Supposed:
    """``refused APP-7``, ``granted APP-7 10``, ``delayed APP-7 30``, ``returned APP-7 20``."""
    words = text.split()
    shape = {"refused": 2, "granted": 3, "delayed": 3, "returned": 3}
    if not words or len(words) != shape.get(words[0]) or (len(words) == 3 and not words[2].isdecimal()):
        raise ExposureError((Fault("exposure-supposed-shape", "--if", {"value": text}),))
    if words[1] not in world.applications:
        known = sorted(world.applications)
        raise ExposureError((Fault("exposure-unknown", "--if", {"what": "application", "name": words[1], "known": known}),))
    days = int(words[2]) if len(words) == 3 else 0
    match words[0]:
        case "refused":
            return Supposed(words[1], "refused")
        case "granted":
            return Supposed(words[1], "granted", days)
        case "delayed":
            return Supposed(words[1], "delayed", days)
        case _:
            return Supposed(words[1], "returned", days)


class _Reader:
    """Reads rows and keeps what was wrong with them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, code: str, where: str, **facts: object) -> None:
        self.faults.append(Fault(code, where, facts))

    def tables(self, text: str | bytes) -> dict[str, dict[str, Any]]:
        try:
            document = json.loads(text, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_once)
        except (ValueError, RecursionError) as broken:
            raise ExposureError((Fault("exposure-not-json", "file", {"why": str(broken)}),)) from broken
        if not isinstance(document, dict):
            raise ExposureError((Fault("exposure-shape", "file", {"expected": "{...}"}),))
        for name in document.keys() - _FIELDS.keys() - _ABOUT:
            self.fault("exposure-field-unknown", name, known=sorted(_FIELDS))
        found: dict[str, dict[str, Any]] = {}
        for name, fields in _FIELDS.items():
            rows = self.mapping(document.get(name, {}), name)
            found[name] = {key: self.mapping(row, f"{name}.{key}") for key, row in rows.items()}
            for key, row in found[name].items():
                for field in row.keys() - fields:
                    self.fault("exposure-field-unknown", f"{name}.{key}.{field}", known=sorted(fields))
        return found

    def mapping(self, value: Any, where: str) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self.fault("exposure-shape", where, expected="{...}")
        return {}

    def whole(self, row: Mapping[str, Any], name: str, where: str, default: int | None = 0) -> Any:
        value = row.get(name, default)
        if value is None and default is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
            self.fault("exposure-number", f"{where}.{name}", value=str(value), expected="0, 1, 2 …")
            return 0
        return value

    def number(self, value: Any, where: str, most: float = LARGEST) -> float:
        try:
            read = Decimal(value) if isinstance(value, int | str | Decimal) and not isinstance(value, bool) else None
        except InvalidOperation:
            read = None
        if read is None or not read.is_finite() or not 0 <= read <= Decimal(most):
            self.fault("exposure-number", where, value=str(value), expected=f"0 … {most:g}")
            return 0.0
        return float(read)

    def word(self, row: Mapping[str, Any], name: str, where: str) -> str | None:
        value = row.get(name)
        if value is None or (isinstance(value, str) and value):
            return value
        self.fault("exposure-shape", f"{where}.{name}", expected='"..."')
        return None

    def item(self, name: str, row: Mapping[str, Any]) -> Item:
        where = f"items.{name}"
        parts = self.mapping(row.get("parts", {}), f"{where}.parts")
        elements = self.mapping(row.get("elements_g", {}), f"{where}.elements_g")
        for symbol in elements.keys() - set(ELEMENTS):
            self.fault("exposure-element", f"{where}.elements_g", symbol=symbol)
        return Item(
            id=name,
            parts={part: self.whole(parts, part, f"{where}.parts") for part in parts},
            elements_mg={s: round(self.number(g, f"{where}.elements_g.{s}") * 1000) for s, g in elements.items()},
            lead_days=self.whole(row, "lead_days", where),
            on_hand=self.whole(row, "on_hand", where),
        )

    def programme(self, name: str, row: Mapping[str, Any]) -> Programme:
        where = f"programmes.{name}"
        units = self.number(row.get("units_per_day"), f"{where}.units_per_day")
        return Programme(name, self.word(row, "item", where) or "", units, self.whole(row, "from_day", where))

    def source(self, name: str, row: Mapping[str, Any]) -> Source:
        where = f"sources.{name}"
        return Source(
            id=name,
            item=self.word(row, "item", where) or "",
            units_per_day=self.number(row.get("units_per_day"), f"{where}.units_per_day"),
            origin=self.word(row, "origin", where),
            refined_in=self.word(row, "refined_in", where),
            paper=self.word(row, "paper", where),
            lead_days=self.whole(row, "lead_days", where),
            ready_day=self.whole(row, "ready_day", where, None),
            substitute=row.get("substitute") is True,
        )

    def application(self, name: str, row: Mapping[str, Any]) -> Application:
        where = f"applications.{name}"
        days = row.get("decision_days")
        good = isinstance(days, list) and days and all(type(day) is int and 0 <= day <= LARGEST for day in days)
        if not good:
            self.fault("exposure-shape", f"{where}.decision_days", expected="[30, 45, 60]")
        refused = self.number(row.get("refused_share", 0), f"{where}.refused_share", 1)
        return Application(name, tuple(days) if good and isinstance(days, list) else (0,), refused)

    def licence(self, name: str, row: Mapping[str, Any]) -> Licence:
        where = f"licences.{name}"
        return Licence(name, self.whole(row, "until_day", where, None), self.whole(row, "units_left", where, None))

    def check(self, world: World) -> None:
        """Names that nobody knows, and items inside themselves."""
        for item in world.items.values():
            for part in item.parts.keys() - world.items.keys():
                self.unknown(f"items.{item.id}.parts", "item", part, world.items)
        asked = [(f"programmes.{row.id}.item", row.item) for row in world.programmes.values()]
        for where, name in (*asked, *((f"sources.{row.id}.item", row.item) for row in world.sources.values())):
            if name not in world.items:
                self.unknown(where, "item", name, world.items)
            elif where.startswith("sources.") and world.items[name].parts:
                self.fault("exposure-made-and-bought", where, name=name)
        papers = world.applications.keys() | world.licences.keys()
        for source in world.sources.values():
            if source.paper is not None and source.paper not in papers:
                self.unknown(f"sources.{source.id}.paper", "paper", source.paper, papers)
        for name in sorted(world.applications.keys() & world.licences.keys()):
            self.fault("exposure-twice", f"licences.{name}", name=name)
        inside = inside_itself(world.items)
        if inside:
            self.fault("exposure-inside-itself", f"items.{inside[0]}", names=inside)

    def unknown(self, where: str, what: str, name: str, known: Any) -> None:
        self.fault("exposure-unknown", where, what=what, name=name, known=sorted(known)[:20])


def inside_itself(items: Mapping[str, Item]) -> list[str]:
    """Items that contain themselves, or hang below such a one; empty where every tree has leaves."""
    waiting = {name: len(item.parts.keys() & items.keys()) for name, item in items.items()}
    parents: dict[str, list[str]] = {name: [] for name in items}
    for name, item in items.items():
        for part in item.parts.keys() & items.keys():
            parents[part].append(name)
    ready = [name for name, count in waiting.items() if count == 0]
    while ready:
        for parent in parents[ready.pop()]:
            waiting[parent] -= 1
            if waiting[parent] == 0:
                ready.append(parent)
    return sorted(name for name, count in waiting.items() if count > 0)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"name given twice: {', '.join(sorted({n for n in names if names.count(n) > 1}))}")
    return found


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")
