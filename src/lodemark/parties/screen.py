"""The outcome of screening one party: HIT, REVIEW, CLEAR or UNKNOWN, with every part shown.

Only a list that is there, fresh and accepted can clear anybody; whatever prevents an answer gives UNKNOWN with its cause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from lodemark.parties.index import ListIndex, candidates
from lodemark.parties.listing import hold_reasons
from lodemark.parties.model import Listing, Match, Outcome, PairOutcome, Party, Screening, Unknown
from lodemark.parties.names import forms
from lodemark.parties.names.script import SUPPORTED, scripts
from lodemark.parties.score import Comparison, compare
from lodemark.parties.tables import Policy, matcher
from lodemark.parties.tables import policy as shipped_policy


def screen(
    party: Party, index: ListIndex | None, *, on: date, policy: Policy | None = None, exhaustive: bool = False
) -> Screening:
    """What the lists say about ``party`` on a day. ``exhaustive`` compares every line instead of the candidates."""
    terms = policy or shipped_policy()
    unknowns = [*_lists_unusable(index, on, terms), *_party_unreadable(party)]
    lines: Iterable[Listing] = () if index is None else index.listings if exhaustive else candidates(party, index)
    judged = [_match(party, listing, on, terms) for listing in lines]
    judged.sort(key=lambda match: (-match.score, match.listing.list_id, match.listing.id))
    matches = tuple(match for match in judged if match.outcome in ("HIT", "REVIEW"))
    unknowns += [
        Unknown("listing-status-unknown", {"list": match.listing.list_id, "listing": match.listing.id, "on": on})
        for match in matches
        if match.status == "unknown"
    ]
    return Screening(
        party=party.id,
        on=on,
        outcome=outcome_of(matches, unknown=bool(unknowns)),
        matches=matches,
        near_misses=tuple(match for match in judged if match.outcome == "near_miss"),
        unknowns=tuple(unknowns),
        lists=tuple((version.list_id, version.digest) for version in (index.versions if index else ())),
        next_change=min((day for match in matches if (day := match.listing.next_change(on))), default=None),
        matcher=matcher(),
    )


def outcome_of(matches: Iterable[Match], *, unknown: bool) -> Outcome:
    """HIT before UNKNOWN before REVIEW before CLEAR. A listing that is lifted is history; everything else about it counts."""
    counted = [match for match in matches if match.status != "lifted"]
    if any(match.outcome == "HIT" and match.status != "unknown" for match in counted):
        return "HIT"
    if unknown:
        return "UNKNOWN"
    return "REVIEW" if counted else "CLEAR"


def _match(party: Party, listing: Listing, on: date, policy: Policy) -> Match:
    found = compare(party, listing.party)
    return Match(
        party=party.id,
        listing=listing,
        outcome=pair_outcome(found, "person" in (party.kind, listing.party.kind), policy),
        level=found.level,
        score=found.score,
        features=found.features,
        contradictions=found.contradictions,
        unexplained=found.unexplained,
        status=listing.status_on(on),
    )


def pair_outcome(found: Comparison, person: bool, policy: Policy) -> PairOutcome:
    """The first row that applies. A name alone never makes a person a hit; a weak name or an unconfirmed row never anybody."""
    codes = {feature.code for feature in found.features}
    hard = any(contradiction.strength == "hard" for contradiction in found.contradictions)
    same = found.level in ("same-name", "same-name-other-script")
    if found.level == "identifier":
        return "REVIEW" if hard else "HIT"
    if same and not found.contradictions and not found.weak and found.confirmed and (not person or "birth-date-equal" in codes):
        return "HIT"
    if hard:
        return "near_miss" if found.level != "none" else "none"
    if same or found.score >= policy.review_at:
        return "REVIEW"
    return "near_miss" if found.score >= policy.near_at else "none"


def _lists_unusable(index: ListIndex | None, on: date, policy: Policy) -> Iterator[Unknown]:
    if index is None or not index.versions:
        yield Unknown("no-list", {})
        return
    for version in index.versions:
        age = (on - version.published).days
        if age > policy.list_age_days or age < 0:
            facts = {"list": version.list_id, "published": version.published, "days": age, "limit": policy.list_age_days}
            yield Unknown("list-stale", facts)
        if not version.listings:
            yield Unknown("list-empty", {"list": version.list_id})
        elif hold_reasons(version, None, policy) and not version.accepted:
            yield Unknown("list-inactive", {"list": version.list_id, "rows": len(version.refused)})


def _party_unreadable(party: Party) -> Iterator[Unknown]:
    """A party without one readable name in a script that can be compared is answered only by an identifier."""
    readable = [name for name in party.names if forms(name.text).forms]
    identified = any(one.valid == "yes" for one in party.identifiers)
    if not readable:
        yield Unknown("name-unreadable", {"party": party.id})
    elif not identified and not any(scripts(name.text) <= SUPPORTED for name in readable):
        yield Unknown("script-unsupported", {"party": party.id, "name": readable[0].text})
