"""One way to act: a form carries its idempotency key, a view sends one act, the answer is a receipt or every reason.

The key is made when the form is shown, so pressing twice is counted once and shows the same receipt.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime

import orjson
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from lodemark import Error, Reason
from lodemark.ledger import jsonable
from lodemark_office.acts.office import Office, Sent
from lodemark_office.acts.store import Answer
from lodemark_office.doors.parts.access import actor
from lodemark_office.doors.parts.typed import keep_typed, typed
from lodemark_office.store.answers import read_answer
from lodemark_office.store.database import DatabaseStore
from lodemark_office.store.scanner import scanner

_OFFICE: list[Office] = []
SHOWN = "answer"


class BadDate(Error):
    """A day that is not written as year-month-day."""

    code = "page-date-unreadable"


def office() -> Office:
    """The office of this process; its folded states are remembered between requests."""
    if not _OFFICE:
        _OFFICE.append(Office(DatabaseStore(), scan=scanner(settings.OFFICE.scanner)))
    return _OFFICE[0]


def today() -> date:
    """The legal day, now."""
    return office().day(timezone.now())


def read_day(text: str | None) -> date:
    """A day as typed; raises ``BadDate``."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise BadDate(text=text or "") from None


def sent(request: HttpRequest) -> Sent:
    """The message of a form: its key, who the session says it is, now."""
    return Sent(request.POST.get("key") or uuid.uuid4().hex, actor(request), timezone.now())


def fresh_factor(request: HttpRequest, message: Sent) -> datetime | None:
    """When the signer last proved who they are: now, if the password beside the act is their own."""
    known = authenticate(request, username=request.user.login, password=request.POST.get("password", ""))
    return message.at if known == request.user else None


Told = Reason | Error
"""What can explain itself to a reader; an error does so with every fault it found."""


def unreadable(error: Error) -> tuple[Told, ...]:
    """What the form itself got wrong, for the page to show beside it; any other trouble has a page of its own."""
    if error.kind != "bad-input":
        raise error
    return (error,)


def answered(request: HttpRequest, answer: Answer, then: str = "") -> HttpResponse:
    """Keep the answer for the next page and go there (post, redirect, get); what was typed is kept when it was refused."""
    request.session[SHOWN] = jsonable(answer)
    if not answer.done:
        keep_typed(request)
    return redirect(then or request.path)


def page(
    request: HttpRequest, template: str, shown: Mapping[str, object] | None = None, reasons: tuple[Told, ...] = ()
) -> HttpResponse:
    """A page with what its forms need: what was typed, the answer to what was sent, or why it could not be read."""
    kept = request.session.pop(SHOWN, None)
    parts = {
        "answer": None if kept is None else read_answer(orjson.dumps(kept)),
        "reasons": reasons,
        "typed": typed(request),
        "today": today(),
    }
    return render(request, template, {**parts, **(shown or {})}, status=422 if reasons else 200)
