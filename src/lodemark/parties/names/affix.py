"""Legal forms: found as prefix or suffix by longest match and taken off, so that 株式会社X, X株式会社 and ㈱X are one name.

What is left is never nothing: a name that is all legal form stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from lodemark.parties.names.fold import fold
from lodemark.parties.names.script import script_of
from lodemark.parties.tables import rows

_EDGE: Final = " ,.;·・-–—/&"


@cache
def _forms(end: str) -> Mapping[str, str]:
    """Folded forms that may stand at the end (``suffix``) or the beginning (``prefix``) of a name, with their kind."""
    return {_bare(row["form"]): row["kind"] for row in rows("legal_forms") if row["position"] in (end, "both")}


@cache
def _longest() -> int:
    return max(len(form) for end in ("suffix", "prefix") for form in _forms(end))


def strip_legal(text: str) -> tuple[str, tuple[str, ...]]:
    """The folded text without its legal forms, and the kinds found.

    >>> strip_legal(fold("株式会社ENEOS")), strip_legal(fold("ENEOS Corporation"))
    (('eneos', ('stock',)), ('eneos', ('stock',)))
    """
    kinds: list[str] = []
    bare = _bare(text)
    while found := _one_off(bare):
        bare, kind = found
        kinds.append(kind)
    return bare, tuple(dict.fromkeys(kinds))


def _one_off(text: str) -> tuple[str, str] | None:
    """The text without the longest form at one of its ends, if something is left and no word is cut."""
    for size in range(min(_longest(), len(text) - 1), 0, -1):
        last, first = text[-size:], text[:size]
        if last in _forms("suffix") and _cuts_clean(text[:-size], last[0], last=True):
            return text[:-size].strip(_EDGE), _forms("suffix")[last]
        if first in _forms("prefix") and _cuts_clean(text[size:], first[-1], last=False):
            return text[size:].strip(_EDGE), _forms("prefix")[first]
    return None


def _cuts_clean(rest: str, edge: str, *, last: bool) -> bool:
    """Scripts with spaces need one (``Bosch`` does not end in the form ``ch``); Han, kana and Hangul do not."""
    if not rest.strip(_EDGE):
        return False
    neighbour = rest[-1] if last else rest[0]
    if not edge.isalnum() or not neighbour.isalnum():
        return True
    return script_of(edge) in ("han", "kana", "hangul") or script_of(edge) != script_of(neighbour)


def _bare(text: str) -> str:
    """Folded, with the dots and commas of abbreviations gone: ``Co., Ltd.`` and ``co ltd`` are one form."""
    folded = re.sub(r"(?<=\b\w)\.\s?(?=\w\b)", "", fold(text))
    return " ".join(re.sub(r"[.,]", " ", folded).split()) if any(letter.isascii() for letter in folded) else folded
