"""The holder in a proceeding that is to end its licence: read the reason, answer it, or say that one will not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lodemark.case import Point
from lodemark.licence import proceeding as ask
from lodemark.licence.proceeding import EndingFile
from lodemark_office.acts import appealing, ending
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.doors.counter.home import APPLICANTS
from lodemark_office.doors.parts.access import access, must_own
from lodemark_office.doors.parts.acting import answered, office, page, sent
from lodemark_office.doors.parts.lines import appeals_of
from lodemark_office.doors.parts.timeline import timeline
from lodemark_office.doors.parts.who import by


@access(*APPLICANTS)
def proceeding(request: HttpRequest, reference: str) -> HttpResponse:
    """One proceeding, seen by the holder of the licence."""
    dossier = f"proceeding/{reference}"
    state: EndingFile = office().store.states(dossier)
    must_own(request, [state.holder])
    if request.method == "POST":
        message = sent(request)
        match request.POST.get("act"):
            case "answer":
                command: ask.Command = ask.Answer(**by(message), text=request.POST.get("text", ""))
            case "waive":
                command = ask.Waive(**by(message))
            case "appeal":
                points = (Point("1", request.POST.get("text", "")),)
                answer = appealing.lodge(office(), message, dossier, points)
                lodged = str(answer.result.get("appeal", "")).partition("/")[2]
                return answered(request, answer, f"/counter/appeals/{lodged}/" if answer.done else "")
            case _:
                raise UnknownDossier(dossier=request.path)
        return answered(request, ending.act(office(), message, dossier, command))
    licence = state.licence.partition("/")[2]
    shown = {"dossier": dossier, "reference": reference, "state": state, "licence": licence, "moments": timeline(dossier)}
    shown["appeals"] = appeals_of(dossier)
    return page(request, "counter/proceeding.html", shown)
