"""Match, refute, unmix: a shortcut must not lose the right lot, and a missing one must not be replaced."""

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import kstest

from lodemark.assay import Composition, LotIndex, LotReference, NoLots, fit_background, match, refute, refute_blend, unmix
from lodemark.assay.compose import compose
from lodemark.assay.match import Found, search
from lodemark.assay.references import lot_references
from lodemark.assay.synth import population
from tests.assay.examples import BLEND, SOURCES, TRACERS, composition

PARTS = ("Pr", "Nd", "Dy", "Tb", "Co")


def index_of(rng: np.random.Generator, lots: int, p: int, duplicates: int = 0) -> LotIndex:
    mu = rng.normal(size=(lots, p))
    if duplicates:
        mu[:duplicates] = mu[0] + 1e-3 * rng.normal(size=(duplicates, p))
    B = rng.normal(scale=0.1, size=(lots, p, p))
    cov = B @ B.transpose(0, 2, 1) + rng.uniform(0.005, 0.05, size=(lots, 1, 1)) * np.eye(p)
    return LotIndex.of_arrays("alloy", [f"x{n}" for n in range(p + 1)], [f"L{n}" for n in range(lots)], mu, cov)


def brute(z: np.ndarray, S: np.ndarray, index: LotIndex, log_prior: np.ndarray, log_none: float) -> tuple[np.ndarray, float]:
    cov = index.cov + S
    away = np.linalg.solve(cov, (z - index.mu)[:, :, None])[:, :, 0]
    d2 = np.einsum("ij,ij->i", z - index.mu, away)
    joint = log_prior - 0.5 * (len(z) * np.log(2 * np.pi) + np.linalg.slogdet(cov)[1] + d2)
    return joint, float(np.logaddexp(logsumexp(joint), log_none))


@pytest.mark.parametrize(("seed", "duplicates"), [(1, 0), (2, 40), (3, 200)])
def test_the_filter_gives_what_weighing_every_lot_gives(seed: int, duplicates: int) -> None:
    """A lot dropped by a shortcut is a lot that was never asked."""
    rng = np.random.default_rng(seed)
    index = index_of(rng, 3000, 6, duplicates)
    z, S = index.mu[0] + 0.05 * rng.normal(size=6), np.diag(rng.uniform(1e-4, 1e-2, 6))
    log_prior = np.log(np.full(3000, 0.5 / 3000))
    found: Found = search(z, S, index, log_prior, -40.0)
    joint, evidence = brute(z, S, index, log_prior, -40.0)
    full = np.exp(joint - evidence)
    here = np.zeros(3000)
    here[found.places] = np.exp(found.log_joint - found.log_evidence)
    assert here == pytest.approx(full, abs=1e-9)
    assert found.dropped <= 1e-9 and full[np.setdiff1d(np.arange(3000), found.places)].sum() <= found.dropped


@pytest.fixture(scope="module")
def lots() -> list[Composition]:
    return list(compose(population(21, "alloy", 12, 6, 4, parts=PARTS).rows))


def references(lots: list[Composition]) -> tuple[LotReference, ...]:
    return lot_references([comp for n, comp in enumerate(lots) if n % 4 != 0], PARTS)


def test_the_lot_is_found_and_removed_it_is_none(lots: list[Composition]) -> None:
    """If the true lot is not in the file, the next best must not be accused."""
    bg, refs = fit_background(lots, PARTS), references(lots)
    held_out = lots[::4]
    hits = none = 0
    for sample in held_out[:40]:
        everything = match(sample, LotIndex.build(refs, PARTS, "alloy"), bg)
        hits += sample.lot_id in everything.tie_set
        without = match(sample, LotIndex.build([r for r in refs if r.lot_id != sample.lot_id], PARTS, "alloy"), bg)
        none += without.none_of_these > 0.1 or not without.tie_set
    assert hits >= 36 and none >= 24
    assert everything.cannot_show and everything.caveats


def test_lots_of_another_stage_or_out_of_date_are_counted_not_matched(lots: list[Composition]) -> None:
    """An expired reference matches things it has no business with."""
    from dataclasses import replace
    from datetime import UTC, datetime

    refs = references(lots)
    old = replace(refs[0], valid_until=datetime(2026, 1, 1, tzinfo=UTC))
    index = LotIndex.build([old, replace(refs[1], stage="oxide"), *refs[2:]], PARTS, "alloy", datetime(2026, 6, 1, tzinfo=UTC))
    assert index.excluded == {"other-stage": 1, "not-valid": 1}
    with pytest.raises(NoLots):
        LotIndex.build(refs, PARTS, "ore")


def test_refutation_is_uniform_under_the_truth() -> None:
    """A p of one in a thousand has to come once in a thousand honest lots."""
    rng = np.random.default_rng(5)
    within = np.diag([0.02, 0.03, 0.02, 0.04]) ** 2
    p = []
    for _ in range(400):
        estimate = rng.multivariate_normal(np.zeros(4), within / 3)
        lot = LotReference("L", "alloy", ("Pr", "Nd", "Dy", "Co"), np.log([5e4, 2e5, 9e3, 8e3]) + estimate, within, 3)
        mass = np.exp(np.log([5e4, 2e5, 9e3, 8e3]) + rng.multivariate_normal(np.zeros(4), within) + 0.01 * rng.normal(size=4))
        p.append(refute(composition("x", mass.tolist(), 0.01, lot.parts), lot).p)
    assert kstest(p, "uniform").pvalue > 0.01


def test_a_foreign_lot_is_refuted_and_the_analyte_named(lots: list[Composition]) -> None:
    """'Inconsistent' without saying in what cannot be answered."""
    refs = {ref.lot_id: ref for ref in references(lots)}
    own, foreign = lots[0], lots[-1]
    assert refute(own, refs[own.lot_id or ""]).p > 1e-3
    found = refute(own, refs[foreign.lot_id or ""])
    assert found.p < 1e-6 and max(abs(z) for z in found.by_analyte.values()) > 4


def test_shares_are_covered_by_their_intervals() -> None:
    """A 95 % interval that holds the truth half of the time is a lie with a percent sign."""
    rng = np.random.default_rng(8)
    held = total = 0
    for _ in range(150):
        share = rng.uniform(0.15, 0.85)
        true = [np.asarray(source.mass) * np.exp(0.015 * rng.normal(size=5)) for source in SOURCES[:2]]
        y = (share * true[0] + (1 - share) * true[1]) * np.exp(0.02 * rng.normal(size=5))
        found = unmix(composition("y", y.tolist(), 0.02, TRACERS), SOURCES[:2])
        if found.best is not None and found.best.sources == ("A", "B"):
            low, high = found.best.interval95[0]
            held += low <= share <= high
            total += 1
    assert total > 135 and 0.90 <= held / total <= 0.98


def test_two_sources_alike_give_no_share() -> None:
    """Two lots of one melt: any split fits, so none is stated."""
    twin = composition("A2", (58000, 1200, 9000, 150, 8000), 0.015, TRACERS)
    y = composition("y", (58000, 1200, 9000, 150, 8000), 0.02, TRACERS)
    found = unmix(y, [SOURCES[0], twin])
    assert found.status in ("inconclusive", "not-identifiable") and found.best is None


def test_more_sources_than_tracers_is_never_resolved() -> None:
    """With one ratio there are infinitely many blends of three."""
    few = [composition(source.specimen_id, source.mass[:2].tolist(), 0.015, TRACERS[:2]) for source in SOURCES]
    found = unmix(composition("y", (53050, 2545), 0.02, TRACERS[:2]), few)
    assert found.status != "resolved" or len(found.subset) < 3


def test_a_missing_source_is_a_poor_fit_not_a_wrong_share() -> None:
    """Shares forced onto the sources at hand would convict them."""
    found = unmix(composition("y", (10000, 9000, 100, 4000, 500), 0.02, TRACERS), SOURCES)
    assert found.status == "none-fit"
    assert refute_blend(composition("y", (10000, 9000, 100, 4000, 500), 0.02, TRACERS), SOURCES)[1] < 1e-6


def test_the_lots_of_the_code_chain_are_tested_and_a_clash_is_said() -> None:
    """Records name A alone; chemistry needs B as well: that is a question, not a share."""
    found = unmix(BLEND, SOURCES, given=["A"])
    assert found.given_clash and found.given is not None and found.given.p < 1e-6
    assert not unmix(BLEND, SOURCES, given=["A", "B"]).given_clash


def test_a_part_that_was_not_measured_is_dropped_and_named() -> None:
    """Filling a gap with a guess moves every share."""
    found = unmix(composition("y", BLEND.mass[:4].tolist(), 0.02, TRACERS[:4]), SOURCES)
    assert found.parts_dropped == ("Co",) and found.subset == ("A", "B")


def test_a_diluent_is_a_source_of_nothing() -> None:
    """Iron added to a magnet alloy must not be read as another origin."""
    half = composition("y", (0.6 * BLEND.mass).tolist(), 0.02, TRACERS)
    assert unmix(half, SOURCES, max_k=3).status == "none-fit"
    found = unmix(half, SOURCES, max_k=3, diluent=True)
    assert set(found.subset) == {"A", "B", "diluent"} and found.best is not None
    assert found.best.share[found.best.sources.index("diluent")] == pytest.approx(0.4, abs=0.03)


def test_a_censored_part_and_a_missing_one_are_used_as_far_as_they_go(lots: list[Composition]) -> None:
    """'Below the limit' still tells a lot that holds much of it from one that holds none."""
    from dataclasses import replace

    bg, refs = fit_background(lots, PARTS), references(lots)
    sample = lots[0]
    index = LotIndex.build(refs, PARTS, "alloy")
    whole = match(sample, index, bg)

    def without(part: str, **fields: object) -> Composition:
        keep = [n for n, name in enumerate(sample.parts) if name != part]
        pick = np.ix_(keep, keep)
        shared = {group: block[pick] for group, block in sample.cov_sys.items()}
        parts = tuple(sample.parts[n] for n in keep)
        return replace(
            sample, parts=parts, mass=sample.mass[keep], cov_random=sample.cov_random[pick], cov_sys=shared, **fields
        )  # type: ignore[arg-type]

    tb = float(sample.mass[sample.parts.index("Tb")])
    missing = match(without("Tb"), index, bg)
    loose = match(without("Tb", censored={"Tb": 1.05 * tb}), index, bg)
    assert missing.parts_dropped == ("Tb",) and loose.parts_dropped == () and "Tb" in loose.parts_used
    assert sample.lot_id in loose.tie_set and sample.lot_id in missing.tie_set and sample.lot_id in whole.tie_set
    tight = match(without("Tb", censored={"Tb": tb / 30}), index, bg)
    assert tight.none_of_these > 0.9 > loose.none_of_these
    # A limit no lot reaches says nothing that is not already known.
    nothing = match(without("Tb", censored={"Tb": 1e5 * tb}), index, bg)
    assert [one.posterior for one in nothing.candidates[:3]] == pytest.approx(
        [one.posterior for one in missing.candidates[:3]], abs=1e-6
    )
