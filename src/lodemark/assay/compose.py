"""Rows of one specimen as one composition: means over replicates, random and shared covariance, censored parts.

Only rows with flag ``ok`` (and their uncertainty) or ``lt`` (and its limit) enter. A systematic part is shared between
specimens of one group, analyte by analyte; between analytes of one specimen it is taken as independent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import fsum

import numpy as np

from lodemark.assay.checks import group_of
from lodemark.assay.model import AssayRow, Composition, Floats
from lodemark.ledger import digest


def compose(rows: Sequence[AssayRow]) -> tuple[Composition, ...]:
    """One composition for each (specimen, stage), in the order of the rows; run ``check`` first."""
    pieces: dict[tuple[str, str], list[AssayRow]] = defaultdict(list)
    for row in rows:
        pieces[row.specimen_id, row.stage].append(row)
    return tuple(_composition(piece) for piece in pieces.values())


def _composition(rows: Sequence[AssayRow]) -> Composition:
    by_part: dict[str, list[AssayRow]] = defaultdict(list)
    for row in rows:
        by_part[row.analyte].append(row)
    usable = {part: [row for row in found if row.flag == "ok" and row.u] for part, found in by_part.items()}
    parts = tuple(part for part, found in usable.items() if found)
    limits = {
        part: max(row.lod for row in found if row.lod is not None)
        for part, found in by_part.items()
        if not usable[part] and any(row.flag == "lt" and row.lod is not None for row in found)
    }
    used = [row for part in parts for row in usable[part]] + [row for part in limits for row in by_part[part]]
    shared: dict[str, Floats] = {}
    mass, random = np.empty(len(parts)), np.zeros((len(parts), len(parts)))
    for place, part in enumerate(parts):
        found = usable[part]
        mass[place] = fsum(row.value or 0.0 for row in found) / len(found)
        # The mean of n replicates keeps the shared part whole and a 1/n of the rest.
        random[place, place] = fsum((row.u or 0.0) ** 2 - row.u_sys**2 for row in found) / len(found) ** 2
        for row in found:
            if row.u_sys:
                block = shared.setdefault(group_of(row), np.zeros_like(random))
                block[place, place] += row.u_sys**2 / len(found)
    first = rows[0]
    return Composition(
        specimen_id=first.specimen_id,
        stage=first.stage,
        parts=parts,
        mass=mass,
        cov_random=random,
        cov_sys=shared,
        censored=limits,
        n=max((len(found) for found in usable.values()), default=0),
        # A laboratory batch in common makes two results one piece of evidence only where its error is shared.
        inputs=frozenset({f"specimen:{first.specimen_id}", *(f"assay:{row.assay_id}" for row in used)}),
        lot_id=first.lot_id,
        synthetic=any(row.synthetic for row in rows),
        digest=digest(
            [
                [row.assay_id, row.analyte, str(row.rep_no), row.flag, repr(row.value), repr(row.u), repr(row.lod)]
                for row in rows
            ]
        ),
    )
