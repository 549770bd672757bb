"""Letters of another script that look like Latin ones inside a Latin word, or the reverse: repaired, and said so.

``Nоrthwind`` with a Cyrillic о is a new name to a computer and the same name to a reader. Only words that mix scripts are
touched: a Russian word is Russian all through, whatever its letters look like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from lodemark.parties.names.script import script_of
from lodemark.parties.tables import rows

_WORD = re.compile(r"[^\W\d_]+")


def repair(text: str) -> str:
    """The folded text with the look-alikes of every mixed word put into the script most of its letters have.

    >>> repair("nоrthwind")
    'northwind'
    """
    return _WORD.sub(lambda found: _whole(found.group()), text)


def _whole(word: str) -> str:
    scripts = [script_of(letter) for letter in word]
    latin, other = scripts.count("latin"), sum(script in ("cyrillic", "other") for script in scripts)
    if not latin or not other:
        return word
    table = _to_latin() if latin >= other else _to_cyrillic()
    return "".join(table.get(letter, letter) for letter in word)


@cache
def _to_latin() -> Mapping[str, str]:
    return {row["letter"]: row["latin"] for row in rows("lookalikes")}


@cache
def _to_cyrillic() -> Mapping[str, str]:
    return {row["latin"]: row["letter"] for row in rows("lookalikes") if script_of(row["letter"]) == "cyrillic"}
