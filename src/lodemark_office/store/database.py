"""The store of the office: dossiers in SQLite or PostgreSQL, one transaction for records, read models and answer."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import orjson
from django.db import OperationalError, connection, transaction
from django.db.models import F

from lodemark import Reason, __version__
from lodemark.custody import POSTGRESQL, SQLITE, Journal
from lodemark.custody import Store as EventStore
from lodemark.ledger import Basis, Entry, Stamp, body_of, canonical, chain_records, read_body
from lodemark_office.acts.state import States
from lodemark_office.acts.store import Answer, Busy, Drafts, Order, UnknownDossier, Written
from lodemark_office.store import models
from lodemark_office.store.keys import signing_key
from lodemark_office.store.project import project


class DatabaseStore:
    """``acts.store.Store`` over Django's default connection. Makes no decision: it keeps what was decided."""

    def __init__(self) -> None:
        self.states = States(self)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        try:
            with transaction.atomic():
                yield
        except BaseException as error:
            # States folded from records that are now rolled back must not be served again.
            self.states.forget()
            if isinstance(error, OperationalError):
                # Locked, connection lost, disk full: wholly there or wholly absent, so the same key again is harmless.
                raise Busy(cause=type(error).__name__) from error
            raise

    def lock(self, names: Sequence[str]) -> None:
        known = set(self._heads(names))
        for name in names:
            if name not in known:
                models.DossierHead.objects.get_or_create(dossier=name)
        if len(known) < len(names):
            self._heads(names)

    def _heads(self, names: Sequence[str]) -> dict[str, models.DossierHead]:
        # On SQLite the transaction already holds the one write lock (IMMEDIATE).
        rows = models.DossierHead.objects.select_for_update().filter(dossier__in=names).order_by("dossier")
        return {row.dossier: row for row in rows}

    def answer(self, scope: str, key: str) -> tuple[str, Answer] | None:
        row = models.CommandAnswer.objects.filter(scope=scope, key=key).first()
        return None if row is None else (row.content, read_answer(bytes(row.answer)))

    def remember(self, order: Order, content: str, answer: Answer) -> None:
        models.CommandAnswer(scope=order.scope, key=order.key, content=content, answer=canonical(answer)).save(
            force_insert=True
        )

    def append(self, drafts: Drafts, order: Order, facts: str, rulebook: str) -> tuple[Written, ...]:
        basis = Basis(rulebook, facts, __version__)
        written: list[Written] = []
        for dossier, records in drafts:
            if not records:
                continue
            self.lock([dossier])
            head = models.DossierHead.objects.get(dossier=dossier)
            stamps = [Stamp(order.at, order.actor, order.key, basis, secrets.token_hex(16)) for _ in records]
            bodies = [body_of(record, stamp) for record, stamp in zip(records, stamps, strict=True)]
            links = chain_records(dossier, bodies, head.number, bytes(head.digest) or None)
            pairs = list(zip(records, links, strict=True))
            models.LedgerRecord.objects.bulk_create(
                models.LedgerRecord(
                    dossier=dossier,
                    number=link.number,
                    kind=record.kind,
                    on=record.on,
                    body=link.body,
                    body_digest=link.body_digest,
                    prev_digest=link.prev_digest,
                    chain_digest=link.chain_digest,
                    recorded_at=order.at,
                )
                for record, link in pairs
            )
            models.PendingLeaf.objects.bulk_create(
                models.PendingLeaf(chain_digest=link.chain_digest, dossier=dossier, number=link.number) for link in links
            )
            models.DossierHead.objects.filter(dossier=dossier).update(number=links[-1].number, digest=links[-1].chain_digest)
            written.extend(Written(dossier, link.number, record.kind, link.chain_digest.hex()) for record, link in pairs)
        for dossier in dict.fromkeys(dossier for dossier, records in drafts if records):
            project(dossier, self.states)
        return tuple(written)

    def entries(self, dossier: str, after: int = 0) -> Iterable[Entry]:
        rows = models.LedgerRecord.objects.filter(dossier=dossier, number__gt=after).order_by("number")
        return [read_body(number, bytes(body)) for number, body in rows.values_list("number", "body")]

    def dossiers(self, noun: str) -> Sequence[str]:
        rows = models.DossierHead.objects.filter(dossier__startswith=f"{noun}/", number__gt=0).order_by("dossier")
        return list(rows.values_list("dossier", flat=True))

    def random_bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)

    def secret(self, name: str) -> bytes:
        return hmac.digest(signing_key("secrets").private_bytes_raw(), name.encode(), "sha256")

    def register_party(self, party: str, names: Mapping[str, str]) -> None:
        known = {"name_en": names.get("en", party), "name_zh": names.get("zh-Hans", names.get("en", party))}
        models.Party.objects.update_or_create(id=party, defaults=known)

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
        models.Document.objects.get_or_create(sha256=name, defaults={"media": media, "size": len(data), "content": data})
        return name

    def document(self, sha256: str) -> bytes:
        row = models.Document.objects.filter(sha256=sha256).first()
        if row is None:
            raise UnknownDossier(dossier=sha256)
        return bytes(row.content)


def read_answer(data: bytes) -> Answer:
    """The answer as it was stored."""
    value = orjson.loads(data)
    return Answer(
        status=value["status"],
        written=tuple(Written(**each) for each in value["written"]),
        reasons=tuple(Reason(**each) for each in value["reasons"]),
        result=value["result"],
    )
