"""Older and other spellings of Mandarin read back to pinyin: Wade-Giles (Kuang-chou) and Palladius (Гуанчжоу).

A text is cut into syllables of one system throughout, or it is not of that system. Wade-Giles without its apostrophes is
ambiguous (*chou* is zhou or chou), so several spellings come back, at most ``MOST``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final, Literal

from lodemark.parties.tables import rows

System = Literal["wade", "palladius"]
MOST: Final = 16


@cache
def _table(system: System) -> Mapping[str, tuple[str, ...]]:
    """From a syllable of the system to the pinyin syllables it can stand for."""
    found: dict[str, list[str]] = {}
    for row in rows("pinyin"):
        found.setdefault(row[system], []).append(row["pinyin"])
    return {syllable: tuple(dict.fromkeys(each)) for syllable, each in found.items()}


@lru_cache(maxsize=50_000)
def to_pinyin(text: str, system: System) -> tuple[str, ...]:
    """Every pinyin spelling of a squeezed text in the system, at least two syllables long; empty when it does not fit.

    >>> "guangzhou" in to_pinyin("kuangchou", "wade"), "guangzhou" in to_pinyin("гуанчжоу", "palladius")
    (True, True)
    """
    table = _table(system)
    longest = max(map(len, table))
    # From the end: what can be read from each position on, with the number of syllables it takes.
    readings: list[list[tuple[str, int]]] = [[] for _ in text] + [[("", 0)]]
    for start in range(len(text) - 1, -1, -1):
        for size in range(1, min(longest, len(text) - start) + 1):
            heads, tails = table.get(text[start : start + size], ()), readings[start + size]
            readings[start] += [(head + tail, count + 1) for head in heads for tail, count in tails]
        readings[start] = sorted(readings[start])[: MOST * 4]
    whole = {reading.replace("v", "u") for reading, count in readings[0] if count > 1}
    return tuple(sorted(whole))[:MOST]
