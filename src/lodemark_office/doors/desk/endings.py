"""Withdraw, annul, revoke, close: opened by an officer, answered by the holder, proposed, signed by another person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict

from lodemark import Error
from lodemark.licence import proceeding as ask
from lodemark.licence.proceeding import ACTS, ADVERSE, EndingFile, EndingTerms
from lodemark.rules import due
from lodemark_office.acts import ending
from lodemark_office.acts.office import Sent
from lodemark_office.acts.store import Answer, UnknownDossier
from lodemark_office.doors.desk.queue import OFFICE
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import Told, answered, fresh_factor, office, page, read_day, sent, today, unreadable
from lodemark_office.doors.parts.timeline import timeline
from lodemark_office.doors.parts.who import by

YES_NO = {"yes": True, "no": False}
COMPENSATION = ("due", "not-due")


@access(*OFFICE)
def begin(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose the act and its ground; each has its own article and says something the others do not."""
    licence = f"licence/{reference}"
    reasons: tuple[Told, ...] = ()
    if request.method == "POST":
        try:
            message = sent(request)
            answer = ending.begin(office(), message, _open(request.POST, message, licence))
            opened = str(answer.result.get("proceeding", "")).partition("/")[2]
            return answered(request, answer, f"/desk/proceedings/{opened}/" if answer.done else "")
        except Error as error:
            reasons = unreadable(error)
    notice = office().case_rules(today()).notice
    grounds = office().licence_rules(today()).grounds
    shown = {
        "reference": reference,
        "state": office().store.states(licence),
        "acts": [(act, list(grounds[act].items())) for act in ACTS],
        "earliest": due(today(), notice.length, notice.unit, (), office().calendar).latest,
        "role": request.hat.role,
        "compensations": COMPENSATION,
    }
    return page(request, "desk/end_licence.html", shown, reasons)


@access(*OFFICE)
def proceeding(request: HttpRequest, reference: str) -> HttpResponse:
    """One proceeding: what was said, and the acts that are possible now."""
    dossier = f"proceeding/{reference}"
    state: EndingFile = office().store.states(dossier)
    if request.method == "POST":
        return answered(request, _act(request, dossier))
    shown = {
        "dossier": dossier,
        "reference": reference,
        "state": state,
        "licence": state.licence.partition("/")[2],
        "waits": state.state == "noticed" and state.answer_by is not None and today() <= state.answer_by,
        "moments": timeline(dossier),
        "role": request.hat.role,
    }
    return page(request, "desk/proceeding.html", shown)


def _open(form: QueryDict, message: Sent, licence: str) -> ask.Open:
    act, _, ground = form.get("which", "").partition(" ")
    compensation = form.get("compensation", "")
    terms = EndingTerms(
        compensation=compensation if act == "withdraw" and compensation in COMPENSATION else None,  # type: ignore[arg-type]
        gravely_harms_public=YES_NO.get(form.get("harm", "")) if act == "annul" else None,
        penalty_decision=form.get("penalty", "") if act == "revoke" else "",
        hearing_offered=act == "revoke" and bool(form.get("hearing")),
    )
    return ask.Open(
        **by(message),
        proceeding="",
        licence=licence,
        act=act if act in ACTS else "close",  # type: ignore[arg-type]
        ground=ground,
        reason=form.get("text", ""),
        terms=terms,
        answer_by=read_day(form.get("answer_by")) if act in ADVERSE else None,
    )


def _act(request: HttpRequest, dossier: str) -> Answer:
    message, form = sent(request), request.POST
    who, text = by(message), form.get("text", "")
    match form.get("act"):
        case "propose":
            command: ask.Command = ask.Propose(**who, response=text)
        case "sign":
            command = ask.Sign(**who, digest=form.get("digest", ""), at=message.at)
            return ending.act(office(), message, dossier, command, fresh_factor(request, message))
        case "send-back":
            command = ask.SendBack(**who, comment=text)
        case "drop":
            command = ask.Drop(**who, reason=text)
        case _:
            raise UnknownDossier(dossier=dossier)
    return ending.act(office(), message, dossier, command)
