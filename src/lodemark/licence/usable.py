"""Whether a licence may be used on a day: stored states by acts, derived states by dates and sums.

*Not yet valid*, *expired* and *exhausted* are never set by anybody: they follow from ``on`` and from the accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from lodemark.licence.commodity import element_of
from lodemark.licence.model import Licence, Line, State
from lodemark.trouble import Disagreement, Reason


@dataclass(frozen=True, slots=True)
class Usable:
    """The licence may be drawn on this day."""

    on: date


def legal_day(at: datetime, zone: str) -> date:
    """The calendar day of an instant in the regime's zone."""
    assert at.tzinfo is not None, "an instant without a time zone"
    return at.astimezone(ZoneInfo(zone)).date()


def day_start(day: date, zone: str) -> datetime:
    """The first instant of a calendar day in the regime's zone."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def state_at(licence: Licence, at: datetime) -> State:
    """The stored state at an instant: the last change not after it; before the grant there was nothing to use."""
    state: State = "ended"
    for change in licence.changes:
        if change.at <= at:
            state = change.state
    return state


def usable(licence: Licence, on: date, at: datetime | None = None) -> Usable | tuple[Reason, ...]:
    """Usable on the legal day ``on``, or every reason why not.

    Without ``at`` the stored state is the one after the last record: order follows the ledger, not the wall clock.
    With ``at`` it is the state at that instant, for goods that left before their message came.
    """
    reasons = in_force(licence, on, at)
    if exhausted(licence):
        reasons.append(Reason("licence-exhausted", None, {"number": licence.terms.number}))
    return tuple(reasons) or Usable(on)


def in_force(licence: Licence, on: date, at: datetime | None = None) -> list[Reason]:
    """Reasons from state and dates alone (a used-up licence still governs the goods already reserved)."""
    terms, reasons = licence.terms, []
    state = licence.state if at is None else state_at(licence, at)
    if state != "active":
        reasons.append(Reason(f"licence-{state}", None, {"number": terms.number, "since": _since(licence, at)}))
    if on < terms.valid_from:
        reasons.append(Reason("licence-not-yet-valid", None, {"number": terms.number, "from": terms.valid_from}))
    if on >= terms.valid_until:
        reasons.append(Reason("licence-expired", None, {"number": terms.number, "until": terms.valid_until}))
    return reasons


def clock_went_back(licence: Licence, at: datetime) -> Disagreement | None:
    """Two clocks that cannot both be right: a command dated before the last record of its dossier."""
    if at >= licence.latest:
        return None
    facts = {"number": licence.terms.number, "at": at, "latest": licence.latest}
    return Disagreement("licence-clock-went-back", licence.terms.id, facts)


def exhausted(licence: Licence) -> bool:
    """Nothing reserved, and nothing available on any line or the exports used up."""
    if any(account.reserved for account in licence.accounts.values()):
        return False
    return exports_left(licence) == 0 or not any(_line_open(licence, line.no) for line in licence.terms.lines)


def exports_left(licence: Licence, beside: str | None = None) -> int | None:
    """How many more shipments may leave; ``None`` where the number is not limited.

    Shipments with an open reservation count as taken, else two of them could race for the last export. ``beside``
    leaves one shipment out of the count: a second drawdown of the same shipment is no second export.
    """
    if licence.terms.max_exports is None:
        return None
    taken = licence.exports | {draw.shipment for draw in licence.open_drawdowns()}
    return licence.terms.max_exports - len(taken - {beside})


def _line_open(licence: Licence, no: int) -> bool:
    # A drawdown states every capped commodity, so one empty account closes the line, unless some model lacks it.
    line = licence.terms.line(no)
    return line is not None and all(licence.account(no, code).available > 0 for code in line.caps if _needed(line, code))


def _needed(line: Line, commodity: str) -> bool:
    element = element_of(commodity)
    return element is None or all(line.composition.get(model, {}).get(element) for model in line.models)


def _since(licence: Licence, at: datetime | None) -> datetime | None:
    earlier = [change.at for change in licence.changes if at is None or change.at <= at]
    return earlier[-1] if earlier else None
