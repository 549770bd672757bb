"""The law once more, typed by hand from the texts: what the rulebooks are held against. Nothing here is read from a rulebook.

``status.txt`` since when each text holds · ``numbers.txt`` every number with its dates, and the last day where it is a period · ``lines`` the numbers
that conditions compare with · ``ways`` and ``entries`` which facts meet each condition and which other words would · ``silent.txt`` what compares nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent


def table(name: str) -> Iterator[tuple[str, ...]]:
    """The rows of a text file: columns between bars, ``#`` begins a comment."""
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield tuple(column.strip() for column in line.split("|"))
