"""A reservation on PostgreSQL in one call: what was decided before the lock is written if it still stands under it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from django.db import connection

from lodemark import __version__
from lodemark.ledger import Basis, Stamp, body_of, canonical, read_body
from lodemark.ledger.canonical import instant
from lodemark.licence import Licence, fold, transfers_of
from lodemark.licence.narrow import Needs
from lodemark_office.acts.state import ATTEMPT
from lodemark_office.acts.store import Answer, Drawn, Order, Written
from lodemark_office.store import licences, waiting
from lodemark_office.store.answers import read_answer

_CALL = f"SELECT outcome, place, chained, stored_content, stored_answer FROM lodemark_draw({', '.join(['%s'] * 18)})"
TRIES: Final = 3
"""So often it is decided without the lock; then under it."""

_CHAIN, _NUMBER = '"chain":""', '"number":0'


def draw(order: Order, content: str, wanted: Needs, decide: Callable[[Licence], Drawn | None]) -> tuple[str, Answer] | None:
    """The digest of the content that was answered under this key, and its answer; ``None``: decide it under the lock.

    ``decide`` answers ``None`` where it would have to look at other drawdowns than the ones wanted.
    """
    before = None
    for _ in range(TRIES):
        # Which drawdowns there are can only forbid, and a name that is taken is found by the call itself. So they are
        # read only to tell all reasons of a refusal at once.
        part = licences.load(order.scope, None)
        drawn = decide(part.licence) if part else None
        if drawn and drawn.reasons:
            part = licences.load(order.scope, wanted)
            drawn = decide(part.licence) if part else None
        if part is None or drawn is None or part == before:
            return None
        answered = _call(order, content, part, drawn)
        if answered is not None:
            return answered
        before = part
    return None


def _call(order: Order, content: str, part: licences.Part, drawn: Drawn) -> tuple[str, Answer] | None:
    record = drawn.record
    basis = Basis(drawn.rulebook, hashlib.sha256(drawn.document).hexdigest() if drawn.document else "", __version__)
    body = body_of(record, Stamp(order.at, order.actor, order.key, basis, secrets.token_hex(16)))
    answer = Answer("refused" if drawn.reasons else "done", (Written(order.scope, 0, record.kind, ""),), drawn.reasons)
    head, tail = canonical(answer).decode().rsplit(_NUMBER, 1)
    before, between = head.rsplit(_CHAIN, 1)
    parts = [before + _CHAIN[:-1], '"' + between + _NUMBER[:-1], tail]
    values: list[object] = [
        order.scope,
        order.key,
        content,
        part.licence.gate,
        part.moved,
        record.kind,
        record.on,
        body,
        order.at,
        parts,
    ]
    if record.kind == ATTEMPT:
        values += [None, None, None, None, None]
    else:
        after = fold([read_body(0, body).record], part.licence)
        [made] = [draw for name, draw in after.drawdowns.items() if name not in part.licence.drawdowns]
        moves = transfers_of(record)
        values += [made.line, [one.commodity for one in moves], [one.amount for one in moves]]
        values += [[made.id, made.shipment, made.state, licences.drawdown_text(made)], instant(after.latest)]
    values += [basis.facts, len(drawn.document), drawn.document]
    with connection.cursor() as cursor:
        cursor.execute(_CALL, values)
        outcome, number, chained, stored_content, stored = cursor.fetchone()
    if outcome == "stale":
        return None
    waiting.sync()
    if outcome == "answered":
        return stored_content, replace(read_answer(bytes(stored)), replayed=True)
    return content, replace(answer, written=(Written(order.scope, number, record.kind, bytes(chained).hex()),))
