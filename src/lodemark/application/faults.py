"""What can be wrong with an application file: every fault with its place, all of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lodemark.trouble import Error
from lodemark.wording import Lang, say


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault. ``line`` and ``col`` count from 1 (0: the application came without a text); ``path`` is a JSON pointer."""

    line: int
    col: int
    code: str
    path: str = ""
    file: str = ""
    facts: Mapping[str, object] = field(default_factory=dict, compare=False)

    def explain(self, lang: Lang = "en") -> str:
        """What is wrong, for a reader."""
        return say(self.code, {"path": self.path or "/", **self.facts}, lang)

    def remedy(self, lang: Lang = "en") -> str:
        """What to write instead."""
        return say(f"{self.code}-cure", {"path": self.path or "/", **self.facts}, lang)

    def spoken(self, lang: Lang = "en") -> str:
        """What is wrong and what to write instead; sentences of other rooms already end with their cure."""
        own = self.code.startswith("application-")
        return f"{self.explain(lang)} {self.remedy(lang)}" if own else self.explain(lang)

    @property
    def message(self) -> str:
        """``explain`` in English."""
        return self.explain("en")

    @property
    def cure(self) -> str:
        """``remedy`` in English."""
        return self.remedy("en")

    def __str__(self) -> str:
        return f"{self.file or '-'}:{self.line}:{self.col} {self.code} {self.path or '/'}: {self.spoken()}"


class ApplicationFormatError(Error):
    """The file cannot be taken as an application. ``errors`` holds every fault, sorted by place; the bytes are untouched."""

    code = "application-unreadable"
    kind = "bad-input"

    def __init__(self, errors: Sequence[Fault]) -> None:
        assert errors, "a format error without a fault"
        self.errors = tuple(sorted(errors))
        first = self.errors[0]
        super().__init__(None, count=len(self.errors), line=first.line, col=first.col, path=first.path or "/")

    def explain(self, lang: Lang = "en") -> str:
        """The headline and every fault on a line of its own."""
        told = (f"{fault.line}:{fault.col} {fault.spoken(lang)}" for fault in self.errors)
        return "\n".join((super().explain(lang), *told))
