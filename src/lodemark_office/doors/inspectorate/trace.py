"""Can, or must, grams of this licence be there? Bounds from the records alone, with the certificate and what they cannot show."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from lodemark import Error
from lodemark.attribution import Bounds, Receipt
from lodemark.licence import Licence
from lodemark.licence.commodity import element_of
from lodemark_office.acts import tracing
from lodemark_office.doors.desk.queue import OFFICE
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import Told, office, page, unreadable
from lodemark_office.doors.parts.bars import Strip, strip
from lodemark_office.store import models

USES = ("military", "civil")
"""Uses that an inspection can have seen; whatever nobody looked at is in none of them."""


@dataclass(frozen=True, slots=True)
class Traced:
    """One question with its answer: element and use, the range, the receipts that prove the least."""

    element: str
    use: str
    strip: Strip
    must: bool
    can: bool
    receipts: tuple[Receipt, ...]


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
    elements = sorted({element for line in state.terms.lines for code in line.caps if (element := element_of(code))})
    found = []
    for element in elements:
        for use in USES:
            answer = known.reach(state.terms.number, element, (use,))
            if answer is None:
                continue
            reach, bounds = answer
            drawn = strip(reach)
            found.append(Traced(element, use, drawn, reach.low_mg > 0, reach.high_mg > 0, _receipts(bounds)))
    return found


def _receipts(bounds: Bounds | None) -> tuple[Receipt, ...]:
    """The bottleneck that certifies the least: what went elsewhere passed these records, and they hold no more."""
    if bounds is None or bounds.certificate is None or not bounds.min_mg:
        return ()
    return bounds.certificate.receipts
