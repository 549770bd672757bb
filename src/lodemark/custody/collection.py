"""The top-level resources: which event kinds, things, steps, places and dispositions the viewer's events name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lodemark.custody.model import KINDS
from lodemark.custody.query.grammar import Condition
from lodemark.custody.visibility import OFFICER, Viewer, visible
from lodemark.custody.vocabulary import bare

if TYPE_CHECKING:
    from lodemark.custody.journal import Journal

# resource -> (column of the event, vocabulary field, field group)
_COLUMNS: Mapping[str, tuple[str, str, str]] = {
    "eventTypes": ("kind", "", "base"),
    "bizSteps": ("step", "bizStep", "base"),
    "bizLocations": ("location", "", "place"),
    "readPoints": ("read_point", "", "place"),
    "dispositions": ("disposition", "disposition", "base"),
}
# resource -> the query parameter that ``/<resource>/<member>/events`` adds
PARAMETERS: Mapping[str, str] = {
    "eventTypes": "eventType",
    "epcs": "MATCH_anyEPC",
    "bizSteps": "EQ_bizStep",
    "bizLocations": "EQ_bizLocation",
    "readPoints": "EQ_readPoint",
    "dispositions": "EQ_disposition",
}


def members(
    journal: Journal, resource: str, *, viewer: Viewer = OFFICER, after: str = "", size: int = 30
) -> tuple[list[str], str | None]:
    """(members, where to go on) in canonical order; only what the viewer may see, right at once after a capture.

    One index step per member, so that a journal of a million events answers as fast as one of ten.
    """
    found: list[str] = []
    last = after
    while len(found) <= size:
        value = _next(journal, resource, viewer, last)
        if value is None:
            break
        found.append(value)
        last = value
    more = len(found) > size
    found = found[:size]
    word = _COLUMNS[resource][1] if resource in _COLUMNS else ""
    return [bare(value, word) if word else value for value in found], found[-1] if more else None


def _next(journal: Journal, resource: str, viewer: Viewer, last: str) -> str | None:
    if resource == "epcs":
        sight, values = visible(viewer, [Condition("epcs", "thing", "any", group="goods")])
        sql = (
            "SELECT MIN(x.uri) FROM custody_thing x WHERE x.uri > ? AND EXISTS (SELECT 1 FROM custody_event_thing t "
            "JOIN custody_event e ON e.seq = t.event WHERE t.thing = x.id "
            f"AND (t.role = 'parent' OR (t.count = 1 AND t.quantity IS NULL)) AND {sight})"
        )
    else:
        column, _, group = _COLUMNS[resource]
        sight, values = visible(viewer, [Condition(resource, "column", "in", group=group)])
        sql = f"SELECT MIN(e.{column}) FROM custody_event e WHERE e.{column} > ? AND {sight}"
    row = journal.store.one(sql, [last, *values])
    return None if row is None or row[0] is None else str(row[0])


def known_kinds() -> tuple[str, ...]:
    """Event kinds this repository understands, whether or not one was captured."""
    return tuple(sorted(KINDS))
