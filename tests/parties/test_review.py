"""Review memory: a judgement must hold exactly as long as the facts it was made on, and a hit is not set aside by one person."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lodemark.ledger import Actor, canonical
from lodemark.parties import Name, Party, build_index, policy, screen
from lodemark.parties.review import Countersign, Lapse, ReviewMatch, ReviewRules, Reviews, decide, fold, key_of, reviewed
from lodemark.trouble import Refusal
from lodemark.wording import has
from tests.parties.test_screen import DAY, ROWS, version

ANNA, BO = Actor("anna", "office", "officer"), Actor("bo", "office", "countersigner")
RULES = ReviewRules.of(policy())
WHO = Party("p", (Name("Qiming 315th Research Institute"),))


def screened(who: Party = WHO, rows: str = ROWS, on: date = DAY):
    return screen(who, build_index([version(rows, published=on)]), on=on)


def judge(decision: str = "different", who: Party = WHO, **more: object) -> ReviewMatch:
    (match,) = screened(who).matches
    asked = ReviewMatch(
        DAY, ANNA, match, key_of(who, match, screened(who).matcher), decision, "other register number", ("register extract",)
    )  # type: ignore[arg-type]
    return replace(asked, **more)  # type: ignore[arg-type]


def done(state: Reviews, command) -> Reviews:
    records = decide(state, command, None, RULES)
    assert not isinstance(records, Refusal), records
    for record in records:
        canonical(record.facts)
    return fold(records, state)


def codes(state: Reviews, command) -> tuple[str, ...]:
    refused = decide(state, command, None, RULES)
    assert isinstance(refused, Refusal) and all(has(code) for code in refused.codes)
    return refused.codes


def test_a_hit_is_set_aside_by_two_persons() -> None:
    """Until the second one agrees, the outcome stands; the first one is not the second."""
    once = done(Reviews(), judge())
    assert reviewed(screened(), WHO, once, DAY).outcome == "HIT"
    key = judge().key
    assert codes(once, Countersign(DAY, ANNA, key)) == ("review-same-person",)
    twice = done(once, Countersign(DAY, BO, key))
    assert reviewed(screened(), WHO, twice, DAY).outcome == "CLEAR"


def test_a_review_is_settled_by_one_person() -> None:
    """A look-alike that no rule calls a hit needs one person with evidence."""
    who = Party("q", (Name("NWD"),))
    state = done(Reviews(), judge(who=who))
    assert (screened(who).outcome, reviewed(screened(who), who, state, DAY).outcome) == ("REVIEW", "CLEAR")
    same = done(Reviews(), judge("same", who=who))
    assert reviewed(screened(who), who, same, DAY).outcome == "HIT"
    open_ = done(Reviews(), judge("undetermined", who=who, evidence=()))
    assert reviewed(screened(who), who, open_, DAY).outcome == "REVIEW"


def test_renumbered_lines_keep_their_reviews_and_changed_ones_lose_them() -> None:
    """Ids are attributes: a new number is the same line, a new name another one."""
    state = done(done(Reviews(), judge()), Countersign(DAY, BO, judge().key))
    renumbered = screened(rows=ROWS.replace("1,启明", "77,启明"))
    changed = screened(rows=ROWS.replace("启明第三一五研究所", "启明第三一五研究所;Qiming 315 Institute"))
    assert reviewed(renumbered, WHO, state, DAY).outcome == "CLEAR"
    assert reviewed(changed, WHO, state, DAY).outcome == "HIT"


def test_a_changed_party_loses_its_review_and_none_carries_over() -> None:
    """An edited party is another question; another party with the same name was never judged."""
    state = done(done(Reviews(), judge()), Countersign(DAY, BO, judge().key))
    for who in (replace(WHO, countries=("CN",)), replace(WHO, id="q")):
        assert reviewed(screened(who), who, state, DAY).outcome == "HIT"


@pytest.mark.parametrize(("days", "outcome"), [(0, "CLEAR"), (364, "CLEAR"), (365, "HIT")])
def test_a_judgement_expires(days: int, outcome: str) -> None:
    """365 days, the last of which it still holds."""
    state = done(done(Reviews(), judge()), Countersign(DAY, BO, judge().key))
    on = DAY + timedelta(days=days)
    assert reviewed(screened(on=on), WHO, state, on).outcome == outcome


def test_a_lapsed_judgement_is_back_in_the_queue() -> None:
    """Previously cleared; changed: the address. It lapses once."""
    state = done(done(Reviews(), judge()), Countersign(DAY, BO, judge().key))
    lapse = Lapse(DAY, Actor.system("rescreen", "house/screening"), judge().key, "address")
    after = done(state, lapse)
    assert reviewed(screened(), WHO, after, DAY).outcome == "HIT"
    assert codes(after, lapse) == ("review-nothing-to-lapse",)


def test_every_reason_against_a_judgement_at_once() -> None:
    """A score informs; a person judges, says why and on what."""
    bare = judge(by=Actor.system("matcher", "none"), reason=" ", evidence=())
    assert codes(Reviews(), bare) == ("review-needs-a-person", "review-without-reason", "review-without-evidence")
    assert codes(Reviews(), Countersign(DAY, BO, judge().key)) == ("review-nothing-to-countersign",)


def test_an_unusable_list_stays_unknown_whatever_was_judged() -> None:
    """A judgement about one line says nothing about a list that is not there."""
    state = done(done(Reviews(), judge()), Countersign(DAY, BO, judge().key))
    stale = screen(WHO, build_index([version(published=date(2025, 1, 1))]), on=DAY)
    assert reviewed(stale, WHO, state, DAY).outcome == "UNKNOWN"
