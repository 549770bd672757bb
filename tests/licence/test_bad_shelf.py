"""If this fails, a paper that was refused once is accepted now: each file is named by the check that must fail first."""

from pathlib import Path

import pytest

from lodemark.licence.credential import verify
from tests.licence.papers import NOW, trust

SHELF = sorted((Path(__file__).parents[1] / "bad" / "licence").glob("*.txt"))


@pytest.mark.parametrize("file", [pytest.param(file, id=file.stem) for file in SHELF])
def test_every_bad_paper_is_refused_by_its_check(file: Path) -> None:
    verdict = verify(file.read_text(encoding="ascii"), trust(), NOW)
    assert (verdict.result, verdict.exit_code) == ("not-genuine", 3)
    assert verdict.reasons[0].code == file.stem.partition("@")[0]
    assert verdict.reasons[0].explain("en") != verdict.reasons[0].explain("zh-Hans")


def test_the_shelf_is_not_empty() -> None:
    assert len(SHELF) > 60
