"""What a scanner says of a file, and what is known of one that was handed in. No verdict is ever guessed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from lodemark.application.documents import FileRejected, kind_of
from lodemark_office.acts.store import HandedIn

_GRAVITY: Final = ("received", "clean", "infected")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scanner said: a state, why it is no better, and which engine with which signatures said so."""

    state: Literal["received", "clean", "infected"]
    cause: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    engine: str = ""


Scan = Callable[[bytes], Verdict]


def unscanned(data: bytes) -> Verdict:
    """An office without a scanner: nothing is known, so nothing is clean."""
    return Verdict("received", "scan-no-scanner")


def examine(data: bytes, scan: Scan) -> HandedIn:
    """What a file is and what is known of it; one that cannot be taken is not shown to the scanner."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        kind = kind_of(data)
    except FileRejected as error:
        return HandedIn(digest, "", "", len(data), "rejected", error.reason.code, error.facts)
    said = scan(data)
    return HandedIn(digest, kind.code, kind.media, len(data), said.state, said.cause, said.facts, said.engine)


def graver(old: HandedIn | None, new: HandedIn) -> HandedIn:
    """Which of two looks at the same bytes holds: what was once found stays found; a lost scanner takes nothing back."""
    if old is None or "rejected" in (old.state, new.state):
        return new
    return new if _GRAVITY.index(new.state) >= _GRAVITY.index(old.state) else old
