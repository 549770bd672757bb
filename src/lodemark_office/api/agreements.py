"""``/agreements``: quota for promises kept; a batch licence issues by rule or is referred, with every check."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Body, Router

from lodemark.licence.agreement import Agreement, next_due
from lodemark.licence.agreement import commands as ask
from lodemark.licence.agreement.model import AgreementTerms
from lodemark_office.acts import agreements, promises
from lodemark_office.acts.office import Sent
from lodemark_office.acts.store import Answer, UnknownDossier
from lodemark_office.api import showing
from lodemark_office.api.acting import CREATED, LIST, READ, ROWS, KeyHeader, Size, add_act, by_at
from lodemark_office.api.answers import WRITES, Problem, Receipt, answered, json_answer, sent
from lodemark_office.api.reading import command, shape
from lodemark_office.api.sight import DESK, SEES_ALL, dossier_of, hat_on, listed
from lodemark_office.doors.parts.acting import office

router, standing = Router(tags=["agreements"]), Router(tags=["standing"])
NOUN = "agreement"
ACTS: dict[str, type] = {
    "sign": ask.Sign,
    "pause": ask.Pause,
    "resume": ask.Resume,
    "give-notice": ask.GiveNotice,
    "open-duty": ask.OpenDuty,
    "note-evidence": ask.NoteEvidence,
    "accept-products": ask.AcceptProducts,
}
Terms: Any = shape(AgreementTerms, "id")
Batch: Any = shape(ask.AskBatch, "key", "licence", "number", "check_digest", products=(str, ""))


@router.get("", response=LIST, operation_id="agreement-list")
def all_agreements(request: HttpRequest, after: str = "", size: Size = 30) -> HttpResponse:
    """The agreements the caller may see, by reference."""
    return json_answer(showing.page_of(listed(request, NOUN), after, size))


@router.post("", response=CREATED, operation_id="agreement-propose")
def propose(request: HttpRequest, key: KeyHeader, said: Annotated[Terms, Body()]) -> HttpResponse:
    """An officer puts terms to the parties; the result names the agreement."""
    message = sent(request, key, request.auth.as_one_of(DESK, request.path))  # type: ignore[attr-defined]
    terms = command(AgreementTerms, said, id="")
    return answered(agreements.propose(office(), message, ask.Propose(**by_at(message), terms=terms)), 201)


@router.get("/{reference}", response=READ, operation_id="agreement")
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """Terms, signatures, duties, quota, batches."""
    return json_answer({"dossier": dossier_of(NOUN, reference), **showing.agreement(_seen(request, reference))})


@router.get("/{reference}/duties", response=ROWS, operation_id="agreement-duties")
def duties(request: HttpRequest, reference: str) -> HttpResponse:
    """What is due next, soonest first."""
    state = _seen(request, reference)
    return json_answer([showing.plain(each) for each in next_due(state, office().day(timezone.now()))])


def _carry(kind: type) -> Any:
    def carry(message: Sent, dossier: str, said: object) -> Answer:
        return agreements.act(office(), message, dossier, command(kind, said, **by_at(message)))

    return carry


for _act, _kind in ACTS.items():
    add_act(router, NOUN, _act, _kind, _carry(_kind))


@router.post(
    "/{reference}/batches", response={201: Receipt, 202: Receipt, WRITES: Problem}, operation_id="agreement-batch"
)  # fmt: skip
def batch(request: HttpRequest, reference: str, key: KeyHeader, said: Annotated[Batch, Body()]) -> HttpResponse:
    """A shipment-sized licence: 201 issued, 202 referred to an ordinary case; both with every check."""
    dossier = dossier_of(NOUN, reference)
    message = sent(request, key, hat_on(request, dossier))
    made = {"key": "", "licence": "", "number": "", "check_digest": ""}
    asked = command(ask.AskBatch, said, **by_at(message), **made)
    answer = agreements.ask_batch(office(), message, dossier, asked, said.products or None)
    return answered(answer, 201 if answer.result.get("issued") else 202)


@standing.get("", response=READ, operation_id="standing")
def standing_of(request: HttpRequest, party: str = "") -> HttpResponse:
    """A party's standing today, with what moved it and what would raise it; one's own, or any for the office."""
    caller = request.auth  # type: ignore[attr-defined]
    if not caller.hats:
        raise UnknownDossier(dossier=f"party/{party}")
    wanted = party or caller.hats[0].party_id
    everybody = any(hat.role in SEES_ALL["agreement"] for hat in caller.hats)
    if not everybody and wanted not in {hat.party_id for hat in caller.hats}:
        raise UnknownDossier(dossier=f"party/{wanted}")
    return json_answer(promises.standing_of(office(), wanted, office().day(timezone.now())))


def _seen(request: HttpRequest, reference: str) -> Agreement:
    dossier = dossier_of(NOUN, reference)
    hat_on(request, dossier)
    state: Agreement = office().store.states(dossier)
    return state
