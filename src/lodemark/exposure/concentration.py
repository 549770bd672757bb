"""How much of each element a programme holds, from which country, and how concentrated that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lodemark.exposure.model import Source, World
from lodemark.exposure.netting import multiplicity
from lodemark.exposure.tree import F64, Tree

NOT_KNOWN = "?"
Shares = dict[str, dict[str, float]]


def element_masses(world: World, tree: Tree) -> tuple[tuple[str, ...], F64]:
    """Elements in the order of their symbols, and the own mass of every item, kg [n, elements]."""
    symbols = tuple(sorted({symbol for item in world.items.values() for symbol in item.elements_mg}))
    own = np.zeros((len(tree.names), len(symbols)))
    for place, item in enumerate(world.items.values()):
        for symbol, mg in item.elements_mg.items():
            own[place, symbols.index(symbol)] = mg * 1e-6
    return symbols, own


def contained(tree: Tree, own: F64) -> F64:
    """Mass of every item with all that is in it, kg [n, elements]."""
    whole = own.copy()
    for height in range(1, int(tree.height.max(initial=0)) + 1):
        edges = np.flatnonzero(tree.height[tree.parent] == height)
        np.add.at(whole, tree.parent[edges], tree.quantity[edges, None] * whole[tree.part[edges]])
    return whole


def per_programme(world: World, tree: Tree, horizon_days: int) -> tuple[dict[str, F64], tuple[str, ...]]:
    """Kilograms [n, elements] of each element by item, for every programme over the horizon."""
    symbols, own = element_masses(world, tree)
    programmes = list(world.programmes.values())
    counts = multiplicity(tree, np.array([tree.number[p.item] for p in programmes], np.int64))
    found = {}
    for column, programme in enumerate(programmes):
        units = programme.units_per_day * max(horizon_days - programme.from_day, 0)
        found[programme.id] = units * counts[:, column, None] * own
    return found, symbols


def origin_shares(masses: F64, symbols: Sequence[str], tree: Tree, countries: Mapping[str, Mapping[str, float]]) -> Shares:
    """Share of each element by country; ``countries`` gives the shares of each bought item, others are not known."""
    shares: Shares = {}
    for column, symbol in enumerate(symbols):
        total = float(masses[:, column].sum())
        by_country: dict[str, float] = {}
        for item in np.flatnonzero(masses[:, column]).tolist():
            for country, share in countries.get(tree.names[item], {NOT_KNOWN: 1.0}).items():
                by_country[country] = by_country.get(country, 0.0) + share * float(masses[item, column]) / total
        if by_country:
            shares[symbol] = dict(sorted(by_country.items(), key=lambda pair: (-pair[1], pair[0])))
    return shares


def countries_of(sources: Mapping[str, Sequence[Source]], refining: bool) -> dict[str, dict[str, float]]:
    """Shares by country of every bought item, by what its sources in use deliver per day."""
    found: dict[str, dict[str, float]] = {}
    for item, rows in sources.items():
        total = sum(source.units_per_day for source in rows)
        shares: dict[str, float] = {}
        for source in rows:
            country = (source.refined_in if refining else source.origin) or NOT_KNOWN
            shares[country] = shares.get(country, 0.0) + (source.units_per_day / total if total else 0.0)
        if total:
            found[item] = shares
    return found


def herfindahl(shares: Mapping[str, float]) -> float:
    """Sum of squared shares. What is not known counts as one country, which is the cautious reading."""
    return sum(share * share for share in shares.values())


def cover_days(tree: Tree, whole: F64, symbols: Sequence[str], asked: F64, horizon_days: int) -> dict[str, int | None]:
    """Days that the element in all stocks lasts, if nothing more arrives; ``None``: beyond the horizon."""
    stock = tree.on_hand @ whole
    needed = asked[:, :horizon_days].T @ whole  # cumulative kg by day
    found: dict[str, int | None] = {}
    for column, symbol in enumerate(symbols):
        short = np.flatnonzero(needed[:, column] > stock[column] * (1 + 1e-12))
        found[symbol] = int(short[0]) if len(short) else None
    return found
