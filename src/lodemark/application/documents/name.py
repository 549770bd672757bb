"""A file name for eyes. It is text that somebody sent: shown with its tricks visible, never used as a path."""

from __future__ import annotations

import unicodedata
from typing import Final

MOST_CHARACTERS: Final = 500
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def readable_name(name: str) -> str:
    """The name in composed form; what cannot be seen or turns the writing round is shown by its code point.

    ``invoice\\u202efdp.exe`` reads ``invoice⟨U+202E⟩fdp.exe``: a reader sees that it does not end in pdf.
    """
    text = "".join(_shown(mark) for mark in unicodedata.normalize("NFC", name).strip())
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _shown(mark: str) -> str:
    return f"⟨U+{ord(mark):04X}⟩" if unicodedata.category(mark) in _UNSEEN else mark
