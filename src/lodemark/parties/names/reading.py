"""Readings: how a name in one script may be spelled in Latin letters. Several are kept; none is the only true one.

Han is read as Mandarin (pinyin with heteronyms, surnames first, ü as u, v and yu), Hangul by Revised Romanization,
Cyrillic by BGN/PCGN and GOST 7.79-B. Japanese readings of Han need a dictionary and are left to alias rows: reading
川崎 as *chuanqi* is right in Chinese papers and wrong in Japan, so such a reading only ever supports.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from itertools import islice, product
from typing import Final

from lodemark.parties.names.script import script_of
from lodemark.parties.names.syllable import to_pinyin
from lodemark.parties.tables import rows

MOST: Final = 16
"""Readings kept per name; what is cut off is flagged by ``readings`` returning ``True`` beside them."""

_LEADS: Final = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWELS: Final = (
    *("a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae"),
    *("oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i"),
)
_TAILS: Final = (
    *("", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l"),
    *("m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t"),
)
_CYRILLIC: Final = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
)
_GOST: Final = {"х": "x", "ц": "cz", "щ": "shh", "й": "j", "э": "e", "ю": "yu", "я": "ya"}


@lru_cache(maxsize=50_000)
def readings(text: str) -> tuple[frozenset[str], bool]:
    """Squeezed Latin spellings of a folded text and whether some were cut off; Latin text reads as itself.

    >>> sorted(readings("北辰")[0]), sorted(readings("삼성")[0])
    (['beichen'], ['samseong'])
    """
    each = [_letter_readings(letter) for letter in text if letter.isalnum()]
    if text and all(script_of(letter) == "han" for letter in text):
        each = _surname_first(text, each)
    total = 1
    for options in each:
        total *= len(options)
    found = {"".join(parts) for parts in islice(product(*each), MOST * 4)}
    if text and all(script_of(letter) == "cyrillic" for letter in text):
        found |= set(to_pinyin(text, "palladius"))
    kept = sorted(found)[:MOST]
    return frozenset(kept), total > MOST * 4 or len(found) > MOST


def _letter_readings(letter: str) -> tuple[str, ...]:
    match script_of(letter):
        case "han":
            return _pinyin(letter)
        case "hangul":
            return (_hangul(letter),)
        case "cyrillic":
            plain = _CYRILLIC.get(letter, letter)
            return (plain,) if letter not in _GOST else (plain, _GOST[letter])
        case _:
            return (letter,)


@lru_cache(maxsize=20_000)
def _pinyin(letter: str) -> tuple[str, ...]:
    # Imported here: the table of pypinyin costs 0.3 s, and a screening in Latin letters never needs it.
    from pypinyin import Style, pinyin  # noqa: PLC0415

    found = pinyin(letter, style=Style.NORMAL, heteronym=True, v_to_u=False)[0]
    return tuple(dict.fromkeys(spelling for reading in found for spelling in _umlaut(reading)))


def _umlaut(reading: str) -> tuple[str, ...]:
    """ü as it is written without the dots: u, v, and yu on passports (LYU; NYU), but UE for üe (GB/T 28039-2011)."""
    if "v" not in reading and "ü" not in reading:
        return (reading,)
    plain = reading.replace("ü", "v")
    return (plain.replace("v", "u"), plain, plain.replace("ve", "ue").replace("v", "yu"))


def _surname_first(text: str, each: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """A surname is read as a surname: 曾 is zeng and 单 shan, although dictionaries list ceng and dan first."""
    for length in (2, 1):
        reading = _surnames().get(text[:length])
        if reading is not None and len(text) > length:
            rest = each[length:]
            return [(*_umlaut(reading), *("".join(parts) for parts in islice(product(*each[:length]), 4))), *rest]
    return each


@cache
def _surnames() -> Mapping[str, str]:
    from lodemark.parties.names.fold import fold  # noqa: PLC0415

    return {fold(row["name"]): row["reading"] for row in rows("surnames")}


def _hangul(letter: str) -> str:
    """One syllable by Revised Romanization, letter by letter."""
    code = ord(letter) - 0xAC00
    if not 0 <= code < 11_172:
        return letter
    return _LEADS[code // 588] + _VOWELS[code % 588 // 28] + _TAILS[code % 28]


def squeeze(words: Iterable[str]) -> str:
    """Words run together, letters and digits only: ``Bei Chen`` and ``Beichen`` are one spelling."""
    return "".join(letter for word in words for letter in word if letter.isalnum())
