"""Named queries and subscriptions as rows of the journal's store: work tables, not evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lodemark.custody.query.grammar import Query
from lodemark.custody.schedule import Schedule
from lodemark.custody.subscribe import Batch, Subscription
from lodemark.custody.trouble import NotInJournal, QueryNameTaken
from lodemark.custody.value import from_microseconds, instant, microseconds

if TYPE_CHECKING:
    from lodemark.custody.journal import Journal

_NEVER = 2**62
_ROW = "id, query, party, body, cursor_seq, failures, next_us, created_us"


def save_query(journal: Journal, name: str, body: Mapping[str, Any], *, party: str, now: datetime) -> Query:
    """Store a query under a name, parsed first. Raises ``QueryError``, or ``QueryNameTaken`` for an existing name."""
    query = Query.from_json(body)
    with journal.store.transaction():
        if journal.store.one("SELECT 1 FROM custody_named_query WHERE name = ?", (name,)):
            raise QueryNameTaken(name=name)
        journal.store.insert(
            "named_query",
            "name, party, query, created_us",
            [(name, party, json.dumps(dict(body), default=str), microseconds(now))],
        )
    return query


def named_query(journal: Journal, name: str) -> tuple[Query, dict[str, Any], str]:
    """(query, as sent, owner). Raises ``NotInJournal``."""
    row = journal.store.one("SELECT query, party FROM custody_named_query WHERE name = ?", (name,))
    if row is None:
        raise NotInJournal(what="query", id=name)
    body = json.loads(row[0])
    return Query.from_json(body), body, str(row[1])


def query_names(journal: Journal, party: str | None = None) -> list[str]:
    """Names, in order; those of one party when it is given."""
    where, values = ("WHERE party = ?", [party]) if party else ("", [])
    return [str(row[0]) for row in journal.store.rows(f"SELECT name FROM custody_named_query {where} ORDER BY name", values)]


def delete_query(journal: Journal, name: str) -> None:
    """Delete a named query; its subscriptions end with it. Raises ``NotInJournal``."""
    with journal.store.transaction():
        journal.store.run("DELETE FROM custody_subscription WHERE query = ?", (name,))
        if journal.store.run("DELETE FROM custody_named_query WHERE name = ?", (name,)) == 0:
            raise NotInJournal(what="query", id=name)


def add_subscription(journal: Journal, s: Subscription) -> None:
    """Store a new subscription."""
    with journal.store.transaction():
        journal.store.insert("subscription", _ROW, [(s.id, s.query, s.party, *_moving(s), microseconds(s.created_at))])


def update_subscription(journal: Journal, s: Subscription) -> bool:
    """Store where a subscription stands now; ``False``: its party ended it meanwhile, and ended it stays."""
    with journal.store.transaction():
        sql = "UPDATE custody_subscription SET body = ?, cursor_seq = ?, failures = ?, next_us = ? WHERE id = ?"
        return journal.store.run(sql, (*_moving(s), s.id)) == 1


def claim(journal: Journal, s: Subscription, until: datetime) -> bool:
    """Take a due subscription for one delivery; ``False``: another worker was faster. Who dies holding it loses it at ``until``."""
    assert s.next_at is not None, "a paused subscription is not due"
    with journal.store.transaction():
        sql = "UPDATE custody_subscription SET next_us = ? WHERE id = ? AND next_us = ?"
        return journal.store.run(sql, (microseconds(until), s.id, microseconds(s.next_at))) == 1


def subscriptions(
    journal: Journal, *, query: str | None = None, party: str | None = None, due_at: datetime | None = None
) -> list[Subscription]:
    """Subscriptions of a query or of a party, or those that are due, the longest waiting first."""
    where, values = ["1 = 1"], []
    for name, test in (("query = ?", query), ("party = ?", party), ("next_us <= ?", microseconds(due_at) if due_at else None)):
        if test is not None:
            where.append(name)
            values.append(test)
    order = "next_us, id" if due_at else "id"
    rows = journal.store.rows(f"SELECT {_ROW} FROM custody_subscription WHERE {' AND '.join(where)} ORDER BY {order}", values)
    return [_subscription(row) for row in rows]


def subscription(journal: Journal, query: str, id: str) -> Subscription:
    """One subscription of a query. Raises ``NotInJournal``."""
    row = journal.store.one(f"SELECT {_ROW} FROM custody_subscription WHERE query = ? AND id = ?", (query, id))
    if row is None:
        raise NotInJournal(what="subscription", id=id)
    return _subscription(row)


def delete_subscription(journal: Journal, query: str, id: str) -> None:
    """End one subscription of a query. Raises ``NotInJournal``."""
    with journal.store.transaction():
        if journal.store.run("DELETE FROM custody_subscription WHERE query = ? AND id = ?", (query, id)) == 0:
            raise NotInJournal(what="subscription", id=id)


def _moving(s: Subscription) -> tuple[str, int, int, int]:
    told = {
        "dest": s.dest, "token": s.token, "officer": s.officer, "report_if_empty": s.report_if_empty, "sent": dict(s.sent),
        "last": s.last_notified_at.isoformat() if s.last_notified_at else None,
        "batch": [s.batch.until, s.batch.at.isoformat()] if s.batch else None,
    }  # fmt: skip
    return json.dumps(told), s.cursor, s.failures, microseconds(s.next_at) if s.next_at else _NEVER


def _subscription(row: Sequence[Any]) -> Subscription:
    told = json.loads(row[3])
    asked, batch = told["sent"].get("schedule"), told["batch"]
    return Subscription(
        id=row[0], query=row[1], party=row[2], officer=told["officer"], dest=told["dest"], token=told["token"],
        created_at=from_microseconds(row[7]), cursor=row[4], schedule=Schedule.read(asked) if asked else None,
        report_if_empty=told["report_if_empty"], failures=row[5],
        next_at=None if row[6] == _NEVER else from_microseconds(row[6]),
        last_notified_at=instant(told["last"]) if told["last"] else None, sent=told["sent"],
        batch=Batch(batch[0], instant(batch[1])) if batch else None,
    )  # fmt: skip
