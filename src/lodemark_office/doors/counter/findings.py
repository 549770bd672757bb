"""A question put to a party: the evidence, the time left, the answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lodemark.finding import commands as ask
from lodemark.finding.model import Finding, Point
from lodemark_office.acts import findings
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.doors.counter.home import APPLICANTS
from lodemark_office.doors.parts.access import access, must_own
from lodemark_office.doors.parts.acting import answered, office, page, sent
from lodemark_office.doors.parts.timeline import timeline
from lodemark_office.doors.parts.who import by


@access(*APPLICANTS)
def finding(request: HttpRequest, reference: str) -> HttpResponse:
    """One finding, from the party's side; one that was not put to the party yet is not there."""
    dossier = f"finding/{reference}"
    state: Finding = office().store.states(dossier)
    must_own(request, [state.party])
    if state.state == "opened":
        raise UnknownDossier(dossier=dossier)
    if request.method == "POST":
        message = sent(request)
        points = tuple(Point(str(no), text) for no, text in enumerate(_points(request.POST.get("text", "")), start=1))
        command = ask.AnswerQuestion(**by(message), points=points)
        return answered(request, findings.act(office(), message, dossier, command))
    shown = {"dossier": dossier, "reference": reference, "state": state, "moments": timeline(dossier)}
    return page(request, "counter/finding.html", shown)


def _points(text: str) -> list[str]:
    """An empty line begins a new point, so that each can be responded to."""
    parts = text.replace("\r\n", "\n").split("\n\n")
    return [part.strip() for part in parts if part.strip()] or [""]
