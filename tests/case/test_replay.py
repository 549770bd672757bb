"""If these fail, a file could not be run again years later, and an appeal would rest on trust in the office."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lodemark.case import MACHINES, Act, Session, decide, fold, load_command, load_facts, replay
from lodemark.case import commands as c
from lodemark.case.acts import LEADS, recorded_acts
from lodemark.case.appeal import APPEAL
from lodemark.case.read import Unreadable, read
from lodemark.case.replay import dump_command, with_rules
from lodemark.ledger import Actor, Basis, Entry, Record, Stamp, body_of, canonical, digest, jsonable, read_body
from lodemark.trouble import Refusal
from tests.case.world import (
    ACCEPT,
    ADVISE,
    ANSWER,
    ASK,
    CHANGE,
    CONSULT,
    FACTS,
    NOTICE,
    OF,
    PROPOSE,
    REFUSE,
    RULES,
    SERVE,
    SPEAK,
    TAKE,
    WEIGH,
    File,
    day,
    sign,
)


def story() -> File:
    """A file with a question, advice, a notice and a partly refusing decision."""
    file = File().do(ACCEPT).do(TAKE).do(ASK).do(CONSULT).do(NOTICE)
    file.do(ANSWER, change=CHANGE).do(c.AcceptAnswer(on=day(11), by=OF, rfi="r1")).do(ADVISE).do(SPEAK).do(WEIGH)
    file.do(replace(PROPOSE, outcomes=REFUSE, answers_to_advice={"k1": "The drawing shows otherwise."}))
    return file.do(sign(file)).do(SERVE)


def acts(file: File) -> list[Act]:
    return [Act(command, facts, file.rules, records) for command, facts, records in file.acts]


def through_json(record: Record) -> Record:
    return replace(record, facts=json.loads(canonical(record.facts)))


def test_a_file_run_again_gives_the_same_records() -> None:
    """A dossier that cannot be recomputed proves nothing."""
    report = replay(acts(story()))
    assert report.same and report.acts == len(story().acts)


def test_commands_and_facts_survive_the_bundle() -> None:
    """A bundle carries text; what comes back from it must decide as the original did."""
    again = [
        Act(
            load_command(json.loads(canonical(dump_command(command)))),
            load_facts(json.loads(canonical(facts))),
            RULES,
            tuple(map(through_json, records)),
        )
        for command, facts, records in story().acts
    ]
    assert [(act.command, act.facts) for act in again] == [(command, facts) for command, facts, _ in story().acts]
    assert replay(again).same


def test_another_rulebook_shows_which_act_would_differ() -> None:
    """An appeal officer asks what a longer notice would have changed, not whether to trust the file."""
    longer = [with_rules(act, lambda rules: replace(rules, notice=replace(rules.notice, length=20))) for act in acts(story())]
    report = replay(longer)
    assert [(one.act, one.refused) for one in report.differences] == [("give-notice", ("time-to-answer",))]


def test_an_altered_record_shows_as_a_difference() -> None:
    """Whoever changes an outcome in a copied file must be found by running it."""
    file = acts(story())
    at = next(n for n, act in enumerate(file) if act.records[0].kind == "decision-proposed")
    facts = {**file[at].records[0].facts, "digest": "another"}
    file[at] = replace(file[at], records=(replace(file[at].records[0], facts=facts),))
    assert ("decision-proposed: digest",) in [one.differs for one in replay(file).differences]


def entries(file: File) -> list[Entry]:
    """The file as its dossier holds it, a message per act; signature and service share one message."""
    found: list[Entry] = []
    for command, facts, records in file.acts:
        name = "sign" if isinstance(command, c.Countersign | c.Serve) else repr(command)
        stamp = Stamp(datetime(2026, 3, 2, tzinfo=UTC), command.by, name, Basis(facts=digest(facts)), "00" * 16)
        found += [read_body(len(found) + 1, body_of(record, stamp)) for record in records]
    return found


def gathered(file: File) -> dict[str, dict[str, Any]]:
    """What the office kept beside the dossier, by digest."""
    return {digest(facts): {"case": json.loads(canonical(facts))} for _, facts, _ in file.acts}


def test_a_dossier_is_read_back_into_its_acts() -> None:
    """An outsider has the records and the facts, not the office's memory of who clicked what."""
    file = story()
    acts_read = recorded_acts(entries(file), gathered(file).get, lambda _: RULES)
    assert [act.command for act in acts_read] == [command for command, _, _ in file.acts]
    assert replay(acts_read).same


def test_acts_whose_facts_are_sealed_are_counted_and_not_run() -> None:
    """ "Not replayable here" must never read like "the same"."""
    file = story()
    report = replay(recorded_acts(entries(file), lambda _: None, lambda _: RULES))
    assert report.unseen == tuple(range(1, len(file.acts) + 1)) and report.differences == ()


def test_every_first_record_of_an_act_leads_back_to_its_command() -> None:
    """A command that cannot be read back from the file is an act nobody can re-run."""
    rows = {row.command for machine in (*MACHINES, APPEAL) for row in machine.rows}
    assert set(LEADS.values()) == rows


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"act": "bless"}, "/act"),
        ({"act": "take", "on": "2026-13-01", "by": jsonable(OF)}, "/on"),
        ({"act": "take", "on": "2026-03-01"}, "/by"),
        ({"act": "take", "on": "2026-03-01", "by": jsonable(OF), "signer": "me"}, "/signer"),
        ({"act": "take", "on": "2026-03-01", "by": {**dict(jsonable(OF)), "person": 7}}, "/by/person"),  # type: ignore[call-overload]
    ],
)
def test_a_command_that_does_not_fit_is_refused_with_its_place(value: dict[str, Any], path: str) -> None:
    """A field that is ignored in silence is how a request body comes to name its own signer."""
    with pytest.raises(Unreadable) as caught:
        load_command(value)
    assert caught.value.facts["path"] == path
    assert path in caught.value.explain("en") and path in caught.value.explain("zh-Hans")


def test_an_instant_needs_its_zone() -> None:
    """Nine o'clock without a zone is twenty-four different moments."""
    with pytest.raises(Unreadable):
        read(datetime, "2026-03-02T09:00:00")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 40))
def test_folding_in_two_halves_equals_folding_once(cut: int) -> None:
    """A read model that goes on from a stored state must not drift from the records."""
    records = story().records
    assert fold(records[cut:], fold(records[:cut])) == fold(records)


HANDS = [
    Actor(person, "dept-energy", role) for person in ("p1", "p2", "p3") for role in ("officer", "countersigner", "adviser")
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from(HANDS)), min_size=4, max_size=16))
def test_no_interleaving_of_persons_yields_a_self_signed_decision(steps: Sequence[tuple[int, Actor]]) -> None:
    """One person behind two accounts is the oldest way to let the same hand propose and sign."""
    file = File()
    for choice, by in steps:
        for command in _next(file, choice, by):
            answer = file.ask(command, session=Session(by.person, datetime(2026, 3, 2, 1, 0, tzinfo=UTC)))
            if not isinstance(answer, Refusal):
                file.records.extend(answer)
    hats: dict[str, set[str]] = {}
    for record in file.records:
        by_facts: Any = record.facts["by"]
        hats.setdefault(by_facts["person"], set()).add(by_facts["role"])
    assert all(len(worn) == 1 for worn in hats.values())
    decision = file.case.decision
    assert decision is None or decision.proposer not in decision.signers


def _next(file: File, choice: int, by: Actor) -> list[c.Command]:
    shown = file.case.decision
    number = f"d{len(file.case.decisions) + 1}"
    options: list[list[c.Command]] = [
        [replace(ACCEPT, by=by)],
        [replace(TAKE, by=by)],
        [replace(CONSULT, by=by)],
        [replace(ADVISE, by=by)],
        [replace(PROPOSE, by=by, decision=number)],
        [replace(sign(file), by=by, decision=shown.id)] if shown else [],
        [c.SendBack(on=day(26), by=by, decision=shown.id, comment="Again.")] if shown else [],
    ]
    return options[choice]


def test_decide_is_pure() -> None:
    """Asked twice, the law answers the same; otherwise sending twice would not be harmless."""
    case = fold(story().records[:2])
    assert decide(case, ASK, FACTS, RULES) == decide(case, ASK, FACTS, RULES)
