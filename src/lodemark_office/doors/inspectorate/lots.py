"""Lots and their genealogy: what each became, what it came from, what was measured, where it is now."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from lodemark import Error
from lodemark.custody import Genealogy
from lodemark.custody.genealogy import Trace
from lodemark_office.acts import tracing
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import Told, office, page, unreadable
from lodemark_office.doors.parts.bars import amount
from lodemark_office.doors.parts.sites import grid
from lodemark_office.doors.parts.traced import USES, Traced, capped, traced

MOST_DRAWN = 300
DEPTH = 25


@dataclass(frozen=True, slots=True)
class Place:
    """One step of a genealogy as a nested list shows it."""

    thing: str
    lot: str
    mass: str
    kind: str
    gap: str
    again: bool
    below: list[Place]


@access("inspector")
def lots(request: HttpRequest) -> HttpResponse:
    """Every thing that events speak of, with what was measured in it."""
    known = tracing.evidence(office())
    wanted = request.GET.get("q", "").strip()
    found = sorted({lot.thing for lot in known.genealogy.lots.values() if wanted in lot.thing})
    measured = {thing for thing, _ in known.contents}
    rows = [(thing, thing in measured) for thing in found[:MOST_DRAWN]]
    return page(request, "inspectorate/lots.html", {"rows": rows, "q": wanted, "left_out": max(0, len(found) - MOST_DRAWN)})


@access("inspector")
def lot(request: HttpRequest) -> HttpResponse:
    """One thing: backwards, forwards, assays, inspections, gaps."""
    thing = request.GET.get("id", "")
    known = tracing.evidence(office())
    g = known.genealogy
    if not g.versions_of(thing):
        raise UnknownDossier(dossier=thing)
    back, forward = g.back(thing, DEPTH, MOST_DRAWN), g.forward(thing, DEPTH, MOST_DRAWN)
    reasons: tuple[Told, ...] = ()
    inside, went = list[Traced](), list[Traced]()
    try:
        inside, went = _inside(known, thing), _went(known, thing)
    except Error as error:  # records that cannot be traced are told; what they say is shown all the same
        reasons = unreadable(error)
    shown = {
        "thing": thing,
        "inside": inside,
        "went": went,
        "back": _nested(g, back),
        "forward": _nested(g, forward),
        "folded": back.left_unsaid + forward.left_unsaid,
        "grid": grid(g, forward),
        "assays": [(element, content) for (name, element), content in sorted(known.contents.items()) if name == thing],
        "inspected": known.inspections.get(thing),
        "holdings": [hold for hold in g.holdings() if hold.thing == thing],
        "gaps": [gap for gap in g.gaps() if gap.subject in (thing, *g.versions_of(thing))],
    }
    return page(request, "inspectorate/lot.html", shown, reasons)


def _inside(known: tracing.Evidence, thing: str) -> list[Traced]:
    """What of each licence must, and can, be in this thing now."""
    held = known.held_in(thing)
    found = []
    for state in known.licences_in(thing):
        batch = known.batch(state.terms.number)
        for element in capped(state):
            answer = known.follow(batch, element, (tracing.HERE,), held)
            found.append(traced(element, tracing.HERE, answer, state.terms.number))
    return found


def _went(known: tracing.Evidence, thing: str) -> list[Traced]:
    """Into which uses the elements measured in this thing went; nothing to ask where it was never taken or inspected."""
    batch = known.first_lots(thing)
    measured = sorted({element for name, element in known.contents if name == thing})
    moved = known.inspections.get(thing) or any(lot in known.genealogy.uses_of for lot in batch)
    asked = [(element, use) for element in measured for use in USES] if moved else []
    return [traced(element, use, known.follow(batch, element, (use,))) for element, use in asked]


def _nested(g: Genealogy, trace: Trace) -> list[Place]:
    """The steps of a trace, which come in depth-first order, as a tree."""
    roots: list[Place] = []
    open_at: list[tuple[int, Place]] = []
    for step in trace.steps:
        named = g.lots[step.lot].thing if step.lot in g.lots else step.lot
        mass = "" if step.mass_mg is None else amount("gross", step.mass_mg)
        place = Place(named, step.lot, mass, step.kind, step.gap or "", step.again, [])
        while open_at and open_at[-1][0] >= step.depth:
            open_at.pop()
        (open_at[-1][1].below if open_at else roots).append(place)
        open_at.append((step.depth, place))
    return roots
