"""If these fail, a file could be moved in a way no table allows, or not be moved in a way the law provides for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from lodemark.case import MACHINES, decide, fold
from lodemark.case import commands as c
from lodemark.case.machine import Look, Machine, Row
from lodemark.ledger import Record
from lodemark.trouble import Refusal
from tests.case.world import (
    ACCEPT,
    ADVISE,
    ANSWER,
    APPLICATION,
    ASK,
    CHANGE,
    CLOSE,
    CONSULT,
    FACTS,
    NOTICE,
    OF,
    PROPOSE,
    REMIT,
    REMITS,
    ROLES,
    RULES,
    SEND_BACK,
    SERVE,
    SG,
    SPEAK,
    STOP,
    TAKE,
    TIMER,
    VOID,
    WEIGH,
    File,
    accepted,
    day,
    in_review,
    proposed,
    served,
    sign,
    signed,
)

RETURNED = replace(APPLICATION, stage="returned", cure_until=day(20), reminded_on=day(15))
LAPSE = c.Lapse(on=day(21), by=TIMER, case="case/1")
REOPEN = c.Reopen(on=day(22), by=OF, rfi="r1", reply_by=day(30), reason="The mail did not arrive.")
EXPIRED_ADVICE = c.LapseConsultation(on=day(21), by=TIMER, consultation="k1")
ANSWERED: Mapping[str, Any] = {"change": CHANGE}


def asked() -> File:
    return in_review().do(ASK)


def answered() -> File:
    return asked().do(ANSWER, **ANSWERED)


def lapsed() -> File:
    return asked().do(c.LapseRfi(on=day(21), by=TIMER, rfi="r1"))


def consulted() -> File:
    return in_review().do(CONSULT)


def stale() -> File:
    return consulted().do(ADVISE).do(c.Amend(on=day(10), by=SG), change=CHANGE)


def closed() -> File:
    return served().do(CLOSE)


# Every row of every table, from every state it leaves: (file before, command, facts changed for it).
WAYS: list[tuple[Callable[[], File], c.Command | Callable[[File], c.Command], Mapping[str, Any]]] = [
    (File, ACCEPT, {}),
    (File, c.DeemAccept(on=day(8), by=TIMER, case="case/1"), {}),
    (File, c.Decline(on=day(1), by=OF, case="case/1", reason="not-required"), {}),
    (File, LAPSE, {"application": RETURNED}),
    (accepted, TAKE, {}),
    (accepted, c.Amend(on=day(2), by=SG), {"change": CHANGE}),
    (in_review, c.Amend(on=day(3), by=SG), {"change": CHANGE}),
    (accepted, c.Withdraw(on=day(2), by=SG), {}),
    (in_review, c.Withdraw(on=day(3), by=SG), {}),
    (served, CLOSE, {}),
    (served, REMIT, {"appeals": REMITS}),
    (closed, replace(REMIT, on=day(160)), {"appeals": REMITS}),
    (in_review, STOP, {}),
    (lambda: in_review().do(STOP), c.ResumeClock(on=day(9), by=OF, stop="s1"), {}),
    (in_review, c.LiftLimit(on=day(4), by=OF, ground="state-council"), {}),
    (in_review, ASK, {}),
    (asked, c.Note(on=day(5), by=SG, rfi="r1", text="We are asking the customer."), {}),
    (lapsed, c.Note(on=day(22), by=SG, rfi="r1", text="Here it is, late."), {}),
    (asked, c.Chase(on=day(18), by=TIMER, rfi="r1"), {}),
    (asked, ANSWER, ANSWERED),
    (answered, c.AcceptAnswer(on=day(12), by=OF, rfi="r1"), {}),
    (answered, c.Insufficient(on=day(12), by=OF, rfi="r1", questions=("q1",), reason="No drawing.", reply_by=day(25)), {}),
    (asked, c.LapseRfi(on=day(21), by=TIMER, rfi="r1"), {}),
    (asked, c.Extend(on=day(15), by=OF, rfi="r1", reply_by=day(30), reason="A holiday abroad."), {}),
    (lapsed, REOPEN, {}),
    (asked, c.Drop(on=day(9), by=OF, rfi="r1", reason="Found in another file."), {}),
    (answered, c.Drop(on=day(12), by=OF, rfi="r1", reason="Found in another file."), {}),
    (in_review, CONSULT, {}),
    (lambda: consulted().do(EXPIRED_ADVICE), replace(CONSULT, on=day(22), reply_by=day(30)), {}),
    (consulted, ADVISE, {}),
    (lambda: consulted().do(ADVISE), replace(ADVISE, on=day(12), replaces=True), {}),
    (stale, replace(ADVISE, on=day(12)), {}),
    (consulted, EXPIRED_ADVICE, {}),
    (stale, replace(EXPIRED_ADVICE, on=day(25)), {}),
    (in_review, NOTICE, {}),
    (lambda: in_review().do(NOTICE), SPEAK, {}),
    (lambda: in_review().do(NOTICE), c.WaiveNotice(on=day(8), by=SG, notice="n1"), {}),
    (lambda: in_review().do(NOTICE), c.ExpireNotice(on=day(19), by=TIMER, notice="n1"), {}),
    (lambda: in_review().do(NOTICE).do(SPEAK), WEIGH, {}),
    (in_review, PROPOSE, {}),
    (lambda: proposed().do(SEND_BACK), replace(PROPOSE, decision="d2", on=day(27)), {}),
    (lambda: proposed().do(VOID, rulebook="rulebook-2"), replace(PROPOSE, decision="d2", on=day(27)), {}),
    (lambda: served().do(REMIT, appeals=REMITS), replace(PROPOSE, decision="d2", on=day(110)), {"rulebook": "rulebook-2"}),
    (proposed, SEND_BACK, {}),
    (proposed, VOID, {"rulebook": "rulebook-2"}),
    (proposed, sign, {}),
    (signed, SERVE, {}),
]
ALL_ROWS = {(m.name, source, row.command) for m in MACHINES for row in m.rows for source in row.source}


def _machine(command: c.Command) -> Machine:
    return next(m for m in MACHINES for row in m.rows if row.command is type(command))


def _at(file: File, command: c.Command, **facts: Any) -> str:
    return _machine(command).at(Look(file.case, command, replace(file.facts, **facts), file.rules))


def _row(state: str, command: c.Command) -> Row:
    return next(r for r in _machine(command).rows if r.command is type(command) and state in r.source)


def way(number: int) -> tuple[File, c.Command, Mapping[str, Any]]:
    start, command, facts = WAYS[number]
    file = start()
    return file, command if isinstance(command, c.Command) else command(file), facts


@pytest.mark.parametrize("number", range(len(WAYS)))
def test_each_row_leads_where_its_table_says(number: int) -> None:
    """A lawful act that is refused, or ends elsewhere than published, would leave a party without its right."""
    file, command, facts = way(number)
    row = _row(_at(file, command, **facts), command)
    file.do(command, **facts)
    assert _at(file, command, **facts) in row.target


def test_the_ways_cover_every_row_from_every_state() -> None:
    """A row without a test could be wrong for years."""
    covered = set()
    for number in range(len(WAYS)):
        file, command, facts = way(number)
        covered.add((_machine(command).name, _at(file, command, **facts), type(command)))
    assert covered == ALL_ROWS


def test_every_target_state_is_reached_by_some_row() -> None:
    """A state that is published but never reached misleads everyone who waits for it."""
    reached: set[tuple[str, str]] = set()
    for number in range(len(WAYS)):
        file, command, facts = way(number)
        file.do(command, **facts)
        reached.add((_machine(command).name, _at(file, command, **facts)))
    targets = {(m.name, target) for m in MACHINES for row in m.rows for target in row.target}
    assert targets <= reached


def _files_by_state() -> dict[tuple[str, str], tuple[File, Mapping[str, Any]]]:
    """One file per state of each machine: the starts of the ways, and where they lead."""
    found: dict[tuple[str, str], tuple[File, Mapping[str, Any]]] = {}
    for number in range(len(WAYS)):
        file, command, facts = way(number)
        name = _machine(command).name
        found.setdefault((name, _at(file, command, **facts)), (File(records=list(file.records)), facts))
        file.do(command, **facts)
        found.setdefault((name, _at(file, command, **facts)), (file, facts))
    return found


FILES = _files_by_state()
EXAMPLES: dict[type, c.Command] = {type(command): command for _, command, _ in map(way, range(len(WAYS)))}
ABSENT = [
    (machine.name, state, command)
    for machine in MACHINES
    for state in (*machine.states, *(("draft",) if machine.name == "case" else ()))
    for command in dict.fromkeys(row.command for row in machine.rows)
    if (machine.name, state, command) not in ALL_ROWS
]


@pytest.mark.parametrize(("name", "state", "command"), ABSENT, ids=lambda value: getattr(value, "__name__", str(value)))
def test_each_absent_pair_is_refused(name: str, state: str, command: type) -> None:
    """There is no "set status": what the table does not name cannot be done."""
    if state == "draft":
        file, facts = File(), {"application": replace(APPLICATION, stage="draft")}
    else:
        file, facts = FILES[name, state]
    assert file.refused(EXAMPLES[command], **facts) == ("not-in-this-state",)


@pytest.mark.parametrize("number", range(len(WAYS)))
def test_each_row_refuses_every_role_it_does_not_name(number: int) -> None:
    """Rights that hold only in the buttons of a page are no rights."""
    file, command, facts = way(number)
    row = _row(_at(file, command, **facts), command)
    for role, actor in ROLES.items():
        codes = _codes(file, replace(command, by=actor), facts)
        assert ("role-may-not" in codes) == (role not in row.who), (role, codes)


def _codes(file: File, command: c.Command, facts: Mapping[str, Any]) -> tuple[str, ...]:
    answer = file.ask(command, **facts)
    return answer.codes if isinstance(answer, Refusal) else ()


def test_fold_refuses_a_kind_it_does_not_know() -> None:
    """A record skipped in silence would make two readers see two different cases."""
    with pytest.raises(AssertionError):
        fold([Record("case-blessed", on=day(1), facts={})])


def test_a_refusal_names_every_reason_at_once() -> None:
    """A party who hears one reason at a time is sent round and round."""
    answer = decide(None, ACCEPT, replace(FACTS, screening=None, documents=None, conflicts=(OF.person,)), RULES)
    assert isinstance(answer, Refusal)
    assert answer.codes == ("screening-complete", "documents-scanned", "no-conflict-of-interest")
    assert all(reason.provision for reason in answer.reasons)
