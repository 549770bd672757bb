"""From records to the state of an application."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from lodemark.application.state import Deficiency, Filing, Returned, Version
from lodemark.ledger import Record


def fold(records: Iterable[Record], state: Filing | None = None) -> Filing:
    """The state after ``records``, going on from ``state``; an unknown kind is our mistake and stops."""
    return reduce(_step, records, state or Filing())


def _step(state: Filing, record: Record) -> Filing:
    match record.kind:
        case "application-submitted":
            return replace(state, status="submitted", versions=(*state.versions, _version(record)))
        case "application-returned":
            items = tuple(item_from(item) for item in _list(record.facts["items"]))
            returned = Returned(len(state.versions), record.on, items)
            return replace(state, status="returned", returns=(*state.returns, returned))
        case "application-withdrawn":
            return replace(state, status="withdrawn")
        case "document-accepted-unscanned":
            return replace(state, unscanned=state.unscanned | {str(record.facts["sha256"])})
        case _:
            raise AssertionError(f"no such record in an application: {record.kind}")


def _version(record: Record) -> Version:
    facts: Mapping[str, Any] = record.facts
    return Version(
        number=facts["version"],
        on=record.on,
        content_digest=facts["content_digest"],
        on_paper=facts["on_paper"],
        changed=tuple(facts["changed"]),
        open_items=tuple((item["rule_id"], item["path"]) for item in facts["open_items"]),
    )


def item_from(facts: Mapping[str, Any]) -> Deficiency:
    """A deficiency read back from a record."""
    lists = {"reopens": tuple(facts["reopens"]), "audience": tuple(facts["audience"])}
    return Deficiency(**{**facts, **lists})


def _list(value: object) -> Sequence[Mapping[str, Any]]:
    assert isinstance(value, Sequence), value
    return value
