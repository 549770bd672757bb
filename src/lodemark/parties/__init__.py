"""Who is this, are they listed, who owns them? Scores rank; rules and people decide.

index = build_index([load("list.csv", list_id="cn-control", profile="simple-csv", published=date(2026, 3, 1))])
screen(Party("p2", (Name("㈱ＳＵＢＡＲＵ"),)), index, on=date(2026, 3, 16)).outcome
"""

from lodemark.parties.identifier import identifier
from lodemark.parties.index import ListIndex, build_index, candidates
from lodemark.parties.listing import Delta, accept, diff, hold_reasons, listing_digest, load
from lodemark.parties.military import MilitaryUse, UseContext, military_use
from lodemark.parties.model import (
    Contradiction,
    Feature,
    Identifier,
    Listing,
    ListVersion,
    Match,
    Name,
    Outcome,
    Party,
    Period,
    RowError,
    Screening,
    Share,
    Unknown,
)
from lodemark.parties.score import compare
from lodemark.parties.screen import screen
from lodemark.parties.tables import Policy, policy
from lodemark.parties.trouble import ListUnreadable

__all__ = [
    "Contradiction",
    "Delta",
    "Feature",
    "Identifier",
    "ListIndex",
    "ListUnreadable",
    "ListVersion",
    "Listing",
    "Match",
    "MilitaryUse",
    "Name",
    "Outcome",
    "Party",
    "Period",
    "Policy",
    "RowError",
    "Screening",
    "Share",
    "Unknown",
    "UseContext",
    "accept",
    "build_index",
    "candidates",
    "compare",
    "diff",
    "hold_reasons",
    "identifier",
    "listing_digest",
    "load",
    "military_use",
    "policy",
    "screen",
]
