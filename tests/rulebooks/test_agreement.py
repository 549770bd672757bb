"""The values the rooms decide by are those on the shelf: two truths would drift apart, and the office would quote one and apply the other."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.rulebooks.probe import books

from lodemark import case, rules
from lodemark.case.rules import CN_PROVISIONS, Period, cn
from lodemark.finding.rules import WINDOW
from lodemark.trust.rules import HOUSE

ON = date(2026, 3, 16)
BOOK = books()["cn-ann18"]
CASE = cn(rules.calendar("cn"))
LICENCE = tomllib.loads((Path(case.__file__).parents[1] / "licence" / "regimes" / "cn.toml").read_text(encoding="utf-8"))[
    "values"
][0]


def value(provision: str, name: str) -> object:
    return BOOK.value(provision, name, ON).value


@pytest.mark.parametrize(
    ("period", "provision", "name", "unit"),
    [
        (CASE.silence, "cn/all-2019/32-4", "completion_workdays", "workday"),
        (CASE.review, "cn/duir-2024/17-1", "review_workdays", "workday"),
        (CASE.notice, "house/notice-of-intent", "answer_workdays", "workday"),
        (CASE.appeal_lodge, "cn/arl-2023/20", "apply_days", "day"),
        (CASE.appeal_ask_completion, "cn/arl-2023/31-1", "completion_workdays", "workday"),
        (CASE.appeal_cure, "cn/arl-2023/31-2", "cure_workdays", "workday"),
        (CASE.appeal_respond, "cn/arl-2023/48-answer", "answer_workdays", "workday"),
        (CASE.appeal_decide, "cn/arl-2023/62", "decide_days", "day"),
        (WINDOW, "house/explanation-window", "answer_workdays", "workday"),
    ],
)
def test_periods(period: Period, provision: str, name: str, unit: str) -> None:
    """A clock runs by the number of the provision it names."""
    found = BOOK.value(provision, name, ON)
    assert (Decimal(period.length), period.unit) == (found.value, unit) and found.unit == unit


def test_other_values_of_a_case() -> None:
    """Stops, signers and reminders are those of the shelf."""
    assert CASE.signers == value("house/signatures", "countersigners")
    assert CASE.chase_days == value("house/rfi", "chase_days_before")
    assert (CASE.rfi_stops is not None) == value("house/rfi-stops-clock", "stops_statutory_count")
    statutory = {
        code.replace("-", "_") for code, provision in CASE.stop_grounds.items() if provision.startswith("cn/duir-2024")
    }
    assert statutory == set(value("cn/duir-2024/17-3", "stops_allowed"))  # type: ignore[arg-type]
    assert {name for name in CN_PROVISIONS.values() if name not in BOOK.provisions} == set()


def test_values_of_a_licence() -> None:
    """What a licence allows, and for how long, is what the regulation says."""
    kinds = LICENCE["kinds"]
    assert (kinds["single"]["years"], kinds["single"]["exports"], kinds["single"]["end_users"]) == tuple(
        value("cn/duir-2024/15-2", name) for name in ("valid_years", "exports", "end_users")
    )
    assert kinds["general"]["years"] == value("cn/duir-2024/15-3", "valid_years")
    assert tuple(LICENCE["key_elements"]["value"]) == value("cn/duir-2024/18-2", "key_elements")
    assert set(LICENCE["batch_kinds"]["value"]) == set(value("house/batch-licence", "vehicles"))  # type: ignore[call-overload]
    assert LICENCE["longest_hold_days"]["value"] == value("house/drawdown", "longest_hold_days")
    alone = LICENCE["reverse_alone"]["value"]
    for name in ("gross", "element", "reo", "piece"):
        assert alone[name] == value("house/drawdown", f"reverse_alone_{name}"), name
    assert alone["value"] == value("house/drawdown", "reverse_alone_value") * 100  # type: ignore[operator]  # in fen


def test_standing() -> None:
    """The thresholds a party can read are the ones it is measured by."""
    for tier in HOUSE.tiers:
        assert (tier.enter, tier.stay) == tuple(value("house/standing", f"{tier.tier}_{name}") for name in ("enter", "stay"))
        if tier.needs:
            assert tier.needs == value("house/standing", f"{tier.tier}_needs")
    assert (*HOUSE.prior, HOUSE.late, HOUSE.floor, HOUSE.tail) == tuple(
        value("house/standing", name) for name in ("prior_kept", "prior_missed", "late", "floor", "tail")
    )
    for kind, rule in HOUSE.kinds.items():
        name = kind.replace("-", "_")
        assert rule.weight == value("house/standing-kinds", f"{name}_weight")
        assert rule.half_life_days == value("house/standing-kinds", f"{name}_half_life_days")
