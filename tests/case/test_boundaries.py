"""If these fail, a period is one day too long or too short: the day before, the day, and the day after are told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from lodemark.case import commands as c
from lodemark.case.appeal import commands as a
from lodemark.trouble import Refusal
from tests.case.test_appeal import ASK as ASK_COMPLETION
from tests.case.test_appeal import COMPLETE, admitted, asked, lodged
from tests.case.world import (
    ANSWER,
    APPLICATION,
    ASK,
    CHANGE,
    CONSULT,
    NOTICE,
    SPEAK,
    TIMER,
    File,
    day,
    in_review,
    proposed,
    served,
    sign,
)

RETURNED = replace(APPLICATION, stage="returned", cure_until=day(20), reminded_on=day(15))


def lawful(number: int, ask: Callable[[int], object]) -> bool:
    """Whether the act may be done on that day."""
    return not isinstance(ask(number), Refusal)


def deem(number: int) -> object:
    return File().ask(c.DeemAccept(on=day(number), by=TIMER, case="case/1"))


def lapse(number: int) -> object:
    return File().ask(c.Lapse(on=day(number), by=TIMER, case="case/1"), application=RETURNED)


def chase(number: int) -> object:
    return in_review().do(ASK).ask(c.Chase(on=day(number), by=TIMER, rfi="r1"))


def answer(number: int) -> object:
    return in_review().do(ASK).ask(replace(ANSWER, on=day(number)), change=CHANGE)


def lapse_rfi(number: int) -> object:
    return in_review().do(ASK).ask(c.LapseRfi(on=day(number), by=TIMER, rfi="r1"))


def extend(number: int) -> object:
    return in_review().do(ASK).ask(c.Extend(on=day(number), by=ASK.by, rfi="r1", reply_by=day(40), reason="A holiday."))


def silent(number: int) -> object:
    return in_review().do(CONSULT).ask(c.LapseConsultation(on=day(number), by=TIMER, consultation="k1"))


def answer_by(number: int) -> object:
    return in_review().ask(replace(NOTICE, answer_by=day(number)))


def speak(number: int) -> object:
    return in_review().do(NOTICE).ask(replace(SPEAK, on=day(number)))


def expire(number: int) -> object:
    return in_review().do(NOTICE).ask(c.ExpireNotice(on=day(number), by=TIMER, notice="n1"))


def close(number: int) -> object:
    return served().ask(c.Close(on=day(number), by=TIMER))


def ask_completion(number: int) -> object:
    return lodged().ask(replace(ASK_COMPLETION, on=day(number), cure_by=day(number + 30)))


def cure_by(number: int) -> object:
    return lodged().ask(replace(ASK_COMPLETION, cure_by=day(number)))


def complete(number: int) -> object:
    return asked().ask(replace(COMPLETE, on=day(number)))


def give_up(number: int) -> object:
    return asked().ask(a.LapseAppeal(on=day(number), by=TIMER))


def unanswered(number: int) -> object:
    return admitted().ask(a.ExpireResponse(on=day(number), by=TIMER))


# Day 0 is Monday 2 March 2026. The middle day of each triple is the last day of the period.
TRIPLES: list[tuple[str, Callable[[int], object], int, tuple[bool, bool, bool]]] = [
    ("five working days of silence after receipt end on Monday 9 March", deem, 7, (False, False, True)),
    ("cure until day 20", lapse, 20, (False, False, True)),
    ("reminder from three days before day 20", chase, 16, (False, False, True)),
    ("no reminder after the reply day", chase, 20, (True, True, False)),
    ("reply by day 20", answer, 20, (True, True, False)),
    ("a request lapses after day 20", lapse_rfi, 20, (False, False, True)),
    ("an extension until the day itself", extend, 20, (True, True, False)),
    ("an adviser is silent after day 20", silent, 20, (False, False, True)),
    ("ten working days to answer from Friday 6 March end on Friday 20 March", answer_by, 17, (False, False, True)),
    ("answer to the notice by day 18", speak, 18, (True, True, False)),
    ("the window is over after day 18", expire, 18, (False, False, True)),
    ("sixty days from service on day 30 end on Monday 1 June, day 91", close, 91, (False, False, True)),
    ("five working days to ask for completion from Wednesday 1 April end on day 37", ask_completion, 37, (True, True, False)),
    ("ten working days to cure from day 35 end on Monday 20 April, day 49", cure_by, 48, (False, False, True)),
    ("completed by day 60", complete, 60, (True, True, False)),
    ("given up after day 60", give_up, 60, (False, False, True)),
    ("ten working days to answer the appeal from day 33 end on Friday 17 April, day 46", unanswered, 46, (False, False, True)),
]


@pytest.mark.parametrize(("told", "ask", "last", "expected"), TRIPLES, ids=[told for told, *_ in TRIPLES])
def test_the_day_before_the_day_and_the_day_after(
    told: str, ask: Callable[[int], object], last: int, expected: tuple[bool, bool, bool]
) -> None:
    """One day too strict and a right is lost; one day too lax and a period means nothing."""
    assert tuple(lawful(number, ask) for number in (last - 1, last, last + 1)) == expected, told


@pytest.mark.parametrize(("seconds", "fine"), [(299, True), (300, True), (301, False), (-1, False)])
def test_the_second_factor_holds_five_minutes_and_not_from_the_future(seconds: int, fine: bool) -> None:
    """A login of this morning is not the hand that signs now."""
    file = proposed()
    shown = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    answer_ = file.ask(replace(sign(file), at=shown + timedelta(seconds=seconds)))
    assert (not isinstance(answer_, Refusal)) == fine


def test_the_dates_above_are_the_calendars() -> None:
    """The triples lean on these weekdays."""
    assert day(0) == date(2026, 3, 2) and day(0).isoweekday() == 1
    assert day(91) == date(2026, 6, 1)
