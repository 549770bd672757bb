"""Cells that start like a formula: refused when they come in, made plain text when they go out.

A spreadsheet runs ``=HYPERLINK(...)``, ``+cmd|' /C calc'!A0`` or ``@SUM(...)`` on the machine of whoever opens the file;
some programs take the full-width signs for the same.
"""

from __future__ import annotations

import re
from typing import Final

_STARTS: Final = re.compile(r"[\s\0]*[=@＝＠]|[\t\r\n]|[\s\0]*[+\-＋－]")
_NUMBER: Final = re.compile(r"\s*[+\-＋－]\s*[\d０-９][\d０-９.,，．]*(\s*[^\W\d_%％]{0,3}|\s*[%％])\s*")


def like_formula(text: str) -> bool:
    """Whether a program might take the text for a formula; a signed number is one to nobody."""
    return bool(_STARTS.match(text)) and not _NUMBER.fullmatch(text)


def as_text(text: str) -> str:
    """The text as a cell of a file for people: one that starts like a formula gets an apostrophe in front."""
    return f"'{text}" if like_formula(text) else text
