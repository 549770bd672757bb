"""Can, or must, grams of this licence be there? Bounds from the records alone, with the certificate and what they cannot show."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lodemark import Error
from lodemark.licence import Licence
from lodemark_office.acts import tracing
from lodemark_office.doors.desk.queue import OFFICE
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import Told, office, page, unreadable
from lodemark_office.doors.parts.traced import USES, Traced, capped, traced
from lodemark_office.store import models


@access("inspector", *OFFICE)
def trace(request: HttpRequest) -> HttpResponse:
    """Choose a licence; every element its caps name, and every use."""
    number = request.GET.get("licence", "")
    reasons: tuple[Told, ...] = ()
    rows: list[Traced] = []
    state: Licence | None = None
    if number:
        state = office().store.states(f"licence/{number}")
        try:
            rows = _traced(state)
        except Error as error:
            reasons = unreadable(error)
    licences = models.Summary.objects.filter(noun="licence").order_by("-dossier")
    shown = {"licences": licences, "number": number, "state": state, "rows": rows, "asked": bool(number)}
    return page(request, "inspectorate/trace.html", shown, reasons)


def _traced(state: Licence) -> list[Traced]:
    known = tracing.evidence(office())
    found = []
    for element in capped(state):
        for use in USES:
            answer = known.reach(state.terms.number, element, (use,))
            if answer is not None:
                found.append(traced(element, use, answer))
    return found
