"""Which of the two languages an answer is in: ``?lang=``, then the cookie, the account, the browser."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from lodemark.wording import Lang
from lodemark_office.doors.parts.headers import Respond

COOKIE = "lang"
_YEAR_SECONDS = 365 * 24 * 60 * 60


class LanguageMiddleware:
    """Sets ``request.lang``; a choice made with ``?lang=`` is kept in a cookie."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = _known(request.GET.get("lang"))
        request.lang = chosen or _known(request.COOKIES.get(COOKIE)) or _of_account(request) or _of_browser(request)
        response = self._respond(request)
        response.headers["Content-Language"] = request.lang
        if chosen:
            response.set_cookie(COOKIE, chosen, max_age=_YEAR_SECONDS, samesite="Lax", httponly=True)
        return response


def _known(name: str | None) -> Lang | None:
    word = (name or "").lower()
    return "zh-Hans" if word.startswith("zh") else "en" if word.startswith("en") else None


def _of_account(request: HttpRequest) -> Lang | None:
    return _known(request.user.language) if request.user.is_authenticated else None


def _of_browser(request: HttpRequest) -> Lang:
    for part in request.headers.get("Accept-Language", "").split(","):
        if found := _known(part.strip()):
            return found
    return _known(settings.OFFICE.default_language) or "en"
