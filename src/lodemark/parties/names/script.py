"""Which scripts a text is written in, letter by letter."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import Final, Literal

Script = Literal["han", "kana", "hangul", "cyrillic", "latin", "digit", "other", "none"]

_BY_NAME: Final[tuple[tuple[str, Script], ...]] = (
    ("CJK", "han"),
    ("KANGXI", "han"),
    ("HIRAGANA", "kana"),
    ("KATAKANA", "kana"),
    ("HANGUL", "hangul"),
    ("CYRILLIC", "cyrillic"),
    ("LATIN", "latin"),
)
SUPPORTED: Final = frozenset({"han", "kana", "hangul", "cyrillic", "latin", "digit"})
"""Scripts whose names can be compared; a name in another one answers nothing (``script-unsupported``)."""


@lru_cache(maxsize=20_000)
def script_of(letter: str) -> Script:
    """The script of one letter; ``none`` for spaces and punctuation."""
    if letter.isdigit():
        return "digit"
    if letter in "ー々〇":
        return "kana" if letter == "ー" else "han"
    if not letter.isalpha():
        return "none"
    name = unicodedata.name(letter, "")
    return next((script for start, script in _BY_NAME if name.startswith(start)), "other")


def runs(text: str) -> tuple[tuple[Script, str], ...]:
    """The text cut where the script changes; Han and kana together are one run, as Japanese mixes them."""
    cut = groupby(text, key=lambda letter: "cjk" if script_of(letter) in ("han", "kana") else script_of(letter))
    parts = [(kind, "".join(letters)) for kind, letters in cut]
    return tuple(((script_of(part[0]) if kind == "cjk" else kind), part) for kind, part in parts)  # type: ignore[misc]


def scripts(text: str) -> frozenset[Script]:
    """All scripts of the letters in a text."""
    return frozenset(script_of(letter) for letter in text) - {"none"}
