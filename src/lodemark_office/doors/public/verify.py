"""Is this licence genuine, and in force? By number and check code, by a pasted credential, or by the file itself.

A wrong code, a number that was never given and a licence of somebody else get the same answer in the same words.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lodemark import Error, Reason
from lodemark.licence import BadNumber, Licence, Usable, check_digest, read_number, usable
from lodemark.licence.credential import KeySet, Trust, Verdict, dead_slips, sign_status_jwt, verify
from lodemark.licence.paper import credentials_in
from lodemark_office.acts import papers
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.doors.parts.access import PUBLIC, access
from lodemark_office.doors.parts.acting import Told, office, page, today, unreadable
from lodemark_office.doors.parts.issuer import issuer
from lodemark_office.doors.parts.throttle import at_most

NO_SCRIPT = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a verifier reads: the result, why, and the licence as far as the paper itself shows it."""

    result: str
    reasons: tuple[Told, ...] = ()
    state: Licence | None = None


NOT_GENUINE = Shown("not-genuine", (Reason("verify-unknown"),))


@access(PUBLIC)
@at_most(60, 60)
def verify_page(request: HttpRequest) -> HttpResponse:
    """One page, no script, nothing written."""
    found: list[Shown] = []
    reasons: tuple[Told, ...] = ()
    if request.method == "POST":
        try:
            found = _found(request)
        except Error as error:
            reasons = unreadable(error)
    shown = {
        "found": found,
        "kid": issuer().signer.key.kid,
        "number": request.POST.get("number", request.GET.get("number", "")),
    }
    answer = page(request, "public/verify.html", shown, reasons)
    answer.headers["Content-Security-Policy"] = NO_SCRIPT
    return answer


def _found(request: HttpRequest) -> list[Shown]:
    upload = request.FILES.get("upload")
    if upload is not None:
        return [by_credential(text) for text in credentials_in(upload.read(), upload.name or "-")]
    if text := request.POST.get("credential", "").strip():
        return [by_credential(text)]
    return [by_number(request.POST.get("number", ""), request.POST.get("code", ""))]


def by_number(number: str, code: str) -> Shown:
    """By what stands on the paper. A mistyped number is told (its check character shows it); nothing else is."""
    named = read_number(number)
    state = _licence(named)
    known = state.terms.check_digest if state else ""
    # Compared in any case, so that time does not tell whether the number exists.
    if not hmac.compare_digest(check_digest(code), known or check_digest("")) or state is None or not known:
        return NOT_GENUINE
    fit = usable(state, today())
    return Shown("in-force", state=state) if isinstance(fit, Usable) else Shown("not-usable", fit, state)


def by_credential(text: str) -> Shown:
    """By the credential or code itself, with the status of this licence as it is now."""
    keys, at = KeySet.of([issuer().signer.key]), timezone.now()
    first = verify(text, Trust(keys), at)
    state = _licence(first.shown.number) if first.shown else None
    if state is None:
        return Shown(first.result if first.shown is None else "not-genuine", first.reasons)
    status = papers.status_list(office(), issuer(), at, (state.terms.id,))
    verdict: Verdict = verify(text, Trust(keys, (status,), dead_slips(state)), at)
    used = _used(state, verdict)
    return Shown("not-usable", (*verdict.reasons, used), state) if used else Shown(verdict.result, verdict.reasons, state)


def _used(state: Licence, verdict: Verdict) -> Reason | None:
    """A slip is for one shipment once: shown after its goods left, it is genuine and no longer good."""
    known = next((one for one in state.issued if verdict.shown and one.slip_id and one.slip_id == verdict.shown.slip_id), None)
    draw = state.drawdowns.get(known.drawdown or "") if known else None
    told = {"shipment": draw.shipment, "released": draw.released_at} if draw else {}
    return Reason("slip-used-already", None, told) if draw and draw.state == "posted" else None


def _licence(number: str) -> Licence | None:
    try:
        state: Licence = office().store.states(f"licence/{read_number(number)}")
    except (UnknownDossier, BadNumber):
        return None
    return state


@access(PUBLIC)
def keys(request: HttpRequest) -> HttpResponse:
    """The keys papers are signed with, as a JWKS: what an offline verifier loads beforehand."""
    return HttpResponse(orjson.dumps({"keys": [issuer().signer.key.jwk()]}), content_type="application/jwk-set+json")


@access(PUBLIC)
def status(request: HttpRequest) -> HttpResponse:
    """The signed status list: what happened to a licence, without asking about any one of them."""
    listed = papers.status_list(office(), issuer(), timezone.now())
    return HttpResponse(sign_status_jwt(listed, issuer().signer), content_type="application/statuslist+jwt")
