"""Subscriptions: what is due, how it is signed, how failure backs off. Pure; rows are ``orders``, sending is the shell's.

Delivery is at least once and in journal order: one cursor per subscription that moves only after the receiver said yes, so
nothing old is resent and nothing is lost. What is under way keeps its end and its id until then: a second try is the same
message, and a receiver that said yes into a broken line can tell.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from lodemark.custody.destination import host_of
from lodemark.custody.query.grammar import Query
from lodemark.custody.query.run import Cursor, Page, run
from lodemark.custody.schedule import Schedule
from lodemark.custody.trouble import SubscriptionError
from lodemark.custody.value import instant, microseconds
from lodemark.custody.visibility import Viewer

if TYPE_CHECKING:
    from lodemark.custody.journal import Journal

FIRST_RETRY, LAST_RETRY = timedelta(minutes=1), timedelta(hours=24)
MOST_FAILURES = 20  # by then more than a week has been tried
LONGEST_TOKEN = 1_000


@dataclass(frozen=True, slots=True)
class Batch:
    """What is under way: the journal number it ends with, and the instant of the first try."""

    until: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """A standing order on a named query. ``cursor`` is the journal number up to which the receiver has confirmed.

    ``next_at`` None: paused after too many failures, until somebody says go on. ``officer``: its party sees all.
    """

    id: str
    query: str
    party: str
    dest: str
    token: str
    created_at: datetime
    officer: bool = False
    cursor: int = 0
    schedule: Schedule | None = None
    report_if_empty: bool = False
    failures: int = 0
    next_at: datetime | None = None
    last_notified_at: datetime | None = None
    sent: Mapping[str, Any] = field(default_factory=dict)
    batch: Batch | None = None

    @property
    def paused(self) -> bool:
        """Whether it waits for a person."""
        return self.next_at is None

    @property
    def delivery_id(self) -> str:
        """The name of the message under way: the same for every try."""
        assert self.batch is not None, "nothing is under way"
        return f"{self.id}-{self.cursor}-{self.batch.until}"

    def body(self) -> dict[str, Any]:
        """The JSON a client reads; the signature token is never shown again."""
        told = {
            "subscriptionID": self.id,
            "dest": self.dest,
            "createdAt": self.created_at.isoformat(),
            "reportIfEmpty": self.report_if_empty,
        }
        told.update({"schedule": self.sent["schedule"]} if self.schedule else {"stream": True})
        if "initialRecordTime" in self.sent:
            told["initialRecordTime"] = self.sent["initialRecordTime"]
        if self.last_notified_at:
            told["lastNotifiedAt"] = self.last_notified_at.isoformat()
        if self.failures:
            told |= {"lode:failures": self.failures, "lode:paused": self.paused}
        return told


def read_subscription(
    body: Mapping[str, Any], *, id: str, query: str, party: str, now: datetime, newest: int, officer: bool = False
) -> Subscription:
    """A subscription as a client asks for it. Raises ``SubscriptionError`` naming the field.

    ``newest``: the journal number it starts after, the last one or that of ``initialRecordTime`` (``cursor_at``).
    """
    host_of(body.get("dest"))
    told, token = body.get("schedule"), body.get("signatureToken", "")
    if (told is None) == (body.get("stream") is not True) or not isinstance(told, Mapping | None):
        raise SubscriptionError("subscription-when")
    if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        raise SubscriptionError("subscription-token", longest=LONGEST_TOKEN)
    if not isinstance(body.get("reportIfEmpty", False), bool):
        raise SubscriptionError("subscription-report", value=str(body["reportIfEmpty"]))
    schedule = None if told is None else Schedule.read(told)
    first = schedule.next_after(now) if schedule else now
    if first is None:
        raise SubscriptionError(field="schedule", value=json.dumps(told))
    return Subscription(
        id=id, query=query, party=party, officer=officer, dest=body["dest"], token=token, created_at=now, cursor=newest,
        schedule=schedule, report_if_empty=body.get("reportIfEmpty", False), next_at=first,
        sent={name: value for name, value in body.items() if name != "signatureToken"},
    )  # fmt: skip


def initial_time(body: Mapping[str, Any]) -> datetime | None:
    """From which record time a client wants events; None: from now on."""
    told = body.get("initialRecordTime")
    try:
        return None if told is None else instant(str(told))
    except ValueError:
        raise SubscriptionError("subscription-initial-time", value=str(told)) from None


def due(subscription: Subscription, now: datetime) -> bool:
    """Whether it is time to look for events."""
    return subscription.next_at is not None and subscription.next_at <= now


def begin(
    journal: Journal, subscription: Subscription, query: Query, viewer: Viewer, now: datetime, most: int = 500
) -> tuple[Subscription, Page]:
    """(the subscription with what is under way, its events in journal order as the viewer may see them).

    What was under way already is the same again; ``query`` is the named one, its own order and limits play no part here.
    """
    whole = replace(query, order_by="", descending=False, limit=None, most=None, per_page=most)
    batch = subscription.batch
    newest = batch.until if batch else journal.store.number("SELECT MAX(seq) FROM custody_event")
    page = run(journal, whole, viewer=viewer, after=Cursor(None, subscription.cursor, newest, 0))
    if batch is None:
        batch = Batch(page.after.seq if page.after else max(newest, subscription.cursor), now)
    return replace(subscription, batch=batch), page


def worth_sending(subscription: Subscription, page: Page) -> bool:
    """An empty answer is sent only when it was asked for, and only on a schedule."""
    return bool(page.events) or (subscription.report_if_empty and subscription.schedule is not None)


def delivered(subscription: Subscription, page: Page, now: datetime) -> Subscription:
    """The receiver said yes, or there was nothing to say: the cursor moves, the next run is planned; more pages follow at once."""
    assert subscription.batch is not None, "nothing was under way"
    following = now if page.after is not None or subscription.schedule is None else subscription.schedule.next_after(now)
    told_at = now if worth_sending(subscription, page) else subscription.last_notified_at
    return replace(
        subscription, cursor=subscription.batch.until, batch=None, failures=0, next_at=following, last_notified_at=told_at
    )


def failed(subscription: Subscription, now: datetime) -> Subscription:
    """No yes: nothing moves, the wait doubles up to a day; after that it pauses, and its party reads so."""
    failures = subscription.failures + 1
    wait = min(FIRST_RETRY * 2 ** (failures - 1), LAST_RETRY)
    return replace(subscription, failures=failures, next_at=now + wait if failures < MOST_FAILURES else None)


def cursor_at(journal: Journal, since: datetime | None) -> int:
    """The journal number before the first event recorded at or after an instant: where a replay starts; None: the last."""
    if since is None:
        return journal.store.number("SELECT MAX(seq) FROM custody_event")
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
