"""The drawn balance: classes, warnings, and the rate at which honest plants are asked."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lodemark.accountancy import (
    NotPositiveDefinite,
    UnknownBalance,
    arl,
    assemble,
    covariance,
    disagreements,
    drawn,
    false_alarm,
    joint,
    least_detectable,
    muf,
    np_bound,
    page,
    power,
    run,
    sitmuf,
    threshold,
)
from lodemark.accountancy.balance import Alarm, classify
from lodemark.accountancy.covariance import cholesky
from lodemark.accountancy.joint import closing_weights, histories
from lodemark.accountancy.model import Direction, Floats
from lodemark.ledger import canonical
from lodemark.wording import has
from tests.accountancy.examples import BOUNDARIES, components_a, example_a, flows_a, inventories_a, mg, sigma_m


def alarm(direction: Direction) -> Alarm:
    return Alarm("page", direction, 1, 5.0, 4.0)


@pytest.mark.parametrize(
    ("alarms", "bound", "klass"),
    [
        ([], 0.90, "closed"),
        ([], 0.8999, "closed-weakly"),
        ([], 0.50, "closed-weakly"),
        ([], 0.4999, "cannot-tell"),
        ([], None, "cannot-tell"),
        ([alarm("loss")], 0.99, "open-loss"),
        ([alarm("gain")], 0.99, "open-gain"),
        ([alarm("gain"), alarm("loss")], 0.1, "open-loss"),
    ],
)
def test_classes_at_their_boundaries(alarms: list[Alarm], bound: float | None, klass: str) -> None:
    """'Closed' said of a balance that could not have seen the loss is an all-clear nobody earned."""
    assert classify(alarms, bound) == klass
    assert has(f"balance-class-{klass}")


def missing(kg: float) -> tuple[str, list[str]]:
    flows = [
        replace(flow, element_mg=flow.element_mg - mg(kg)) if flow.flow_id == "shipment-2-2" else flow for flow in flows_a()
    ]
    balance = run(assemble(flows, inventories_a(), components_a(), BOUNDARIES), "Dy", "SITE", goal_mg=mg(20))
    return balance.klass, [one.code for one in disagreements(balance)]


def test_a_large_loss_and_a_large_gain_are_opened_as_questions() -> None:
    """Gains matter as much: output above input is unlicensed material let in."""
    assert missing(0) == ("closed", [])
    assert missing(12) == ("open-loss", ["balance-open-loss"])
    assert missing(-12) == ("open-gain", ["balance-open-gain"])


def test_the_question_says_how_much_and_how_sure_and_never_who() -> None:
    """A sentence that names a culprit ends the conversation an inspector needs."""
    flows = [flow for flow in flows_a() if flow.flow_id != "shipment-2-2"]
    balance = run(assemble(flows, inventories_a(), components_a(), BOUNDARIES), "Dy", "SITE", goal_mg=mg(20))
    said = disagreements(balance)[0].explain("en")
    assert "kg unaccounted for" in said and "standard deviation" in said and "5 %" in said
    for lang in ("en", "zh-Hans"):
        everything = " ".join(one.explain(lang) for one in (*disagreements(balance), *balance.warnings, *balance.cannot_show))  # type: ignore[arg-type]
        assert not any(word in everything for word in ("diverted", "stolen", "guilty", "转用", "盗"))


def test_missing_systematics_are_warned_of() -> None:
    """Without them a nominal 5 % is really 30 %."""
    random_only = [part for part in components_a() if part.kind == "random"]
    balance = run(assemble(flows_a(), inventories_a(), random_only, BOUNDARIES), "Dy", "SITE", goal_mg=mg(6))
    assert "balance-systematics-absent" in {warning.code for warning in balance.warnings}
    assert "balance-systematics-absent" not in {warning.code for warning in run(example_a(), "Dy", "SITE").warnings}


def test_without_a_goal_nothing_is_called_closed() -> None:
    """Closed against what?"""
    balance = run(example_a(), "Dy", "SITE")
    assert balance.klass == "cannot-tell" and "balance-goal-not-stated" in {warning.code for warning in balance.warnings}


def test_the_record_of_a_balance_is_canonical_and_names_its_inputs() -> None:
    """A balance that cannot be recorded cannot be appealed."""
    record = drawn(run(example_a(), "Dy", "SITE", goal_mg=mg(6)), date(2026, 5, 2))
    assert record.kind == "balance-drawn" and canonical(record.facts)
    assert record.facts["inputs_digest"] == example_a().digest and record.facts["class"] == "closed-weakly"


def test_an_unknown_area_names_the_known_ones() -> None:
    """A typing error must not read as 'nothing to report'."""
    with pytest.raises(UnknownBalance) as caught:
        run(example_a(), "Dy", "SITE-9")
    assert "SITE/Dy" in caught.value.explain("en")


def test_a_singular_covariance_names_its_rows() -> None:
    """A failed factorisation printed and ignored is how a series gets cut short."""
    with pytest.raises(NotPositiveDefinite) as caught:
        cholesky(np.array([[1.0, 1.0, 0.2], [1.0, 1.0, 0.2], [0.2, 0.2, 1.0]]))
    assert caught.value.rows == (1,)
    assert caught.value.explain("zh-Hans")


def test_the_covariance_is_that_of_the_measurement_process() -> None:
    """Simulate the instruments, not the formula: the scatter of MUF has to be the stated one."""
    data = example_a()
    rng = np.random.Generator(np.random.Philox(2))
    n = 60_000
    sd = np.sqrt(np.asarray(data.V.sum(axis=0)))
    error = rng.standard_normal((n, len(sd))) * sd + rng.standard_normal((n, len(data.groups))) @ data.G.toarray()
    simulated = np.cov((data.A @ error.T), bias=True)
    sigma = covariance(data)
    se = np.sqrt((sigma**2 + np.outer(np.diagonal(sigma), np.diagonal(sigma))) / n)
    assert np.abs(simulated - sigma).max() < 4 * se.max()


def test_whitening_leaves_independent_unit_normals() -> None:
    """SITMUF of wrong variance makes every threshold wrong."""
    sigma = sigma_m()
    rng = np.random.Generator(np.random.Philox(3))
    mufs = rng.standard_normal((40_000, 12)) @ np.linalg.cholesky(sigma).T
    z = np.linalg.solve(cholesky(sigma), mufs.T).T
    assert z.var(axis=0) == pytest.approx(np.ones(12), abs=0.03)
    lag = (z[:, 1:] * z[:, :-1]).mean(axis=0)
    assert np.abs(lag).max() < 0.02
    assert sitmuf(mufs[0], sigma) == pytest.approx(z[0])


@pytest.mark.parametrize("mean", [0.0, 0.7])
def test_run_lengths_against_simulation(mean: float) -> None:
    """The integral equation has to say what happens when the test is run."""
    rng = np.random.Generator(np.random.Philox(4))
    path = page(rng.standard_normal((3000, 600)) + mean, 0.5)
    hit = path > 3.0
    first = np.where(hit.any(axis=1), hit.argmax(axis=1) + 1, 600)
    stated = arl(0.5, 3.0, mean)
    assert first.mean() == pytest.approx(stated, rel=0.06)
    within = false_alarm(0.5, 3.0, 50, mean)
    assert hit[:, :50].any(axis=1).mean() == pytest.approx(within, abs=0.03)


@given(st.integers(1, 400), st.floats(0.002, 0.4), st.floats(0.1, 1.5))
@settings(max_examples=8, deadline=None)
def test_a_threshold_alarms_at_its_rate(horizon: int, alpha: float, k: float) -> None:
    """Exact means exact, also for one period and for a year of days."""
    h = threshold(k, horizon, alpha)
    if h > 0:
        assert false_alarm(k, h, horizon, nodes=160) == pytest.approx(alpha, rel=1e-7)


def rate(sigma: Floats, alpha: float, count: int, seed: int) -> float:
    level, w, alarms = joint(sigma, alpha), closing_weights(sigma), 0
    for z in histories(len(sigma), count, seed):
        alarms += int(((page(z).max(axis=1) > level.h) | (z.max(axis=1) > level.t) | (z @ w > level.c)).sum())
    return alarms / count


def test_the_joint_rate_is_the_promised_one() -> None:
    """Asked once in twenty honest years was the promise; three tests must not make it one in seven."""
    se = np.sqrt(0.05 * 0.95 / 60_000)
    assert rate(covariance(example_a()), 0.05, 60_000, 99) == pytest.approx(0.05, abs=4 * se)
    assert rate(sigma_m(), 0.05, 60_000, 98) == pytest.approx(0.05, abs=4 * se)


@pytest.mark.long
@pytest.mark.parametrize("horizon", [4, 12, 52, 104, 365])
@pytest.mark.parametrize("shared", [0.0, 0.3, 3.0])
@pytest.mark.parametrize("alpha", [0.01, 0.05])
def test_the_joint_rate_for_every_horizon(horizon: int, shared: float, alpha: float) -> None:
    """The same promise for a quarter and for a year of days, with little and with much shared error."""
    sigma = np.eye(horizon) + shared * np.ones((horizon, horizon)) / horizon
    se = np.sqrt(alpha * (1 - alpha) / 200_000)
    assert rate(sigma, alpha, 200_000, 7) == pytest.approx(alpha, abs=4 * se + 5e-4)


@given(st.lists(st.floats(0.0, 2.0), min_size=12, max_size=12).filter(lambda d: sum(d) > 0.5))
@settings(max_examples=8, deadline=None)
def test_no_power_above_the_bound(d: list[float]) -> None:
    """A detection probability that nature does not allow would sell an instrument."""
    sigma = sigma_m()
    found = power(sigma, np.asarray(d), joint(sigma, 0.05), n=20_000)
    assert found.dp <= found.np_bound + 4 * found.se


@given(st.lists(st.floats(0.0, 1.0), min_size=12, max_size=12).filter(lambda d: sum(d) > 0.1))
@settings(max_examples=40, deadline=None)
def test_the_least_detectable_pattern_is_the_least(d: list[float]) -> None:
    """If another pattern hides better, the promise is measured against the wrong thief."""
    sigma = sigma_m()
    other = np.asarray(d) / sum(d) * 10.0
    assert np_bound(sigma, least_detectable(sigma, 10.0), 0.05) <= np_bound(sigma, other, 0.05) + 1e-12


def test_nothing_is_ever_put_back_in_the_least_detectable_pattern() -> None:
    """A thief who returns half of it in June is not the one to plan for."""
    sigma = np.array([[4.0, -3.0, -1.5], [-3.0, 4.0, 0.5], [-1.5, 0.5, 1.0]])
    free, kept = least_detectable(sigma, 1.0, nonnegative=False), least_detectable(sigma, 1.0)
    assert free.min() < 0 <= kept.min() and kept.sum() == pytest.approx(1.0)
    grid = np.linspace(0, 1, 41)
    every = [np_bound(sigma, [a, b, 1 - a - b], 0.05) for a in grid for b in grid if a + b <= 1]
    assert np_bound(sigma, kept, 0.05) <= min(every) + 1e-9


def test_units_do_not_matter() -> None:
    """In grams or kilograms the same plant closes the same."""
    data = example_a()
    z = sitmuf(muf(data), covariance(data))
    assert sitmuf(1000 * muf(data), 1e6 * covariance(data)) == pytest.approx(z)


def test_one_period_is_a_balance() -> None:
    """A plant's first month has to be drawn too."""
    flows = [flow for flow in flows_a() if flow.flow_id.split("-")[1] == "0"]
    found = run(assemble(flows, inventories_a()[:2], components_a(), BOUNDARIES[:2]), "Dy", "SITE", goal_mg=mg(6))
    assert len(found.lines) == 1 and found.klass == "closed" and found.lines[0].z == pytest.approx(0.65982675)
