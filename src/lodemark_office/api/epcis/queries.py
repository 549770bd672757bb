"""``/queries``: questions kept under a name. A name belongs to the party that gave it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from lodemark.custody.orders import delete_query, named_query, query_names, save_query
from lodemark.custody.query import Query
from lodemark.custody.trouble import NotInJournal, QueryError
from lodemark_office.api.epcis.door import ROOT, Asked, Refused, body_of, json
from lodemark_office.api.epcis.paging import events_page, members_page, params_of
from lodemark_office.api.reading import strict
from lodemark_office.doors.parts.acting import office

PAGING = ("perPage", "nextPageToken")
LONGEST_NAME = 120


def names(asked: Asked) -> HttpResponse:
    """The queries of this party, with their names."""
    listed = query_names(asked.journal, asked.hat.party_id)

    def read(after: str, size: int) -> tuple[list[str], str | None]:
        rest = [name for name in listed if name > after]
        return rest[:size], rest[size - 1] if len(rest) > size else None

    found, headers = members_page(asked, "queries", read)
    return json([_told(asked, str(name)) for name in found], **headers)


def create(asked: Asked) -> HttpResponse:
    """Keep a query, parsed first; a name that is taken is 409."""
    data, _ = body_of(asked)
    body = strict(data)
    name, query = (body.get("name"), body.get("query")) if isinstance(body, dict) else (None, None)
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME or "/" in name:
        raise QueryError("query-name", name="name", longest=LONGEST_NAME)
    if not isinstance(query, dict):
        raise QueryError("query-body", name="query")
    with office().store.transaction():
        save_query(office().store.journal(), name, body, party=asked.hat.party_id, now=asked.now)
    return HttpResponse(status=201, headers={"Location": f"{ROOT}queries/{name}"})


def one(asked: Asked, name: str) -> HttpResponse:
    """A query as it was kept."""
    return json(_told(asked, name))


def remove(asked: Asked, name: str) -> HttpResponse:
    """Forget a query."""
    own(asked, name)
    with office().store.transaction():
        delete_query(office().store.journal(), name)
    return HttpResponse(status=204)


def answers(asked: Asked, name: str) -> HttpResponse:
    """The events a named query finds now; the URL only pages. A stream of them is what a subscription is for."""
    if asked.request.GET.get("stream") == "true":
        raise Refused("ImplementationException", 501)
    _, body = own(asked, name)
    asked_for = {key: value for key, value in params_of(asked).items() if key in PAGING}
    told = {**body.get("query", body), **{key: value[-1] for key, value in asked_for.items()}}
    context = {"@context": body["@context"]} if "@context" in body else {}
    return events_page(asked, Query.from_json({**context, "query": told}), name)


def own(asked: Asked, name: str) -> tuple[Query, dict[str, Any]]:
    """A query of this party, parsed and as sent; another party's is answered like one that is not there."""
    query, body, party = named_query(asked.journal, name)
    if party != asked.hat.party_id:
        raise NotInJournal(what="query", id=name)
    return query, body


def _told(asked: Asked, name: str) -> dict[str, Any]:
    _, body = own(asked, name)
    return {"name": name, "query": body.get("query", body)}
