"""The store of the office: dossiers in SQLite or PostgreSQL, one transaction for records, read models and answer."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.db.models import F

from lodemark import __version__
from lodemark.custody import POSTGRESQL, SQLITE, Journal
from lodemark.custody import Store as EventStore
from lodemark.ledger import Actor, Basis, ChainedRecord, Entry, Stamp, body_of, canonical, chain_records, read_body
from lodemark.licence import Licence
from lodemark.licence.narrow import Needs
from lodemark_office.acts.state import ATTEMPT, States, advance
from lodemark_office.acts.store import Answer, Busy, Drafts, Drawn, HandedIn, Order, UnknownDossier, Written
from lodemark_office.store import documents, licences, models, waiting
from lodemark_office.store.answers import read_answer
from lodemark_office.store.draw import draw
from lodemark_office.store.keys import signing_key
from lodemark_office.store.outbox import queued
from lodemark_office.store.project import project, projected
from lodemark_office.store.statement import Statement, run

# Written by hand because this is the path of every act: few statements, the same text on both engines.
_HEADS = "SELECT dossier, number, digest FROM store_dossierhead WHERE dossier IN ({}) ORDER BY dossier"
_NEW_HEAD = "INSERT INTO store_dossierhead (dossier, number, digest) VALUES (%s, 0, %s) ON CONFLICT (dossier) DO NOTHING"
_MOVE_HEAD = "UPDATE store_dossierhead SET number = %s, digest = %s WHERE dossier = %s"
_ANSWER = "SELECT content, answer FROM store_commandanswer WHERE scope = %s AND key = %s"
_REMEMBER = "INSERT INTO store_commandanswer (scope, key, content, answer) VALUES (%s, %s, %s, %s)"
_RECORD = (
    'INSERT INTO store_ledgerrecord (dossier, number, kind, "on", body, body_digest, prev_digest, chain_digest, recorded_at) '
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_PENDING = "INSERT INTO store_pendingleaf (chain_digest, dossier, number) VALUES (%s, %s, %s)"
_ENTRIES = "SELECT number, body FROM store_ledgerrecord WHERE dossier = %s AND number > %s ORDER BY number"
_DOCUMENT = (
    "INSERT INTO store_document (sha256, media, size, state, content) VALUES (%s, %s, %s, 'received', %s) "
    "ON CONFLICT (sha256) DO NOTHING"
)


class _Own(threading.local):
    """What one thread has locked, gathered and folded."""

    def __init__(self) -> None:
        self.heads: dict[str, tuple[int, bytes]] = {}
        self.parts: dict[str, Licence] = {}
        self.states: States | None = None


class DatabaseStore:
    """``acts.store.Store`` over Django's default connection. Makes no decision: it keeps what was decided.

    Safe to share between threads: what a transaction has folded or locked belongs to its own thread.
    """

    def __init__(self) -> None:
        self._own = _Own()

    @property
    def states(self) -> States:
        """The folded states this thread remembers; another thread's uncommitted records are never among them."""
        if self._own.states is None:
            self._own.states = States(self)
        return self._own.states

    def licence(self, dossier: str, wanted: Needs | None) -> Licence:
        part = licences.load(dossier, wanted) if wanted else None
        if part is None:
            whole: Licence = self.states(dossier)
            return whole
        if dossier in self._own.heads:  # the head is held: what is written next follows this very state
            self._own.parts[dossier] = part.licence
        return part.licence

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._own.heads, self._own.parts = {}, {}
        try:
            with waiting.turn(), transaction.atomic():
                yield
        except BaseException as error:
            # States folded from records that are now rolled back must not be served again.
            self.states.forget()
            if isinstance(error, OperationalError):
                # Locked, connection lost, disk full: wholly there or wholly absent, so the same key again is harmless.
                raise Busy(cause=type(error).__name__) from error
            raise
        finally:
            self._own.heads, self._own.parts = {}, {}

    def lock(self, names: Sequence[str]) -> None:
        heads = self._own.heads
        wanted = [name for name in names if name not in heads]
        if not wanted:
            return
        # On SQLite the transaction already holds the one write lock (IMMEDIATE).
        sql = _HEADS.format(", ".join(["%s"] * len(wanted))) + (" FOR UPDATE" if connection.vendor == "postgresql" else "")
        with connection.cursor() as cursor:
            cursor.execute(sql, wanted)
            found = {name: (number, bytes(digest)) for name, number, digest in cursor.fetchall()}
            missing = [(name, b"") for name in wanted if name not in found]
            if missing:
                cursor.executemany(_NEW_HEAD, missing)
                cursor.execute(sql, wanted)
                found = {name: (number, bytes(digest)) for name, number, digest in cursor.fetchall()}
        heads.update(found)

    def answer(self, scope: str, key: str) -> tuple[str, Answer] | None:
        with connection.cursor() as cursor:
            cursor.execute(_ANSWER, [scope, key])
            row = cursor.fetchone()
        if row is None:
            return None
        if connection.vendor == "postgresql":
            waiting.sync()  # the first answer may still be on its way to the disk
        return row[0], read_answer(bytes(row[1]))

    def remember(self, order: Order, content: str, answer: Answer) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_REMEMBER, [order.scope, order.key, content, canonical(answer)])

    def append(self, drafts: Drafts, order: Order, facts: str, rulebook: str) -> tuple[Written, ...]:
        basis = Basis(rulebook, facts, __version__)
        recorded_at = connection.ops.adapt_datetimefield_value(order.at)
        written: list[Written] = []
        added: dict[str, list[ChainedRecord]] = {}
        statements: list[Statement] = []
        for dossier, records in drafts:
            if not records:
                continue
            self.lock([dossier])
            number, digest = self._own.heads[dossier]
            stamps = [Stamp(order.at, order.actor, order.key, basis, secrets.token_hex(16)) for _ in records]
            bodies = [body_of(record, stamp) for record, stamp in zip(records, stamps, strict=True)]
            links = chain_records(dossier, bodies, number, digest or None)
            for record, link in zip(records, links, strict=True):
                place = (dossier, link.number, record.kind, record.on.isoformat())
                digests = (link.body_digest, link.prev_digest, link.chain_digest)
                statements.append((_RECORD, (*place, link.body, *digests, recorded_at)))
                statements.append((_PENDING, (link.chain_digest, dossier, link.number)))
                written.append(Written(dossier, link.number, record.kind, link.chain_digest.hex()))
            self._own.heads[dossier] = head = (links[-1].number, links[-1].chain_digest)
            statements.append((_MOVE_HEAD, (*head, dossier)))
            added.setdefault(dossier, []).extend(links)
        run(statements)
        for dossier, links in added.items():
            if projected(dossier):
                entries = [read_body(link.number, link.body) for link in links]
                before = self._own.parts.pop(dossier, None)
                if before is None:
                    before, after = self.states.follow(dossier, entries)
                else:
                    after = advance(dossier, entries, before)
                moved = max((each.number for each in entries if each.record.kind != ATTEMPT), default=0)
                rows = project(dossier, entries[-1].number, moved, after, before)
                run([*rows, *queued(dossier, entries, after, recorded_at)])
        return tuple(written)

    def draw(
        self, order: Order, content: str, wanted: Needs, decide: Callable[[Licence], Drawn | None]
    ) -> tuple[str, Answer] | None:
        # On SQLite there is one writer at a time whatever is decided before, and no message to save.
        if connection.vendor != "postgresql":
            return None
        try:
            return draw(order, content, wanted, decide)
        except OperationalError as error:
            raise Busy(cause=type(error).__name__) from error

    def entries(self, dossier: str, after: int = 0) -> Iterable[Entry]:
        with connection.cursor() as cursor:
            cursor.execute(_ENTRIES, [dossier, after])
            return [read_body(number, bytes(body)) for number, body in cursor.fetchall()]

    def chained(self, dossier: str) -> Sequence[ChainedRecord]:
        columns = ("number", "body", "body_digest", "prev_digest", "chain_digest")
        rows = models.LedgerRecord.objects.filter(dossier=dossier).order_by("number").values_list(*columns)
        return [ChainedRecord(number, *(bytes(part) for part in parts)) for number, *parts in rows]

    def dossiers(self, noun: str) -> Sequence[str]:
        rows = models.DossierHead.objects.filter(dossier__startswith=f"{noun}/", number__gt=0).order_by("dossier")
        return list(rows.values_list("dossier", flat=True))

    def about(self, noun: str, dossier: str) -> Sequence[str]:
        rows = models.Summary.objects.filter(noun=noun, about=dossier).order_by("dossier")
        return list(rows.values_list("dossier", flat=True))

    def random_bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)

    def secret(self, name: str) -> bytes:
        return hmac.digest(signing_key("secrets").private_bytes_raw(), name.encode(), "sha256")

    def register_party(
        self, party: str, names: Mapping[str, str], identifiers: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        known = {
            "name_en": names.get("en", party),
            "name_zh": names.get("zh-Hans", names.get("en", party)),
            "identifiers": {scheme: list(values) for scheme, values in (identifiers or {}).items()},
        }
        models.Party.objects.update_or_create(id=party, defaults=known)

    def party_identifiers(self, party: str) -> Mapping[str, Sequence[str]]:
        row = models.Party.objects.filter(id=party).values_list("identifiers", flat=True).first()
        return row or {}

    def party_names(self, parties: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        rows = models.Party.objects.filter(id__in=parties)
        return {row.id: {"en": row.name_en, "zh-Hans": row.name_zh} for row in rows}

    def next_number(self, series: str) -> int:
        models.Series.objects.get_or_create(name=series)
        models.Series.objects.filter(name=series).update(last=F("last") + 1)
        return models.Series.objects.get(name=series).last

    def journal(self) -> Journal:
        connection.ensure_connection()
        dialect = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
        # The office holds the transaction; journal rows and the ledger record stand or fall together.
        return Journal(EventStore(connection.connection, dialect, outer=connection.in_atomic_block))

    def keep_document(self, data: bytes, media: str) -> str:
        name = hashlib.sha256(data).hexdigest()
        with connection.cursor() as cursor:
            cursor.execute(_DOCUMENT, [name, media, len(data), data])
        return name

    def document(self, sha256: str) -> bytes:
        row = models.Document.objects.filter(sha256=sha256).first()
        if row is None:
            raise UnknownDossier(dossier=sha256)
        return bytes(row.content)

    def keep_sealed(self, digest: str, subject: str, audience: Sequence[str], sealed: bytes) -> None:
        models.VaultItem(digest=digest, subject=subject, audience=list(audience), sealed=sealed).save(force_insert=True)

    def sealed(self, digest: str) -> bytes | None:
        row = models.VaultItem.objects.filter(digest=digest).first()
        return None if row is None else bytes(row.sealed)

    def hand_in(self, looked: HandedIn, data: bytes, by: Actor, name: str, at: datetime) -> HandedIn:
        return documents.hand_in(looked, data, by, name, at)

    def handed_in(self, digests: Sequence[str], party: str) -> Mapping[str, HandedIn]:
        return documents.handed_in(party, digests)

    def file(self, sha256: str) -> bytes:
        return documents.read(sha256)
