"""Simulated lots and blends: what is said to be rare is counted, and what is said to hold the truth is asked whether it does."""

from collections.abc import Sequence

import numpy as np
import pytest
from scipy.stats import kstest

from lodemark.assay import LotReference, calibrate, cllr, log10_lr_pairs, refute, unmix
from lodemark.assay.background import Background, fit
from lodemark.assay.compare import Model
from lodemark.assay.model import Floats
from lodemark.assay.refute import tail
from tests.assay.examples import SOURCES, TRACERS, background, composition
from tests.simulated import sizes

PARTS = ("Pr", "Nd", "Dy", "Co")
LEVEL = np.array([5e4, 2e5, 9e3, 8e3])


def stream(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


def band(rate: float, n: int) -> float:
    return float(4 * np.sqrt(max(rate * (1 - rate), 1 / n) / n))


def lots(bg: Background, model: Model, n: int, rng: np.random.Generator) -> Floats:
    """True means of ``n`` lots as the model says lots differ: one normal population, or one kernel around a known lot."""
    away = rng.multivariate_normal(np.zeros(len(bg.mean)), bg.C if model == "normal" else bg.h**2 * bg.C, n)
    centre = bg.mean if model == "normal" else bg.item_means[rng.integers(len(bg.item_means), size=n)]
    return np.asarray(centre + away)


@pytest.mark.parametrize("model", ["normal", "kde"])
@sizes(20_000, 2_000_000)
def test_a_large_ratio_misleads_no_more_often_than_it_says(model: Model, n: int) -> None:
    """A ratio of a thousand that comes once in a hundred pairs of strangers convicts ten innocent lots."""
    bg, rng = background(), stream(21)

    def measured(true: Floats, replicates: int) -> Floats:
        return np.asarray(true + rng.multivariate_normal(np.zeros(2), bg.U / replicates, n))

    one, other = lots(bg, model, n, rng), lots(bg, model, n, rng)
    same = log10_lr_pairs(measured(one, 3), 3, measured(one, 2), 2, bg, model)
    apart = log10_lr_pairs(measured(one, 3), 3, measured(other, 2), 2, bg, model)
    for level in (0.5, 1.0, 2.0, 3.0):
        # P(LR > x | apart) < 1/x and P(LR < 1/x | same) < 1/x hold for a true ratio (Good 1950), whatever the population.
        assert (apart > level).mean() <= 10**-level + band(10**-level, n)
        assert (same < -level).mean() <= 10**-level + band(10**-level, n)
    # Weighed by the ratio, strangers look like one lot: the share above a level is the mean of the ratio there.
    above = np.where(apart > 0, 10**apart, 0.0)
    assert above.mean() == pytest.approx((same > 0).mean(), abs=4 * above.std() / np.sqrt(n) + band(0.5, n))


@sizes(40, 1_000)
def test_the_bounds_hold_on_pairs_that_were_not_there(n: int) -> None:
    """A bound drawn from few pairs must not let a value through that fresh pairs cannot carry."""
    rng, over, cost = stream(22), [], []
    for _ in range(n):
        # Values twice as sure as the data allow (true log-ratios stretched), validated on 60 and 600 pairs.
        ss, ds = (2 * (sign * 2.0 + 2.0 * rng.standard_normal(size)) / np.log(10) for sign, size in ((1, 60), (-1, 600)))
        found = calibrate(np.concatenate([ss, ds]), np.arange(660) < 60)
        fresh_ss, fresh_ds = (
            found.apply(2 * (sign * 2.0 + 2.0 * rng.standard_normal(20_000)) / np.log(10)) for sign in (1, -1)
        )
        top, bottom = (fresh_ds >= found.hi).mean(), (fresh_ss <= found.lo).mean()
        over += [top * 10**found.hi, bottom * 10**-found.lo]
        cost.append(cllr(fresh_ss, fresh_ds))
    # At the bound a misleading value comes no more often than the bound says, on average and nine times in ten.
    assert np.mean(over) <= 1.0 and np.mean(np.asarray(over) <= 1.0) >= 0.9
    assert np.max(cost) < 1.0


@pytest.mark.parametrize("dof", [None, 12])
@sizes(400, 20_000)
def test_a_refutation_comes_as_often_as_its_p_says(dof: int | None, n: int) -> None:
    """One honest lot in a thousand at p = 0.001, also where its scatter was estimated from a dozen pieces."""
    rng, p = stream(23), []
    within = np.diag([0.02, 0.03, 0.02, 0.04]) ** 2
    for _ in range(n):
        scatter = within
        if dof is not None:
            pieces = rng.multivariate_normal(np.zeros(4), within, dof)
            scatter = pieces.T @ pieces / dof
        mean = np.log(LEVEL) + rng.multivariate_normal(np.zeros(4), within / 3)
        lot = LotReference("L", "alloy", PARTS, mean, scatter, 3)
        # Hotelling's law is that of scatter alone: there the assay itself is taken as exact.
        u = 0.01 if dof is None else 1e-9
        mass = np.exp(np.log(LEVEL) + rng.multivariate_normal(np.zeros(4), within) + u * rng.standard_normal(4))
        p.append(refute(composition("x", mass.tolist(), u, PARTS), lot, dof).p)
    assert kstest(p, "uniform").pvalue > 1e-3
    assert np.mean(np.asarray(p) < 0.01) == pytest.approx(0.01, abs=band(0.01, n))
    assert tail(0.0, 3, dof) == 1.0


@pytest.mark.parametrize("names", [("A", "B"), ("B", "C"), ("A", "C")])
@sizes(60, 1_500)
def test_intervals_of_shares_hold_the_truth(names: Sequence[str], n: int) -> None:
    """A 95 % interval that misses one share in five puts a lot into a blend it was never in."""
    rng, held, total = stream(24), 0, 0
    pair = [source for source in SOURCES if source.specimen_id in names]
    for _ in range(n):
        share = rng.uniform(0.15, 0.85)
        true = [source.mass * np.exp(0.015 * rng.standard_normal(5)) for source in pair]
        y = (share * true[0] + (1 - share) * true[1]) * np.exp(0.02 * rng.standard_normal(5))
        found = unmix(composition("y", y.tolist(), 0.02, TRACERS), pair)
        if found.best is not None and found.best.sources == names:
            low, high = found.best.interval95[0]
            held, total = held + (low <= share <= high), total + 1
    assert total > 0.9 * n
    assert 0.935 - band(0.95, total) <= held / total <= 0.97 + band(0.95, total)


@sizes(40, 2_000)
def test_a_fitted_population_recovers_the_scatter_it_was_drawn_with(n: int) -> None:
    """U and C are the yardstick of every ratio: estimated from simulated lots they have to be the ones simulated."""
    rng, bg = stream(25), background()
    found_u, found_c = [], []
    for _ in range(n):
        means = np.repeat(rng.multivariate_normal(bg.mean, bg.C, 60), 3, axis=0)
        z = means + rng.multivariate_normal(np.zeros(2), bg.U, 180)
        names = [f"{lot:03d}" for lot in range(60) for _ in range(3)]
        fitted = fit(z, names, parts=("Pr", "Nd", "Dy"), stage="oxide", provenance="synthetic", basis="alr", shrink="none")
        found_u.append(fitted.U)
        found_c.append(fitted.C)
    for found, true in ((found_u, bg.U), (found_c, bg.C)):
        se = np.std(found, axis=0) / np.sqrt(n)
        assert (np.abs(np.mean(found, axis=0) - true) < 4 * se).all()
