"""Which of the two languages an answer is in: ``?lang=``, then the cookie, the account, the browser.

On a page with a form the switch is a button of that form: what was typed comes back in the other language.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lodemark.wording import Lang
from lodemark_office.doors.parts.headers import Respond
from lodemark_office.doors.parts.typed import keep_typed

COOKIE = "lang"
SWITCH = "_language"
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

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        """A form that was sent only to change the language acts on nothing."""
        if request.method != "POST" or (chosen := _known(request.POST.get(SWITCH))) is None:
            return None
        keep_typed(request)
        query = request.GET.copy()
        query["lang"] = chosen
        return redirect(f"{request.path}?{query.urlencode()}")


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
