"""Where grams can be, as pages show it: a range, its certificate in words, and what it cannot show."""

from __future__ import annotations

from dataclasses import dataclass

from lodemark.attribution import Bounds
from lodemark.finding.model import Reach
from lodemark.licence import Licence
from lodemark.licence.commodity import element_of
from lodemark_office.doors.parts.bars import Strip, strip

USES = ("military", "civil")
"""Uses that an inspection can have seen; whatever nobody looked at is in none of them."""


@dataclass(frozen=True, slots=True)
class Traced:
    """One question with its answer: whose grams (``source``), which element, where (``use``).

    Where records contradict each other there is no range, only the contradiction in ``bounds``.
    """

    source: str
    element: str
    use: str
    strip: Strip | None
    must: bool
    can: bool
    bounds: Bounds | None
    gaps: tuple[str, ...]
    crosses: tuple[str, ...]


def traced(element: str, use: str, answer: tuple[Reach, Bounds | None], source: str = "") -> Traced:
    """An answer of ``tracing`` as a page shows it."""
    reach, bounds = answer
    drawn = strip(reach) if reach.conflict is None else None
    must, can = bool(reach.low_mg), bool(reach.high_mg)
    return Traced(source, element, use, drawn, must, can, bounds, reach.gaps, reach.crosses)


def capped(state: Licence) -> list[str]:
    """The elements that a licence counts."""
    return sorted({element for line in state.terms.lines for code in line.caps if (element := element_of(code))})
