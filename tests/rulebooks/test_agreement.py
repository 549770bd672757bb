"""The rooms decide by the values on the shelf, and those are what the texts say: two truths would drift apart, and the office
would quote one number and apply the other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from lodemark import rules
from lodemark.case.rules import CaseRules, Period
from lodemark.finding.rules import FindingRules
from lodemark.licence.rules import rules_on
from lodemark.trust.rules import TrustRules
from tests.rulebooks.probe import books

ON = date(2026, 3, 16)
BOOK = books()["cn-ann18"]
CALENDAR = rules.calendar("cn")
CASE = CaseRules.of(BOOK, CALENDAR, ON)
LICENCE = rules_on("cn", ON)


def value(provision: str, name: str) -> object:
    return BOOK.value(provision, name, ON).value


@pytest.mark.parametrize(
    ("period", "length", "unit", "provision"),
    [
        (CASE.silence, 5, "workday", "cn/all-2019/32-4"),  # 在五日内一次告知
        (CASE.review, 45, "workday", "cn/duir-2024/17-1"),  # 在45个工作日内
        (CASE.appeal_lodge, 60, "day", "cn/arl-2023/20"),  # 六十日内提出
        (CASE.appeal_lodge_unnamed, 1, "year", "cn/arl-2023/20-3"),  # 最长不得超过一年
        (CASE.appeal_ask_completion, 5, "workday", "cn/arl-2023/31-1"),  # 五日内书面通知
        (CASE.appeal_cure, 10, "workday", "cn/arl-2023/31-2"),  # 十日内提交补正材料
        (CASE.appeal_respond, 10, "workday", "cn/arl-2023/48-answer"),  # 十日内，提出书面答复
        (CASE.appeal_decide, 60, "day", "cn/arl-2023/62"),  # 六十日内作出行政复议决定
        (CASE.notice, 10, "workday", "house/notice-of-intent"),
        (FindingRules.of(BOOK, CALENDAR, ON).window, 20, "workday", "house/explanation-window"),
    ],
)
def test_periods(period: Period, length: int, unit: str, provision: str) -> None:
    """A clock runs by the number of the words quoted, and cites the provision they stand in."""
    assert (period.length, period.unit, period.provision) == (length, unit, provision)


def test_what_stops_the_clock() -> None:
    """条例第十七条第三款 names three grounds; a request for information is none, and the house value says so."""
    statutory = {ground for ground, provision in CASE.stop_grounds.items() if provision == "cn/duir-2024/17-3"}
    assert statutory == {"identification", "expert_opinion", "onsite_verification"}
    assert CASE.rfi_stops is None and value("house/rfi-stops-clock", "stops_statutory_count") is False


def test_a_refusal_is_reviewed_finally_and_by_no_court() -> None:
    """出口管制法第四十一条：行政复议决定为最终裁决。"""
    (only,) = CASE.remedies["refused"]
    assert only.final == "cn/ecl-2020/41" and value("cn/ecl-2020/41", "review_is_final") is True
    assert {remedy.code for remedy in CASE.remedies["granted_with_conditions"]} == {"reconsideration", "court"}


def test_values_of_a_licence() -> None:
    """What a licence allows, and for how long, is what the regulation says."""
    single, general = LICENCE.kinds["single"], LICENCE.kinds["general"]
    assert (single.years, single.exports, single.end_users, single.provision) == (1, 1, 1, "cn/duir-2024/15-2")
    assert (general.years, general.exports, general.end_users) == (3, None, None)
    assert set(LICENCE.key_elements) == {"item_type", "destination", "end_user", "end_use"}
    assert set(LICENCE.batch_kinds) == {"single", "general"}
    assert LICENCE.longest_hold_days == 90
    assert LICENCE.reverse_alone["gross"] == 100_000_000 and LICENCE.reverse_alone["element"] == 10_000_000


def test_standing() -> None:
    """Thresholds rise from tier to tier, each is kept below where it is entered, and a newcomer starts even."""
    found = TrustRules.of(BOOK, ON)
    enters = [tier.enter for tier in found.tiers]
    assert enters == sorted(enters) and all(Decimal(0) < tier.stay < tier.enter < Decimal(1) for tier in found.tiers)
    assert found.prior == (Decimal(1), Decimal(1))
