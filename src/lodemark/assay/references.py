"""Reference lots from assayed specimens: the mean of ln mass fraction of each lot, and the scatter within lots, pooled.

Which of them an answer speaks of is named by lot; a lot that is not among the references is said, never passed over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeVar

import numpy as np

from lodemark.assay.model import Composition, LotReference
from lodemark.ledger import digest
from lodemark.trouble import Error

T = TypeVar("T")


class UnknownLot(Error):
    """A lot that is not among the references."""

    code: ClassVar[str] = "assay-lot-unknown"
    kind: ClassVar[str] = "unknown"


def named(known: Mapping[str, T], lots: Sequence[str]) -> list[T]:
    """The references of these lots; raises ``UnknownLot`` at the first that is not there."""
    for lot in lots:
        if lot not in known:
            raise UnknownLot(lot=lot, known=list(known)[:20])
    return [known[lot] for lot in lots]


def one_per_lot(comps: Sequence[Composition]) -> dict[str, Composition]:
    """Sources are lots: their first specimen stands for them, with its own uncertainty."""
    first: dict[str, Composition] = {}
    for comp in comps:
        first.setdefault(comp.lot_id or comp.specimen_id, comp)
    return first


def lot_references(comps: Sequence[Composition], parts: Sequence[str]) -> tuple[LotReference, ...]:
    """One reference for each lot that was measured in all ``parts``; the scatter within is pooled over all of them.

    A lot of one specimen is usable: the pooled scatter says how far its next specimen may lie.
    """
    usable = [comp for comp in comps if comp.lot_id and set(parts) <= set(comp.parts)]
    if not usable:
        return ()
    by_lot: dict[str, list[Composition]] = defaultdict(list)
    for comp in usable:
        by_lot[comp.lot_id or ""].append(comp)
    logs = {
        lot: np.asarray([[np.log(comp.mass[comp.parts.index(part)]) for part in parts] for comp in own])
        for lot, own in by_lot.items()
    }
    freedom = sum(len(own) - 1 for own in logs.values())
    rest = np.concatenate([own - own.mean(axis=0) for own in logs.values()])
    # With no lot measured twice, the specimens' own uncertainties are all that is known of the scatter.
    stated = np.mean(
        [np.diag([comp.cov[n, n] / comp.mass[n] ** 2 for n in map(comp.parts.index, parts)]) for comp in usable], axis=0
    )
    within = rest.T @ rest / freedom if freedom > len(parts) else stated
    return tuple(
        LotReference(
            lot_id=lot,
            stage=by_lot[lot][0].stage,
            parts=tuple(parts),
            mean_ln=own.mean(axis=0),
            within=within,
            n=len(own),
            synthetic=any(comp.synthetic for comp in by_lot[lot]),
            digest=digest([comp.digest for comp in by_lot[lot]]),
        )
        for lot, own in logs.items()
    )
