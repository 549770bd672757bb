"""Log-ratio coordinates of a composition with their covariance.

Ratios survive dilution, unit and oxide factors; they are blind to the total. ``pivot`` (Egozcue et al. 2003, Math. Geol.
35:279) is orthonormal, ``alr`` has one part as denominator (the one that is never censored), ``clr`` keeps all parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from lodemark.assay.model import Composition, Floats
from lodemark.measure import RARE_EARTHS
from lodemark.trouble import Error

System = Literal["pivot", "alr", "clr"]
LARGE_REL = 0.15
_BLOCK = 4096


class PartsMissing(Error):
    """A part that the coordinates need was not measured, or lies below its limit of detection."""

    code: ClassVar[str] = "assay-parts-missing"


@dataclass(frozen=True, slots=True)
class Coordinates:
    """``z`` (n, p) with total covariance ``cov`` (n, p, p); ``V`` (p, D) maps ln mass to z; ``shared`` by group (n, p, p)."""

    parts: tuple[str, ...]
    system: System
    absolute: bool
    z: Floats
    cov: Floats
    shared: Mapping[str, Floats]
    V: Floats


def contrast(size: int, system: System = "pivot") -> Floats:
    """The matrix ``V`` of a system over ``size`` parts: (size - 1, size), or (size, size) for clr."""
    if system == "clr":
        return np.eye(size) - 1.0 / size
    if system == "alr":
        # The last part is the denominator.
        return np.hstack([np.eye(size - 1), -np.ones((size - 1, 1))])
    V = np.zeros((size - 1, size))
    for k in range(1, size):
        V[k - 1, :k] = 1.0 / k
        V[k - 1, k] = -1.0
        V[k - 1] *= np.sqrt(k / (k + 1))
    return V


def ln_covariance(mass: Floats, cov: Floats) -> Floats:
    """Covariance of ln mass, (..., D, D): first order, or the log-normal's own where a relative u exceeds 15 %."""
    relative = cov / (mass[..., :, None] * mass[..., None, :])
    large = np.max(np.diagonal(relative, axis1=-2, axis2=-1), axis=-1) > LARGE_REL**2
    return np.where(large[..., None, None], np.log1p(relative), relative)


def log_ratios(mass: Floats, var_rel: Floats, system: System = "pivot") -> tuple[Floats, Floats]:
    """Many specimens at once with independent parts: ``mass`` (n, D) and relative variances (n, D) to z and its u, (n, p)."""
    V = contrast(mass.shape[1], system)
    z, u = np.empty((len(mass), len(V))), np.empty((len(mass), len(V)))
    for start in range(0, len(mass), _BLOCK):  # each block is read once and stays in the cache
        part = slice(start, start + _BLOCK)
        np.matmul(np.log(mass[part]), V.T, out=z[part])
        np.sqrt(_ln_variance(var_rel[part]) @ (V.T**2), out=u[part])
    return z, u


def log_ratio_covariance(var_rel: Floats, system: System = "pivot") -> Floats:
    """The covariance (n, p, p) of those coordinates: they share their parts, so they are not independent."""
    V = contrast(var_rel.shape[1], system)
    return np.asarray((V[None] * _ln_variance(var_rel)[:, None, :]) @ V.T)


def _ln_variance(var_rel: Floats) -> Floats:
    if var_rel.max(initial=0.0) <= LARGE_REL**2:
        return var_rel
    large = var_rel.max(axis=1, keepdims=True) > LARGE_REL**2
    return np.where(large, np.log1p(var_rel), var_rel)


def coordinates(
    comps: Composition | Sequence[Composition], parts: Sequence[str], system: System = "pivot", absolute: bool = False
) -> Coordinates:
    """Coordinates of one or more compositions over the closed sub-composition ``parts``.

    ``absolute`` appends ln(total rare earth): for magnets, where the total is a property; never for what may be diluted.
    Raises ``PartsMissing`` naming every part that is missing or censored.
    """
    many = [comps] if isinstance(comps, Composition) else list(comps)
    for comp in many:
        if lacking := [part for part in parts if part not in comp.parts]:
            raise PartsMissing(
                specimen=comp.specimen_id, parts=lacking, censored=[part for part in lacking if part in comp.censored]
            )
    V = contrast(len(parts), system)
    taken = [np.asarray([comp.parts.index(part) for part in parts]) for comp in many]
    mass = np.asarray([comp.mass[places] for comp, places in zip(many, taken, strict=True)])
    groups = dict.fromkeys(group for comp in many for group in comp.cov_sys)
    maps = [_maps(comp, places, V, absolute) for comp, places in zip(many, taken, strict=True)]
    z = np.log(mass) @ V.T
    if absolute:
        z = np.hstack([z, np.asarray([[np.log(_total(comp))] for comp in many])])
    blocks = {
        group: np.asarray([_mapped(comp, one, comp.cov_sys.get(group)) for comp, one in zip(many, maps, strict=True)])
        for group in groups
    }
    cov = np.asarray([_mapped(comp, one, comp.cov) for comp, one in zip(many, maps, strict=True)])
    return Coordinates(tuple(parts), system, absolute, z, cov, blocks, V)


def _earths(comp: Composition) -> list[int]:
    return [place for place, part in enumerate(comp.parts) if part in RARE_EARTHS]


def _total(comp: Composition) -> float:
    return float(comp.mass[_earths(comp)].sum())


def _maps(comp: Composition, places: np.ndarray, V: Floats, absolute: bool) -> Floats:
    """The matrix from ln mass of *all* parts of this composition to its coordinates."""
    full = np.zeros((len(V), len(comp.parts)))
    full[:, places] = V
    if not absolute:
        return full
    total = np.zeros((1, len(comp.parts)))
    earths = _earths(comp)
    total[0, earths] = comp.mass[earths] / _total(comp)
    return np.vstack([full, total])


def _mapped(comp: Composition, matrix: Floats, cov: Floats | None) -> Floats:
    if cov is None:
        return np.zeros((len(matrix), len(matrix)))
    return np.asarray(matrix @ ln_covariance(comp.mass, cov) @ matrix.T)
