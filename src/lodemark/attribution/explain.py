"""Bounds in sentences: the range, why no less and no more, and what the answer cannot show."""

from __future__ import annotations

from collections.abc import Mapping

from lodemark.attribution.answers import Bounds, Certificate
from lodemark.wording import Lang, say


def explain(answer: Bounds, lang: Lang) -> list[str]:
    """The answer as sentences: the range, the two certificates with their receipts, what it cannot show."""
    if answer.conflict:
        why = say(answer.conflict.code, answer.conflict.facts, lang)
        return [say("bounds-contradiction", {"why": why}, lang)]
    facts = {
        "batch": [str(lot) for lot in answer.batch],
        "sinks": list(answer.sinks),
        "element": answer.element,
        "supply_mg": answer.supply_mg,
        "min_mg": answer.min_mg,
        "max_mg": answer.max_mg,
        "expected_mg": None if answer.expected_kg is None else round(answer.expected_kg * 1e6),
    }
    lines = [say("bounds-range", facts, lang)]
    if answer.certificate:
        code = "bounds-floor-proof" if answer.min_mg else "bounds-floor-none"
        lines += _proof(code, answer.certificate, facts, lang, show=bool(answer.min_mg))
    if answer.ceiling:
        code = "bounds-ceiling-none" if not answer.max_mg else "bounds-ceiling-proof"
        code = "bounds-ceiling-all" if answer.max_mg == answer.supply_mg else code
        lines += _proof(code, answer.ceiling, facts, lang, show=code == "bounds-ceiling-proof")
    if answer.entitlement_only:
        lines.append(say("bounds-entitlement", {}, lang))
    if answer.status == "time-limit":
        lines.append(say("bounds-time-limit", {}, lang))
    lines.append(say("bounds-proven" if answer.proven else "bounds-unproven", {}, lang))
    return [*lines, say("bounds-elsewhere", {}, lang)]


def _proof(code: str, certificate: Certificate, facts: Mapping[str, object], lang: Lang, show: bool) -> list[str]:
    more = {**facts, "count": len(certificate.receipts), "capacity_mg": certificate.capacity_mg}
    lines = [say(code, more, lang)]
    for receipt in certificate.receipts if show else ():
        named = {"lot": receipt.lot, "process": receipt.process, "capacity_mg": receipt.capacity_mg}
        lines.append("  " + say(f"receipt-{receipt.kind}", named, lang))
    return lines
