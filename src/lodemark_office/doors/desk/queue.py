"""The queue: what waits for the office, what waits for others, what is done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import office, page, today
from lodemark_office.doors.parts.lines import everything
from lodemark_office.store import models

OFFICE = ("officer", "countersigner", "appeal_officer")
OURS = ("authority", "appeal_body", "adviser")
NOUNS = ("application", "case", "appeal", "finding")


@access(*OFFICE)
def queue(request: HttpRequest) -> HttpResponse:
    """Filters stand in the address, so that a view can be sent to a colleague."""
    wanted = request.GET.get("noun", "")
    lines = [one for one in everything() if wanted in ("", one.noun)]
    rows = models.Summary.objects
    shown = {
        "nouns": NOUNS,
        "wanted": wanted,
        "ours": [one for one in lines if one.turn in OURS],
        "theirs": [one for one in lines if one.turn and one.turn not in OURS],
        "done": [one for one in lines if not one.turn],
        "licences": rows.filter(noun="licence").order_by("-dossier")[:50],
        "agreements": rows.filter(noun="agreement").order_by("-dossier")[:50],
        "lists_current": office().screener.lists(today()).current,
    }
    return page(request, "desk/queue.html", shown)
