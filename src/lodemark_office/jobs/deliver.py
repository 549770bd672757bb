"""Subscriptions: what is due is sent, after commit, and moves on only after the receiver said yes.

Killed between the yes and the note of it, the next worker sends the same message under the same id again. Nothing is held
while a stranger's server takes its time: a delivery is taken, sent, and noted, in two short transactions.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from lodemark.custody.binding import query_document
from lodemark.custody.orders import claim, named_query, subscriptions, update_subscription
from lodemark.custody.query import Page
from lodemark.custody.subscribe import Subscription, begin, cursor_at, delivered, failed, sign, worth_sending
from lodemark.custody.trouble import NotInJournal, SubscriptionError
from lodemark_office.acts.capturing import viewer_of
from lodemark_office.acts.office import Office
from lodemark_office.jobs import webhook

MEDIA = "application/ld+json"
HELD = timedelta(minutes=5)
"""How long a delivery may take before another worker may think that its worker died."""


def deliver(office: Office, now: datetime, allowed: Collection[str]) -> int:
    """Send what is due; how many messages were taken by their receivers."""
    newest = cursor_at(office.store.journal(), None)
    taken = 0
    for order in subscriptions(office.store.journal(), due_at=now):
        if order.schedule is None and order.batch is None and order.cursor >= newest:
            continue  # a stream that has all there is
        taken += _one(office, order, now, allowed)
    return taken


def _one(office: Office, order: Subscription, now: datetime, allowed: Collection[str]) -> bool:
    with office.store.transaction():
        journal = office.store.journal()
        if not claim(journal, order, now + HELD):
            return False
        try:
            query, _, _ = named_query(journal, order.query)
        except NotInJournal:
            return False  # it went with its query between the list and now
        begun, page = begin(journal, order, query, viewer_of(office, order.party, order.officer), now)
        after = delivered(begun, page, now)
        if not worth_sending(begun, page):
            update_subscription(journal, after)
            return False
        update_subscription(journal, replace(begun, next_at=now + HELD))
    fine = _sent(begun, page, now, allowed)
    with office.store.transaction():
        update_subscription(office.store.journal(), after if fine else failed(begun, now))
    return fine


def _sent(order: Subscription, page: Page, now: datetime, allowed: Collection[str]) -> bool:
    assert order.batch is not None, "begun, so something is under way"
    body = query_document(page.events, order.batch.at, media=MEDIA, query_name=order.query, subscription_id=order.id)
    headers = {"Content-Type": MEDIA, "Idempotency-Key": order.delivery_id, "GS1-EPCIS-Version": "2.0.0"}
    if order.token:
        headers["GS1-Signature"] = sign(body, order.token, now)
    try:
        return webhook.post(order.dest, body, headers, allowed)
    except SubscriptionError:
        return False  # public when it was accepted, inside our walls now: it waits like a server that is down
