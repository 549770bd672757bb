"""What attribution says when a genealogy cannot be read: every bad row at once, each with its cure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from lodemark.trouble import Error
from lodemark.wording import Lang, say


@dataclass(frozen=True, slots=True)
class BadRow:
    """One refused row: a sentence code, the table, the row (number from 0, or the key in a small graph), the facts."""

    code: str
    table: str
    row: int | str
    facts: Mapping[str, object] = field(default_factory=dict)

    def explain(self, lang: Lang = "en") -> str:
        """What is wrong with this row and what to do."""
        return say(self.code, {"table": self.table, "row": self.row, **self.facts}, lang)


class GenealogyError(Error):
    """A genealogy was refused. ``rows`` holds *every* bad row, not the first."""

    code: ClassVar[str] = "genealogy-bad-rows"

    def __init__(self, rows: Sequence[BadRow]) -> None:
        self.rows = tuple(rows)
        super().__init__(
            count=len(self.rows),
            rows=[{"code": bad.code, "table": bad.table, "row": bad.row, **bad.facts} for bad in self.rows],
        )

    def explain(self, lang: Lang = "en") -> str:
        """The heading and one line for each bad row."""
        lines = [say(self.code, {"count": len(self.rows)}, lang)]
        return "\n".join(lines + [f"  {bad.explain(lang)}" for bad in self.rows])


class TraceError(Error):
    """A question that this genealogy cannot answer: unknown lot, element or class, or a loop without an exit."""

    code: ClassVar[str] = "trace-lot-unknown"
    kind: ClassVar[str] = "unknown"
