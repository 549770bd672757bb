"""If these fail, a reminder or a lapse would come early, twice, or never."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lodemark.case import commands as c
from lodemark.case.machine import kebab
from lodemark.case.timers import due_commands, due_in_appeal
from lodemark.trouble import Refusal
from tests.case.test_appeal import Dossier, admitted, asked
from tests.case.world import ASK, CONSULT, NOTICE, RULES, SG, accepted, day, in_review


@pytest.mark.parametrize(
    ("number", "acts"),
    [
        (16, []),
        (17, ["chase"]),
        (18, ["chase"]),
        (19, ["chase", "expire-notice"]),
        (20, ["chase", "expire-notice"]),
        (21, ["lapse-rfi", "lapse-consultation", "expire-notice"]),
    ],
)
def test_what_falls_due_on_a_day(number: int, acts: list[str]) -> None:
    """The day before, the day and the day after of each period: reply by day 20, answer by day 18, reminder three before."""
    file = in_review().do(ASK).do(CONSULT).do(NOTICE)
    assert [kebab(type(command)) for command in due_commands(file.case, day(number), RULES)] == acts


@pytest.mark.parametrize("number", range(3, 40))
def test_every_timer_command_is_lawful_when_sent(number: int) -> None:
    """A timer that is refused each night hides the one refusal that matters."""
    file = in_review().do(ASK).do(CONSULT).do(NOTICE)
    for command in due_commands(file.case, day(number), RULES):
        assert not isinstance(file.ask(command), Refusal)


def test_a_reminder_is_sent_once() -> None:
    """A party reminded every night stops reading."""
    file = in_review().do(ASK)
    (chase,) = due_commands(file.case, day(18), RULES)
    assert due_commands(file.do(chase).case, day(19), RULES) == ()


def test_nothing_falls_due_outside_review() -> None:
    """A withdrawn file must not go on sending letters."""
    assert due_commands(accepted().case, day(300), RULES) == ()
    assert due_commands(in_review().do(ASK).do(c.Withdraw(on=day(5), by=SG)).case, day(300), RULES) == ()


@pytest.mark.parametrize(("dossier", "field"), [(asked(), "cure_by"), (admitted(), "respond_by")])
def test_an_appeal_lapses_the_day_after(dossier: Dossier, field: str) -> None:
    """One day early takes a right away; never leaves the appeal lying."""
    last = getattr(dossier.appeal, field)
    assert due_in_appeal(dossier.appeal, last) == ()
    (command,) = due_in_appeal(dossier.appeal, last + timedelta(days=1))
    assert due_in_appeal(dossier.do(command).appeal, last + timedelta(days=9)) == ()
