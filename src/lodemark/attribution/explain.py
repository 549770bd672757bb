"""Bounds in sentences: the range, why no less and no more, and what the answer cannot show."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lodemark.attribution.answers import Bounds, Certificate
from lodemark.wording import Lang, say

Said = tuple[str, tuple[str, ...]]
"""A sentence and the receipts it speaks of, one line each."""
Name = Callable[[object], str]


def explain(answer: Bounds, lang: Lang) -> list[str]:
    """The answer as lines of text, receipts indented."""
    return [line for said, receipts in explained(answer, lang) for line in (said, *(f"  {each}" for each in receipts))]


def explained(answer: Bounds, lang: Lang, *, lot: Name = str, use: Callable[[str], str] = str) -> list[Said]:
    """The range, the two certificates with their receipts, what the answer cannot show.

    ``lot`` and ``use`` say how lots (and processes) and sink classes are called where this is read.
    """
    if answer.conflict:
        why = say(answer.conflict.code, answer.conflict.facts, lang)
        return [(say("bounds-contradiction", {"why": why}, lang), ())]
    facts = {
        "batch": [lot(name) for name in answer.batch],
        "sinks": [use(name) for name in answer.sinks],
        "element": answer.element,
        "supply_mg": answer.supply_mg,
        "min_mg": answer.min_mg,
        "max_mg": answer.max_mg,
        "expected_mg": None if answer.expected_kg is None else round(answer.expected_kg * 1e6),
    }
    lines: list[Said] = [(say("bounds-range", facts, lang), ())]
    if answer.certificate:
        code = "bounds-floor-proof" if answer.min_mg else "bounds-floor-none"
        lines.append(_proof(code, answer.certificate, facts, lang, lot, show=bool(answer.min_mg)))
    if answer.ceiling:
        code = "bounds-ceiling-none" if not answer.max_mg else "bounds-ceiling-proof"
        code = "bounds-ceiling-all" if answer.max_mg == answer.supply_mg else code
        lines.append(_proof(code, answer.ceiling, facts, lang, lot, show=code == "bounds-ceiling-proof"))
    rest = ["bounds-entitlement"] if answer.entitlement_only else []
    rest += ["bounds-time-limit"] if answer.status == "time-limit" else []
    rest += ["bounds-proven" if answer.proven else "bounds-unproven", "bounds-elsewhere"]
    return [*lines, *((say(code, {}, lang), ()) for code in rest)]


def _proof(code: str, certificate: Certificate, facts: Mapping[str, object], lang: Lang, lot: Name, show: bool) -> Said:
    more = {**facts, "count": len(certificate.receipts), "capacity_mg": certificate.capacity_mg}
    receipts = [
        say(f"receipt-{one.kind}", {"lot": lot(one.lot), "process": lot(one.process), "capacity_mg": one.capacity_mg}, lang)
        for one in (certificate.receipts if show else ())
    ]
    return say(code, more, lang), tuple(receipts)
