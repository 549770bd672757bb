"""What depends on a licence: product trees, programmes, sources, applications, and the answer.

Days are counted from day 0 (today); masses are int mg per unit. ``None`` is *not known*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from lodemark.trouble import Error
from lodemark.wording import Lang, say


@dataclass(frozen=True, slots=True)
class Item:
    """A node of a product tree: what one unit takes of other items, holds itself, and how long it takes to make."""

    id: str
    parts: Mapping[str, int] = field(default_factory=dict)
    elements_mg: Mapping[str, int] = field(default_factory=dict)
    lead_days: int = 0
    on_hand: int = 0


@dataclass(frozen=True, slots=True)
class Programme:
    """What must be delivered: units of an item per day, from a day on."""

    id: str
    item: str
    units_per_day: float
    from_day: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """Who supplies an item: units per day. ``paper``: the application or licence it needs; ``ready_day``: when an
    alternative that is not in use today would deliver (``None``: in use)."""

    id: str
    item: str
    units_per_day: float
    origin: str | None = None
    refined_in: str | None = None
    paper: str | None = None
    lead_days: int = 0
    ready_day: int | None = None
    substitute: bool = False


@dataclass(frozen=True, slots=True)
class Application:
    """An open application: days to decision as the office's own record shows them, and the share that was refused."""

    id: str
    decision_days: tuple[int, ...]
    refused_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence in force: until which day, and how many units are left on it (``None``: no limit)."""

    id: str
    until_day: int | None = None
    units_left: int | None = None


@dataclass(frozen=True, slots=True)
class World:
    """All that is asked about, already checked: every name known, no item inside itself."""

    items: Mapping[str, Item]
    programmes: Mapping[str, Programme]
    sources: Mapping[str, Source]
    applications: Mapping[str, Application] = field(default_factory=dict)
    licences: Mapping[str, Licence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Supposed:
    """What is supposed to happen to one application: ``refused``, ``granted`` on a day, or later by some days.

    ``returned`` and ``delayed`` both add ``days`` to whatever day it would have been.
    """

    application: str
    what: Literal["refused", "granted", "delayed", "returned"]
    days: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """From ``day`` on this item cannot be made or delivered as planned, because of ``cause`` (an item that is bought).

    ``papers``: applications and licences that the cause waits for; empty where supply is short without them.
    """

    item: str
    day: int
    cause: str
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """A source not in use, and the day a programme would stop with it (``None``: it would not stop)."""

    source: str
    item: str
    substitute: bool
    programme: str
    day_before: int
    day_after: int | None


@dataclass(frozen=True, slots=True)
class Risk:
    """Over draws of decision times: how often a programme stops within the horizon, and the days (10, 50, 90 %)."""

    programme: str
    stops_share: float
    days: tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Exposure:
    """The answer. Masses in kg over the horizon; shares by country, ``?`` where it is not known.

    ``hhi`` (``origin``, ``refining``) runs from 1/n (spread evenly) to 1 (one country). ``assumed``: bought items for
    which no source is stated, taken as available. ``cover_days``: how long the element in all stocks lasts.
    """

    horizon_days: int
    supposed: tuple[Supposed, ...]
    stops: tuple[Stop, ...]
    programme_stops: Mapping[str, Stop]
    cover_days: Mapping[str, int | None]
    element_kg: Mapping[str, Mapping[str, float]]
    origin_share: Mapping[str, Mapping[str, Mapping[str, float]]]
    refining_share: Mapping[str, Mapping[str, Mapping[str, float]]]
    hhi: Mapping[str, Mapping[str, float]]
    single_sources: tuple[str, ...]
    assumed: tuple[str, ...]
    alternatives: tuple[Alternative, ...]
    risks: tuple[Risk, ...] = ()
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the file: a sentence code, where, and the facts."""

    code: str
    where: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def explain(self, lang: Lang = "en") -> str:
        """What is wrong and what to do."""
        return say(self.code, {"where": self.where, **self.facts}, lang)


class ExposureError(Error):
    """The file was refused; ``faults`` holds every fault, not the first."""

    code: ClassVar[str] = "exposure-file-refused"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__(
            count=len(faults),
            faults=[{"code": fault.code, "where": fault.where, **fault.facts} for fault in faults],
        )

    def explain(self, lang: Lang = "en") -> str:
        """The heading and one line for each fault."""
        lines = [say(self.code, {"count": len(self.faults)}, lang)]
        return "\n".join(lines + [f"  {fault.explain(lang)}" for fault in self.faults])
