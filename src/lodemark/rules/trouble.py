"""What can be wrong with a rulebook or a question put to it; every error of a file at once, with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from lodemark.trouble import Error
from lodemark.wording import Lang, say


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong at one place. ``line`` and ``col`` count from 1; ``path`` is a JSON pointer into the file."""

    file: str
    line: int
    col: int
    code: str
    path: str = ""
    facts: tuple[tuple[str, str], ...] = field(default=())
    severity: str = "error"

    def explain(self, lang: Lang = "en") -> str:
        """The sentence with its cure."""
        return say(self.code, dict(self.facts) | {"path": self.path}, lang)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.col} {self.code} {self.explain('en')}"


class RulebookError(Error):
    """A rulebook that does not load; ``problems`` are all its errors, sorted by place."""

    code: ClassVar[str] = "rulebook-broken"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__(count=len(self.problems), list="; ".join(str(problem) for problem in self.problems))


class UnknownRule(Error):
    """No provision, regime or value of this name; ``near`` holds the nearest names."""

    code: ClassVar[str] = "rule-unknown"
    kind: ClassVar[str] = "unknown"


class UnknownFact(Error):
    """No fact of this name in the vocabulary; ``near`` holds the nearest names."""

    code: ClassVar[str] = "fact-unknown"
    kind: ClassVar[str] = "unknown"


class NotAnAnswer(Error):
    """An answer that is not one of the values still possible: that is a correction, and says so."""

    code: ClassVar[str] = "answer-not-subset"
    kind: ClassVar[str] = "conflict"


class UnreadableAnswer(Error):
    """A value of another type than the fact it is said of."""

    code: ClassVar[str] = "answer-unreadable"


class UnknownAssumption(Error):
    """Something assumed that is neither a provision, an instrument, a number of a provision nor a fact; or no status."""

    code: ClassVar[str] = "assumption-unknown"
    kind: ClassVar[str] = "unknown"


class NoVersionOnDate(Error):
    """A dated value or provision has no version on the day asked."""

    code: ClassVar[str] = "no-version-on-date"
    kind: ClassVar[str] = "unknown"


class CalendarUnknown(Error):
    """No working-day file for a year that the computation cannot do without."""

    code: ClassVar[str] = "calendar-unknown"
    kind: ClassVar[str] = "unknown"
