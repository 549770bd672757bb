"""The days on which the status of a text changes, each with the day before, the day and the day after.

Typed from the texts by hand, not read from the rulebooks: if one broke, a suspended duty would be enforced, or a returned one missed.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from lodemark import rules
from tests.rulebooks.probe import FILE, books, home, verdict

ENTRIES_57 = "cn/ann57-2025/1C909.a.1"
# provision, day, status the day before, status from the day on; the words above each line are those of the text.
DAYS = (
    # 公告2025年第18号，自发布之日起实施
    ("cn/ann18-2025/1C905.a.4", date(2025, 4, 4), None, "in_force"),
    # 公告55至58号：原定2025年11月8日；自即日起至2026年11月10日暂停
    ("cn/ann55-2025/superhard", date(2025, 10, 9), None, "announced"),
    ("cn/ann55-2025/superhard", date(2025, 11, 7), "announced", "suspended"),
    ("cn/ann55-2025/superhard", date(2026, 11, 11), "suspended", "unknown"),
    ("cn/ann56-2025/2B902.a", date(2025, 11, 7), "announced", "suspended"),
    ("cn/ann56-2025/2B902.a", date(2026, 11, 11), "suspended", "unknown"),
    (ENTRIES_57, date(2025, 11, 7), "announced", "suspended"),
    (ENTRIES_57, date(2026, 11, 11), "suspended", "unknown"),
    ("cn/ann58-2025/battery", date(2025, 11, 7), "announced", "suspended"),
    ("cn/ann58-2025/battery", date(2026, 11, 11), "suspended", "unknown"),
    # 公告61号第一（三）点、62号：自公布之日起实施
    ("cn/ann61-2025/1-3", date(2025, 10, 9), None, "in_force"),
    ("cn/ann61-2025/1-3", date(2025, 11, 7), "in_force", "suspended"),
    ("cn/ann61-2025/1-3", date(2026, 11, 11), "suspended", "unknown"),
    ("cn/ann62-2025/1-help", date(2025, 10, 9), None, "in_force"),
    ("cn/ann62-2025/1-help", date(2025, 11, 7), "in_force", "suspended"),
    ("cn/ann62-2025/1-help", date(2026, 11, 11), "suspended", "unknown"),
    # 公告61号第一（一）、（二）点：原定2025年12月1日起实施
    ("cn/ann61-2025/1-1", date(2025, 10, 9), None, "announced"),
    ("cn/ann61-2025/1-1", date(2025, 11, 7), "announced", "suspended"),
    ("cn/ann61-2025/1-1", date(2026, 11, 11), "suspended", "unknown"),
    ("cn/ann61-2025/1-2", date(2025, 11, 7), "announced", "suspended"),
    ("cn/ann61-2025/1-2", date(2026, 11, 11), "suspended", "unknown"),
    # 公告2024年第46号第二款：2025年11月9日至2026年11月27日暂停；第一款不变
    ("cn/ann46-2024/2", date(2024, 12, 3), None, "in_force"),
    ("cn/ann46-2024/2", date(2025, 11, 9), "in_force", "suspended"),
    ("cn/ann46-2024/2", date(2026, 11, 28), "suspended", "unknown"),
    ("cn/ann46-2024/1-user", date(2025, 11, 9), "in_force", "in_force"),
    ("cn/ann46-2024/1-user", date(2026, 11, 28), "in_force", "in_force"),
    # "through November 9, 2026"
    ("us/bis-affiliates/50-percent", date(2025, 9, 29), None, "in_force"),
    ("us/bis-affiliates/50-percent", date(2025, 11, 10), "in_force", "suspended"),
    ("us/bis-affiliates/50-percent", date(2026, 11, 10), "suspended", "unknown"),
    # 公告2026年第1号，自公布之日起实施
    ("cn/ann1-2026/user", date(2026, 1, 6), None, "in_force"),
    # 91 FR 1684
    ("us/rule-2026-01-15/case-by-case", date(2026, 1, 15), None, "in_force"),
    ("us/ear/3A090-policy-2023", date(2026, 1, 15), "in_force", "repealed"),
    # Stcrt. 2023, 18212, and its changes of 2024-09-07 and 2025-04-01
    ("nl/semicon-2023/equipment", date(2023, 9, 1), None, "in_force"),
    ("nl/semicon-2023/immersion-2024", date(2024, 9, 7), None, "in_force"),
    ("nl/semicon-2023/metrology-2025", date(2025, 4, 1), None, "in_force"),
    ("us/chips-guardrails/231.108", date(2023, 11, 24), None, "in_force"),
    ("eu/2021-821/3", date(2021, 9, 9), None, "in_force"),
)


@pytest.mark.parametrize(("provision", "day", "before", "after"), DAYS)
def test_status_changes_on_the_day_the_text_says(provision: str, day: date, before: str | None, after: str) -> None:
    """Half-open periods: the day named belongs to the new status, the day before to the old one."""
    found = home(provision).provision(provision)
    seen = [segment.is_ if (segment := found.segment(on)) else None for on in (day - timedelta(1), day, day + timedelta(1))]
    assert seen == [before, after, after]


def test_what_is_unknown_says_what_the_text_would_bring() -> None:
    """After the last known day a reader must see that the text itself would come back, and that nobody has confirmed it."""
    for provision, day, _, after in DAYS:
        if after == "unknown":
            segment = home(provision).provision(provision).segment(day)
            assert segment is not None and segment.text_says == "in_force", provision


MAGNET_ABROAD = FILE.state(
    {
        "crossing[x1].from": "AT",
        "crossing[x1].to": "CH",
        "node[n1].is_assembly": False,
        "node[n1].family": "ndfeb_sintered",
        "node[n1].fraction[Dy]": Decimal("0.026"),
        "node[n1].origin": "CN",
        "node[n1].cn_technology": False,
    }
)


@pytest.mark.parametrize(
    ("on", "reachable"),
    [
        (date(2025, 10, 8), "not_met"),
        (date(2025, 10, 9), "met"),
        (date(2025, 11, 6), "met"),
        (date(2025, 11, 7), "not_met"),
        (date(2026, 11, 10), "not_met"),
        (date(2026, 11, 11), "not_known"),
        (date(2026, 11, 24), "not_known"),
    ],
)
def test_re_export_of_a_chinese_magnet(on: date, reachable: str) -> None:
    """公告61号第一（三）点: the very same crossing is free, bound, free, and then a question to the authority."""
    assert verdict("cn/ann61-2025/1-3", MAGNET_ABROAD, on) == reachable


def test_a_what_if_brings_the_suspended_text_back() -> None:
    """Without it a maker could not see today what the return of the announcement would mean."""
    on = date(2026, 3, 16)
    assert verdict("cn/ann61-2025/1-3", MAGNET_ABROAD, on) == "not_met"
    assert verdict("cn/ann61-2025/1-3", MAGNET_ABROAD, on, assume={"cn/ann61-2025": "in_force"}) == "met"


def test_every_instrument_says_until_when_it_was_checked() -> None:
    """An assessment for a later day must say that nobody has looked since."""
    for book in books().values():
        for instrument in book.instruments.values():
            assert instrument.checked_until == date(2026, 11, 22), instrument.id
    found = rules.assess(books()["cn-ann18"], FILE, on=date(2026, 11, 23))
    assert {reason.code for cell in found.cells for reason in cell.caveats} == {"rulebook-not-checked-since"}
    assert not rules.assess(books()["cn-ann18"], FILE, on=date(2026, 11, 22)).cells[0].caveats
