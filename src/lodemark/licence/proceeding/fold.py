"""From records to the file of an ending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Any

from lodemark.ledger import Record
from lodemark.licence.proceeding.model import EndingFile, EndingTerms


def fold(records: Iterable[Record], state: EndingFile | None = None) -> EndingFile:
    """The state after ``records``, going on from ``state``; an unknown kind is our mistake and stops."""
    return reduce(_step, records, state or EndingFile())


def _step(state: EndingFile, record: Record) -> EndingFile:
    facts: Mapping[str, Any] = record.facts
    match record.kind:
        case "ending-opened":
            answer_by = date.fromisoformat(facts["answer_by"]) if facts["answer_by"] else None
            return EndingFile(
                id=facts["proceeding"],
                licence=facts["licence"],
                holder=facts["holder"],
                act=facts["act"],
                ground=facts["ground"],
                provision=facts["provision"],
                reason=facts["reason"],
                terms=EndingTerms(**facts["terms"]),
                answer_by=answer_by,
                state="noticed" if answer_by else "open",
                opener=facts["by"]["person"],
            )
        case "ending-answered":
            return replace(state, state="answered", text=facts["text"])
        case "ending-waived":
            return replace(state, state="waived")
        case "ending-proposed":
            by = facts["by"]["person"]
            return replace(state, state="proposed", response=facts["response"], digest=facts["digest"], proposer=by)
        case "ending-signed":
            return replace(state, state="signed", signer=facts["by"]["person"], signed_on=record.on)
        case "ending-sent-back":
            return replace(state, state="sent_back", comment=facts["comment"])
        case "ending-dropped":
            return replace(state, state="dropped", comment=facts["reason"])
        case _:
            raise AssertionError(f"no such record in a proceeding: {record.kind}")
