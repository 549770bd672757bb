"""One way to act: a form carries its idempotency key, a view sends one act, the answer is a receipt or every reason.

The key is made when the form is shown, so pressing twice is counted once and shows the same receipt.
"""

from __future__ import annotations

import uuid

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from lodemark.ledger import jsonable
from lodemark_office.acts.office import Office, Sent
from lodemark_office.acts.store import Answer
from lodemark_office.doors.parts.access import actor
from lodemark_office.store.database import DatabaseStore, read_answer

_OFFICE: list[Office] = []
SHOWN = "answer"


def office() -> Office:
    """The office of this process; its folded states are remembered between requests."""
    if not _OFFICE:
        _OFFICE.append(Office(DatabaseStore()))
    return _OFFICE[0]


def new_key() -> str:
    """A key for one form, as shown."""
    return uuid.uuid4().hex


def sent(request: HttpRequest) -> Sent:
    """The message of a form: its key, who the session says it is, now."""
    return Sent(request.POST.get("key") or new_key(), actor(request), timezone.now())


def answered(request: HttpRequest, answer: Answer, then: str) -> HttpResponse:
    """Keep the answer for the next page and go there (post, redirect, get)."""
    request.session[SHOWN] = jsonable(answer)
    return redirect(then)


def last_answer(request: HttpRequest) -> Answer | None:
    """The answer to what was just sent, shown once."""
    kept = request.session.pop(SHOWN, None)
    if kept is None:
        return None
    return read_answer(orjson.dumps(kept))
