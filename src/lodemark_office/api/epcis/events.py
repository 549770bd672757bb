"""``GET /events`` with the whole query grammar, one event by its id, and what the top-level resources lead to."""

from __future__ import annotations

from django.http import HttpResponse

from lodemark.custody.binding import TOP_LEVEL, collection
from lodemark.custody.collection import PARAMETERS, members
from lodemark.custody.query import Query
from lodemark.custody.trouble import NotInJournal
from lodemark_office.api.epcis.door import Asked, Refused, json
from lodemark_office.api.epcis.paging import LONGEST_URL, events_page, extensions_of, members_page, params_of

SEVERAL = "1000"


def root(asked: Asked) -> HttpResponse:
    """What there is."""
    return json(collection(TOP_LEVEL))


def events(asked: Asked, **fixed: str) -> HttpResponse:
    """Events by the query in the URL; ``fixed`` are parameters that the path adds."""
    if len(asked.request.get_full_path()) > LONGEST_URL:
        raise Refused("URITooLongException")
    return events_page(asked, Query.from_params({**params_of(asked), **fixed}, extensions_of(asked)))


def one_event(asked: Asked, event_id: str) -> HttpResponse:
    """Every statement under an id: the event, and the declarations about it."""
    query = Query.from_params({"EQ_eventID": [event_id], "perPage": SEVERAL})
    if not asked.journal.events(query, viewer=asked.viewer).events:
        raise NotInJournal(what="event", id=event_id)
    return events_page(asked, query)


def resource(asked: Asked, name: str) -> HttpResponse:
    """The members of a top-level resource that this viewer's events name."""
    found, headers = members_page(
        asked, name, lambda after, size: members(asked.journal, name, viewer=asked.viewer, after=after, size=size)
    )
    return json(collection([str(one) for one in found]), **headers)


def member(asked: Asked, name: str, value: str) -> HttpResponse:
    """What lies below a member; one that no event of this viewer names is not there."""
    query = Query.from_params({PARAMETERS[name]: [value], "perPage": "1"}, extensions_of(asked))
    if not asked.journal.events(query, viewer=asked.viewer).events:
        raise NotInJournal(what=name, id=value)
    return json(collection(["events"]))


def member_events(asked: Asked, name: str, value: str) -> HttpResponse:
    """The events of a member; the URL may narrow them further."""
    return events(asked, **{PARAMETERS[name]: value})
