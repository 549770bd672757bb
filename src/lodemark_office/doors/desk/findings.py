"""A finding on the desk: for and against, the question, the answer, the closing, the referral."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lodemark import Error
from lodemark.case.commands import Command
from lodemark.finding import commands as ask
from lodemark.finding.model import Finding, Referral
from lodemark.rules import due
from lodemark_office.acts import findings
from lodemark_office.acts.office import Sent
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.doors.desk.queue import OFFICE
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import Told, answered, office, page, read_day, sent, today, unreadable
from lodemark_office.doors.parts.timeline import timeline
from lodemark_office.doors.parts.who import by

CLOSED_AS = ("explained", "corrected", "upheld", "withdrawn")
REFERRALS = {"suspend": "cn/duir-2024/18-4", "inspect": "cn/duir-2024/18-4"}
"""What an upheld finding may propose to the office, and under which provision."""


@access(*OFFICE, "inspector")
def finding(request: HttpRequest, reference: str) -> HttpResponse:
    """One finding; inspectors read what officers act on."""
    dossier = f"finding/{reference}"
    state: Finding = office().store.states(dossier)
    reasons: tuple[Told, ...] = ()
    if request.method == "POST":
        try:
            message = sent(request)
            return answered(request, findings.act(office(), message, dossier, _command(request, message, state)))
        except Error as error:
            reasons = unreadable(error)
    window = findings.rules(office(), sent(request).at).window
    shown = {
        "dossier": dossier,
        "reference": reference,
        "state": state,
        "earliest": due(today(), window.length, window.unit, (), office().calendar).latest,
        "closed_as": CLOSED_AS,
        "referrals": REFERRALS,
        "moments": timeline(dossier),
        "role": request.hat.role,
    }
    return page(request, "desk/finding.html", shown, reasons)


def _command(request: HttpRequest, message: Sent, state: Finding) -> Command:
    who, form = by(message), request.POST
    match form.get("act"):
        case "question":
            shown = tuple(one.digest for one in state.evidence)
            return ask.PutQuestion(**who, shown=shown, answer_due=read_day(form.get("answer_by")))
        case "close":
            points = [point.id for answer in state.answers for point in answer.points]
            responses = {point: form.get("response", "") for point in points}
            closed_as = form.get("as") if form.get("as") in CLOSED_AS else CLOSED_AS[0]
            return ask.CloseFinding(**who, closed_as=closed_as, reason=form.get("text", ""), responses=responses)  # type: ignore[arg-type]
        case "refer" if form.get("referral") in REFERRALS:
            act = form["referral"]
            return ask.Refer(**who, referral=Referral(act, REFERRALS[act], str(state.facts.get("licence", ""))))  # type: ignore[arg-type]
    raise UnknownDossier(dossier=request.path)
