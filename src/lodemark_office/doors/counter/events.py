"""Events of one's own material: upload an EPCIS document, all or nothing, or the good events with the others named;
and which systems are told of them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lodemark import Error
from lodemark.custody.orders import subscriptions
from lodemark_office.doors.counter.home import APPLICANTS
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import Told, answered, office, page, unreadable
from lodemark_office.doors.parts.captured import capture, captures


@access(*APPLICANTS)
def events(request: HttpRequest) -> HttpResponse:
    """Upload, and what was captured before."""
    reasons: tuple[Told, ...] = ()
    if request.method == "POST":
        try:
            return answered(request, capture(request))
        except Error as error:
            reasons = unreadable(error)
    shown = {
        "captures": captures(request.hat.party_id),
        "orders": subscriptions(office().store.journal(), party=request.hat.party_id),
    }
    return page(request, "counter/events.html", shown, reasons)
