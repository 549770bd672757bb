"""From what went wrong to an HTTP answer: one table, for pages and API alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

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
        response = error_page(request, _told(request, error), status)
    if status == STATUS["storage"]:
        response.headers["Retry-After"] = "2"
    return response


def error_page(request: HttpRequest, reason: Reason, status: int) -> HttpResponse:
    """One reason as a page, in the words of the catalogue."""
    return render(request, "parts/error.html", {"reasons": (reason,), "status": status}, status=status)


def _told(request: HttpRequest, error: Error) -> Reason:
    # Not there and not yours are the same bytes: what was looked for is named as the reader asked, and nothing else.
    return Reason("dossier-unknown", None, {"dossier": request.path}) if error.kind == "unknown" else error.reason


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such address: the words of a dossier that is not there."""
    return error_page(request, Reason("dossier-unknown", None, {"dossier": request.path}), 404)


def failed(request: HttpRequest) -> HttpResponse:
    """Our mistake: nothing was written, and the page says so."""
    return error_page(request, Reason("page-failed"), 500)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that does not come from our page, or one whose session has ended."""
    return error_page(request, Reason("page-form-stale"), 403)


def told(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    """Reasons as JSON: code, provision, facts, both sentences."""
    return [
        {
            "code": reason.code,
            "provision": reason.provision,
            "facts": jsonable(reason.facts),
            "said": {lang: reason.explain(lang) for lang in LANGUAGES},
        }
        for reason in reasons
    ]


def problem(status: int, reasons: Sequence[Reason]) -> JsonResponse:
    """All reasons at once, each with its code, provision, facts and both sentences."""
    items = told(reasons)
    body = {"type": f"urn:lodemark:problem:{reasons[0].code}", "title": items[0]["said"]["en"], "status": status}
    return JsonResponse({**body, "reasons": items}, status=status, content_type="application/problem+json")
