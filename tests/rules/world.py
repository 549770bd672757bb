"""A small country of its own: instruments, words and stages from plain data, read by the same loader as the shipped law."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from lodemark.rules import FactSet, Rulebook
from lodemark.rules.loader import assemble
from lodemark.rules.shelf import Document, read_file

ALWAYS = [{"from": "2020-01-01", "until": None, "is": "in_force"}]


def both(text: str) -> dict[str, str]:
    return {"en": text, "zh-Hans": f"文{text}"}


def word(name: str, type_: str, **more: Any) -> dict[str, Any]:
    scope = name.partition(".")[0]
    return {
        "id": name,
        "over": scope,
        "type": type_,
        "question": both(f"{name}?"),
        "phrase": both(name),
        "may_answer": ["exporter"],
        "audience": ["exporter", "authority"],
        "burden": 1,
        **more,
    }


VOCABULARY = (
    *(word(f"application.{letter}", "bool") for letter in "abcdef"),
    word("application.kind", "enum", options=["single", "general", "registration"]),
    word("application.colour", "enum", options=["red", "green", "blue"]),
    word("application.country", "country"),
    word("application.goals", "set", options=["war", "peace"]),
    word("application.note", "text"),
    word("application.day", "date"),
    word("application.count", "count"),
    word("application.mass", "mass_mg"),
    word("application.share", "fraction", unit="% m/m", basis="value"),
    word("line.fraction", "fraction", unit="% m/m", basis="element", key="element", burden=5),
    word("line.family", "enum", options=["ndfeb", "smco", "steel"]),
    word("party.military", "bool", audience=["end_user", "authority"]),
    word("party.country", "country"),
    word("node.deep", "bool"),
    word("node.children", "instances", of="node"),
    word("application.lines", "instances", of="line"),
    word("application.nodes", "instances", of="node"),
    word("application.end_users", "instances", of="end_user"),
    word("application.worth", "money", unit="EUR"),
    word(
        "application.value_share",
        "fraction",
        unit="1",
        basis="value",
        derived={"by": "trade.share", "from": ["application.worth", "application.part"]},
    ),
    word("application.part", "money", unit="EUR"),
)


def provision(name: str, when: Mapping[str, Any] | None, **more: Any) -> dict[str, Any]:
    base = {
        "id": f"xx/law/{name}",
        "kind": "duty",
        "title": both(name),
        "reference": {"instrument": "xx/law", "locator": name},
        "evidence": "primary",
        "over": "application",
        "effect": "licence_required",
    }
    return {**base, **({"when": when} if when else {}), **more}


def stage(outcome: str, when: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"outcome": outcome, "why": both(outcome), **({"when": when} if when else {}), **more}


def documents(
    provisions: Sequence[Mapping[str, Any]] = (),
    stages: Sequence[Mapping[str, Any]] = (),
    words: Sequence[Mapping[str, Any]] = VOCABULARY,
    instrument: Mapping[str, Any] | None = None,
    regime: Mapping[str, Any] | None = None,
) -> list[Document]:
    law = {
        "id": "xx/law",
        "title": both("The Law"),
        "jurisdiction": "xx",
        "issuer": both("The Office"),
        "issued": "2020-01-01",
        "source": "gazette",
        "evidence": "primary",
        "checked_until": "2030-01-01",
        "status": ALWAYS,
        **(instrument or {}),
    }
    top = {
        "id": "xx",
        "title": both("Regime"),
        "jurisdiction": "xx",
        "instruments": ["xx/law"],
        "house": [one["id"] for one in provisions if one["id"].startswith("house/")],
        "cells": [{"over": "line", "among": "application.lines"}, {"over": "end_user", "among": "application.end_users"}],
        "stages": list(stages) or [stage("licence_required")],
        **(regime or {}),
    }
    lists = [{"id": "lists/far", "title": both("far lands"), "basis": both("made up"), "items": ["AA", "BB"]}]
    files = (
        ("xx/law/instrument.yaml", "instrument", law),
        ("xx/law/provisions/all.yaml", "provision", list(provisions)),
        ("regimes/xx.yaml", "regime", top),
        ("facts/all.yaml", "fact", list(words)),
        ("lists/all.yaml", "list", lists),
    )
    return [document for name, kind, data in files for document in _read(name, kind, json.dumps(data, ensure_ascii=False))]


@cache
def _read(name: str, kind: str, text: str) -> list[Document]:
    found, wrong = read_file(text.encode(), name, kind)
    assert not wrong, [str(problem) for problem in wrong]
    return found


def book(*args: Any, **more: Any) -> Rulebook:
    return assemble("xx", documents(*args, **more))


def when(condition: Mapping[str, Any], **more: Any) -> Rulebook:
    """A regime that asks for a licence exactly when one condition holds."""
    return book(
        [provision("1", condition, **more)], [stage("licence_required", {"provision": "xx/law/1"}), stage("not_controlled")]
    )


def file(**facts: Any) -> FactSet:
    """A file with one line and one end user, both collections complete; ``a=True`` states ``application.a``."""
    found = (
        FactSet().collect("application.lines", ["L1"], complete=True).collect("application.end_users", ["p1"], complete=True)
    )
    return found.state({f"application.{name}": value for name, value in facts.items()}, source="exporter")
