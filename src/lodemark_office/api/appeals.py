"""``/appeals``: heard by a third person, with the recorded file run again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from lodemark.case.appeal import commands as ask
from lodemark_office.acts import appealing
from lodemark_office.acts.office import Sent
from lodemark_office.acts.store import Answer
from lodemark_office.api import showing
from lodemark_office.api.acting import DONE, LIST, READ, KeyHeader, Size, add_act, by
from lodemark_office.api.answers import answered, json_answer, sent
from lodemark_office.api.cases import signed_with
from lodemark_office.api.reading import command
from lodemark_office.api.sight import dossier_of, hat_on, listed
from lodemark_office.doors.parts.acting import office

router = Router(tags=["appeals"])
NOUN = "appeal"
ACTS: dict[str, type] = {
    "ask-completion": ask.AskCompletion,
    "complete": ask.Complete,
    "admit": ask.Admit,
    "reject": ask.Reject,
    "respond": ask.Respond,
    "hear": ask.Hear,
    "set-stay": ask.SetStay,
    "conclude": ask.Conclude,
    "send-back": ask.SendBackConclusion,
    "withdraw": ask.WithdrawAppeal,
}


@router.get("", response=LIST, operation_id="appeal-list")
def appeals(request: HttpRequest, after: str = "", size: Size = 30) -> HttpResponse:
    """The appeals the caller may see, by reference."""
    return json_answer(showing.page_of(listed(request, NOUN), after, size))


@router.get("/{reference}", response=READ, operation_id="appeal")
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """Grounds, answers, hearing, conclusion."""
    dossier = dossier_of(NOUN, reference)
    hat_on(request, dossier)
    return json_answer({"dossier": dossier, **showing.plain(office().store.states(dossier))})


@router.post("/{reference}/replay", response=DONE, operation_id="appeal-replay")
def replay(request: HttpRequest, reference: str, key: KeyHeader) -> HttpResponse:
    """Run the recorded file again and put the report on the file."""
    dossier = dossier_of(NOUN, reference)
    return answered(appealing.rerun(office(), sent(request, key, hat_on(request, dossier)), dossier))


def _carry(kind: type) -> Any:
    def carry(message: Sent, dossier: str, said: object) -> Answer:
        return appealing.act(office(), message, dossier, command(kind, said, **by(message)))

    return carry


for _act, _kind in ACTS.items():
    add_act(router, NOUN, _act, _kind, _carry(_kind))


def _countersign(message: Sent, dossier: str, said: Any) -> Answer:
    asked = command(ask.CountersignConclusion, said, **by(message), at=message.at)
    return appealing.act(office(), message, dossier, asked, signed_with(message.actor.person, message, said.password))


add_act(router, NOUN, "countersign", ask.CountersignConclusion, _countersign, password=(str, ""))
