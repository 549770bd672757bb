"""Peers of ``drawdown``: the same rows written by Django's ORM, as it is usually done, without any law.

A peer is handed the bytes that ours has to make (body, answer, document), so what it costs is reading, checking the room
and saving; whatever ours costs more is the price of deciding by law, hashing and canonical form.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import DatabaseError, transaction

from lodemark.ledger.chain import chain
from lodemark_office.store import models

AT: Final = datetime(2026, 5, 4, 1, tzinfo=UTC)
BODY_BYTES, ANSWER_BYTES, DOCUMENT_BYTES = 1160, 215, 590
"""Sizes of what ours writes for one reservation, as measured."""

TRIES: Final = 50
"""A serialization failure is asked again this often before it counts as an error."""

TRANSIENT: Final = frozenset({"40001", "40P01", "23505"})
"""Serialization failure, deadlock, and the duplicate number that a competitor's head leads to before either is noticed."""

Ask = Callable[[str], str]
"""Ask for one drawdown of this name: ``done``, ``refused``, or the name of an error."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is raced for: a licence, what each ask takes of each commodity, and the place of this worker's own numbers."""

    licence: str
    amounts: Mapping[str, int]
    own_numbers: int


def naive(plan: Plan) -> Ask:
    """Read, check, save in one transaction, as with Django's defaults. Numbers of records come from a series of its own.

    Numbers from the head would collide on the primary key, and that key is our guard, not one that such a program has.
    """
    numbers = iter(range(plan.own_numbers, plan.own_numbers + 100_000))
    return _told(lambda name: _transact(plan, name, lock=False, number=next(numbers)))


def locked(plan: Plan) -> Ask:
    """``select_for_update`` on the head, then the same. On SQLite it locks nothing; the transaction's mode does."""
    return _told(lambda name: _transact(plan, name, lock=True))


def serializable(plan: Plan) -> Ask:
    """No lock; the engine refuses what is not serializable, and the transaction is run again."""

    def ask(name: str) -> str:
        for _ in range(TRIES - 1):
            try:
                return _transact(plan, name, lock=False)
            except DatabaseError as error:
                if getattr(error.__cause__, "sqlstate", "") not in TRANSIENT:
                    raise
        return _transact(plan, name, lock=False)

    return _told(ask)


def _told(ask: Ask) -> Ask:
    def told(name: str) -> str:
        try:
            return ask(name)
        except Exception as error:  # whatever a caller would have met
            return str(error).strip().splitlines()[0][:60]

    return told


def _transact(plan: Plan, name: str, *, lock: bool, number: int | None = None) -> str:
    with transaction.atomic():
        heads: Any = models.DossierHead.objects
        head = (heads.select_for_update() if lock else heads).get(dossier=plan.licence)
        if models.CommandAnswer.objects.filter(scope=plan.licence, key=name).exists():
            return "replayed"
        accounts = list(models.LicenceAccount.objects.filter(dossier=plan.licence))
        room = all(a.granted - a.reserved - a.posted - a.lapsed >= plan.amounts[a.commodity] for a in accounts)
        if room:
            models.Document.objects.create(
                sha256=hashlib.sha256(name.encode()).hexdigest(),
                media="application/json",
                size=DOCUMENT_BYTES,
                content=secrets.token_bytes(DOCUMENT_BYTES),
            )
        _record(head, "drawdown-reserved" if room else "attempt-refused", number)
        models.Summary.objects.filter(dossier=plan.licence).update(number=head.number)
        for account in accounts if room else ():
            account.reserved += plan.amounts[account.commodity]
            account.save(update_fields=["reserved"])
        models.CommandAnswer.objects.create(
            scope=plan.licence, key=name, content="0" * 64, answer=secrets.token_bytes(ANSWER_BYTES)
        )
    return "done" if room else "refused"


def _record(head: models.DossierHead, kind: str, number: int | None) -> None:
    body = secrets.token_bytes(BODY_BYTES)
    digest, previous = hashlib.sha256(body).digest(), bytes(head.digest)
    head.number = number or head.number + 1
    head.digest = chain(head.dossier, head.number, previous, digest)
    models.LedgerRecord.objects.create(
        dossier=head.dossier,
        number=head.number,
        kind=kind,
        on=AT.date(),
        body=body,
        body_digest=digest,
        prev_digest=previous,
        chain_digest=head.digest,
        recorded_at=AT,
    )
    models.PendingLeaf.objects.create(chain_digest=head.digest, dossier=head.dossier, number=head.number)
    head.save(update_fields=["number", "digest"])
