"""Heavy tails: each side has its own error factor, so that a rare bad measurement does not refute by itself.

Error U/(n w) with w ~ Gamma(nu/2, rate nu/2) (Lange et al. 1989, JASA 84:881). The factors are integrated out by the
trapezoid rule in ln w, step 0.25 on [-40, 6]: for this smooth integrand its error is below 1e-10.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from lodemark.assay.aitken_lucy import whiten
from lodemark.assay.background import Background
from lodemark.assay.calibration import LN10
from lodemark.assay.model import Floats

_STEP = 0.25
_LN_W = np.arange(-40.0, 6.0 + _STEP / 2, _STEP)


_BLOCK = 64  # pairs at a time: their grids stay within tens of megabytes


def t_pairs(z1: Floats, n1: int, z2: Floats, n2: int, background: Background) -> Floats:
    """log10 LR of row i of ``z1`` against row i of ``z2``, shape (n,)."""
    w1, w2 = whiten(z1, background), whiten(z2, background)
    base, weight = _grid(n1, n2, background)
    apart = np.empty(len(w1))
    for start in range(0, len(w1), _BLOCK):
        a, b = w1[start : start + _BLOCK], w2[start : start + _BLOCK]
        # The exponent is linear in squares and products of the coordinates, so all pairs are one matrix product.
        apart[start : start + _BLOCK] = _lse(base - 0.5 * np.hstack([a * a, b * b, -2.0 * a * b]) @ weight)
    alone = _alone(w1, n1, background) + _alone(w2, n2, background)
    return np.asarray((apart - alone) / LN10)


def t_matrix(z1: Floats, n1: int, z2: Floats, n2: int, background: Background) -> Floats:
    """log10 LR of every row of ``z1`` against every row of ``z2``, shape (a, b)."""
    one, two = np.repeat(z1, len(z2), axis=0), np.tile(z2, (len(z1), 1))
    return t_pairs(one, n1, two, n2, background).reshape(len(z1), len(z2))


def _grid(n1: int, n2: int, background: Background) -> tuple[Floats, Floats]:
    """Over all pairs of error factors (w1, w2), flat: the log weight without data (G,), and the weights (3p, G) of a^2, b^2
    and -2ab, from the inverse of ``[[lam + e1, lam], [lam, lam + e2]]`` of each coordinate."""
    lam, prior = background.lam[:, None, None], _log_prior(background.nu)
    e1, e2 = np.exp(-_LN_W)[:, None] / n1, np.exp(-_LN_W)[None, :] / n2
    # The determinant without the cancellation that large lam would bring.
    det = lam * (e1 + e2) + e1 * e2
    base = prior[:, None] + prior[None, :] - 0.5 * np.log(det).sum(axis=0)
    weight = np.concatenate([(lam + e2) / det, (lam + e1) / det, lam / det])
    return base.ravel(), weight.reshape(len(weight), -1)


def _alone(w: Floats, n: int, background: Background) -> Floats:
    """ln density of each row by itself, (n,), its error factor integrated out."""
    total = background.lam[:, None] + np.exp(-_LN_W)[None, :] / n
    return _lse(_log_prior(background.nu) - 0.5 * np.log(total).sum(axis=0) - 0.5 * (w * w) @ (1 / total))


def _lse(terms: Floats) -> Floats:
    top = terms.max(axis=1)
    return np.asarray(top + np.log(np.exp(terms - top[:, None]).sum(axis=1)))


def _log_prior(nu: float) -> Floats:
    """Log weight of each node: density of ln w times the step."""
    half = nu / 2
    log_density = half * np.log(half) - gammaln(half) + half * _LN_W - half * np.exp(_LN_W)
    return np.asarray(log_density + np.log(_STEP))
