"""One line of a report and what a profile makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
_ONCE_PER_VALUE = frozenset({"V-URN", "V-CONTEXT", "V-LODE"})
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
    """All findings of one document, each once. ``said`` has the interpreted event of every index whose structure is right.

    ``findings`` is everything, in document order; ``lines`` is what a reader is shown: at most 1,000, errors before the
    rest, still in document order; ``more`` counts what is not shown.
    """

    findings: tuple[Finding, ...]
    events: int
    profile: str
    refused: frozenset[int] = frozenset()
    envelope_refused: bool = False
    said: Mapping[int, Event] = field(default_factory=dict)

    @property
    def lines(self) -> tuple[Finding, ...]:
        """The findings shown to a reader."""
        return shown(self.findings)

    @property
    def more(self) -> int:
        """How many findings are not shown."""
        return max(0, len(self.findings) - MOST_LINES)

    @property
    def ok(self) -> bool:
        """Whether every event may be captured."""
        return not self.refused and not self.envelope_refused

    def of_event(self, index: int) -> tuple[Finding, ...]:
        """The findings of one event."""
        return tuple(found for found in self.findings if found.event == index)


def shown(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """At most 1,000: a thousand notes must not hide the one error behind them."""
    if len(findings) <= MOST_LINES:
        return tuple(findings)
    rank = {"error": 0, "finding": 1, "note": 2}
    places = sorted(range(len(findings)), key=lambda place: (rank[findings[place].severity], place))[:MOST_LINES]
    return tuple(findings[place] for place in sorted(places))


def severity(rule: str, profile: str) -> str:
    """What the profile makes of a rule."""
    if rule in NOTES:
        return "note"
    if rule in _ALWAYS_FINDINGS:
        return "finding"
    return "error" if rule[0] in PROFILES[profile] else "finding"


def gather(findings: Iterable[Finding], events: int, profile: str) -> Report:
    """One report: each finding once, graded by the profile. A remark about spelling is made once per spelling."""
    seen: set[tuple[str, str]] = set()
    kept: list[Finding] = []
    refused: set[int] = set()
    envelope = False
    for found in findings:
        key = (found.rule, str(found.value) if found.rule in _ONCE_PER_VALUE else found.pointer)
        if key in seen:
            continue
        seen.add(key)
        grade = severity(found.rule, profile)
        if grade == "error" and found.event is None:
            envelope = True
        elif grade == "error" and found.event is not None:
            refused.add(found.event)
        kept.append(_graded(found, grade))
    return Report(tuple(kept), events, profile, frozenset(refused), envelope)


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
