"""The values findings are made by: thresholds, tolerances, days. Each is rulebook or house data, none is a legal limit
unless its provision says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from lodemark.case.rules import Day, Period
from lodemark.rules import Calendar, Rulebook

HOUSE = "house/findings"

PROVISIONS: Mapping[str, str] = {
    "not-in-this-state": HOUSE,
    "role-may-not": "house/rights",
    "promise-named": HOUSE,
    "evidence-named": HOUSE,
    "window-long-enough": HOUSE,
    "evidence-may-be-seen": "cn/all-2019/7",
    "answer-in-window": HOUSE,
    "answer-says-something": HOUSE,
    "window-over": HOUSE,
    "evidence-has-place": HOUSE,
    "closing-has-reason": "cn/all-2019/38",
    "each-point-has-response": "cn/all-2019/36",
    "heard-before-upheld": "cn/all-2019/7",
    "closer-is-other": "house/separation-of-duties",
    "grade-carries-it": HOUSE,
    "explanation-on-file": HOUSE,
    "correction-on-file": HOUSE,
    "upheld-first": HOUSE,
    "referral-has-provision": HOUSE,
    "no-conflict-of-interest": "house/separation-of-duties",
}


@dataclass(frozen=True, slots=True)
class FindingRules:
    """Rule values.

    ``coverage``: k of expanded uncertainty (3: about one honest measurement in 740 lies beyond it). ``heavy``: the
    |log10 LR| that counts alone (LR 100). ``material_share``: expected share above which material outside its declared
    places is asked about.
    """

    calendar: Calendar
    window: Period
    coverage: Decimal = Decimal(3)
    heavy: Decimal = Decimal(2)
    material_share: Decimal = Decimal("0.05")
    fastest_km_h: int = 1000
    gate_km: int = 5
    attention_mg: int = 10_000_000
    parcel_days: int = 30
    parcels: int = 3
    report_grace_days: int = 0
    flow_tolerance: Decimal = Decimal("0.005")
    hub_growth: int = 3
    pieces_tolerance: Decimal = Decimal("0.02")
    provisions: Mapping[str, str] = field(default_factory=lambda: PROVISIONS)

    @classmethod
    def of(cls, book: Rulebook, calendar: Calendar, on: date) -> FindingRules:
        """The values on a day: the window from the rulebook, the thresholds of the detectors as calibrated."""
        return cls(calendar, Day(book, on).period("house/explanation-window", "answer_workdays"))
