"""Read models: from the folded state of a dossier to the lines that lists and queues show.

Written in the transaction of the record they follow; ``rebuild`` makes the same lines from the records alone.
"""

from __future__ import annotations

from lodemark.ledger import read_body
from lodemark_office.acts.state import States
from lodemark_office.acts.summary import SUMMARIES, Account, Line, summarise
from lodemark_office.store import models


def project(dossier: str, states: States) -> None:
    """Write the read models of one dossier; a noun that no room folds has none."""
    if dossier.partition("/")[0] not in SUMMARIES:
        return
    line, accounts = summarise(dossier, states(dossier), _opened_by(dossier))
    models.Summary.objects.update_or_create(dossier=dossier, defaults=_line(dossier, line))
    for account in accounts:
        models.LicenceAccount.objects.update_or_create(
            dossier=dossier, line=account.line, commodity=account.commodity, defaults=_account(account)
        )


def _opened_by(dossier: str) -> str:
    first = models.LedgerRecord.objects.get(dossier=dossier, number=1)
    return read_body(1, bytes(first.body)).stamp.actor.party


def _line(dossier: str, line: Line) -> dict[str, object]:
    head = models.DossierHead.objects.get(dossier=dossier)
    return {
        "noun": dossier.partition("/")[0],
        "number": head.number,
        "reference": line.reference,
        "party": line.party,
        "state": line.state,
        "turn": line.turn,
        "due_on": line.due_on,
        "facts": dict(line.facts),
    }


def _account(account: Account) -> dict[str, int]:
    return {
        "granted": account.granted,
        "reserved": account.reserved,
        "posted": account.posted,
        "lapsed": account.lapsed,
    }
