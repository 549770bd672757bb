"""What the acts ask of a store; ``store.django`` and ``store.memory`` keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from lodemark import Error, Reason
from lodemark.custody import Journal
from lodemark.ledger import Actor, ChainedRecord, Entry, Record
from lodemark.licence import Licence
from lodemark.licence.narrow import Needs

Drafts = Sequence[tuple[str, Sequence[Record]]]
"""What a decision wants written: (dossier, records), in order."""


@dataclass(frozen=True, slots=True)
class Order:
    """One command as it reached the office.

    ``scope`` is the dossier it speaks to, or ``open/<person>`` when it opens one; (scope, key) is answered once.
    ``content`` is everything the sender said: the same key with other content is refused.
    """

    key: str
    scope: str
    actor: Actor
    at: datetime
    content: object


@dataclass(frozen=True, slots=True)
class Written:
    """One record in its place: what the sender gets as evidence."""

    dossier: str
    number: int
    kind: str
    chain: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What an order came to. ``result`` holds the ids and numbers the sender needs next."""

    status: Literal["done", "refused"]
    written: tuple[Written, ...] = ()
    reasons: tuple[Reason, ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)
    replayed: bool = False

    @property
    def done(self) -> bool:
        """Whether the law said yes and it is written."""
        return self.status == "done"

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the reasons of a refusal."""
        return tuple(reason.code for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file that was handed in, by its SHA-256: what it is, and what is known of it. ``cause`` says why it is no better.

    ``state``: received, clean, infected, rejected. ``name`` and ``at`` are of the party that asks: for eyes only.
    """

    sha256: str
    kind: str
    media: str
    size: int
    state: str
    cause: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    engine: str = ""
    name: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A reservation decided before the head is held: its record with the document of the act, or the attempt and why not."""

    record: Record
    rulebook: str = ""
    document: bytes = b""
    reasons: tuple[Reason, ...] = ()


class KeyReused(Error):
    """A key that was used before with other content: one of the two messages is not what its sender thinks."""

    code = "key-reused"
    kind = "conflict"


class UnknownDossier(Error):
    """No such dossier, or not one of yours: the two are told in the same words."""

    code = "dossier-unknown"
    kind = "unknown"


class Busy(Error):
    """The store could not take the write now; the same key again is harmless."""

    code = "store-busy"
    kind = "storage"


class Store(Protocol):
    """A place for dossiers. Whatever writes is called inside ``transaction``; ``states(dossier)`` gives a folded state."""

    @property
    def states(self) -> Callable[[str], Any]:
        """The folded state of a dossier; one that does not exist raises ``UnknownDossier``."""

    def licence(self, dossier: str, wanted: Needs | None) -> Licence:
        """The part of a licence that an act looks at, however long the dossier is; the whole of it for ``None``."""

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing."""

    def lock(self, names: Sequence[str]) -> None:
        """Hold the heads of these dossiers or scopes, in id order, until the transaction ends."""

    def answer(self, scope: str, key: str) -> tuple[str, Answer] | None:
        """The digest of the content and the answer stored under (scope, key)."""

    def remember(self, order: Order, content: str, answer: Answer) -> None:
        """Store the answer for replays."""

    def append(self, drafts: Drafts, order: Order, facts: str, rulebook: str) -> tuple[Written, ...]:
        """Stamp, number and chain the drafts, and write the read models of each dossier touched."""

    def draw(
        self, order: Order, content: str, wanted: Needs, decide: Callable[[Licence], Drawn | None]
    ) -> tuple[str, Answer] | None:
        """Write what was decided without the head, if it still stands under it, in one call of the engine.

        The digest of the content and the answer, as ``answer`` gives them; ``None``: to be decided under the lock.
        """

    def entries(self, dossier: str, after: int = 0) -> Iterable[Entry]:
        """The records of a dossier behind number ``after``, in order; an unknown dossier has none."""

    def chained(self, dossier: str) -> Sequence[ChainedRecord]:
        """The records of a dossier with their digests, as they lie."""

    def dossiers(self, noun: str) -> Sequence[str]:
        """All dossiers of a noun, oldest first."""

    def about(self, noun: str, dossier: str) -> Sequence[str]:
        """The dossiers of a noun that are about this one, oldest first: the case of an application, the licences of a case."""

    def random_bytes(self, count: int) -> bytes:
        """Bytes nobody can guess (repeatable in the model store)."""

    def secret(self, name: str) -> bytes:
        """32 bytes that only this office can derive for a name."""

    def register_party(
        self, party: str, names: Mapping[str, str], identifiers: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Make a party known by its names and identifiers (scheme -> values); known again, both are renewed."""

    def party_identifiers(self, party: str) -> Mapping[str, Sequence[str]]:
        """Identifiers of a party by scheme; none for a party that is not registered here."""

    def party_names(self, parties: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Names by language of the parties that are registered here."""

    def next_number(self, series: str) -> int:
        """The next number of a series (application references, licence numbers), never given twice."""

    def journal(self) -> Journal:
        """The journal of events, in the same transaction as the records."""

    def keep_document(self, data: bytes, media: str) -> str:
        """Store content by its SHA-256 (hex), which is returned."""

    def document(self, sha256: str) -> bytes:
        """The content of a document."""

    def keep_sealed(self, digest: str, subject: str, audience: Sequence[str], sealed: bytes) -> None:
        """Put an encrypted value into the vault under the digest of its disclosure (see ``acts.vault``)."""

    def sealed(self, digest: str) -> bytes | None:
        """The encrypted value under a digest; ``None`` where it was never kept or was erased."""

    def hand_in(self, looked: HandedIn, data: bytes, by: Actor, name: str, at: datetime) -> HandedIn:
        """Keep a file and who handed it in; what is known already of the same bytes holds on where it is graver."""

    def handed_in(self, digests: Sequence[str], party: str) -> Mapping[str, HandedIn]:
        """Of these digests the files that this party handed in; others' files are as if not there."""

    def file(self, sha256: str) -> bytes:
        """The bytes of a file; one that was rejected or locked away raises ``UnknownDossier``."""
