"""Bounds as JSON and back: what ``trace bounds`` prints is what ``trace verify`` checks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from lodemark.attribution import Bounds, Certificate, Conflict, Receipt
from lodemark.trouble import Error
from lodemark.wording import LANGUAGES, say


class AnswerUnreadable(Error):
    """A file that is no answer of ``trace bounds --json``."""

    code = "trace-answer-unreadable"


def bounds_json(answer: Bounds) -> dict[str, Any]:
    """Bounds with their certificates as data; ``read_bounds`` reads it back."""
    conflict = answer.conflict
    return {
        "batch": answer.batch,
        "element": answer.element,
        "sinks": answer.sinks,
        "mode": answer.mode,
        "supply_kg": answer.supply_mg / 1e6,
        "min_kg": answer.min_kg,
        "max_kg": answer.max_kg,
        "expected_kg": answer.expected_kg,
        "convention": "proportional",
        "proven": answer.proven,
        "status": answer.status,
        "entitlement_only": answer.entitlement_only,
        "certificate": _certificate_json(answer.certificate),
        "ceiling": _certificate_json(answer.ceiling),
        "conflict": conflict_json(conflict) if conflict else None,
    }


def conflict_json(conflict: Conflict) -> dict[str, Any]:
    """The records that cannot all be true, masses in kg, said in every language."""
    facts: dict[str, Any] = dict(conflict.facts)
    masses = {name.removesuffix("_mg") + "_kg": facts.pop(name) / 1e6 for name in list(facts) if name.endswith("_mg")}
    return {
        "code": conflict.code,
        **facts,
        **masses,
        "said": {lang: say(conflict.code, conflict.facts, lang) for lang in LANGUAGES},
    }


def _certificate_json(certificate: Certificate | None) -> dict[str, Any] | None:
    if certificate is None:
        return None
    receipts = [
        {"kind": r.kind, "lot": r.lot or None, "process": r.process or None, "capacity_kg": r.capacity_mg / 1e6}
        for r in certificate.receipts
    ]
    multipliers = [
        {"row": row, "kind": kind, "name": name, "factor": factor} for row, kind, name, factor in certificate.multipliers
    ]
    cut = {"receipts": receipts, "capacity_kg": certificate.capacity_mg / 1e6}
    return {**cut, "multipliers": multipliers} if multipliers else cut


def read_bounds(file: Path) -> Bounds:
    """An answer as ``bounds_json`` wrote it; what is none ends the command with its reason."""
    try:
        told = orjson.loads(file.read_bytes())
        return Bounds(
            batch=tuple(told["batch"]),
            element=told["element"],
            sinks=tuple(told["sinks"]),
            mode=told["mode"],
            supply_mg=_mg(told["supply_kg"]),
            min_mg=_mg(told["min_kg"]),
            max_mg=_mg(told["max_kg"]),
            expected_kg=told["expected_kg"],
            proven=False,
            status="outward",
            certificate=_certificate(told["certificate"]),
            ceiling=_certificate(told["ceiling"]),
            entitlement_only=told["entitlement_only"],
        )
    except (KeyError, TypeError, ValueError) as unread:
        raise AnswerUnreadable(name=str(file), why=repr(unread)) from unread


def _certificate(told: dict[str, Any]) -> Certificate:
    receipts = [
        Receipt(one["kind"], one["lot"] or "", one["process"] or "", _mg(one["capacity_kg"])) for one in told["receipts"]
    ]
    multipliers = [(one["row"], one["kind"], one["name"], one["factor"]) for one in told.get("multipliers", [])]
    return Certificate(tuple(receipts), _mg(told["capacity_kg"]), tuple(multipliers))


def _mg(kilograms: float) -> int:
    return round(kilograms * 1e6)
