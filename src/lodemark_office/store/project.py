"""Read models: from the folded state of a dossier to the lines that lists and queues show.

Written in the transaction of the record they follow; ``rebuild`` makes the same lines from the records alone.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import orjson
from django.db import connection

from lodemark.ledger import read_body
from lodemark.licence import Licence
from lodemark_office.acts.summary import SUMMARIES, Account, Line, summarise
from lodemark_office.store import licences
from lodemark_office.store.statement import Statement

_SUMMARY = (
    "INSERT INTO store_summary (dossier, noun, number, reference, party, about, state, turn, due_on, facts) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (dossier) DO UPDATE SET number = excluded.number, "
    "party = excluded.party, about = excluded.about, state = excluded.state, turn = excluded.turn, due_on = excluded.due_on, facts = excluded.facts"
)
_ACCOUNT = (
    "INSERT INTO store_licenceaccount (dossier, line, commodity, granted, reserved, posted, lapsed) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (dossier, line, commodity) DO UPDATE SET granted = excluded.granted, "
    "reserved = excluded.reserved, posted = excluded.posted, lapsed = excluded.lapsed"
)

_FIRST = "SELECT body FROM store_ledgerrecord WHERE dossier = %s AND number = 1"


def projected(dossier: str) -> bool:
    """Whether this noun has read models."""
    return dossier.partition("/")[0] in SUMMARIES


def project(dossier: str, number: int, moved: int, state: Any, before: Any = None) -> list[Statement]:
    """What writes the read models of one dossier that is ``state`` after its last record, ``number``.

    ``moved``: the last record that changed it, so not a mere attempt. What is as in ``before`` is not written again.
    """
    line, accounts = read_models(dossier, state)
    statements: list[Statement] = [(_SUMMARY, summary_row(dossier, number, line))]
    if isinstance(state, Licence) and state is not before:
        statements += [(_ACCOUNT, account_row(dossier, one)) for one in accounts]
        statements += licences.rows(dossier, moved, state, before)
    return statements


def read_models(dossier: str, state: Any) -> tuple[Line, tuple[Account, ...]]:
    """The lines of a dossier, made from its records alone."""
    line, accounts = summarise(dossier, state, partial(_opened_by, dossier))
    return line, tuple(accounts)


def summary_row(dossier: str, number: int, line: Line) -> list[object]:
    """The columns of a summary, in the order of the table."""
    facts = orjson.dumps(dict(line.facts)).decode()
    due_on = line.due_on.isoformat() if line.due_on else None
    noun = dossier.partition("/")[0]
    return [dossier, noun, number, line.reference, line.party, line.about, line.state, line.turn, due_on, facts]


def account_row(dossier: str, one: Account) -> list[object]:
    """The columns of an account, in the order of the table."""
    return [dossier, one.line, one.commodity, one.granted, one.reserved, one.posted, one.lapsed]


def _opened_by(dossier: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, [dossier])
        return read_body(1, bytes(cursor.fetchone()[0])).stamp.actor.party
