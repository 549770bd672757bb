"""A submitted application on the desk: every check, and the list a return would tell."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lodemark_office.acts import casework, filing
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.doors.desk.documents import named_in
from lodemark_office.doors.desk.queue import OFFICE
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import answered, office, page, sent
from lodemark_office.doors.parts.asked import asked
from lodemark_office.doors.parts.file import shown_file
from lodemark_office.doors.parts.lines import case_of
from lodemark_office.doors.parts.timeline import timeline


@access(*OFFICE)
def application(request: HttpRequest, reference: str) -> HttpResponse:
    """Accept it, or return it with everything that is missing, told once."""
    dossier = f"application/{reference}"
    state = office().store.states(dossier)
    if request.method == "POST":
        return _act(request, dossier)
    file = casework.open_file(office(), "", timezone.now(), dossier)
    shown = {
        **shown_file(file, request.lang),
        "dossier": dossier,
        "reference": reference,
        "filing": state,
        "opened": case_of(dossier),
        "documents": named_in(file, dossier),
        "reading": f"/desk/applications/{reference}/",
        "accepting": request.hat.role == "officer" and state.status in ("submitted", "returned"),
        "missing": asked(file.review.deficiencies, office().book, request.lang),
        "moments": timeline(dossier),
    }
    return page(request, "desk/application.html", shown)


def _act(request: HttpRequest, dossier: str) -> HttpResponse:
    message = sent(request)
    match request.POST.get("act"):
        case "return":
            return answered(request, filing.send_back(office(), message, dossier))
        case "accept-unscanned":
            document, why = request.POST.get("document", ""), request.POST.get("reason", "")
            return answered(request, filing.accept_unscanned(office(), message, dossier, document, why))
        case "accept":
            answer = casework.accept(office(), message, dossier)
            opened = str(answer.result.get("case", "")).partition("/")[2]
            return answered(request, answer, f"/desk/cases/{opened}/" if answer.done else "")
    raise UnknownDossier(dossier=dossier)
