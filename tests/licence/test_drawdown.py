"""If this fails, grams leave twice, leave on a dead licence, or are lost to the holder who did not ship them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lodemark.licence import (
    AskedMass,
    Condition,
    DecidedLine,
    Facts,
    NoteRelease,
    Resume,
    Reverse,
    Suspend,
    Void,
    clock_went_back,
    decide,
    disagreements,
    reports_due,
    usable,
)
from lodemark.trouble import Refusal
from tests.licence.make import (
    CUSTOMS,
    FACTS,
    HOLDER,
    KG,
    LINE,
    OFFICER,
    RULES,
    TIMER,
    amounts,
    at,
    granted,
    masses,
    post,
    records,
    refused,
    reserve,
    run,
    when,
)


def test_a_part_shipment_returns_the_rest() -> None:
    licence = run(granted(), reserve(), post())
    assert licence.account(1, "gross").available == 301 * KG
    assert licence.account(1, "gross").posted == 199 * KG
    assert licence.account(1, "element:Dy").posted == 199 * KG * 26 // 1000
    assert licence.drawdowns["D-1"].state == "posted"


def test_element_masses_are_counted_per_model() -> None:
    """One controlled model in a mixed consignment is the everyday failure: an average would hide it."""
    mixed = (AskedMass("P1179", "LOT-7", 100 * KG), AskedMass("P1180", "LOT-8", 50 * KG))
    dy = 100 * KG * 26 // 1000 + 50 * KG * 36 // 10_000
    stated = {
        "gross": 150 * KG,
        "element:Dy": dy,
        "reo:Dy": amounts(100 * KG)["reo:Dy"] + amounts(50 * KG, model="P1180")["reo:Dy"],
    }
    licence = run(granted(), reserve(masses=mixed, amounts=stated))
    assert licence.account(1, "element:Dy").reserved == dy
    assert licence.drawdowns["D-1"].masses[0].element_mg == {"Dy": 2_600_000, "Nd": 29_000_000}


@pytest.mark.parametrize(("gross_mg", "fits"), [(500 * KG - 1, True), (500 * KG, True), (500 * KG + 1, False)])
def test_room_is_exact_to_the_milligram(gross_mg: int, fits: bool) -> None:
    line = replace(LINE, caps={"gross": 500 * KG})
    licence = granted(lines=(DecidedLine(line, "granted"),))
    answer = decide(licence, reserve(gross_mg=gross_mg, amounts={"gross": gross_mg}), FACTS, RULES)
    assert isinstance(answer, tuple) is fits
    if isinstance(answer, Refusal):
        told = answer.reasons[0].facts
        assert (told["line"], told["commodity"], told["asked"], told["left"]) == (1, "gross", gross_mg, 500 * KG)
        assert (told["asked_as"], told["left_as"]) == ("500.000001 kg", "500.000000 kg")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"by": CUSTOMS}, "holder-acts"),
        ({"by": replace(HOLDER, party="alder")}, "holder-acts"),
        ({"by": replace(HOLDER, role="end_user")}, "holder-acts"),
        ({"line": 2}, "licence-line-unknown"),
        ({"control_list_entry": "1C905.a.5"}, "licence-line-differs"),
        ({"end_user": "fjordline"}, "licence-line-differs"),
        ({"destination": "NO"}, "licence-line-differs"),
        ({"masses": masses(200 * KG, "P9999")}, "licence-line-differs"),
        ({"masses": masses(200 * KG, "P9999")}, "composition-unknown"),
        ({"amounts": {"gross": 200 * KG}}, "commodities-incomplete"),
        ({"amounts": {**amounts(200 * KG), "piece": 5}}, "commodity-unknown"),
        ({"amounts": {**amounts(200 * KG), "gross": 0}}, "amount-not-whole"),
        ({"amounts": {**amounts(200 * KG), "gross": -5}}, "amount-not-whole"),
        ({"amounts": {**amounts(200 * KG), "gross": 5.5}}, "amount-not-whole"),
        ({"amounts": {**amounts(200 * KG), "gross": True}}, "amount-not-whole"),
        ({"masses": ()}, "amount-not-whole"),
        ({"masses": masses(0)}, "amount-not-whole"),
        ({"amounts": {**amounts(200 * KG), "element:Dy": 1}}, "amount-differs"),
        ({"amounts": {**amounts(200 * KG), "element:Dy": 0}}, "amount-differs"),
        ({"gross_mg": 501 * KG}, "no-room"),
        ({"hold_until": at("2026-04-01")}, "hold-in-the-past"),
        ({"hold_until": at("2026-08-01")}, "hold-too-long"),
        ({"hold_until": at("2027-03-01")}, "hold-beyond-validity"),
    ],
)
def test_each_guard_of_reserve_refuses(changes: dict[str, object], code: str) -> None:
    assert code in refused(granted(), reserve(**changes))  # type: ignore[arg-type]


def test_the_exporter_hears_every_reason_at_once() -> None:
    wrong = reserve(by=CUSTOMS, end_user="fjordline", gross_mg=501 * KG, on=date(2027, 3, 1))
    assert refused(granted(), wrong) == {"holder-acts", "licence-line-differs", "no-room", "licence-expired"}


def test_a_drawdown_id_is_used_once() -> None:
    assert "drawdown-known" in refused(run(granted(), reserve()), reserve())


def test_a_zero_is_right_where_no_model_holds_the_element() -> None:
    """A line of magnets with and without dysprosium must be able to ship the ones without."""
    line = replace(LINE, composition={**LINE.composition, "P1180": {"Nd": LINE.composition["P1179"]["Nd"]}})
    asked = reserve(masses=masses(5 * KG, "P1180"), amounts={"gross": 5 * KG, "element:Dy": 0, "reo:Dy": 0})
    licence = run(granted(lines=(DecidedLine(line, "granted"),)), asked)
    assert licence.account(1, "gross").reserved == 5 * KG


def test_pure_metal_counts_more_oxide_than_it_weighs() -> None:
    """Quota counts oxide: 1 kg of dysprosium metal is 1.1477 kg of Dy2O3, and clamping would give quota away."""
    from fractions import Fraction

    line = replace(LINE, caps={"reo:Dy": 10 * KG}, composition={"P1179": {"Dy": Fraction(1)}})
    assert amounts(KG, line)["reo:Dy"] == 1_147_683  # (2 x 162.500 + 3 x 15.999) / (2 x 162.500)


# -- validity ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2026, 2, 28), "licence-not-yet-valid"),
        (date(2026, 3, 1), None),
        (date(2027, 2, 28), None),
        (date(2027, 3, 1), "licence-expired"),
    ],
)
def test_the_last_valid_day_is_valid_and_the_next_is_not(on: date, code: str | None) -> None:
    answer = usable(granted(), on, at("2026-03-02"))
    found = {reason.code for reason in answer} if isinstance(answer, tuple) else set()
    assert found == ({code} if code else set())


@pytest.mark.parametrize(
    ("zone", "last_hour_utc"),
    [
        ("Asia/Shanghai", "2027-02-28T15:59:59"),
        ("Europe/Amsterdam", "2027-02-28T22:59:59"),
        ("America/New_York", "2027-03-01T04:59:59"),
    ],
)
def test_midnight_is_midnight_where_the_rule_applies(zone: str, last_hour_utc: str) -> None:
    """Goods released in the last second of the last valid day were released in time, wherever the server stands."""
    from datetime import UTC, datetime

    rules = replace(RULES, zone=zone)
    last = datetime.fromisoformat(last_hour_utc).replace(tzinfo=UTC)
    licence = granted(rules=rules)
    held = reserve(day="2026-12-01", hold_until=last + timedelta(seconds=1), on=date(2027, 2, 1), at=at("2027-02-01"))
    licence = run(licence, held, rules=rules)
    late = {"on": date(2027, 3, 1), "at": at("2027-03-02")}
    assert run(licence, post(released_at=last, **late), rules=rules).drawdowns["D-1"].state == "posted"
    over = post(released_at=last + timedelta(seconds=1), **late)
    assert refused(licence, over, rules=rules) == {"licence-expired", "hold-over"}


# -- post ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"by": HOLDER}, "customs-acts"),
        ({"drawdown": "D-9"}, "drawdown-unknown"),
        ({"gross_mg": 200 * KG + 1}, "beyond-reservation"),
        ({"released_at": at("2026-04-30")}, "released-before-reservation"),
        ({"released_at": at("2026-05-09")}, "released-in-the-future"),
        ({"released_at": at("2026-06-01"), "at": at("2026-06-02")}, "hold-over"),
        ({"masses": (AskedMass("P9999", "L", KG),)}, "composition-unknown"),
        ({"amounts": {"gross": 199 * KG}}, "commodities-incomplete"),
    ],
)
def test_each_guard_of_post_refuses(changes: dict[str, object], code: str) -> None:
    assert code in refused(run(granted(), reserve()), post(**changes))  # type: ignore[arg-type]


def test_a_tolerance_lets_the_scales_at_the_port_decide_but_needs_room() -> None:
    scale = Condition("tolerance", {"gross": 2 * KG, "element:Dy": KG, "reo:Dy": KG}, "post", "house/drawdown")
    licence = run(granted(conditions=(scale,)), reserve(), post(gross_mg=201 * KG))
    assert licence.account(1, "gross").posted == 201 * KG
    full = run(granted(conditions=(scale,)), reserve(), reserve("D-2", 300 * KG))
    assert refused(full, post(gross_mg=201 * KG)) == {"no-room"}
    assert "beyond-reservation" in refused(full, post(gross_mg=202 * KG + 1))


def test_a_slip_shown_twice_names_both_gates() -> None:
    licence = run(granted(), reserve(), post())
    answer = decide(licence, post(presented="gate-2/D-1"), FACTS, RULES)
    assert isinstance(answer, Refusal)
    reason = answer.reasons[0]
    assert (reason.code, reason.facts["first"], reason.facts["second"]) == ("slip-presented-twice", "gate-1/D-1", "gate-2/D-1")


def test_goods_on_the_water_when_the_licence_is_suspended_are_judged_by_when_they_left() -> None:
    licence = run(granted(), reserve())
    stop = Suspend(**when("2026-05-10", OFFICER), ground="circumstances-changed", reason="end user moved")
    licence = run(licence, stop)
    assert licence.account(1, "gross").reserved == 200 * KG
    before = post(day="2026-05-12", released_at=at("2026-05-09"))
    posted = records(decide(licence, before, FACTS, RULES))[0]
    assert posted.facts["late"] is True
    assert refused(licence, post(day="2026-05-12", released_at=at("2026-05-11"))) == {"licence-suspended"}
    back = run(licence, Resume(**when("2026-05-20", OFFICER), reason="verified"))
    assert run(back, post(day="2026-05-21")).drawdowns["D-1"].state == "posted"


def test_the_instant_of_an_act_belongs_to_the_act() -> None:
    """Goods released in the very second of a suspension or voiding left under it, not before it."""
    moment, before = at("2026-05-10"), at("2026-05-10") - timedelta(seconds=1)
    stop = Suspend(**when("2026-05-10", OFFICER), ground="circumstances-changed", reason="end user moved")
    suspended = run(granted(), reserve(), stop)
    assert refused(suspended, post(day="2026-05-12", released_at=moment)) == {"licence-suspended"}
    assert run(suspended, post(day="2026-05-12", released_at=before)).drawdowns["D-1"].state == "posted"
    voided = run(granted(), reserve(), Void(**when("2026-05-10", HOLDER), drawdown="D-1"))
    assert refused(voided, post(day="2026-05-12", released_at=moment)) == {"drawdown-not-open"}
    assert run(voided, post(day="2026-05-12", released_at=before)).drawdowns["D-1"].state == "posted"


def test_a_release_outside_the_licence_is_kept_as_a_fact() -> None:
    """Facts are never refused: grams that left beyond the balance must not vanish from the books."""
    licence = run(granted(), reserve())
    over = post(gross_mg=210 * KG)
    note = NoteRelease(**when("2026-05-03", CUSTOMS), post=over, shipment="S-D-1", line=1)
    licence = run(licence, note)
    assert licence.outside[0].amounts["gross"] == 210 * KG
    assert licence.outside[0].reasons == ("beyond-reservation",)
    assert licence.account(1, "gross").reserved == 200 * KG
    assert refused(licence, replace(note, post=post())) == {"release-bookable"}
    assert refused(licence, replace(note, post=post(amounts={"gross": 1}))) == {"commodities-incomplete"}


# -- void and reverse -----------------------------------------------------------------------------------------------


def test_void_gives_everything_back_once() -> None:
    licence = run(granted(), reserve(), Void(**when("2026-05-03", HOLDER), drawdown="D-1"))
    assert licence.account(1, "gross").available == 500 * KG
    assert refused(licence, Void(**when("2026-05-03", HOLDER), drawdown="D-1")) == {"drawdown-not-open"}


def test_the_timer_voids_at_hold_until_and_not_before() -> None:
    licence, early = run(granted(), reserve()), Void(**when("2026-05-31", TIMER), drawdown="D-1")
    assert refused(licence, early) == {"hold-not-over"}
    assert run(licence, replace(early, at=at("2026-06-01"))).drawdowns["D-1"].state == "voided"


def test_a_message_that_comes_after_the_timer_still_books_what_left_in_time() -> None:
    licence = run(granted(), reserve(), Void(**when("2026-06-01", TIMER), drawdown="D-1"))
    licence = run(licence, post(day="2026-06-02", released_at=at("2026-05-30")))
    assert licence.account(1, "gross").posted == 199 * KG
    assert licence.account(1, "gross").available == 301 * KG


def test_void_is_not_for_others() -> None:
    stranger = replace(HOLDER, party="alder")
    assert refused(run(granted(), reserve()), Void(**when("2026-05-03", stranger), drawdown="D-1")) == {"holder-acts"}


def _reverse(**changes: object) -> Reverse:
    base = Reverse(
        **when("2026-05-04", CUSTOMS),
        drawdown="D-1",
        amounts=amounts(199 * KG),
        reason="wrong consignment",
        second=replace(CUSTOMS, person="c-2"),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_a_reversal_returns_what_was_posted_and_names_it() -> None:
    licence = run(granted(), reserve(), post())
    record = records(decide(licence, _reverse(), FACTS, RULES))[0]
    assert {transfer["corrects"] for transfer in record.facts["transfers"]} == {"D-1"}  # type: ignore[attr-defined]
    licence = run(licence, _reverse())
    assert licence.account(1, "gross").available == 500 * KG
    assert licence.exports == frozenset()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"by": HOLDER}, "customs-acts"),
        ({"reason": " "}, "licence-act-without-reason"),
        ({"amounts": {"gross": KG}}, "commodities-incomplete"),
        ({"amounts": {**amounts(199 * KG), "gross": 199 * KG + 1}}, "more-than-net"),
        ({"amounts": dict.fromkeys(amounts(KG), 0)}, "amount-not-whole"),
        ({"amounts": {**amounts(199 * KG), "gross": -1}}, "amount-not-whole"),
        ({"second": None}, "second-person-needed"),
        ({"second": CUSTOMS}, "second-person-needed"),
        ({"second": OFFICER}, "second-person-needed"),
        ({"drawdown": "D-2"}, "drawdown-not-posted"),
        ({"drawdown": "D-3"}, "drawdown-unknown"),
    ],
)
def test_each_guard_of_reverse_refuses(changes: dict[str, object], code: str) -> None:
    licence = run(granted(), reserve(), post(), reserve("D-2", 10 * KG))
    assert code in refused(licence, _reverse(**changes))


def test_a_small_reversal_needs_no_second_person() -> None:
    licence = run(granted(), reserve(), post(), _reverse(amounts=amounts(100 * KG), second=None))
    assert licence.drawdowns["D-1"].net["gross"] == 99 * KG


# -- kinds and exports -------------------------------------------------------------------------------------------------


def test_a_single_licence_ends_with_its_export_and_the_rest_lapses() -> None:
    licence = run(granted(kind="single"), reserve(), post())
    assert licence.ending is not None and licence.ending.ground == "export-completed"
    assert licence.account(1, "gross").lapsed == 301 * KG
    assert "licence-ended" in refused(licence, reserve("D-2", KG))


def test_a_single_licence_waits_for_the_second_line_of_its_shipment() -> None:
    lines = (DecidedLine(LINE, "granted"), DecidedLine(replace(LINE, no=2), "granted"))
    licence = run(granted(kind="single", lines=lines), reserve(), reserve("D-2", line=2, shipment="S-D-1"))
    assert "exports-used-up" in refused(licence, reserve("D-3", KG))
    licence = run(licence, post())
    assert licence.state == "active"
    assert run(licence, post("D-2")).state == "ended"


def test_an_export_that_never_happened_gives_the_single_licence_back() -> None:
    """A slip of the keyboard at customs must not cost the holder the licence."""
    licence = run(granted(kind="single"), reserve(), post(), _reverse())
    assert licence.state == "active"
    assert licence.account(1, "gross").available == 500 * KG


def test_an_export_of_two_lines_taken_back_line_by_line_gives_everything_back() -> None:
    lines = (DecidedLine(LINE, "granted"), DecidedLine(replace(LINE, no=2), "granted"))
    licence = granted(kind="single", lines=lines)
    licence = run(licence, reserve(), reserve("D-2", line=2, shipment="S-D-1"), post(), post("D-2"))
    assert licence.state == "ended"
    licence = run(licence, _reverse())
    assert licence.state == "ended"
    licence = run(licence, _reverse(drawdown="D-2"))
    assert licence.state == "active"
    assert [licence.account(no, "gross").available for no in (1, 2)] == [500 * KG, 500 * KG]


def test_the_exports_of_a_general_licence_are_counted_by_shipment() -> None:
    licence = run(granted(max_exports=1), reserve(), post())
    assert licence.state == "active"
    answer = usable(licence, date(2026, 5, 3), at("2026-05-03"))
    assert isinstance(answer, tuple) and [reason.code for reason in answer] == ["licence-exhausted"]
    assert "exports-used-up" in refused(licence, reserve("D-2", KG))


# -- conditions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "unknown", "bad", "good"),
    [
        (Condition("route", {"through": ["NL", "CH"]}, "reserve", "c"), Facts(), Facts(route=("AE",)), Facts(route=("NL",))),
        (
            Condition("customs-office", {"offices": ["CNSHA"]}, "reserve", "c"),
            Facts(),
            Facts(customs_office="CNNGB"),
            Facts(customs_office="CNSHA"),
        ),
        (Condition("codes-on-packages", {}, "reserve", "c"), Facts(), Facts(packages_coded=False), Facts(packages_coded=True)),
        (
            Condition("assay-per-lot", {}, "reserve", "c"),
            Facts(),
            Facts(assayed_lots=frozenset()),
            Facts(assayed_lots=frozenset({"LOT-7"})),
        ),
        (
            Condition("judged-by", {"judge": "o-1"}, "manual", "c"),
            Facts(),
            Facts(judged={"o-1": False}),
            Facts(judged={"o-1": True}),
        ),
    ],
)
def test_a_condition_is_met_not_met_or_not_known(condition: Condition, unknown: Facts, bad: Facts, good: Facts) -> None:
    licence = granted(conditions=(condition,))
    assert refused(licence, reserve(), facts=unknown) == {"licence-condition-not-known"}
    assert refused(licence, reserve(), facts=bad) == {"licence-condition-not-met"}
    assert run(licence, reserve(), facts=good)


def test_splitting_a_shipment_does_not_evade_its_limit() -> None:
    most = Condition("max-per-shipment", {"gross": 100 * KG}, "reserve", "case/1")
    licence = run(granted(conditions=(most,)), reserve(gross_mg=60 * KG))
    again = reserve("D-2", 41 * KG, shipment="S-D-1")
    assert refused(licence, again) == {"licence-condition-not-met"}
    assert run(licence, replace(again, shipment="S-2"))


def test_a_clock_that_goes_back_is_reported_and_changes_nothing() -> None:
    """Order follows the ledger: an early date on a command must not reach behind the act that ended the licence."""
    licence = run(granted(kind="single"), reserve(), post())
    disagreement = clock_went_back(licence, at("2026-04-01"))
    assert disagreement is not None and disagreement.explain("en")
    assert "licence-ended" in refused(licence, reserve("D-2", KG, day="2026-04-01"))
    assert clock_went_back(licence, at("2026-05-02")) is None


def test_a_release_outside_the_licence_becomes_a_question() -> None:
    note = NoteRelease(**when("2026-05-03", CUSTOMS), post=post(gross_mg=210 * KG), shipment="S-D-1", line=1)
    (question,) = disagreements(run(granted(), reserve(), note))
    assert question.code == "release-outside-licence" and "S-D-1" in question.explain("en")
    assert "S-D-1" in question.explain("zh-Hans")


def test_reports_fall_due_from_the_day_the_goods_left_in_the_zone_of_the_rule() -> None:
    """23:30 in Beijing and 00:30 the next day are two legal days although both are one day in UTC."""
    arrival = Condition("report-arrival", {"days": 30}, "report", "cn/duir-2024/18-1")
    licence = run(granted(conditions=(arrival,)), reserve(), reserve("D-2", KG))
    licence = run(
        licence,
        post(day="2026-05-10", released_at=at("2026-05-09", 15)),
        post("D-2", KG, "2026-05-10", released_at=at("2026-05-09", 16)),
    )
    assert [(due.shipment, due.due_on) for due in reports_due(licence)] == [
        ("S-D-1", date(2026, 6, 8)),
        ("S-D-2", date(2026, 6, 9)),
    ]
