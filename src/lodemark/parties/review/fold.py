"""From records to the judgements that hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Any

from lodemark.ledger import Record
from lodemark.parties.review.model import Judgement, MatchKey, Reviews


def fold(records: Iterable[Record], state: Reviews | None = None) -> Reviews:
    """The judgements after ``records``, going on from ``state``; an unknown kind is our mistake and stops."""
    return reduce(_step, records, state or Reviews())


def _step(state: Reviews, record: Record) -> Reviews:
    facts: Mapping[str, Any] = record.facts
    key = MatchKey(**facts["key"])
    match record.kind:
        case "match-reviewed":
            found = Judgement(
                decision=facts["decision"],
                reason=facts["reason"],
                reviewer=facts["reviewer"],
                on=record.on,
                until=date.fromisoformat(facts["until"]),
                was=facts["was"],
            )
        case "match-countersigned":
            found = replace(state.judged[key], countersigned=True)
        case "review-lapsed":
            found = replace(state.judged[key], lapsed=facts["changed"])
        case _:
            raise AssertionError(f"no such record in a review: {record.kind}")
    return Reviews({**state.judged, key: found})
