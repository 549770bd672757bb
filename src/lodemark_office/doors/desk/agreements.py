"""An agreement on the desk: terms, quota, duties; the countersigner signs for the office."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lodemark.licence.agreement import Agreement, Sign
from lodemark_office.acts import agreements
from lodemark_office.doors.desk.queue import OFFICE
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import answered, office, page, sent
from lodemark_office.doors.parts.agreed import shown_agreement
from lodemark_office.doors.parts.who import by_at


@access(*OFFICE)
def agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """One agreement."""
    dossier = f"agreement/{reference}"
    state: Agreement = office().store.states(dossier)
    if request.method == "POST":
        message = sent(request)
        return answered(request, agreements.act(office(), message, dossier, Sign(**by_at(message))))
    return page(request, "counter/agreement.html", {**shown_agreement(dossier, state), "desk": True})
