"""A list changed: whose answer changes? Exactly what a full re-screening would give, without screening everybody again.

Changed lines are put to an index of the *parties* with the same key statistics, so the candidate relation is the one that
screening uses, seen from the other side. New statistics or a new matcher need a full re-screening.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from lodemark.parties.index import KeyStats, ListIndex, build_index, candidates
from lodemark.parties.listing import Delta
from lodemark.parties.model import Listing, ListVersion, Party, Screening
from lodemark.parties.screen import screen
from lodemark.parties.tables import Policy


def build_party_index(parties: Iterable[Party], stats: KeyStats) -> ListIndex:
    """The same index over parties: each stands where a line of a list stands."""
    lines = tuple(Listing(party.id, "parties", party) for party in parties)
    return build_index([ListVersion("parties", "", date.min, "", "", lines)], stats)


def rescreen(
    delta: Delta,
    parties: ListIndex,
    previous: Mapping[str, Screening],
    index: ListIndex,
    *,
    on: date,
    policy: Policy | None = None,
) -> Iterator[Screening]:
    """New screenings of the parties whose answer the change can touch, in the order of the parties.

    ``index``: the lists after the change, built with the statistics of the index before it. A party is touched if a changed
    line is, or was, a candidate for it, or if its own last answer can change by the calendar.
    """
    lines = [*delta.added, *delta.removed, *(line for old, new, _ in delta.changed for line in (old, new))]
    touched = {found.id for line in lines for found in candidates(line.party, parties)}
    for listing in parties.listings:
        before = previous.get(listing.id)
        by_calendar = before is None or (before.next_change is not None and before.next_change <= on)
        if listing.id in touched or by_calendar:
            yield screen(listing.party, index, on=on, policy=policy)
