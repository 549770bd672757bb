"""``/inspections``, ``/lots``: what happened to the material; ``/lists``: the party lists screened against."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router

from lodemark.attribution.explain import explain
from lodemark.case.rights import RIGHTS
from lodemark.custody import canonical
from lodemark.wording import LANGUAGES
from lodemark_office.acts import listing, matter, tracing
from lodemark_office.acts.findings import OUTSIDE
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.api.acting import CREATED, DONE, READ, KeyHeader, Texts
from lodemark_office.api.answers import answered, json_answer, sent
from lodemark_office.api.reading import body_of, declared
from lodemark_office.api.sight import DESK, INSPECTORATE, SEES_ALL, dossier_of
from lodemark_office.doors.parts.acting import office

inspections, lots, lists = (Router(tags=[tag]) for tag in ("inspections", "lots", "lists"))
TRACERS = DESK | INSPECTORATE
CSV: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Which thing was seen, in whose hands, in which use, as the report says."""

    thing: str
    found_use: str
    found_user: str
    text: str


@inspections.post("", response=CREATED, operation_id="inspection-file")
def inspect(request: HttpRequest, key: KeyHeader, said: Annotated[declared(Seen), Body()]) -> HttpResponse:
    """File an inspection."""
    hat = request.auth.as_one_of(RIGHTS["file-inspection"], request.path)
    seen: Any = said
    message = sent(request, key, hat)
    return answered(matter.inspect(office(), message, seen.thing, seen.found_use, seen.found_user, seen.text), 201)


@lots.get("/lineage", response=READ, operation_id="lot-lineage")
def lineage(request: HttpRequest, thing: str, way: Literal["back", "forward"] = "back") -> HttpResponse:
    """The ancestors or descendants of a lot or serial, step by step, with the gaps on the way."""
    request.auth.as_one_of(TRACERS, request.path)
    known = office().store.journal().lineage(canonical(thing), way)
    found = known.back(canonical(thing)) if way == "back" else known.forward(canonical(thing))
    return json_answer({"thing": canonical(thing), "way": way, "tree": found, "gaps": known.gaps(), "digest": known.digest})


@lots.get("/check", response=READ, operation_id="lot-check")
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a code (link, URN, element string or scan) is consistent with its declaration; each check agrees, asks, or
    cannot tell, and none accuses."""
    request.auth.as_one_of(TRACERS, request.path)
    answer = office().store.journal().check(code)
    checks = [
        {
            "check": one.check,
            "outcome": one.outcome,
            "events": one.events,
            "said": {x: one.reason.explain(x) for x in LANGUAGES},
        }
        for one in answer.seeds
    ]
    return json_answer({"thing": answer.thing, "outcome": answer.outcome, "checks": checks})


@lots.get("/proof", response=READ, operation_id="event-proof")
def proof(request: HttpRequest, event: str) -> HttpResponse:
    """That each statement under an event id is in the record of its document: leaf, path and root (RFC 6962)."""
    request.auth.as_one_of(TRACERS, request.path)
    journal = office().store.journal()
    found = [(stored, journal.proof(stored.seq)) for stored in journal.event(event)]
    proofs = [
        {
            "hash": stored.hash,
            "leaf": one.leaf.hex(),
            "index": one.index,
            "size": one.size,
            "path": [step.hex() for step in one.path],
            "root": one.root.hex(),
        }
        for stored, one in found
    ]
    return json_answer({"event": event, "proofs": proofs})


@lots.get("/reach", response=READ, operation_id="lot-reach")
def reach(request: HttpRequest, licence: str, element: str, use: Texts = ()) -> HttpResponse:
    """At least, at most and expected milligrams of a licence's element in places of these uses (outside every civil one,
    if none is named), what is not known, and the proof in words. Records that contradict each other give no number (null)
    but ``conflict``: which ones, and what would cure it."""
    request.auth.as_one_of(SEES_ALL["finding"], request.path)
    state, uses = office().store.states(dossier_of("licence", licence)), use or OUTSIDE
    found = tracing.evidence(office()).reach(state.terms.number, element, uses)
    if found is None:
        raise UnknownDossier(dossier=f"licence/{licence}")
    known, bounds = found
    said = {x: explain(bounds, x) for x in LANGUAGES} if bounds else None
    return json_answer({"licence": licence, "element": element, "uses": uses, "reach": known, "said": said})


@lists.post("/{list_id}", response=DONE, openapi_extra=CSV, operation_id="list-load")
def load_list(
    request: HttpRequest, list_id: str, key: KeyHeader, published: date, profile: str = "simple-csv", accepted: str = ""
) -> HttpResponse:
    """Load a version of a party list; a damaged or much smaller one is refused unless ``accepted`` says why it is used."""
    hat = request.auth.as_one_of(DESK, request.path)
    dossier_of("list", list_id)
    message = sent(request, key, hat)
    return answered(listing.load_list(office(), message, list_id, profile, published, body_of(request), accepted))
