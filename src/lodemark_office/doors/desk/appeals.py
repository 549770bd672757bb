"""An appeal: the file run again, both sides heard, a conclusion by two."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lodemark.case.appeal.model import Appeal
from lodemark.case.model import Ground
from lodemark_office.acts import appealing
from lodemark_office.acts.appealing import ask
from lodemark_office.acts.office import Sent
from lodemark_office.acts.store import Answer, UnknownDossier
from lodemark_office.doors.desk.queue import OFFICE
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import answered, fresh_factor, office, page, sent
from lodemark_office.doors.parts.timeline import timeline
from lodemark_office.doors.parts.who import by

CONCLUSIONS = ("upheld", "annulled", "annulled_and_remitted", "declared_unlawful", "rejected")
GROUNDS = {"ground-decision-confirmed": "cn/arl-2023/61", "ground-decision-not-confirmed": "cn/arl-2023/61"}


@access(*OFFICE)
def appeal(request: HttpRequest, reference: str) -> HttpResponse:
    """One appeal."""
    dossier = f"appeal/{reference}"
    state: Appeal = office().store.states(dossier)
    if request.method == "POST":
        return answered(request, _act(request, dossier))
    shown = {
        "dossier": dossier,
        "reference": reference,
        "state": state,
        "conclusions": CONCLUSIONS,
        "grounds": GROUNDS,
        "moments": timeline(dossier),
        "role": request.hat.role,
    }
    return page(request, "desk/appeal.html", shown)


def _act(request: HttpRequest, dossier: str) -> Answer:
    message = sent(request)
    if request.POST.get("act") == "rerun":
        return appealing.rerun(office(), message, dossier)
    return appealing.act(office(), message, dossier, _command(request, message), fresh_factor(request, message))


def _command(request: HttpRequest, message: Sent) -> ask.Command:
    who, form = by(message), request.POST
    text = form.get("text", "")
    match form.get("act"):
        case "admit":
            return ask.Admit(**who)
        case "respond":
            return ask.Respond(**who, text=text, evidence=())
        case "hear-applicant":
            return ask.Hear(**who, side="applicant", note=text)
        case "hear-office":
            return ask.Hear(**who, side="office", note=text)
        case "conclude" if form.get("outcome") in CONCLUSIONS and form.get("ground") in GROUNDS:
            code = form["ground"]
            return ask.Conclude(**who, outcome=form["outcome"], reasons=(Ground(code, GROUNDS[code]),))  # type: ignore[arg-type]
        case "send-back":
            return ask.SendBackConclusion(**who, comment=text)
        case "sign":
            return ask.CountersignConclusion(**who, digest=form.get("digest", ""), at=message.at)
    raise UnknownDossier(dossier=request.path)
