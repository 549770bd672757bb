"""From records to a licence. One function per record kind; an unknown kind is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from lodemark.ledger import Record
from lodemark.licence.accounts import move, transfers_of
from lodemark.licence.model import (
    Account,
    Change,
    Drawdown,
    Ending,
    Hold,
    IssuedCredential,
    Licence,
    ModelMass,
    OutsideRelease,
    State,
    Terms,
)
from lodemark.licence.shape import read


@dataclass(slots=True)
class _Book:
    """The licence while records are laid on it. Private and mutable, so that a long dossier folds in linear time."""

    terms: Terms
    granted_at: datetime
    latest: datetime
    accounts: dict[tuple[int, str], Account] = field(default_factory=dict)
    drawdowns: dict[str, Drawdown] = field(default_factory=dict)
    holds: tuple[Hold, ...] = ()
    ending: Ending | None = None
    changes: list[Change] = field(default_factory=list)
    outside: list[OutsideRelease] = field(default_factory=list)
    issued: list[IssuedCredential] = field(default_factory=list)
    exports: set[str] = field(default_factory=set)
    gate: int = 0


def fold(records: Iterable[Record], state: Licence | None = None) -> Licence:
    """The licence after ``records``; ``state`` goes on from an earlier fold. The first record grants."""
    book = _open(state) if state else None
    for record in records:
        if record.kind == "licence-granted":
            assert book is None, "granted twice"
            book = _granted(record)
        else:
            assert book is not None, f"{record.kind} before the grant"
            assert record.kind in KINDS, f"unknown record kind {record.kind}"
            KINDS[record.kind](book, record)
        move(book.accounts, transfers_of(record))
        assert record.occurred_at is not None, record.kind
        book.latest = max(book.latest, record.occurred_at)
        if record.kind not in QUIET_KINDS:
            book.gate += 1
            _note_change(book, record)
    assert book is not None, "no records"
    return _close(book)


def _granted(record: Record) -> _Book:
    assert record.occurred_at is not None, record.kind
    return _Book(read(Terms, record.facts["terms"]), record.occurred_at, record.occurred_at)


def _reserved(book: _Book, record: Record) -> None:
    facts = record.facts
    assert facts["drawdown"] not in book.drawdowns, facts["drawdown"]
    shaped = {**facts, "id": facts["drawdown"], "state": "reserved", "reserved_at": _instant(record)}
    draw = read(Drawdown, shaped)
    book.drawdowns[draw.id] = draw


def _posted(book: _Book, record: Record) -> None:
    draw, news = _draw(book, record), read(_Posting, record.facts)
    book.drawdowns[draw.id] = replace(
        draw,
        state="posted",
        masses=news.masses,
        net=news.amounts,
        released_at=news.released_at,
        presented=news.presented,
    )
    if any(news.amounts.values()):
        book.exports.add(draw.shipment)


def _voided(book: _Book, record: Record) -> None:
    book.drawdowns[_draw(book, record).id] = replace(_draw(book, record), state="voided", closed_at=record.occurred_at)


def _reversed(book: _Book, record: Record) -> None:
    draw, taken = _draw(book, record), read(_Taken, record.facts).amounts
    net = {commodity: amount - taken.get(commodity, 0) for commodity, amount in draw.net.items()}
    assert min(net.values()) >= 0, (draw, taken)
    book.drawdowns[draw.id] = replace(draw, net=net)
    if not any(d.shipment == draw.shipment and any(d.net.values()) for d in book.drawdowns.values()):
        book.exports.discard(draw.shipment)


def _outside(book: _Book, record: Record) -> None:
    book.outside.append(read(OutsideRelease, record.facts))


def _issued(book: _Book, record: Record) -> None:
    book.issued.append(read(IssuedCredential, record.facts))


def _held(state: str) -> Callable[[_Book, Record], None]:
    def hold(book: _Book, record: Record) -> None:
        shaped = {**record.facts, "state": state, "since": _instant(record)}
        book.holds = (*book.holds, read(Hold, shaped))

    return hold


def _released(state: str) -> Callable[[_Book, Record], None]:
    def release(book: _Book, record: Record) -> None:
        book.holds = tuple(hold for hold in book.holds if hold.state != state)

    return release


def _confirmed(book: _Book, record: Record) -> None:
    book.holds = tuple(
        replace(hold, confirmed_by=str(record.facts["by"])) if hold.state == "suspended" else hold for hold in book.holds
    )


def _refused_amendment(book: _Book, record: Record) -> None:
    if record.facts["stands"]:
        _released("frozen")(book, record)


def _ended(act: str) -> Callable[[_Book, Record], None]:
    def end(book: _Book, record: Record) -> None:
        # Closing follows the four other endings as a formality; what those let lapse stays theirs to give back.
        if book.ending is None or act != "closed":
            shaped = {
                "act": act,
                "at": _instant(record),
                "on": record.on.isoformat(),
                "ground": record.facts["ground"],
                "lapsed": record.facts.get("transfers", ()),
            }
            book.ending = read(Ending, shaped)
        for draw in book.drawdowns.values():
            if draw.state == "reserved":
                book.drawdowns[draw.id] = replace(draw, state="lapsed", closed_at=record.occurred_at)

    return end


def _restored(book: _Book, record: Record) -> None:
    book.ending = None
    for draw in book.drawdowns.values():
        if draw.state == "lapsed":
            book.drawdowns[draw.id] = replace(draw, state="voided")


KINDS: Final[Mapping[str, Callable[[_Book, Record], None]]] = {
    "drawdown-reserved": _reserved,
    "drawdown-posted": _posted,
    "drawdown-voided": _voided,
    "drawdown-reversed": _reversed,
    "release-outside-licence": _outside,
    "licence-suspended": _held("suspended"),
    "licence-suspension-confirmed": _confirmed,
    "licence-suspension-fell": _released("suspended"),
    "licence-resumed": _released("suspended"),
    "licence-unfrozen": _released("frozen"),
    "licence-frozen": _held("frozen"),
    "licence-amendment-refused": _refused_amendment,
    "licence-withdrawn": _ended("withdrawn"),
    "licence-annulled": _ended("annulled"),
    "licence-revoked": _ended("revoked"),
    "licence-closed": _ended("closed"),
    "licence-restored": _restored,
    "licence-reopened": _restored,
    "credential-issued": _issued,
}
"""Every record kind of a licence dossier besides ``licence-granted``."""

QUIET_KINDS: Final = frozenset(
    {"drawdown-reserved", "drawdown-posted", "drawdown-voided", "drawdown-reversed"}
    | {"release-outside-licence", "credential-issued"}
)
"""Kinds that change no state of the licence, so they do not raise the gate."""


@dataclass(frozen=True, slots=True)
class _Posting:
    masses: tuple[ModelMass, ...]
    amounts: Mapping[str, int]
    released_at: datetime
    presented: str


@dataclass(frozen=True, slots=True)
class _Taken:
    amounts: Mapping[str, int]


def _draw(book: _Book, record: Record) -> Drawdown:
    return book.drawdowns[str(record.facts["drawdown"])]


def _instant(record: Record) -> str:
    assert record.occurred_at is not None, record.kind
    return record.occurred_at.isoformat()


def _note_change(book: _Book, record: Record) -> None:
    assert record.occurred_at is not None, record.kind
    held = {hold.state for hold in book.holds}
    state: State = "suspended" if "suspended" in held else "frozen" if "frozen" in held else "active"
    book.changes.append(Change(record.occurred_at, "ended" if book.ending else state))


def _open(state: Licence) -> _Book:
    return _Book(
        terms=state.terms,
        granted_at=state.granted_at,
        latest=state.latest,
        accounts=dict(state.accounts),
        drawdowns=dict(state.drawdowns),
        holds=state.holds,
        ending=state.ending,
        changes=list(state.changes),
        outside=list(state.outside),
        issued=list(state.issued),
        exports=set(state.exports),
        gate=state.gate,
    )


def _close(book: _Book) -> Licence:
    return Licence(
        terms=book.terms,
        granted_at=book.granted_at,
        latest=book.latest,
        accounts=book.accounts,
        drawdowns=book.drawdowns,
        exports=frozenset(book.exports),
        holds=book.holds,
        ending=book.ending,
        changes=tuple(book.changes),
        outside=tuple(book.outside),
        issued=tuple(book.issued),
        gate=book.gate,
    )
