"""Periods and working days, against clocks computed by hand from the State Council notices for 2025 and 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.rules import CalendarUnknown, Due, calendar, due
from lodemark.rules.shelf import read_file
from lodemark.rules.workdays import merged, problems

CN = calendar("cn")
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        # 2025-01-24 is a Friday; Sunday 26 is worked, 27 Monday too, then 28 January to 4 February is off, 5 to 7 February and Saturday 8 are worked.
        ("2025-01-24", 1, "2025-01-26"),
        ("2025-01-24", 2, "2025-01-27"),
        ("2025-01-24", 3, "2025-02-05"),
        ("2025-01-24", 6, "2025-02-08"),
        ("2025-01-24", 7, "2025-02-10"),
        # 2025-09-26 is a Friday; Sunday 28 is worked, 29 and 30 too, 1 to 8 October off, 9 and 10 worked, Saturday 11 worked.
        ("2025-09-26", 4, "2025-10-09"),
        ("2025-09-26", 6, "2025-10-11"),
        # 2026-02-13 is a Friday; Saturday 14 is worked, 15 to 23 off, Tuesday 24 follows, Saturday 28 is worked.
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-02-13", 6, "2026-02-28"),
        # 45 working days from Monday 2026-03-16: 4 + 5 in March's first weeks ..., Qingming 6 April off, 1 to 5 May off, Saturday 9 May worked.
        ("2026-03-16", 45, "2026-05-21"),
        # 5 working days over the mid-autumn days and the national holiday: 28, 29, 30 September, then 8 and 9 October.
        ("2026-09-24", 5, "2026-10-09"),
    ],
)
def test_working_days_counted_by_hand(start: str, length: int, expected: str):
    """If this failed, an applicant would be told a wrong last day."""
    assert due(date.fromisoformat(start), length, "workday", (), CN) == Due(
        date.fromisoformat(expected), date.fromisoformat(expected)
    )


def test_each_published_year_has_its_248_working_days():
    """If this failed, a make-up day or a holiday of the notice would be missing."""
    for year in (2025, 2026):
        days = (date(year, 1, 1) + n * DAY for n in range(365))
        assert sum(CN.is_workday(day) is True for day in days) == 248


def test_the_day_of_the_event_is_not_counted_and_a_holiday_moves_the_last_day():
    """If this failed, Civil Code art. 201 and 203 would not hold."""
    assert due(date(2026, 9, 20), 5, "day", (), CN).date == date(2026, 9, 28)  # the 25th is off, 26 and 27 too
    assert due(date(2026, 9, 19), 5, "day", (), CN).date == date(2026, 9, 24)
    assert due(date(2026, 9, 20), 5, "day").date == date(2026, 9, 25)


@pytest.mark.parametrize(
    ("start", "length", "unit", "expected"),
    [
        ("2026-01-31", 1, "month", "2026-02-28"),
        ("2028-02-29", 1, "year", "2029-02-28"),
        ("2026-03-16", 8, "week", "2026-05-11"),
        ("2026-12-15", 2, "month", "2027-02-15"),
    ],
)
def test_weeks_months_and_years(start: str, length: int, unit, expected: str):
    """If this failed, a period in months would end on a day that does not exist (Civil Code art. 202)."""
    assert due(date.fromisoformat(start), length, unit).date == date.fromisoformat(expected)


def test_stops_do_not_count_and_overlapping_ones_count_once():
    """If this failed, two experts at once would lengthen the clock twice, or a stop would cost the applicant days."""
    plain = due(date(2026, 3, 16), 45, "workday", (), CN).date
    once = due(date(2026, 3, 16), 45, "workday", [(date(2026, 4, 7), date(2026, 4, 10))], CN).date
    twice = due(
        date(2026, 3, 16), 45, "workday", [(date(2026, 4, 7), date(2026, 4, 9)), (date(2026, 4, 8), date(2026, 4, 10))], CN
    ).date
    assert (plain, once, twice) == (date(2026, 5, 21), date(2026, 5, 26), date(2026, 5, 26))
    assert due(date(2026, 3, 16), 1, "month", [(date(2026, 3, 20), date(2026, 3, 22))]).date == date(2026, 4, 18)


def test_a_stop_that_still_runs_has_no_latest_day():
    """If this failed, a due day would be shown while nobody knows when the expert will be done."""
    found = due(date(2026, 3, 16), 45, "workday", [(date(2026, 4, 7), None)], CN)
    assert (found.latest, found.certain_until) == (date.max, date(2026, 4, 7))
    assert found.date >= date(2026, 5, 22)


def test_a_year_without_notice_gives_a_range_and_says_until_when_it_is_certain():
    """If this failed, the office would promise a day in 2027 before the holidays are known."""
    found = due(date(2026, 12, 1), 45, "workday", (), CN)
    assert found.date < found.latest and found.certain_until == date(2026, 12, 31)
    exact = due(date(2026, 12, 1), 22, "workday", (), CN)
    assert (exact.date, exact.certain_until) == (date(2026, 12, 31), None)
    assert CN.is_workday(date(2027, 1, 4)) is None


def test_no_calendar_no_working_days():
    """If this failed, days off of a country would be guessed."""
    with pytest.raises(CalendarUnknown) as raised:
        calendar("zz")
    assert "zz" in raised.value.explain("zh-Hans")


spans = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 20)), max_size=4)


@given(st.integers(1, 60), spans)
def test_the_due_day_is_the_first_with_enough_days_that_count(length: int, some):
    """If this failed, the due day would hang on how the intervals were added up."""
    start = date(2026, 1, 5)
    stops = [(start + first * DAY, start + (first + long) * DAY) for first, long in some]
    found = due(start, length, "workday", stops, CN)
    counted = [
        day
        for n in range(1, 360)
        if CN.is_workday(day := start + n * DAY) and not any(first <= day < end for first, end in stops)
    ]
    assert found.date == counted[length - 1]
    assert due(start, length, "workday", reversed(stops), CN) == found
    assert due(start, length, "workday", merged(stops), CN) == found


def test_a_calendar_file_that_contradicts_itself_is_refused():
    """If this failed, a typing error in a notice would move every clock of a year."""
    raw = b"""jurisdiction: cn
year: 2026
evidence: secondary
reference: {notice: n, issued: 2025-11-04}
off: [{from: 2026-01-03, to: 2026-01-01, name: {zh-Hans: x, en: x}}, {from: 2025-12-31, to: 2026-01-01, name: {zh-Hans: x, en: x}}]
working: [2026-01-05, 2025-01-04]
"""
    (document,), wrong = read_file(raw, "calendars/cn/2026.yaml", "calendar")
    assert not wrong
    assert [(problem.code, problem.path) for problem in problems(document)] == [
        ("calendar-day", "/off/0"),
        ("calendar-day", "/off/1"),
        ("calendar-day", "/working/0"),
        ("calendar-day", "/working/1"),
    ]
