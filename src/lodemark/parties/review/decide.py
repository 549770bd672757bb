"""Who may judge a match, with what, and what needs a second person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from lodemark.ledger import Record, jsonable
from lodemark.parties.review.model import Command, Countersign, Lapse, ReviewMatch, Reviews
from lodemark.parties.tables import Policy
from lodemark.trouble import Reason, Refusal


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """How long a judgement holds, in days."""

    review_days: int

    @classmethod
    def of(cls, policy: Policy) -> ReviewRules:
        """From the house values of screening."""
        return cls(policy.review_days)


def decide(state: Reviews, command: Command, facts: None, rules: ReviewRules) -> tuple[Record, ...] | Refusal:
    """The records of a command, or every reason against it. The match itself is in the command: nothing else is looked at."""
    match command:
        case ReviewMatch():
            return decide_review(command, rules)
        case Countersign():
            return decide_countersign(state, command)
        case Lapse():
            return decide_lapse(state, command)


def decide_review(ask: ReviewMatch, rules: ReviewRules) -> tuple[Record, ...] | Refusal:
    """A judgement needs a reason, and *same* or *different* the evidence that was looked at; names alone are what the machine had."""
    reasons = list(_unfounded(ask))
    if reasons:
        return Refusal(tuple(reasons))
    listing = ask.match.listing
    facts = {
        "key": ask.key,
        "listing": listing.id,
        "list": listing.list_id,
        "decision": ask.decision,
        "reason": ask.reason,
        "evidence": ask.evidence,
        "reviewer": ask.by.person,
        "was": ask.match.outcome,
        "score": ask.match.score,
        "until": ask.on + timedelta(days=rules.review_days),
    }
    return (_record("match-reviewed", ask.on, facts),)


def _unfounded(ask: ReviewMatch) -> Iterator[Reason]:
    if ask.by.is_system:
        yield Reason("review-needs-a-person", None, {"party": ask.key.party})
    if not ask.reason.strip():
        yield Reason("review-without-reason", None, {"party": ask.key.party})
    if ask.decision != "undetermined" and not ask.evidence:
        yield Reason("review-without-evidence", None, {"party": ask.key.party, "decision": ask.decision})


def decide_countersign(state: Reviews, ask: Countersign) -> tuple[Record, ...] | Refusal:
    """*Different* on a hit takes effect when a person other than the reviewer agrees."""
    found = state.judged.get(ask.key)
    if found is None or found.lapsed or found.decision != "different" or found.was != "HIT" or found.countersigned:
        return Refusal((Reason("review-nothing-to-countersign", None, {"party": ask.key.party}),))
    if ask.by.is_system or ask.by.person == found.reviewer:
        return Refusal((Reason("review-same-person", None, {"person": ask.by.person}),))
    return (_record("match-countersigned", ask.on, {"key": ask.key, "by": ask.by.person}),)


def decide_lapse(state: Reviews, ask: Lapse) -> tuple[Record, ...] | Refusal:
    """Only a judgement that still holds can lapse."""
    found = state.judged.get(ask.key)
    if found is None or found.lapsed:
        return Refusal((Reason("review-nothing-to-lapse", None, {"party": ask.key.party}),))
    return (_record("review-lapsed", ask.on, {"key": ask.key, "changed": ask.changed}),)


def _record(kind: str, on: date, facts: object) -> Record:
    plain = jsonable(facts)
    assert isinstance(plain, dict)
    return Record(kind, on, plain)
