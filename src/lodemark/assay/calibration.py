"""Calibration of likelihood ratios and the bounds beyond which no value is reported.

``Cllr`` (Bruemmer & du Preez 2006) is the cost of the stated values in bits; ELUB (Vergeer et al. 2016, Sci. Justice 56:482)
cuts them where the validation data can no longer carry them. All ratios are log10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression, minimize
from scipy.special import expit

from lodemark.assay.model import Floats, digest_of

LN10 = float(np.log(10.0))
_GRID = 0.01
_CAP = 300.0  # an infinite log10 LR counts as this: as wrong as double precision can say


@dataclass(frozen=True, slots=True)
class Calibrator:
    """Maps a raw log10 LR to a calibrated one within [lo, hi].

    Logistic: ``a + b x``. PAV: the step function ``steps`` (raw, calibrated), constant beyond its ends. ``n_lots`` counts the
    lots behind the pairs: pairs of one lot are not independent. ``not_finite`` counts values that had to be capped.
    """

    method: Literal["logistic", "pav"]
    a: float
    b: float
    steps: tuple[tuple[float, float], ...]
    lo: float
    hi: float
    cllr: float
    cllr_min: float
    cllr_calibrated: float
    n_ss: int
    n_ds: int
    n_lots: int
    not_finite: int
    digest: str

    def apply(self, llr: Floats) -> Floats:
        """Calibrated and bounded log10 LR, elementwise; never outside [lo, hi]."""
        finite = np.clip(np.nan_to_num(llr, nan=0.0, posinf=_CAP, neginf=-_CAP), -_CAP, _CAP)
        if self.method == "logistic":
            mapped = self.a + self.b * finite
        else:
            raw, level = np.asarray(self.steps).T
            mapped = np.interp(finite, raw, level)
        return np.clip(mapped, self.lo, self.hi)


def calibrate(
    llr: Floats,
    same: NDArray[np.bool_],
    method: Literal["logistic", "pav"] = "logistic",
    bounds: Literal["elub"] = "elub",
    n_lots: int = 0,
) -> Calibrator:
    """Fit on validation pairs: ``llr`` (n,) raw log10 LR, ``same`` (n,) whether the two specimens are of one lot.

    Keep these pairs apart from the fit of the background by lot (and by site), never by replicate.
    """
    assert same.any() and not same.all(), "both kinds of pairs"
    strange = ~np.isfinite(llr)
    # Infinite and undefined values count against the method: they are capped, not dropped.
    values = np.clip(np.nan_to_num(llr, nan=0.0, posinf=_CAP, neginf=-_CAP), -_CAP, _CAP)
    ss, ds = np.sort(values[same]), np.sort(values[~same])
    a, b = _logistic(ss, ds)
    steps = _pav(ss, ds)
    if method == "logistic":
        mapped_ss, mapped_ds = a + b * ss, a + b * ds
    else:
        raw, level = np.asarray(steps).T
        mapped_ss, mapped_ds = np.interp(ss, raw, level), np.interp(ds, raw, level)
    lo, hi = elub(mapped_ss, mapped_ds)
    return Calibrator(
        method=method,
        a=a,
        b=b,
        steps=steps if method == "pav" else (),
        lo=lo,
        hi=hi,
        cllr=cllr(ss, ds),
        cllr_min=cllr(*_pav_values(ss, ds)),
        cllr_calibrated=cllr(mapped_ss, mapped_ds),
        n_ss=len(ss),
        n_ds=len(ds),
        n_lots=n_lots,
        not_finite=int(strange.sum()),
        digest=digest_of(method, ss, ds),
    )


def cllr(ss: Floats, ds: Floats) -> float:
    """Log-likelihood-ratio cost in bits: 0 is perfect, 1 says nothing, above 1 misleads."""
    with np.errstate(over="ignore"):
        cost = np.mean(np.logaddexp(0.0, -LN10 * ss)) + np.mean(np.logaddexp(0.0, LN10 * ds))
    return float(cost / 2 / np.log(2))


def _logistic(ss: Floats, ds: Floats) -> tuple[float, float]:
    """(a, b) minimising the Cllr of ``a + b x``; separable classes get one misleading value each, else b is infinite."""
    if ss.min() > ds.max():
        ss, ds = np.append(ss, ds.min()), np.append(ds, ss.max())
    scale = LN10

    def cost(x: Floats) -> tuple[float, Floats]:
        a, b = x
        wrong_ss, wrong_ds = scale * (-a - b * ss), scale * (a + b * ds)
        value = np.logaddexp(0, wrong_ss).mean() + np.logaddexp(0, wrong_ds).mean()
        p_ss, p_ds = expit(wrong_ss), expit(wrong_ds)
        slope = scale * np.array([p_ds.mean() - p_ss.mean(), (p_ds * ds).mean() - (p_ss * ss).mean()])
        return float(value), slope

    found = minimize(cost, np.array([0.0, 1.0]), jac=True, method="BFGS", options={"gtol": 1e-10})
    a, b = found.x.tolist()
    # A negative slope would turn support for one side into support for the other: such a method says nothing.
    return (float(a), float(b)) if b > 0 else (0.0, 0.0)


def _pav_values(ss: Floats, ds: Floats) -> tuple[Floats, Floats]:
    """The best any monotone map could do on these very pairs (pool adjacent violators, equal class weights)."""
    values = np.concatenate([ds, ss])
    target = np.concatenate([np.zeros(len(ds)), np.ones(len(ss))])
    weight = np.concatenate([np.full(len(ds), 0.5 / len(ds)), np.full(len(ss), 0.5 / len(ss))])
    _, place = np.unique(values, return_inverse=True)
    mass = np.bincount(place, weights=weight)
    share = np.bincount(place, weights=weight * target) / mass
    p = isotonic_regression(share, weights=mass).x[place]
    with np.errstate(divide="ignore"):
        level = np.clip((np.log(p) - np.log1p(-p)) / LN10, -_CAP, _CAP)
    return level[len(ds) :], level[: len(ds)]


def _pav(ss: Floats, ds: Floats) -> tuple[tuple[float, float], ...]:
    level = np.concatenate(_pav_values(ss, ds))
    raw, first = np.unique(np.concatenate([ss, ds]), return_index=True)
    return tuple(zip(raw.tolist(), level[first].tolist(), strict=True))


def elub(ss: Floats, ds: Floats) -> tuple[float, float]:
    """Empirical lower and upper bounds: beyond them one more surprising pair would make the values worse than silence."""
    ss, ds = np.append(ss, -np.inf), np.append(ds, np.inf)
    low = max(-np.log10(len(ss)), float(np.min(ds)), -_CAP)
    high = min(np.log10(len(ds)), float(np.max(ss)), _CAP)
    grid = np.arange(np.floor(low / _GRID), np.ceil(high / _GRID) + 1) * _GRID
    sorted_ss, sorted_ds = np.sort(ss), np.sort(ds)
    missed = np.searchsorted(sorted_ss, grid, side="right") / len(ss)
    raised = 1 - np.searchsorted(sorted_ds, grid, side="right") / len(ds)
    excess = missed + 10.0**grid * raised > np.minimum(1.0, 10.0**grid)
    zero = int(np.argmin(np.abs(grid)))
    lower, upper = zero, zero
    while lower > 0 and not excess[lower - 1]:
        lower -= 1
    while upper < len(grid) - 1 and not excess[upper + 1]:
        upper += 1
    return min(float(grid[lower]), 0.0), max(float(grid[upper]), 0.0)
