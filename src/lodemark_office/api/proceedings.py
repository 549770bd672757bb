"""``/proceedings``: what goes before the end of a licence; the last signature carries the act out."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from lodemark.licence import proceeding as ask
from lodemark_office.acts import ending
from lodemark_office.acts.office import Sent
from lodemark_office.acts.store import Answer
from lodemark_office.api import showing
from lodemark_office.api.acting import LIST, READ, Size, add_act, by
from lodemark_office.api.answers import json_answer
from lodemark_office.api.cases import signed_with
from lodemark_office.api.reading import command
from lodemark_office.api.sight import dossier_of, hat_on, listed
from lodemark_office.doors.parts.acting import office

router = Router(tags=["proceedings"])
NOUN = "proceeding"
ACTS: dict[str, type] = {
    "answer": ask.Answer,
    "waive": ask.Waive,
    "propose": ask.Propose,
    "send-back": ask.SendBack,
    "drop": ask.Drop,
}


@router.get("", response=LIST, operation_id="proceeding-list")
def proceedings(request: HttpRequest, after: str = "", size: Size = 30) -> HttpResponse:
    """The proceedings the caller may see, by reference."""
    return json_answer(showing.page_of(listed(request, NOUN), after, size))


@router.get("/{reference}", response=READ, operation_id="proceeding")
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """Act, ground, reason, what the holder said, where it stands."""
    dossier = dossier_of(NOUN, reference)
    hat_on(request, dossier)
    return json_answer({"dossier": dossier, **showing.plain(office().store.states(dossier))})


def begin(message: Sent, dossier: str, said: object) -> Answer:
    """Open a proceeding about a licence; for the router of licences."""
    return ending.begin(office(), message, command(ask.Open, said, **by(message), proceeding="", licence=dossier))


def _carry(kind: type) -> Any:
    def carry(message: Sent, dossier: str, said: object) -> Answer:
        return ending.act(office(), message, dossier, command(kind, said, **by(message)))

    return carry


for _act, _kind in ACTS.items():
    add_act(router, NOUN, _act, _kind, _carry(_kind))


def _sign(message: Sent, dossier: str, said: Any) -> Answer:
    asked = command(ask.Sign, said, **by(message), at=message.at)
    factor = signed_with(message.actor.person, message, said.password)
    return ending.act(office(), message, dossier, asked, factor)


add_act(router, NOUN, "sign", ask.Sign, _sign, password=(str, ""))
