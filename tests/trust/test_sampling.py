"""If these fail, a diversion would be found more rarely than promised, or the office could pick whom it visits."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from decimal import Decimal as D
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lodemark.trust import Item, Site, allocation, commitment, missed, sampling_plan
from lodemark.trust.trouble import PlanImpossible
from lodemark.wording import say

SEED = hashlib.sha256(b"published after the period").digest()
KG = 1_000_000
EQUAL = [Item(f"SHP-{n:03d}", KG) for n in range(100)]
NINE = D("0.9")


def test_equal_items_give_the_formula_of_the_iaea() -> None:
    """n = N (1 - beta^(1/d)): 100 items, ten to a significant quantity, 90 %: 20.57 expected."""
    plan = sampling_plan(EQUAL, 10 * KG, NINE, SEED)
    assert abs(plan.expected - D("20.567")) < D("0.001")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=8), st.lists(st.sampled_from(["1", "1.5", "3"]), min_size=8, max_size=8)
)
def test_any_way_to_split_a_significant_quantity_is_found_as_promised(masses: list[int], risks: list[str]) -> None:
    """Whoever diverts chooses the items; the promise must hold for the worst choice, whole and split."""
    items = [Item(f"i{n}", mass * KG, D(risk)) for n, (mass, risk) in enumerate(zip(masses, risks, strict=False))]
    plan = sampling_plan(items, 10 * KG, NINE, SEED)
    for size in range(1, len(items) + 1):
        for chosen in combinations(items, size):
            if sum(item.mass_mg for item in chosen) >= 10 * KG:
                assert missed(plan, [item.id for item in chosen]) <= 1 - NINE


def test_detection_rate_over_many_seeds() -> None:
    """The formula is worth what the draw does: over 500 seeds a split diversion is found at least nine times in ten."""
    taken = {item.id for item in EQUAL[:10]}
    found = sum(
        bool(taken & set(sampling_plan(EQUAL, 10 * KG, NINE, hashlib.sha256(bytes([n % 256, n // 256])).digest()).sample))
        for n in range(500)
    )
    # Binomial(500, 0.9): below 430 has a chance of less than one in five hundred.
    assert found >= 430


def test_the_draw_is_the_seeds_and_nobodys() -> None:
    """Order of arrival, or an item elsewhere in the list, must not change whether this one is drawn."""
    plan = sampling_plan(EQUAL, 10 * KG, NINE, SEED)
    mixed = list(EQUAL)
    random.Random(3).shuffle(mixed)
    assert sampling_plan(mixed, 10 * KG, NINE, SEED) == plan
    fewer = sampling_plan(EQUAL[:50], 10 * KG, NINE, SEED)
    assert set(fewer.sample) == {one for one in plan.sample if one < "SHP-050"}


def test_the_commitment_is_the_seeds_digest() -> None:
    """A seed chosen after seeing the shipments would be picking by another name."""
    plan = sampling_plan(EQUAL, 10 * KG, NINE, SEED)
    assert plan.commitment == commitment(SEED) == hashlib.sha256(SEED).hexdigest()
    assert sampling_plan(EQUAL, 10 * KG, NINE, SEED[::-1]).sample != plan.sample


def test_risk_raises_and_never_lowers() -> None:
    """Risk may add a visit; if it could take one away, calling an item harmless would hide it."""
    plain = sampling_plan(EQUAL, 10 * KG, NINE, SEED)
    risky = sampling_plan([replace(EQUAL[0], risk=D(2)), *EQUAL[1:]], 10 * KG, NINE, SEED)
    assert risky.probability_by_item["SHP-000"] > plain.probability_by_item["SHP-000"]
    assert set(plain.sample) <= set(risky.sample)


def test_an_item_above_the_significant_quantity_is_drawn_at_least_as_often_as_promised() -> None:
    """One full container is the simplest diversion."""
    plan = sampling_plan([Item("big", 10 * KG)], 10 * KG, NINE, SEED)
    assert plan.probability_by_item["big"] == NINE


@pytest.mark.parametrize(
    ("items", "significant", "probability", "seed", "what"),
    [
        (EQUAL, 10 * KG, D(1), SEED, "detection_probability"),
        (EQUAL, 10 * KG, D(0), SEED, "detection_probability"),
        (EQUAL, 0, NINE, SEED, "significant_mg"),
        (EQUAL, 10 * KG, NINE, b"short", "seed"),
        ([*EQUAL, EQUAL[0]], 10 * KG, NINE, SEED, "population"),
        ([Item("a", -1)], 10 * KG, NINE, SEED, "population"),
        ([Item("a", 1, D("0.5"))], 10 * KG, NINE, SEED, "population"),
    ],
)
def test_values_that_make_no_plan_are_refused_with_the_cure(
    items: list[Item], significant: int, probability: D, seed: bytes, what: str
) -> None:
    """A plan from wrong values would promise what it cannot keep."""
    with pytest.raises(PlanImpossible) as caught:
        sampling_plan(items, significant, probability, seed)
    assert caught.value.facts["what"] == what
    assert caught.value.explain("en") and caught.value.explain("zh-Hans")


def test_what_the_plan_cannot_show_is_said() -> None:
    """Ten grams from each of a thousand items passes every whole-item check; the reader must know."""
    plan = sampling_plan(EQUAL, 10 * KG, NINE, SEED)
    assert all(say(code, {}, lang) for code in plan.cannot_show for lang in ("en", "zh-Hans"))  # type: ignore[arg-type]


SITES = [Site("A", 100, D(2), D("0.9")), Site("B", 60, D(1), D("0.8")), Site("C", 10, D(1), D("0.9"))]


def test_the_allocation_levels_the_worst_sites() -> None:
    """Days spent where little could leave are days missing where much could."""
    plan = allocation(SITES, D("1.5"))
    unseen = {site.id: site.value_mg * (1 - plan.visit[site.id] * site.detection) for site in SITES}
    assert plan.days <= D("1.5")
    assert abs(unseen["A"] - unseen["B"]) < D("0.01") and plan.visit["C"] == 0
    # The level t solves 2 (1 - t/100) / 0.9 + (1 - t/60) / 0.8 = 1.5: t = 45.8, rounded up.
    assert plan.worst_mg == 46


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 5), st.integers(1, 10)), min_size=1, max_size=6),
    st.integers(0, 20),
    st.randoms(use_true_random=False),
)
def test_no_other_way_to_spend_the_days_is_better(rows: list[tuple[int, int, int]], days: int, chance: random.Random) -> None:
    """A leader's optimum that chance can beat is none."""
    sites = [Site(str(n), value, D(cost), D(found) / 10) for n, (value, cost, found) in enumerate(rows)]
    best = allocation(sites, D(days))
    for _ in range(20):
        visit = {site.id: D(chance.randint(0, 100)) / 100 for site in sites}
        if sum(visit[site.id] * site.days for site in sites) <= days:
            worst = max(site.value_mg * (1 - visit[site.id] * site.detection) for site in sites)
            assert worst >= best.worst_mg - 1


def test_an_allocation_needs_sites_and_sense() -> None:
    """A visit that finds nothing, or costs nothing, would be planned for ever."""
    for wrong in ([], [replace(SITES[0], detection=D(0))], [replace(SITES[0], days=D(0))]):
        with pytest.raises(PlanImpossible):
            allocation(wrong, D(1))
