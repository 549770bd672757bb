"""If this fails, five acts that are different in law become one, or a licence dies without notice and signature."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from lodemark.licence import (
    Amend,
    Amended,
    Annul,
    Close,
    Command,
    ConfirmSuspension,
    DecidedLine,
    DropSuspension,
    Facts,
    Freeze,
    Licence,
    RefuseAmendment,
    Restore,
    Resume,
    Revoke,
    Suspend,
    Withdraw,
    decide,
    fold,
    usable,
)
from tests.licence.make import (
    CUSTOMS,
    FACTS,
    HOLDER,
    KG,
    LINE,
    OFFICER,
    OTHER,
    PROCEEDING,
    RULES,
    TIMER,
    at,
    balanced,
    codes,
    grant,
    granted,
    post,
    records,
    refused,
    reserve,
    run,
    when,
)

NOW = when("2026-06-01", OFFICER)
SUSPEND = Suspend(**NOW, ground="circumstances-changed", reason="end user moved")
CONFIRM = ConfirmSuspension(**{**NOW, "by": OTHER})
DROP = DropSuspension(**when("2026-06-03", TIMER))
RESUME = Resume(**when("2026-06-10", OFFICER), reason="verified")
FREEZE = Freeze(**NOW, ground="amendment-accepted", application="application/2")
REAPPLY = replace(FREEZE, ground="re-application")
NO_AMENDMENT = RefuseAmendment(**NOW, application="application/2", decision="case/2#4")
AMEND = Amend(**NOW, application="application/2", grant=grant(id="licence/2"))
WITHDRAW = Withdraw(**NOW, ground="law-changed", proceeding=PROCEEDING, compensation="due")
ANNUL = Annul(**NOW, ground="deceit", proceeding=PROCEEDING, gravely_harms_public=False)
REVOKE = Revoke(**NOW, ground="penalty-on-licence", proceeding=PROCEEDING, penalty_decision="penalty/1")
CLOSE = Close(**when("2027-03-01", TIMER), ground="expired")
RESTORE = Restore(**when("2026-07-01", OFFICER), appeal="appeal/1", proceeding=PROCEEDING)

STATES: dict[str, tuple[Command, ...]] = {
    "active": (),
    "suspended": (SUSPEND,),
    "frozen": (FREEZE,),
    "frozen by re-application": (REAPPLY,),
    "suspended and frozen": (SUSPEND, FREEZE),
    "ended": (WITHDRAW,),
}
OPEN = set(STATES) - {"ended"}
SUSPENDED = {"suspended", "suspended and frozen"}
FROZEN = {"frozen", "frozen by re-application", "suspended and frozen"}
ALLOWED: dict[str, tuple[Command, set[str]]] = {
    "suspend": (SUSPEND, OPEN - SUSPENDED),
    "confirm": (CONFIRM, SUSPENDED),
    "drop": (DROP, SUSPENDED),
    "resume": (RESUME, SUSPENDED | {"frozen by re-application"}),
    "freeze": (FREEZE, OPEN - FROZEN),
    "refuse amendment": (NO_AMENDMENT, FROZEN),
    "amend": (AMEND, FROZEN),
    "withdraw": (WITHDRAW, OPEN),
    "annul": (ANNUL, OPEN),
    "revoke": (REVOKE, OPEN),
    "close": (CLOSE, set(STATES)),
    "restore": (RESTORE, {"ended"}),
}


@pytest.mark.parametrize(("state", "name"), list(product(STATES, ALLOWED)))
def test_each_act_is_possible_exactly_in_its_states(state: str, name: str) -> None:
    """Every absent pair of state and command is refused; a table with a hole would let an officer act twice."""
    licence = run(granted(), reserve(), *STATES[state])
    command, states = ALLOWED[name]
    answer = decide(licence, command, FACTS, RULES)
    assert isinstance(answer, tuple | Amended) is (state in states), answer


def test_each_act_has_its_own_record_kind() -> None:
    kinds = {
        records(decide(granted(), command, FACTS, RULES))[0].kind
        for command in (SUSPEND, FREEZE, WITHDRAW, ANNUL, REVOKE, CLOSE)
    }
    assert len(kinds) == 6


@pytest.mark.parametrize("command", [WITHDRAW, ANNUL, REVOKE])
def test_what_is_left_lapses_and_what_is_posted_stays(command: Command) -> None:
    licence = run(granted(), reserve(), post(), reserve("D-2", 50 * KG), command)
    account = licence.account(1, "gross")
    assert (account.available, account.reserved, account.posted, account.lapsed) == (0, 0, 199 * KG, 301 * KG)
    assert licence.drawdowns["D-2"].state == "lapsed"
    assert "licence-ended" in refused(licence, reserve("D-3", KG))


def test_goods_that_left_before_the_end_are_booked_from_what_lapsed() -> None:
    licence = run(granted(), reserve(), WITHDRAW)
    licence = run(licence, post(day="2026-06-05", released_at=at("2026-05-30")))
    assert licence.account(1, "gross").posted == 199 * KG
    late = post("D-1", day="2026-06-05", released_at=at("2026-06-02"))
    assert "licence-ended" in refused(run(granted(), reserve(), WITHDRAW), late)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (replace(SUSPEND, ground="dislike"), "licence-ground-unknown"),
        (replace(SUSPEND, by=CUSTOMS), "licence-not-this-role"),
        (replace(SUSPEND, reason=""), "licence-act-without-reason"),
        (replace(WITHDRAW, by=HOLDER), "licence-not-this-role"),
        (replace(WITHDRAW, ground="deceit"), "licence-ground-unknown"),
        (replace(REVOKE, ground="deceit"), "licence-ground-unknown"),
        (replace(WITHDRAW, compensation=None), "compensation-unstated"),
        (replace(WITHDRAW, proceeding=replace(PROCEEDING, notice_over=False)), "licence-notice-first"),
        (replace(ANNUL, proceeding=replace(PROCEEDING, notice_over=False)), "licence-notice-first"),
        (replace(REVOKE, proceeding=replace(PROCEEDING, notice_over=False)), "licence-notice-first"),
        (replace(WITHDRAW, proceeding=replace(PROCEEDING, signed_by=("o-1",))), "licence-signer-is-proposer"),
        (replace(WITHDRAW, proceeding=replace(PROCEEDING, signed_by=())), "licence-signer-is-proposer"),
        (replace(ANNUL, gravely_harms_public=None), "public-harm-unjudged"),
        (replace(ANNUL, gravely_harms_public=True), "annulment-harms-public"),
        (replace(REVOKE, proceeding=replace(PROCEEDING, hearing_offered=False)), "licence-hearing-not-offered"),
        (replace(REVOKE, penalty_decision=""), "penalty-decision-unnamed"),
        (replace(CLOSE, on=date(2027, 2, 28)), "licence-ground-not-true"),
        (replace(CLOSE, ground="exhausted"), "licence-ground-not-true"),
        (replace(CLOSE, ground="holder-gone"), "licence-ground-not-true"),
        (replace(CLOSE, ground="replaced"), "licence-ground-not-true"),
        (replace(CLOSE, by=HOLDER), "licence-not-this-role"),
        (replace(FREEZE, by=HOLDER), "licence-not-this-role"),
    ],
)
def test_each_guard_of_an_act_refuses(command: Command, code: str) -> None:
    assert code in refused(granted(), command)


def test_only_a_general_licence_loses_general_eligibility() -> None:
    annul = replace(ANNUL, ground="general-eligibility-lost")
    assert refused(granted(kind="single"), annul) == {"licence-ground-of-other-kind"}
    assert run(granted(), annul).state == "ended"


def test_annulling_hands_the_posted_grams_to_finding() -> None:
    licence = run(granted(), reserve(), post())
    record = records(decide(licence, ANNUL, FACTS, RULES))[0]
    assert record.facts["referral"] == {
        "to": "finding",
        "posted": {
            "1/gross": 199 * KG,
            "1/element:Dy": licence.account(1, "element:Dy").posted,
            "1/reo:Dy": licence.account(1, "reo:Dy").posted,
        },
    }


def test_a_suspension_needs_a_second_person_in_time_or_falls() -> None:
    suspended = run(granted(), SUSPEND)
    assert refused(suspended, replace(CONFIRM, by=OFFICER)) == {"suspension-same-person"}
    assert refused(suspended, replace(DROP, on=date(2026, 6, 2))) == {"confirmation-still-open"}
    assert refused(suspended, replace(CONFIRM, on=date(2026, 6, 3))) == {"confirmed-too-late"}
    assert run(suspended, DROP).state == "active"
    confirmed = run(suspended, replace(CONFIRM, on=date(2026, 6, 2)))
    assert refused(confirmed, DROP) == {"no-suspension-to-confirm"}
    assert refused(granted(), SUSPEND, facts=Facts()) == {"confirm-day-unknown"}


def test_a_holder_decides_nothing_about_the_own_licence() -> None:
    for states, command in (
        ((FREEZE,), NO_AMENDMENT),
        ((FREEZE,), AMEND),
        ((SUSPEND,), DROP),
        ((SUSPEND,), RESUME),
        ((WITHDRAW,), RESTORE),
    ):
        assert "licence-not-this-role" in refused(run(granted(), *states), replace(command, by=HOLDER))


def test_deciding_an_amendment_does_not_lift_a_suspension() -> None:
    licence = run(granted(), SUSPEND, FREEZE, NO_AMENDMENT)
    assert licence.state == "suspended"
    assert run(licence, RESUME).state == "active"


def test_a_refused_re_application_leaves_the_paper_stopped_until_an_officer_resumes_it() -> None:
    licence = run(granted(), REAPPLY, NO_AMENDMENT)
    assert licence.state == "frozen"
    assert run(licence, RESUME).state == "active"
    assert run(granted(), FREEZE, NO_AMENDMENT).state == "active"


def _amended(licence: Licence, caps: dict[str, int], **changes: Any) -> Any:
    line = replace(LINE, caps=caps)
    new = grant(id="licence/2", lines=(DecidedLine(line, "granted"),), **changes)
    return decide(licence, replace(AMEND, grant=new), FACTS, RULES)


def test_a_granted_amendment_carries_over_what_is_left_and_nothing_more() -> None:
    old = run(granted(), reserve(), post(), reserve("D-2", 50 * KG), FREEZE)
    left = {
        "gross": 301 * KG,
        "element:Dy": 13 * KG - 199 * KG * 26 // 1000,
        "reo:Dy": 15 * KG - old.account(1, "reo:Dy").posted,
    }
    answer = _amended(old, left)
    assert isinstance(answer, Amended)
    closed, new = fold(answer.closing, old), fold(answer.granting)
    balanced(closed), balanced(new)
    assert closed.account(1, "gross").lapsed == new.account(1, "gross").available == 301 * KG
    assert closed.drawdowns["D-2"].state == "voided"
    assert new.terms.replaces == "licence/1"
    assert codes(_amended(old, {**left, "gross": 301 * KG + 1})) == {"more-than-carried-over"}


def test_a_changed_key_element_is_no_amendment() -> None:
    frozen = run(granted(), FREEZE)
    changed = {"item_type": "1C905.a.4", "destination": "NO", "end_user": "alder", "end_use": "robot joints"}
    assert codes(_amended(frozen, dict(LINE.caps), key_elements=changed)) == {"licence-key-element-changed"}
    assert isinstance(_amended(run(granted(), REAPPLY), dict(LINE.caps), key_elements=changed), Amended)


def test_an_appeal_gives_back_exactly_what_the_act_took() -> None:
    licence = run(granted(), reserve(), post(), reserve("D-2", 50 * KG), REVOKE, RESTORE)
    assert licence.account(1, "gross").available == 301 * KG
    assert licence.state == "active"
    assert refused(run(granted(), CLOSE), RESTORE) == {"nothing-to-restore"}


def test_closing_is_the_formality_after_any_other_end() -> None:
    licence = run(granted(), reserve(), WITHDRAW, CLOSE)
    assert licence.ending is not None and licence.ending.act == "withdrawn"
    assert run(licence, RESTORE).account(1, "gross").available == 500 * KG


def test_a_used_up_licence_is_exhausted_without_anybody_setting_it() -> None:
    line = replace(LINE, caps={"gross": 200 * KG})
    licence = granted(lines=(DecidedLine(line, "granted"),))
    licence = run(licence, reserve(amounts={"gross": 200 * KG}), post(gross_mg=200 * KG, amounts={"gross": 200 * KG}))
    answer = usable(licence, date(2026, 6, 1))
    assert isinstance(answer, tuple) and [reason.code for reason in answer] == ["licence-exhausted"]
    assert run(licence, replace(CLOSE, ground="exhausted")).state == "ended"


def test_each_act_that_is_no_drawdown_raises_the_gate() -> None:
    """The store rechecks the gate between gather and append: an act it does not raise would let a stale ask through."""
    licence = granted()
    assert licence.gate == 1
    assert run(licence, reserve(), post()).gate == 1
    assert run(licence, SUSPEND, RESUME).gate == 3
