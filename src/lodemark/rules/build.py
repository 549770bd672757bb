"""From validated plain data to the values of ``model``: one function per kind of document, no checking here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from lodemark.rules.condition import condition, ref
from lodemark.rules.model import (
    SCALE,
    DatedValue,
    Fact,
    Instrument,
    Provision,
    Quote,
    Range,
    Reference,
    Regime,
    Row,
    RuleValue,
    Segment,
    Stage,
    Text,
    WordList,
)

# A house rule that names no dates holds from the first day the office uses it.
_ALWAYS = (Segment(date.min, None, "in_force"),)


def scaled(value: object, unit: str | None) -> Decimal:
    """A number in the scale of its dimension, exact: 0.18 ``% m/m`` is 0.0018, 25 ``kg`` is 25000000 (mg)."""
    number = Decimal(str(value))
    return number * SCALE[unit][1] if unit and unit in SCALE else number


def instrument(raw: Mapping[str, Any]) -> Instrument:
    """``instrument.yaml``."""
    return Instrument(
        id=raw["id"],
        title=raw["title"],
        jurisdiction=raw["jurisdiction"],
        issuer=raw["issuer"],
        issued=date.fromisoformat(raw["issued"]),
        source=raw["source"],
        evidence=raw["evidence"],
        checked_until=date.fromisoformat(raw["checked_until"]),
        binding=raw.get("binding", True),
        status=segments(raw.get("status", ())),
    )


def segments(raw: Sequence[Mapping[str, Any]]) -> tuple[Segment, ...]:
    """Status segments in the order of time."""
    found = (
        Segment(
            date.fromisoformat(part["from"]),
            _day(part["until"]),
            part["is"],
            part.get("by"),
            _day(part.get("starts")),
            part.get("text_says"),
        )
        for part in raw
    )
    return tuple(sorted(found, key=lambda segment: segment.start))


def provision(raw: Mapping[str, Any], inherited: tuple[Segment, ...]) -> Provision:
    """A provision, entry or house rule; without its own ``status`` it has that of its instrument."""
    own = segments(raw.get("status", ()))
    written = raw.get("reference")
    return Provision(
        id=raw["id"],
        kind=raw["kind"],
        title=raw["title"],
        evidence=raw["evidence"],
        over=raw["over"],
        reference=Reference(written["instrument"], written["locator"], _day(written.get("issued")), written.get("source", ""))
        if written
        else None,
        basis=raw.get("basis"),
        quote=_quote(raw["quote"]) if "quote" in raw else None,
        modality=raw.get("modality", "must"),
        when=condition(raw["when"], raw["id"]) if "when" in raw else None,
        effect=raw.get("effect"),
        status=own or inherited or (_ALWAYS if raw["id"].startswith("house/") else ()),
        values=tuple(_value(part, raw) for part in raw.get("values", ())),
        for_=tuple(raw.get("for", ())),
        hs_hints=tuple(raw.get("hs_hints", ())),
        stories=tuple(raw.get("stories", ())),
        note=raw.get("note"),
    )


def fact(raw: Mapping[str, Any], order: int, lists: Mapping[str, WordList]) -> Fact:
    """A word of the vocabulary; ``order`` is its place in it, which breaks ties between questions."""
    options = raw.get("options", ())
    derived = raw.get("derived", {})
    return Fact(
        id=raw["id"],
        over=raw["over"],
        type=raw["type"],
        question=raw["question"],
        phrase=raw["phrase"],
        may_answer=tuple(raw["may_answer"]),
        audience=tuple(raw["audience"]),
        burden=raw["burden"],
        help=raw.get("help"),
        evidence_kinds=tuple(raw.get("evidence_kinds", ())),
        unit=raw.get("unit"),
        basis=raw.get("basis"),
        key=raw.get("key"),
        of=raw.get("of"),
        options=lists[options["list"]].items if isinstance(options, Mapping) and options["list"] in lists else tuple(options),
        list=options["list"] if isinstance(options, Mapping) else None,
        derived_by=derived.get("by"),
        derived_from=tuple(derived.get("from", ())),
        order=order,
    )


def word_list(raw: Mapping[str, Any]) -> WordList:
    """A named list; items are bare codes or codes with names."""
    items = [item if isinstance(item, Mapping) else {"code": item} for item in raw["items"]]
    names: dict[str, Text] = {
        item["code"]: {"en": item["en"], "zh-Hans": item["zh-Hans"]} for item in items if {"en", "zh-Hans"} <= set(item)
    }
    return WordList(raw["id"], raw["title"], tuple(item["code"] for item in items), names)


def regime(raw: Mapping[str, Any]) -> Regime:
    """``regimes/<id>.yaml``."""
    stages = (
        Stage(
            part["outcome"], condition(part["when"]) if "when" in part else None, part["why"], part.get("evidence", "primary")
        )
        for part in raw["stages"]
    )
    return Regime(
        id=raw["id"],
        title=raw["title"],
        jurisdiction=raw["jurisdiction"],
        instruments=tuple(raw["instruments"]),
        house=tuple(raw.get("house", ())),
        cells=tuple((part["over"], ref(part["among"])) for part in raw["cells"]),
        stages=tuple(stages),
        item_condition=condition(raw["item_condition"]) if "item_condition" in raw else None,
        rows={
            code: Row(part["value"], part["sentence"], tuple(part["provisions"]), part["evidence"])
            for code, part in raw.get("rows", {}).items()
        },
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _quote(raw: Mapping[str, Any]) -> Quote:
    boundary = raw.get("boundary", ())
    return Quote(raw["lang"], raw["text"], (boundary,) if isinstance(boundary, str) else tuple(boundary))


def _value(raw: Mapping[str, Any], owner: Mapping[str, Any]) -> DatedValue:
    return DatedValue(
        name=raw["name"],
        start=date.fromisoformat(raw["from"]),
        until=_day(raw["until"]),
        value=_rule_value(raw["value"], raw["unit"]),
        unit=raw["unit"],
        provision=owner["id"],
        evidence=raw.get("evidence", owner["evidence"]),
        basis=raw.get("basis"),
        narrows=raw.get("narrows"),
    )


def _rule_value(raw: Any, unit: str | None) -> RuleValue:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, Mapping):
        return Range(scaled(raw["above"], unit), scaled(raw["at_most"], unit))
    return tuple(raw) if isinstance(raw, list) else scaled(raw, unit)
