"""The folded state of a dossier, remembered per process so that a growing dossier is never folded twice from the start."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, Final

from lodemark.ledger import Entry, Record
from lodemark_office.acts.store import Store, UnknownDossier

ROOMS: Final[Mapping[str, str]] = {
    "application": "lodemark.application",
    "invitation": "lodemark.application.sealed",
    "case": "lodemark.case",
    "appeal": "lodemark.case.appeal",
    "licence": "lodemark.licence",
    "agreement": "lodemark.licence.agreement",
    "proceeding": "lodemark.licence.proceeding",
    "finding": "lodemark.finding",
}
"""Noun of a dossier -> the room that folds it."""

ATTEMPT: Final = "attempt-refused"
"""A refused attempt is part of the file and changes nothing; no room folds it."""

Fold = Callable[[Iterable[Record], Any], Any]


class States:
    """``state(dossier)`` folds only what came since the last look; states are frozen, so sharing them is safe."""

    def __init__(self, store: Store, keep: int = 512) -> None:
        self._store = store
        self._keep = keep
        self._known: OrderedDict[str, tuple[int, Any]] = OrderedDict()

    def __call__(self, dossier: str) -> Any:
        """The state of a dossier; one that does not exist raises ``UnknownDossier``."""
        number, state = self._known.pop(dossier, (0, None))
        return self._fold(dossier, number, state, list(self._store.entries(dossier, number)))

    def follow(self, dossier: str, written: Sequence[Entry]) -> tuple[Any, Any]:
        """The state before and after what was just written under the head lock.

        Where the rest is remembered, nothing is read back; before the first record the state is ``None``.
        """
        number, before = self._known.pop(dossier, (0, None))
        if number != written[0].number - 1:
            older = [entry for entry in self._store.entries(dossier, number) if entry.number < written[0].number]
            before = advance(dossier, older, before)
        return before, self._fold(dossier, written[0].number - 1, before, written)

    def _fold(self, dossier: str, number: int, state: Any, entries: Sequence[Entry]) -> Any:
        if entries:
            number, state = entries[-1].number, advance(dossier, entries, state)
        if number == 0:
            raise UnknownDossier(dossier=dossier)
        self._known[dossier] = (number, state)
        if len(self._known) > self._keep:
            self._known.popitem(last=False)
        return state

    def forget(self) -> None:
        """Drop everything remembered; the next look folds from the records."""
        self._known.clear()


def advance(dossier: str, entries: Iterable[Entry], state: Any) -> Any:
    """The state of a dossier after more of its records."""
    records = [entry.record for entry in entries if entry.record.kind != ATTEMPT]
    if not records:
        return state
    fold: Fold = import_module(ROOMS[dossier.partition("/")[0]]).fold
    return fold(records, state)
