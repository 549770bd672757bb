"""The worked examples of composition marks: five lots by three replicates (E2), sources (E7), a codebook (E8)."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from lodemark.assay import Composition
from lodemark.assay.background import Background, fit

LOTS = {
    "a": [(0.10, 1.02), (0.16, 0.95), (0.13, 1.00)],
    "b": [(0.92, 0.31), (0.98, 0.36), (0.89, 0.29)],
    "c": [(-0.55, 1.60), (-0.49, 1.66), (-0.52, 1.57)],
    "d": [(0.41, -0.22), (0.36, -0.17), (0.43, -0.27)],
    "e": [(1.35, 0.88), (1.29, 0.82), (1.38, 0.94)],
}
CODES = np.array([[10.0, 100, 30, 10, 60], [60, 10, 100, 30, 10], [30, 60, 10, 100, 30], [100, 30, 60, 10, 100]])


@cache
def background(bandwidth: Any = "bolck", nu: float = 4.0) -> Background:
    z = np.array([point for lot in LOTS.values() for point in lot])
    items = [name for name, lot in LOTS.items() for _ in lot]
    return fit(
        z,
        items,
        parts=("Pr", "Nd", "Dy"),
        stage="oxide",
        provenance="synthetic",
        basis="alr",
        bandwidth=bandwidth,
        nu=nu,
        min_items=5,
        shrink="none",
    )


def composition(name: str, mass: Sequence[float], u_rel: float, parts: Sequence[str], **fields: Any) -> Composition:
    vector = np.asarray(mass, dtype=np.float64)
    base: dict[str, Any] = {
        "stage": "alloy",
        "cov_sys": {},
        "censored": {},
        "n": 1,
        "inputs": frozenset({name}),
        "digest": name,
    }
    return Composition(
        **{
            **base,
            "specimen_id": name,
            "parts": tuple(parts),
            "mass": vector,
            "cov_random": np.diag((vector * u_rel) ** 2),
            **fields,
        }
    )


TRACERS = ("Pr", "Gd", "Dy", "Ho", "Co")
SOURCES = [
    composition("A", (58000, 1200, 9000, 150, 8000), 0.015, TRACERS),
    composition("B", (44000, 5200, 31000, 900, 21000), 0.015, TRACERS),
    composition("C", (66000, 300, 2000, 40, 12000), 0.015, TRACERS),
]
BLEND = composition("y", (53050, 2545, 15500, 372, 12150), 0.02, TRACERS)
