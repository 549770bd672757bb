"""随货单 at the counter: the holder issues it for a reservation and prints it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lodemark_office.acts import slips
from lodemark_office.doors.counter.home import APPLICANTS
from lodemark_office.doors.parts.access import access, must_own
from lodemark_office.doors.parts.acting import answered, office, page, sent
from lodemark_office.doors.parts.issuer import issuer
from lodemark_office.doors.parts.slip import shown_slip


@access(*APPLICANTS)
def slip(request: HttpRequest, reference: str, drawdown: str) -> HttpResponse:
    """One slip: issued with a press of a button, then printed from here or as PDF."""
    dossier = f"licence/{reference}"
    _own(request, dossier)
    if request.method == "POST":
        return answered(request, slips.issue(office(), sent(request), dossier, drawdown, issuer()))
    return page(request, "parts/slip_page.html", {**shown_slip(dossier, drawdown), "reference": reference, "door": "/counter"})


@access(*APPLICANTS)
def paper(request: HttpRequest, reference: str, drawdown: str) -> HttpResponse:
    """The slip as PDF."""
    dossier = f"licence/{reference}"
    _own(request, dossier)
    answer = HttpResponse(slips.pdf(office(), dossier, drawdown, issuer()), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{reference}-slip.pdf"'
    return answer


def _own(request: HttpRequest, dossier: str) -> None:
    must_own(request, [office().store.states(dossier).terms.holder])
