"""Can, or must, grams of this licence be there? Bounds from the records alone, with the certificate and what they cannot show."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from lodemark import Error, Reason
from lodemark.licence import Licence
from lodemark.wording import Lang
from lodemark_office.acts import tracing
from lodemark_office.doors.desk.queue import OFFICE
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import Told, office, page, unreadable
from lodemark_office.doors.parts.figure import download
from lodemark_office.doors.parts.traced import USES, Traced, capped, traced
from lodemark_office.doors.parts.went_drawn import Drawing, drawing
from lodemark_office.store import models


@access("inspector", *OFFICE)
def trace(request: HttpRequest) -> HttpResponse:
    """Choose a licence; every element its caps name, and every use. At first the newest that left something to follow."""
    licences = models.Summary.objects.filter(noun="licence").order_by("-dossier")
    known = tracing.evidence(office())
    number = request.GET.get("licence") or next((one.reference for one in licences if known.batch(one.reference)), "")
    state: Licence | None = office().store.states(f"licence/{number}") if number else None
    reasons: tuple[Told, ...] = ()
    rows: list[Traced] = []
    drawings: list[Drawing] = []
    lang: Lang = "zh-Hans" if request.lang == "zh-Hans" else "en"
    try:
        if state:
            rows = _traced(known, state)
            ends = [known.went(number, element) for element in capped(state)]
            drawings = [drawing(went, number, lang) for went in ends if went]
    except Error as error:
        reasons = unreadable(error)
    shown = {"licences": licences, "number": number, "state": state, "rows": rows, "asked": bool(number)}
    shown |= {"drawings": drawings, "query": urlencode({"licence": number})}
    figures, cannot_show = [one.figure for one in drawings], [Reason("page-trace-convention"), Reason("limit-as-recorded")]
    return download(request, figures, cannot_show) or page(request, "inspectorate/trace.html", shown, reasons)


def _traced(known: tracing.Evidence, state: Licence) -> list[Traced]:
    found = []
    for element in capped(state):
        for use in USES:
            answer = known.reach(state.terms.number, element, (use,))
            if answer is not None:
                found.append(traced(element, use, answer))
    return found
