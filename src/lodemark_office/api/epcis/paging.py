"""Pages of events and of lists: a sealed token in ``Link``, for one question of one viewer, for a while."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import HttpResponse
from django.utils.http import urlencode

from lodemark.custody.binding import page_headers, query_document
from lodemark.custody.page import seal, unseal
from lodemark.custody.query import Cursor, Query
from lodemark.custody.query.grammar import DEFAULT_PAGE, LARGEST_PAGE
from lodemark.custody.trouble import QueryError
from lodemark_office.api.epcis.door import Asked, formats

LONGEST_URL = 8_000


def params_of(asked: Asked) -> dict[str, str | list[str]]:
    """The parameters of the URL, each decoded once."""
    return dict(asked.request.GET.lists())


def extensions_of(asked: Asked) -> str | None:
    """The prefixes a client declares by header."""
    return asked.request.headers.get("GS1-Extensions")


def events_page(asked: Asked, query: Query, name: str = "SimpleEventQuery") -> HttpResponse:
    """One page of events as this viewer may see them."""
    after = None
    if query.token:
        after = unseal(query.token, query.digest, asked.viewer.party, asked.page_key, asked.now)
    page = asked.journal.events(query, viewer=asked.viewer, after=after)
    data = query_document(page.events, asked.now, media=asked.media, query_name=name, **formats(asked))
    response = HttpResponse(data, content_type=asked.media)
    return _linked(asked, response, page.after, query.digest)


def members_page(
    asked: Asked, what: str, read: Callable[[str, int], tuple[Sequence[object], str | None]]
) -> tuple[Sequence[object], dict[str, str]]:
    """(members, headers) of a list by keyset; ``read(after, size)`` gives the members and where to go on."""
    token, size = asked.request.GET.get("nextPageToken", ""), asked.request.GET.get("perPage", str(DEFAULT_PAGE))
    if not (size.isascii() and size.isdecimal() and len(size) <= 4 and 1 <= int(size) <= LARGEST_PAGE):
        raise QueryError("query-page-size", name="perPage", limit=LARGEST_PAGE)
    after = unseal(token, what, asked.viewer.party, asked.page_key, asked.now).value if token else ""
    members, last = read(str(after), int(size))
    return members, _link(asked, Cursor(last, 0, 0, 0) if last else None, what)


def _linked(asked: Asked, response: HttpResponse, after: Cursor | None, digest: str) -> HttpResponse:
    for name, value in _link(asked, after, digest).items():
        response.headers[name] = value
    return response


def _link(asked: Asked, after: Cursor | None, digest: str) -> dict[str, str]:
    if after is None:
        return {}
    token, expires = seal(after, digest, asked.viewer.party, asked.page_key, asked.now)
    rest = [(name, values) for name, values in asked.request.GET.lists() if name != "nextPageToken"]
    url = asked.request.build_absolute_uri(f"{asked.request.path}?{urlencode([*rest, ('nextPageToken', token)], doseq=True)}")
    return page_headers(url, expires)
