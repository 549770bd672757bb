"""The part of a licence that one act looks at, so that the thousandth drawdown costs what the first one did.

A drawdown needs the terms, the holds, the accounts, and of the other drawdowns only those of its own shipment and, where
the number of exports is limited, those that count as an export. ``decide`` and ``fold`` answer on this part as they do on
the whole; the shell keeps it in rows that are found by name::

    part = narrowed(licence, needs(command))
    assert decide(part, command, facts, rules) == decide(licence, command, facts, rules)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from lodemark.licence.commands import Command, NoteRelease, Post, Reserve, Reverse, Void
from lodemark.licence.conditions import of_line
from lodemark.licence.model import Account, Change, Drawdown, Ending, Hold, Licence, Terms


@dataclass(frozen=True, slots=True)
class Core:
    """What no drawdown changes; ``gate`` counts the acts that did."""

    terms: Terms
    granted_at: datetime
    holds: tuple[Hold, ...]
    ending: Ending | None
    changes: tuple[Change, ...]
    gate: int


@dataclass(frozen=True, slots=True)
class Needs:
    """The drawdowns an act looks at: the named one and those of ``shipment``, or of its own where that is empty."""

    drawdown: str
    shipment: str = ""


def needs(command: Command) -> Needs | None:
    """What a command looks at; ``None`` where it is the whole licence (acts that hold or end one, which are few)."""
    match command:
        case Reserve():
            return Needs(command.drawdown, command.shipment)
        case Post() | Void() | Reverse():
            return Needs(command.drawdown)
        case NoteRelease():
            return Needs(command.post.drawdown)
    return None


def counts_every_export(terms: Terms) -> bool:
    """Whether each drawdown that was not voided bears on the next one: a limited number of exports is shared by all."""
    return terms.max_exports is not None


def judged_alone(terms: Terms, line: int) -> bool:
    """Whether a reservation on this line is judged by terms, holds and accounts, whatever other drawdowns there are."""
    per_shipment = any(each.code == "max-per-shipment" and each.checked_at == "reserve" for each in of_line(terms, line))
    return not counts_every_export(terms) and not per_shipment


def core_of(licence: Licence) -> Core:
    """The part that no drawdown changes."""
    return Core(licence.terms, licence.granted_at, licence.holds, licence.ending, licence.changes, licence.gate)


def assembled(
    core: Core, latest: datetime, accounts: Mapping[tuple[int, str], Account], drawdowns: Iterable[Drawdown]
) -> Licence:
    """The licence as far as these drawdowns tell."""
    known = {draw.id: draw for draw in drawdowns}
    exports = frozenset(draw.shipment for draw in known.values() if any(draw.net.values()))
    return Licence(
        terms=core.terms,
        granted_at=core.granted_at,
        latest=latest,
        accounts=accounts,
        drawdowns=known,
        exports=exports,
        holds=core.holds,
        ending=core.ending,
        changes=core.changes,
        gate=core.gate,
    )


def narrowed(licence: Licence, wanted: Needs | None) -> Licence:
    """The part of a licence that is wanted, as the shell reads it from rows; the whole of it for ``None``."""
    if wanted is None:
        return licence
    named = licence.drawdowns.get(wanted.drawdown)
    shipments = {wanted.shipment or (named.shipment if named else "")}
    every = counts_every_export(licence.terms)
    kept = [
        draw
        for draw in licence.drawdowns.values()
        if draw.id == wanted.drawdown or draw.shipment in shipments or (every and draw.state != "voided")
    ]
    return assembled(core_of(licence), licence.latest, licence.accounts, kept)
