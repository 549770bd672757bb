"""What the EPCIS 2.0 REST binding says, as pure functions: headers, bodies, problems. The HTTP door only carries them.

headers = discovery_headers("capture")            # OPTIONS /capture
body = problem("QueryParameterException", 400, error=error)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from lxml import etree

from lodemark.custody.convert import CONTEXT, prefixes_of, spell
from lodemark.custody.job import CaptureJob
from lodemark.custody.limit import LIMITS, Limits
from lodemark.custody.model import Sent
from lodemark.custody.namespace import LODE
from lodemark.custody.rows import to_json
from lodemark.custody.stored import Stored
from lodemark.custody.trouble import QueryError, SubscriptionError
from lodemark.custody.validate import Report
from lodemark.custody.xml_order import EPCIS_2
from lodemark.custody.xml_write import write_query_xml
from lodemark.ledger import jsonable
from lodemark.trouble import Error
from lodemark.wording import LANGUAGES, say

EPCIS_VERSION, EPCIS_OLDEST = "2.0.0", "1.2.0"
CBV_VERSION, CBV_OLDEST = "2.0.0", "1.2.2"
VENDOR_VERSION = "lodemark/1"
EXTENSIONS = f"lode={LODE}"
EPC_FORMATS: Mapping[str, str] = {
    "No_Preference": "as-is",
    "Always_GS1_Digital_Link": "digital-link",
    "Always_EPC_URN": "urn",
    "Never_Translates": "as-is",
}
CBV_FORMATS: Mapping[str, str] = {
    "No_Preference": "as-is",
    "Always_Web_URI": "web",
    "Always_URN": "urn",
    "Never_Translates": "as-is",
}
TOP_LEVEL = ("eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions", "events", "capture", "queries")

# Exception of the standard -> (HTTP status, sentence)
EXCEPTIONS: Mapping[str, tuple[int, str]] = {
    "ValidationException": (400, "epcis-validation"),
    "QueryParameterException": (400, "epcis-query-parameter"),
    "SubscriptionControlsException": (400, "epcis-subscription"),
    "InvalidURIException": (400, "epcis-subscription"),
    "SecurityException": (403, "epcis-security"),
    "NoSuchResourceException": (404, "epcis-no-such-resource"),
    "NotAcceptableException": (406, "epcis-not-acceptable"),
    "ResourceAlreadyExistsException": (409, "epcis-exists"),
    "CaptureLimitExceededException": (413, "epcis-capture-limit"),
    "QueryTooLargeException": (413, "epcis-query-too-large"),
    "QueryTooComplexException": (413, "epcis-query-too-large"),
    "URITooLongException": (414, "epcis-uri-too-long"),
    "UnsupportedMediaTypeException": (415, "epcis-media"),
    "ImplementationException": (500, "epcis-implementation"),
}
_TOO_LARGE = frozenset({"document-too-large", "too-many-events"})
_JSON_MEDIA = ("application/json", "application/ld+json")
_XML_MEDIA = ("application/xml", "text/xml")


def discovery_headers(resource: str, allow: str = "GET, OPTIONS", limits: Limits = LIMITS) -> dict[str, str]:
    """Headers of a 204 answer to OPTIONS; ``capture`` also says its limits. ``resource`` is the path's first step."""
    headers = {
        "Allow": allow,
        "GS1-EPCIS-Version": EPCIS_VERSION,
        "GS1-EPCIS-Min": EPCIS_OLDEST,
        "GS1-EPCIS-Max": EPCIS_VERSION,
        "GS1-CBV-Version": CBV_VERSION,
        "GS1-CBV-Min": CBV_OLDEST,
        "GS1-CBV-Max": CBV_VERSION,
        "GS1-EPC-Format": "No_Preference",
        "GS1-CBV-XML-Format": "No_Preference",
        "GS1-Extensions": EXTENSIONS,
        "GS1-Vendor-Version": VENDOR_VERSION,
    }
    if resource == "capture":
        headers["GS1-EPCIS-Capture-Limit"] = str(limits.events)
        headers["GS1-EPCIS-Capture-File-Size-Limit"] = str(limits.document_bytes)
        headers["GS1-Capture-Error-Behaviour"] = "rollback"
    return headers


def version_accepted(headers: Mapping[str, str]) -> bool:
    """Whether the range a client asks for (``GS1-EPCIS-Min``/``-Max``/``-Version``, CBV alike) meets ours; no: 406."""
    for family, oldest, newest in (("EPCIS", EPCIS_OLDEST, EPCIS_VERSION), ("CBV", CBV_OLDEST, CBV_VERSION)):
        least = headers.get(f"GS1-{family}-Min") or headers.get(f"GS1-{family}-Version")
        most = headers.get(f"GS1-{family}-Max") or headers.get(f"GS1-{family}-Version")
        if (least and _version(least) > _version(newest)) or (most and _version(most) < _version(oldest)):
            return False
    return True


def _version(text: str) -> tuple[int, ...]:
    numbers = tuple(int(part) for part in text.split(".") if part.isdecimal())
    return numbers + (0,) * (3 - len(numbers))


def answer_media(accept: str | None) -> str | None:
    """The media type to answer in, by ``Accept``; None: 406. JSON-LD when the client does not mind."""
    wanted = []
    for place, part in enumerate((accept or "*/*").split(",")):
        media, *more = [piece.strip().lower() for piece in part.split(";")]
        quality = next((float(p[2:]) for p in more if p.startswith("q=") and p[2:].replace(".", "", 1).isdecimal()), 1.0)
        wanted.append((-quality, place, media))
    for quality, _, media in sorted(wanted):
        if quality == 0:
            continue
        if media in ("*/*", "application/*"):
            return "application/ld+json"
        if media in (*_JSON_MEDIA, *_XML_MEDIA):
            return media
    return None


def problem(
    exception: str,
    *,
    error: Error | None = None,
    report: Report | None = None,
    instance: str | None = None,
    status: int | None = None,
) -> tuple[int, dict[str, Any]]:
    """(HTTP status, RFC 9457 body): the exception's name, both sentences, and the whole report under ``errors``."""
    number, code = EXCEPTIONS[exception]
    body: dict[str, Any] = {
        "type": f"urn:lodemark:epcis:{exception}",
        "title": say(code, {}, "en"),
        "status": status or number,
        "detail": error.explain("en") if error else say(code, {}, "en"),
        "said": {lang: error.explain(lang) if error else say(code, {}, lang) for lang in LANGUAGES},
    }
    if error is not None:
        body["facts"] = jsonable(dict(error.facts))
    if report is not None:
        body["errors"] = [line.to_json() for line in report.lines]
        if report.more:
            body["more"] = report.more
    if instance:
        body["instance"] = instance
    return status or number, body


def event_answer(job: CaptureJob) -> tuple[int, str | None]:
    """(status, exception) of ``POST /events``: 201 also for a duplicate, 400 refused, 409 kept as contradicted."""
    if not job.success:
        return 400, "ValidationException"
    if any(line.rule == "J-CONTRADICTION" and line.pointer.endswith("/eventID") for line in job.findings):
        return 409, "ResourceAlreadyExistsException"
    return 201, None


def exception_of(error: Error) -> str:
    """The standard's name for one of our errors."""
    code = error.reason.code
    if isinstance(error, QueryError):
        return "QueryTooComplexException" if code == "query-too-complex" else error.exception
    if code in _TOO_LARGE:
        return "CaptureLimitExceededException"
    if code == "media-unknown":
        return "UnsupportedMediaTypeException"
    if code in ("prefix-length-unknown", "document-not-convertible"):
        return "NotAcceptableException"
    if isinstance(error, SubscriptionError):
        return "InvalidURIException" if code.startswith("subscription-dest") else "SubscriptionControlsException"
    by_kind = {
        "unknown": "NoSuchResourceException",
        "conflict": "ResourceAlreadyExistsException",
        "storage": "ImplementationException",
    }
    return by_kind.get(error.kind, "ValidationException")


def problem_xml(body: Mapping[str, Any]) -> bytes:
    """The same problem for a client that asked for XML."""
    root = etree.Element(f"{{{EPCIS_2}}}EPCISException", nsmap={"epcis": EPCIS_2})
    for name in ("type", "title", "status", "detail", "instance"):
        if name in body:
            etree.SubElement(root, name).text = str(body[name])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


PrefixLength = int | Callable[[str], int | None] | None


def query_document(
    events: Sequence[Stored],
    created: datetime,
    *,
    media: str = "application/ld+json",
    query_name: str = "SimpleEventQuery",
    subscription_id: str | None = None,
    epc_format: str = "No_Preference",
    cbv_format: str = "No_Preference",
    prefix_length: PrefixLength = None,
) -> bytes:
    """Events as an ``EPCISQueryDocument``. Raises ``IdentifierError`` where ``Always_EPC_URN`` cannot be met (406).

    Every event carries its ``recordTime`` and, unless the sender gave one, the hash as its ``eventID``.
    """
    xml = media in _XML_MEDIA
    cbv = CBV_FORMATS[cbv_format] if xml else "as-is"
    sent = [
        _answered(stored, EPC_FORMATS[epc_format], "web" if xml and cbv == "as-is" else cbv, prefix_length) for stored in events
    ]
    told = _text(created)
    if xml:
        return write_query_xml(sent, told, query_name, subscription_id)
    results: dict[str, Any] = {"queryName": query_name, "resultsBody": {"eventList": [dict(one.body) for one in sent]}}
    if subscription_id:
        results["subscriptionID"] = subscription_id
    prefixes = prefixes_of(sent)
    return to_json(
        {
            "@context": [CONTEXT, prefixes] if prefixes else [CONTEXT],
            "type": "EPCISQueryDocument",
            "schemaVersion": "2.0",
            "creationDate": told,
            "epcisBody": {"queryResults": results},
        }
    )


def _answered(stored: Stored, epc: str, cbv: str, prefix_length: PrefixLength) -> Sent:
    body = spell(stored.sent, epc, cbv, prefix_length)
    body["recordTime"] = _text(stored.recorded_at)
    if "lode:redaction" not in body:
        body.setdefault("eventID", stored.event_id)
    return replace(stored.sent, body=body)


def _text(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def collection(members: Sequence[str]) -> dict[str, Any]:
    """A top-level collection or a list of sub-resources."""
    return {"@context": [CONTEXT], "type": "Collection", "member": list(members)}


def page_headers(url: str | None, expires: datetime | None) -> dict[str, str]:
    """``Link`` and ``GS1-Next-Page-Token-Expires`` of a page that has a next one; empty for the last."""
    if url is None or expires is None:
        return {}
    return {"Link": f'<{url}>; rel="next"', "GS1-Next-Page-Token-Expires": _text(expires)}
