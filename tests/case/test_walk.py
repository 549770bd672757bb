"""If these fail, some order of lawful clicks breaks the law: random walks of many persons, checked after every step."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from lodemark.case import Check, Judgement, Session, clock, court_of, fold, next_step
from lodemark.case import commands as c
from lodemark.case.acts import recorded_acts
from lodemark.case.replay import replay
from lodemark.case.timers import due_commands
from lodemark.ledger import Actor, Basis, Entry, Stamp, body_of, canonical, digest, read_body
from lodemark.trouble import Refusal
from lodemark.wording import has
from tests.case.world import (
    ACCEPT,
    ADVISE,
    ANSWER,
    ASK,
    CHANGE,
    CONSULT,
    FACTS,
    GRANT,
    NOTICE,
    PROPOSE,
    REFUSE,
    REMIT,
    REMITS,
    RULES,
    SPEAK,
    STOP,
    TAKE,
    TIMER,
    WEIGH,
    File,
    day,
    sign,
)

GAP = Check("end-use-specific", "L1/p2", "not_known", "cn/duir-2024/24")
JUDGED = (Judgement(GAP.code, GAP.line, "met", "The plant was visited."),)
PEOPLE = st.sampled_from([f"p{n}" for n in range(5)])
SIGNATORY = Actor("p-signatory", "exporter", "signatory")
Step = Callable[[File, int, Actor], c.Command | None]


def shown(file: File) -> str:
    return file.case.decision.id if file.case.decision else "d0"


STEPS: Sequence[Step] = (
    lambda file, n, by: replace(TAKE, on=day(n), by=by),
    lambda file, n, by: replace(ASK, on=day(n), by=by, rfi=f"r{n}", reply_by=day(n + 9), why_again="Again."),
    lambda file, n, by: replace(ANSWER, on=day(n), rfi=_last(file.case.rfis)),
    lambda file, n, by: c.AcceptAnswer(on=day(n), by=by, rfi=_last(file.case.rfis)),
    lambda file, n, by: replace(CONSULT, on=day(n), by=by, reply_by=day(n + 9)),
    lambda file, n, by: replace(ADVISE, on=day(n), by=by, replaces=n % 2 == 0),
    lambda file, n, by: replace(NOTICE, on=day(n), by=by, notice=f"n{n}", answer_by=day(n + 20)),
    lambda file, n, by: replace(SPEAK, on=day(n), notice=_last(file.case.notices)),
    lambda file, n, by: replace(WEIGH, on=day(n), by=by, notice=_last(file.case.notices)),
    lambda file, n, by: replace(PROPOSE, on=day(n), by=by, decision=f"d{n}", outcomes=GRANT),
    lambda file, n, by: replace(PROPOSE, on=day(n), by=by, decision=f"d{n}", outcomes=GRANT, judgements=JUDGED),
    lambda file, n, by: replace(PROPOSE, on=day(n), by=by, decision=f"d{n}", outcomes=REFUSE, judgements=JUDGED),
    lambda file, n, by: replace(sign(file, by), on=day(n), decision=shown(file)) if file.case.decision else None,
    lambda file, n, by: c.SendBack(on=day(n), by=by, decision=shown(file), comment="Again."),
    lambda file, n, by: c.Serve(on=day(n), by=TIMER, decision=shown(file)),
    lambda file, n, by: c.Amend(on=day(n), by=SIGNATORY),
    lambda file, n, by: replace(STOP, on=day(n), by=by, stop=f"s{n}"),
    lambda file, n, by: c.ResumeClock(on=day(n), by=by, stop=_last(file.case.stops)),
    lambda file, n, by: replace(REMIT, on=day(n)),
)


def _last(things: object) -> str:
    return next(reversed(list(things)), "none")  # type: ignore[call-overload]


# Everybody may try everything; each act is tried in the role it needs, so that a refusal is about the person or the state.
ROLE = {5: "adviser", 12: "countersigner", 13: "countersigner"}
WALK = st.lists(st.tuples(st.integers(0, len(STEPS) - 1), PEOPLE), min_size=20, max_size=50)


def walk(steps: Sequence[tuple[int, str]]) -> File:
    """Accept, then try every step on its own day; what is refused writes nothing. Timers run each day as in an office."""
    file = File().do(ACCEPT)
    checks = replace(FACTS, checks=(GAP,))
    for number, (choice, person) in enumerate(((0, "p0"), *steps), start=2):
        by = Actor(person, "dept-energy", ROLE.get(choice, "officer"))
        for command in (*due_commands(file.case, day(number), RULES), STEPS[choice](file, number, by)):
            if command is None:
                continue
            change = replace(CHANGE, version=file.case.version + 1, content_digest=f"digest-{number}")
            session = Session(by.person, datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
            facts = replace(checks, change=change, session=session, appeals=REMITS)
            answer = file.ask(command, **{name: getattr(facts, name) for name in ("checks", "change", "session", "appeals")})
            if not isinstance(answer, Refusal):
                file.acts.append((command, facts, answer))
                file.records.extend(answer)
    return file


@settings(max_examples=40, deadline=None)
@given(WALK)
def test_no_order_of_acts_breaks_the_law(steps: Sequence[tuple[int, str]]) -> None:
    """Each guard may be right alone and the whole still have a way around them."""
    file = walk(steps)
    case = file.case
    assert all(len(hats) == 1 for hats in case.hats.values())
    for decision in case.decisions:
        if decision.state not in ("signed", "served"):
            continue
        assert decision.signers and decision.proposer not in decision.signers
        heard = {(one.line, one.ground.code) for notice in case.notices.values() if notice.settled for one in notice.grounds}
        for line in decision.outcomes:
            if line.outcome == "refused":
                assert {(line.line, ground.code) for ground in line.grounds} <= heard
    granted = [r for r in file.records if r.kind == "decision-proposed"]
    assert all(r.facts["judgements"] for r in granted), "an open check was granted without a judgement"


@settings(max_examples=20, deadline=None)
@given(WALK, st.integers(0, 60))
def test_every_view_follows_from_the_records(steps: Sequence[tuple[int, str]], cut: int) -> None:
    """Halves, twins and clocks: two readers of one dossier must never see two cases."""
    file = walk(steps)
    assert fold(file.records[cut:], fold(file.records[:cut])) == file.case
    at = [datetime(2026, 3, 2, 4, tzinfo=UTC).replace(day=2 + n) for n in range(2, 28, 5)]
    so_far = [r for r in file.records if r.on <= at[0].date()]
    elapsed = [clock(so_far, RULES, RULES.calendar, moment).elapsed.low for moment in at]
    assert elapsed == sorted(elapsed)
    assert has(f"court-{court_of(file.case)}") and has(next_step(file.case)) and has(f"case-state-{file.case.state}")


@settings(max_examples=15, deadline=None)
@given(WALK)
def test_every_walk_can_be_run_again_from_its_dossier(steps: Sequence[tuple[int, str]]) -> None:
    """An appeal officer must be able to re-run any file, not only the tidy ones."""
    file = walk(steps)
    facts = {digest(seen): {"case": json.loads(canonical(seen))} for _, seen, _ in file.acts}
    entries: list[Entry] = []
    for number, (command, seen, records) in enumerate(file.acts):
        stamp = Stamp(datetime(2026, 3, 2, tzinfo=UTC), command.by, f"key-{number}", Basis(facts=digest(seen)), "00" * 16)
        entries += [read_body(len(entries) + 1, body_of(record, stamp)) for record in records]
    assert replay(recorded_acts(entries, facts.get, lambda _: RULES)).same


def test_the_walks_reach_the_far_corners() -> None:
    """A walk that never gets beyond the door proves nothing about the house."""
    path = [(6, "p0"), (7, "p0"), (8, "p0"), (11, "p0"), (12, "p1"), (14, "p0"), (18, "p0")]
    file = walk(path)
    assert [r.kind for r in file.records][-2:] == ["decision-served", "case-remitted"]
