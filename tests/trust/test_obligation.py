"""If these fail, an item could count that was never due, or vanish because one person wished it away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from lodemark.case.commands import Command
from lodemark.case.machine import Look, code
from lodemark.ledger import Actor, Record
from lodemark.rules import load
from lodemark.trouble import Refusal
from lodemark.trust import OBLIGATION, Owed, TrustRules, decide, fold
from lodemark.trust import commands as t
from lodemark.wording import has

OF = Actor("p-officer", "office", "officer")
OF2 = Actor("p-officer-2", "office", "officer")
SG = Actor("p-signatory", "p2", "signatory")
TIMER = Actor.system("duties", "house/standing")
ROLES = {a.role: a for a in (OF, SG, Actor("p-in", "office", "inspector"), Actor("p-cs", "office", "countersigner"))} | {
    "timer": TIMER
}
DUE = date(2026, 5, 20)
HOUSE = TrustRules.of(load("cn-ann18"), DUE)
OWE = t.Owe(on=date(2026, 3, 1), by=OF, obligation="obligation/1", party="p2", kind="arrival", due_on=DUE)
KEEP = t.Keep(on=DUE, by=OF, evidence="report/1")
MISS = t.Miss(on=date(2026, 5, 21), by=TIMER)
EXCUSE = t.ProposeExcuse(on=date(2026, 5, 22), by=OF, reason="The portal was down.")
CONFIRM = t.ConfirmExcuse(on=date(2026, 5, 23), by=OF2)
CONTEST = t.Contest(on=date(2026, 5, 22), by=SG, reason="It was sent on 19 May.")
SETTLE = t.Settle(on=date(2026, 5, 25), by=OF, outcome="kept", reason="The carrier's receipt shows it.")


def after(*commands: Command) -> list[Record]:
    records: list[Record] = []
    for command in commands:
        answer = decide(fold(records), command, None, HOUSE)
        assert not isinstance(answer, Refusal), answer
        records.extend(answer)
    return records


def refused(records: list[Record], command: Command) -> tuple[str, ...]:
    answer = decide(fold(records), command, None, HOUSE)
    assert isinstance(answer, Refusal), answer
    return answer.codes


LATE = replace(KEEP, on=date(2026, 5, 21))
WAYS: list[tuple[tuple[Command, ...], Command]] = [
    ((), OWE),
    ((OWE,), KEEP),
    ((OWE, MISS), replace(KEEP, on=date(2026, 5, 30))),
    ((OWE,), MISS),
    ((OWE,), EXCUSE),
    ((OWE, LATE), EXCUSE),
    ((OWE, MISS), EXCUSE),
    ((OWE, MISS, EXCUSE), CONFIRM),
    ((OWE, LATE), CONTEST),
    ((OWE, MISS), CONTEST),
    ((OWE, MISS, CONTEST), SETTLE),
]


def _state(records: list[Record]) -> str:
    return OBLIGATION.at(Look(fold(records), None, None, HOUSE))


@pytest.mark.parametrize("number", range(len(WAYS)))
def test_each_row_leads_where_the_table_says_and_names_its_roles(number: int) -> None:
    """A right to contest that nobody can use is none."""
    before, command = WAYS[number]
    records = after(*before)
    row = next(r for r in OBLIGATION.rows if r.command is type(command) and _state(records) in r.source)
    for role, actor in ROLES.items():
        answer = decide(fold(records), replace(command, by=actor), None, HOUSE)
        codes = answer.codes if isinstance(answer, Refusal) else ()
        assert ("role-may-not" in codes) == (role not in row.who)
    assert _state(after(*before, command)) in row.target


def test_the_ways_cover_every_row_and_every_absent_pair_is_refused() -> None:
    """What the table does not name cannot be done to an obligation."""
    rows = {(source, row.command) for row in OBLIGATION.rows for source in row.source}
    assert {(_state(after(*before)), type(command)) for before, command in WAYS} == rows
    states = {_state(after(*before)): after(*before) for before, _ in WAYS}
    states |= {_state(after(*before, command)): after(*before, command) for before, command in WAYS}
    for state, records in states.items():
        for command in {type(command): command for _, command in WAYS}.values():
            if (state, type(command)) not in rows:
                assert refused(records, command) == ("not-in-this-state",)


FAILS: list[tuple[str, tuple[Command, ...], Command]] = [
    ("kind-known", (), replace(OWE, kind="loyalty")),
    ("kind-known", (), replace(OWE, seriousness=D(0))),
    ("evidence-given", (OWE,), replace(KEEP, evidence="")),
    ("due-day-over", (OWE,), replace(MISS, on=DUE)),
    ("reason-stated", (OWE,), replace(EXCUSE, reason=" ")),
    ("second-person", (OWE, EXCUSE), replace(CONFIRM, by=OF)),
]


@pytest.mark.parametrize(("expected", "before", "command"), FAILS)
def test_each_guard_refuses_with_its_own_name(expected: str, before: tuple[Command, ...], command: Command) -> None:
    """A guard that never refuses is decoration."""
    assert expected in refused(after(*before), command)


def test_every_guard_has_a_failing_case_a_provision_and_sentences() -> None:
    """A refusal without provision or sentence is arbitrary."""
    guards = {code(guard) for row in OBLIGATION.rows for guard in row.guards}
    assert guards == {row[0] for row in FAILS}
    assert guards <= set(HOUSE.provisions) and all(has(guard) for guard in guards)
    kinds = {record.kind for before, command in WAYS for record in after(*before, command)}
    assert all(has(kind) for kind in kinds)


@pytest.mark.parametrize(
    ("commands", "counts_as"),
    [
        ((OWE,), "open"),
        ((OWE, KEEP), "kept"),
        ((OWE, LATE), "late"),
        ((OWE, MISS), "missed"),
        ((OWE, MISS, CONTEST), "missed"),
        ((OWE, MISS, CONTEST, SETTLE), "kept"),
        ((OWE, MISS, EXCUSE), "missed"),
        ((OWE, MISS, EXCUSE, CONFIRM), "excused"),
    ],
)
def test_what_an_obligation_counts_as(commands: tuple[Command, ...], counts_as: str) -> None:
    """If contesting alone took an item out, a bad record could be contested into a good one."""
    records = after(*commands)
    assert fold(records).obligation.outcome == counts_as
    assert fold(records[1:], fold(records[:1])) == fold(records)


def test_fold_refuses_what_it_does_not_know() -> None:
    """A record skipped in silence would be an item nobody sees."""
    with pytest.raises(AssertionError):
        fold([Record("obligation-forgotten", on=DUE, facts={})])
    with pytest.raises(AssertionError):
        _ = Owed().obligation
