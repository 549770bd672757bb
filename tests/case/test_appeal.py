"""If these fail, an appeal could be heard by who decided, come out worse, or end without the file being run again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lodemark.case import LineOutcome, Point, Session
from lodemark.case.acts import recorded_acts
from lodemark.case.appeal import APPEAL, Appeal, AppealFacts, FirstDecision, decide, fold
from lodemark.case.appeal import commands as a
from lodemark.case.commands import Command
from lodemark.case.machine import Look, code
from lodemark.case.replay import replay
from lodemark.ledger import Actor, Basis, Entry, Record, Stamp, body_of, canonical, read_body
from lodemark.trouble import Refusal
from tests.case.world import AP, CS, FINE, LINES, OF, REPORT, ROLES, RULES, SG, TIMER, WHY, day

CS2 = Actor("p-appeal-signer", "appeal-office", "countersigner")
FIRST = FirstDecision(
    case="case/1",
    decision="d1",
    served_on=day(0),
    remedy_named=True,
    parties=("exporter",),
    outcomes=(LineOutcome(LINES[0], "refused", (WHY,)), LineOutcome(LINES[1], "granted_with_conditions", (FINE,), (REPORT,))),
    hands={OF.person: ("officer",), CS.person: ("countersigner",)},
)
FACTS = AppealFacts(FIRST, (), Session(CS2.person, datetime(2026, 5, 1, 1, 0, tzinfo=UTC)))
POINT = (Point("a", "The drawing was not read."),)
LODGE = a.Lodge(on=day(30), by=SG, appeal="appeal/1", case="case/1", decision="d1", grounds=POINT)
ASK = a.AskCompletion(on=day(35), by=AP, items=(Point("m", "A power of attorney is missing."),), cure_by=day(60))
COMPLETE = a.Complete(on=day(55), by=SG, points=POINT)
ADMIT = a.Admit(on=day(33), by=AP)
REJECT = a.Reject(on=day(33), by=AP, ground="inadmissible", reason="Another body decides this.")
RESPOND = a.Respond(on=day(40), by=OF, text="The drawing showed another motor.", evidence=("doc-1",))
HEAR = a.Hear(on=day(42), by=AP, side="applicant", note="Heard in writing.")
REPLAY = a.RecordReplay(on=day(42), by=AP, report="replay-digest", same=True)
STAY = a.SetStay(on=day(34), by=AP, stayed=True, reason="Harm that cannot be undone.")
CONCLUDE = a.Conclude(on=day(50), by=AP, outcome="upheld", reasons=(WHY,))
BACK = a.SendBackConclusion(on=day(51), by=CS2, comment="Deal with ground a.")
WITHDRAW = a.WithdrawAppeal(on=day(41), by=SG)


class Dossier:
    """An appeal dossier in memory."""

    def __init__(self, facts: AppealFacts = FACTS) -> None:
        self.facts, self.records = facts, list[Record]()

    @property
    def appeal(self) -> Appeal:
        return fold(self.records)

    def ask(self, command: Command, **facts: Any) -> tuple[Record, ...] | Refusal:
        return decide(self.appeal if self.records else None, command, replace(self.facts, **facts), RULES)

    def do(self, command: Command, **facts: Any) -> Dossier:
        answer = self.ask(command, **facts)
        assert not isinstance(answer, Refusal), answer
        self.records.extend(answer)
        return self

    def refused(self, command: Command, **facts: Any) -> tuple[str, ...]:
        answer = self.ask(command, **facts)
        assert isinstance(answer, Refusal), answer
        return answer.codes


def lodged() -> Dossier:
    return Dossier().do(LODGE)


def asked() -> Dossier:
    return lodged().do(ASK)


def admitted() -> Dossier:
    return lodged().do(ADMIT)


def answered() -> Dossier:
    return admitted().do(RESPOND)


def unanswered() -> Dossier:
    return admitted().do(a.ExpireResponse(on=day(48), by=TIMER))


def ready() -> Dossier:
    return answered().do(HEAR).do(REPLAY)


def proposed() -> Dossier:
    return ready().do(CONCLUDE)


def sign(dossier: Dossier) -> a.CountersignConclusion:
    shown = dossier.appeal.proposed
    assert shown
    at = datetime(2026, 5, 1, 1, 3, tzinfo=UTC)
    return a.CountersignConclusion(on=day(52), by=CS2, digest=shown.digest, at=at)


Start = Callable[[], Dossier]
WAYS: list[tuple[Start, Command | Callable[[Dossier], Command]]] = [
    (Dossier, LODGE),
    (lodged, ASK),
    (asked, COMPLETE),
    (asked, a.LapseAppeal(on=day(61), by=TIMER)),
    (lodged, ADMIT),
    (lodged, REJECT),
    (admitted, RESPOND),
    (admitted, a.ExpireResponse(on=day(48), by=TIMER)),
    *((start, act) for start in (admitted, answered, unanswered) for act in (HEAR, REPLAY, STAY)),
    (ready, CONCLUDE),
    (lambda: unanswered().do(HEAR).do(REPLAY), CONCLUDE),
    (proposed, BACK),
    (proposed, sign),
    *((start, WITHDRAW) for start in (lodged, asked, admitted, answered, unanswered)),
]


def _state(dossier: Dossier, command: Command) -> str:
    return APPEAL.at(Look(dossier.appeal, command, dossier.facts, RULES))


def way(number: int) -> tuple[Dossier, Command]:
    start, command = WAYS[number]
    dossier = start()
    return dossier, command if isinstance(command, Command) else command(dossier)


@pytest.mark.parametrize("number", range(len(WAYS)))
def test_each_row_leads_where_the_table_says_and_names_its_roles(number: int) -> None:
    """An appeal that is refused against the table takes away the only remedy there is."""
    dossier, command = way(number)
    row = next(r for r in APPEAL.rows if r.command is type(command) and _state(dossier, command) in r.source)
    for role, actor in ROLES.items():
        answer = dossier.ask(replace(command, by=actor))
        codes = answer.codes if isinstance(answer, Refusal) else ()
        assert ("role-may-not" in codes) == (role not in row.who), (role, codes)
    assert _state(dossier.do(command), command) in row.target


def test_the_ways_cover_every_row_and_every_absent_pair_is_refused() -> None:
    """What the table does not name cannot be done to an appeal."""
    rows = {(source, row.command) for row in APPEAL.rows for source in row.source}
    by_state: dict[str, Dossier] = {}
    examples: dict[type, Command] = {}
    covered = set()
    for number in range(len(WAYS)):
        dossier, command = way(number)
        covered.add((_state(dossier, command), type(command)))
        examples[type(command)] = command
        by_state.setdefault(_state(dossier, command), dossier)
        after, _ = way(number)
        by_state.setdefault(_state(after.do(command), command), after)
    assert covered == rows
    late = Dossier(replace(FACTS, first=replace(FIRST, served_on=day(-90)))).do(LODGE)
    by_state["out_of_time"] = late.do(replace(REJECT, ground="out_of_time"))
    assert set(by_state) == set(APPEAL.states)
    for state, dossier in by_state.items():
        for kind, command in examples.items():
            if (state, kind) not in rows:
                assert dossier.refused(command) == ("not-in-this-state",), (state, kind)


BETTER = (LineOutcome(LINES[0], "granted", (FINE,)), LineOutcome(LINES[1], "granted", (FINE,)))
VARY = replace(CONCLUDE, outcome="varied", outcomes=BETTER)
FAILS: list[tuple[str, Start, Command | Callable[[Dossier], Command], Mapping[str, Any]]] = [
    ("standing-to-appeal", Dossier, replace(LODGE, by=replace(SG, party="competitor")), {}),
    ("standing-to-appeal", Dossier, replace(LODGE, decision="d0"), {}),
    ("standing-to-appeal", Dossier, LODGE, {"first": None}),
    ("grounds-stated", Dossier, replace(LODGE, grounds=(Point("a", " "),)), {}),
    ("reviewer-is-third", lodged, replace(ADMIT, by=replace(AP, person=OF.person)), {}),
    ("reviewer-is-third", proposed, lambda d: replace(sign(d), by=replace(CS2, person=CS.person)), {}),
    ("reviewer-is-third", lodged, ADMIT, {"first": None}),
    ("no-conflict-of-interest", lodged, ADMIT, {"conflicts": (AP.person,)}),
    ("no-conflict-of-interest", lodged, ADMIT, {"conflicts": None}),
    ("one-hat-per-file", proposed, lambda d: replace(sign(d), by=replace(CS2, person=AP.person)), {}),
    ("told-once", lambda: asked().do(COMPLETE), replace(ASK, on=day(36)), {}),
    ("completion-asked-in-time", lodged, replace(ASK, on=day(40)), {}),
    ("completion-asked-in-time", lodged, replace(ASK, cure_by=day(48)), {}),
    ("completion-asked-in-time", lodged, replace(ASK, items=()), {}),
    ("cured-in-time", asked, replace(COMPLETE, on=day(61)), {}),
    ("cure-time-over", asked, a.LapseAppeal(on=day(60), by=TIMER), {}),
    ("lodged-in-time", lodged, ADMIT, {"first": replace(FIRST, served_on=day(-90))}),
    ("late-by-the-limit", lodged, replace(REJECT, ground="out_of_time"), {}),
    ("reason-given", lodged, replace(REJECT, reason=""), {}),
    ("response-time-over", admitted, a.ExpireResponse(on=day(46), by=TIMER), {}),
    ("replay-recorded", lambda: answered().do(HEAR), CONCLUDE, {}),
    ("heard-both", lambda: answered().do(REPLAY), CONCLUDE, {}),
    ("heard-both", lambda: answered().do(REPLAY).do(replace(HEAR, side="office")), CONCLUDE, {}),
    ("own-reasons", ready, replace(CONCLUDE, reasons=()), {}),
    ("outcome-fits-lines", ready, replace(VARY, outcomes=BETTER[:1]), {}),
    ("outcome-fits-lines", ready, replace(CONCLUDE, outcomes=BETTER), {}),
    ("not-worse", ready, replace(VARY, outcomes=(BETTER[0], LineOutcome(LINES[1], "refused", (WHY,)))), {}),
    (
        "not-worse",
        ready,
        replace(
            VARY,
            outcomes=(BETTER[0], replace(FIRST.outcomes[1], conditions=(REPORT, replace(REPORT, code="assay-per-lot")))),
        ),
        {},
    ),
    ("signer-is-other", proposed, lambda d: replace(sign(d), by=replace(CS2, person=AP.person)), {}),
    ("signer-from-session", proposed, sign, {"session": None}),
    ("fresh-login", proposed, lambda d: replace(sign(d), at=datetime(2026, 5, 1, 1, 5, 1, tzinfo=UTC)), {}),
    ("same-digest", proposed, lambda d: replace(sign(d), digest="another"), {}),
]


@pytest.mark.parametrize("number", range(len(FAILS)), ids=[f"{number}-{row[0]}" for number, row in enumerate(FAILS)])
def test_each_guard_refuses_with_its_own_name(number: int) -> None:
    """A guard that never refuses is decoration."""
    expected, start, command, facts = FAILS[number]
    dossier = start()
    assert expected in dossier.refused(command if isinstance(command, Command) else command(dossier), **facts)


def test_every_guard_has_a_failing_case_and_a_provision() -> None:
    """A refusal without a provision is arbitrary, and a guard without a failing test may be none."""
    guards = {code(guard) for row in APPEAL.rows for guard in row.guards}
    assert guards - {row[0] for row in FAILS} == set()
    assert guards - set(RULES.provisions) == set()


@pytest.mark.parametrize(
    ("lodged_on", "named", "late"), [(59, True, False), (60, True, False), (61, True, True), (61, False, False)]
)
def test_the_limit_runs_sixty_days_and_longer_where_the_remedy_was_not_named(lodged_on: int, named: bool, late: bool) -> None:
    """One day too strict and a right is lost; the day before, the day and the day after are told apart."""
    # Served on Friday 2026-05-01: the sixtieth day is Tuesday 2026-06-30.
    served = date(2026, 5, 1)
    facts = replace(FACTS, first=replace(FIRST, served_on=served, remedy_named=named))
    dossier = Dossier(facts).do(replace(LODGE, on=served + timedelta(days=lodged_on)))
    answer = dossier.ask(replace(ADMIT, on=served + timedelta(days=70)))
    assert isinstance(answer, Refusal) == late


@pytest.mark.parametrize(("lodged_on", "outcome"), [(1, "in time"), (60, "in time"), (61, "open"), (96, "open"), (97, "late")])
def test_a_calendar_that_is_not_out_yet_takes_nobodys_appeal(lodged_on: int, outcome: str) -> None:
    """Served late in the year, the last day may move with next year's holidays; what is in time or late anyhow is so today."""
    # The sixtieth day after Wednesday 2027-11-24 is Sunday 2028-01-23, and this calendar ends with 2027.
    served = date(2027, 11, 24)
    assert RULES.deadline(served, RULES.appeal_lodge) is None
    dossier = Dossier(replace(FACTS, first=replace(FIRST, served_on=served))).do(
        replace(LODGE, on=served + timedelta(days=lodged_on))
    )
    later = served + timedelta(days=98)
    admitted = dossier.ask(replace(ADMIT, on=later))
    rejected = dossier.ask(replace(REJECT, on=later, ground="out_of_time"))
    assert isinstance(admitted, Refusal) == (outcome != "in time")
    assert isinstance(rejected, Refusal) == (outcome != "late")


def test_a_variation_may_improve_and_may_drop_a_condition() -> None:
    """An appeal that can change nothing is none."""
    dossier = ready().do(VARY)
    assert dossier.do(sign(dossier)).appeal.outcome == "varied"


def test_a_conclusion_sent_back_returns_to_where_it_was_made() -> None:
    """An office that did not answer must not seem to have answered after a comment of the second pair of eyes."""
    dossier = unanswered().do(HEAR).do(REPLAY).do(CONCLUDE).do(BACK)
    assert dossier.appeal.state == "unanswered"


def test_a_stay_is_a_flag_and_ends_as_one() -> None:
    """A stay drawn as a state would stop the appeal itself."""
    dossier = admitted().do(STAY)
    assert dossier.appeal.stayed and dossier.appeal.state == "admitted"
    assert not dossier.do(replace(STAY, stayed=False, reason="The goods are at rest.")).appeal.stayed


def test_an_appeal_is_read_back_from_its_dossier_and_runs_again() -> None:
    """The appeal of an appeal, a court, re-runs it like any file."""
    dossier, acts = Dossier(), list[tuple[Command, tuple[Record, ...]]]()
    for command in (LODGE, ADMIT, RESPOND, HEAR, REPLAY, VARY):
        before = len(dossier.records)
        dossier.do(command)
        acts.append((command, tuple(dossier.records[before:])))
    entries: list[Entry] = []
    for command, records in acts:
        stamp = Stamp(datetime(2026, 5, 1, tzinfo=UTC), command.by, repr(command), Basis(facts="f"), "00" * 16)
        entries += [read_body(len(entries) + 1, body_of(record, stamp)) for record in records]
    gathered = {"appeal": json.loads(canonical(FACTS))}
    again = recorded_acts(entries, lambda _: gathered, lambda _: RULES)
    assert [act.command for act in again] == [command for command, _ in acts]
    assert replay(again).same
