"""A licence in the hands of its holder: what is left, the next shipment, the papers to carry."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from lodemark import Error
from lodemark.licence import AskedMass, Licence, counted, weigh
from lodemark.licence import commands as ask
from lodemark.licence.credential import LICENCE_VERSION
from lodemark.licence.paper import qr_symbol
from lodemark.measure import read_mass_mg
from lodemark_office.acts import licensing, papers
from lodemark_office.acts.store import Answer, UnknownDossier
from lodemark_office.doors.counter.home import APPLICANTS
from lodemark_office.doors.parts.access import access, must_own
from lodemark_office.doors.parts.acting import Told, answered, office, page, sent, unreadable
from lodemark_office.doors.parts.bars import bars
from lodemark_office.doors.parts.drawdowns import drawdowns
from lodemark_office.doors.parts.endings import endings_of
from lodemark_office.doors.parts.issuer import issuer
from lodemark_office.doors.parts.timeline import timeline
from lodemark_office.doors.parts.who import by_at


@access(*APPLICANTS)
def licence(request: HttpRequest, reference: str) -> HttpResponse:
    """One licence; the holder reserves for a shipment and releases what will not be used."""
    dossier = f"licence/{reference}"
    state = _own(request, dossier)
    reasons: tuple[Told, ...] = ()
    if request.method == "POST":
        try:
            return answered(request, _act(request, dossier, state))
        except Error as error:
            reasons = unreadable(error)
    shown = {
        "dossier": dossier,
        "reference": reference,
        "state": state,
        "bars": bars(state.accounts),
        "drawdowns": drawdowns(state),
        "endings": endings_of(dossier) if state.terms.holder == request.hat.party_id else [],
        "moments": timeline(dossier),
        "holder": state.terms.holder == request.hat.party_id,
    }
    return page(request, "counter/licence.html", shown, reasons)


@access(*APPLICANTS)
@require_POST
def issue(request: HttpRequest, reference: str) -> HttpResponse:
    """Issue the papers; the record keeps their digests."""
    dossier = f"licence/{reference}"
    _own(request, dossier, holder=True)
    return answered(request, papers.issue(office(), sent(request), dossier, issuer()), f"/counter/licences/{reference}/")


@access(*APPLICANTS)
def paper(request: HttpRequest, reference: str, form: str) -> HttpResponse:
    """One of the papers as a file: ``pdf``, ``sd-jwt``, or the first code as ``svg``."""
    dossier = f"licence/{reference}"
    state = _own(request, dossier, holder=True)
    match form:
        case "pdf":
            data, media = papers.pdf(office(), dossier, issuer()), "application/pdf"
        case "sd-jwt":
            data, media = papers.papers(office(), dossier, issuer()).sd_jwt.encode(), "application/dc+sd-jwt"
        case "svg":
            code = papers.papers(office(), dossier, issuer()).codes[0]
            data, media = qr_symbol(code, LICENCE_VERSION).svg.encode(), "image/svg+xml"
        case _:
            raise UnknownDossier(dossier=request.path)
    answer = HttpResponse(data, content_type=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{state.terms.number}.{form}"'
    return answer


def _own(request: HttpRequest, dossier: str, holder: bool = False) -> Licence:
    state: Licence = office().store.states(dossier)
    users = () if holder else (line.end_user for line in state.terms.lines)
    must_own(request, [state.terms.holder, *users])
    return state


def _act(request: HttpRequest, dossier: str, state: Licence) -> Answer:
    message = sent(request)
    match request.POST.get("act"):
        case "reserve":
            return licensing.act(office(), message, dossier, _reserve(request, state, by_at(message)))
        case "void":
            named = request.POST.get("drawdown", "")
            command = ask.Void(**by_at(message), drawdown=named, reason=request.POST.get("text", ""))
            return licensing.act(office(), message, dossier, command)
        case "hand-back":
            back = ask.HandBack(**by_at(message), reason=request.POST.get("text", ""))
            return licensing.act(office(), message, dossier, back)
    raise UnknownDossier(dossier=dossier)


def _reserve(request: HttpRequest, state: Licence, who: dict[str, object]) -> ask.Reserve:
    form = request.POST
    number = form.get("line", "1")
    line = state.terms.line(int(number) if number.isdigit() else 0)
    if line is None:
        raise UnknownDossier(dossier=f"{state.terms.id} {number}")
    model = form.get("model") or line.models[0]
    masses = (AskedMass(model, form.get("lot", "").strip(), read_mass_mg(form.get("gross", ""))),)
    shipment = form.get("shipment", "").strip()
    days = office().licence_rules(who["on"]).longest_hold_days  # type: ignore[arg-type]
    return ask.Reserve(
        **who,  # type: ignore[arg-type]
        drawdown=shipment,
        line=line.no,
        shipment=shipment,
        control_list_entry=line.control_list_entry,
        end_user=line.end_user,
        destination=line.destination,
        masses=masses,
        amounts=counted(line, weigh(line, masses)),
        hold_until=who["at"] + timedelta(days=min(days, 30)),  # type: ignore[operator]
    )
