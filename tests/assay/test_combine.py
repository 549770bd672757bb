"""Several strands as one weight: nothing counted twice, nothing netted away, one assay never enough."""

import pytest

from lodemark.assay import Weight, assessable, combine, stage, stages, word
from lodemark.assay.stages import UnknownStage
from lodemark.wording import has, say


def weight(log10_lr: float, *inputs: str, **fields: object) -> Weight:
    return Weight(**{"kind": "composition", "lo": -4.0, "hi": 4.0, **fields, "log10_lr": log10_lr, "inputs": frozenset(inputs)})  # type: ignore[arg-type]


def test_the_same_specimen_twice_changes_nothing() -> None:
    """A result filed twice must not weigh twice."""
    once = combine([weight(2.5, "s1")])
    twice = combine([weight(2.5, "s1"), weight(2.5, "s1")])
    assert once.log10_lr == twice.log10_lr == 2.5


def test_inputs_join_groups_however_indirectly() -> None:
    """One laboratory batch ties two specimens, the specimen ties two batches: all one piece of evidence."""
    found = combine([weight(2.0, "s1", "batch1"), weight(3.0, "s2", "batch1"), weight(1.0, "s2", "batch2")])
    assert len(found.groups) == 1 and found.log10_lr == 1.0


def test_missing_and_unvalidated_evidence_is_exactly_nothing() -> None:
    """Silence is not evidence for either side."""
    alone = combine([weight(2.5, "s1")])
    assert combine([weight(2.5, "s1"), weight(9.0, "s2", lo=None, hi=None)]).log10_lr == alone.log10_lr
    assert combine([]).klass == "inconclusive" and combine([]).log10_lr == 0


def test_one_assay_alone_is_never_adverse() -> None:
    """A coated surface, a mixed-up vial: one specimen is a question."""
    first = weight(-3.0, "s1", specimen="s1", batch="b1")
    assert combine([first]).klass == "inconclusive"
    assert "weight-needs-second-specimen" in {caveat.code for caveat in combine([first]).caveats}
    same_batch = weight(-3.0, "s2", specimen="s2", batch="b1")
    assert combine([first, same_batch]).klass == "inconclusive"
    assert combine([first, weight(-3.0, "s2", specimen="s2", batch="b2")]).klass == "inconsistent"


def test_a_refutation_beside_strong_support_goes_to_a_person() -> None:
    """Right tag, wrong composition: that is how a copied tag looks."""
    found = combine([weight(3.0, "s1", kind="tag"), weight(-0.5, "s2", refute_p=1e-6)])
    assert found.klass == "conflict" and found.log10_lr is None and found.word is None


def test_what_the_stage_cannot_carry_is_not_assessable() -> None:
    """An 'ore pattern' of a separated oxide is a pattern of the refinery."""
    assert combine([weight(3.0, "s1", assessable=False)]).klass == "not-assessable"
    assert not assessable("oxide", "ore-pattern") and assessable("ore", "deposit-type")
    for name, row in stages().items():
        assert {"origin-proof", "end-use"} <= set(row.cannot)
        assert all(has(f"mark-cannot-{limit}") for limit in row.cannot), name
    with pytest.raises(UnknownStage):
        stage("moon")


def test_the_cap_and_the_table_of_priors() -> None:
    """Six is the most this tool will say, and even six leaves a small prior small."""
    found = combine([weight(4.0, "s1"), weight(4.0, "s2")])
    assert found.log10_lr == 6.0 and dict(found.posterior)["0.001"] < 1
    assert combine([weight(1.0, "s1")]).posterior[0][1] == pytest.approx(0.0099, abs=1e-4)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0.5, "support-weak"),
        (1.0, "support-moderate"),
        (2.99, "support-moderately-strong"),
        (-4.2, "support-very-strong"),
        (6.0, "support-extremely-strong"),
    ],
)
def test_words_follow_the_bands(value: float, code: str) -> None:
    """'Strong' and 'moderate' decide how a file is read."""
    assert word(value) == code
    assert "L-1" in say(code, {"this": "L-1", "that": "other oxide"}, "zh-Hans")
