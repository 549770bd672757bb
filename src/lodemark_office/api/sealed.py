"""``/sealed``, ``/disclosures`` and the invitations of an application: answers that go past the supplier."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router

from lodemark import application
from lodemark.application.sealed import Invitation
from lodemark.case.rights import RIGHTS
from lodemark_office.acts import filing, sealing
from lodemark_office.api.acting import CREATED, DONE, READ, ROWS, KeyHeader, Texts
from lodemark_office.api.answers import answered, json_answer, sent
from lodemark_office.api.applications import DOCUMENT, read_application
from lodemark_office.api.reading import declared
from lodemark_office.api.sight import dossier_of, hat_on, of_desk
from lodemark_office.doors.parts.acting import office
from lodemark_office.store.models import Summary

router = Router(tags=["sealed answers"])
disclosures = Router(tags=["sealed answers"])
invitations = Router(tags=["sealed answers"])
NOUN = "invitation"


@invitations.post("/invitations", response=CREATED, openapi_extra=DOCUMENT, operation_id="application-invite-draft")
def invite_draft(request: HttpRequest, key: KeyHeader, to: str, path: Texts = (), note: str = "") -> HttpResponse:
    """Invite a party to answer fields of a file that is not filed yet; the result gives the seal to write at each path."""
    hat = request.auth.as_one_of(RIGHTS["invite"], request.path)  # type: ignore[attr-defined]
    return answered(sealing.invite(office(), sent(request, key, hat), read_application(request), to, path, note), 201)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Whom to ask, and which fields."""

    to: str
    paths: tuple[str, ...]
    note: str = ""


@invitations.post("/{reference}/invitations", response=CREATED, operation_id="application-invite")
def invite(request: HttpRequest, reference: str, key: KeyHeader, said: Annotated[declared(Invited), Body()]) -> HttpResponse:
    """The same for a filed application."""
    dossier, asked = dossier_of("application", reference), said
    hat = hat_on(request, dossier, "invite")
    app = application.read(filing.content(office(), office().store.states(dossier)))
    return answered(sealing.invite(office(), sent(request, key, hat), app, asked.to, asked.paths, asked.note), 201)


@router.get("/{reference}", response=READ, operation_id="sealed")
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """The questions and what became of each: answered or not, when, under which digest. No answer of this interface has a value."""
    dossier = dossier_of(NOUN, reference)
    hat = hat_on(request, dossier)
    state: Invitation = office().store.states(dossier)
    shown = {"dossier": dossier, "to": state.to, "by": state.by_party, "state": state.state, "waiting": len(state.waiting)}
    questions = [_question(state, each.path, each.seal) for each in state.questions]
    openings = {"openings": state.openings} if hat.party_id == state.to or of_desk(hat, NOUN) else {}
    return json_answer({**shown, "invited_on": state.invited_on, "questions": questions, **openings})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One's own answers by path, and the paths one declines to answer."""

    answers: Mapping[str, str] = field(default_factory=dict)
    declined: tuple[str, ...] = ()


@router.put("/{reference}", response=DONE, operation_id="sealed-give")
def give(request: HttpRequest, reference: str, key: KeyHeader, said: Annotated[declared(Said), Body()]) -> HttpResponse:
    """Answer one's own part straight to the authority, or decline."""
    dossier = dossier_of(NOUN, reference)
    hat = hat_on(request, dossier)
    return answered(sealing.give(office(), sent(request, key, hat), dossier, said.answers, said.declined))


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Which fields are opened, and for what."""

    paths: tuple[str, ...]
    purpose: str


@router.post("/{reference}/open", response=DONE, operation_id="sealed-open")
def look(request: HttpRequest, reference: str, key: KeyHeader, said: Annotated[declared(Looked), Body()]) -> HttpResponse:
    """The authority opens sealed answers for a purpose that their owner can read; the values are read at the desk."""
    dossier = dossier_of(NOUN, reference)
    hat = hat_on(request, dossier)
    return answered(sealing.look(office(), sent(request, key, hat), dossier, said.paths, said.purpose))


@disclosures.get("", response=ROWS, operation_id="disclosures")
def log(request: HttpRequest) -> HttpResponse:
    """Who opened what of the caller's own sealed answers, when, for which purpose."""
    hat = request.auth.as_one_of(RIGHTS["read-disclosures"], request.path)  # type: ignore[attr-defined]
    rows = Summary.objects.filter(noun=NOUN, party=hat.party_id).order_by("dossier")
    opened = [(row.dossier, each) for row in rows for each in office().store.states(row.dossier).openings]
    return json_answer([{"dossier": dossier, "opening": each} for dossier, each in opened])


def _question(state: Invitation, path: str, seal: str) -> dict[str, Any]:
    given = state.given.get(path)
    stands = "waiting" if given is None else "declined" if given.declined else "answered"
    return {"path": path, "seal": seal, "state": stands, "on": given and given.on, "digest": given and given.digest}
