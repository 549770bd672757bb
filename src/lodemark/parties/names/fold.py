"""Folding: what only differs in width, case, marks or the variant of a Han character becomes equal.

Han variants are one closed table: character files of OpenCC (simplified, traditional, Hong Kong, Taiwan, Japan) joined
into classes, with the exceptions of ``data/han.csv``. Chaining converters would not do: jp2t followed by t2s is not
idempotent and sends 沪 (Shanghai) to 滤.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Final

from lodemark.parties.tables import rows

_FILES: Final = ("STCharacters", "TSCharacters", "JPVariants", "HKVariants", "HKVariantsRev", "TWVariants", "TWVariantsRev")
_INVISIBLE: Final = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0x00AD, 0x180E]
)
_LATIN: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae", "œ": "oe", "ı": "i"}
)
_MARKED_SCRIPTS: Final = ("LATIN", "GREEK")


def clean(text: str) -> str:
    """Width and compatibility forms, zero-width and direction marks, spaces; the letters stay what they are.

    >>> clean("㈱ＳＵＢＡＲＵ\\u200b  ")
    '(株)SUBARU'
    """
    return " ".join(unicodedata.normalize("NFKC", text).translate(_INVISIBLE).split())


def fold(text: str) -> str:
    """``clean`` and then without case, marks on Latin letters, and variants of Han characters. Idempotent.

    >>> fold("東京 Müller ＧｍｂＨ"), fold("东京 muller gmbh")
    ('东京 muller gmbh', '东京 muller gmbh')
    """
    lowered = clean(clean(text).casefold().translate(_LATIN))
    decomposed = unicodedata.normalize("NFD", lowered)
    kept = "".join(letter for place, letter in enumerate(decomposed) if not _is_mark(decomposed, place))
    table = variants()
    return "".join(table.get(letter, letter) for letter in unicodedata.normalize("NFC", kept).replace("ё", "е"))


def _is_mark(text: str, place: int) -> bool:
    """A combining mark on a Latin or Greek letter; on kana the mark makes another letter (が is not か)."""
    if not unicodedata.combining(text[place]):
        return False
    base = next((letter for letter in reversed(text[:place]) if not unicodedata.combining(letter)), " ")
    return unicodedata.name(base, "").startswith(_MARKED_SCRIPTS)


@cache
def variants() -> Mapping[str, str]:
    """From each Han character that has variants to the one that stands for its class: the simplified one, else the smallest."""
    parent: dict[str, str] = {}

    def top(letter: str) -> str:
        while parent.setdefault(letter, letter) != letter:
            letter = parent[letter]
        return letter

    simplified = set()
    for first, second, is_simplified in _pairs():
        parent[top(first)] = top(second)
        simplified |= {first} if is_simplified else set()
    classes: dict[str, list[str]] = {}
    for letter in parent:
        classes.setdefault(top(letter), []).append(letter)
    chosen = {name: min(letters, key=lambda one: (one not in simplified, one)) for name, letters in classes.items()}
    return {letter: chosen[name] for name, letters in classes.items() for letter in letters if letter != chosen[name]}


def _pairs() -> Iterator[tuple[str, str, bool]]:
    dropped = {(row["a"], row["b"]) for row in rows("han") if row["op"] == "drop"}
    folder = resources.files("opencc") / "dictionary"
    for name in _FILES:
        for line in (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            first, _, others = line.partition("\t")
            for other in others.split():
                if len(first) == len(other) == 1 and (first, other) not in dropped and (other, first) not in dropped:
                    yield first, other, name == "STCharacters"
    for row in rows("han"):
        if row["op"] == "join":
            yield row["a"], row["b"], False
