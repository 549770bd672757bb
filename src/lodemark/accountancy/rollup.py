"""Balances added over areas, elements and time, with the errors they share kept shared.

One weighing and one laboratory serve several elements and areas: the stacked covariance has the cross terms by the same
formula. A transfer measured once cancels exactly. Elements of one gross weight are not independent tests.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.sparse import csr_array
from scipy.special import chdtrc, ndtr

from lodemark.accountancy.covariance import cholesky, covariance, muf
from lodemark.accountancy.model import BalanceData
from lodemark.trouble import Reason

By = Literal["balance", "element", "area"]


@dataclass(frozen=True, slots=True)
class Total:
    """Closing CUMUF of one group, kg: its sd, z, one-sided p for a loss, and whether Holm keeps it at the year's alpha."""

    name: str
    muf_kg: float
    sd_kg: float
    z: float
    p: float
    holm_p: float
    alarm: bool


@dataclass(frozen=True, slots=True)
class Rollup:
    """All groups with their covariance (kg^2) and the joint chi-square over them (no direction: diagnostic)."""

    by: By
    totals: tuple[Total, ...]
    sigma: tuple[tuple[float, ...], ...]
    chi2: float
    chi2_p: float
    cannot_show: tuple[Reason, ...]
    digest: str


def rollup(data: BalanceData, by: By, alpha: float = 0.05) -> Rollup:
    """Sum the balance over time and, by ``element``, over areas (or by ``area``, over elements; or neither)."""
    names = [
        {"element": period.element, "area": period.mba, "balance": f"{period.mba}/{period.element}"}[by]
        for period in data.periods
    ]
    groups = list(dict.fromkeys(names))
    T = csr_array(
        (np.ones(len(names)), ([groups.index(name) for name in names], range(len(names)))), shape=(len(groups), len(names))
    )
    # Summing rows of A first: the +1 and -1 of an internal transfer meet in one row and vanish before any error is counted.
    summed = replace(data, A=csr_array(T @ data.A))
    values, sigma = muf(summed), covariance(summed)
    sd = np.sqrt(np.diagonal(sigma))
    p = ndtr(-values / sd)
    holm = _holm(p)
    white = np.linalg.solve(cholesky(sigma), values)
    return Rollup(
        by=by,
        totals=tuple(
            Total(
                groups[n],
                float(values[n]),
                float(sd[n]),
                float(values[n] / sd[n]),
                float(p[n]),
                float(holm[n]),
                bool(holm[n] <= alpha),
            )
            for n in range(len(groups))
        ),
        sigma=tuple(map(tuple, sigma.tolist())),
        chi2=float(white @ white),
        chi2_p=float(chdtrc(len(groups), white @ white)),
        cannot_show=(Reason("balance-cannot-show-who"),),
        digest=data.digest,
    )


def _holm(p: np.ndarray) -> np.ndarray:
    """Holm's adjusted p: valid whatever the dependence between the groups."""
    order = np.argsort(p)
    stepped = np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p))))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
