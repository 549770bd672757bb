"""What is judged, by what key, and what the judgements so far amount to.

The key is made of what was compared, not of ids: a list that renumbers its lines keeps its reviews, a line or a party that
changes loses them. No review carries over to another party.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from lodemark.ledger import Actor, digest
from lodemark.parties.listing import listing_digest, party_digest
from lodemark.parties.model import Match, Party, Screening
from lodemark.parties.screen import outcome_of

Decision = Literal["same", "different", "undetermined"]


@dataclass(frozen=True, slots=True, order=True)
class MatchKey:
    """The party, the fields of it and of the listing that were compared, and the major version of the matcher."""

    party: str
    party_digest: str
    listing_digest: str
    matcher: str

    @property
    def digest(self) -> str:
        """One name for the key."""
        return digest(self)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person decided about one match, and until when it holds. ``countersigned``: by another person."""

    decision: Decision
    reason: str
    reviewer: str
    on: date
    until: date
    was: str
    countersigned: bool = False
    lapsed: str = ""


@dataclass(frozen=True, slots=True)
class Reviews:
    """The judgements about one party's matches."""

    judged: Mapping[MatchKey, Judgement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReviewMatch:
    """Judge one match: the same party, another one, or not to be told; with the reason and the evidence looked at."""

    on: date
    by: Actor
    match: Match
    key: MatchKey
    decision: Decision
    reason: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Countersign:
    """A second person agrees that a hit is somebody else."""

    on: date
    by: Actor
    key: MatchKey


@dataclass(frozen=True, slots=True)
class Lapse:
    """A judgement whose facts have changed or whose time is over goes back to the queue; ``changed`` says why."""

    on: date
    by: Actor
    key: MatchKey
    changed: str


Command = ReviewMatch | Countersign | Lapse


def key_of(party: Party, match: Match, matcher: str) -> MatchKey:
    """The key under which a match of this party is judged; only the major version of the matcher counts."""
    return MatchKey(party.id, party_digest(party), listing_digest(match.listing), matcher.partition(".")[0])


def reviewed(screening: Screening, party: Party, reviews: Reviews, on: date) -> Screening:
    """The screening with valid judgements applied: *different* takes a match out, *same* makes it a hit; the rest stays."""
    kept = []
    for match in screening.matches:
        found = reviews.judged.get(key_of(party, match, screening.matcher))
        if found is None or found.lapsed or not found.on <= on < found.until:
            kept.append(match)
        elif found.decision == "same":
            kept.append(replace(match, outcome="HIT"))
        elif found.decision == "undetermined" or (found.was == "HIT" and not found.countersigned):
            kept.append(match)
    return replace(screening, matches=tuple(kept), outcome=outcome_of(kept, unknown=bool(screening.unknowns)))
