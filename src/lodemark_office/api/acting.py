"""One rule for every act: a POST on its dossier, the last step of the path names it, the body is the command's own fields.

Annotations here are made while the program runs, so this module does without ``from __future__ import annotations``.
"""

import hashlib
from collections.abc import Callable
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Body, Header, Query, Router
from ninja.constants import NOT_SET
from ninja.throttling import AuthRateThrottle

from lodemark_office.acts.office import Sent
from lodemark_office.acts.store import Answer
from lodemark_office.api.answers import READS, WRITES, Problem, Receipt, answered, sent
from lodemark_office.api.reading import shape
from lodemark_office.api.showing import MOST, Listed
from lodemark_office.api.sight import dossier_of, hat_on
from lodemark_office.doors.parts.acting import office

KeyHeader = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Your own name for this message. Sent again with the same content it is answered with the same bytes.",
    ),
]
Size = Annotated[int, Query(ge=1, le=MOST)]
Texts = Annotated[tuple[str, ...], Query()]
Carry = Callable[[Sent, str, Any], Answer]
DONE: Final[dict[Any, Any]] = {200: Receipt, WRITES: Problem}
CREATED: Final[dict[Any, Any]] = {201: Receipt, WRITES: Problem}
READ: Final[dict[Any, Any]] = {200: dict[str, Any], READS: Problem}
ROWS: Final[dict[Any, Any]] = {200: list[dict[str, Any]], READS: Problem}
LIST: Final[dict[Any, Any]] = {200: Listed, READS: Problem}
ASKED: Final[dict[Any, Any]] = {200: dict[str, Any], WRITES: Problem}
"""A computation that is asked for with a body and records nothing; refused where the law or the data say no."""


class SigningThrottle(AuthRateThrottle):
    """A password beside a signature is guessed no faster than at the log-in."""

    scope = "sign"


def key_name(message: Sent) -> str:
    """A short name for what a message opens, the same for every repeat of it."""
    return hashlib.sha256(message.key.encode()).hexdigest()[:12]


def by(message: Sent) -> dict[str, Any]:
    """The legal day and the actor."""
    return {"on": office().day(message.at), "by": message.actor}


def by_at(message: Sent) -> dict[str, Any]:
    """The same with the instant."""
    return {**by(message), "at": message.at}


def add_act(
    router: Router, noun: str, act: str, kind: type, carry: Carry, *made: str, right: str | None = None, **more: tuple[Any, Any]
) -> None:
    """Serve one act of a noun: ``POST /<act>`` behind ``/{reference}``; ``carry`` makes the command and sends it.

    ``made`` are fields that the office gives; ``more`` fields that are no part of the command (a password);
    ``right`` is asked for where the room itself does not ask for the role.
    """
    said_type: Any = shape(kind, *made, **more)
    body: Any = Annotated[said_type, Body()]

    def carried(request: HttpRequest, reference: str, key: str, said: object) -> HttpResponse:
        dossier = dossier_of(noun, reference)
        return answered(carry(sent(request, key, hat_on(request, dossier, right)), dossier, said))

    def with_body(request: HttpRequest, reference: str, key: KeyHeader, said: body) -> HttpResponse:
        return carried(request, reference, key, said)

    def without_body(request: HttpRequest, reference: str, key: KeyHeader) -> HttpResponse:
        return carried(request, reference, key, None)

    router.add_api_operation(
        f"/{{reference}}/{act}",
        ["POST"],
        with_body if said_type.kind.__dataclass_fields__ else without_body,
        response=DONE,
        operation_id=f"{noun}-{act}",
        summary=(kind.__doc__ or act).split("\n")[0],
        throttle=[SigningThrottle("30/15m")] if "password" in more else NOT_SET,
    )
