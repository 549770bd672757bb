"""The paths of GS1's OpenAPI file. Identifiers hold slashes, so the longer paths stand first."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import path

from lodemark.custody.collection import PARAMETERS
from lodemark_office.api.epcis import capture, contract, events, queries, subscriptions
from lodemark_office.api.epcis.door import Asked, Refused, json, serve
from lodemark_office.doors.parts.access import PUBLIC, access


def forget_token(asked: Asked, token: str) -> HttpResponse:
    """A token holds its own state and expires; there is nothing to delete."""
    return HttpResponse(status=204)


def nothing(asked: Asked, rest: str) -> HttpResponse:
    """No such path."""
    raise Refused("NoSuchResourceException")


urlpatterns = [
    path("", serve("", GET=events.root)),
    path("capture", serve("capture", GET=capture.jobs, POST=capture.capture)),
    path("capture/<str:capture_id>", serve("capture", GET=capture.one_job)),
    path("capture/<str:capture_id>/errors", serve("capture", GET=capture.errors)),
    path("events", serve("events", GET=events.events, POST=capture.capture_event)),
    path("events/<path:event_id>", serve("events", GET=events.one_event)),
    path("queries", serve("queries", GET=queries.names, POST=queries.create)),
    path("queries/<str:name>", serve("queries", GET=queries.one, DELETE=queries.remove)),
    path("queries/<str:name>/events", serve("queries", GET=queries.answers)),
    path("queries/<str:name>/subscriptions", serve("queries", GET=subscriptions.listed, POST=subscriptions.create)),
    path(
        "queries/<str:name>/subscriptions/<str:subscription_id>",
        serve("queries", GET=subscriptions.one, DELETE=subscriptions.remove),
    ),
    path("nextPageToken/<str:token>", serve("nextPageToken", DELETE=forget_token)),
]
for _name in PARAMETERS:
    urlpatterns += [
        path(_name, serve(_name, GET=partial(events.resource, name=_name))),
        path(f"{_name}/<path:value>/events", serve(_name, GET=partial(events.member_events, name=_name))),
        path(f"{_name}/<path:value>", serve(_name, GET=partial(events.member, name=_name))),
    ]
ROUTES = [(str(one.pattern), *one.callback.serves) for one in urlpatterns]


@access(PUBLIC)
def contract_of(request: HttpRequest) -> HttpResponse:
    """What is served, for machines."""
    return json(contract.document(ROUTES))


urlpatterns.insert(0, path("openapi.json", contract_of))
urlpatterns += [path("<path:rest>", serve("", GET=nothing, POST=nothing, DELETE=nothing))]
