"""Labelled pairs: what would be shown to a reader (HIT or REVIEW) against what is true, per class. The numbers are printed, not hidden.

The pairs are few and made by the same people as the matcher; they catch a step back, they prove no rate.
"""

import csv
from collections import defaultdict
from pathlib import Path

from lodemark.parties import Name, Party, compare, policy
from lodemark.parties.screen import pair_outcome

PAIRS = Path(__file__).parent / "labelled" / "pairs.csv"


def test_recall_and_precision_on_the_labelled_pairs() -> None:
    """A missed party or a wrong hit added by a change of tables shows here with its names."""
    wrong: dict[str, list[str]] = defaultdict(list)
    counted: dict[tuple[str, bool], int] = defaultdict(int)
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        one, other = (Party(side, (Name(row[side]),)) for side in ("one", "other"))
        shown = pair_outcome(compare(one, other), person=False, policy=policy()) in ("HIT", "REVIEW")
        same = row["same"] == "yes"
        counted[row["class"], same] += 1
        if shown != same:
            wrong["missed" if same else "wrongly shown"].append(f"{row['one']} | {row['other']}")
    assert dict(wrong) == {}
    assert sum(count for (_, same), count in counted.items() if not same) >= 0.4 * len(rows)
