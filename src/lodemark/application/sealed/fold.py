"""From records to an invitation as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

from lodemark.application.sealed.model import Given, Invitation, Opening, Question
from lodemark.ledger import Record


def fold(records: Iterable[Record], state: Invitation | None = None) -> Invitation:
    """The state after ``records``, going on from ``state``; an unknown kind is our mistake and stops."""
    return reduce(_step, records, state or Invitation())


def _step(state: Invitation, record: Record) -> Invitation:
    facts: Mapping[str, Any] = record.facts
    match record.kind:
        case "sealed-part-invited":
            questions = tuple(Question(**each) for each in facts["questions"])
            return Invitation(facts["invitation"], facts["by"]["party"], facts["to"], facts["note"], record.on, questions)
        case "sealed-part-given":
            new = {path: Given(record.on, digest) for path, digest in record.private.items()}
            declined = {path: Given(record.on) for path in facts["declined"]}
            return replace(state, given={**state.given, **new, **declined})
        case "sealed-part-opened":
            assert record.occurred_at is not None
            by = facts["by"]
            opening = Opening(record.occurred_at, by["person"], by["role"], tuple(facts["paths"]), facts["purpose"])
            return replace(state, openings=(*state.openings, opening))
        case _:
            raise AssertionError(f"no such record in an invitation: {record.kind}")
