"""Sealed answers on the desk: what is answered is seen by all, a value only by opening it for a purpose that its owner reads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lodemark.application.sealed import Invitation
from lodemark_office.acts import sealing
from lodemark_office.doors.desk.queue import OFFICE
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import answered, office, page, sent
from lodemark_office.doors.parts.sealed import questions
from lodemark_office.doors.parts.timeline import timeline


@access(*OFFICE)
def part(request: HttpRequest, reference: str) -> HttpResponse:
    """One invitation; the answer to an opening shows the values, and no other page ever does."""
    dossier = f"invitation/{reference}"
    state: Invitation = office().store.states(dossier)
    paths, purpose = tuple(request.POST.getlist("path")), request.POST.get("purpose", "")
    shown: dict[str, object] = {}
    if request.method == "POST":
        answer = sealing.look(office(), sent(request), dossier, paths, purpose)
        if not answer.done:
            return answered(request, answer)
        shown = {"values": sealing.values(office(), state, paths), "purpose": purpose}
    return page(
        request,
        "desk/sealed.html",
        {
            **shown,
            "dossier": dossier,
            "reference": reference,
            "state": state,
            "questions": questions(state, request.lang),
            "can_open": any(not one.declined for one in state.given.values()),
            "moments": timeline(dossier),
        },
    )
