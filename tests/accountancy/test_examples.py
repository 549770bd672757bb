"""The published worked examples: without them nobody outside could check a single number of a balance."""

from decimal import Decimal

import numpy as np
import pytest

from lodemark.accountancy import (
    Component,
    Flow,
    Handover,
    Inventory,
    arl,
    assemble,
    contributions,
    covariance,
    covariance_streams,
    cumuf,
    detectable,
    difference,
    false_alarm,
    gemuf,
    gemuf_p,
    joint,
    least_detectable,
    muf,
    np_bound,
    page,
    phase_floor,
    power,
    run,
    sitmuf,
    threshold,
)
from tests.accountancy.examples import BOUNDARIES, example_a, inventories_a, sigma_m


def test_example_a_gives_the_stated_series_and_covariance() -> None:
    """If this fails, no MUF printed for any site can be trusted."""
    data = example_a()
    values, sigma = muf(data), covariance(data)
    assert values == pytest.approx([0.8, 0.6, 0.1, 1.5], abs=1e-9)
    assert np.diagonal(sigma) == pytest.approx([1.4700095, 1.52353475, 1.52265175, 1.52132925], rel=1e-9)
    upper = [0.093096, 0.2405155, 0.24040025, 0.088491, 0.24070825, 0.08419725]
    assert sigma[np.triu_indices(4, 1)] == pytest.approx(upper, rel=1e-9)
    assert cumuf(values, sigma).sd == pytest.approx([1.21243948, 1.78318150, 2.31525398, 2.83060802], rel=1e-8)
    z = sitmuf(values, sigma)
    assert z == pytest.approx([0.65982675, 0.44591666, -0.04719397, 1.07118691], abs=1e-8)
    assert page(z) == pytest.approx([0.15982675, 0.10574341, 0.0, 0.57118691], abs=1e-8)
    assert gemuf(values, sigma)[-1] == pytest.approx(1.78388168, rel=1e-8)
    assert gemuf_p(gemuf(values, sigma)[-1], 4) == pytest.approx(0.77542994, rel=1e-7)


def test_example_a_names_the_error_that_costs_most() -> None:
    """An inspector who cannot see that the laboratory dominates would recalibrate the wrong scale."""
    found = {part.component: part.variance_kg2 for part in contributions(example_a())}
    assert sum(variance for name, variance in found.items() if "/random" in name) == pytest.approx(4.1612205, rel=1e-7)
    assert found["laboratory"] == pytest.approx(3.7345563, rel=1e-7)
    assert found["W2"] == pytest.approx(0.1156)
    assert sorted(v for name, v in found.items() if name.startswith("W1")) == pytest.approx([0.000081, 0.000484])
    assert found["gauge"] == pytest.approx(0.0004)
    assert sum(found.values()) == pytest.approx(8.01234175, rel=1e-8)


def test_example_a_tells_what_could_have_been_seen() -> None:
    """A quiet balance without its detection bound reads as an all-clear that nobody earned."""
    sigma = covariance(example_a())
    assert np_bound(sigma, [0, 0, 6, 0], 0.05) == pytest.approx(0.99949700, rel=1e-7)
    assert np_bound(sigma, [1.5] * 4, 0.05) == pytest.approx(0.68312073, rel=1e-7)
    assert np_bound(sigma, [0, 2, 2, 2], 0.05) == pytest.approx(0.84090066, rel=1e-7)
    least = least_detectable(sigma, 6.0)
    assert least == pytest.approx([1.53065457, 1.45712457, 1.44965521, 1.56256565], rel=1e-8)
    assert np_bound(sigma, least, 0.05) == pytest.approx(0.68254675, rel=1e-7)
    assert detectable(sigma, 0.05) == pytest.approx(8.28350600, rel=1e-8)
    assert run(example_a(), "Dy", "SITE", goal_mg=6_000_000).klass == "closed-weakly"
    assert run(example_a(), "Dy", "SITE", goal_mg=2_000_000).klass == "cannot-tell"


@pytest.mark.parametrize(
    ("k", "h", "lengths"),
    [
        (0.5, 4.5, [559.94681, 48.58491, 13.53909, 7.13078]),
        (0.35, 5.5, [409.42657, 36.00729, 12.38581, 7.21935]),
        (0.6, 3.5, [361.37590, 44.91004, 12.77785, 6.44155]),
    ],
)
def test_example_b_run_lengths(k: float, h: float, lengths: list[float]) -> None:
    """A wrong run length means the office promises a false-alarm rate it does not keep."""
    assert [arl(k, h, mean) for mean in (0, 0.4, 0.8, 1.2)] == pytest.approx(lengths, abs=5e-6)


def test_example_b_thresholds_and_drift() -> None:
    """Thresholds read off a wrong table would alarm honest plants or stay silent for all."""
    found = [threshold(0.5, *pair) for pair in ((12, 0.05), (52, 0.05), (52, 0.02), (104, 0.05))]
    assert found == pytest.approx([3.37452140, 4.97165819, 5.85525329, 5.70291355], abs=1e-8)
    drift = np.array([0.0] * 3 + [0.8] * 9)
    assert false_alarm(0.5, found[0], 12, drift) == pytest.approx(0.62673969, abs=1e-8)


def test_example_b_joint_budget() -> None:
    """Three tests at 5 % each would alarm one honest year in eight; the budget is one."""
    twelve, fifty_two = joint(np.eye(12), 0.05), joint(np.eye(52), 0.05)
    assert (twelve.h, twelve.c, twelve.t) == pytest.approx((4.055, 2.018, 2.906), abs=0.01)
    assert (fifty_two.h, fifty_two.c, fifty_two.t) == pytest.approx((5.908, 2.076, 3.376), abs=0.01)
    assert twelve.se <= 5e-4


def test_example_m_covariance_and_power() -> None:
    """The dense form and its power table are what an instrument purchase is argued from."""
    sigma = sigma_m()
    found = [sigma[0, 0], sigma[0, 1], sigma[3, 4], sigma[0, 2], sigma[0, 5]]
    assert found == pytest.approx([2.29233333, 0.8132, 0.8131, 0.9732, 0.9731], rel=1e-8)
    assert np.sqrt(sigma.sum()) == pytest.approx(12.34669186, rel=1e-9)
    level, sd = joint(sigma, 0.05), np.sqrt(sigma[0, 0])
    assert (level.h, level.c, level.t) == pytest.approx((4.101, 2.042, 2.924), abs=0.012)
    losses = [3 * sd * np.eye(12)[6], 0.7 * sd * (np.arange(12) >= 4), np.full(12, 0.5 * sd)]
    stated = [(0.642, 0.101, 0.867, 0.809, 0.985), (0.413, 0.169, 0.186, 0.338, 0.562), (0.116, 0.182, 0.085, 0.138, 0.182)]
    for d, row in zip(losses, stated, strict=True):
        alone = [
            power(sigma, d, joint(sigma, 0.05, tests=(name,)), n=1000).alone[name] for name in ("page", "cumuf", "shewhart")
        ]
        together = power(sigma, d, level, n=60_000)
        assert (*alone, together.dp, together.np_bound) == pytest.approx(row, abs=0.006)


def test_example_m_without_systematics_alarms_six_times_too_often() -> None:
    """Leaving the calibration out is the commonest mistake, and it accuses honest plants."""
    true, believed = sigma_m(), sigma_m(systematic=0)
    rng = np.random.Generator(np.random.Philox(7))
    mufs = rng.standard_normal((40_000, 12)) @ np.linalg.cholesky(true).T
    z = np.linalg.solve(np.linalg.cholesky(believed), mufs.T).T
    assert (page(z).max(axis=1) > threshold(0.5, 12, 0.05)).mean() == pytest.approx(0.290, abs=0.01)
    assert (mufs.sum(axis=1) / np.sqrt(believed.sum()) > 1.6449).mean() == pytest.approx(0.320, abs=0.01)


def test_example_d_a_stamp_on_a_boundary_counts_once_and_late() -> None:
    """A batch counted in two periods, or in none, is a loss or a gain that never was."""
    edges = BOUNDARIES[:4]
    flows = [Flow(f"batch-{n}", "SITE", "Dy", "receipt", 25_000_000, at, "scale") for n, at in enumerate(edges)]
    stock = [Inventory(f"pit-{n}", "SITE", "Dy", at, "floor", 0, "stock") for n, at in enumerate(edges)]
    parts = [
        Component("scale", "scale", "random", Decimal(".001"), source="certificate"),
        Component("stock", "count", "random", exact=True, reason="the floor was empty and photographed"),
    ]
    data = assemble(flows, stock, parts, edges)
    assert muf(data) == pytest.approx([25, 25, 25])
    assert data.outside == ("batch-3",)
    assert muf(data).sum() + 25 == 100
    assert data.exact == ("stock/count: the floor was empty and photographed",)


def test_example_f_shipper_and_receiver() -> None:
    """Two honest scales differ; only their uncertainties say by how much they may."""
    u_kg = float(np.sqrt((512.4 * 0.003) ** 2 + (512.4 * 0.002) ** 2 + (509.1 * 0.004) ** 2 + (509.1 * 0.002) ** 2))
    kg, z = difference(Handover("S-1", 512_400_000, 509_100_000, u_kg * 1e6))
    assert (kg, u_kg, z) == pytest.approx((3.3, 2.93203941, 1.12549647), rel=1e-8)


def test_phase_floors_are_those_of_the_formulas() -> None:
    """A floor off by a point would call every good magnet impossible."""
    one = Decimal(1)
    found = [phase_floor("NdFeB", {"Nd": one}), phase_floor("SmCo5", {"Sm": one}), phase_floor("Sm2Co17", {"Sm": one})]
    assert [round(float(floor), 4) for floor in found] == [0.2668, 0.3379, 0.2309]
    heavy = [round(100 * float(phase_floor("NdFeB", {element: one})), 2) for element in ("Ce", "Pr", "Tb", "Dy")]
    assert heavy == [26.12, 26.23, 28.62, 29.08]


def test_the_dense_and_the_sparse_form_agree() -> None:
    """Two formulas for one covariance would be two answers in one appeal."""
    kg = np.array(
        [[120.0, 121.0, 120.5, 119.0], [118.5, 119.0, 119.5, 121.0], [231.0, 236.5, 237.5, 238.0], [2.2, 2.4, 1.9, 2.0]]
    )
    calibration = [[0, 0, 1, 1]] * 3 + [[9] * 4]
    dense = covariance_streams(
        kg,
        [1, 1, -1, -1],
        u_r=[0.004, 0.004, 0.003, 0.05],
        u_s=np.array([[[0.002] * 4] * 3 + [[0.04] * 4], [[0.003] * 4] * 2 + [[0.001] * 4] + [[0.0] * 4]]),
        group=np.array([calibration, [[2] * 4] * 4]),
        inventory_kg=np.array([[item.element_mg / 1e6 for item in inventories_a()]]),
        iu_r=0.006,
        iu_s=0.005,
        igroup=np.full((1, 5), 5),
    )
    assert dense == pytest.approx(covariance(example_a()), abs=1e-12)


def test_a_late_upload_changes_nothing_but_the_order() -> None:
    """Honest twin: what counts is when it happened, not when it was reported."""
    from tests.accountancy.examples import components_a, flows_a

    upside_down = assemble(flows_a()[::-1], inventories_a()[::-1], components_a()[::-1], BOUNDARIES)
    assert covariance(upside_down) == pytest.approx(covariance(example_a()), abs=1e-12)
    assert muf(upside_down) == pytest.approx(muf(example_a()), abs=1e-12)
