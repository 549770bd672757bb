"""Balances and ranges as bars: where parts begin and end in thousandths, so that a template draws and computes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lodemark.finding.model import Reach
from lodemark.licence.commodity import is_mass
from lodemark.licence.model import Account
from lodemark.measure import show_kg

WHOLE = 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """A balance. ``head`` is the line of a licence or the period of an agreement."""

    head: int
    commodity: str
    granted: str
    posted: str
    reserved: str
    lapsed: str
    available: str
    posted_to: int
    reserved_width: int
    lapsed_from: int
    lapsed_width: int


def bars(accounts: Mapping[tuple[int, str], Account]) -> list[Bar]:
    """One bar per line (or period) and commodity."""
    return [_bar(head, commodity, account) for (head, commodity), account in sorted(accounts.items())]


def _bar(head: int, commodity: str, account: Account) -> Bar:
    whole = account.granted or 1
    posted, reserved, lapsed = (value * WHOLE // whole for value in (account.posted, account.reserved, account.lapsed))
    values = (account.granted, account.posted, account.reserved, account.lapsed, account.available)
    return Bar(
        head,
        commodity,
        *(amount(commodity, value) for value in values),
        posted_to=posted,
        reserved_width=reserved,
        lapsed_from=WHOLE - lapsed,
        lapsed_width=lapsed,
    )


def amount(commodity: str, value: int) -> str:
    """An amount with its unit: masses in kilograms, pieces and money as counts; a number is never split from its unit."""
    return show_kg(value).replace(" ", "\N{NO-BREAK SPACE}") if is_mass(commodity) else str(value)


@dataclass(frozen=True, slots=True)
class Strip:
    """At least, expected, at most of a total, and whether the least and the most are certified."""

    low: str
    expected: str
    high: str
    total: str
    low_to: int
    expected_at: int
    high_to: int
    exact: bool
    gaps: tuple[str, ...]
    crosses: tuple[str, ...]


def strip(reach: Reach) -> Strip:
    """The range of a reach, drawn; the caller has looked that there is one."""
    whole = reach.total_mg or 1
    assert reach.low_mg is not None and reach.expected_mg is not None and reach.high_mg is not None
    masses = (reach.low_mg, reach.expected_mg, reach.high_mg)
    places = [min(WHOLE, value * WHOLE // whole) for value in masses]
    texts = [amount("gross", value) for value in (*masses, reach.total_mg)]
    return Strip(*texts, *places, exact=reach.exact, gaps=reach.gaps, crosses=reach.crosses)
