"""Reference lots from assayed specimens: the mean of ln mass fraction of each lot, and the scatter within lots, pooled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from lodemark.assay.model import Composition, LotReference
from lodemark.ledger import digest


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
