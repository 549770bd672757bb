"""From what went wrong to an HTTP answer: one table, for pages and API alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from lodemark import Error, Reason
from lodemark.ledger import jsonable
from lodemark.wording import LANGUAGES
from lodemark_office.doors.parts.headers import Respond

STATUS: Final[Mapping[str, int]] = {"bad-input": 400, "unknown": 404, "conflict": 409, "storage": 503}
"""From the ``kind`` of a ``lodemark.Error`` to the HTTP status. A refusal by law is 422."""

REFUSED = 422


class TroubleMiddleware:
    """Turns a ``lodemark.Error`` that a view raised into a page or a problem document (RFC 9457)."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return answer_error(request, error) if isinstance(error, Error) else None


def answer_error(request: HttpRequest, error: Error) -> HttpResponse:
    """The answer to an error; storage trouble says when to try again."""
    status = STATUS[error.kind]
    if request.path.startswith("/api/"):
        response: HttpResponse = problem(status, (error.reason,))
    else:
        response = render(request, "parts/error.html", {"reasons": (error.reason,), "status": status}, status=status)
    if status == STATUS["storage"]:
        response.headers["Retry-After"] = "2"
    return response


def problem(status: int, reasons: Sequence[Reason]) -> JsonResponse:
    """All reasons at once, each with its code, provision, facts and both sentences."""
    items = [
        {
            "code": reason.code,
            "provision": reason.provision,
            "facts": jsonable(reason.facts),
            "said": {lang: reason.explain(lang) for lang in LANGUAGES},
        }
        for reason in reasons
    ]
    body = {"type": f"urn:lodemark:problem:{reasons[0].code}", "title": items[0]["said"]["en"], "status": status}
    return JsonResponse({**body, "reasons": items}, status=status, content_type="application/problem+json")
