"""A licence in rows: its core once per act that is no drawdown, one row per drawdown, found by name or shipment.

So gathering for the thousandth drawdown reads what gathering for the first one read. The rows are a read model: written
with the record, made again by ``rebuild``, compared by ``audit``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

import orjson
from django.db import connection

from lodemark.ledger import jsonable
from lodemark.ledger.canonical import instant
from lodemark.licence import Account, Drawdown, Licence
from lodemark.licence.narrow import Core, Needs, assembled, core_of, counts_every_export
from lodemark.licence.shape import read
from lodemark_office.store import models
from lodemark_office.store.statement import Statement

_STATE = (
    "SELECT s.core, s.latest, s.moved, a.line, a.commodity, a.granted, a.reserved, a.posted, a.lapsed "
    "FROM store_licencestate s JOIN store_licenceaccount a ON a.dossier = s.dossier WHERE s.dossier = %s"
)
# One arm per index: where an OR spans two indexes SQLite reads every drawdown of the licence.
_DRAWDOWNS: Final = " UNION ".join(
    f"SELECT body FROM store_licencedrawdown WHERE dossier = %s AND {named} = %s" for named in ("drawdown", "shipment")
)
_EVERY_EXPORT: Final = " UNION SELECT body FROM store_licencedrawdown WHERE dossier = %s AND state <> 'voided'"
_SHIPMENT = "SELECT shipment FROM store_licencedrawdown WHERE dossier = %s AND drawdown = %s"
_PUT_STATE = (
    "INSERT INTO store_licencestate (dossier, gate, moved, latest, core) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (dossier) DO UPDATE SET gate = excluded.gate, moved = excluded.moved, latest = excluded.latest, "
    "core = excluded.core"
)
_MOVED = "UPDATE store_licencestate SET moved = %s, latest = %s WHERE dossier = %s"
_PUT_DRAWDOWN = (
    "INSERT INTO store_licencedrawdown (dossier, drawdown, shipment, state, body) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (dossier, drawdown) DO UPDATE SET state = excluded.state, body = excluded.body"
)


@dataclass(frozen=True, slots=True)
class Part:
    """What was read of a licence, and the last record that moved it by then."""

    licence: Licence
    moved: int


def load(dossier: str, wanted: Needs | None) -> Part | None:
    """The licence with the drawdowns that are wanted; ``None`` where it has no rows (an office from before these tables)."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [dossier])
        found = cursor.fetchall()
        if not found:
            return None
        text, latest, moved = found[0][:3]
        core = _read_core(text)
        accounts = {(line, commodity): Account(*amounts) for _, _, _, line, commodity, *amounts in found}
        drawdowns: Iterable[Drawdown] = ()
        if wanted:
            shipment = wanted.shipment or _shipment(dossier, wanted.drawdown)
            every = counts_every_export(core.terms)
            asked = [dossier, wanted.drawdown, dossier, shipment, *([dossier] if every else [])]
            cursor.execute(_DRAWDOWNS + _EVERY_EXPORT * every, asked)
            drawdowns = [read(Drawdown, orjson.loads(body)) for (body,) in cursor.fetchall()]
    return Part(assembled(core, datetime.fromisoformat(latest), accounts, drawdowns), moved)


def rows(dossier: str, moved: int, after: Licence, before: Licence | None) -> list[Statement]:
    """What brings the rows from ``before`` to ``after``; ``before`` is ``None`` where there are none."""
    if before is None or before.gate != after.gate:
        statements: list[Statement] = [(_PUT_STATE, [dossier, after.gate, moved, instant(after.latest), core_text(after)])]
    else:
        statements = [(_MOVED, [moved, instant(after.latest), dossier])]
    known = before.drawdowns if before else {}
    for name, draw in after.drawdowns.items():
        # The fold hands on what it did not touch, so identity tells what changed without looking inside.
        if known.get(name) is not draw:
            statements.append((_PUT_DRAWDOWN, [dossier, name, draw.shipment, draw.state, drawdown_text(draw)]))
    return statements


Kept = tuple[list[tuple[object, ...]], set[tuple[object, ...]]]
"""The state row and the drawdown rows of a licence, as an audit compares them."""


def kept(dossier: str) -> Kept:
    """What the tables hold of a licence."""
    states = models.LicenceState.objects.filter(dossier=dossier).values_list("gate", "moved", "latest", "core")
    draws = models.LicenceDrawdown.objects.filter(dossier=dossier).values_list("drawdown", "shipment", "state", "body")
    return list(states), set(draws)


def made(licence: Licence, moved: int) -> Kept:
    """What the tables must hold of it."""
    draws = {(name, draw.shipment, draw.state, drawdown_text(draw)) for name, draw in licence.drawdowns.items()}
    return [(licence.gate, moved, instant(licence.latest), core_text(licence))], draws


def core_text(licence: Licence) -> str:
    """The core as it is kept."""
    return orjson.dumps(jsonable(core_of(licence)), option=orjson.OPT_SORT_KEYS).decode()


def drawdown_text(draw: Drawdown) -> str:
    """A drawdown as it is kept."""
    return orjson.dumps(jsonable(draw), option=orjson.OPT_SORT_KEYS).decode()


def _shipment(dossier: str, drawdown: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_SHIPMENT, [dossier, drawdown])
        found = cursor.fetchone()
    return found[0] if found else ""


@lru_cache(maxsize=512)
def _read_core(text: str) -> Core:
    """Read once per process and text: a core is long, and the same from one drawdown to the next."""
    return read(Core, orjson.loads(text))
