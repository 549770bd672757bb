"""From the state of a dossier to the line that lists and queues show: reference, whose, where it stands, whose turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Line:
    """What a list shows of one dossier. ``turn``: the role that has to act next, empty when nobody has."""

    reference: str
    party: str
    state: str
    turn: str = ""
    due_on: date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """The balance of one commodity on one licence line, in the commodity's integer unit."""

    line: int
    commodity: str
    granted: int
    reserved: int
    posted: int
    lapsed: int


def summarise(dossier: str, state: Any) -> tuple[Line, Sequence[Account]]:
    """The line of a dossier, and the accounts where it is a licence."""
    return SUMMARIES[dossier.partition("/")[0]](dossier, state)


Summarise = Callable[[str, Any], tuple[Line, Sequence[Account]]]
SUMMARIES: Final[Mapping[str, Summarise]] = {}
