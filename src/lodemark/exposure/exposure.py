"""The answer: what stops and when, what is held and from where, what would change it, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lodemark.exposure import concentration as share
from lodemark.exposure.model import Alternative, Exposure, Risk, Source, Stop, Supposed, World
from lodemark.exposure.netting import NEVER, Needs, demand, net
from lodemark.exposure.stops import cause_of, propagate
from lodemark.exposure.supply import Decisions, by_item, drawn_decisions, median_decisions, short_days
from lodemark.exposure.tree import F64, Tree, tree

Days = NDArray[np.int16]
_AT_ONCE = 250  # draws in one sweep: the table of a hundred thousand items then stays small


def exposure(
    world: World, supposed: Sequence[Supposed] = (), horizon_days: int = 365, draws: int = 0, seed: int = 0
) -> Exposure:
    """What depends on the applications and licences of ``world`` within ``horizon_days``.

    The schedule is deterministic first (median decision times, and what is ``supposed``); ``draws`` adds a Monte Carlo
    over decision times from the office's own record. Raises nothing: a checked world always has an answer.
    """
    shape = tree(world.items)
    # A part is needed the lead time before the product, so the plan reaches that far beyond the horizon.
    days = min(horizon_days + shape.longest_lead, int(NEVER) - 1)
    asked = demand(shape, world.programmes.values(), days)
    needs = net(shape, asked)
    planned = median_decisions(world, supposed)
    sources = by_item(world.sources.values())
    stops = _stops(world, shape, needs, sources, planned)
    within = {item: found for item, found in stops.items() if found[0] < horizon_days}
    masses, symbols = share.per_programme(world, shape, horizon_days)
    origin, refining = (share.countries_of(sources, refined) for refined in (False, True))
    _, own = share.element_masses(world, shape)
    bought = np.flatnonzero(~shape.made)
    asked_for = bought[needs.gross[bought, -1] > 0]
    every = sum(masses.values(), np.zeros(own.shape))
    return Exposure(
        horizon_days=horizon_days,
        supposed=tuple(supposed),
        stops=_told(world, shape, needs, within, sources),
        programme_stops=_programme_stops(world, shape, needs, within, sources),
        cover_days=share.cover_days(shape, share.contained(shape, own), symbols, asked, horizon_days),
        element_kg={name: {s: float(kg[:, column].sum()) for column, s in enumerate(symbols)} for name, kg in masses.items()},
        origin_share={name: share.origin_shares(kg, symbols, shape, origin) for name, kg in masses.items()},
        refining_share={name: share.origin_shares(kg, symbols, shape, refining) for name, kg in masses.items()},
        hhi=_concentration(every, symbols, shape, origin, refining),
        single_sources=tuple(sorted(item for item, rows in sources.items() if len(rows) == 1)),
        assumed=tuple(sorted(shape.names[item] for item in asked_for if shape.names[item] not in sources)),
        alternatives=_alternatives(world, shape, needs, planned, within, horizon_days),
        risks=_risks(world, shape, needs, supposed, horizon_days, draws, seed) if draws else (),
        seed=seed if draws else None,
    )


def _stops(world: World, shape: Tree, needs: Needs, sources: dict[str, list[Source]], decisions: Decisions) -> dict[int, Days]:
    """Stop days [draws] of every item that can stop."""
    short = {}
    for item, rows in sources.items():
        number = shape.number[item]
        if needs.gross[number, -1] > 0:
            found = short_days(needs.gross[number], int(shape.on_hand[number]), rows, world.licences, decisions)
            if (found != NEVER).any():
                short[number] = found
    return propagate(shape, needs, short, len(decisions.days))


def _stop(world: World, shape: Tree, needs: Needs, stops: dict[int, Days], item: int, sources: dict[str, list[Source]]) -> Stop:
    cause = shape.names[cause_of(shape, needs, stops, item)]
    papers = sorted({source.paper for source in sources.get(cause, []) if source.paper})
    return Stop(shape.names[item], int(stops[item][0]), cause, tuple(papers))


def _told(
    world: World, shape: Tree, needs: Needs, stops: dict[int, Days], sources: dict[str, list[Source]]
) -> tuple[Stop, ...]:
    found = [_stop(world, shape, needs, stops, item, sources) for item in stops]
    return tuple(sorted(found, key=lambda stop: (stop.day, stop.item)))


def _programme_stops(
    world: World, shape: Tree, needs: Needs, stops: dict[int, Days], sources: dict[str, list[Source]]
) -> dict[str, Stop]:
    return {
        programme.id: _stop(world, shape, needs, stops, shape.number[programme.item], sources)
        for programme in world.programmes.values()
        if shape.number[programme.item] in stops
    }


def _concentration(
    every: F64,
    symbols: Sequence[str],
    shape: Tree,
    origin: dict[str, dict[str, float]],
    refining: dict[str, dict[str, float]],
) -> dict[str, dict[str, float]]:
    by_origin = share.origin_shares(every, symbols, shape, origin)
    by_refining = share.origin_shares(every, symbols, shape, refining)
    return {
        symbol: {"origin": share.herfindahl(by_origin[symbol]), "refining": share.herfindahl(by_refining[symbol])}
        for symbol in by_origin
    }


def _alternatives(
    world: World, shape: Tree, needs: Needs, planned: Decisions, stops: dict[int, Days], horizon_days: int
) -> tuple[Alternative, ...]:
    """Each source not in use, chosen today: which programmes would stop later, or not at all."""
    found = []
    for source in world.sources.values():
        if source.ready_day is None or shape.number[source.item] not in stops:
            continue
        after = _stops(world, shape, needs, by_item(world.sources.values(), source.id), planned)
        for programme in world.programmes.values():
            item = shape.number[programme.item]
            before = int(stops[item][0]) if item in stops else None
            then = int(after[item][0]) if item in after else int(NEVER)
            if before is not None and then > before:
                later = then if then < horizon_days else None
                found.append(Alternative(source.id, source.item, source.substitute, programme.id, before, later))
    return tuple(found)


def _risks(
    world: World,
    shape: Tree,
    needs: Needs,
    supposed: Sequence[Supposed],
    horizon_days: int,
    draws: int,
    seed: int,
) -> tuple[Risk, ...]:
    decisions = drawn_decisions(world, supposed, draws, seed)
    cases, of_draw = np.unique(decisions.days, axis=0, return_inverse=True)
    sources = by_item(world.sources.values())
    parts = [
        _stops(world, shape, needs, sources, Decisions(decisions.column, cases[first : first + _AT_ONCE]))
        for first in range(0, len(cases), _AT_ONCE)
    ]
    sizes = [len(cases[first : first + _AT_ONCE]) for first in range(0, len(cases), _AT_ONCE)]
    risks = []
    for programme in world.programmes.values():
        item = shape.number[programme.item]
        days = np.concatenate([part.get(item, np.full(size, NEVER)) for part, size in zip(parts, sizes, strict=True)])[
            of_draw.reshape(-1)
        ]
        late = np.sort(np.where(days < horizon_days, days, NEVER))
        at = [int(late[min(int(q * draws), draws - 1)]) for q in (0.1, 0.5, 0.9)]
        told = [None if day == NEVER else day for day in at]
        risks.append(Risk(programme.id, float((late != NEVER).mean()), (told[0], told[1], told[2])))
    return tuple(risks)
