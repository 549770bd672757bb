"""The published worked examples E1 to E10: the numbers anybody can check by hand or with another program."""

import numpy as np
import pytest

from lodemark.assay import LotIndex, tag
from lodemark.assay.background import fit
from lodemark.assay.calibration import calibrate, elub
from lodemark.assay.combine import Weight, combine
from lodemark.assay.compare import log10_lr_matrix, log10_lr_pairs
from lodemark.assay.coordinates import log_ratio_covariance, log_ratios
from lodemark.assay.likelihood import Side, log_density, observed, odds
from lodemark.assay.match import search
from lodemark.assay.pattern import pattern
from lodemark.assay.refute import tail
from lodemark.assay.unmix import unmix
from tests.assay.examples import BLEND, CODES, SOURCES, background, composition

SHARED = np.array([[4e-4, 1e-4], [1e-4, 4e-4]])
Y1 = np.array([0.50, 0.40])


def test_e1_pivot_coordinates() -> None:
    """Wrong coordinates would make every ratio that follows wrong."""
    relative = np.array([[0.03, 0.03, 0.05, 0.02]]) ** 2
    (z, u), cov = log_ratios(np.array([[12, 3, 0.75, 48.0]]), relative), log_ratio_covariance(relative)
    assert u[0] ** 2 == pytest.approx(np.diagonal(cov[0]), rel=1e-12)
    assert z[0] == pytest.approx([0.9802581435, 1.6978569090, -2.4011322677], rel=1e-9)
    assert np.diagonal(cov[0]) == pytest.approx([9.0e-4, 1.96666667e-3, 6.5833333e-4], rel=1e-7)
    assert cov[0, 1, 2] == pytest.approx(-3.771236e-4, rel=1e-6)
    assert abs(cov[0, 0, 1]) < 1e-15


def test_large_uncertainties_take_log_normal_moments_each_for_its_specimen() -> None:
    """A specimen known to a fifth would lend its moments to all others of the table, or have those of the well-known ones."""
    relative = np.array([[0.03, 0.03, 0.05], [0.2, 0.03, 0.05]]) ** 2
    _, u = log_ratios(np.ones((2, 3)), relative)
    alone = [log_ratios(np.ones((1, 3)), row[None])[1][0] for row in relative]
    assert u == pytest.approx(np.array(alone), rel=1e-14)
    assert u[1, 0] ** 2 == pytest.approx((np.log1p(0.04) + np.log1p(9e-4)) / 2, rel=1e-12)


def test_e2_two_level_population() -> None:
    """The spread within and between lots is the yardstick of every likelihood ratio."""
    found = background()
    assert found.mean == pytest.approx([0.456, 0.716])
    assert pytest.approx(np.array([[0.00146, 0.00049], [0.00049, 0.00216]])) == found.U
    assert pytest.approx(np.array([[0.5165433333, -0.2382083333], [-0.2382083333, 0.48281]]), rel=1e-9) == found.C
    assert (found.h, background("aitken-lucy").h) == pytest.approx((0.7647244913, 0.7368062997), rel=1e-9)
    assert found.clipped == 0


@pytest.mark.parametrize(
    ("y2", "stated"),
    [
        ((0.53, 0.37), (2.1764851727, 2.3540874147, 2.3457869766, 2.0934212132, 2.1224063826, 2.1767697110)),
        ((0.62, 0.30), (-2.5792007209, -2.4113873620, -2.4201994773, 0.0222902617, -0.8480943891, -2.5789184736)),
        ((1.30, 0.85), (-115.58389132, -115.67836797, -115.69370724, -3.8197666434, -70.08502172, -115.58376746)),
    ],
)
def test_e3_likelihood_ratios(y2: tuple[float, float], stated: tuple[float, ...]) -> None:
    """Six models, one pair: each must be the one its name promises, whichever side is called first."""
    a, b, bg = Y1[None], np.array([y2]), background()
    al = background("aitken-lucy")
    models = [(bg, "normal"), (bg, "kde"), (al, "kde"), (bg, "t")]
    found = [float(log10_lr_pairs(a, 3, b, 2, which, model)[0]) for which, model in models]  # type: ignore[arg-type]
    one, two = observed(Y1, bg.U / 3 + SHARED), observed(b[0], bg.U / 2 + SHARED)
    found += [odds(one, two, V12, bg.mean[None], bg.C).log10_lr for V12 in (0 * SHARED, SHARED)]
    assert found == pytest.approx(stated, rel=1e-8)
    turned = [float(log10_lr_matrix(b, 2, a, 3, which, model)[0, 0]) for which, model in models]  # type: ignore[arg-type]
    assert turned == pytest.approx(found[:4], abs=1e-9)


@pytest.mark.parametrize(
    ("limit", "stated"), [(0.45, 1.5326521065), (0.35, 0.5274048090), (0.20, -5.0961203917), (3.0, 1.1588433979)]
)
def test_e4_a_value_below_its_limit_enters_as_a_limit(limit: float, stated: float) -> None:
    """Half the limit put in its place would give -53 and refute a true match."""
    bg = background()
    censored = Side(np.array([0.53, limit]), bg.U / 2, np.array([False, True]))
    assert odds(observed(Y1, bg.U / 3), censored, 0 * bg.U, bg.mean[None], bg.C).log10_lr == pytest.approx(stated, rel=1e-9)


def test_e4_both_sides_censored() -> None:
    """Two laboratories that both found nothing agree by that, a little."""
    bg = background()
    one = Side(np.array([0.50, 0.45]), bg.U / 3, np.array([False, True]))
    two = Side(np.array([0.53, 0.35]), bg.U / 2, np.array([False, True]))
    assert odds(one, two, 0 * bg.U, bg.mean[None], bg.C).log10_lr == pytest.approx(1.6069807099, rel=1e-9)


def test_e5_calibration_and_bounds() -> None:
    """A ratio beyond what the validation carries is a number nobody has earned."""
    ss = np.array([2.9, 2.4, 2.1, 1.9, 1.6, 1.2, 0.9, 0.4, -0.3, 3.3])
    ds = -np.array([0.6, 1.1, 1.4, 1.9, 2.3, 2.8, 3.1, 3.7, 4.2, -0.5, 0.1, 1.7, 2.0, 2.6, 5.0, 0.9, -0.2, 3.4, 1.5, 2.2])
    found = calibrate(np.concatenate([ss, ds]), np.arange(30) < 10)
    assert (found.cllr, found.cllr_min) == pytest.approx((0.2465013985, 0.1688721875), rel=1e-9)
    assert (found.a, found.b) == pytest.approx((-0.008088, 1.158605), abs=1e-4)
    assert found.cllr_calibrated == pytest.approx(0.2439355232, rel=1e-7)
    assert elub(ss, ds) == pytest.approx((-0.90, 1.12), abs=0.0101)
    assert found.apply(np.array([-np.inf, 99.0, np.nan])) == pytest.approx([found.lo, found.hi, found.a])


def test_e6_match_with_none_of_these() -> None:
    """Two lots of one plant cannot be told apart, and saying the first is saying too much."""
    bg, n = background(), np.array([3, 3, 5, 3, 4])
    mu = np.array([(0.13, 0.99), (0.42, -0.20), (0.45, -0.25), (1.34, 0.88), (-0.52, 1.61)])
    index = LotIndex.of_arrays(
        "oxide", ("Pr", "Nd", "Dy"), ["L1", "L2", "L3", "L4", "L5"], mu, bg.U * (1 + 1 / n)[:, None, None]
    )
    z, S = np.array([0.44, -0.21]), np.array([[4e-4, 1e-4], [1e-4, 6e-4]])
    found = search(
        z,
        S,
        index,
        np.log(np.full(5, 0.1)),
        float(log_density(z, np.zeros(2, dtype=bool), bg.mean[None], bg.C + bg.U + S)[0] + np.log(0.5)),
    )
    posterior = np.exp(found.log_joint - found.log_evidence)
    assert posterior[1:3] == pytest.approx([0.5278679743, 0.4662525003], rel=1e-9)
    assert np.exp(found.log_none - found.log_evidence) == pytest.approx(0.0058795254, rel=1e-7)
    assert found.d2[1:4] == pytest.approx([0.2537213, 0.6743133, 543.347], rel=1e-6)
    assert [tail(d2, 2, None) for d2 in found.d2[1:3]] == pytest.approx([0.8808564, 0.7137970], rel=1e-6)
    assert [tail(d2, 2, 10) for d2 in found.d2[1:3]] == pytest.approx([0.8933738, 0.7455388], rel=1e-6)


def test_e7_unmixing() -> None:
    """A third source that may be there at nine per cent must not be called absent."""
    found = unmix(BLEND, SOURCES)
    assert found.status == "inconclusive" and found.subset == ("A", "B")
    assert found.best is not None
    assert found.best.share == pytest.approx((0.6904488, 0.3095512), abs=5e-7)
    assert found.best.u[1] == pytest.approx(0.0073502, abs=5e-7)
    assert found.best.chi2 == pytest.approx(6.0246111, rel=1e-7)
    assert found.best.interval95[1] == pytest.approx((0.29515, 0.32396), abs=1e-5)
    pair, triple = found.runners_up[:2]
    assert (pair.weight, triple.weight) == pytest.approx((0.726, 0.274), rel=0.03)
    assert triple.share == pytest.approx((0.678130, 0.311171, 0.010699), abs=2e-6)
    assert [name for name, _ in found.undecided] == ["C"]


def test_e8_taggant() -> None:
    """A code read as another one accuses the wrong licence."""
    room = tag.capacity(10, 10, 100, 0.04, 1e-6)
    assert (room.levels, room.bits, room.ceiling) == pytest.approx((5, 20.897, 32.039), abs=5e-4)
    book = tag.Codebook.from_table(("Y", "La", "Ho", "Er", "Lu"), CODES)
    untagged = tag.TagBackground(np.array([1.5, 2, 0.8, 0.7, 0.3]), np.array([0.3, 0.5, 0.2, 0.2, 0.1]))
    sample = composition("y", (19.9, 35.8, 18.6, 5.4, 33.9), 0.03, book.parts)
    found = tag.decode(sample, book, untagged)
    assert found.candidate == (0, 3) and found.status == "inconclusive"  # no certificate, so a pair is a candidate
    assert found.chi2 == pytest.approx(1.0574, abs=5e-5)
    assert found.gap == pytest.approx(332.5 - 1.0574, abs=0.1)
    named = tag.decode(sample, book, untagged, given=(0, 3))
    assert named.status == "exact" and named.share == pytest.approx((0.2954922, 0.1546614), abs=5e-7)
    nine = ["".join(map(str, block)) for block in tag.facility_blocks(9)]
    assert nine == ["012", "036", "048", "057", "138", "147", "156", "237", "246", "258", "345", "678"]
    assert [len(tag.facility_blocks(v)) for v in tag.FACILITY_SIZES] == [7, 12, 26, 35]


def test_e9_pattern() -> None:
    """An anomaly computed on another rule is another number; the rule is named."""
    mass = {"La": 64.0, "Ce": 98.0, "Pr": 15.5, "Nd": 57.0, "Sm": 10.4, "Eu": 1.30, "Gd": 9.1, "Yb": 3.6}
    found = pattern(composition("x", list(mass.values()), 0.03, list(mass)), "ci.ms95")
    values = {one.name: one.value for one in found.anomalies}
    stated = {"Ce/Ce*": 0.7527624, "Ce/Ce* (nd-pr)": 0.7147544, "Eu/Eu*": 0.4073381, "(La/Yb)_N": 12.0768870}
    assert values == pytest.approx(stated, rel=1e-6)


def test_e10_combination() -> None:
    """Counting one specimen twice would turn weak evidence into strong."""
    chemistry = Weight("composition", 2.9, -1.7, 2.1, frozenset({"specimen:1"}))
    chain = Weight("chain", 1.3, -3.0, 2.0, frozenset({"record:1"}))
    tag_elsewhere = Weight("tag", 5.2, -2.0, 3.0, frozenset({"specimen:2"}))
    tag_same = Weight("tag", 5.2, -2.0, 3.0, frozenset({"specimen:1"}))
    assert combine([chemistry, tag_elsewhere, chain]).log10_lr == 6.0
    assert combine([chemistry, tag_same, chain]).log10_lr == pytest.approx(3.4)
    assert combine([chemistry, tag_elsewhere]).log10_lr == pytest.approx(5.1)
    against = Weight("composition", -2.6, -2.2, 2.1, frozenset({"specimen:1"}))
    clash = combine([against, Weight("tag", 3.0, -2.0, 3.0, frozenset({"specimen:2"}))])
    assert clash.klass == "conflict" and clash.log10_lr is None


def test_the_population_must_be_large_enough() -> None:
    """Five lots cannot say how lots differ in the trade."""
    from lodemark.assay.background import BackgroundTooSmall

    with pytest.raises(BackgroundTooSmall) as caught:
        fit(np.zeros((15, 2)), list("aaabbbcccdddeee"), parts=("Pr", "Nd", "Dy"), stage="oxide", provenance="synthetic")
    assert "30" in caught.value.explain("en")
