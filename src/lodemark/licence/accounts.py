"""Accounts as the sum of transfers: lines of a licence and periods of an agreement are kept by the same rule."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping

from lodemark.ledger import Record
from lodemark.licence.model import Account, Transfer
from lodemark.licence.shape import read


def transfers_of(record: Record) -> tuple[Transfer, ...]:
    """The transfers a record carries; what the store writes to its transfer table."""
    return read(tuple[Transfer, ...], record.facts.get("transfers", ()))


def move(accounts: MutableMapping[tuple[int, str], Account], transfers: Iterable[Transfer]) -> None:
    """Lay transfers on accounts. An account below zero is our mistake: ``decide`` has checked the room."""
    for transfer in transfers:
        key = (transfer.line, transfer.commodity)
        account = accounts.get(key, Account())
        changed = {name: getattr(account, name) for name in ("granted", "reserved", "posted", "lapsed")}
        for name, amount in ((transfer.source, -transfer.amount), (transfer.target, transfer.amount)):
            family = name.partition("/")[0]
            if family == "granted":
                changed["granted"] -= amount  # amounts come from there, so leaving it means being granted
            elif family != "available":
                changed[family] += amount
        after = Account(**changed)
        assert min(after.available, after.reserved, after.posted, after.lapsed) >= 0, (transfer, account)
        accounts[key] = after
