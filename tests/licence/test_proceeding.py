"""The proceeding before the end of a licence: nobody ends one alone, unheard, or without saying why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from lodemark.ledger import Actor, canonical
from lodemark.licence.proceeding import (
    ACTS,
    ADVERSE,
    Answer,
    Drop,
    EndingFacts,
    EndingFile,
    EndingTerms,
    Open,
    Propose,
    SendBack,
    Sign,
    Waive,
    decide,
    fold,
)
from lodemark.licence.rules import rules_on
from lodemark.trouble import Refusal
from lodemark.wording import has

DAY = date(2026, 6, 1)
UNTIL = DAY + timedelta(days=7)
NOON = datetime(2026, 6, 20, 4, tzinfo=UTC)
RULES = rules_on("cn", DAY)
OF = Actor("p-officer", "office", "officer")
CS = Actor("p-signer", "office", "countersigner")
SG = Actor("p-holder", "beichen", "signatory")
FACTS = EndingFacts(holder="beichen", earliest=UNTIL, factor_at=NOON)
GROUND = {"withdraw": "public-interest", "annul": "deceit", "revoke": "penalty-on-licence", "close": "expired"}
TERMS = {
    "withdraw": EndingTerms(compensation="not-due"),
    "annul": EndingTerms(gravely_harms_public=False),
    "revoke": EndingTerms(penalty_decision="No. 7", hearing_offered=True),
    "close": EndingTerms(),
}
ROLES = ("signatory", "member", "end_user", "officer", "countersigner", "adviser", "appeal_officer", "customs", "inspector")


def opening(act: str) -> Open:
    until = UNTIL if act in ADVERSE else None
    return Open(
        on=DAY,
        by=OF,
        proceeding="proceeding/Z",
        licence="licence/CN-1",
        act=act,
        ground=GROUND[act],
        reason="why",
        terms=TERMS[act],
        answer_by=until,
    )  # type: ignore[arg-type]


def done(state: EndingFile | None, *commands: object, facts: EndingFacts = FACTS) -> EndingFile:
    for command in commands:
        records = decide(state, command, facts, RULES)  # type: ignore[arg-type]
        assert not isinstance(records, Refusal), [reason.explain() for reason in records.reasons]
        canonical(records[0].facts)
        state = fold(records, state)
    assert state is not None
    return state


def codes(state: EndingFile | None, command: object, facts: EndingFacts = FACTS) -> set[str]:
    refused = decide(state, command, facts, RULES)  # type: ignore[arg-type]
    assert isinstance(refused, Refusal)
    assert all(has(reason.code) and reason.explain("zh-Hans") for reason in refused.reasons)
    return set(refused.codes)


LATER = UNTIL + timedelta(days=1)


def proposed(act: str = "withdraw") -> EndingFile:
    return done(None, opening(act), Propose(on=LATER, by=OF))


@pytest.mark.parametrize("act", ACTS)
def test_each_act_is_opened_proposed_and_signed_by_another(act: str) -> None:
    """The five ends are different acts in law; one that cannot be reached is an act the office does not have."""
    state = proposed(act)
    state = done(state, Sign(on=LATER, by=CS, digest=state.digest, at=NOON))
    assert (state.state, state.signer, state.provision) == ("signed", "p-signer", RULES.ground(act, GROUND[act]))


def test_the_holder_is_heard_for_the_whole_last_day() -> None:
    """A proposal on the last day takes the holder's last word away."""
    state = done(None, opening("annul"))
    assert codes(state, Propose(on=UNTIL, by=OF)) == {"licence-notice-first"}
    assert done(state, Propose(on=LATER, by=OF)).state == "proposed"
    assert done(state, Answer(on=UNTIL, by=SG, text="we did not")).state == "answered"
    assert codes(state, Answer(on=LATER, by=SG, text="we did not")) == {"ending-answer-late"}
    assert done(state, Waive(on=DAY, by=SG), Propose(on=DAY, by=OF)).state == "proposed"


def test_an_answer_is_answered() -> None:
    """A hearing nobody replies to is theatre."""
    state = done(None, opening("annul"), Answer(on=DAY, by=SG, text="we did not"))
    assert codes(state, Propose(on=LATER, by=OF)) == {"ending-answer-weighed"}
    assert done(state, Propose(on=LATER, by=OF, response="the file shows it")).response


def test_nobody_signs_what_they_proposed_or_did_not_read() -> None:
    """One person with two accounts, or one stale page, would be enough to end somebody's licence."""
    state = proposed()
    same = replace(CS, person="p-officer")
    assert codes(state, Sign(on=LATER, by=same, digest=state.digest, at=NOON)) == {"signer-is-other"}
    assert codes(state, Sign(on=LATER, by=CS, digest="other", at=NOON)) == {"same-digest"}
    for minutes, fresh in ((4, True), (5, True), (6, False)):
        facts = replace(FACTS, factor_at=NOON - timedelta(minutes=minutes))
        ask = Sign(on=LATER, by=CS, digest=state.digest, at=NOON)
        assert isinstance(decide(state, ask, facts, RULES), Refusal) != fresh
    assert codes(state, Sign(on=LATER, by=CS, digest=state.digest, at=NOON), replace(FACTS, factor_at=None)) == {"fresh-login"}


@pytest.mark.parametrize(
    ("act", "change", "code"),
    [
        ("withdraw", {"terms": EndingTerms()}, "compensation-unstated"),
        ("annul", {"terms": EndingTerms()}, "public-harm-unjudged"),
        ("revoke", {"terms": EndingTerms(hearing_offered=True)}, "penalty-decision-unnamed"),
        ("revoke", {"terms": EndingTerms(penalty_decision="7")}, "licence-hearing-not-offered"),
        ("revoke", {"ground": "deceit"}, "licence-ground-unknown"),
        ("annul", {"reason": " "}, "ending-reason-stated"),
        ("annul", {"answer_by": UNTIL - timedelta(days=1)}, "ending-answer-time"),
        ("annul", {"answer_by": None}, "ending-answer-time"),
    ],
)
def test_each_act_says_what_its_law_asks(act: str, change: dict[str, object], code: str) -> None:
    """An annulment that is called a revocation, or a penalty without its decision, falls in court."""
    assert code in codes(None, replace(opening(act), **change))  # type: ignore[arg-type]


def test_one_proceeding_at_a_time_and_none_about_an_ended_licence() -> None:
    """Two at once would end one licence twice, under two reasons."""
    assert codes(None, opening("annul"), replace(FACTS, open_proceeding="proceeding/other")) == {"ending-goes-on-already"}
    assert codes(None, opening("annul"), replace(FACTS, ended=True)) == {"ending-licence-over"}
    assert done(None, opening("close"), facts=replace(FACTS, ended=True)).state == "open"


ASKED = {
    "open": opening("annul"),
    "answer": Answer(on=DAY, by=SG, text="t"),
    "waive": Waive(on=DAY, by=SG),
    "propose": Propose(on=LATER, by=OF, response="r"),
    "sign": Sign(on=LATER, by=CS, digest="", at=NOON),
    "send-back": SendBack(on=LATER, by=CS, comment="c"),
    "drop": Drop(on=LATER, by=OF, reason="r"),
}
MAY = {
    ("none", "open"): "officer",
    **{("noticed", act): "signatory" for act in ("answer", "waive")},
    **{(state, "propose"): "officer" for state in ("noticed", "answered", "waived", "open", "sent_back")},
    **{("proposed", act): "countersigner" for act in ("sign", "send-back")},
    **{(state, "drop"): "officer" for state in ("noticed", "answered", "waived", "open", "sent_back", "proposed")},
}


def states() -> dict[str, EndingFile | None]:
    noticed, ready = done(None, opening("annul")), proposed("annul")
    return {
        "none": None,
        "noticed": noticed,
        "answered": done(noticed, ASKED["answer"]),
        "waived": done(noticed, ASKED["waive"]),
        "open": done(None, opening("close")),
        "proposed": ready,
        "sent_back": done(ready, ASKED["send-back"]),
        "signed": done(ready, Sign(on=LATER, by=CS, digest=ready.digest, at=NOON)),
        "dropped": done(ready, ASKED["drop"]),
    }


def test_role_by_transition_by_own_and_other_company() -> None:
    """Every pair that is not in the table must be refused, or somebody ends a licence through a door nobody watches."""
    for name, state in states().items():
        for act, command in ASKED.items():
            said = replace(command, digest=state.digest) if act == "sign" and state is not None else command
            for role in ROLES:
                mine = replace(said, by=Actor(f"p-{role}-2", "beichen", role))
                records = decide(state, mine, FACTS, RULES)
                allowed = MAY.get((name, act)) == role
                assert isinstance(records, Refusal) != allowed, (name, act, role)
                if allowed and role == "signatory":
                    assert codes(state, replace(said, by=Actor("p", "okavi", role))) == {"holder-acts"}
