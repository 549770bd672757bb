"""Placing rows: every measured gram in exactly one period, and every unusable row told at once."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lodemark.accountancy import BadInput, Component, Flow, Inventory, assemble, covariance, muf, run, sitmuf
from lodemark.accountancy.model import BalanceData
from lodemark.wording import has
from tests.accountancy.examples import BOUNDARIES, component, components_a, example_a, flows_a, inventories_a, mg

EDGES = BOUNDARIES[:4]


def stock(kg: float = 0.0) -> list[Inventory]:
    return [Inventory(f"pit-{n}", "SITE", "Dy", at, "floor", mg(kg), "stock") for n, at in enumerate(EDGES)]


PARTS = [component("scale", "random", ".001"), Component("stock", "count", "random", exact=True, reason="empty")]


@settings(max_examples=60)
@given(st.lists(st.integers(-40 * 24 * 60, 130 * 24 * 60), min_size=1, max_size=40))
def test_every_stamp_counts_once_or_is_shown_as_outside(minutes: list[int]) -> None:
    """A batch in no period, or in two, is a loss or a gain that never was."""
    at = [EDGES[0] + timedelta(minutes=n) for n in minutes]
    flows = [Flow(f"f{n}", "SITE", "Dy", "receipt", mg(1), when, "scale") for n, when in enumerate(at)]
    data = assemble(flows, stock(), PARTS, EDGES)
    assert muf(data).sum() + len(data.outside) == pytest.approx(len(flows))
    for number, (start, end) in enumerate(pairwise(EDGES)):
        assert muf(data)[number] == pytest.approx(sum(start <= when < end for when in at))


def problems(**changes: object) -> set[str]:
    given_: dict[str, object] = {
        "flows": flows_a(),
        "inventories": inventories_a(),
        "components": components_a(),
        "boundaries": BOUNDARIES,
    }
    with pytest.raises(BadInput) as caught:
        assemble(**{**given_, **changes})  # type: ignore[arg-type]
    assert all(has(problem.code) and problem.explain("zh-Hans") for problem in caught.value.problems)
    assert len(caught.value.explain("en").splitlines()) == 1 + len(caught.value.problems)
    return {problem.code for problem in caught.value.problems}


def test_each_unusable_row_has_its_reason() -> None:
    """A run that quietly shortens the series hides the month in which it happened."""
    first = flows_a()[0]
    assert problems(flows=[replace(first, element_mg=-1)]) == {"balance-mass-negative"}
    assert problems(flows=[replace(first, element="Dyx")]) == {"balance-element-unknown"}
    assert problems(flows=[replace(first, kind="loss")]) == {"balance-kind-unknown"}
    assert problems(flows=[replace(first, kind="transfer")]) == {"balance-transfer-without-end"}
    assert problems(flows=[replace(first, n_items=0)]) == {"balance-items-below-one"}
    assert problems(flows=[replace(first, stream="new scale")]) == {"balance-stream-without-error"}
    assert problems(inventories=inventories_a()[:-1]) == {"balance-inventory-missing"}
    assert problems(inventories=[]) == {"balance-no-inventory"}
    assert problems(inventories=[], flows=[]) == {"balance-no-inventory"}
    off = [replace(item, taken_at=item.taken_at + timedelta(hours=5)) for item in inventories_a()]
    assert problems(inventories=off) == {"balance-inventory-off-boundary"}
    assert problems(boundaries=BOUNDARIES[:1]) == {"balance-boundaries"}
    assert problems(boundaries=BOUNDARIES[::-1]) == {"balance-boundaries"}


def test_each_unusable_component_has_its_reason() -> None:
    """A missing uncertainty read as zero would make every balance alarm."""
    rest = components_a()[1:]
    one = components_a()[0]
    assert problems(components=[replace(one, u_rel=None), *rest]) == {"balance-u-missing"}
    assert problems(components=[replace(one, u_rel=Decimal(0)), *rest]) == {"balance-u-not-positive"}
    assert problems(components=[replace(one, u_rel=Decimal("1e300")), *rest]) == {"balance-u-beyond"}
    assert problems(components=[replace(one, u_rel=None, exact=True), *rest]) == {"balance-exact-without-reason"}
    late = replace(one, valid_from=BOUNDARIES[1])
    assert problems(components=[late, *rest]) == {"balance-calibration-gap"}
    assert problems(components=[one, late, *rest]) == {"balance-calibration-overlap"}
    crossing = component("waste", "extra", ".01", "W1", valid_from=BOUNDARIES[1])
    assert problems(components=[one, *rest, crossing]) >= {"balance-group-intervals-cross"}


def test_all_problems_are_told_at_once() -> None:
    """A plant that learns one mistake a day gives up in a week."""
    bad = [replace(flows_a()[0], element_mg=-1), replace(flows_a()[1], element="Xx")]
    assert problems(flows=bad, boundaries=BOUNDARIES[::-1]) == {
        "balance-mass-negative",
        "balance-element-unknown",
        "balance-boundaries",
    }


def test_a_missing_inventory_inside_merges_periods_and_says_so() -> None:
    """Two months on one stock-taking are one period: shown, not guessed."""
    inner = [item for item in inventories_a() if item.pit_id != "pit-2"]
    data = assemble(flows_a(), inner, components_a(), BOUNDARIES)
    assert muf(data) == pytest.approx([0.8, 0.7, 1.5])
    assert len(data.merged) == 1 and "2026-03-01" in data.merged[0]
    warned = {warning.code for warning in run(data, "Dy", "SITE", goal_mg=mg(20)).warnings}
    assert "balance-periods-merged" in warned


def test_a_stated_tolerance_admits_a_late_stock_taking() -> None:
    """The count began at eight in the morning; that is the boundary the plant can have."""
    off = [replace(item, taken_at=item.taken_at + timedelta(hours=8)) for item in inventories_a()]
    data = assemble(flows_a(), off, components_a(), BOUNDARIES, tolerance=timedelta(hours=12))
    assert muf(data) == pytest.approx(muf(example_a()))


def test_equal_balances_stay_two_balances() -> None:
    """Two months with the same MUF are two months."""
    flows = [Flow(f"f{n}", "SITE", "Dy", "receipt", mg(5), at, "scale") for n, at in enumerate(EDGES[:3])]
    assert muf(assemble(flows, stock(), PARTS, EDGES)) == pytest.approx([5, 5, 5])


def split_first(data_flows: list[Flow]) -> list[Flow]:
    first, *rest = data_flows
    half = first.element_mg // 2
    return [
        replace(first, flow_id="half-1", element_mg=half),
        replace(first, flow_id="half-2", element_mg=first.element_mg - half),
        *rest,
    ]


def test_splitting_a_batch_leaves_the_systematic_part_and_halves_the_random_one() -> None:
    """A loss hidden by weighing in smaller pieces would be a way to hide a loss."""
    whole = example_a()
    parts = assemble(split_first(flows_a()), inventories_a(), components_a(), BOUNDARIES)

    def shared(data: BalanceData) -> np.ndarray:
        loading = (data.G @ data.A.T).toarray()
        return np.asarray(loading.T @ loading)

    assert shared(parts) == pytest.approx(shared(whole), abs=1e-12)
    assert covariance(whole)[0, 0] - covariance(parts)[0, 0] == pytest.approx((120 * 0.004) ** 2 / 2)


def test_n_items_average_out_like_rows() -> None:
    """Six drums weighed one by one are known better than one tank."""
    one = flows_a()[0]
    six = assemble([replace(one, n_items=6), *flows_a()[1:]], inventories_a(), components_a(), BOUNDARIES)
    assert covariance(example_a())[0, 0] - covariance(six)[0, 0] == pytest.approx((120 * 0.004) ** 2 * 5 / 6)


def test_absolute_uncertainties_add_over_items() -> None:
    """A scale's resolution counts once per weighing: sqrt(n) at random, n times when the zero is off."""
    flow = Flow("f", "SITE", "Dy", "receipt", mg(100), EDGES[0], "scale", n_items=4)
    empty = PARTS[1]
    random = Component("scale", "resolution", "random", u_abs_mg=mg(0.1), source="certificate")
    shared = Component("scale", "zero", "systematic", u_abs_mg=mg(0.1), group="zero", source="certificate")
    assert covariance(assemble([flow], stock(), [random, empty], EDGES))[0, 0] == pytest.approx(4 * 0.01)
    assert covariance(assemble([flow], stock(), [shared, empty], EDGES))[0, 0] == pytest.approx(16 * 0.01)


def test_later_periods_never_change_earlier_ones() -> None:
    """An inspector who reads June again in December must read the same number."""
    data = example_a()
    values, sigma = muf(data), covariance(data)
    for length in (1, 2, 3):
        assert sitmuf(values[:length], sigma[:length, :length]) == pytest.approx(sitmuf(values, sigma)[:length], abs=1e-12)


def test_the_same_rows_have_the_same_digest() -> None:
    """Years later the digest says whether the question was the same."""
    assert example_a().digest == example_a().digest
    changed = [replace(flows_a()[0], element_mg=1), *flows_a()[1:]]
    assert assemble(changed, inventories_a(), components_a(), BOUNDARIES).digest != example_a().digest
