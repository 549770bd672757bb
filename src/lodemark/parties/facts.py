"""What a screening is worth as facts for ``rules``: only a hit is *listed*, only a clear answer is *not listed*.

The shell passes the result as ``gathered`` to ``rules.assess``; a party that was not screened is simply not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from lodemark.parties.military import MilitaryUse
from lodemark.parties.model import Match, Screening
from lodemark.parties.ownership import Owned
from lodemark.rules import UNKNOWN, FactValue, Known, Within


def as_facts(screening: Screening, measures: Iterable[str]) -> Mapping[str, FactValue]:
    """``party[id].listed[measure]`` for every measure the vocabulary knows.

    True: a hit whose listing is in force and carries the measure. False: nothing that could still carry it. Otherwise not
    known: a review nobody has done, a status nobody knows, a list that is not usable.
    """
    return {f"party[{screening.party}].listed[{measure}]": _listed(screening, measure) for measure in measures}


def _listed(screening: Screening, measure: str) -> FactValue:
    carrying = [match for match in screening.matches if measure in match.listing.measures]
    if any(match.outcome == "HIT" and match.status == "in_force" for match in carrying):
        return Known(True)
    if screening.unknowns or any(_may_count(match) for match in carrying):
        return UNKNOWN
    return Known(False)


def _may_count(match: Match) -> bool:
    """A suspended or lifted measure does not bite on that day, whoever the party is."""
    return match.status in ("in_force", "unknown")


def owned_share(owned: Owned, row: str) -> Mapping[str, FactValue]:
    """``party[id].owned_share[row]``: the share of listed parties, from what is sure to what is possible."""
    low, high = (Decimal(end.numerator) / Decimal(end.denominator) for end in (owned.low, owned.high))
    return {f"party[{owned.party}].owned_share[{row}]": Known(low) if low == high else Within(low, high)}


def military_user(party: str, use: MilitaryUse, *, reviewed: bool, declared: bool | None) -> Mapping[str, FactValue]:
    """``party[id].military``: true where evidence names it, not known while indicators wait for a person, else as declared."""
    ref = f"party[{party}].military"
    if use.grade == "named":
        return {ref: Known(True)}
    if declared is None or use.grade == "not-known" or (use.needs_review and not reviewed):
        return {ref: UNKNOWN}
    return {ref: Known(declared)}
