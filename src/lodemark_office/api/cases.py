"""``/cases``: every act of casework after acceptance, and the appeal against what was decided."""

from dataclasses import dataclass
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Body, Router

from lodemark.case import Case, Point
from lodemark.case import commands as ask
from lodemark_office.acts import appealing, casework
from lodemark_office.acts.office import Sent
from lodemark_office.acts.store import Answer, UnknownDossier
from lodemark_office.api import showing
from lodemark_office.api.acting import CREATED, LIST, READ, ROWS, KeyHeader, Size, add_act, by, key_name
from lodemark_office.api.answers import answered, json_answer, sent
from lodemark_office.api.reading import command, declared
from lodemark_office.api.sight import dossier_of, hat_on, listed, of_desk
from lodemark_office.doors.parts.acting import office
from lodemark_office.doors.parts.clock import clock_of
from lodemark_office.store.models import Account

router = Router(tags=["cases"])
NOUN = "case"
ACTS: dict[str, tuple[type, str]] = {
    "take": (ask.Take, ""),
    "withdraw": (ask.Withdraw, ""),
    "close": (ask.Close, ""),
    "stop-clock": (ask.StopClock, "stop"),
    "resume-clock": (ask.ResumeClock, ""),
    "lift-limit": (ask.LiftLimit, ""),
    "ask": (ask.Ask, "rfi"),
    "note": (ask.Note, ""),
    "accept-answer": (ask.AcceptAnswer, ""),
    "insufficient": (ask.Insufficient, ""),
    "extend": (ask.Extend, ""),
    "reopen": (ask.Reopen, ""),
    "drop": (ask.Drop, ""),
    "consult": (ask.Consult, "consultation"),
    "advise": (ask.Advise, ""),
    "give-notice": (ask.GiveNotice, "notice"),
    "answer-notice": (ask.AnswerNotice, ""),
    "waive-notice": (ask.WaiveNotice, ""),
    "weigh": (ask.Weigh, ""),
    "propose": (ask.Propose, "decision"),
    "send-back": (ask.SendBack, ""),
    "void-proposal": (ask.VoidProposal, ""),
}
"""Act -> its command, and the id that the office gives to what it opens."""


@router.get("", response=LIST, operation_id="case-list")
def cases(request: HttpRequest, after: str = "", size: Size = 30) -> HttpResponse:
    """The cases the caller may see, by reference."""
    return json_answer(showing.page_of(listed(request, NOUN), after, size))


@router.get("/{reference}", response=READ, operation_id="case")
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """The file for the desk; for the applicant where it stands, what was asked and told, what was served."""
    dossier = dossier_of(NOUN, reference)
    hat = hat_on(request, dossier)
    return json_answer({"dossier": dossier, **showing.case(_state(dossier), of_desk(hat, NOUN))})


@router.get("/{reference}/clock", response=READ, operation_id="case-clock")
def clock(request: HttpRequest, reference: str) -> HttpResponse:
    """Days used, days that do not count, the day the decision is due."""
    dossier = dossier_of(NOUN, reference)
    hat_on(request, dossier)
    return json_answer({"clock": clock_of(dossier, _state(dossier))})


@router.get("/{reference}/checks", response=ROWS, operation_id="case-checks")
def checks(request: HttpRequest, reference: str) -> HttpResponse:
    """Every check of the file as met, not met or not known, with its provision. For the desk."""
    dossier = dossier_of(NOUN, reference)
    hat = hat_on(request, dossier)
    if not of_desk(hat, NOUN):
        raise UnknownDossier(dossier=dossier)
    file = casework.open_file(office(), dossier, timezone.now())
    return json_answer(casework.checks_of(file.review))


@router.get("/{reference}/history", response=ROWS, operation_id="case-history")
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """Its records, by kind."""
    dossier = dossier_of(NOUN, reference)
    hat_on(request, dossier)
    return json_answer(showing.history(dossier))


def _carry(kind: type, made: str) -> Any:
    def carry(message: Sent, dossier: str, said: object) -> Answer:
        named = {made: f"{dossier}/{key_name(message)}"} if made else {}
        return casework.act(office(), message, dossier, command(kind, said, **by(message), **named))

    return carry


for _act, (_kind, _made) in ACTS.items():
    add_act(router, NOUN, _act, _kind, _carry(_kind, _made), *filter(None, [_made]))


def signed_with(person: str, message: Sent, password: str) -> Any:
    """When the signer last proved who they are: now, if the password beside the act is their own."""
    accounts = Account.objects.filter(person=person, is_active=True)
    return message.at if any(account.check_password(password) for account in accounts) else None


def _countersign(message: Sent, dossier: str, said: Any) -> Answer:
    asked = command(ask.Countersign, said, **by(message), at=message.at)
    factor = signed_with(message.actor.person, message, said.password)
    return casework.countersign(office(), message, dossier, asked, factor)


add_act(router, NOUN, "countersign", ask.Countersign, _countersign, password=(str, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealSaid:
    """申请复议: the grounds, point by point."""

    grounds: tuple[Point, ...]


@router.post("/{reference}/appeals", response=CREATED, operation_id="case-appeal")
def appeal(request: HttpRequest, reference: str, key: KeyHeader, said: Annotated[declared(AppealSaid), Body()]) -> HttpResponse:
    """Lodge an appeal against the served decision; the result names it."""
    dossier = dossier_of(NOUN, reference)
    message = sent(request, key, hat_on(request, dossier))
    return answered(appealing.lodge(office(), message, dossier, said.grounds), 201)  # type: ignore[attr-defined]


def _state(dossier: str) -> Case:
    state: Case = office().store.states(dossier)
    return state
