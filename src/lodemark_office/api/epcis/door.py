"""What every EPCIS path does alike: who asks, in which version and form, ``OPTIONS``, and problems in the standard's names."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from lodemark import Error
from lodemark.custody import Journal
from lodemark.custody.binding import (
    CBV_FORMATS,
    EPC_FORMATS,
    answer_media,
    discovery_headers,
    exception_of,
    problem,
    problem_xml,
    version_accepted,
)
from lodemark.custody.limit import Limits
from lodemark.custody.visibility import Viewer
from lodemark_office.acts.capturing import viewer_of
from lodemark_office.acts.office import Sent
from lodemark_office.api.caller import READING, Caller, by_key, by_session
from lodemark_office.api.reading import LIMITS as BODY
from lodemark_office.api.sight import DESK, INSPECTORATE
from lodemark_office.doors.parts.acting import office
from lodemark_office.store.models import Membership

AREA: Final = "epcis"
ROOT: Final = "/epcis/v2/"
LIMITS: Final = Limits(document_bytes=BODY.document_bytes)
OFFICERS: Final = DESK | INSPECTORATE
ALWAYS: Final = ("GS1-EPCIS-Version", "GS1-CBV-Version", "GS1-Extensions")
MEDIA_IN: Final = ("application/json", "application/ld+json", "application/xml", "text/xml")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was let in: by whom, when, in which form the answer is wanted."""

    request: HttpRequest
    caller: Caller
    hat: Membership
    now: datetime
    media: str

    @property
    def viewer(self) -> Viewer:
        """Who sees: office and inspectorate all, a party its own and what it shared in."""
        return viewer_of(office(), self.hat.party_id, self.hat.role in OFFICERS)

    @property
    def journal(self) -> Journal:
        """The journal of events."""
        return office().store.journal()

    @property
    def page_key(self) -> bytes:
        """What page tokens are sealed with."""
        return office().store.secret("epcis/pages")

    def sent(self, key: str) -> Sent:
        """The message of this request."""
        return Sent(key, self.caller.actor(self.hat), self.now)

    def choice(self, header: str, known: Mapping[str, str]) -> str:
        """A form asked for by header; one that is not known cannot be met."""
        wanted = self.request.headers.get(header, "No_Preference")
        if wanted not in known:
            raise Refused("NotAcceptableException")
        return wanted


class Refused(Exception):
    """A problem by the standard's name; ``more`` goes into its body."""

    def __init__(self, exception: str, status: int | None = None, **more: Any) -> None:
        self.told = (exception, status, more)


Do = Callable[..., HttpResponse]


def serve(resource: str, **methods: Do) -> Callable[..., HttpResponse]:
    """The view of one path; ``resource`` is its first step, ``methods`` what it does, by HTTP method."""
    allow = ", ".join((*methods, "OPTIONS"))

    @csrf_exempt  # a session is asked for its token in ``by_session``
    def view(request: HttpRequest, **parts: str) -> HttpResponse:
        try:
            response = _answer(request, resource, allow, methods, parts)
        except Refused as refused:
            name, number, more = refused.told
            status, body = problem(name, status=number, instance=request.path)
            response = _problem(request, status, {**body, **more})
        except Error as error:
            response = _errored(request, error)
        for header in ALWAYS:
            response.headers.setdefault(header, discovery_headers(resource)[header])
        return response

    view.access = ("key", "session")  # type: ignore[attr-defined]
    view.serves = (resource, tuple(methods))  # type: ignore[attr-defined]
    return view


def json(body: object, status: int = 200, **headers: str) -> HttpResponse:
    """A JSON answer."""
    response = HttpResponse(orjson.dumps(body, default=str), status=status, content_type="application/json")
    for name, value in headers.items():
        response.headers[name] = value
    return response


def body_of(asked: Asked) -> tuple[bytes, str]:
    """(bytes, media) of a message that may carry a document; other media are 415, too many bytes 413."""
    media = (asked.request.content_type or "").lower()
    if media not in MEDIA_IN:
        raise Refused("UnsupportedMediaTypeException")
    if int(asked.request.META.get("CONTENT_LENGTH") or 0) > LIMITS.document_bytes:
        raise Refused("CaptureLimitExceededException")
    return asked.request.body, media


def formats(asked: Asked) -> dict[str, str]:
    """The spellings of identifiers and words the client asks for."""
    return {
        "epc_format": asked.choice("GS1-EPC-Format", EPC_FORMATS),
        "cbv_format": asked.choice("GS1-CBV-XML-Format", CBV_FORMATS),
    }


def _answer(
    request: HttpRequest, resource: str, allow: str, methods: Mapping[str, Do], parts: Mapping[str, str]
) -> HttpResponse:
    caller = _caller(request)
    if not version_accepted(request.headers):
        raise Refused("NotAcceptableException")
    if request.method == "OPTIONS":
        # The root and the events say the capture limits too: clients look there first.
        shown = "capture" if resource in ("", "events", "capture") else resource
        return HttpResponse(status=204, headers=discovery_headers(shown, allow, LIMITS))
    do = methods.get(request.method or "")
    if do is None:
        raise Refused("ValidationException", 405)
    media = answer_media(request.headers.get("Accept"))
    if media is None:
        raise Refused("NotAcceptableException")
    hat = next((hat for hat in caller.hats if hat.role in OFFICERS), caller.hats[0])
    return do(Asked(request, caller, hat, timezone.now(), media), **parts)


def _caller(request: HttpRequest) -> Caller:
    """By key, as bearer or as the password of Basic (what EPCIS clients send), or by session."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        text = _password(text)
    reading = request.method in READING
    caller = by_key(text, AREA, reading, timezone.localdate()) if text else by_session(request)
    if caller is None or not caller.hats:
        raise Refused("SecurityException", 401)
    return caller


def _password(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _errored(request: HttpRequest, error: Error) -> HttpResponse:
    names = {"forbidden": "SecurityException", "too-large": "CaptureLimitExceededException"}
    status = 503 if error.kind == "storage" else None
    name = names.get(error.kind) or exception_of(error)
    response = _problem(request, *problem(name, error=error, status=status, instance=request.path))
    if status:
        response.headers["Retry-After"] = "2"
    return response


def _problem(request: HttpRequest, status: int, body: Mapping[str, Any]) -> HttpResponse:
    if "xml" in (answer_media(request.headers.get("Accept")) or ""):
        response = HttpResponse(problem_xml(body), status=status, content_type="application/problem+xml")
    else:
        response = HttpResponse(orjson.dumps(body, default=str), status=status, content_type="application/problem+json")
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer, Basic realm="EPCIS"'
    return response
