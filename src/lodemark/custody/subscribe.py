"""Named queries and subscriptions: what is due, how it is signed, how failure backs off. Sending is the shell's.

Delivery is at least once and in journal order: one cursor per subscription that moves only after the receiver said yes, so
nothing old is resent and nothing is lost.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lodemark.custody.query.grammar import Query
from lodemark.custody.query.run import Cursor, Page, run
from lodemark.custody.schedule import Schedule
from lodemark.custody.trouble import NotInJournal, QueryNameTaken, SubscriptionError
from lodemark.custody.value import from_microseconds, instant, microseconds
from lodemark.custody.visibility import Viewer

if TYPE_CHECKING:
    from lodemark.custody.journal import Journal

FIRST_RETRY, LAST_RETRY = timedelta(minutes=1), timedelta(hours=24)
MOST_FAILURES = 20  # by then more than a week has been tried


@dataclass(frozen=True, slots=True)
class Subscription:
    """A standing order on a named query. ``cursor`` is the journal number up to which the receiver has confirmed.

    ``next_at`` None: paused after too many failures, until somebody says go on.
    """

    id: str
    query: str
    party: str
    dest: str
    token: str
    created_at: datetime
    cursor: int = 0
    schedule: Schedule | None = None
    report_if_empty: bool = False
    failures: int = 0
    next_at: datetime | None = None
    last_notified_at: datetime | None = None
    sent: Mapping[str, Any] = field(default_factory=dict)

    @property
    def paused(self) -> bool:
        """Whether it waits for a person."""
        return self.next_at is None

    def body(self) -> dict[str, Any]:
        """The JSON a client reads; the signature token is never shown again."""
        told = {
            "subscriptionID": self.id,
            "dest": self.dest,
            "createdAt": self.created_at.isoformat(),
            "reportIfEmpty": self.report_if_empty,
        }
        told.update({"schedule": self.sent["schedule"]} if self.schedule else {"stream": True})
        if self.last_notified_at:
            told["lastNotifiedAt"] = self.last_notified_at.isoformat()
        return told


def read_subscription(body: Mapping[str, Any], *, id: str, query: str, party: str, now: datetime, newest: int) -> Subscription:
    """A subscription as a client asks for it. Raises ``SubscriptionError``.

    ``newest``: the journal's last number; a stream starts after it unless ``initialRecordTime`` asks for older events
    (the shell then sets ``cursor`` by ``cursor_at``).
    """
    dest = body.get("dest")
    if not isinstance(dest, str) or urlsplit(dest).scheme != "https":
        raise SubscriptionError("subscription-dest", dest=str(dest), detail="https")
    told = body.get("schedule")
    schedule = Schedule.read(told) if isinstance(told, Mapping) else None
    if schedule is None and body.get("stream") is not True:
        raise SubscriptionError(field="schedule", value="stream")
    first = schedule.next_after(now) if schedule else now
    if first is None:
        raise SubscriptionError(field="schedule", value=json.dumps(told))
    return Subscription(
        id=id, query=query, party=party, dest=dest, token=str(body.get("signatureToken", "")), created_at=now,
        cursor=newest, schedule=schedule, report_if_empty=body.get("reportIfEmpty") is True, next_at=first, sent=dict(body),
    )  # fmt: skip


def check_dest(dest: str, addresses: Sequence[str], allowed: Collection[str] = ()) -> None:
    """Refuse a destination inside our own walls: https only, every resolved address public, or the host on the list."""
    parts = urlsplit(dest)
    if parts.scheme != "https" or not parts.hostname or parts.username:
        raise SubscriptionError("subscription-dest", dest=dest, detail="https, no credentials")
    if parts.hostname in allowed:
        return
    if not addresses or not all(ipaddress.ip_address(address).is_global for address in addresses):
        raise SubscriptionError("subscription-dest", dest=dest, detail="its address is not public")


def due(subscription: Subscription, now: datetime) -> bool:
    """Whether it is time to look for events."""
    return subscription.next_at is not None and subscription.next_at <= now


def batch(journal: Journal, subscription: Subscription, most: int = 500) -> Page:
    """The next events of a subscription in journal order, as its party may see them."""
    query = replace(
        named_query(journal, subscription.query)[0], order_by="", descending=False, limit=None, most=None, per_page=most
    )
    newest = journal.store.number("SELECT MAX(seq) FROM custody_event")
    viewer = Viewer(subscription.party, officer=subscription.party == "office")
    return run(journal, query, viewer=viewer, after=Cursor(None, subscription.cursor, newest, 0))


def worth_sending(subscription: Subscription, page: Page) -> bool:
    """An empty answer is sent only when it was asked for, and only on a schedule."""
    return bool(page.events) or (subscription.report_if_empty and subscription.schedule is not None)


def delivered(subscription: Subscription, page: Page, now: datetime) -> Subscription:
    """The receiver said yes: the cursor moves, the next run is planned; more pages follow at once."""
    cursor = page.events[-1].seq if page.events else subscription.cursor
    following = now if page.after is not None or subscription.schedule is None else subscription.schedule.next_after(now)
    return replace(subscription, cursor=cursor, failures=0, next_at=following, last_notified_at=now)


def failed(subscription: Subscription, now: datetime) -> Subscription:
    """No yes: nothing moves, the wait doubles up to a day; after that it pauses and its party is told."""
    failures = subscription.failures + 1
    wait = min(FIRST_RETRY * 2 ** (failures - 1), LAST_RETRY)
    return replace(subscription, failures=failures, next_at=now + wait if failures < MOST_FAILURES else None)


def cursor_at(journal: Journal, since: datetime) -> int:
    """The journal number before the first event recorded at or after an instant: where a replay starts."""
    return journal.store.number("SELECT MAX(seq) FROM custody_event WHERE recorded_us < ?", (microseconds(since),))


def sign(body: bytes, token: str, now: datetime) -> str:
    """The ``GS1-Signature`` header: ``t=<unix>,v1=<hex HMAC-SHA-256 of t.body>``."""
    at = int(now.timestamp())
    tag = hmac.new(token.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={tag}"


def verify_signature(header: str, body: bytes, token: str, now: datetime, tolerance: timedelta = timedelta(minutes=5)) -> bool:
    """What a receiver does with it: the tag fits and the time is near."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    if not parts.get("t", "").isdecimal():
        return False
    at = datetime.fromtimestamp(int(parts["t"]), UTC)
    return abs(now - at) <= tolerance and hmac.compare_digest(sign(body, token, at), f"t={parts['t']},v1={parts.get('v1', '')}")


# -- kept in the journal's store -------------------------------------------------------------------------------------


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


def save_subscription(journal: Journal, s: Subscription) -> None:
    """Store a new or changed subscription."""
    told = {
        "dest": s.dest, "token": s.token, "report_if_empty": s.report_if_empty, "sent": dict(s.sent),
        "last": s.last_notified_at.isoformat() if s.last_notified_at else None,
    }  # fmt: skip
    due_us = microseconds(s.next_at) if s.next_at else 2**62
    row = (s.id, s.query, s.party, json.dumps(told), s.cursor, s.failures, due_us, microseconds(s.created_at))
    with journal.store.transaction():
        journal.store.run("DELETE FROM custody_subscription WHERE id = ?", (s.id,))
        journal.store.insert("subscription", _ROW, [row])


_ROW = "id, query, party, body, cursor_seq, failures, next_us, created_us"


def subscriptions(journal: Journal, *, query: str | None = None, due_at: datetime | None = None) -> list[Subscription]:
    """Subscriptions of a query, or those that are due."""
    where, values = ["1 = 1"], []
    for name, test in (("query = ?", query), ("next_us <= ?", microseconds(due_at) if due_at else None)):
        if test is not None:
            where.append(name)
            values.append(test)
    rows = journal.store.rows(f"SELECT {_ROW} FROM custody_subscription WHERE {' AND '.join(where)} ORDER BY id", values)
    return [_subscription(row) for row in rows]


def delete_subscription(journal: Journal, id: str) -> None:
    """End one subscription. Raises ``NotInJournal``."""
    with journal.store.transaction():
        if journal.store.run("DELETE FROM custody_subscription WHERE id = ?", (id,)) == 0:
            raise NotInJournal(what="subscription", id=id)


def _subscription(row: Sequence[Any]) -> Subscription:
    told = json.loads(row[3])
    asked = told["sent"].get("schedule")
    return Subscription(
        id=row[0], query=row[1], party=row[2], dest=told["dest"], token=told["token"],
        created_at=from_microseconds(row[7]), cursor=row[4], schedule=Schedule.read(asked) if asked else None,
        report_if_empty=told["report_if_empty"], failures=row[5],
        next_at=None if row[6] == 2**62 else from_microseconds(row[6]),
        last_notified_at=instant(told["last"]) if told["last"] else None, sent=told["sent"],
    )  # fmt: skip
