"""When a bought item runs short: its stock and its sources, some of which wait for a decision, against its needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lodemark.exposure.model import Application, Licence, Source, Supposed, World
from lodemark.exposure.netting import NEVER
from lodemark.exposure.tree import F64, I64

REFUSED = 10**6
"""A decision day no horizon reaches."""


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """Decision days [draws, applications]; columns by name."""

    column: Mapping[str, int]
    days: I64


def median_decisions(world: World, supposed: Iterable[Supposed]) -> Decisions:
    """One draw: the median of the office's own record, and what is supposed."""
    days = {name: _median(application) for name, application in world.applications.items()}
    return _decisions(days, tuple(supposed), 1)


def drawn_decisions(world: World, supposed: Iterable[Supposed], draws: int, seed: int) -> Decisions:
    """Decision days drawn from the office's record, refusals at their recorded share; the same seed, the same days."""
    rng = np.random.default_rng(seed)
    days = {}
    for name, application in world.applications.items():
        drawn = rng.choice(np.array(application.decision_days, np.int64), draws)
        days[name] = np.where(rng.random(draws) < application.refused_share, REFUSED, drawn)
    return _decisions(days, tuple(supposed), draws)


def _median(application: Application) -> I64:
    ordered = sorted(application.decision_days)
    return np.array([ordered[len(ordered) // 2]], np.int64)


def _decisions(days: dict[str, I64], supposed: Sequence[Supposed], draws: int) -> Decisions:
    for one in supposed:
        match one.what:
            case "refused":
                days[one.application] = np.full(draws, REFUSED)
            case "granted":
                days[one.application] = np.full(draws, one.days)
            case "delayed" | "returned":
                days[one.application] = days[one.application] + one.days
    columns = list(days.values()) or [np.zeros(draws, np.int64)]
    return Decisions({name: place for place, name in enumerate(days)}, np.stack(columns, axis=1))


def short_days(
    need: F64, on_hand: int, sources: Sequence[Source], licences: Mapping[str, Licence], decisions: Decisions
) -> NDArray[np.int16]:
    """First day [draws] on which the cumulative ``need`` [days] is more than stock and arrivals; ``NEVER`` if none."""
    waits = [decisions.column.get(source.paper or "") for source in sources]
    columns = sorted({column for column in waits if column is not None})
    cases, of_draw = np.unique(decisions.days[:, np.array(columns, np.int64)], axis=0, return_inverse=True)
    ends = np.arange(1, len(need) + 1)
    there = np.full((len(cases), len(need)), float(on_hand))
    for source, column in zip(sources, waits, strict=True):
        if column is not None:
            begin = cases[:, columns.index(column), None] + source.lead_days
            there += source.units_per_day * np.maximum(ends - begin, 0)
        else:
            there += _steady(source, licences.get(source.paper or ""), ends)
    # A millionth of a unit is rounding, not a part.
    short = need > there + 1e-6
    day = np.where(short.any(axis=1), short.argmax(axis=1), NEVER).astype(np.int16)
    return day[of_draw.reshape(-1)]


def _steady(source: Source, licence: Licence | None, ends: I64) -> F64:
    """Arrivals by the end of each day of a source that waits for no decision."""
    running = ends if source.ready_day is None else np.maximum(ends - source.ready_day, 0)
    if licence is not None and licence.until_day is not None:
        # What leaves on the last day still arrives, the lead time later.
        running = np.minimum(running, licence.until_day + source.lead_days)
    arrived = source.units_per_day * running.astype(np.float64)
    if licence is not None and licence.units_left is not None:
        arrived = np.minimum(arrived, licence.units_left)
    return arrived


def by_item(sources: Iterable[Source], alternative: str | None = None) -> dict[str, list[Source]]:
    """Sources in use by item, and one alternative as if it were chosen today."""
    found: dict[str, list[Source]] = {}
    for source in sources:
        if source.ready_day is None or source.id == alternative:
            found.setdefault(source.item, []).append(source)
    return found
