"""Records -> the obligation as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from lodemark.case.read import read
from lodemark.ledger import Record
from lodemark.trust.model import Outcome, Owed


def fold(records: Iterable[Record], state: Owed | None = None) -> Owed:
    """The obligation after ``records``, going on from ``state`` where one is given."""
    owed = state or Owed()
    for record in records:
        owed = _step(owed, record.kind, record.facts)
    return owed


def _step(owed: Owed, kind: str, facts: Mapping[str, Any]) -> Owed:
    match kind:
        case "obligation-owed":
            assert not owed.state, f"obligation {owed.id} is already owed"
            return Owed(
                id=facts["obligation"],
                party=facts["party"],
                kind=facts["kind"],
                due_on=read(date, facts["due_on"]),
                state="open",
                seriousness=read(Decimal, facts["seriousness"]),
            )
        case "obligation-kept":
            return _counts(replace(owed, evidence=facts["evidence"]), "late" if facts["late"] else "kept")
        case "obligation-missed":
            return _counts(owed, "missed")
        case "obligation-excuse-proposed":
            return replace(owed, state="excuse_proposed", excuse_by=facts["by"]["person"])
        case "obligation-excused":
            return _counts(owed, "excused")
        case "obligation-contested":
            return replace(owed, state="contested")
        case "obligation-settled":
            return _counts(owed, facts["outcome"])
        case _:
            raise AssertionError(f"an obligation has no record of kind {kind}")


def _counts(owed: Owed, outcome: Outcome) -> Owed:
    return replace(owed, state=outcome, counts_as=outcome)
