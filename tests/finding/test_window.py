"""If these fail, something adverse could follow before the party was heard, or by the hand that opened the question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from lodemark.case.commands import Command
from lodemark.case.machine import Look, code
from lodemark.finding import FINDING, Evidence, Finding, FindingFacts, Point, Referral, Strands, decide, detect, fold
from lodemark.finding import commands as f
from lodemark.ledger import Actor, Record
from lodemark.trouble import Refusal
from tests.finding.stories import PATTERNS, RULES

OF = Actor("p-officer", "office", "officer")
OF2 = Actor("p-officer-2", "office", "officer")
IN = Actor("p-inspector", "office", "inspector")
SG = Actor("p-signatory", "p2", "signatory")
TIMER = Actor.system("detectors", "house/findings")
ROLES = {a.role: a for a in (OF, IN, SG, Actor("p-cs", "office", "countersigner"))} | {"timer": TIMER}
RAISED = next(one for one in detect(PATTERNS["under-declared-composition"][0], RULES))
DUE = date(2026, 6, 29)  # Monday 1 June plus twenty working days
OPEN = f.Open(on=date(2026, 6, 1), by=OF, finding="finding/1", party="p2", raised=RAISED)
PUT = f.PutQuestion(on=date(2026, 6, 1), by=OF, shown=("a1",), answer_due=DUE)
SPEAK = f.AnswerQuestion(
    on=date(2026, 6, 20), by=SG, points=(Point("a", "The sample was taken at the surface."),), documents=("d1",)
)
EXPIRE = f.ExpireWindow(on=date(2026, 6, 30), by=TIMER)
SECOND = Evidence("assay", "assay/9", "a9", "measured-above-declared", RAISED.facts, sample="S-2")
ADD = f.AddEvidence(on=date(2026, 6, 21), by=OF, evidence=(SECOND,), exonerating=True)
RESPONSES = {"a": "The second sample was taken from the bulk."}
CLOSE = f.CloseFinding(
    on=date(2026, 7, 6), by=OF2, closed_as="upheld", reason="Two assays of the bulk agree.", responses=RESPONSES
)
REFER = f.Refer(on=date(2026, 7, 7), by=OF2, referral=Referral("suspend", "cn/duir-2024/18-4", "licence/1"))
FACTS = FindingFacts(still_raised=True, conflicts=())
Start = Callable[[], "Dossier"]


class Dossier:
    """A finding's dossier in memory."""

    def __init__(self) -> None:
        self.records = list[Record]()

    @property
    def finding(self) -> Finding:
        return fold(self.records)

    def ask(self, command: Command, **facts: Any) -> tuple[Record, ...] | Refusal:
        return decide(self.finding if self.records else None, command, replace(FACTS, **facts), RULES)

    def do(self, command: Command, **facts: Any) -> Dossier:
        answer = self.ask(command, **facts)
        assert not isinstance(answer, Refusal), answer
        self.records.extend(answer)
        return self

    def refused(self, command: Command, **facts: Any) -> tuple[str, ...]:
        answer = self.ask(command, **facts)
        assert isinstance(answer, Refusal), answer
        return answer.codes


def opened() -> Dossier:
    return Dossier().do(OPEN)


def asked() -> Dossier:
    return opened().do(PUT)


def answered() -> Dossier:
    return asked().do(SPEAK)


def unanswered() -> Dossier:
    return asked().do(EXPIRE)


def closed() -> Dossier:
    return answered().do(CLOSE)


WAYS: list[tuple[Start, Command]] = [
    (Dossier, OPEN),
    (opened, PUT),
    (asked, SPEAK),
    (answered, replace(SPEAK, points=(Point("b", "And diffused."),))),
    (asked, EXPIRE),
    *((start, ADD) for start in (opened, asked, answered, unanswered)),
    (opened, replace(CLOSE, closed_as="withdrawn", responses={})),
    (asked, replace(CLOSE, closed_as="withdrawn", responses={})),
    (answered, CLOSE),
    (unanswered, CLOSE),
    (closed, REFER),
]


def _state(dossier: Dossier) -> str:
    return FINDING.at(Look(dossier.finding, None, FACTS, RULES))


@pytest.mark.parametrize("number", range(len(WAYS)))
def test_each_row_leads_where_the_table_says_and_names_its_roles(number: int) -> None:
    """A lawful answer refused is a party unheard."""
    start, command = WAYS[number]
    dossier = start()
    row = next(r for r in FINDING.rows if r.command is type(command) and _state(dossier) in r.source)
    for role, actor in ROLES.items():
        answer = dossier.ask(replace(command, by=actor))
        codes = answer.codes if isinstance(answer, Refusal) else ()
        assert ("role-may-not" in codes) == (role not in row.who), (role, codes)
    assert _state(dossier.do(command)) in row.target


def test_the_ways_cover_every_row_and_every_absent_pair_is_refused() -> None:
    """What the table does not name cannot be done to a finding."""
    rows = {(source, row.command) for row in FINDING.rows for source in row.source}
    assert {(_state(start()), type(command)) for start, command in WAYS} == rows
    for start in (Dossier, opened, asked, answered, unanswered, closed):
        for command in {type(command): command for _, command in WAYS}.values():
            if (_state(start()), type(command)) not in rows:
                assert start().refused(command) == ("not-in-this-state",)


FAILS: list[tuple[str, Start, Command, Mapping[str, Any]]] = [
    ("promise-named", Dossier, replace(OPEN, raised=replace(RAISED, promise="")), {}),
    ("promise-named", Dossier, replace(OPEN, party=""), {}),
    ("evidence-named", Dossier, replace(OPEN, raised=replace(RAISED, evidence=())), {}),
    ("evidence-named", Dossier, replace(OPEN, raised=replace(RAISED, exonerates=())), {}),
    ("no-conflict-of-interest", opened, PUT, {"conflicts": (OF.person,)}),
    ("no-conflict-of-interest", opened, PUT, {"conflicts": None}),
    ("window-long-enough", opened, replace(PUT, answer_due=date(2026, 6, 28)), {}),
    ("evidence-may-be-seen", opened, replace(PUT, shown=()), {}),
    ("evidence-may-be-seen", opened, replace(PUT, shown=("another",)), {}),
    ("answer-in-window", asked, replace(SPEAK, on=date(2026, 6, 30)), {}),
    ("answer-says-something", asked, replace(SPEAK, points=()), {}),
    ("window-over", asked, replace(EXPIRE, on=DUE), {}),
    ("evidence-has-place", asked, replace(ADD, evidence=(replace(SECOND, digest=""),)), {}),
    ("closing-has-reason", answered, replace(CLOSE, reason=" "), {}),
    ("each-point-has-response", answered, replace(CLOSE, responses={}), {}),
    ("heard-before-upheld", asked, CLOSE, {}),
    ("heard-before-upheld", opened, CLOSE, {}),
    ("closer-is-other", answered, replace(CLOSE, by=OF), {}),
    ("grade-carries-it", lambda: Dossier().do(OPEN, strands=Strands()).do(PUT).do(SPEAK), CLOSE, {}),
    ("explanation-on-file", answered, replace(CLOSE, closed_as="explained"), {}),
    ("correction-on-file", answered, replace(CLOSE, closed_as="corrected"), {"still_raised": False}),
    (
        "correction-on-file",
        lambda: asked().do(replace(SPEAK, corrections=("event/7",))),
        replace(CLOSE, closed_as="corrected"),
        {},
    ),
    ("upheld-first", lambda: opened().do(replace(CLOSE, closed_as="withdrawn")), REFER, {}),
    ("referral-has-provision", closed, replace(REFER, referral=Referral("revoke", "", "licence/1")), {}),
]


@pytest.mark.parametrize("number", range(len(FAILS)), ids=[f"{number}-{row[0]}" for number, row in enumerate(FAILS)])
def test_each_guard_refuses_with_its_own_name(number: int) -> None:
    """A guard that never refuses is decoration."""
    expected, start, command, facts = FAILS[number]
    assert expected in start().refused(command, **facts)


def test_every_guard_has_a_failing_case_and_a_provision() -> None:
    """A refusal without a provision is arbitrary."""
    guards = {code(guard) for row in FINDING.rows for guard in row.guards}
    assert guards - {row[0] for row in FAILS} == set()
    assert guards - set(RULES.provisions) == set()


@pytest.mark.parametrize(
    ("closed_as", "answer", "still_raised"),
    [("explained", SPEAK, False), ("corrected", replace(SPEAK, corrections=("event/7",)), False), ("withdrawn", SPEAK, True)],
)
def test_the_other_ways_a_finding_ends(closed_as: str, answer: Command, still_raised: bool) -> None:
    """If only "upheld" worked, every question would be an accusation with a delay."""
    dossier = asked().do(answer, still_raised=still_raised)
    dossier.do(replace(CLOSE, closed_as=closed_as), still_raised=still_raised)
    closure = dossier.finding.closure
    assert closure and closure.closed_as == closed_as


def test_evidence_for_the_party_has_its_own_place_and_closes_as_explained() -> None:
    """A dossier with room only for what speaks against is an indictment."""
    dossier = answered().do(ADD)
    assert dossier.finding.exonerating == (SECOND,)
    assert dossier.do(replace(CLOSE, closed_as="explained")).finding.state == "closed"


def test_the_old_view_stays_readable() -> None:
    """What was known on a day must be shown as it was known on that day."""
    records = closed().records
    assert fold(records[:2]).state == "asked"
    assert fold(records[2:], fold(records[:2])) == fold(records)


def test_fold_refuses_a_kind_it_does_not_know() -> None:
    """A record skipped in silence would make two readers see two findings."""
    with pytest.raises(AssertionError):
        fold([Record("finding-forgotten", on=DUE, facts={})])
