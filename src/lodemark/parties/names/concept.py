"""Words that mean the same in several languages: unit types (institute), sectors (magnet), places; many to many."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from lodemark.parties.names.fold import fold
from lodemark.parties.tables import LANGUAGES, rows


@cache
def words() -> Mapping[str, frozenset[str]]:
    """From a folded word (or phrase) to the concept ids it can stand for: ``unit.institute``, ``sector.magnet``, ``place.cn-bj``."""
    found: dict[str, set[str]] = {}
    for table in ("concepts", "places"):
        for row in rows(table):
            name = row["id"] if table == "concepts" else f"place.{row['id']}"
            for lang in LANGUAGES:
                for word in filter(None, row[lang].split("|")):
                    found.setdefault(fold(word), set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}


@cache
def longest() -> int:
    """Letters of the longest word without spaces."""
    return max(len(word) for word in words() if " " not in word)


@cache
def longest_phrase() -> int:
    """Words of the longest phrase."""
    return max(word.count(" ") + 1 for word in words())


@cache
def aliases() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """From a folded name to the folded names that alias rows put beside it, each with the row's evidence; both directions."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows("aliases"):
        one, other = fold(row["name"]), fold(row["of"])
        found.setdefault(one, []).append((other, row["evidence"]))
        found.setdefault(other, []).append((one, row["evidence"]))
    return {name: tuple(dict.fromkeys(others)) for name, others in found.items()}
