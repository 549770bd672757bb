"""How often somebody may try: guessing passwords or check codes must stay hopeless, and an honest slip must stay cheap."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from lodemark import Reason
from lodemark.ledger import digest
from lodemark_office.doors.parts.access import View
from lodemark_office.doors.parts.trouble import error_page


def at_most(tries: int, seconds: int) -> Callable[[View], View]:
    """Let a view answer so many posts per address, and per account named in the form, within a window."""

    def limit(view: View) -> View:
        @functools.wraps(view)
        def limited(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method == "POST" and _count(request, view.__name__, seconds) > tries:
                answer = error_page(request, Reason("page-too-often", None, {"minutes": seconds // 60}), 429)
                answer.headers["Retry-After"] = str(seconds)
                return answer
            return view(request, *args, **kwargs)

        return limited

    return limit


def forget(request: HttpRequest, view: str) -> None:
    """A try that succeeded was no guess."""
    cache.delete(_name(request, view))


def _count(request: HttpRequest, view: str, seconds: int) -> int:
    name = _name(request, view)
    cache.add(name, 0, seconds)
    try:
        return int(cache.incr(name))
    except ValueError:  # the window ended between the two steps
        cache.set(name, 1, seconds)
        return 1


def _name(request: HttpRequest, view: str) -> str:
    # Django's cache keys allow no control characters: the account is named by what it hashes to.
    return f"tries:{view}:{request.META['REMOTE_ADDR']}:{digest(request.POST.get('login', ''))[:16]}"
