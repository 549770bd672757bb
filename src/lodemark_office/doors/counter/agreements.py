"""An agreement seen by its parties: quota by period, duties and when they are due, batch licences."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lodemark.licence.agreement import Agreement, Sign
from lodemark_office.acts import agreements
from lodemark_office.doors.counter.home import APPLICANTS
from lodemark_office.doors.parts.access import access, must_own
from lodemark_office.doors.parts.acting import answered, office, page, sent
from lodemark_office.doors.parts.agreed import shown_agreement
from lodemark_office.doors.parts.who import by_at


@access(*APPLICANTS)
def agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """One agreement; a party's signatory signs here."""
    dossier = f"agreement/{reference}"
    state: Agreement = office().store.states(dossier)
    must_own(request, [state.terms.holder, *state.terms.parties])
    if request.method == "POST":
        message = sent(request)
        return answered(request, agreements.act(office(), message, dossier, Sign(**by_at(message))))
    return page(request, "counter/agreement.html", shown_agreement(dossier, state))
