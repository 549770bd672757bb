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
    "case": "lodemark.case",
    "appeal": "lodemark.case.appeal",
    "licence": "lodemark.licence",
    "agreement": "lodemark.licence.agreement",
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

    def follow(self, dossier: str, written: Sequence[Entry]) -> Any:
        """The state after what was just written under the head lock; where the rest is remembered, nothing is read back."""
        number, state = self._known.pop(dossier, (0, None))
        if number != written[0].number - 1:
            written = list(self._store.entries(dossier, number))
        return self._fold(dossier, number, state, written)

    def _fold(self, dossier: str, number: int, state: Any, entries: Sequence[Entry]) -> Any:
        if entries:
            fold: Fold = import_module(ROOMS[dossier.partition("/")[0]]).fold
            number, state = entries[-1].number, fold([entry.record for entry in entries if entry.record.kind != ATTEMPT], state)
        if number == 0:
            raise UnknownDossier(dossier=dossier)
        self._known[dossier] = (number, state)
        if len(self._known) > self._keep:
            self._known.popitem(last=False)
        return state

    def forget(self) -> None:
        """Drop everything remembered; the next look folds from the records."""
        self._known.clear()
