"""Run a query page by page, by keyset: pages neither shift, repeat nor skip while others capture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lodemark.custody.query.compile import clause
from lodemark.custody.query.grammar import Query
from lodemark.custody.stored import Stored
from lodemark.custody.trouble import QueryTooLarge
from lodemark.custody.value import microseconds
from lodemark.custody.visibility import OFFICER, Viewer, audience, redact, visible

if TYPE_CHECKING:
    from lodemark.custody.journal import Journal

_FOREVER = 2**62


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page starts: the last (order value, seq), the highest seq of the first page, how many were given."""

    value: int | str | None
    seq: int
    newest: int
    given: int


@dataclass(frozen=True, slots=True)
class Page:
    """Events as the viewer may see them, and where to go on; ``after`` None: this was the last."""

    events: tuple[Stored, ...]
    after: Cursor | None


def run(journal: Journal, query: Query, *, viewer: Viewer = OFFICER, after: Cursor | None = None) -> Page:
    """One page. Raises ``QueryTooLarge`` above ``maxEventCount``, never at it."""
    newest = after.newest if after else journal.store.number("SELECT MAX(seq) FROM custody_event")
    where, values = _where(query, viewer, newest)
    if query.most is not None and after is None:
        count = journal.store.number(
            f"SELECT COUNT(*) FROM (SELECT 1 FROM custody_event e WHERE {where} LIMIT ?) c", [*values, query.most + 1]
        )
        if count > query.most:
            raise QueryTooLarge(limit=query.most)
    size = query.per_page
    if query.limit is not None:
        size = min(size, query.limit - (after.given if after else 0))
    order, order_values = _order(query)
    way, sign = ("DESC", "<") if query.descending else ("ASC", ">")
    keyed = ""
    keyed_values: list[Any] = []
    if after is not None:
        if order == "e.seq":
            keyed, keyed_values = f" AND e.seq {sign} ?", [after.seq]
        else:
            keyed = f" AND ({order} {sign} ? OR ({order} = ? AND e.seq {sign} ?))"
            keyed_values = [*order_values, after.value, *order_values, after.value, after.seq]
    sql = f"SELECT e.seq, {order} FROM custody_event e WHERE {where}{keyed} ORDER BY {order} {way}, e.seq {way} LIMIT ?"
    listed: list[tuple[int, Any]] = []
    rows = journal.store.rows(sql, [*order_values, *values, *keyed_values, *order_values, size + 1])
    listed = [(int(row[0]), row[1]) for row in rows]
    more = len(listed) > size
    listed = listed[: max(size, 0)]
    found = journal.stored([seq for seq, _ in listed], query.known_at)
    given = (after.given if after else 0) + len(listed)
    ended = not more or (query.limit is not None and given >= query.limit)
    last = None if ended or not listed else Cursor(listed[-1][1], listed[-1][0], newest, given)
    return Page(tuple(_seen(stored, viewer) for stored in found if _wanted(stored, query)), last)


def _where(query: Query, viewer: Viewer, newest: int) -> tuple[str, list[Any]]:
    clauses = [clause(condition) for condition in query.conditions]
    sight = visible(viewer, query.conditions, query.order_by)
    known = microseconds(query.known_at) if query.known_at else _FOREVER
    as_of = _FOREVER if query.as_of_us is None else query.as_of_us
    fixed: tuple[str, list[Any]] = ("e.seq <= ? AND e.recorded_us <= ? AND e.occurred_us <= ?", [newest, known, as_of])
    parts = [fixed, sight, *clauses]
    return " AND ".join(sql for sql, _ in parts), [value for _, values in parts for value in values]


def _order(query: Query) -> tuple[str, list[Any]]:
    if not query.order_by:
        return "e.seq", []
    if query.order_by in ("eventTime", "recordTime"):
        return "e.occurred_us" if query.order_by == "eventTime" else "e.recorded_us", []
    best = "MAX" if query.descending else "MIN"
    sql = f"COALESCE((SELECT {best}(COALESCE(o.number, o.text)) FROM custody_event_field o WHERE o.event = e.seq AND o.scope = '' AND o.name = ?), '')"
    return sql, [query.order_by]


def _wanted(stored: Stored, query: Query) -> bool:
    return not query.statuses or stored.standing.status in query.statuses


def _seen(stored: Stored, viewer: Viewer) -> Stored:
    who = audience(viewer, stored)
    assert who is not None, "the query let a stranger's event through"
    return redact(stored, who)
