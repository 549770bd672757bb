"""One line of a report and what a profile makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from lodemark.custody.model import Event
from lodemark.wording import Lang, say

LAYERS: Mapping[str, str] = {
    "S": "structure",
    "V": "vocabulary",
    "I": "identifiers",
    "M": "semantics",
    "J": "journal",
}
MOST_LINES = 1_000

# Said, never refused, in any profile: context unknown, old spelling, things the regime itself only asks about.
NOTES = frozenset({"V-URN", "V-CONTEXT", "M-REMAINDER", "S-ORDER-LENIENT", "I-ALIAS"})
_ALWAYS_FINDINGS = frozenset({"M-REPEAT", "M-IN-IS-OUT", "M-GAIN", "V-LODE", "V-PREFIX"})
# profile -> layers whose rules refuse; the others are findings
PROFILES: Mapping[str, frozenset[str]] = {"open": frozenset("SV"), "regime": frozenset("SVIM")}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: which rule, where (JSON pointer or XPath into the document as sent), and the facts.

    ``event`` is the index of the event in its document, None for the envelope. ``severity``: ``error`` (refused by the
    profile), ``finding`` (kept and asked about) or ``note``.
    """

    rule: str
    pointer: str
    facts: Mapping[str, object] = field(default_factory=dict)
    value: object = None
    event: int | None = None
    severity: str = "error"
    line: int | None = None
    reference: str = ""

    @property
    def layer(self) -> str:
        """``structure``, ``vocabulary``, ``identifiers``, ``semantics`` or ``journal``."""
        return LAYERS[self.rule[0]]

    def explain(self, lang: Lang = "en") -> str:
        """What is wrong and what to write instead."""
        return say(self.rule, {"pointer": self.pointer, "value": _short(self.value), **self.facts}, lang)

    def to_json(self) -> dict[str, object]:
        """The line as an API hands it out."""
        return {
            "rule": self.rule,
            "layer": self.layer,
            "severity": self.severity,
            "pointer": self.pointer,
            "line": self.line,
            "value": plain(self.value),
            "facts": {name: plain(fact) for name, fact in self.facts.items()},
            "reference": self.reference,
            "en": self.explain("en"),
            "zh-Hans": self.explain("zh-Hans"),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one document in document order, each once; at most 1,000, then ``more`` counts the rest.

    ``said`` has the interpreted event of every index whose structure is right.
    """

    lines: tuple[Finding, ...]
    events: int
    profile: str
    more: int = 0
    refused: frozenset[int] = frozenset()
    envelope_refused: bool = False
    said: Mapping[int, Event] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether every event may be captured."""
        return not self.refused and not self.envelope_refused

    def of_event(self, index: int) -> tuple[Finding, ...]:
        """The lines of one event."""
        return tuple(line for line in self.lines if line.event == index)


def severity(rule: str, profile: str) -> str:
    """What the profile makes of a rule."""
    if rule in NOTES:
        return "note"
    if rule in _ALWAYS_FINDINGS:
        return "finding"
    return "error" if rule[0] in PROFILES[profile] else "finding"


def gather(findings: Iterable[Finding], events: int, profile: str) -> Report:
    """One report: each finding once, graded by the profile, cut at 1,000 lines."""
    seen: set[tuple[str, str]] = set()
    lines: list[Finding] = []
    refused: set[int] = set()
    envelope = False
    more = 0
    for found in findings:
        if (found.rule, found.pointer) in seen:
            continue
        seen.add((found.rule, found.pointer))
        grade = severity(found.rule, profile)
        if grade == "error" and found.event is None:
            envelope = True
        elif grade == "error" and found.event is not None:
            refused.add(found.event)
        if len(lines) < MOST_LINES:
            lines.append(_graded(found, grade))
        else:
            more += 1
    return Report(tuple(lines), events, profile, more, frozenset(refused), envelope)


def _graded(found: Finding, grade: str) -> Finding:
    return Finding(found.rule, found.pointer, found.facts, found.value, found.event, grade, found.line, found.reference)


def _short(value: object) -> object:
    return f"{value[:80]}…" if isinstance(value, str) and len(value) > 80 else plain(value)


def plain(value: object) -> object:
    """A value as a report may carry it: short, and JSON."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (str, int, bool)) or value is None:
        return value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value][:20]
    return str(value)[:200]
