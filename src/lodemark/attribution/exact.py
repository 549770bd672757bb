"""A bound that cannot be wrong: multipliers on the records, added up in exact rationals.

Any multipliers give a true bound (weak duality); the solver's only make it a good one. So the solver need not be
trusted: its answer is used as a hint, rounded to rationals, and what is reported is this sum. See Neumaier &
Shcherbina 2004 (Math. Programming 99:283) on safe bounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from lodemark.attribution.programme import Row

ZERO = Fraction(0)


def least(
    cost: Mapping[int, Fraction], upper: Sequence[Fraction], rows: Sequence[Row], multipliers: Sequence[Fraction]
) -> Fraction:
    """A number that ``cost`` cannot go below on ``0 <= x <= upper`` and the rows, whatever the multipliers."""
    total, reduced = settled(cost, rows, multipliers)
    # What no record settles is taken at its worst: at zero where it costs, at its upper limit where it saves.
    return total + sum((factor * upper[variable] for variable, factor in reduced.items() if factor < 0), ZERO)


def settled(
    cost: Mapping[int, Fraction], rows: Sequence[Row], multipliers: Sequence[Fraction]
) -> tuple[Fraction, dict[int, Fraction]]:
    """What the rows settle of ``cost``, and the cost that is left on each variable."""
    total, reduced = ZERO, dict(cost)
    for row, multiplier in zip(rows, multipliers, strict=True):
        limit = row.lo if multiplier > 0 else row.hi
        if multiplier == 0 or limit is None:
            continue
        total += multiplier * limit
        for variable, factor in row.terms.items():
            reduced[variable] = reduced.get(variable, ZERO) - multiplier * factor
    return total, reduced
