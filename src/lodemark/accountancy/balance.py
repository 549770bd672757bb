"""One balance drawn: series, alarms, what they would have missed, and the class.

``run(data, element, mba, goal_mg=...)`` is a pure function: same rows, same digest, same answer years later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from lodemark.accountancy.covariance import covariance, muf
from lodemark.accountancy.joint import Thresholds, closing_weights, joint
from lodemark.accountancy.model import MG_PER_KG, BalanceClass, BalanceData, Direction, Floats, TestName
from lodemark.accountancy.muf import cumuf, gemuf, gemuf_p, sitmuf
from lodemark.accountancy.page import page
from lodemark.accountancy.power import detectable, least_detectable, np_bound, power
from lodemark.accountancy.select import select
from lodemark.ledger import Record
from lodemark.trouble import Disagreement, Reason

ALPHA_LOSS = 0.05
ALPHA_GAIN = 0.01
STRONG_BOUND = 0.9  # "closed" needs a loss of the goal quantity to be seen this often
WEAK_BOUND = 0.5
_YEAR = timedelta(days=366)
_HISTORIES = 50_000  # for the detection table: standard error below 0.0023


@dataclass(frozen=True, slots=True)
class Line:
    """One period of the series; masses in kg, ``z`` and Page's statistics in standard deviations."""

    start: datetime
    end: datetime
    muf_kg: float
    sd_kg: float
    cumuf_kg: float
    cumuf_sd_kg: float
    z: float
    gemuf: float
    page_loss: float
    page_gain: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """A test above its threshold; ``period`` counts from 1."""

    test: TestName
    direction: Direction
    period: int
    value: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Detection:
    """How a loss of the goal quantity in this pattern would have fared: the tests run, and the bound of any test."""

    pattern: str
    total_kg: float
    dp: float
    se: float
    np_bound: float


@dataclass(frozen=True, slots=True)
class Contribution:
    """One error source of the closing CUMUF; ``group`` is empty for a random component."""

    component: str
    group: str
    variance_kg2: float
    share: float


@dataclass(frozen=True, slots=True)
class Balance:
    """A drawn balance; ``cannot_show`` belongs to the answer as much as ``klass`` does."""

    mba: str
    element: str
    klass: BalanceClass
    lines: tuple[Line, ...]
    alarms: tuple[Alarm, ...]
    loss: Thresholds
    gain: Thresholds
    goal_mg: int | None
    bound: float | None
    m90_kg: float
    gemuf_p: float
    detection: tuple[Detection, ...]
    contributions: tuple[Contribution, ...]
    outside: tuple[str, ...]
    merged: tuple[str, ...]
    exact: tuple[str, ...]
    assumed: tuple[str, ...]
    warnings: tuple[Reason, ...]
    cannot_show: tuple[Reason, ...]
    synthetic: bool
    digest: str


def run(
    data: BalanceData,
    element: str,
    mba: str,
    *,
    alpha_loss: float = ALPHA_LOSS,
    alpha_gain: float = ALPHA_GAIN,
    goal_mg: int | None = None,
    k: float = 0.5,
) -> Balance:
    """Draw the balance of one element at one area over all its periods, as one accounting year with one alpha.

    ``goal_mg`` is the loss that must not go unseen (the licence's smallest line); without it nothing is called closed.
    """
    data = select(data, element, mba)
    values, sigma = muf(data), covariance(data)
    z = sitmuf(values, sigma)
    loss = joint(sigma, alpha_loss, k=k, direction="loss")
    gain = joint(sigma, alpha_gain, k=k, direction="gain")
    alarms = (*_alarms(z, sigma, loss), *_alarms(-z, sigma, gain))
    bound = None if goal_mg is None else np_bound(sigma, least_detectable(sigma, goal_mg / MG_PER_KG), alpha_loss)
    klass = classify(alarms, bound)
    m90_kg = detectable(sigma, alpha_loss)
    return Balance(
        mba=mba,
        element=element,
        klass=klass,
        lines=_lines(data, values, sigma, z, k),
        alarms=alarms,
        loss=loss,
        gain=gain,
        goal_mg=goal_mg,
        bound=bound,
        m90_kg=m90_kg,
        gemuf_p=gemuf_p(float(z @ z), len(z)),
        detection=() if goal_mg is None else _detection(sigma, goal_mg / MG_PER_KG, loss),
        contributions=contributions(data),
        outside=data.outside,
        merged=data.merged,
        exact=data.exact,
        assumed=data.assumed,
        warnings=_warnings(data, goal_mg),
        cannot_show=(
            Reason("balance-cannot-show-who"),
            Reason("balance-cannot-show-below", None, {"m90_kg": round(m90_kg, 3), "element": element}),
        ),
        synthetic=data.synthetic,
        digest=data.digest,
    )


def classify(alarms: Sequence[Alarm], bound: float | None) -> BalanceClass:
    """The class of a balance. Silence of tests that could not have spoken is *cannot tell*, not *closed*."""
    directions = {alarm.direction for alarm in alarms}
    if "loss" in directions:
        return "open-loss"
    if "gain" in directions:
        return "open-gain"
    if bound is None or bound < WEAK_BOUND:
        return "cannot-tell"
    return "closed" if bound >= STRONG_BOUND else "closed-weakly"


def contributions(data: BalanceData, place: int | None = None) -> tuple[Contribution, ...]:
    """Variance of the closing CUMUF (or of the MUF of period ``place``) by error source, largest first; shares sum to one."""
    signs = np.asarray(data.A.sum(axis=0) if place is None else data.A[[place]].toarray()[0], dtype=np.float64)
    parts = [("", name, float(variance)) for name, variance in zip(data.random, data.V @ signs**2, strict=True)]
    parts += [(name, name, float(loading) ** 2) for name, loading in zip(data.groups, data.G @ signs, strict=True)]
    whole = sum(variance for _, _, variance in parts) or 1.0
    found = [Contribution(name, group, variance, variance / whole) for group, name, variance in parts]
    return tuple(sorted(found, key=lambda part: (-part.variance_kg2, part.component)))


def _lines(data: BalanceData, values: Floats, sigma: Floats, z: Floats, k: float) -> tuple[Line, ...]:
    total = cumuf(values, sigma)
    columns = (values, np.sqrt(np.diagonal(sigma)), total.value, total.sd, z, gemuf(values, sigma), page(z, k), page(-z, k))
    numbers = zip(*(column.tolist() for column in columns), strict=True)
    return tuple(Line(period.start, period.end, *row) for period, row in zip(data.periods, numbers, strict=True))


def _alarms(z: Floats, sigma: Floats, level: Thresholds) -> tuple[Alarm, ...]:
    """Alarms of one direction; ``z`` already points that way."""
    path = page(z, level.k)
    closing = float(closing_weights(sigma) @ z)
    found = [
        Alarm("page", level.direction, place + 1, float(path[place]), level.h)
        for place in np.flatnonzero(path > level.h).tolist()
    ]
    found += [
        Alarm("shewhart", level.direction, place + 1, float(z[place]), level.t)
        for place in np.flatnonzero(z > level.t).tolist()
    ]
    if closing > level.c:
        found.append(Alarm("cumuf", level.direction, len(z), closing, level.c))
    return tuple(found)


def patterns(sigma: Floats, total_kg: float) -> dict[str, Floats]:
    """The loss patterns every answer is measured against; abrupt ones are placed by the Neyman-Pearson bound."""
    periods = len(sigma)
    precision = np.diagonal(np.linalg.inv(sigma))
    abrupt = np.eye(periods) * total_kg
    return {
        "abrupt-best": abrupt[int(precision.argmax())],
        "abrupt-worst": abrupt[int(precision.argmin())],
        "uniform": np.full(periods, total_kg / periods),
        "least": least_detectable(sigma, total_kg),
    }


def _detection(sigma: Floats, total_kg: float, loss: Thresholds) -> tuple[Detection, ...]:
    seen = {name: power(sigma, d, loss, n=_HISTORIES) for name, d in patterns(sigma, total_kg).items()}
    return tuple(Detection(name, total_kg, found.dp, found.se, found.np_bound) for name, found in seen.items())


def _warnings(data: BalanceData, goal_mg: int | None) -> tuple[Reason, ...]:
    found = []
    if data.systematics_absent:
        found.append(Reason("balance-systematics-absent"))
    if data.assumed:
        found.append(Reason("balance-u-assumed", None, {"components": list(data.assumed)}))
    if data.merged:
        found.append(Reason("balance-periods-merged", None, {"boundaries": list(data.merged)}))
    if data.outside:
        found.append(Reason("balance-rows-outside", None, {"rows": list(data.outside)}))
    if goal_mg is None:
        found.append(Reason("balance-goal-not-stated"))
    if data.periods[-1].end - data.periods[0].start > _YEAR:
        found.append(Reason("balance-longer-than-a-year"))
    if data.synthetic:
        found.append(Reason("balance-synthetic"))
    return tuple(found)


def disagreements(balance: Balance) -> tuple[Disagreement, ...]:
    """What ``finding`` is told: one question per direction that alarmed, with mass, sigma and the false-alarm budget."""
    closing = balance.lines[-1]
    found = []
    for direction, level in (("loss", balance.loss), ("gain", balance.gain)):
        alarms = [alarm for alarm in balance.alarms if alarm.direction == direction]
        if alarms:
            facts = {
                "mba": balance.mba,
                "element": balance.element,
                "cumuf_kg": f"{closing.cumuf_kg:.6f}",
                "sd_kg": f"{closing.cumuf_sd_kg:.6f}",
                "tests": sorted({alarm.test for alarm in alarms}),
                "periods": sorted({alarm.period for alarm in alarms}),
                "alpha": f"{level.alpha:g}",
            }
            found.append(Disagreement(f"balance-open-{direction}", f"{balance.mba}/{balance.element}", facts, balance.digest))
    return tuple(found)


def drawn(balance: Balance, on: date) -> Record:
    """The record of a drawn balance for the dossier of its site or licence."""
    closing = balance.lines[-1]
    facts = {
        "mba": balance.mba,
        "element": balance.element,
        "class": balance.klass,
        "start": balance.lines[0].start,
        "end": closing.end,
        "cumuf_kg": f"{closing.cumuf_kg:.6f}",
        "sd_kg": f"{closing.cumuf_sd_kg:.6f}",
        "m90_kg": f"{balance.m90_kg:.6f}",
        "goal_mg": balance.goal_mg,
        "bound": None if balance.bound is None else f"{balance.bound:.6f}",
        "alpha_loss": f"{balance.loss.alpha:g}",
        "alpha_gain": f"{balance.gain.alpha:g}",
        "warnings": [warning.code for warning in balance.warnings],
        "cannot_show": [limit.code for limit in balance.cannot_show],
        "inputs_digest": balance.digest,
    }
    return Record("balance-drawn", on, facts)
