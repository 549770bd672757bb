"""What the clock does by itself today: the commands a timer sends, decided like anybody's and refused like anybody's.

Time has no power of its own here: a reminder, a lapse, an expiry is a command under a named provision, and asking for it
twice, or too early, is harmless::

    for command in due_commands(case, on, rules): ...
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lodemark.case.appeal.commands import ExpireResponse, LapseAppeal
from lodemark.case.appeal.model import Appeal
from lodemark.case.commands import Chase, Command, ExpireNotice, LapseConsultation, LapseRfi
from lodemark.case.model import Case
from lodemark.case.rules import CaseRules
from lodemark.ledger import Actor

CLOCK = Actor.system("clock", "house/timer")


def due_commands(case: Case, on: date, rules: CaseRules) -> tuple[Command, ...]:
    """Reminders and lapses that fall due on this day or before, in the order of the file. Closing needs to know of
    appeals, so the shell asks for it by itself."""
    if case.state != "in_review":
        return ()
    return (*_rfis(case, on, rules), *_consultations(case, on), *_notices(case, on))


def due_in_appeal(appeal: Appeal, on: date) -> tuple[Command, ...]:
    """The lapse of an appeal that was not completed, or of the office's time to answer it."""
    if appeal.state == "completion_asked" and appeal.cure_by and on > appeal.cure_by:
        return (LapseAppeal(on=on, by=CLOCK),)
    if appeal.state == "admitted" and appeal.respond_by and on > appeal.respond_by:
        return (ExpireResponse(on=on, by=CLOCK),)
    return ()


def _rfis(case: Case, on: date, rules: CaseRules) -> Iterator[Command]:
    for rfi in case.rfis.values():
        if rfi.state != "open":
            continue
        left = (rfi.reply_by - on).days
        if left < 0:
            yield LapseRfi(on=on, by=CLOCK, rfi=rfi.id)
        elif left <= rules.chase_days and not rfi.chased:
            yield Chase(on=on, by=CLOCK, rfi=rfi.id)


def _consultations(case: Case, on: date) -> Iterator[Command]:
    for one in case.consultations.values():
        if one.state in ("asked", "stale") and on > one.reply_by:
            yield LapseConsultation(on=on, by=CLOCK, consultation=one.id)


def _notices(case: Case, on: date) -> Iterator[Command]:
    for notice in case.notices.values():
        if notice.state == "served" and on > notice.answer_by:
            yield ExpireNotice(on=on, by=CLOCK, notice=notice.id)
