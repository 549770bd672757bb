"""Reference lots with values below the limit: the population must stay the one that was there."""

from dataclasses import replace

import numpy as np
import pytest

from lodemark.assay import Comparison, Composition, fit_background, log10_lr
from lodemark.assay.compose import compose
from lodemark.assay.em import complete
from lodemark.assay.synth import Noise, population

PARTS = ("Pr", "Nd", "Dy", "Tb")


def simulated(seed: int, cut: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    lots, repeats = 80, 4
    item = np.repeat(np.arange(lots), repeats)
    C, U = np.array([[0.09, 0.03], [0.03, 0.16]]), np.array([[0.004, 0.001], [0.001, 0.006]])
    z = rng.multivariate_normal([1.0, 0.0], C, lots)[item] + rng.multivariate_normal([0, 0], U, len(item))
    at = np.quantile(z[:, 1], cut)
    limit = np.column_stack([np.zeros(len(z), dtype=bool), z[:, 1] < at])
    return z, np.where(limit, at, z), limit, item


def test_completed_moments_are_those_of_the_full_data() -> None:
    """Half the limit put in place bends the mean and invents scatter; the bend refutes true matches later."""
    full, shown, limit, item = simulated(1, 0.25)
    done = complete(shown, limit, item)
    halved = np.where(limit, shown - np.log(2), shown)
    off, off_halved = (abs(found[:, 1].mean() - full[:, 1].mean()) for found in (done.z, halved))
    assert off < 0.03 and off < off_halved / 2
    assert (done.z[limit] <= shown[limit]).all() and (done.z[~limit] == full[~limit]).all()

    def within(z: np.ndarray) -> float:
        means = np.array([z[item == n, 1].mean() for n in range(80)])
        return float(((z[:, 1] - means[item]) ** 2).sum() / (len(z) - 80))

    restored = within(done.z) + done.lacking[1, 1] / (len(full) - 80)
    assert restored == pytest.approx(within(full), rel=0.25)


def test_nothing_censored_changes_nothing() -> None:
    """A method that moves observed values cannot be trusted with the others."""
    full, _, _, item = simulated(2, 0.2)
    done = complete(full, np.zeros(full.shape, dtype=bool), item)
    assert (done.z == full).all() and not done.lacking.any() and done.rounds == 0


@pytest.fixture(scope="module")
def censored() -> list[Composition]:
    return list(compose(population(31, "alloy", 12, 5, 3, parts=PARTS, censor=0.2, noise=Noise(outliers=0.0)).rows))


def test_a_part_censored_in_a_fifth_of_the_lots_still_serves(censored: list[Composition]) -> None:
    """Dropping every part that was ever below a limit drops the traces, which tell sources apart."""
    assert any("Tb" in comp.censored for comp in censored)
    bg = fit_background(censored, PARTS)
    assert "Tb" in bg.parts and not bg.dropped and bg.basis == "alr"
    full = fit_background(
        list(compose(population(31, "alloy", 12, 5, 3, parts=PARTS, noise=Noise(outliers=0.0)).rows)), bg.parts, basis="alr"
    )
    assert np.sqrt(np.diagonal(bg.U)) == pytest.approx(np.sqrt(np.diagonal(full.U)), rel=0.3)
    assert bg.mean == pytest.approx(full.mean, abs=0.05)
    hidden = next(comp for comp in censored if "Tb" in comp.censored)
    twin = next(comp for comp in censored if comp.lot_id == hidden.lot_id and comp is not hidden)
    found = log10_lr(hidden, twin, bg, demo=True)
    assert isinstance(found, Comparison) and found.n_censored == 1 and found.raw > 0


def test_a_part_censored_in_most_lots_is_dropped_and_named(censored: list[Composition]) -> None:
    """Beyond two fifths the completion would be the model talking to itself."""

    def hide(comp: Composition) -> Composition:
        at = comp.parts.index("Dy")
        keep = [n for n in range(len(comp.parts)) if n != at]
        pick = np.ix_(keep, keep)
        return replace(
            comp,
            parts=tuple(comp.parts[n] for n in keep),
            mass=comp.mass[keep],
            cov_random=comp.cov_random[pick],
            cov_sys={group: block[pick] for group, block in comp.cov_sys.items()},
            censored={**comp.censored, "Dy": 9e4},
        )

    many = [hide(comp) if n % 2 else comp for n, comp in enumerate(censored)]
    assert fit_background(many, PARTS).dropped == ("Dy",)
