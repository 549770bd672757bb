"""A store in memory: the model that the databases are compared with, and the stage on which stories are rehearsed."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from lodemark.custody import Journal
from lodemark.ledger import Actor, Basis, ChainedRecord, Entry, Stamp, body_of, chain_records, read_body
from lodemark.licence import Licence
from lodemark.licence.narrow import Needs, narrowed
from lodemark_office.acts.scanning import graver
from lodemark_office.acts.state import States
from lodemark_office.acts.store import Answer, Drafts, Drawn, HandedIn, Order, UnknownDossier, Written
from lodemark_office.acts.summary import summarise


class MemoryStore:
    """Keeps the same promises as the databases for one thread; ``seed`` makes ids and blinds repeatable."""

    def __init__(self, seed: int = 0, code: str = "") -> None:
        self.chains: dict[str, list[ChainedRecord]] = {}
        self._answers: dict[tuple[str, str], tuple[str, Answer]] = {}
        self._numbers: dict[str, int] = {}
        self._documents: dict[str, bytes] = {}
        self._vault: dict[str, bytes] = {}
        self._held: dict[str, HandedIn] = {}
        self._handed: dict[tuple[str, str], tuple[str, datetime]] = {}
        self._files: dict[str, bytes] = {}
        self._random = random.Random(seed)  # noqa: S311 - the model store of tests and stories
        self._code = code
        self._registered: dict[str, Mapping[str, str]] = {}
        self._identifiers: dict[str, Mapping[str, Sequence[str]]] = {}
        self._journal = Journal.open(":memory:")
        self.states = States(self)

    def licence(self, dossier: str, wanted: Needs | None) -> Licence:
        return narrowed(self.states(dossier), wanted)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        saved = (
            {dossier: list(records) for dossier, records in self.chains.items()},
            dict(self._answers),
            dict(self._numbers),
            dict(self._documents),
            dict(self._vault),
        )
        try:
            with self._events():
                yield
        except BaseException:
            self.chains, self._answers, self._numbers, self._documents, self._vault = saved
            self.states.forget()
            raise

    @contextmanager
    def _events(self) -> Iterator[None]:
        """The journal's rows stand or fall with the records; a transaction inside another one is part of it."""
        store = self._journal.store
        if store.outer:
            yield
            return
        store.connection.execute("BEGIN")
        store.outer = True
        try:
            yield
        except BaseException:
            store.connection.rollback()
            raise
        else:
            store.connection.commit()
        finally:
            store.outer = False

    def lock(self, names: Sequence[str]) -> None:
        """One thread: every head is held already."""

    def answer(self, scope: str, key: str) -> tuple[str, Answer] | None:
        return self._answers.get((scope, key))

    def remember(self, order: Order, content: str, answer: Answer) -> None:
        self._answers[order.scope, order.key] = (content, answer)

    def append(self, drafts: Drafts, order: Order, facts: str, rulebook: str) -> tuple[Written, ...]:
        basis = Basis(rulebook, facts, self._code)
        written: list[Written] = []
        for dossier, records in drafts:
            bodies = [
                body_of(record, Stamp(order.at, order.actor, order.key, basis, self._random.randbytes(16).hex()))
                for record in records
            ]
            chain = self.chains.setdefault(dossier, [])
            added = chain_records(dossier, bodies, len(chain), chain[-1].chain_digest if chain else None)
            chain.extend(added)
            pairs = zip(records, added, strict=True)
            written.extend(Written(dossier, link.number, draft.kind, link.chain_digest.hex()) for draft, link in pairs)
        return tuple(written)

    def draw(
        self, order: Order, content: str, wanted: Needs, decide: Callable[[Licence], Drawn | None]
    ) -> tuple[str, Answer] | None:
        return None

    def entries(self, dossier: str, after: int = 0) -> Iterable[Entry]:
        return [read_body(link.number, link.body) for link in self.chains.get(dossier, [])[after:]]

    def chained(self, dossier: str) -> Sequence[ChainedRecord]:
        return list(self.chains.get(dossier, []))

    def dossiers(self, noun: str) -> Sequence[str]:
        return [dossier for dossier in self.chains if dossier.startswith(f"{noun}/")]

    def about(self, noun: str, dossier: str) -> Sequence[str]:
        return [one for one in self.dossiers(noun) if summarise(one, self.states(one), str)[0].about == dossier]

    def random_bytes(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def secret(self, name: str) -> bytes:
        return hashlib.sha256(f"model store {name}".encode()).digest()

    def register_party(
        self, party: str, names: Mapping[str, str], identifiers: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self._registered[party] = dict(names)
        self._identifiers[party] = dict(identifiers or {})

    def party_identifiers(self, party: str) -> Mapping[str, Sequence[str]]:
        return self._identifiers.get(party, {})

    def party_names(self, parties: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        return {party: self._registered[party] for party in parties if party in self._registered}

    def next_number(self, series: str) -> int:
        self._numbers[series] = self._numbers.get(series, 0) + 1
        return self._numbers[series]

    def journal(self) -> Journal:
        return self._journal

    def keep_document(self, data: bytes, media: str) -> str:
        name = hashlib.sha256(data).hexdigest()
        self._documents[name] = data
        return name

    def document(self, sha256: str) -> bytes:
        try:
            return self._documents[sha256]
        except KeyError:
            raise UnknownDossier(dossier=sha256) from None

    def keep_sealed(self, digest: str, subject: str, audience: Sequence[str], sealed: bytes) -> None:
        self._vault[digest] = sealed

    def sealed(self, digest: str) -> bytes | None:
        return self._vault.get(digest)

    def hand_in(self, looked: HandedIn, data: bytes, by: Actor, name: str, at: datetime) -> HandedIn:
        held = self._held[looked.sha256] = graver(self._held.get(looked.sha256), looked)
        self._files[looked.sha256] = data
        self._handed.setdefault((looked.sha256, by.party), (name, at))
        return held

    def handed_in(self, digests: Sequence[str], party: str) -> Mapping[str, HandedIn]:
        mine = {digest: self._handed[digest, party] for digest in digests if (digest, party) in self._handed}
        return {digest: replace(self._held[digest], name=name, at=at) for digest, (name, at) in mine.items()}

    def file(self, sha256: str) -> bytes:
        held = self._held.get(sha256)
        if held is None or held.state in ("rejected", "infected"):
            raise UnknownDossier(dossier=sha256)
        return self._files[sha256]
