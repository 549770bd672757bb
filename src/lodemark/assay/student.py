"""Heavy tails: each side has its own error factor, so that a rare bad measurement does not refute by itself.

Error U/(n w) with w ~ Gamma(nu/2, rate nu/2) (Lange et al. 1989, JASA 84:881). The factors are integrated out by the
trapezoid rule in ln w, step 0.25 on [-40, 6]: for this smooth integrand its error is below 1e-10.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, logsumexp

from lodemark.assay.aitken_lucy import whiten
from lodemark.assay.background import Background
from lodemark.assay.calibration import LN10
from lodemark.assay.model import Floats

_STEP = 0.25
_LN_W = np.arange(-40.0, 6.0 + _STEP / 2, _STEP)


def t_pairs(z1: Floats, n1: int, z2: Floats, n2: int, background: Background) -> Floats:
    """log10 LR of row i of ``z1`` against row i of ``z2``, shape (n,)."""
    w1, w2 = whiten(z1, background), whiten(z2, background)
    return np.asarray([_pair(a, n1, b, n2, background) for a, b in zip(w1, w2, strict=True)])


def t_matrix(z1: Floats, n1: int, z2: Floats, n2: int, background: Background) -> Floats:
    """log10 LR of every row of ``z1`` against every row of ``z2``, shape (a, b)."""
    w1, w2 = whiten(z1, background), whiten(z2, background)
    return np.asarray([[_pair(a, n1, b, n2, background) for b in w2] for a in w1])


def _pair(a: Floats, n1: int, b: Floats, n2: int, background: Background) -> float:
    lam, prior = background.lam, _log_prior(background.nu)
    e1, e2 = np.exp(-_LN_W) / n1, np.exp(-_LN_W) / n2
    # 2-d only in the numerator: per coordinate [[lam + e1, lam], [lam, lam + e2]] for every pair of factors.
    total = np.zeros((len(_LN_W), len(_LN_W)))
    for k in range(len(lam)):
        v1, v2 = lam[k] + e1[:, None], lam[k] + e2[None, :]
        # v1 v2 - lam^2 without the cancellation that large lam would bring.
        det = lam[k] * (e1[:, None] + e2[None, :]) + e1[:, None] * e2[None, :]
        square = (v2 * a[k] ** 2 - 2 * lam[k] * a[k] * b[k] + v1 * b[k] ** 2) / det
        total -= 0.5 * (np.log(det) + square)
    numerator = logsumexp(total + prior[:, None] + prior[None, :])
    alone = [
        logsumexp(prior - 0.5 * (np.log(lam + e[:, None]) + y**2 / (lam + e[:, None])).sum(axis=1))
        for y, e in ((a, e1), (b, e2))
    ]
    return float((numerator - sum(alone)) / LN10)


def _log_prior(nu: float) -> Floats:
    """Log weight of each node: density of ln w times the step."""
    half = nu / 2
    log_density = half * np.log(half) - gammaln(half) + half * _LN_W - half * np.exp(_LN_W)
    return np.asarray(log_density + np.log(_STEP))
