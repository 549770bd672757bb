"""``/licences``: what is left, shipments, papers, the acts that hold or end a licence; ``/customs/messages``."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router

from lodemark import Error
from lodemark.licence import AskedMass, Licence, proceeding
from lodemark.licence import commands as ask
from lodemark.licence.credential import LICENCE_VERSION
from lodemark.licence.message import message_key
from lodemark.licence.paper import qr_symbol
from lodemark_office.acts import licensing, papers, slips
from lodemark_office.acts.office import Sent
from lodemark_office.acts.store import Answer, UnknownDossier
from lodemark_office.api import proceedings, showing
from lodemark_office.api.acting import DONE, LIST, READ, ROWS, KeyHeader, Size, add_act, by_at
from lodemark_office.api.answers import WRITES, Problem, answered, json_answer, reasons_of, sent, settled
from lodemark_office.api.reading import command, declared
from lodemark_office.api.sight import dossier_of, hat_on, listed
from lodemark_office.doors.parts.acting import office
from lodemark_office.doors.parts.issuer import issuer
from lodemark_office.doors.parts.trouble import told
from lodemark_office.store.models import Membership

router = Router(tags=["licences"])
customs = Router(tags=["customs"])
NOUN = "licence"
CUSTOMS = frozenset({"customs"})
ACTS: dict[str, type] = {
    "reserve": ask.Reserve,
    "void": ask.Void,
    "suspend": ask.Suspend,
    "confirm-suspension": ask.ConfirmSuspension,
    "resume": ask.Resume,
    "freeze": ask.Freeze,
    "refuse-amendment": ask.RefuseAmendment,
    "close": ask.Close,
    "hand-back": ask.HandBack,
}
FORMS = {"sd-jwt": "application/dc+sd-jwt", "pdf": "application/pdf", "qr.svg": "image/svg+xml"}


@router.get("", response=LIST, operation_id="licence-list")
def licences(request: HttpRequest, after: str = "", size: Size = 30) -> HttpResponse:
    """The licences the caller may see, by number."""
    return json_answer(showing.page_of(listed(request, NOUN), after, size))


@router.get("/{reference}", response=READ, operation_id="licence")
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """Terms, balance, drawdowns, holds."""
    return json_answer({"dossier": dossier_of(NOUN, reference), **showing.licence(_seen(request, reference))})


@router.get("/{reference}/balance", response=ROWS, operation_id="licence-balance")
def balance(request: HttpRequest, reference: str) -> HttpResponse:
    """Granted = available + reserved + posted + lapsed, per line and commodity."""
    return json_answer(showing.balance(_seen(request, reference)))


@router.get("/{reference}/history", response=ROWS, operation_id="licence-history")
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """Its records, by kind."""
    _seen(request, reference)
    return json_answer(showing.history(dossier_of(NOUN, reference)))


@router.post("/{reference}/papers", response=DONE, operation_id="licence-papers")
def issue(request: HttpRequest, reference: str, key: KeyHeader) -> HttpResponse:
    """Issue the papers; the record keeps their digests. Asked again, nothing is written."""
    dossier, hat = _held(request, reference)
    return answered(papers.issue(office(), sent(request, key, hat), dossier, issuer()))


@router.get("/{reference}/credential", response=READ, operation_id="licence-credential")
def credential(request: HttpRequest, reference: str, form: Literal["sd-jwt", "pdf", "qr.svg"] = "sd-jwt") -> HttpResponse:
    """One of the papers, base64 in ``content`` with its media type; for the holder."""
    dossier, _ = _held(request, reference)
    if form == "pdf":
        data = papers.pdf(office(), dossier, issuer())
    else:
        made = papers.papers(office(), dossier, issuer())
        data = made.sd_jwt.encode() if form == "sd-jwt" else qr_symbol(made.codes[0], LICENCE_VERSION).svg.encode()
    return json_answer({"media": FORMS[form], "content": base64.b64encode(data).decode()})


@router.post("/{reference}/slips/{drawdown}", response=DONE, operation_id="licence-slip-issue")
def issue_slip(request: HttpRequest, reference: str, drawdown: str, key: KeyHeader) -> HttpResponse:
    """Issue the slip of an open reservation. Asked again, nothing is written."""
    dossier, hat = _held(request, reference)
    return answered(slips.issue(office(), sent(request, key, hat), dossier, drawdown, issuer()))


@router.get("/{reference}/slips/{drawdown}", response=READ, operation_id="licence-slip")
def slip(request: HttpRequest, reference: str, drawdown: str, form: Literal["code", "pdf"] = "code") -> HttpResponse:
    """The slip as issued: the text of its code, or the page as base64 PDF."""
    dossier, _ = _held(request, reference)
    made = slips.slip(office(), dossier, drawdown, issuer())
    if form == "pdf":
        data = slips.pdf(office(), dossier, drawdown, issuer())
        return json_answer({"media": FORMS["pdf"], "content": base64.b64encode(data).decode()})
    return json_answer({"code": made.code, "slip_id": made.slip_id, "at": made.at})


def _act(message: Sent, dossier: str, asked: ask.Command) -> Answer:
    return licensing.act(office(), message, dossier, asked)


def _carry(kind: type) -> Any:
    def carry(message: Sent, dossier: str, said: object) -> Answer:
        return _act(message, dossier, command(kind, said, **by_at(message)))

    return carry


for _name, _kind in ACTS.items():
    add_act(router, NOUN, _name, _kind, _carry(_kind))


# Withdraw, annul and revoke are carried out by the signature that ends a proceeding, never asked for directly.
add_act(router, NOUN, "proceedings", proceeding.Open, proceedings.begin, "proceeding", "licence")


def _post(message: Sent, dossier: str, said: object) -> Answer:
    return _act(message, dossier, command(ask.Post, said, **by_at(message), presented=message.key))


def _reverse(message: Sent, dossier: str, said: object) -> Answer:
    return _act(message, dossier, command(ask.Reverse, said, **by_at(message)))


add_act(router, NOUN, "post", ask.Post, _post, "presented")
add_act(router, NOUN, "reverse", ask.Reverse, _reverse, "second")


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The goods of a reservation left."""

    masses: tuple[AskedMass, ...]
    amounts: Mapping[str, int]
    released_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """One line about a drawdown of a licence (its number): the goods ``left``, or (without) it will not be used."""

    licence: str
    drawdown: str
    left: Left | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomsMessage:
    """Many lines under the sender's own name for the message."""

    message: str
    lines: tuple[MessageLine, ...]


@customs.post("/messages", response={200: dict[str, Any], WRITES: Problem}, operation_id="customs-message")
def customs_message(request: HttpRequest, said: Annotated[declared(CustomsMessage), Body()]) -> HttpResponse:
    """Every line is answered by itself, once per sender, message and line; a bad line leaves the good ones booked."""
    hat = request.auth.as_one_of(CUSTOMS, request.path)
    asked: Any = said
    results = []
    for number, line in enumerate(asked.lines, start=1):
        message = sent(request, message_key(hat.party_id, asked.message, number), hat)
        results.append({"line": number, **_line_result(message, line)})
    return json_answer({"message": asked.message, "results": results})


def _line_result(message: Sent, line: MessageLine) -> dict[str, object]:
    try:
        dossier = dossier_of(NOUN, line.licence)
        answer = settled(_act(message, dossier, _of_line(message, line)))
    except Error as error:
        return {"status": "refused", "reasons": told(reasons_of(error))}
    return {"status": answer.status, "written": answer.written, "reasons": told(answer.reasons)}


def _of_line(message: Sent, line: MessageLine) -> ask.Command:
    who = by_at(message)
    if line.left is None:
        return ask.Void(**who, drawdown=line.drawdown, reason=line.reason)
    left = line.left
    return ask.Post(
        **who, drawdown=line.drawdown, masses=left.masses, amounts=left.amounts,
        released_at=left.released_at, presented=message.key,
    )  # fmt: skip


def _seen(request: HttpRequest, reference: str) -> Licence:
    dossier = dossier_of(NOUN, reference)
    hat_on(request, dossier)
    state: Licence = office().store.states(dossier)
    return state


def _held(request: HttpRequest, reference: str) -> tuple[str, Membership]:
    """For the holder alone: papers are carried by whoever may use them."""
    dossier = dossier_of(NOUN, reference)
    hat = hat_on(request, dossier)
    if office().store.states(dossier).terms.holder != hat.party_id:
        raise UnknownDossier(dossier=dossier)
    return dossier, hat
