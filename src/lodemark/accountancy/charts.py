"""Charts of a balance as data (ECharts draws them); the sentence under a chart gives the same numbers.

Every chart names both languages, and how many alarms honest operation would bring by chance beside the alarms seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lodemark.accountancy.balance import Balance
from lodemark.accountancy.model import Floats
from lodemark.accountancy.power import least_detectable, np_bound

Chart = Mapping[str, Any]

TITLES: Mapping[str, tuple[str, str]] = {
    "muf": ("MUF by period, with two standard deviations", "各期不明材料量（MUF），附两倍标准差"),
    "cumuf": ("Cumulative MUF with its band", "累计 MUF 及其区间"),
    "page": ("SITMUF and Page's test", "SITMUF 与 Page 检验"),
    "contributions": ("Where the uncertainty of the sum comes from", "合计不确定度的来源"),
    "detection": ("Detection probability against loss", "检出概率与短缺量"),
}


def charts(balance: Balance, sigma: Floats) -> list[Chart]:
    """All five charts of a drawn balance; ``sigma`` (P, P) is its covariance in kg^2."""
    lines = balance.lines
    starts = [line.start.isoformat() for line in lines]
    by_chance = {"loss": balance.loss.alpha, "gain": balance.gain.alpha}
    alarms = [{"test": one.test, "direction": one.direction, "period": one.period} for one in balance.alarms]
    return [
        _chart(
            "muf", x=starts, value=[line.muf_kg for line in lines], half_width=[2 * line.sd_kg for line in lines], unit="kg"
        ),
        _chart(
            "cumuf",
            x=starts,
            value=[line.cumuf_kg for line in lines],
            half_width=[2 * line.cumuf_sd_kg for line in lines],
            unit="kg",
        ),
        _chart(
            "page",
            x=starts,
            sitmuf=[line.z for line in lines],
            loss=[line.page_loss for line in lines],
            gain=[line.page_gain for line in lines],
            h_loss=balance.loss.h,
            h_gain=balance.gain.h,
            alarms=alarms,
            expected_by_chance=by_chance,
        ),
        _chart(
            "contributions",
            names=[part.component for part in balance.contributions],
            share=[part.share for part in balance.contributions],
        ),
        _detection(balance, sigma),
    ]


def _detection(balance: Balance, sigma: Floats) -> Chart:
    """The bound for the least detectable and for an even loss, up to twice what nine in ten would find."""
    totals = np.linspace(0.0, 2 * balance.m90_kg, 41)
    even = np.full(len(sigma), 1.0 / len(sigma))
    least = least_detectable(sigma, 1.0)

    def bounds(shape: Floats) -> Sequence[float]:
        return [np_bound(sigma, total * shape, balance.loss.alpha) for total in totals.tolist()]

    tests = [{"pattern": one.pattern, "kg": one.total_kg, "dp": one.dp} for one in balance.detection]
    goal = None if balance.goal_mg is None else balance.goal_mg / 1e6
    return _chart(
        "detection", x=totals.tolist(), least=bounds(least), uniform=bounds(even), goal_kg=goal, tests=tests, unit="kg"
    )


def _chart(kind: str, **data: Any) -> Chart:
    en, zh = TITLES[kind]
    return {"kind": kind, "title": {"en": en, "zh-Hans": zh}, **data}
