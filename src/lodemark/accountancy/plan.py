"""What an instrument must become before the promise can be checked: which component buys the goal, and which cannot.

The measure is the least detectable loss: a goal M is found with probability ``detect`` when the closing CUMUF's sd is at
most ``M / (z_{1-alpha} + z_detect)``. More inventories inside the year do not change the closing sd; they date a loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from scipy.special import ndtri

from lodemark.accountancy.balance import ALPHA_LOSS, Contribution, contributions
from lodemark.accountancy.model import MG_PER_KG, BalanceData
from lodemark.accountancy.select import select
from lodemark.trouble import Reason

BEST_FACTOR = 0.25  # no instrument is assumed to improve more than fourfold
MOST_CALIBRATIONS = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One measure: ``factor`` for the component's u, or ``calibrations`` in place of one; M with it, alone and in sequence."""

    component: str
    action: Literal["smaller-u", "recalibrate"]
    factor: float | None
    calibrations: int | None
    share: float
    detectable_alone_kg: float
    detectable_after_kg: float
    reaches_alone: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Measures by the share of variance they remove, the sd needed and there is, and whether the sequence reaches the goal."""

    goal_kg: float
    detect: float
    alpha: float
    needed_sd_kg: float
    sd_kg: float
    detectable_kg: float
    steps: tuple[Step, ...]
    reached: bool
    reached_after: int | None
    notes: tuple[Reason, ...]
    digest: str


def plan(data: BalanceData, element: str, mba: str, goal_mg: int, detect: float = 0.9, alpha: float = ALPHA_LOSS) -> Plan:
    """Order the measures that would bring a loss of ``goal_mg`` within reach, cheapest first by share of variance."""
    data = select(data, element, mba)
    parts = contributions(data)
    total = sum(part.variance_kg2 for part in parts)
    scale = float(ndtri(detect) - ndtri(alpha))
    needed = goal_mg / MG_PER_KG / scale
    steps = _steps(parts, total, needed, scale)
    reached_after = next((n for n, step in enumerate(steps, start=1) if step.detectable_after_kg <= goal_mg / MG_PER_KG), None)
    already = sqrt(total) <= needed
    code = "plan-already" if already else ("plan-reached" if reached_after else "plan-out-of-reach")
    facts = {"goal_kg": f"{goal_mg / MG_PER_KG:.3f}", "steps": reached_after, "best_kg": f"{steps[-1].detectable_after_kg:.3f}"}
    return Plan(
        goal_kg=goal_mg / MG_PER_KG,
        detect=detect,
        alpha=alpha,
        needed_sd_kg=needed,
        sd_kg=sqrt(total),
        detectable_kg=scale * sqrt(total),
        steps=steps,
        reached=already or reached_after is not None,
        reached_after=0 if already else reached_after,
        notes=(Reason(code, None, facts), Reason("plan-inventories")),
        digest=data.digest,
    )


def _steps(parts: Sequence[Contribution], total: float, needed: float, scale: float) -> tuple[Step, ...]:
    found, left = [], total
    for part in parts:
        if not part.variance_kg2:
            continue
        # The u this component would need if it alone had to bring the sum down; no less than a quarter of what it is.
        room = needed**2 - (total - part.variance_kg2)
        factor = sqrt(room / part.variance_kg2) if room > 0 else 0.0
        factor = min(max(factor, BEST_FACTOR), 1.0)
        calibrations = min(max(round(1 / factor**2), 2), MOST_CALIBRATIONS)
        # A calibration redone n times over equal throughput draws n independent errors: variance falls to 1/n.
        kept = 1 / calibrations if part.group else factor**2
        left -= part.variance_kg2 * (1 - kept)
        alone = scale * sqrt(total - part.variance_kg2 * (1 - kept))
        found.append(
            Step(
                component=part.component,
                action="recalibrate" if part.group else "smaller-u",
                factor=None if part.group else factor,
                calibrations=calibrations if part.group else None,
                share=part.share,
                detectable_alone_kg=alone,
                detectable_after_kg=scale * sqrt(max(left, 0.0)),
                reaches_alone=alone <= needed * scale * (1 + 1e-12),
            )
        )
    return tuple(found)
