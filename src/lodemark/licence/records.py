"""How an act becomes a record, and what lapses when a licence ends. Shared by drawdowns, acts and agreements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lodemark.ledger import Record, jsonable
from lodemark.licence.commands import Command
from lodemark.licence.model import Licence, Transfer


def acted(kind: str, command: Command, transfers: Iterable[Transfer], facts: Mapping[str, object]) -> Record:
    """The record of an act: its facts, who acted, and every transfer that moves something."""
    moved = [transfer for transfer in transfers if transfer.amount]
    shaped = jsonable({**facts, "transfers": moved, "by": command.by.person})
    assert isinstance(shaped, dict)
    return Record(kind, command.on, shaped, occurred_at=command.at)


def lapse(licence: Licence) -> list[Transfer]:
    """Everything available or reserved goes to ``lapsed``; what is posted stays posted."""
    transfers = [
        Transfer(line, commodity, account.available, "available", "lapsed")
        for (line, commodity), account in sorted(licence.accounts.items())
    ]
    for draw in licence.open_drawdowns():
        transfers += [
            Transfer(draw.line, commodity, amount, f"reserved/{draw.id}", "lapsed")
            for commodity, amount in sorted(draw.amounts.items())
        ]
    return [transfer for transfer in transfers if transfer.amount]
