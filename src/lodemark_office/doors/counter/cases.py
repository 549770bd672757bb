"""The tracker of a case, seen by the applicant: whose turn, the clock, notices to answer, the decision, the appeal."""

from __future__ import annotations

import orjson
from django.http import HttpRequest, HttpResponse

from lodemark import Error, application
from lodemark.case import Case, Point
from lodemark.case import commands as ask
from lodemark_office.acts import appealing, asking, casework
from lodemark_office.acts.store import Answer, UnknownDossier
from lodemark_office.doors.counter.applying import pretty
from lodemark_office.doors.counter.home import APPLICANTS
from lodemark_office.doors.parts.access import access, must_own
from lodemark_office.doors.parts.acting import Told, answered, office, page, sent, unreadable
from lodemark_office.doors.parts.clock import clock_of
from lodemark_office.doors.parts.lines import appeals_of, licences_of, owner_of
from lodemark_office.doors.parts.news import news_of
from lodemark_office.doors.parts.timeline import timeline
from lodemark_office.doors.parts.who import by


@access(*APPLICANTS)
def tracked(request: HttpRequest, reference: str) -> HttpResponse:
    """One case."""
    dossier = f"case/{reference}"
    state: Case = office().store.states(dossier)
    must_own(request, [owner_of(state.application)])
    reasons: tuple[Told, ...] = ()
    if request.method == "POST":
        try:
            return answered(request, _act(request, dossier, state))
        except Error as error:
            reasons = unreadable(error)
    served = state.decision if state.decision and state.decision.state == "served" else None
    shown = {
        "dossier": dossier,
        "reference": reference,
        "state": state,
        "clock": clock_of(dossier, state),
        "notices": [one for one in state.notices.values() if one.state == "served"],
        "rfis": [one for one in state.rfis.values() if one.state == "open"],
        "text": pretty(orjson.loads(office().store.document(state.content_digest))),
        "served": served,
        "remedies": _remedies(dossier),
        "licences": licences_of(dossier),
        "appeals": appeals_of(dossier),
        "news": news_of(dossier, state.application),
        "moments": timeline(dossier),
    }
    return page(request, "counter/case.html", shown, reasons)


@access(*APPLICANTS)
def appeal(request: HttpRequest, reference: str) -> HttpResponse:
    """An appeal, seen by whoever lodged it."""
    dossier = f"appeal/{reference}"
    must_own(request, [owner_of(dossier)])
    shown = {
        "dossier": dossier,
        "reference": reference,
        "state": office().store.states(dossier),
        "moments": timeline(dossier),
    }
    return page(request, "counter/appeal.html", shown)


def _remedies(dossier: str) -> list[dict[str, object]]:
    """The remedies as the served decision names them."""
    served = [entry.record for entry in office().store.entries(dossier) if entry.record.kind == "decision-served"]
    return list(served[-1].facts["remedies"]) if served else []  # type: ignore[call-overload]


def _act(request: HttpRequest, dossier: str, state: Case) -> Answer:
    message, form = sent(request), request.POST
    points = (Point("1", form.get("text", "")),)
    match form.get("act"):
        case "answer-notice":
            command = ask.AnswerNotice(**by(message), notice=form.get("notice", ""), points=points)
            return casework.act(office(), message, dossier, command)
        case "answer-rfi":
            app = application.read(form.get("file", "").encode())
            return asking.answer(office(), message, dossier, form.get("rfi", ""), app)
        case "note-rfi":
            return casework.act(
                office(), message, dossier, ask.Note(**by(message), rfi=form.get("rfi", ""), text=form.get("text", ""))
            )
        case "waive-notice":
            return casework.act(office(), message, dossier, ask.WaiveNotice(**by(message), notice=form.get("notice", "")))
        case "withdraw":
            return casework.act(office(), message, dossier, ask.Withdraw(**by(message)))
        case "appeal":
            return appealing.lodge(office(), message, dossier, points)
    raise UnknownDossier(dossier=dossier)
