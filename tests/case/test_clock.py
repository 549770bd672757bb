"""If these fail, an applicant is told a wrong day, or an office seems late, or in time, when it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lodemark.case import ClockView, Days, clock
from lodemark.case import commands as c
from lodemark.ledger import Record
from tests.case.world import (
    ACCEPT,
    ADVISE,
    ANSWER,
    ASK,
    ASK_BOTH,
    CHANGE,
    CONSULT,
    NOTICE,
    OF,
    PROPOSE,
    REMIT,
    REMITS,
    RULES,
    SERVE,
    SG,
    STOP,
    TAKE,
    TIMER,
    File,
    accepted,
    day,
    in_review,
    sign,
    week,
)

WEEK = RULES.calendar


def at(number: int, hour: int = 12) -> datetime:
    """Noon in Beijing, so many days after the Monday of receipt."""
    on = day(number)
    return datetime(on.year, on.month, on.day, hour, tzinfo=UTC) - timedelta(hours=8)


def view(file: File, number: int) -> ClockView:
    return clock(file.records, file.rules, WEEK, at(number))


def test_the_day_of_acceptance_is_not_counted() -> None:
    """One day more or less in forty-five is a lawful or an unlawful decision (Civil Code 201)."""
    file = accepted()  # on Tuesday
    assert [view(file, number).elapsed for number in (1, 2, 3)] == [Days(0, 0), Days(1, 1), Days(2, 2)]


def test_weekends_do_not_count() -> None:
    """Periods of licensing count in working days (Licensing Law 82)."""
    file = accepted()
    assert view(file, 4).elapsed == view(file, 6).elapsed == Days(3, 3)
    assert view(file, 7).elapsed == Days(4, 4)


def test_the_forty_fifth_working_day_is_the_due_day() -> None:
    """Accepted on Tuesday 3 March 2026, the 45th Monday-to-Friday day is Tuesday 5 May."""
    shown = view(accepted(), 1)
    assert shown.due_on == (date(2026, 5, 5), date(2026, 5, 5))
    assert shown.left == Days(45, 45)


@pytest.mark.parametrize(("number", "elapsed", "overdue"), [(63, 44, False), (64, 45, False), (65, 46, True)])
def test_past_due_begins_the_day_after_the_last(number: int, elapsed: int, overdue: bool) -> None:
    """The day before, the day and the day after: only the third is late, and nothing is granted or refused by it."""
    shown = view(accepted(), number)
    assert (shown.elapsed, shown.overdue) == (Days(elapsed, elapsed), overdue)
    assert shown.next_step == "next-take"


def test_days_with_an_expert_do_not_count_and_move_the_due_day() -> None:
    """Dual-use Regulations 17(3): a stop from Saturday to the Monday after next costs the office no day."""
    free, stopped = in_review(), in_review().do(STOP)  # on day 5, a Saturday
    stopped.do(c.ResumeClock(on=day(14), by=OF, stop="s1"))
    # The days whose midnight fell into the stop: Sunday 8 to Monday 16 March, six of them working days.
    assert view(stopped, 20).elapsed.low == view(free, 20).elapsed.low - 6
    assert view(stopped, 20).due_on == (date(2026, 5, 13), date(2026, 5, 13))


def test_a_running_stop_says_so_with_its_ground_and_provision() -> None:
    """Time that vanishes without a provision is time taken from the applicant."""
    shown = view(in_review().do(STOP), 9)
    assert shown.stopped
    assert (shown.intervals[-1].ground, shown.intervals[-1].provision) == ("expert_opinion", "cn/duir-2024/17-3")


def test_an_rfi_is_the_applicants_turn_but_stops_nothing_unless_the_rulebook_says_so() -> None:
    """No provision lets a request for papers stop the forty-five days; both counts are shown."""
    file = in_review().do(ASK)
    shown = view(file, 10)
    assert (shown.court, shown.since, shown.stopped) == ("applicant", day(3), False)
    assert (shown.elapsed, shown.other_count) == (Days(7, 7), Days(2, 2))
    other = clock(file.records, replace(RULES, rfi_stops="house/rfi"), WEEK, at(10))
    assert (other.elapsed, other.other_count, other.stopped) == (Days(2, 2), Days(7, 7), True)


def test_the_court_follows_the_open_question() -> None:
    """Both sides look at one page and must not each believe that it is the other's turn."""
    file = accepted()
    courts = [view(file, 1).court]
    for command, facts in (
        (TAKE, {}),
        (ASK_BOTH, {}),
        (ANSWER, {"change": CHANGE}),
        (c.Drop(on=day(11), by=OF, rfi="r1", reason="Known."), {}),
        (replace(CONSULT, on=day(12)), {}),
        (replace(ADVISE, on=day(13)), {}),
        (replace(NOTICE, on=day(14), answer_by=day(40)), {}),
        (c.WaiveNotice(on=day(15), by=SG, notice="n1"), {}),
    ):
        file.do(command, **facts)
        courts.append(view(file, 15).court)
    assert courts == [
        "authority",
        "authority",
        "applicant",
        "end_user",
        "authority",
        "adviser",
        "authority",
        "applicant",
        "authority",
    ]


def test_the_clock_ends_with_the_decision() -> None:
    """A clock that runs on after the decision makes every office look late."""
    file = in_review().do(PROPOSE)
    file.do(sign(file)).do(SERVE)
    assert view(file, 200).elapsed == view(file, 31).elapsed
    assert view(file, 200).overdue is False


def test_a_remitted_case_has_a_new_clock() -> None:
    """Days used before the annulment must not be taken from the new examination."""
    file = in_review().do(PROPOSE)
    file.do(sign(file)).do(SERVE).do(REMIT, appeals=REMITS)
    assert view(file, 100).elapsed == Days(0, 0)
    assert view(file, 107).elapsed == Days(5, 5)


def test_a_case_without_a_time_limit_names_the_provision() -> None:
    """No limit is an exception and must be seen as one."""
    shown = view(in_review().do(c.LiftLimit(on=day(4), by=OF, ground="watch-listed")), 200)
    assert (shown.left, shown.due_on, shown.overdue, shown.unlimited) == (None, None, False, "cn/duir-2024/26-2-clock")


def test_deemed_acceptance_counts_from_receipt() -> None:
    """Licensing Law 32(4): silence is accepted on the day of receipt, so the office gains nothing by it."""
    file = File().do(c.DeemAccept(on=day(8), by=TIMER, case="case/1"))
    assert view(file, 8).elapsed == Days(6, 6)


def test_the_legal_day_is_the_authoritys() -> None:
    """At 17:00 UTC it is tomorrow in Beijing, and one more day has begun."""
    file = accepted()
    assert clock(file.records, RULES, WEEK, datetime(2026, 3, 3, 15, 59, tzinfo=UTC)).elapsed == Days(0, 0)
    assert clock(file.records, RULES, WEEK, datetime(2026, 3, 3, 16, 0, tzinfo=UTC)).elapsed == Days(1, 1)


def test_a_year_without_a_calendar_gives_ranges_never_no_holidays() -> None:
    """To take an unpublished year for one without holidays would promise a day that nobody can keep."""
    calendar = week(2026)
    file = File(rules=replace(RULES, calendar=calendar)).do(replace(ACCEPT, on=date(2026, 12, 1)))
    shown = clock(file.records, file.rules, calendar, datetime(2027, 1, 8, 4, 0, tzinfo=UTC))
    assert shown.elapsed == Days(22, 30)
    assert shown.due_on and shown.due_on[0] < shown.due_on[1]
    assert shown.certain_until == date(2026, 12, 31)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(3, 60), st.integers(1, 20)), max_size=4), st.integers(2, 120))
def test_elapsed_days_never_fall_and_match_a_count_by_hand(stops: Sequence[tuple[int, int]], until: int) -> None:
    """A clock that runs backwards, or counts a day twice, would be noticed by the wrong person first."""
    file, last, off = in_review(), 3, set[date]()
    for number, (start, length) in enumerate(sorted(stops)):
        if start < last:
            continue
        last = start + length
        file.do(replace(STOP, on=day(start), stop=f"s{number}"))
        file.do(c.ResumeClock(on=day(last), by=OF, stop=f"s{number}"))
        off |= {day(one) for one in range(start + 1, last + 1)}
    counted = [view(file, number).elapsed.low for number in range(1, until + 1)]
    assert counted == sorted(counted)
    by_hand = sum(1 for n in range(2, until + 1) if day(n) not in off and day(n).weekday() < 5)
    assert counted[-1] == by_hand


def test_the_records_are_all_the_clock_needs() -> None:
    """A count kept beside the records would be a second truth."""
    file = in_review().do(ASK)
    copied: list[Record] = list(file.records)
    assert clock(copied, RULES, WEEK, at(10)) == view(file, 10)
