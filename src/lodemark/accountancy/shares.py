"""The share of an element in a lot as its assays measured it, with the part of its uncertainty that other lots share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import fsum, sqrt

from lodemark.assay import Composition
from lodemark.custody import canonical

MG_PER_KG = 1_000_000


@dataclass(frozen=True, slots=True)
class Share:
    """Mass fraction of an element in a lot; relative standard uncertainties (k = 1).

    ``u_rel`` is the lot's own, drawn once however often the lot is weighed; ``shared`` is drawn once for each laboratory
    calibration (``sys_group``). ``specimens`` were averaged.
    """

    fraction: Fraction
    u_rel: Decimal
    shared: Mapping[str, Decimal]
    specimens: tuple[str, ...]
    synthetic: bool = False


def shares_of(specimens: Iterable[Composition]) -> dict[tuple[str, str], Share]:
    """(lot, element) -> share, over the specimens of each lot; what lies below its limit of detection has none."""
    by_lot: dict[tuple[str, str], list[Composition]] = defaultdict(list)
    for one in specimens:
        for part in one.parts if one.lot_id else ():
            if "/" not in part:
                by_lot[canonical(str(one.lot_id)), part].append(one)
    return {key: _share(own, key[1]) for key, own in by_lot.items()}


def _share(own: list[Composition], element: str) -> Share:
    places = [one.parts.index(element) for one in own]
    mean = fsum(float(one.mass[at]) for one, at in zip(own, places, strict=True)) / len(own)
    random = fsum(float(one.cov_random[at, at]) for one, at in zip(own, places, strict=True))
    shared: dict[str, float] = defaultdict(float)
    for one, at in zip(own, places, strict=True):
        for group, block in one.cov_sys.items():
            # One draw for all specimens of a calibration: the mean carries it whole.
            shared[group] += sqrt(float(block[at, at])) / len(own)
    return Share(
        fraction=Fraction(Decimal(repr(mean))) / MG_PER_KG,
        u_rel=_six(sqrt(random) / len(own) / mean),
        shared={group: _six(u / mean) for group, u in sorted(shared.items()) if u},
        specimens=tuple(sorted(one.specimen_id for one in own)),
        synthetic=any(one.synthetic for one in own),
    )


def _six(value: float) -> Decimal:
    """Six digits: an uncertainty is known to two."""
    return Decimal(f"{value:.6g}")
