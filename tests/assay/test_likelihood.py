"""Properties of coordinates and likelihood ratios: what must not change, and what must."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

from lodemark.assay import BackgroundTooSmall, Composition, NotComparable, PartsMissing, coordinates, fit_background, log10_lr
from lodemark.assay.background import Background, rebased
from lodemark.assay.censored import log_below
from lodemark.assay.compare import Comparison, log10_lr_matrix, log10_lr_pairs
from lodemark.assay.compose import compose
from lodemark.assay.likelihood import Side, observed, odds
from lodemark.assay.synth import population
from lodemark.assay.validate import split, validate
from lodemark.trouble import Refusal
from tests.assay.examples import background, composition

PARTS = ("Pr", "Nd", "Dy", "Tb", "Co")


@pytest.fixture(scope="module")
def lots() -> list[Composition]:
    made = population(11, "alloy", 40, 5, 3, parts=PARTS)
    return list(compose(made.rows))


@pytest.fixture(scope="module")
def calibrated(lots: list[Composition]) -> Background:
    fitting, testing = split(lots, lambda lot: lot[:7])
    return validate(fit_background(fitting, PARTS), testing).background


masses = arrays(np.float64, 5, elements=st.floats(0.1, 1e5))


@settings(max_examples=40)
@given(masses, st.permutations(range(5)), st.floats(1e-3, 1e3))
def test_ratios_do_not_change_with_order_scale_or_dilution(mass: np.ndarray, order: list[int], scale: float) -> None:
    """A laboratory that lists Dy first, reports in per cent, or dilutes, has measured the same material."""
    parts = [PARTS[n] for n in order]
    here = composition("a", mass.tolist(), 0.02, PARTS)
    there = composition("a", (scale * mass[order]).tolist(), 0.02, parts)
    one, two = coordinates(here, PARTS), coordinates(there, PARTS)
    assert one.z == pytest.approx(two.z, abs=1e-9)
    assert one.cov == pytest.approx(two.cov, abs=1e-12)


def test_a_likelihood_ratio_does_not_depend_on_the_coordinates(lots: list[Composition]) -> None:
    """Which part is the denominator is nobody's business."""
    pivot, alr = fit_background(lots, PARTS), fit_background(lots, PARTS, basis="alr")
    z, y = coordinates(lots[:9], PARTS), coordinates(lots[:9], PARTS, "alr")
    for model in ("normal", "kde"):
        one = log10_lr_matrix(z.z, 1, z.z, 1, pivot, model)  # type: ignore[arg-type]
        two = log10_lr_matrix(y.z, 1, y.z, 1, alr, model)  # type: ignore[arg-type]
        assert one == pytest.approx(two, rel=1e-7, abs=1e-7)
    sub = rebased(pivot, PARTS)
    assert log10_lr_pairs(y.z, 1, y.z[::-1], 1, sub) == pytest.approx(log10_lr_pairs(z.z, 1, z.z[::-1], 1, pivot), rel=1e-9)


def test_pairs_and_matrix_and_the_general_form_agree(lots: list[Composition]) -> None:
    """Three formulas for one number: fast, faster, and the one that can be read."""
    bg = fit_background(lots, PARTS)
    z = coordinates(lots[:6], PARTS).z
    zero = 0 * bg.U
    for model, centres, spread in (("normal", bg.mean[None], bg.C), ("kde", bg.item_means, bg.h**2 * bg.C)):
        matrix = log10_lr_matrix(z, 2, z, 3, bg, model)  # type: ignore[arg-type]
        pairs = log10_lr_pairs(z, 2, z[::-1].copy(), 3, bg, model)  # type: ignore[arg-type]
        assert pairs == pytest.approx(np.diagonal(matrix[:, ::-1]), rel=1e-8, abs=1e-8)
        general = odds(observed(z[0], bg.U / 2), observed(z[3], bg.U / 3), zero, centres, spread).log10_lr
        assert matrix[0, 3] == pytest.approx(general, rel=1e-8, abs=1e-8)


def test_far_pairs_do_not_underflow() -> None:
    """An infinite ratio is a bug that looks like certainty."""
    bg = background()
    far = np.array([[0.0, 0.0], [40.0, -40.0]])
    found = log10_lr_matrix(far, 1, far, 1, bg, "kde")
    assert np.isfinite(found).all() and found[0, 1] < -1000
    listed = log10_lr_pairs(far[[0, 0, 1, 1]], 1, far[[0, 1, 0, 1]], 1, bg, "kde")
    assert listed == pytest.approx(found.ravel(), rel=1e-12)


def test_specimens_that_come_back_weigh_the_same(lots: list[Composition]) -> None:
    """A shortcut for repeated rows must not mistake two that agree in one coordinate for one."""
    bg = fit_background(lots, PARTS)
    z = coordinates(lots[:6], PARTS).z
    alike = z[2].copy()
    alike[0] = z[0, 0]
    first, second = np.vstack([z, z, alike]), np.vstack([z[::-1], z, z[:1]])
    alone = [log10_lr_pairs(a[None], 1, b[None], 1, bg, "kde")[0] for a, b in zip(first, second, strict=True)]
    assert log10_lr_pairs(first, 1, second, 1, bg, "kde") == pytest.approx(alone, rel=1e-12, abs=1e-12)


def test_t_tends_to_normal_as_its_tails_get_light() -> None:
    """The heavy-tailed model must contain the light one, or the caveat compares two different things."""
    y1, y2 = np.array([[0.50, 0.40]]), np.array([[0.53, 0.37]])
    light = background(nu=1e5)
    assert log10_lr_pairs(y1, 3, y2, 2, light, "t")[0] == pytest.approx(log10_lr_pairs(y1, 3, y2, 2, light)[0], abs=1e-3)


@pytest.mark.parametrize("rho", [-0.9, -0.3, 0.0, 0.6, 0.95])
def test_orthants_have_their_closed_form(rho: float) -> None:
    """A censored pair weighed by a wrong integral is weighed wrongly for ever."""
    two = np.array([[1, rho], [rho, 1.0]])
    assert np.exp(log_below(np.zeros(2), np.zeros(2), two)) == pytest.approx(0.25 + np.arcsin(rho) / (2 * np.pi), rel=1e-10)
    if rho >= 0:
        three = np.full((3, 3), rho) + (1 - rho) * np.eye(3)
        stated = 0.125 + 3 * np.arcsin(rho) / (4 * np.pi)
        assert np.exp(log_below(np.zeros(3), np.zeros(3), three)) == pytest.approx(stated, rel=2e-4)


def test_four_limits_against_an_independent_integral() -> None:
    """Four is the most that is integrated; it has to be right as well."""
    rng = np.random.default_rng(3)
    B = rng.normal(size=(4, 4))
    cov, limits = B @ B.T + np.eye(4), np.array([0.3, -0.5, 1.0, 0.1])
    reference = multivariate_normal(np.zeros(4), cov, allow_singular=False).cdf(limits)
    assert np.exp(log_below(limits, np.zeros(4), cov)) == pytest.approx(reference, rel=1e-3)


def test_deep_tails_stay_in_logarithms() -> None:
    """A limit forty sigma below the mean is a number, not minus infinity."""
    cov = np.array([[1.0, 0.5], [0.5, 1.0]])
    found = log_below(np.array([-40.0, 3.0]), np.zeros(2), cov)
    assert found == pytest.approx(float(norm.logcdf(-40.0)), abs=0.01)


def test_a_censored_value_is_the_integral_over_what_it_could_be() -> None:
    """The event is 'measured below the limit': its likelihood is a probability, computed here by brute force."""
    bg, limit = background(), 0.45
    y1 = np.array([0.50, 0.40])

    def density(second: float, V12: np.ndarray) -> float:
        both = np.block([[bg.C + bg.U / 3, bg.C + V12], [bg.C + V12, bg.C + bg.U / 2]])
        return float(multivariate_normal(np.tile(bg.mean, 2), both).pdf([*y1, 0.53, second]))

    same = quad(lambda x: density(x, 0 * bg.U), limit - 1.0, limit, epsabs=0, epsrel=1e-9)[0]
    alone = quad(
        lambda x: multivariate_normal(bg.mean, bg.C + bg.U / 2).pdf([0.53, x]), limit - 8, limit, epsabs=0, epsrel=1e-10
    )[0]
    stated = np.log10(same / (alone * multivariate_normal(bg.mean, bg.C + bg.U / 3).pdf(y1)))
    side = Side(np.array([0.53, limit]), bg.U / 2, np.array([False, True]))
    assert odds(observed(y1, bg.U / 3), side, 0 * bg.U, bg.mean[None], bg.C).log10_lr == pytest.approx(stated, rel=1e-6)


def test_a_limit_far_above_says_nothing() -> None:
    """'Less than a kilogram per kilogram' is no information."""
    bg = background()
    side = Side(np.array([0.53, 1e3]), bg.U / 2, np.array([False, True]))
    alone = odds(
        observed(np.array([0.5]), bg.U[:1, :1] / 3),
        observed(np.array([0.53]), bg.U[:1, :1] / 2),
        np.zeros((1, 1)),
        bg.mean[None, :1],
        bg.C[:1, :1],
    )
    full = odds(observed(np.array([0.50, 0.40]), bg.U / 3), side, 0 * bg.U, bg.mean[None], bg.C)
    # What is left is only what the first side's second coordinate tells about its own first one.
    assert abs(full.log10_lr - alone.log10_lr) < 0.01


def test_a_shared_calibration_counts_for_both_sides() -> None:
    """Two results of one bad batch agree with each other and prove nothing."""
    bg, shared = background(), np.array([[4e-3, 1e-3], [1e-3, 4e-3]])
    one, two = observed(np.array([0.5, 0.4]), bg.U + shared), observed(np.array([0.62, 0.30]), bg.U + shared)
    apart = odds(one, two, 0 * shared, bg.mean[None], bg.C).log10_lr
    together = odds(one, two, shared, bg.mean[None], bg.C).log10_lr
    assert together < apart  # a difference within one batch cannot be blamed on calibration


def compare(a: Composition, b: Composition, bg: Background, **options: object) -> Comparison:
    found = log10_lr(a, b, bg, demo=True, **options)  # type: ignore[arg-type]
    assert isinstance(found, Comparison)
    return found


def test_no_public_value_leaves_its_bounds(lots: list[Composition], calibrated: Background) -> None:
    """A value beyond what validation carries is the one quoted in court."""
    bounds = calibrated.calibrator
    assert bounds is not None
    for other in lots[1:60:7]:
        found = compare(lots[0], other, calibrated)
        assert bounds.lo <= found.log10_lr <= bounds.hi
        assert found.cannot_show and found.bounds == (bounds.lo, bounds.hi)


@pytest.mark.parametrize("model", ["kde", "t"])
def test_a_calibrator_speaks_only_of_the_model_it_was_fitted_to(
    lots: list[Composition], calibrated: Background, model: str
) -> None:
    """Another model's values lie on another scale; mapped by this one they would look validated and mean nothing."""
    found = compare(lots[0], lots[1], calibrated, model=model)
    assert not found.calibrated and "assay-uncalibrated" in {caveat.code for caveat in found.caveats}


def test_where_tails_matter_the_calibrated_value_keeps_its_side(lots: list[Composition], calibrated: Background) -> None:
    """Tempered before calibration, a value far below zero was mapped above it: lots of two plants read as one."""
    fresh = list(compose(population(13, "alloy", 16, 2, 2, parts=PARTS).rows))
    same = [compare(a, b, calibrated).log10_lr for a, b in zip(fresh[::2], fresh[1::2], strict=True)]
    apart = [compare(a, b, calibrated).log10_lr for a, b in zip(fresh[::4], fresh[5::4], strict=False)]
    assert float(np.mean(np.asarray(same) < 0)) <= 0.1 and float(np.mean(np.asarray(apart) > 0)) <= 0.1


def test_calibration_holds_on_fresh_lots(calibrated: Background) -> None:
    """Calibrated on one half and wrong on the next plant is not calibrated."""
    fresh = list(compose(population(12, "alloy", 16, 5, 3, parts=PARTS).rows))
    found = validate(calibrated, fresh)
    assert calibrated.calibrator is not None
    z = coordinates(fresh, PARTS).z
    lots_ = np.array([comp.lot_id for comp in fresh])
    upper = np.triu_indices(len(fresh), 1)
    llr = calibrated.calibrator.apply(log10_lr_matrix(z, 1, z, 1, calibrated)[upper])
    same = lots_[upper[0]] == lots_[upper[1]]
    from lodemark.assay import cllr

    assert cllr(llr[same], llr[~same]) - found.calibrator.cllr_min < 0.05
    assert found.cllr_interval[0] < found.calibrator.cllr_calibrated < found.cllr_interval[1]


def test_a_censored_part_enters_a_comparison(lots: list[Composition], calibrated: Background) -> None:
    """Dropping the part that was not found drops the one that tells sources apart."""
    sample = lots[0]
    at = sample.parts.index("Tb")
    keep = [n for n in range(len(sample.parts)) if n != at]
    limit = float(sample.mass[at]) * 1.2
    hidden = replace(
        sample,
        parts=tuple(sample.parts[n] for n in keep),
        mass=sample.mass[keep],
        cov_random=sample.cov_random[np.ix_(keep, keep)],
        cov_sys={group: block[np.ix_(keep, keep)] for group, block in sample.cov_sys.items()},
        censored={"Tb": limit},
    )
    found = compare(hidden, lots[1], calibrated)
    assert found.n_censored == 1 and "Tb" in found.parts_used
    missing = compare(replace(hidden, censored={}), lots[1], calibrated)
    assert missing.n_censored == 0 and "Tb" in missing.parts_dropped
    # A limit far below what the other side holds speaks against one lot.
    low = compare(replace(hidden, censored={"Tb": limit / 50}), lots[1], calibrated)
    assert low.raw < missing.raw - 3


def test_a_synthetic_population_is_refused_on_a_real_case(lots: list[Composition], calibrated: Background) -> None:
    """A number made of invented lots must never meet a real party."""
    found = log10_lr(lots[0], lots[1], calibrated)
    assert isinstance(found, Refusal) and found.codes == ("assay-synthetic-reference",)
    shown = compare(lots[0], lots[1], calibrated)
    assert "assay-synthetic-reference" in {caveat.code for caveat in shown.caveats}


def test_what_cannot_be_compared_is_said(lots: list[Composition], calibrated: Background) -> None:
    """Oxide beside magnet, or nothing in common, has no answer; and few lots are no population."""
    with pytest.raises(NotComparable):
        log10_lr(replace(lots[0], stage="oxide"), lots[1], calibrated, demo=True)
    with pytest.raises(PartsMissing) as caught:
        coordinates(lots[0], ("Pr", "Lu"))
    assert "Lu" in caught.value.explain("zh-Hans")
    with pytest.raises(BackgroundTooSmall):
        fit_background(lots[:60], PARTS)


def test_an_uncalibrated_value_says_so(lots: list[Composition]) -> None:
    """Unvalidated and validated numbers look alike on paper."""
    found = compare(lots[0], lots[1], fit_background(lots, PARTS))
    assert not found.calibrated and "assay-uncalibrated" in {caveat.code for caveat in found.caveats}
