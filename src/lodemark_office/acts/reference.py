"""Names of dossiers: one reference for people and machines, with a check character, never given twice.

``case/C-2026-000042-7``: noun, letter of the noun, year, number of the year, and the ISO 7064 MOD 37,36 character that
catches one mistyped character or two swapped neighbours. A licence is named by its number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lodemark.licence.number import check_character
from lodemark_office.acts.store import Store

LETTERS: Final[Mapping[str, str]] = {
    "application": "A",
    "case": "C",
    "appeal": "R",
    "invitation": "N",
    "proceeding": "Z",
    "agreement": "Q",
    "finding": "F",
    "party": "P",
    "capture": "E",
    "assay": "M",
    "inspection": "I",
    "balance": "B",
    "licence-balance": "W",
    "codebook": "K",
}
"""The letter of each noun; a licence carries its jurisdiction instead."""


def new_dossier(store: Store, noun: str, year: int) -> str:
    """The next dossier of a noun in a year."""
    serial = store.next_number(f"{noun}/{year}")
    text = f"{LETTERS[noun]}{year:04d}{serial:06d}"
    return f"{noun}/{LETTERS[noun]}-{year:04d}-{serial:06d}-{check_character(text)}"


def reference(dossier: str) -> str:
    """What people write: the dossier without its noun."""
    return dossier.partition("/")[2]
