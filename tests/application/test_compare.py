"""The comparison: the same rows and the same honesty for every regime, or it is propaganda."""

import csv
import io
from datetime import date

import pytest

from lodemark.application import compare, table
from lodemark.application.compare import FIXED_ROWS
from tests.application.test_read import example

REGIMES = ("cn-ann18", "cn-ann61", "us-3a090-2023", "us-3a090-2026", "us-1979", "nl-litho", "eu-2021-821", "uk-euu", "us-chips")
DAY = date(2026, 3, 16)
FOUND = compare(example("full"), REGIMES, DAY)


def test_every_regime_answers_every_row() -> None:
    """A row left out for one side would read as nothing to say."""
    assert [row.code for row in FOUND.rows] == ["outcome", *FIXED_ROWS]
    for row in FOUND.rows:
        assert len(row.entries) == len(REGIMES)
        for entry in row.entries:
            assert entry.value and entry.sentence["en"] and entry.sentence["zh-Hans"]


def test_what_is_not_known_says_so() -> None:
    """An empty cell must not look like 'no'."""
    window = next(row for row in FOUND.rows if row.code == "explanation_window")
    entry = window.entries[REGIMES.index("us-1979")]
    assert (entry.value, entry.provisions) == ("not_known", ())


def test_harder_points_of_both_sides_stand() -> None:
    """Final review without a court on one side, presumption of denial on the other."""
    rows = {row.code: dict(zip(REGIMES, (entry.value for entry in row.entries), strict=True)) for row in FOUND.rows}
    assert (rows["appeal"]["cn-ann18"], rows["court"]["cn-ann18"]) == ("reconsideration_final", "not_for_refusals")
    assert rows["default_stance"]["us-3a090-2023"] == "presumption_of_denial"


@pytest.mark.parametrize(
    ("on", "status"),
    [
        (date(2025, 11, 6), "announced"),
        (date(2026, 3, 16), "suspended"),
        (date(2026, 11, 10), "suspended"),
        (date(2026, 11, 11), "unknown"),
    ],
)
def test_status_is_that_of_the_day(on: date, status: str) -> None:
    """自即日起至2026年11月10日: a threshold that is suspended or unknown must not be shown as law in force."""
    row = next(row for row in compare(example("full"), ["cn-ann61"], on).rows if row.code == "content_threshold")
    assert row.entries[0].status == status


def test_as_if_controlled_is_marked() -> None:
    """Robot magnets are no chips: the question 'how would each treat this user' is a counterfactual and says so."""
    counterfactual = compare(example("full"), REGIMES, DAY, as_if_controlled=True)
    outcome = counterfactual.rows[0].entries
    assert counterfactual.as_if_controlled and "Counterfactual" in table(counterfactual, "md")
    assert outcome[REGIMES.index("us-1979")].value != FOUND.rows[0].entries[REGIMES.index("us-1979")].value


def test_tables_hold_every_entry() -> None:
    """A spreadsheet that drops a grade turns a recollection into a fact."""
    rows = list(csv.DictReader(io.StringIO(table(FOUND, "csv", "zh-Hans"))))
    assert len(rows) == len(REGIMES) * len(FOUND.rows)
    assert {row["evidence"] for row in rows} <= {"primary", "secondary", "computed", "unconfirmed"}
    assert table(FOUND, "md").count("\n") == len(FOUND.rows) + 1
    assert all(regime in table(FOUND, "text", "zh-Hans") for regime in REGIMES)


def test_same_inputs_same_table() -> None:
    """Two people must not print two tables."""
    assert compare(example("full"), REGIMES, DAY) == FOUND


def test_every_outcome_names_the_facts_it_turns_on() -> None:
    """An outcome without its deciding fact is a judgement about a country; the same is shown of each regime."""
    turns_on = dict(zip(REGIMES, (entry.turns_on for entry in FOUND.rows[0].entries), strict=True))
    assert turns_on["us-3a090-2026"] == turns_on["nl-litho"] == ("line[L1].family",)
    assert turns_on["eu-2021-821"] == turns_on["uk-euu"] == ("application.exported_from",)
    assert {regime for regime, facts in turns_on.items() if not facts} == {"us-1979"}, "a repealed act turns on no fact"
    rows = [row for row in csv.DictReader(io.StringIO(table(FOUND, "csv"))) if row["row"] == "outcome"]
    assert [row["turns_on"] for row in rows] == [" ".join(entry.turns_on) for entry in FOUND.rows[0].entries]
