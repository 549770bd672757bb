"""``/dossiers``, ``/verify``, ``/statistics``: what proves a record, a licence, and how the office works."""

from dataclasses import dataclass
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Body, Router

from lodemark.ledger import Bundle, ChainedRecord, pack
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.api.acting import READ
from lodemark_office.api.answers import OPEN, READS, Problem, json_answer
from lodemark_office.api.reading import declared
from lodemark_office.api.sight import DESK, SEES_ALL, dossier_of, hat_on
from lodemark_office.doors.parts.acting import office
from lodemark_office.doors.parts.trouble import told
from lodemark_office.doors.public.statistics import asked_of, plain, published
from lodemark_office.doors.public.verify import Shown, by_credential, by_number
from lodemark_office.store import log, models

dossiers = Router(tags=["evidence"])
public = Router(tags=["evidence"], auth=None)
ANYBODY: dict[Any, Any] = {200: dict[str, Any], OPEN: Problem}


@dossiers.get("/{noun}/{reference}/receipts/{number}", response=READ, operation_id="receipt")
def receipt(request: HttpRequest, noun: str, reference: str, number: int) -> HttpResponse:
    """The proof that a record is in the signed log."""
    dossier = _seen(request, noun, reference)
    try:
        found = log.receipt(dossier, number)
    except log.NotYetLogged:
        log.checkpoint(timezone.now())
        found = log.receipt(dossier, number)
    return json_answer({"receipt": str(found)})


@dossiers.get("/{noun}/{reference}/bundle", response={200: None, READS: Problem}, operation_id="bundle")
def bundle(request: HttpRequest, noun: str, reference: str) -> HttpResponse:
    """Records and documents in one file that an outsider checks with ``lodemark-verify``; for the office."""
    dossier = _seen(request, noun, reference)
    request.auth.as_one_of(DESK, dossier)  # type: ignore[attr-defined]
    rows = models.LedgerRecord.objects.filter(dossier=dossier).order_by("number")
    records = [
        ChainedRecord(row.number, bytes(row.body), bytes(row.body_digest), bytes(row.prev_digest), bytes(row.chain_digest))
        for row in rows
    ]
    facts = {entry.stamp.basis.facts for entry in office().store.entries(dossier) if entry.stamp.basis.facts}
    documents = {name: office().store.document(name) for name in sorted(facts)}
    response = HttpResponse(pack(Bundle({dossier: records}, documents)), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{reference}.zip"'
    return response


@public.get("/verify/{number}", response=ANYBODY, operation_id="verify-number")
def verify_number(request: HttpRequest, number: str, code: str = "") -> HttpResponse:
    """By what stands on the paper. A wrong code and a number never given are answered alike."""
    return json_answer(_shown(by_number(number, code)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The text of a credential or of a code on the paper."""

    credential: str


@public.post("/verify", response=ANYBODY, operation_id="verify-credential")
def verify_credential(request: HttpRequest, said: Annotated[declared(Paper), Body()]) -> HttpResponse:  # type: ignore[valid-type]
    """By the credential itself, with its status now."""
    return json_answer(_shown(by_credential(said.credential)))  # type: ignore[attr-defined]


@public.get("/statistics", response=ANYBODY, operation_id="statistics")
def statistics(request: HttpRequest, since: str = "", until: str = "", by: str = "all") -> HttpResponse:
    """Every table of a period, pending cases kept in, small cells not shown; with the digest of what it was made from."""
    return json_answer(plain(published(asked_of({"since": since, "until": until, "by": by}))))


def _shown(found: Shown) -> dict[str, object]:
    licence = found.state and {
        "number": found.state.terms.number,
        "state": found.state.state,
        "valid_from": found.state.terms.valid_from,
        "valid_until": found.state.terms.valid_until,
    }
    return {"result": found.result, "reasons": told(found.reasons), "licence": licence}


def _seen(request: HttpRequest, noun: str, reference: str) -> str:
    if noun not in SEES_ALL:
        raise UnknownDossier(dossier=f"{noun}/{reference}")
    dossier = dossier_of(noun, reference)
    hat_on(request, dossier)
    return dossier
