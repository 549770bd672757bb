"""The counter's first page, and a party's own standing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lodemark_office.acts import promises
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import office, page, today
from lodemark_office.doors.parts.lines import of_party
from lodemark_office.doors.parts.standings import shown_standing
from lodemark_office.store import models

APPLICANTS = ("signatory", "member", "end_user")
OURS = ("applicant", "end_user")
"""Whose turn it is where this side has to act."""


@access(*APPLICANTS)
def home(request: HttpRequest) -> HttpResponse:
    """Your turn first, then the office's turn."""
    everything = [one for one in of_party(request.hat.party_id) if not _hidden(one)]
    held = ("licence", "agreement")
    shown = {
        "turn": [one for one in everything if one.turn in OURS],
        "waiting": [one for one in everything if one.turn and one.turn not in OURS],
        "licences": [one for one in everything if one.noun == "licence"],
        "agreements": [one for one in everything if one.noun == "agreement"],
        "rest": [one for one in everything if not one.turn and one.noun not in held],
        "drafts": models.Draft.objects.filter(owner=request.user.person, form__startswith="application/").order_by("-saved_at"),
    }
    return page(request, "counter/home.html", shown)


def _hidden(one: models.Summary) -> bool:
    # A finding that was opened and not put to the party yet is nothing the party could answer.
    return one.noun == "finding" and one.state == "opened"


@access("signatory", "member")
def standing(request: HttpRequest) -> HttpResponse:
    """One's own standing: what was kept, what moved it, what would raise it."""
    found = promises.standing_of(office(), request.hat.party_id, today())
    owed = promises.obligations(office(), request.hat.party_id, today())
    return page(request, "counter/standing.html", {**shown_standing(found, owed)})
