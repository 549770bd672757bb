"""``/queries/{name}/subscriptions``: standing orders on a named query, told to a webhook by ``jobs.deliver``."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpResponse

from lodemark.custody.orders import add_subscription, delete_subscription, subscription, subscriptions
from lodemark.custody.subscribe import cursor_at, initial_time, read_subscription
from lodemark.custody.trouble import SubscriptionError
from lodemark_office.api.epcis.door import ROOT, Asked, body_of, json
from lodemark_office.api.epcis.paging import members_page
from lodemark_office.api.epcis.queries import own
from lodemark_office.api.reading import strict
from lodemark_office.doors.parts.acting import office
from lodemark_office.jobs import webhook


def listed(asked: Asked, name: str) -> HttpResponse:
    """The subscriptions of a query of this party."""
    own(asked, name)
    found = subscriptions(asked.journal, query=name)

    def read(after: str, size: int) -> tuple[list[object], str | None]:
        rest = [one for one in found if one.id > after]
        return [one.body() for one in rest[:size]], rest[size - 1].id if len(rest) > size else None

    bodies, headers = members_page(asked, f"subscriptions/{name}", read)
    return json(list(bodies), **headers)


def create(asked: Asked, name: str) -> HttpResponse:
    """A new standing order; what could not be delivered to is refused now, not at midnight."""
    own(asked, name)
    data, _ = body_of(asked)
    body = strict(data)
    if not isinstance(body, dict):
        raise SubscriptionError("subscription-when")
    start = cursor_at(asked.journal, initial_time(body))
    order = read_subscription(
        body, id=str(uuid.uuid4()), query=name, party=asked.hat.party_id, now=asked.now, newest=start,
        officer=asked.viewer.officer,
    )  # fmt: skip
    webhook.looked_at(order.dest, settings.OFFICE.webhook_hosts)
    with office().store.transaction():
        add_subscription(office().store.journal(), order)
    return json(order.body(), 201, Location=f"{ROOT}queries/{name}/subscriptions/{order.id}")


def one(asked: Asked, name: str, subscription_id: str) -> HttpResponse:
    """One subscription, without its secret."""
    own(asked, name)
    return json(subscription(asked.journal, name, subscription_id).body())


def remove(asked: Asked, name: str, subscription_id: str) -> HttpResponse:
    """End it."""
    own(asked, name)
    with office().store.transaction():
        delete_subscription(office().store.journal(), name, subscription_id)
    return HttpResponse(status=204)
