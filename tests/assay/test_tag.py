"""Codes: a reading that accuses has to be rarer than the certificate says."""

from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np
import pytest

from lodemark.assay import PartsMissing, tag
from lodemark.assay.tag.assign import BookExhausted
from lodemark.assay.tag.codebook import BadCodebook
from lodemark.assay.tag.decode import read
from lodemark.trouble import Refusal
from tests.assay.examples import CODES, composition

PANEL = ("Y", "La", "Ho", "Er", "Lu")
NONE = tag.TagBackground(np.full(5, 1.0), np.full(5, 0.2))


@pytest.fixture(scope="module")
def book() -> tag.Codebook:
    return tag.certify(tag.Codebook.from_table(PANEL, CODES), NONE, seed=3, trials=60)


def test_the_certificate_is_the_same_for_the_same_seed(book: tag.Codebook) -> None:
    """A rate that cannot be reproduced cannot be contested."""
    again = tag.certify(tag.Codebook.from_table(PANEL, CODES), NONE, seed=3, trials=60)
    assert again.certificate == book.certificate


def test_each_code_is_read_and_weighs_no_more_than_the_trials(book: tag.Codebook) -> None:
    """A hundred trials cannot carry a million to one."""
    for number, code in enumerate(CODES):
        found = read(1.0 + code, 0.03 * (1.0 + code), book, NONE)
        assert found.status == "exact" and found.codes == (number,)
        assert 0 < found.log10_lr <= np.log10(61) + 1e-9


def test_untagged_diluted_and_foreign_material_is_not_read(book: tag.Codebook) -> None:
    """Reading a code where there is none is the worst this room can do."""
    assert read(np.full(5, 1.05), np.full(5, 0.03), book, NONE).status == "untagged"
    foreign = np.array([80.0, 20, 90, 15, 25])
    assert read(1 + foreign, 0.03 * foreign, book, NONE).status in ("unregistered", "inconclusive")
    assert book.certificate is not None and book.certificate.untagged_read == 0.0


def test_a_spike_is_named() -> None:
    """Someone adds erbium to make one code look like another: the excess sits in one dopant."""
    uncertified = tag.Codebook.from_table(PANEL, CODES)
    spiked = 1.0 + CODES[0] + np.array([0, 0, 0, 300.0, 0])
    found = tag.decode(composition("y", spiked.tolist(), 0.03, PANEL), uncertified, NONE)
    assert found.status != "exact" and (found.spike_hint == ("Er",) or found.status == "inconclusive")


def test_a_leached_code_shows_its_tilt() -> None:
    """Acid takes lanthanum before lutetium; a smooth tilt is chemistry, not a new code."""
    from lodemark.assay.tag.decode import RADIUS

    radius = np.array([RADIUS[part] for part in PANEL])
    away = (radius - radius.mean()) / (radius.max() - radius.min())
    leached = 1.0 + CODES[1] * np.exp(-0.9 * away)
    found = tag.decode(composition("y", leached.tolist(), 0.03, PANEL), tag.Codebook.from_table(PANEL, CODES), NONE, max_k=1)
    assert found.status == "unregistered" and found.altered == pytest.approx(-0.9, abs=0.2)


def test_a_dense_book_on_few_dopants_is_refused() -> None:
    """With four dopants any code is a blend of two others: such a book accuses at random."""
    found = tag.design(("Y", "La", "Ce", "Gd"), 24, (10, 22, 47, 100), 7, trials=30)
    assert isinstance(found, Refusal) and found.codes == ("tag-design-refused",)
    assert "dopants" in found.reasons[0].explain("en") and found.reasons[0].explain("zh-Hans")


def test_too_many_lots_for_the_levels_is_said() -> None:
    """Two levels on two dopants are three ratios."""
    found = tag.design(("Y", "La"), 5, (10, 100), 1, trials=20)
    assert isinstance(found, Refusal) and found.codes == ("tag-design-too-few",)


def test_a_good_book_certifies_and_separates() -> None:
    """The normal case: eight dopants, a dozen lots."""
    found = tag.design(("Y", "La", "Ce", "Gd", "Ho", "Er", "Lu", "Sc"), 12, (10, 22, 47, 100), 7, trials=25)
    assert isinstance(found, tag.Codebook) and found.certificate is not None
    assert found.certificate.unregistered_as_pair <= 0.01 and found.min_separation > 20


@pytest.mark.parametrize("v", tag.FACILITY_SIZES)
def test_two_plants_never_cover_a_third(v: int) -> None:
    """If two plants could imitate a third, the third would be accused of their blend."""
    blocks = [set(block) for block in tag.facility_blocks(v)]
    assert all(sum({a, b} <= block for block in blocks) == 1 for a, b in combinations(range(v), 2))
    assert not any(third <= one | two for one, two in combinations(blocks, 2) for third in blocks if third not in (one, two))


def test_three_plants_may_and_that_is_said() -> None:
    """What cannot be told apart must not be printed as certain."""
    blocks = tag.facility_blocks(7)
    two = set(blocks[0]) | set(blocks[1])
    assert tag.facilities(7, two) == ((0, 1), True)
    assert tag.facilities(7, set(range(7)))[1] is False


def test_lots_get_codes_by_a_key_and_only_the_root_is_public() -> None:
    """Whoever guesses the next code can forge it before it is issued."""
    book = tag.Codebook.from_table(PANEL, CODES)
    one, same, other = (tag.assign(book, ["L1", "L2"], key, "k1") for key in (b"a" * 32, b"a" * 32, b"b" * 32))
    assert one == same and one.root != other.root
    assert len({code for _, code in one.table}) == 2
    assert one.carries_weight(date(2026, 3, 1), None)
    assert [one.carries_weight(date(2026, 3, day), date(2026, 3, 2)) for day in (1, 2, 3)] == [True, False, False]
    with pytest.raises(BookExhausted):
        tag.assign(book, [f"L{n}" for n in range(5)], b"a" * 32, "k1")


def test_bad_tables_and_missing_dopants_are_refused() -> None:
    """A foreign codebook is read as carefully as a foreign certificate."""
    for parts, table in [(("Y", "Xx"), [[1, 2]]), (("Y", "La"), [[0, 2]]), (("Y", "La"), [[1, 2], [1, 2]])]:
        with pytest.raises(BadCodebook):
            tag.Codebook.from_table(parts, np.asarray(table, dtype=float))
    with pytest.raises(PartsMissing):
        tag.decode(composition("y", (1.0, 2.0), 0.03, ("Y", "La")), tag.Codebook.from_table(PANEL, CODES), NONE)


def test_a_leaked_book_and_an_uncertified_one_carry_no_weight(book: tag.Codebook) -> None:
    """A reading without a measured rate of error is an opinion."""
    bare = replace(book, certificate=None)
    assert read(1.0 + CODES[0], 0.03 * CODES[0], bare, NONE).log10_lr == 0.0


@pytest.mark.parametrize(
    ("code", "rates"),
    [
        ([[10.0, np.inf], [20.0, 10.0]], {}),
        ([[10.0, 2e6], [20.0, 10.0]], {}),
        ([[10.0, 20.0], [20.0, 10.0]], {"u_rel": 0.0}),
        ([[10.0, 20.0], [20.0, 10.0]], {"heterogeneity": float("nan")}),
        ([[10.0, 20.0], [20.0, 10.0]], {"retention": 3.0}),
    ],
)
def test_levels_and_rates_that_cannot_be_are_refused(code: list[list[float]], rates: dict[str, float]) -> None:
    """More dopant than material, or a reading without error, certifies anything."""
    with pytest.raises(BadCodebook):
        tag.Codebook.from_table(("Y", "La"), np.array(code), **rates)
