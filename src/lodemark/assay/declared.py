"""Does a result agree with what was declared? Per analyte, with both uncertainties and the limit of detection.

    answer = consistent(checked.rows, [Declared("Dy", Decimal("0.36"), "% m/m")], k=2)
    answer.verdict, [(item.analyte, item.verdict, item.sigma) for item in answer.items]

One result of one specimen that differs is a question, never a conclusion: the surface of a grain-boundary diffused
magnet, a nominal value, oxide taken for element differ too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import fsum, hypot, sqrt
from typing import Literal

from scipy.special import ndtr

from lodemark.assay.model import AssayRow
from lodemark.assay.stages import limits
from lodemark.assay.values import mg_per_kg, read_analyte
from lodemark.ledger import digest
from lodemark.trouble import Disagreement, Reason

Verdict = Literal["agrees", "differs", "cannot-tell", "not-assessable"]
ItemVerdict = Literal[
    "agrees",
    "above-declared",
    "below-declared",
    "found-undeclared",
    "not-declared",
    "not-measured",
    "cannot-tell",
    "not-assessable",
]

DIFFER: frozenset[ItemVerdict] = frozenset({"above-declared", "below-declared", "found-undeclared"})
OPEN: frozenset[ItemVerdict] = frozenset({"cannot-tell", "not-measured"})


@dataclass(frozen=True, slots=True)
class Declared:
    """One declared share of an analyte (``Dy`` or ``Dy2O3``): nominal with its ``u``, or a bound, or ``value`` to ``upper``."""

    analyte: str
    value: Decimal
    unit: str
    u: Decimal | None = None
    kind: Literal["nominal", "at-most", "at-least", "range"] = "nominal"
    upper: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One analyte: what was measured and declared (mg/kg of element), how many sigma apart, and the verdict.

    ``lod`` is given where the result lies below it; ``sigma`` is signed, positive when more was found than declared.
    """

    analyte: str
    verdict: ItemVerdict
    measured: float | None
    u: float | None
    lod: float | None
    declared_low: float | None
    declared_high: float | None
    sigma: float | None


@dataclass(frozen=True, slots=True)
class Consistency:
    """The answer for one specimen. ``chance`` is how often at least one item would differ although all were true."""

    verdict: Verdict
    specimen_id: str
    stage: str
    k: float
    chance: float
    items: tuple[Item, ...]
    found: tuple[Disagreement, ...]
    cannot_show: tuple[Reason, ...]
    digest: str


def consistent(rows: Sequence[AssayRow], declared: Sequence[Declared], k: float = 2.0, complete: bool = False) -> Consistency:
    """Compare the rows of one specimen (run ``check`` first) with a declared composition.

    ``k`` is the coverage factor of both uncertainties together. ``complete`` says that the declaration names everything
    above its smallest share, so that an analyte it does not name counts as found undeclared. Raises ``UnitError`` and
    ``FormulaError`` for a declaration that cannot be read.
    """
    assert rows and len({(row.specimen_id, row.stage) for row in rows}) == 1, "the rows of one specimen"
    promised = dict(_promised(declared))
    measured = {analyte: _measured(rows, analyte) for analyte in dict.fromkeys(row.analyte for row in rows)}
    items = [
        _compare(analyte, measured.get(analyte), promised.get(analyte), k, complete) for analyte in {**promised, **measured}
    ]
    judged = [item for item in items if item.verdict in DIFFER | {"agrees"}]
    inputs = digest(
        [[row.assay_id, row.analyte, row.reported_text, repr(row.value), repr(row.u)] for row in rows]
        + [[repr(one)] for one in declared]
    )
    first = rows[0]
    return Consistency(
        verdict=_verdict(items),
        specimen_id=first.specimen_id,
        stage=first.stage,
        k=k,
        chance=float(1 - (1 - 2 * ndtr(-k)) ** len(judged)),
        items=tuple(items),
        found=tuple(_disagreement(item, first, inputs) for item in items if item.verdict in DIFFER),
        cannot_show=(Reason("mark-cannot-one-specimen"), *limits(first.stage)),
        digest=inputs,
    )


@dataclass(frozen=True, slots=True)
class _Promise:
    low: float
    high: float
    u: float


def _promised(declared: Sequence[Declared]) -> Iterable[tuple[str, _Promise]]:
    for one in declared:
        analyte, _, factor = read_analyte(one.analyte)
        scale = factor * mg_per_kg(one.unit)
        value, upper = float(one.value) * scale, float(one.value if one.upper is None else one.upper) * scale
        low = 0.0 if one.kind == "at-most" else value
        high = {"at-least": float("inf"), "range": upper}.get(one.kind, value)
        yield analyte, _Promise(low, high, float(one.u or 0) * scale)


@dataclass(frozen=True, slots=True)
class _Found:
    value: float | None
    u: float | None
    lod: float | None
    usable: bool


def _measured(rows: Sequence[AssayRow], analyte: str) -> _Found:
    """Mean of the usable replicates; else the limit of detection; else nothing that can be used."""
    mine = [row for row in rows if row.analyte == analyte]
    good = [row for row in mine if row.flag == "ok" and row.u is not None and row.value is not None]
    if good:
        shared = max(row.u_sys for row in good)
        own = fsum((row.u or 0.0) ** 2 - row.u_sys**2 for row in good) / len(good) ** 2
        return _Found(fsum(row.value or 0.0 for row in good) / len(good), sqrt(own + shared**2), None, True)
    limits_ = [row.lod for row in mine if row.flag == "lt" and row.lod is not None]
    if limits_:
        return _Found(None, None, max(limits_), True)
    # Interfered and quarantined say nothing at all; a value without uncertainty says something, but not how sure.
    bare = next((row.value for row in mine if row.flag == "ok"), None)
    return _Found(bare, None, None, bare is not None)


def _compare(analyte: str, found: _Found | None, promise: _Promise | None, k: float, complete: bool) -> Item:
    value, u, lod = (found.value, found.u, found.lod) if found else (None, None, None)
    low, high = (promise.low, promise.high) if promise else (None, None)
    verdict, sigma = _judge(found, promise, k, complete)
    return Item(analyte, verdict, value, u, lod, low, high, sigma)


def _judge(found: _Found | None, promise: _Promise | None, k: float, complete: bool) -> tuple[ItemVerdict, float | None]:
    if found is None:
        return "not-measured", None
    if not found.usable:
        return "not-assessable", None
    if promise is None:
        detected = found.value is not None and found.u is not None and found.value > k * found.u
        return ("found-undeclared" if complete and detected else "not-declared"), None
    if found.lod is not None:
        # All that is known is that the share lies below the limit. (u of the limit is not reported by laboratories.)
        return ("below-declared" if promise.low - k * promise.u > found.lod else "agrees"), None
    if found.value is None or found.u is None:
        return "cannot-tell", None
    u = hypot(found.u, promise.u)
    away = found.value - min(max(found.value, promise.low), promise.high)
    sigma = away / u
    if abs(sigma) <= k:
        return "agrees", sigma
    return ("above-declared" if sigma > 0 else "below-declared"), sigma


def _verdict(items: Sequence[Item]) -> Verdict:
    verdicts = {item.verdict for item in items}
    if verdicts & DIFFER:
        return "differs"
    if verdicts & OPEN:
        return "cannot-tell"
    return "agrees" if "agrees" in verdicts else "not-assessable"


def _disagreement(item: Item, row: AssayRow, inputs: str) -> Disagreement:
    facts = {
        "specimen": row.specimen_id,
        "lot": row.lot_id,
        "analyte": item.analyte,
        "measured": _text(item.measured),
        "u": _text(item.u),
        "lod": _text(item.lod),
        "low": _text(item.declared_low),
        "high": _text(item.declared_high),
        "sigma": None if item.sigma is None else f"{item.sigma:.1f}",
    }
    return Disagreement(f"assay-{item.verdict}", row.lot_id or row.specimen_id, facts, inputs)


def _text(value: float | None) -> str | None:
    return None if value is None else f"{value:.6g}"
