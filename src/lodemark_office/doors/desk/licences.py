"""A licence as the office sees it: history, balance, and the acts that hold it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lodemark.licence import Licence
from lodemark.licence import commands as ask
from lodemark_office.acts import licensing
from lodemark_office.acts.office import Sent
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.doors.desk.queue import OFFICE
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import answered, office, page, sent, today
from lodemark_office.doors.parts.bars import bars
from lodemark_office.doors.parts.drawdowns import drawdowns
from lodemark_office.doors.parts.endings import endings_of
from lodemark_office.doors.parts.timeline import timeline
from lodemark_office.doors.parts.who import by_at


@access(*OFFICE)
def licence(request: HttpRequest, reference: str) -> HttpResponse:
    """One licence."""
    dossier = f"licence/{reference}"
    state: Licence = office().store.states(dossier)
    if request.method == "POST":
        message = sent(request)
        return answered(request, licensing.act(office(), message, dossier, _command(request, message)))
    shown = {
        "dossier": dossier,
        "reference": reference,
        "state": state,
        "bars": bars(state.accounts),
        "drawdowns": drawdowns(state),
        "grounds": office().licence_rules(today()).grounds["suspend"],
        "suspension": state.hold("suspended"),
        "endings": endings_of(dossier),
        "moments": timeline(dossier),
        "role": request.hat.role,
    }
    return page(request, "desk/licence.html", shown)


def _command(request: HttpRequest, message: Sent) -> ask.Command:
    who, text = by_at(message), request.POST.get("text", "")
    match request.POST.get("act"):
        case "suspend":
            return ask.Suspend(**who, ground=request.POST.get("ground", ""), reason=text)
        case "confirm":
            return ask.ConfirmSuspension(**who)
        case "resume":
            return ask.Resume(**who, reason=text)
    raise UnknownDossier(dossier=request.path)
