"""If these fail, a party would stand lower for keeping its word, or for anything but its own record."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lodemark.parties.standing import TIERS, Standing, at_least
from lodemark.rules import load
from lodemark.trust import Obligation, TrustRules, standing
from lodemark.trust.trouble import KindUnknown

ON = date(2026, 6, 1)
HOUSE = TrustRules.of(load("cn-ann18"), ON)
KINDS = sorted(HOUSE.kinds)


def kept(number: int, kind: str = "use-report", days: int = 30, outcome: str = "kept") -> list[Obligation]:
    """So many items of one kind, the last due yesterday, one every ``days``."""
    return [Obligation(f"{kind}-{n}", kind, ON - timedelta(days=1 + n * days), outcome) for n in range(number)]  # type: ignore[arg-type]


def of(*items: list[Obligation]) -> Standing:
    return standing("party/p2", [one for some in items for one in some], ON, HOUSE)


def test_a_newcomer_is_unproven_with_the_widest_bound() -> None:
    """Little known must never read as bad: the bound is that of the prior alone."""
    shown = of()
    assert (shown.tier, shown.lower) == ("unproven", D("0.0500"))
    assert shown.moved_by == () and shown.per_kind == {}


def test_the_bound_is_the_beta_quantile() -> None:
    """One item kept today over a uniform prior is Beta(2, 1): the 5 % quantile is the square root of 0.05."""
    shown = standing("p", [Obligation("a", "use-report", ON, "kept")], ON, HOUSE)
    assert shown.lower == D("0.2236")
    assert shown.per_kind["use-report"].kept == D("1.0000")


def test_forgetting_halves_at_the_half_life() -> None:
    """A miss of long ago must not follow a party for ever, nor a merit."""
    year = timedelta(days=365)
    shown = standing("p", [Obligation("a", "use-report", ON - year, "missed")], ON, HOUSE)
    assert shown.per_kind["use-report"].missed == D("0.5000")


@pytest.mark.parametrize(
    ("tier", "items"),
    [
        ("unproven", kept(4)),
        ("known", kept(8)),
        ("reliable", kept(40, days=7)),
        ("reliable", kept(100, "use-report", days=3)),  # reports alone never make a party transparent
        ("transparent", kept(40, "epcis-feed", days=7) + kept(20, "balance", days=30) + kept(12, "use-report")),
    ],
)
def test_the_tiers_follow_the_thresholds(tier: str, items: list[Obligation]) -> None:
    """Published thresholds that the code does not keep are favours."""
    assert of(items).tier == tier


def test_hysteresis_keeps_a_tier_over_a_small_dip() -> None:
    """One late report at the edge must not throw a party to and fro each month."""
    edge = kept(9)
    assert of(edge).tier == "known"
    dipped = of(edge, [Obligation("late", "use-report", ON, "missed")])
    assert HOUSE.tiers[0].stay <= dipped.lower < HOUSE.tiers[0].enter
    assert dipped.tier == "known"


def test_a_broken_kind_bars_every_tier() -> None:
    """Prompt reports must not buy off drawdowns beyond the grant."""
    shown = of(kept(60, days=7), kept(8, "drawdown", outcome="missed"))
    assert shown.per_kind["drawdown"].upper < HOUSE.floor
    assert shown.tier == "unproven"


def test_what_moved_it_is_each_item_with_its_effect() -> None:
    """A party that cannot see which item cost it what cannot contest it."""
    shown = of(kept(8), kept(1, "answer", outcome="missed"))
    assert shown.moved_by[0].obligation == "answer-0" and shown.moved_by[0].effect < 0
    assert len(shown.moved_by) == 9 and all(move.effect > 0 for move in shown.moved_by[1:])


def test_what_would_raise_it_is_computed_and_true() -> None:
    """Advice that does not lead where it says is worse than none."""
    shown = of(kept(4))
    raised = next(one for one in shown.would_raise if one.kind == "use-report")
    more = [Obligation(f"new-{n}", "use-report", ON, "kept") for n in range(raised.count)]
    assert of(kept(4), more).tier == raised.tier == "known"
    assert of(kept(4), more[:-1]).tier == "unproven"


def test_by_when_counts_what_is_already_due() -> None:
    """A party plans by dates, not by quantiles."""
    ahead = [Obligation(f"due-{n}", "use-report", ON + timedelta(days=30 * n), "open") for n in range(1, 9)]
    shown = of(kept(4), ahead)
    by = shown.would_raise[0].by
    assert by is not None
    hoped = [replace(one, outcome="kept") if one.due_on <= by else one for one in ahead]
    assert standing("p", kept(4) + hoped, by, HOUSE).tier == "known"
    assert of(kept(4)).would_raise[0].by is None


def test_open_excused_and_future_items_do_not_count() -> None:
    """What is not yet due, or was excused by two persons, says nothing about keeping."""
    items = [
        Obligation("open", "use-report", ON - timedelta(days=5), "open"),
        Obligation("excused", "use-report", ON - timedelta(days=5), "excused"),
        Obligation("later", "use-report", ON + timedelta(days=1), "missed"),
    ]
    assert of(items).lower == of().lower


def test_late_counts_between_kept_and_missed() -> None:
    """A report on the day after is neither as good as kept nor as bad as missed."""
    lower = [of(kept(6), [Obligation("x", "use-report", ON, outcome)]).lower for outcome in ("missed", "late", "kept")]  # type: ignore[arg-type]
    assert lower == sorted(set(lower))


def test_an_unknown_kind_is_refused_with_the_cure() -> None:
    """Counting an unknown kind as nothing would hide it."""
    with pytest.raises(KindUnknown) as caught:
        of([Obligation("a", "loyalty", ON, "kept")])
    assert "loyalty" in caught.value.explain("en") and "loyalty" in caught.value.explain("zh-Hans")


def test_no_nationality_or_size_input_exists() -> None:
    """What cannot be handed in cannot become a reason."""
    assert {field.name for field in fields(Obligation)} == {"id", "kind", "due_on", "outcome", "seriousness", "evidence"}


ITEMS = st.lists(
    st.builds(
        lambda n, kind, days, outcome: Obligation(f"o-{n}", kind, ON - timedelta(days=days), outcome),
        st.integers(0, 10**9),
        st.sampled_from(KINDS),
        st.integers(0, 900),
        st.sampled_from(["kept", "kept", "kept", "late", "missed", "open", "excused"]),
    ),
    max_size=25,
    unique_by=lambda one: one.id,
)


@settings(max_examples=60, deadline=None)
@given(ITEMS, st.sampled_from(KINDS), st.integers(0, 900))
def test_one_more_kept_never_lowers(items: list[Obligation], kind: str, days: int) -> None:
    """If keeping a promise could cost standing, nobody could be told what to do."""
    more = [*items, Obligation("more", kind, ON - timedelta(days=days), "kept")]
    before, after = of(items), of(more)
    assert after.lower >= before.lower
    assert TIERS.index(after.tier) >= TIERS.index(before.tier)


@settings(max_examples=40, deadline=None)
@given(ITEMS, st.randoms(use_true_random=False))
def test_equal_evidence_equal_tier_in_any_order(items: list[Obligation], shuffle: object) -> None:
    """Small and large, early and late reporters: the same record, the same standing, whoever it is."""
    mixed = list(items)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = of(items), standing("party/someone-else", mixed, ON, HOUSE)
    assert replace(other, party=one.party, digest="") == replace(one, digest="")


@settings(max_examples=40, deadline=None)
@given(ITEMS)
def test_the_bounds_hold_each_other(items: list[Obligation]) -> None:
    """A lower bound above the upper one would be no bound at all."""
    shown = of(items)
    assert all(0 <= kind.lower <= kind.upper <= 1 for kind in shown.per_kind.values())


def test_tiers_are_ordered() -> None:
    """ "Reliable or better" is asked by the licence room and must mean one thing."""
    assert at_least("transparent", "reliable") and not at_least("known", "reliable")
