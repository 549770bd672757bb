"""If these fail, the published error rates are not those of the code, and nobody knows how often the honest are asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.finding import PATTERNS, calibrate, table
from lodemark.finding import DETECTORS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "finding-calibration.md"


def test_few_honest_lots_are_asked_and_the_peer_asks_many() -> None:
    """Most alerts of large code systems are slips; a detector that adds to them is ignored within a month."""
    rows = calibrate(600, 11, cheats=25)
    assert len(rows) == len(PATTERNS) == len(DETECTORS) - 1
    assert sum(row.asked for row in rows) <= 15
    assert sum(row.peer for row in rows) >= 20 * sum(row.asked for row in rows)
    assert all(row.seen >= 0.15 for row in rows)


def test_equal_seeds_give_equal_tables() -> None:
    """A rate that cannot be computed again is a claim."""
    assert calibrate(50, 3, cheats=5) == calibrate(50, 3, cheats=5)


@pytest.mark.long
def test_the_page_shows_the_rates_of_this_code() -> None:
    """A table that was true once misleads for years."""
    assert table(calibrate(10_000, 7)) in PAGE.read_text(encoding="utf-8")
