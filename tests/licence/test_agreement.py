"""If this fails, quota is given without the promise being kept, or taken away without a warning."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lodemark.ledger import Actor
from lodemark.licence import Proceeding
from lodemark.licence import decide as decide_licence
from lodemark.licence import fold as fold_licence
from lodemark.licence.agreement import (
    CHECKS,
    AcceptProducts,
    Agreement,
    AgreementTerms,
    AskBatch,
    BatchFacts,
    BatchTerms,
    CommitSeed,
    Duty,
    End,
    Excuse,
    GiveNotice,
    Issued,
    NoteEvidence,
    OpenDuty,
    Pause,
    Period,
    Propose,
    Quota,
    Referred,
    Remind,
    Resume,
    ReturnBatch,
    RevealSeed,
    RollPeriod,
    Screening,
    Sign,
    Warn,
    commitment,
    decide,
    decide_batch,
    fold,
    next_due,
    sampled,
    split_quota,
    state_of,
)
from lodemark.licence.commands import Command
from lodemark.trouble import Refusal
from lodemark.wording import has
from tests.licence.make import (
    FACTS,
    HOLDER,
    KG,
    LINE,
    OFFICER,
    OTHER,
    RULES,
    TIMER,
    amounts,
    balanced,
    masses,
    records,
    reserve,
    when,
)

SEED = bytes(range(32))
COUNTER = Actor("o-2", "office", "countersigner")
BUYER = Actor("p-9", "alder", "signatory")
TERMS = AgreementTerms(
    id="agreement/1",
    parties=("beichen", "alder"),
    holder="beichen",
    regime="cn",
    vehicle="framework contract 2026",
    control_list_entries=("1C905.a.4",),
    products="tree-1",
    end_users=("alder",),
    destinations=("CH",),
    periods=(Period(1, date(2026, 1, 1), date(2026, 7, 1)), Period(2, date(2026, 7, 1), date(2027, 1, 1))),
    quota=(Quota(1, "reo:Dy", 20 * KG), Quota(2, "reo:Dy", 20 * KG)),
    duties=(
        Duty("use-report", "monthly", days=10, grace_days=5),
        Duty("stock-taking", "quarterly", days=20, grace_days=10, effect="note"),
        Duty("arrival", "on-event", days=30, grace_days=7),
    ),
    tier="reliable",
    batch=BatchTerms("single", 180, ("gross", "element:Dy", "reo:Dy"), {"gross": 300 * KG}, most_open=2),
    sampling={"unproven": Fraction(1), "known": Fraction(1, 2), "reliable": Fraction(1, 10), "transparent": Fraction(1, 50)},
    criteria=("promises kept", "balance closes"),
    decision="case/7#12",
    notice_days=30,
)
LISTS = date(2026, 2, 10)
GOOD = BatchFacts(
    tier="reliable",
    standing_on=date(2026, 2, 1),
    standing_digest="sha-256:aa",
    products="tree-1",
    screenings={"beichen": Screening(LISTS, 0), "alder": Screening(LISTS, 0)},
    findings=(),
    seed=SEED,
)


def propose(**changes: Any) -> Propose:
    return Propose(**when("2025-12-01", OFFICER), terms=replace(TERMS, **changes))


def active(**changes: Any) -> Agreement:
    agreement = fold(records(decide(None, propose(**changes), None, RULES)))
    for by in (HOLDER, BUYER, COUNTER):
        agreement = go(agreement, Sign(**when("2025-12-10", by)))
    return go(agreement, CommitSeed(**when("2026-01-01", TIMER), period=1, commitment=commitment(SEED)))


def go(agreement: Agreement, *commands: Command) -> Agreement:
    for command in commands:
        agreement = fold(records(decide(agreement, command, None, RULES)), agreement)
        closes(agreement)
    return agreement


def no(agreement: Agreement, command: Command) -> set[str]:
    answer = decide(agreement, command, None, RULES)
    assert isinstance(answer, Refusal), answer
    return set(answer.codes)


def closes(agreement: Agreement) -> None:
    """quota = left + licences + lapsed, in every period."""
    for account in agreement.accounts.values():
        assert account.granted == account.available + account.posted + account.lapsed
        assert account.reserved == 0 and min(account.available, account.posted, account.lapsed) >= 0


def ask(gross_mg: int = 100 * KG, day: str = "2026-02-10", **changes: Any) -> AskBatch:
    base = AskBatch(
        **when(day, HOLDER),
        key="holder-key-1",
        licence="licence/b1",
        number="CN-2026-000001-X",
        line=replace(LINE, caps={}),
        masses=masses(gross_mg),
        key_elements={"item_type": "1C905.a.4", "destination": "CH", "end_user": "alder", "end_use": "robot joints"},
        check_digest="",
    )
    return replace(base, **changes)


def answers(answer: Issued | Referred) -> dict[str, str]:
    return {check.code: check.answer for check in answer.checks if check.answer != "met"}


# -- terms and signatures -----------------------------------------------------------------------------------------------


def test_the_agreement_is_active_with_the_last_signature_only() -> None:
    agreement = fold(records(decide(None, propose(), None, RULES)))
    assert no(agreement, Sign(**when("2025-12-10", replace(BUYER, party="fjordline")))) == {"agreement-signature"}
    assert no(agreement, Sign(**when("2025-12-10", OFFICER))) == {"agreement-signature"}
    agreement = go(agreement, Sign(**when("2025-12-10", HOLDER)), Sign(**when("2025-12-10", COUNTER)))
    assert agreement.state == "proposed"
    assert no(agreement, Sign(**when("2025-12-10", HOLDER))) == {"agreement-signature"}
    agreement = go(agreement, Sign(**when("2025-12-11", BUYER)))
    assert agreement.state == "active"
    assert agreement.account(1, "reo:Dy").available == 20 * KG


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"criteria": ("nationality",)}, "agreement-criteria"),
        ({"criteria": ("size", "promises kept")}, "agreement-criteria"),
        ({"criteria": ()}, "agreement-criteria"),
        ({"duties": (Duty("be-good", "monthly", 1, 1),)}, "agreement-duty-unknown"),
        ({"duties": (Duty("use-report", "yearly", 1, 1),)}, "agreement-duty-unknown"),
        ({"periods": (TERMS.periods[0], Period(2, date(2026, 8, 1), date(2027, 1, 1)))}, "agreement-periods"),
        ({"quota": ()}, "agreement-quota"),
        ({"quota": (Quota(3, "reo:Dy", 1),)}, "agreement-quota"),
        ({"quota": (Quota(1, "reo:Fe", 1),)}, "agreement-quota"),
        ({"tier": "royal"}, "agreement-tier"),
        ({"sampling": {"reliable": Fraction(2)}}, "agreement-tier"),
        ({"batch": replace(TERMS.batch, kind="registration")}, "agreement-batch-kind"),
    ],
)
def test_terms_that_cannot_be_kept_or_are_unfair_are_refused(changes: dict[str, Any], code: str) -> None:
    answer = decide(None, propose(**changes), None, RULES)
    assert isinstance(answer, Refusal) and code in answer.codes


# -- automatic issue -----------------------------------------------------------------------------------------------------


def test_a_batch_licence_comes_by_itself_and_draws_the_quota() -> None:
    agreement = active()
    answer = decide_batch(agreement, ask(), GOOD, RULES)
    assert isinstance(answer, Issued), answers(answer)
    agreement, licence = fold(answer.agreement, agreement), fold_licence(answer.licence)
    closes(agreement), balanced(licence)
    oxide = amounts(100 * KG)["reo:Dy"]
    assert agreement.account(1, "reo:Dy").posted == oxide == licence.account(1, "reo:Dy").granted
    assert licence.terms.decision == TERMS.decision and licence.terms.agreement == "agreement/1"
    assert {check.code for check in answer.checks} == set(CHECKS)
    drawn = decide_licence(licence, reserve(day="2026-03-03", gross_mg=100 * KG), FACTS, RULES)
    assert isinstance(drawn, tuple)


@pytest.mark.parametrize(
    ("facts", "code", "answer"),
    [
        ({"tier": None}, "batch-tier-reached", "not known"),
        ({"tier": "known"}, "batch-tier-reached", "not met"),
        ({"standing_on": None}, "batch-standing-fresh", "not known"),
        ({"standing_on": date(2026, 1, 9)}, "batch-standing-fresh", "not met"),
        ({"products": None}, "batch-products-unchanged", "not known"),
        ({"products": "tree-2"}, "batch-products-unchanged", "not met"),
        ({"screenings": {"beichen": Screening(LISTS, 0)}}, "batch-parties-screened", "not known"),
        (
            {"screenings": {"beichen": Screening(date(2026, 2, 9), 0), "alder": Screening(LISTS, 0)}},
            "batch-parties-screened",
            "not known",
        ),
        ({"screenings": {"beichen": Screening(LISTS, 0), "alder": Screening(LISTS, 1)}}, "batch-parties-screened", "not met"),
        ({"findings": None}, "batch-no-adverse-finding", "not known"),
        ({"findings": ("possible", "indicated")}, "batch-no-adverse-finding", "not met"),
        ({"seed": None}, "batch-sample-drawn", "not known"),
        ({"seed": b"\1" * 32}, "batch-sample-drawn", "not known"),
    ],
)
def test_each_fact_that_is_not_met_refers_the_ask(facts: dict[str, Any], code: str, answer: str) -> None:
    """A machine never refuses, and not known is never met."""
    found = decide_batch(active(), ask(), replace(GOOD, **facts), RULES)
    assert isinstance(found, Referred)
    assert answers(found)[code] == answer
    assert found.agreement[0].kind == "batch-referred"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"by": BUYER}, "batch-asked-by-holder"),
        ({"day": "2027-01-01"}, "batch-agreement-active"),
        ({"line": replace(LINE, caps={}, destination="NO")}, "batch-in-scope"),
        ({"line": replace(LINE, caps={}, end_user="fjordline")}, "batch-in-scope"),
        ({"line": replace(LINE, caps={}, ultimate_end_users=("fjordline",))}, "batch-in-scope"),
        ({"line": replace(LINE, caps={}, control_list_entry="1C905.b")}, "batch-in-scope"),
        ({"masses": masses(KG, "P9")}, "batch-in-scope"),
        ({"masses": masses(KG, "P9")}, "batch-countable"),
        ({"masses": ()}, "batch-countable"),
        ({"masses": masses(0)}, "batch-countable"),
        ({"gross_mg": 300 * KG + 1}, "batch-within-size"),
    ],
)
def test_each_ask_outside_the_terms_is_referred(changes: dict[str, Any], code: str) -> None:
    found = decide_batch(active(), ask(**changes), GOOD, RULES)
    assert isinstance(found, Referred)
    assert code in answers(found)


def test_a_licence_the_regime_does_not_allow_is_referred_too() -> None:
    """The rules may have changed since the agreement was signed; a person then looks at the ask."""
    without = replace(RULES, batch_kinds=("general",))
    assert answers(decide_batch(active(), ask(), GOOD, without)) == {"batch-kind-allowed": "not met"}
    keyless = decide_batch(active(), ask(key_elements={}), GOOD, RULES)
    assert answers(keyless) == {"batch-kind-allowed": "not met"}


def test_the_quota_is_exact_to_the_milligram() -> None:
    oxide = amounts(100 * KG)["reo:Dy"]
    for left, kind in ((oxide, Issued), (oxide - 1, Referred)):
        agreement = active(quota=(Quota(1, "reo:Dy", left),))
        assert isinstance(decide_batch(agreement, ask(), GOOD, RULES), kind)


def test_only_so_many_batches_stay_open() -> None:
    agreement = active()
    for place in range(2):
        answer = decide_batch(agreement, ask(KG, licence=f"licence/b{place}"), GOOD, RULES)
        agreement = fold(answer.agreement, agreement)
    assert answers(decide_batch(agreement, ask(KG, licence="licence/b9"), GOOD, RULES)) == {"batch-open-count": "not met"}
    agreement = go(agreement, ReturnBatch(**when("2026-04-01", TIMER), licence="licence/b0", unused={}))
    assert isinstance(decide_batch(agreement, ask(KG, licence="licence/b9"), GOOD, RULES), Issued)


def test_every_check_has_a_sentence() -> None:
    assert all(has(code) for code in (*CHECKS, "batch-kind-allowed"))


# -- sampling ---------------------------------------------------------------------------------------------------------------


def test_the_sample_can_be_recomputed_and_binds_the_office() -> None:
    agreement = active()
    hit = next(key for key in (f"k{n}" for n in range(200)) if sampled(SEED, key, Fraction(1, 10)))
    answer = decide_batch(agreement, ask(key=hit), GOOD, RULES)
    assert isinstance(answer, Issued) and fold(answer.agreement, agreement).batches["licence/b1"].sampled
    held = decide_batch(active(batch=replace(TERMS.batch, hold_sampled=True)), ask(key=hit), GOOD, RULES)
    assert answers(held) == {"batch-sample-drawn": "not met"}
    over = when("2026-07-01", TIMER)
    assert no(agreement, RevealSeed(**when("2026-06-30", TIMER), period=1, seed=SEED.hex())) == {"period-not-over"}
    assert no(agreement, RevealSeed(**over, period=1, seed=(b"\1" * 32).hex())) == {"seed-not-committed"}
    assert go(agreement, RevealSeed(**over, period=1, seed=SEED.hex())).seeds == {1: SEED.hex()}


def test_a_seed_is_committed_before_anything_is_drawn() -> None:
    again = CommitSeed(**when("2026-02-01", TIMER), period=1, commitment=commitment(b"\2" * 32))
    assert no(active(), again) == {"seed-committed-already"}


def test_the_rate_is_kept_and_its_ends_are_exact() -> None:
    keys = [f"key-{n}" for n in range(2000)]
    share = sum(sampled(SEED, key, Fraction(1, 10)) for key in keys) / len(keys)
    assert abs(share - 0.1) < 0.03  # four standard deviations
    assert all(sampled(SEED, key, Fraction(1)) for key in keys) and not any(sampled(SEED, key, Fraction(0)) for key in keys)


# -- duties -------------------------------------------------------------------------------------------------------------------


DUE = date(2026, 2, 11)  # the January report: the stretch ends on 1 February, ten days to report


@pytest.mark.parametrize(
    ("on", "state"),
    [(date(2026, 2, 10), "upcoming"), (DUE, "due"), (date(2026, 2, 16), "due"), (date(2026, 2, 17), "missed")],
)
def test_a_duty_is_missed_the_day_after_its_grace(on: date, state: str) -> None:
    agreement = active()
    instance = next(i for i in agreement.duties if i.code == "use-report" and i.due_on == DUE)
    assert state_of(instance, agreement.duty("use-report"), on) == state


@pytest.mark.parametrize(
    ("day", "state"), [("2026-02-11", "met"), ("2026-02-12", "met_late"), ("2026-02-16", "met_late"), ("2026-02-17", "cured")]
)
def test_evidence_is_judged_by_its_day(day: str, state: str) -> None:
    agreement = go(active(), NoteEvidence(**when(day, OFFICER), code="use-report", due_on=DUE, evidence="doc/1"))
    instance = next(i for i in agreement.duties if i.due_on == DUE and i.code == "use-report")
    assert state_of(instance, agreement.duty("use-report"), date(2026, 12, 1)) == state


REMIND = Remind(**when("2026-02-04", TIMER), code="use-report", due_on=DUE)
NOTICE = Warn(**when("2026-02-12", TIMER), code="use-report", due_on=DUE)
FINAL = Warn(**when("2026-02-15", TIMER), code="use-report", due_on=DUE)
STOP = Pause(**when("2026-02-17", TIMER), duty="use-report")


def test_missed_report_warnings_pause_cure() -> None:
    agreement = active()
    assert no(agreement, replace(STOP, on=date(2026, 2, 16))) == {"duty-not-missed"}
    assert no(agreement, STOP) == {"duty-not-reminded"}
    agreement = go(agreement, REMIND)
    assert no(agreement, STOP) == {"duty-not-warned-twice"}
    assert no(agreement, replace(NOTICE, on=DUE)) == {"duty-not-to-warn"}
    agreement = go(agreement, NOTICE)
    assert no(agreement, NOTICE) == {"duty-not-to-warn"}
    assert no(agreement, STOP) == {"duty-not-warned-twice"}
    agreement = go(agreement, FINAL, STOP)
    assert agreement.state == "paused"
    found = decide_batch(agreement, ask(day="2026-02-18"), replace(GOOD, standing_on=date(2026, 2, 10)), RULES)
    assert {"batch-agreement-active", "batch-duties-kept"} <= answers(found).keys()
    assert no(agreement, Resume(**when("2026-02-19", TIMER))) == {"duty-still-missed"}
    cure = NoteEvidence(**when("2026-02-20", OFFICER), code="use-report", due_on=DUE, evidence="doc/1")
    assert go(agreement, cure, Resume(**when("2026-02-20", TIMER))).state == "active"


def test_a_party_cannot_turn_the_offices_wheels() -> None:
    for command in (
        replace(REMIND, by=HOLDER),
        replace(NOTICE, by=HOLDER),
        OpenDuty(**when("2026-03-05", BUYER), code="arrival", subject="S-1", happened_on=date(2026, 3, 5)),
        RollPeriod(**when("2026-07-01", HOLDER), period=1),
        ReturnBatch(**when("2026-06-30", HOLDER), licence="licence/b1", unused={}),
        CommitSeed(**when("2026-07-01", HOLDER), period=2, commitment="00" * 32),
        RevealSeed(**when("2026-07-01", HOLDER), period=1, seed=SEED.hex()),
    ):
        assert no(active(), command) == {"licence-not-this-role"}


def test_a_late_reminder_does_not_count() -> None:
    assert no(active(), replace(REMIND, on=DUE)) == {"duty-not-upcoming"}


def test_a_duty_that_is_only_noted_never_pauses() -> None:
    stop = Pause(**when("2026-12-01", TIMER), duty="stock-taking")
    assert no(active(), stop) == {"duty-not-missed"}


def test_an_officer_pauses_and_resumes_by_a_named_provision() -> None:
    agreement = active()
    stop = Pause(**when("2026-02-01", OFFICER), provision="cn/duir-2024/18-4", reason="use under verification")
    assert no(agreement, replace(stop, reason="")) == {"agreement-reason-missing"}
    assert no(agreement, replace(stop, by=HOLDER)) == {"licence-not-this-role"}
    agreement = go(agreement, stop)
    assert no(agreement, Resume(**when("2026-02-05", TIMER))) == {"licence-not-this-role"}
    assert go(agreement, Resume(**when("2026-02-05", OFFICER), reason="verified")).state == "active"


def test_excusing_needs_a_reason_and_a_second_person() -> None:
    excuse = Excuse(**when("2026-02-20", OFFICER), code="use-report", due_on=DUE, reason="office closed", second=OTHER)
    assert no(active(), replace(excuse, reason="")) == {"agreement-reason-missing"}
    assert no(active(), replace(excuse, second=OFFICER)) == {"excuse-second-person"}
    agreement = go(active(), excuse)
    assert all(instance.due_on != DUE for instance, _ in next_due(agreement, date(2026, 3, 1)))


def test_a_shipment_opens_its_own_arrival_duty() -> None:
    opened = OpenDuty(**when("2026-03-05", TIMER), code="arrival", subject="S-1", happened_on=date(2026, 3, 5))
    agreement = go(active(), opened)
    assert no(agreement, opened) == {"duty-open-already"}
    due = next(i for i in agreement.duties if i.subject == "S-1")
    assert due.due_on == date(2026, 4, 4)
    assert no(agreement, replace(opened, code="use-report")) == {"agreement-duty-unknown"}


def test_monthly_stretches_from_the_31st_do_not_drift() -> None:
    """Counting from the last end would turn the 31st into the 28th for ever and shorten every later report."""
    periods = (Period(1, date(2026, 1, 31), date(2026, 7, 31)),)
    agreement = active(periods=periods, quota=(Quota(1, "reo:Dy", 1),), duties=(Duty("use-report", "monthly", 0, 0),))
    assert [i.due_on for i in agreement.duties] == [
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 31),
        date(2026, 6, 30),
        date(2026, 7, 31),
    ]


# -- periods, products, end -----------------------------------------------------------------------------------------------------


def _drawn(**changes: Any) -> tuple[Agreement, int]:
    agreement = active(**changes)
    answer = decide_batch(agreement, ask(), GOOD, RULES)
    return fold(answer.agreement, agreement), amounts(100 * KG)["reo:Dy"]


def test_unused_quota_returns_while_its_period_is_open_and_lapses_after() -> None:
    agreement, oxide = _drawn()
    back = ReturnBatch(**when("2026-06-30", TIMER), licence="licence/b1", unused={"reo:Dy": 1000})
    assert go(agreement, back).account(1, "reo:Dy").available == 20 * KG - oxide + 1000
    late = go(agreement, replace(back, on=date(2026, 7, 1)))
    assert (late.account(1, "reo:Dy").available, late.account(1, "reo:Dy").lapsed) == (20 * KG - oxide, 1000)
    assert no(agreement, replace(back, unused={"reo:Dy": oxide + 1})) == {"batch-returns-too-much"}
    assert no(go(agreement, back), back) == {"batch-not-open"}


@pytest.mark.parametrize("carry_over", [False, True])
def test_a_period_rolls_over(carry_over: bool) -> None:
    agreement, oxide = _drawn(carry_over=carry_over)
    roll = RollPeriod(**when("2026-07-01", TIMER), period=1)
    assert no(agreement, replace(roll, on=date(2026, 6, 30))) == {"period-not-over"}
    agreement = go(agreement, roll)
    assert agreement.account(1, "reo:Dy").lapsed == 20 * KG - oxide
    assert agreement.account(2, "reo:Dy").granted == 20 * KG + (20 * KG - oxide if carry_over else 0)
    assert no(agreement, roll) == {"period-not-over"}


def test_a_changed_product_tree_is_accepted_before_it_ships() -> None:
    agreement = go(active(), AcceptProducts(**when("2026-02-01", OFFICER), products="tree-2"))
    assert isinstance(decide_batch(agreement, ask(), replace(GOOD, products="tree-2"), RULES), Issued)
    assert answers(decide_batch(agreement, ask(), GOOD, RULES)) == {"batch-products-unchanged": "not met"}


def test_either_party_ends_after_notice_and_the_office_by_decision() -> None:
    agreement, _ = _drawn()
    end = End(**when("2026-05-01", BUYER), reason="contract over")
    assert no(agreement, end) == {"agreement-notice-first"}
    noticed = go(agreement, GiveNotice(**when("2026-04-01", BUYER), reason="contract over"))
    assert no(noticed, replace(end, on=date(2026, 4, 30))) == {"agreement-notice-first"}
    ended = go(noticed, end)
    assert ended.state == "ended" and ended.account(1, "reo:Dy").available == 0
    assert ended.batches["licence/b1"].open
    office = End(**when("2026-05-01", OFFICER), reason="grave breach", proceeding=Proceeding("N-2", "o-1", ("o-2",), True))
    assert go(agreement, office).state == "ended"
    assert no(agreement, replace(office, reason="")) == {"agreement-reason-missing"}


@given(
    st.lists(st.tuples(st.sampled_from(["ask", "ask", "return", "roll"]), st.integers(1, 90), st.integers(0, 3)), max_size=20),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_quota_closes_after_any_history(steps: list[tuple[str, int, int]], carry_over: bool) -> None:
    agreement, day = active(carry_over=carry_over, batch=replace(TERMS.batch, most_open=9), duties=()), date(2026, 1, 2)
    for place, (name, kilograms, which) in enumerate(steps):
        day += timedelta(days=kilograms % 30)
        if name == "ask":
            facts = replace(GOOD, standing_on=day, screenings={p: Screening(day, 0) for p in ("beichen", "alder")})
            asked = replace(ask(kilograms * KG, licence=f"licence/{place}"), on=day)
            agreement = fold(decide_batch(agreement, asked, facts, RULES).agreement, agreement)
        else:
            open_ones = [batch for batch in agreement.batches.values() if batch.open]
            command: Command = RollPeriod(**when("2026-07-01", TIMER), period=which % 3)
            if name == "return" and open_ones:
                batch = open_ones[which % len(open_ones)]
                unused = {c: a * which // 3 for c, a in batch.amounts.items()}
                command = ReturnBatch(**when("2026-07-01", TIMER), licence=batch.licence, unused=unused)
            answer = decide(agreement, replace(command, on=day), None, RULES)
            agreement = fold(answer, agreement) if isinstance(answer, tuple) else agreement
        closes(agreement)


def test_several_suppliers_share_a_quota_without_losing_a_milligram() -> None:
    parts = split_quota(10, {"a": 1, "b": 1, "c": 1})
    assert sum(parts.values()) == 10 and parts == {"a": 4, "b": 3, "c": 3}
