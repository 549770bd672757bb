"""The inspectorate's first page: findings and licences in use, and the forms that bring evidence in."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse

from lodemark import Error
from lodemark_office.acts import findings, matter
from lodemark_office.acts.reference import reference
from lodemark_office.acts.store import Answer, UnknownDossier
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import Told, answered, office, page, sent, unreadable
from lodemark_office.doors.parts.captured import capture, captures, uploaded
from lodemark_office.store import models

SEEN = ("civil", "military", "unknown")


@access("inspector", "laboratory")
def home(request: HttpRequest) -> HttpResponse:
    """What is open, and evidence to bring in: events, assays, inspections; detectors to run."""
    reasons: tuple[Told, ...] = ()
    if request.method == "POST":
        try:
            answer = _act(request)
            return answered(request, answer, _then(answer))
        except Error as error:
            reasons = unreadable(error)
    rows = models.Summary.objects
    inspector = request.hat.role == "inspector"
    shown = {
        "inspector": inspector,
        "findings": rows.filter(noun="finding").order_by("-dossier") if inspector else (),
        "licences": rows.filter(noun="licence").order_by("-dossier") if inspector else (),
        "captures": captures("" if inspector else request.hat.party_id)[:10] if inspector else (),
        "seen": SEEN,
    }
    return page(request, "inspectorate/home.html", shown, reasons)


def _then(answer: Answer) -> str:
    """What was recorded is shown on its own page, with every cell that was refused."""
    return f"/inspectorate/marks/{reference(answer.result['assay'])}/" if answer.done and "assay" in answer.result else ""


def _act(request: HttpRequest) -> Answer:
    message, form = sent(request), request.POST
    inspector = request.hat.role == "inspector"
    match form.get("act"):
        case "assay":
            certificates = request.FILES.get("certificates")
            return matter.record_assay(office(), message, *uploaded(request), certificates.read() if certificates else b"")
        case "capture" if inspector:
            return capture(request)
        case "inspect" if inspector:
            use = form.get("use", "") if form.get("use") in SEEN else "unknown"
            return matter.inspect(
                office(), message, form.get("thing", "").strip(), use, form.get("user", ""), form.get("text", "")
            )
        case "detect" if inspector:
            opened = findings.open_all(office(), message)
            written = tuple(line for one in opened for line in one.written)
            return replace(Answer("done", written), result={"opened": len(opened)})
    raise UnknownDossier(dossier=request.path)
