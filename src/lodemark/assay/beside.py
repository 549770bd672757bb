"""Two specimens analyte by analyte: isotope ratios, traces, main elements, code; each matches, refutes or cannot say.

One row is never a verdict: with a dozen rows one in a few honest pairs has a row two sigma apart, so a row refutes only where
its p, times the number of rows, is below the line that ``combine`` uses. What the stage has reset says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import hypot, log
from typing import Literal

from scipy.special import ndtr

from lodemark.assay.combine import REFUTED_P
from lodemark.assay.model import Composition, LotReference
from lodemark.assay.stages import assessable, stage

Kind = Literal["isotope", "main", "trace", "code"]
Verdict = Literal["matches", "refutes", "cannot-say"]
AGREES = 2.0  # sigma up to which a row is said to match
TRACE = 1000.0  # mg/kg below which an element is a trace


@dataclass(frozen=True, slots=True)
class Row:
    """One analyte on both sides: mg/kg of element (a ratio has no unit), u standard; ``limit`` where it lies below one.

    ``sigma`` is the difference over its standard deviation, scatter within a lot included; ``why`` says what is missing.
    """

    analyte: str
    kind: Kind
    first: float | None
    u_first: float | None
    second: float | None
    u_second: float | None
    limits: tuple[float | None, float | None]
    sigma: float | None
    verdict: Verdict
    why: str = ""


def beside(a: Composition, b: Composition, reference: LotReference | None = None) -> tuple[Row, ...]:
    """The rows of two specimens of one stage; ``reference`` brings the scatter within a lot (ln mass fraction).

    Without it no element can be judged: two pieces of one lot differ by more than their measurement. Isotope ratios can.
    """
    scatter = {} if reference is None else {part: reference.within[n, n] for n, part in enumerate(reference.parts)}
    analytes = list(dict.fromkeys((*a.parts, *a.censored, *b.parts, *b.censored)))
    rows = [_row(a, b, analyte, scatter) for analyte in sorted(analytes, key=_order)]
    judged = sum(row.sigma is not None for row in rows)
    code = Row("-", "code", None, None, None, None, (None, None), None, "cannot-say", _no_code(a.stage))
    return (*(_judged(row, judged) for row in rows), code)


def _order(analyte: str) -> bool:
    return "/" not in analyte


def _no_code(name: str) -> str:
    return "beside-no-codebook" if assessable(name, "taggant") or assessable(name, "taggant-of-blend") else "beside-no-code-yet"


def _row(a: Composition, b: Composition, analyte: str, scatter: Mapping[str, float]) -> Row:
    (x, ux), (y, uy) = _value(a, analyte), _value(b, analyte)
    ratio = "/" in analyte
    kind: Kind = "isotope" if ratio else "trace" if max(x or 0.0, y or 0.0) < TRACE else "main"
    limits = (a.censored.get(analyte), b.censored.get(analyte))
    sigma, why = None, ""
    if analyte in stage(a.stage).lost:
        why = "beside-reset"
    elif x is None or y is None or ux is None or uy is None:
        why = "beside-below-limit" if any(limits) else "beside-one-side"
    elif ratio:
        sigma = (x - y) / hypot(ux, uy)
    elif analyte not in scatter:
        why = "beside-no-scatter"
    else:
        sigma = log(x / y) / (ux**2 / x**2 + uy**2 / y**2 + 2 * float(scatter[analyte])) ** 0.5
    return Row(analyte, kind, x, ux, y, uy, limits, sigma, "cannot-say", why)


def _value(comp: Composition, analyte: str) -> tuple[float | None, float | None]:
    if analyte not in comp.parts:
        return None, None
    place = comp.parts.index(analyte)
    return float(comp.mass[place]), float(comp.cov[place, place]) ** 0.5


def _judged(row: Row, judged: int) -> Row:
    if row.sigma is None:
        return row
    if abs(row.sigma) <= AGREES:
        return replace(row, verdict="matches")
    p = min(1.0, 2 * float(ndtr(-abs(row.sigma))) * judged)
    return replace(row, verdict="refutes") if p < REFUTED_P else replace(row, why="beside-between")
