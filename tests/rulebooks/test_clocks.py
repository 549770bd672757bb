"""Last days counted by hand on the calendars of 2025 and 2026, each with its working days written out.

If one broke, an office would be told that it is late when it is not, or an applicant that there is still time.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lodemark import rules
from lodemark.rules import CalendarUnknown
from tests.rulebooks.law import table
from tests.rulebooks.probe import books

CN = rules.calendar("cn")
BOOK = books()["cn-ann18"]


def length(provision: str, name: str, on: date) -> int:
    return int(str(BOOK.value(provision, name, on).value))


@pytest.mark.parametrize(
    ("event", "last"),
    [
        # 2026-03-16 is a Monday. 在45个工作日内: March 17-31 gives 11 working days, April 21 (Qingming 4-6: the 6th is off), May 13.
        # April 2026: 1-3, 7-10, 13-17, 20-24, 27-30 = 21; 11 + 21 = 32; May 6-8 (3), 9 is worked (1), 11-15 (5), 18-21 (4) = 13 -> May 21.
        (date(2026, 3, 16), date(2026, 5, 21)),
        # 2025-04-30 is a Wednesday; May 1-5 off. May 6-9 (4), 12-16 (5), 19-23 (5), 26-30 (5) = 19; June 3-6 (4), 9-13 (5), 16-20 (5),
        # 23-27 (5) = 38; June 30, July 1-4 = 43; July 7, 8 -> July 8.
        (date(2025, 4, 30), date(2025, 7, 8)),
        # Over the National Day of 2025: accepted Friday 09-05. September 8-12 (5), 15-19 (5), 22-26 (5), Sunday 28 is worked (1), 29-30 (2)
        # = 18; October 9-10 (2), Saturday 11 is worked (1), 13-17 (5), 20-24 (5), 27-31 (5) = 36; November 3-7 (5), 10-13 (4) -> 11-13.
        (date(2025, 9, 5), date(2025, 11, 13)),
        # Over the Spring Festival of 2026: accepted Monday 02-02. February 3-6 (4), 9-13 (5), Saturday 14 is worked (1), 24-27 (4), Saturday
        # 28 is worked (1) = 15; March 2-6, 9-13, 16-20, 23-27 (20) = 35; 30-31 (2), April 1-3 (3), 7-10 (4) = 44; April 13.
        (date(2026, 2, 2), date(2026, 4, 13)),
    ],
)
def test_forty_five_working_days(event: date, last: date) -> None:
    """条例第十七条：自受理之日起45个工作日内；受理当日不计入（民法典第二百零一条）。"""
    days = length("cn/duir-2024/17-1", "review_workdays", event)
    found = rules.due(event, days, "workday", (), CN)
    assert (days, found.date, found.latest) == (45, last, last)


@pytest.mark.parametrize(
    ("event", "last"),
    [
        (date(2026, 3, 16), date(2026, 3, 23)),  # 17, 18, 19, 20, 23
        (date(2026, 2, 13), date(2026, 2, 27)),  # Saturday 14 is worked; 24, 25, 26, 27
        (date(2025, 9, 26), date(2025, 10, 10)),  # Sunday 28 is worked; 29, 30, October 9, 10
        (date(2025, 12, 29), date(2026, 1, 6)),  # 30, 31, Sunday January 4 is worked, 5, 6
    ],
)
def test_five_working_days_to_return(event: date, last: date) -> None:
    """行政许可法第三十二条：在五日内一次告知。"""
    days = length("cn/all-2019/32-4", "completion_workdays", event)
    assert rules.due(event, days, "workday", (), CN).date == last


def test_amendment_in_twenty_working_days() -> None:
    """条例第十八条第三款：20个工作日内. From Monday 2026-06-01: June 2-5 (4), 8-12 (5), 15-18 (4, the 19th is off), 22-26 (5), 29-30 (2)."""
    days = length("cn/duir-2024/18-3", "amendment_workdays", date(2026, 6, 1))
    assert rules.due(date(2026, 6, 1), days, "workday", (), CN).date == date(2026, 6, 30)


def test_customs_challenge_in_seven_working_days() -> None:
    """GACC 123/2025. Received Friday 2025-09-26: 28 (worked), 29, 30, October 9, 10, 11 (worked), 13."""
    days = length("cn/gacc123-2025/answer", "answer_workdays", date(2025, 9, 26))
    assert rules.due(date(2025, 9, 26), days, "workday", (), CN).date == date(2025, 10, 13)


def test_sixty_days_to_apply_for_reconsideration() -> None:
    """行政复议法第二十条：六十日 are calendar days; a last day on a holiday moves (民法典第二百零三条)."""
    days = length("cn/arl-2023/20", "apply_days", date(2026, 3, 2))
    # 2026-03-02 + 60 days is 2026-05-01, Labour Day; the holiday ends on the 5th.
    assert rules.due(date(2026, 3, 2), days, "day", (), CN).date == date(2026, 5, 6)
    # 2026-03-16 + 60 days is Friday 2026-05-15.
    assert rules.due(date(2026, 3, 16), days, "day", (), CN).date == date(2026, 5, 15)


def test_verification_on_site_does_not_count() -> None:
    """条例第十七条第三款：ten working days of verification move the last day by ten, however the two stops overlap."""
    # From 2026-03-16 the 45 days end on 05-21; 2026-04-07 to 04-20 (half-open to 04-21) are ten working days.
    stops = ((date(2026, 4, 7), date(2026, 4, 16)), (date(2026, 4, 13), date(2026, 4, 21)))
    # May 22, 25-29 (5), June 1-4 (4) are ten more.
    assert rules.due(date(2026, 3, 16), 45, "workday", stops, CN).date == date(2026, 6, 4)


def test_a_span_into_a_year_without_a_notice_is_a_range() -> None:
    """The holidays of 2027 are not published: the answer is an earliest and a latest day, never a guess."""
    found = rules.due(date(2026, 12, 1), 45, "workday", (), CN)
    assert found.date < found.latest
    assert found.certain_until == date(2026, 12, 31)


@pytest.mark.parametrize("row", tuple(table("calendars.txt")), ids=lambda row: row[0])
def test_the_days_off_are_those_of_the_notice(row: tuple[str, ...]) -> None:
    """The day before a holiday, its first and last day and the day after: none more is off, none less, and the make-up days are worked."""
    year, holidays, made_up, _ = row

    def day(text: str) -> date:
        return date.fromisoformat(f"{year}-{text}")

    worked = {day(one) for one in made_up.split(", ")}
    off: set[date] = set()
    for holiday in holidays.split(", "):
        first, _, last = holiday.partition(" to ")
        begin, end = day(first), day(last or first)
        off |= {begin + timedelta(number) for number in range((end - begin).days + 1)}
    for one in sorted(off | {one + timedelta(by) for one in off for by in (-1, 1)} | worked):
        if one.year == int(year):
            assert CN.is_workday(one) == (one in worked or (one not in off and one.isoweekday() < 6)), one
    assert ({one for one in CN.off if one.year == int(year)}, {one for one in CN.worked if one.year == int(year)}) == (
        off,
        worked,
    )


@pytest.mark.parametrize("year", [2025, 2026])
def test_two_hundred_and_forty_eight_working_days(year: int) -> None:
    """Counted from the notice of each year; a holiday typed wrongly shows here."""
    days = (date.fromordinal(number) for number in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()))
    assert sum(day in CN.worked or (day not in CN.off and day.isoweekday() not in CN.weekend) for day in days) == 248


def test_nobody_else_has_a_calendar() -> None:
    """US clocks run in calendar days and Dutch ones in weeks; their working days are not known here."""
    with pytest.raises(CalendarUnknown):
        rules.calendar("us")
    assert rules.due(date(2026, 1, 15), 90, "day").date == date(2026, 4, 15)
    assert rules.due(date(2026, 1, 15), 8, "week").date == date(2026, 3, 12)
