"""How many bits a panel can carry: levels that can be told apart, and the ceiling of any code."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, log2, sqrt

from scipy.special import ndtri


@dataclass(frozen=True, slots=True)
class Capacity:
    """``levels`` per ratio, ``bits`` of a grid code, and the ``ceiling`` no code over these ratios exceeds."""

    levels: int
    bits: float
    ceiling: float


def capacity(dopants: int, low: float, high: float, u: float, error: float) -> Capacity:
    """Ratios of ``dopants`` elements between ``low`` and ``high`` mg/kg at relative ``u``, two-sided ``error`` per ratio.

    A licence serial of 10 to 14 bits with a check is realistic; more is not promised.
    """
    reach = log(high / low)
    levels = 1 + int(reach / (-2 * float(ndtri(error / 2)) * sqrt(2) * u))
    return Capacity(levels, (dopants - 1) * log2(levels), (dopants - 1) / 2 * log2(1 + reach**2 / (24 * u**2)))
