"""What the API says: receipts, refusals with every reason, errors by the one table; and the office's messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from lodemark import Error, Reason, accountancy, assay
from lodemark.application import ApplicationFormatError
from lodemark.ledger import canonical, jsonable
from lodemark.rules.trouble import RulebookError
from lodemark_office.acts.office import Sent
from lodemark_office.acts.store import Answer
from lodemark_office.doors.parts.trouble import REFUSED, STATUS, problem
from lodemark_office.store.answers import read_answer
from lodemark_office.store.models import Membership

STATUSES: Final[Mapping[str, int]] = {**STATUS, "forbidden": 403, "too-large": 413, "media": 415}
RETRY_SECONDS: Final = "2"
MOST_TOLD: Final = 200
"""Cells of a file that a problem names, so that a file of a million faults is answered with a page and not with itself."""


class WrittenRecord(Schema):
    """One record in its place: evidence for the sender."""

    dossier: str
    number: int
    kind: str
    chain: str


class Receipt(Schema):
    """An act that was done: what was written, and the ids and numbers the sender needs next."""

    status: str
    written: list[WrittenRecord]
    result: dict[str, Any]


class ProblemReason(Schema):
    """One ground: code, provision, facts, both sentences."""

    code: str
    provision: str | None
    facts: dict[str, Any]
    said: dict[str, str]


class Problem(Schema):
    """RFC 9457, with every reason at once."""

    type: str
    title: str
    status: int
    reasons: list[ProblemReason] = Field(min_length=1)


WRITES: Final = frozenset({400, 401, 403, 404, 409, 413, 415, 422, 429, 503})
READS: Final = frozenset({400, 401, 403, 404, 409, 429, 503})
OPEN: Final = frozenset({400, 404, 409, 413, 415, 429, 503})


def sent(request: HttpRequest, key: str, hat: Membership) -> Sent:
    """The message of a request: its key, who the session or key says it is, now."""
    return Sent(key, request.auth.actor(hat), timezone.now())


def json_answer(value: object, status: int = 200) -> HttpResponse:
    """A value as canonical JSON types; the same value is always the same bytes."""
    return HttpResponse(orjson.dumps(jsonable(value)), status=status, content_type="application/json")


def plain_answer(value: object) -> HttpResponse:
    """A value that is plain JSON already (computed numbers among it)."""
    return HttpResponse(orjson.dumps(value), content_type="application/json")


def settled(answer: Answer) -> Answer:
    """The answer read back as it is stored, so that first answer and replay are made of the same values."""
    return read_answer(canonical(answer))


def answered(answer: Answer, status: int = 200) -> HttpResponse:
    """A receipt, or the refusal with all reasons. A replay is the same bytes and says that it is one."""
    kept = settled(answer)
    if kept.done:
        shown = {"status": kept.status, "written": kept.written, "result": kept.result}
        response: HttpResponse = json_answer(shown, status)
    else:
        response = refused(kept.reasons)
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def refused(reasons: Sequence[Reason]) -> HttpResponse:
    """The law says no."""
    return problem(REFUSED, reasons)


def errored(error: Error) -> HttpResponse:
    """The world failed: every fault of a file is told, storage trouble says when to try again."""
    status = STATUSES[error.kind]
    response = problem(status, reasons_of(error))
    if status == STATUSES["storage"]:
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def reasons_of(error: Error) -> tuple[Reason, ...]:
    """One reason, or one per fault of a file."""
    if isinstance(error, ApplicationFormatError):
        return tuple(
            Reason(one.code, None, {**one.facts, "path": one.path, "line": one.line, "col": one.col}) for one in error.errors
        )
    if isinstance(error, accountancy.BadInput):
        return (error.reason, *error.problems)
    if isinstance(error, assay.BadInput):
        return (error.reason, *(reason for cell in error.rejected[:MOST_TOLD] for reason in cell.reasons))
    if isinstance(error, RulebookError):
        return tuple(Reason(one.code, None, {**dict(one.facts), "path": one.path, "line": one.line}) for one in error.problems)
    return (error.reason,)
