"""Legal forms: found as prefix or suffix by longest match and taken off, so that 株式会社X, X株式会社 and ㈱X are one name.

What is left is never nothing: a name that is all legal form stays whole.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from lodemark.parties.names.fold import fold
from lodemark.parties.names.script import script_of
from lodemark.parties.tables import rows

_EDGE: Final = " ,.;·・-–—/&"


@cache
def _forms() -> tuple[tuple[str, str, str], ...]:
    """Folded form, position and kind, longest first."""
    found = {(_bare(row["form"]), row["position"], row["kind"]) for row in rows("legal_forms")}
    return tuple(sorted(found, key=lambda form: (-len(form[0]), form)))


def strip_legal(text: str) -> tuple[str, tuple[str, ...]]:
    """The folded text without its legal forms, and the kinds found.

    >>> strip_legal(fold("株式会社ENEOS")), strip_legal(fold("ENEOS Corporation"))
    (('eneos', ('stock',)), ('eneos', ('stock',)))
    """
    kinds: list[str] = []
    bare = _bare(text)
    changed = True
    while changed:
        changed = False
        for form, position, kind in _forms():
            rest = _without(bare, form, position)
            if rest:
                bare, changed = rest, True
                kinds.append(kind)
                break
    return bare, tuple(dict.fromkeys(kinds))


def _without(text: str, form: str, position: str) -> str:
    """The text without ``form`` at an allowed end, if something is left and the form does not cut a word."""
    if position in ("suffix", "both") and text.endswith(form) and _cuts_clean(text[: -len(form)], form[0], last=True):
        return text[: -len(form)].strip(_EDGE)
    if position in ("prefix", "both") and text.startswith(form) and _cuts_clean(text[len(form) :], form[-1], last=False):
        return text[len(form) :].strip(_EDGE)
    return ""


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
