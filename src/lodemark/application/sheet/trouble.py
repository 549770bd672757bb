"""One thing wrong in one cell, in both languages, with its cure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lodemark.trouble import Reason
from lodemark.wording import Lang, has, say


@dataclass(frozen=True, slots=True, order=True)
class CellFault:
    """``row`` counts from 1; ``column`` is the letter of the column, empty where the whole row or sheet is meant."""

    row: int
    column: str
    code: str
    sheet: str = ""
    name: str = ""
    facts: Mapping[str, object] = field(default_factory=dict, compare=False)

    @property
    def cell(self) -> str:
        """``B7``, as a spreadsheet names it."""
        return f"{self.column}{self.row or ''}"

    def explain(self, lang: Lang = "en") -> str:
        """What is wrong there."""
        return say(self.code, self._facts, lang)

    def remedy(self, lang: Lang = "en") -> str:
        """What to write instead; sentences of other rooms already end with their cure."""
        return say(f"{self.code}-cure", self._facts, lang) if has(f"{self.code}-cure") else ""

    @property
    def reason(self) -> Reason:
        """The same for an API: one reason with its place among the facts."""
        return Reason(self.code, None, self._facts)

    @property
    def _facts(self) -> Mapping[str, object]:
        place = {"sheet": self.sheet, "row": self.row, "column": self.name or self.column, "cell": self.cell}
        return {"path": self.cell, **place, **self.facts}
