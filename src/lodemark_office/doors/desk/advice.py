"""征求意见: a department answers about the fields it was shown, line by line; silence stays silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from lodemark.case import Case, Ground
from lodemark.case import commands as ask
from lodemark.case.model import Condition, Consultation, Position
from lodemark.rules import due
from lodemark_office.acts import casework, consulting
from lodemark_office.acts.office import Sent
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.doors.counter.applying import pretty
from lodemark_office.doors.desk.grounds import GROUNDS
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import answered, office, page, read_day, sent, today
from lodemark_office.doors.parts.who import by
from lodemark_office.store.models import Membership, Summary

STANCES: Final = ("approve", "approve-with-condition", "refuse", "no-view")
CONDITIONS: Final = ("codes-on-packages", "assay-per-lot")
"""Conditions an adviser may ask for by name; both are met at the gate and need no figure."""
RULE: Final = "house/consultation"


@access("adviser")
def consultations(request: HttpRequest) -> HttpResponse:
    """What this department was asked: what waits for it first."""
    found = [(row.reference, one) for row in Summary.objects.filter(noun="case") for one in _of(request, _case(row.dossier))]
    rows = sorted(found, key=lambda pair: (pair[1].state not in ("asked", "stale"), pair[1].reply_by))
    return page(request, "desk/consultations.html", {"rows": rows})


@access("adviser")
def consultation(request: HttpRequest, reference: str) -> HttpResponse:
    """The questions put to this department about one case, with the fields it may see and no others."""
    dossier = f"case/{reference}"
    state = _case(dossier)
    asked = list(_of(request, state))
    if not asked:
        raise UnknownDossier(dossier=request.path)
    if request.method == "POST":
        message, form = sent(request), request.POST
        one = next((each for each in asked if each.id == form.get("consultation")), asked[0])
        command = ask.Advise(
            **by(message),
            consultation=one.id,
            positions=tuple(_positions(form, state)),
            replaces=one.state == "answered",
        )
        return answered(request, casework.act(office(), message, dossier, command))
    file = casework.open_file(office(), dossier, timezone.now())
    fields = tuple(dict.fromkeys(path for one in asked for path in one.fields))
    shown = {
        "reference": reference,
        "state": state,
        "asked": asked,
        "stances": STANCES,
        "conditions": CONDITIONS,
        "grounds": GROUNDS,
        "text": pretty(consulting.shown_to_adviser(file.app.content, fields)),
    }
    return page(request, "desk/consultation.html", shown)


def consult(form: QueryDict, message: Sent) -> ask.Consult:
    """The question of an officer, as the form of the case file has it."""
    return ask.Consult(
        **by(message),
        consultation="",
        department=form.get("department", ""),
        fields=tuple(form.getlist("field")),
        question=form.get("text", ""),
        reply_by=read_day(form.get("reply_by")),
    )


def choices() -> dict[str, object]:
    """What the form of an officer offers: departments with an adviser here, fields, the usual day of reply."""
    advisers = Membership.objects.filter(role="adviser").values_list("party_id", flat=True)
    period = office().case_rules(today()).put_back
    return {
        "departments": sorted(set(advisers)),
        "fields": consulting.FIELDS,
        "reply_by": due(today(), period.length, period.unit, (), office().calendar).latest,
    }


def dissent(state: Case) -> list[Consultation]:
    """Advice that asks for something: a proposal that does not follow it has to answer it."""
    wants = ("refuse", "approve-with-condition")
    return [one for one in state.consultations.values() if any(each.stance in wants for each in one.positions)]


def wanted_conditions(state: Case, line: str) -> list[Condition]:
    """The conditions advisers asked for on a line."""
    positions = [each for one in state.consultations.values() for each in one.positions if each.line == line]
    return [each.condition for each in positions if each.condition is not None]


def _positions(form: QueryDict, state: Case) -> Iterator[Position]:
    for line in state.lines:
        stance, code = form.get(f"stance:{line}", ""), form.get(f"ground:{line}", "")
        ground = Ground(code, GROUNDS[code]) if stance == "refuse" and code in GROUNDS else None
        named = form.get(f"condition:{line}", "")
        condition = Condition(named, RULE, {}, "post") if stance == "approve-with-condition" and named in CONDITIONS else None
        if stance in STANCES:
            yield Position(line, stance, ground, condition)  # type: ignore[arg-type]


def _of(request: HttpRequest, state: Case) -> Iterator[Consultation]:
    return (one for one in state.consultations.values() if one.department == request.hat.party_id)


def _case(dossier: str) -> Case:
    state: Case = office().store.states(dossier)
    return state
