"""The gate: find a licence, see what is left, record what leaves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lodemark import Error, Reason
from lodemark.licence import AskedMass, Drawdown, Licence, Usable, counted, read_number, usable, weigh
from lodemark.licence import commands as ask
from lodemark.licence.credential import KeySet, Trust, verify
from lodemark.measure import read_mass_mg
from lodemark_office.acts import licensing
from lodemark_office.acts.store import Answer, UnknownDossier
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import Told, answered, office, page, sent, today, unreadable
from lodemark_office.doors.parts.bars import bars
from lodemark_office.doors.parts.drawdowns import drawdowns
from lodemark_office.doors.parts.issuer import issuer
from lodemark_office.doors.parts.timeline import timeline
from lodemark_office.doors.parts.who import by_at
from lodemark_office.store import models

SLIP_QUESTIONS = {"posted": "gate-slip-again", "voided": "gate-slip-voided", "lapsed": "gate-slip-voided"}
"""State of a reservation -> the question its slip raises at the gate; nobody is accused by it."""


@access("customs")
def gate(request: HttpRequest) -> HttpResponse:
    """One field for a scanner: a number, or the text of a code or credential."""
    reasons: tuple[Told, ...] = ()
    text = request.GET.get("q", "").strip()
    if text:
        try:
            number, slip = _found(text, request)
            office().store.states(f"licence/{number}")
            return redirect(f"/gate/licences/{number}/{f'?slip={slip}' if slip else ''}")
        except UnknownDossier:
            reasons = (Reason("gate-no-licence", None, {"number": text[:80]}),)
        except Error as error:
            reasons = unreadable(error)
    return page(request, "gate/home.html", {"q": text, "reserved": _reserved()}, reasons)


@access("customs")
def licence(request: HttpRequest, reference: str) -> HttpResponse:
    """Line by line: left, reserved, and one form per open reservation."""
    dossier = f"licence/{reference}"
    state: Licence = office().store.states(dossier)
    reasons: tuple[Told, ...] = ()
    if request.method == "POST":
        try:
            return answered(request, _act(request, dossier, state))
        except Error as error:
            reasons = unreadable(error)
    fit = usable(state, today())
    shown = {
        "dossier": dossier,
        "reference": reference,
        "state": state,
        "why_not": () if isinstance(fit, Usable) else fit,
        "bars": bars(state.accounts),
        "drawdowns": drawdowns(state),
        "slip": _slip(state, request.GET.get("slip", "")),
        "open": state.open_drawdowns(),
        "moments": timeline(dossier),
    }
    return page(request, "gate/licence.html", shown, reasons)


def _found(text: str, request: HttpRequest) -> tuple[str, str]:
    """The number a text names, and the id of the slip it is, if it is one: genuine, or it is read as a number."""
    verdict = verify(text, Trust(KeySet.of([issuer().signer.key])), sent(request).at)
    return (verdict.shown.number, verdict.shown.slip_id) if verdict.shown else (read_number(text), "")


def _slip(state: Licence, slip_id: str) -> dict[str, object]:
    """The reservation a slip belongs to, and the question it raises when it was presented or voided before."""
    known = next((one for one in state.issued if slip_id and one.slip_id == slip_id), None)
    draw = state.drawdowns.get(known.drawdown or "") if known else None
    return {} if draw is None else {"id": slip_id, "draw": draw, "asked": SLIP_QUESTIONS.get(draw.state, "")}


def _reserved() -> list[tuple[models.Summary, Drawdown]]:
    """Reservations that wait for goods, over all licences, soonest to lapse first."""
    rows = models.Summary.objects.filter(noun="licence", dossier__in=_with_reservations())
    found = [(row, draw) for row in rows for draw in office().store.states(row.dossier).open_drawdowns()]
    return sorted(found, key=lambda pair: pair[1].hold_until)


def _with_reservations() -> list[str]:
    return list(models.LicenceAccount.objects.filter(reserved__gt=0).values_list("dossier", flat=True).distinct())


def _act(request: HttpRequest, dossier: str, state: Licence) -> Answer:
    message, form = sent(request), request.POST
    draw = state.drawdowns.get(form.get("drawdown", ""))
    if draw is None:
        raise UnknownDossier(dossier=dossier)
    match form.get("act"):
        case "post":
            line = state.terms.line(draw.line)
            assert line is not None
            part = draw.masses[0]
            masses = (AskedMass(part.model, part.lot, read_mass_mg(form.get("gross", ""))),)
            command: ask.Command = ask.Post(
                **by_at(message),
                drawdown=draw.id,
                masses=masses,
                amounts=counted(line, weigh(line, masses)),
                released_at=message.at,
                # A slip is one message, however often and wherever it is shown: two gates that saw it collide here.
                presented=form.get("slip") or message.key,
            )
        case "void":
            command = ask.Void(**by_at(message), drawdown=draw.id, reason=form.get("text", ""))
        case _:
            raise UnknownDossier(dossier=dossier)
    return licensing.act(office(), message, dossier, command)
