"""Checks of one goods line: does what is said about the material hold together?

Each yields one ``Found`` per line it applies to. A check that lacks a number answers not known; a content that was
reported without uncertainty is taken as the value itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from lodemark.application.checks.terms import Found, Terms, Verdict
from lodemark.application.content import contents, decimal, measured, total
from lodemark.application.model import NOTHING, Application, Composition, Range
from lodemark.application.tree import leaf_of
from lodemark.measure import RARE_EARTHS, mass_fraction


def composition_sum(app: Application, terms: Terms) -> Iterator[Found]:
    """A closed composition adds up to the whole within its tolerance; an open one to no more than the whole."""
    for line in app.lines:
        made_of = line.composition
        stated = contents(made_of, terms.k)
        if not stated:
            yield Found("not_known", {"line": line.id})
            continue
        # Unstated, the tolerance is what rounding of the written figures can hide: half a last place each.
        tolerance = made_of.rounding if made_of.tolerance is None else made_of.tolerance
        whole = total(stated)
        short = bool(made_of.complete) and whole.high < 1 - tolerance
        verdict: Verdict = "not_met" if whole.low > 1 + tolerance or short else "met"
        yield Found(
            verdict,
            {"line": line.id, "closed": made_of.complete},
            {**_spoken("sum", whole), "tolerance": str(decimal(tolerance, up=True))},
        )


def declared_vs_measured(app: Application, terms: Terms) -> Iterator[Found]:
    """Every measured content agrees with the declared one: the declared value lies within ``v ± k u``."""
    for line in app.lines:
        declared = line.composition.declared
        for element, found in sorted(measured(line.composition, terms.k).items()):
            stated = declared.get(element, NOTHING if line.composition.complete else None)
            if stated is None:
                verdict: Verdict = "not_known"
            else:
                verdict = "met" if stated.low <= found.high and found.low <= stated.high else "not_met"
            numbers = {**_spoken("measured", found), **(_spoken("declared", stated) if stated else {})}
            yield Found(verdict, {"line": line.id, "element": element}, numbers)


def ndfeb_phase_floor(app: Application, terms: Terms) -> Iterator[Found]:
    """A sintered RE2Fe14B magnet holds at least the rare earth of its own phase; a bonded one is diluted by its binder."""
    for line in app.lines:
        if line.family != "ndfeb_sintered":
            continue
        stated = contents(line.composition, terms.k)
        earths = {element: share for element, share in stated.items() if element in RARE_EARTHS and share.high > 0}
        holds, floor = _rare_earth(line.composition, stated, earths), _floor(earths)
        if floor is None or (holds.low < floor.high and holds.high >= floor.low):
            verdict: Verdict = "not_known"
        else:
            verdict = "met" if holds.low >= floor.high else "not_met"
        numbers = {**_spoken("rare_earth", holds), **(_spoken("floor", floor) if floor else {})}
        yield Found(verdict, {"line": line.id}, numbers)


def _rare_earth(made_of: Composition, stated: Mapping[str, Range], earths: Mapping[str, Range]) -> Range:
    """Total rare earth: as stated beside the single values, else their sum, plus what an open list may still hold."""
    named = total(earths)
    if made_of.rare_earth_total is not None:
        return made_of.rare_earth_total
    if made_of.complete:
        return named
    rest = 1 - total(stated).low
    return Range(named.low, min(Fraction(1), named.high + max(rest, Fraction(0))))


def _floor(earths: Mapping[str, Range]) -> Range | None:
    """Stoichiometric rare-earth share of the mixed phase, weighted by the rare-earth mix; bounds when the mix is open."""
    each = {element: mass_fraction(element, f"{element}2Fe14B") for element in earths}
    if not each:
        return None
    whole = sum((share.low for share in earths.values()), Fraction(0))
    if whole and all(share.exact for share in earths.values()):
        mean = sum((share.low * each[element] for element, share in earths.items()), Fraction(0)) / whole
        return Range(mean, mean)
    return Range(min(each.values()), max(each.values()))


def pieces_vs_mass(app: Application, terms: Terms) -> Iterator[Found]:
    """The pieces weigh no more than the whole quantity, and the rest is no more than packaging."""
    for line in app.lines:
        leaf = leaf_of(app, line.id)
        unit_mass = app.tree.nodes[leaf].unit_mass_mg if leaf else None
        if line.pieces is None or line.gross_mg is None or unit_mass is None:
            yield Found(
                "not_known", {"line": line.id}, {"pieces": line.pieces, "gross_mg": line.gross_mg, "unit_mass_mg": unit_mass}
            )
            continue
        net = line.pieces * unit_mass
        rest_mg = line.gross_mg - net
        too_light = terms.packaging is not None and rest_mg > terms.packaging * line.gross_mg
        verdict: Verdict = "not_met" if rest_mg < 0 or too_light else "met"
        numbers = {"pieces": line.pieces, "unit_mass_mg": unit_mass, "net_mg": net, "gross_mg": line.gross_mg}
        yield Found(verdict, {"line": line.id}, numbers)


def _spoken(name: str, share: Range) -> dict[str, object]:
    """Bounds under their names; sentences use the low one where they are equal."""
    return {f"{name}_low": str(decimal(share.low, up=False)), f"{name}_high": str(decimal(share.high, up=True))}
