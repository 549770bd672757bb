"""Parties, listings and what a screening says about them. Frozen values; ``None`` and empty mean *not stated*."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

Outcome = Literal["HIT", "REVIEW", "CLEAR", "UNKNOWN"]
PairOutcome = Literal["HIT", "REVIEW", "near_miss", "none"]
NameKind = Literal["legal", "trading", "former", "alias", "weak", "cover", "brand", "acronym"]
PartyKind = Literal["organisation", "person", "unknown"]
Status = Literal["in_force", "suspended", "lifted", "unknown"]
Level = Literal["identifier", "same-name", "same-name-other-script", "similar", "brand-only", "none"]

LEVELS: Final[tuple[Level, ...]] = ("identifier", "same-name", "same-name-other-script", "similar", "brand-only", "none")
"""From the strongest to the weakest."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name as written. A ``weak`` name (a nickname, a common acronym) never makes a hit."""

    text: str
    kind: NameKind = "legal"
    lang: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier as written. ``valid``: whether its check digits are right (``unchecked``: the scheme has none we know)."""

    scheme: str
    value: str
    valid: Literal["yes", "no", "unchecked"] = "unchecked"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation or a person as stated by somebody."""

    id: str
    names: tuple[Name, ...]
    kind: PartyKind = "organisation"
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    born: str | None = None
    founded: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Period:
    """A status in ``[since, until)``; an open end says that no later date is known."""

    since: date | None
    until: date | None
    status: Status
    source: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One dated line of a list of parties. ``measures`` name the consequence; ``reference`` is the act it rests on."""

    id: str
    list_id: str
    party: Party
    status: tuple[Period, ...] = (Period(None, None, "in_force"),)
    measures: tuple[str, ...] = ()
    reference: str = ""

    def status_on(self, on: date) -> Status:
        """The status on a day; a day that no period covers is *not known*, never *lifted*."""
        for period in self.status:
            if (period.since is None or period.since <= on) and (period.until is None or on < period.until):
                return period.status
        return "unknown"

    def next_change(self, on: date) -> date | None:
        """The first later day on which the status may change by the calendar alone."""
        days = [day for period in self.status for day in (period.since, period.until) if day is not None and day > on]
        return min(days, default=None)


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that could not be read, with its text: nothing of a list is lost silently."""

    line: int
    raw: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListVersion:
    """One version of a list as loaded. ``digest`` is over the bytes; ``accepted``: an officer took it despite a hold reason."""

    list_id: str
    digest: str
    published: date
    source: str
    profile: str
    listings: tuple[Listing, ...]
    refused: tuple[RowError, ...] = ()
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Feature:
    """Something both sides agree in, with the words it was seen in."""

    code: str
    party_text: str
    list_text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Something both sides state and do not agree in. ``hard``: they cannot be the same; ``soft``: a person should look."""

    code: str
    strength: Literal["hard", "soft"]
    party_text: str
    list_text: str


@dataclass(frozen=True, slots=True)
class Match:
    """A party beside a listing. ``score`` ranks from 0 to 1; ``outcome`` comes from the level, not from the score alone."""

    party: str
    listing: Listing
    outcome: PairOutcome
    level: Level
    score: Decimal
    features: tuple[Feature, ...]
    contradictions: tuple[Contradiction, ...]
    unexplained: tuple[str, ...] = ()
    status: Status = "in_force"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why nothing can be said, as a code with its facts."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Screening:
    """What the lists say about a party on a day, with every part shown."""

    party: str
    on: date
    outcome: Outcome
    matches: tuple[Match, ...]
    near_misses: tuple[Match, ...]
    unknowns: tuple[Unknown, ...]
    lists: tuple[tuple[str, str], ...]
    next_change: date | None
    matcher: str


@dataclass(frozen=True, slots=True)
class Share:
    """A holding of ``owner`` in ``owned``, between two bounds; unknown is from 0 to 1. Capital and voting are never added."""

    owner: str
    owned: str
    low: Fraction
    high: Fraction
    kind: Literal["capital", "voting", "profit", "branch", "control", "unknown"] = "capital"
    source: str = ""
