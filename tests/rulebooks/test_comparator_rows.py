"""The fixed rows of the comparator, as typed from the facts by hand; a cell that nobody filled is left out and reads *not known*.

If one broke, one side's harder points would be hidden, or a recollection would be shown as law.
"""

from __future__ import annotations

from datetime import date

import pytest

from lodemark import rules
from tests.rulebooks.probe import FILE, books

P, S, U = "primary", "secondary", "unconfirmed"
COLUMNS = ("cn-ann18", "cn-ann61", "us-3a090-2023", "us-3a090-2026", "us-1979", "nl-litho", "eu-2021-821", "uk-euu", "us-chips")
ROWS: dict[str, tuple[tuple[str, str] | None, ...]] = {
    "default_stance": (
        ("case_by_case", S),
        ("case_by_case_with_refusals", S),
        ("presumption_of_denial", S),
        ("case_by_case_on_conditions", S),
        ("case_by_case", S),
        ("case_by_case", S),
        ("case_by_case", S),
        ("case_by_case", S),
        ("ban_with_exceptions", S),
    ),
    "asks_end_use": (
        ("yes", P),
        ("yes", S),
        ("yes", S),
        ("yes_and_kyc", S),
        ("yes", S),
        ("yes", S),
        ("yes", S),
        ("yes", S),
        ("no", S),
    ),
    "defects_returned": (
        ("once_5_workdays", P),
        ("once_5_workdays", P),
        ("with_cures", S),
        ("with_cures", S),
        ("yes", U),
        None,
        ("national_law", U),
        ("yes", S),
        ("not_applicable", S),
    ),
    "clock": (
        ("workdays_45", P),
        ("workdays_45", P),
        ("days_90", S),
        ("days_90", S),
        ("days_10_30_30", S),
        ("weeks_8", S),
        ("national_law", U),
        ("published_targets", U),
        ("not_applicable", S),
    ),
    "explanation_window": (
        ("heard_no_fixed_days", P),
        ("heard_no_fixed_days", P),
        ("intent_to_deny_20_days", U),
        ("intent_to_deny_20_days", U),
        None,
        ("reasons_in_letter", S),
        ("national_law", U),
        None,
        ("notification_and_review", S),
    ),
    "appeal": (
        ("reconsideration_final", P),
        ("reconsideration_final", P),
        ("under_secretary", S),
        ("under_secretary", S),
        ("to_secretary", U),
        ("objection", S),
        ("national_law", U),
        ("days_28", S),
        None,
    ),
    "court": (
        ("not_for_refusals", P),
        ("not_for_refusals", P),
        ("largely_excluded", U),
        ("largely_excluded", U),
        ("only_against_delay", S),
        ("yes", S),
        ("national_law", U),
        None,
        None,
    ),
    "content_threshold": (
        ("none_in_text", S),
        ("value_share_0_1_percent", S),
        ("de_minimis_or_fdpr", S),
        ("de_minimis_or_fdpr", S),
        ("not_applicable", S),
        ("not_applicable", S),
        ("not_applicable", U),
        None,
        ("capacity_5_percent", S),
    ),
    "ownership_rule": (
        ("no", P),
        ("share_50_percent", S),
        ("share_50_percent", S),
        ("share_50_percent", S),
        ("no", U),
        ("no", U),
        ("no", U),
        ("no", U),
        ("affiliates_of_recipient", S),
    ),
    "bulk_path": (
        ("general_licence_3_years", P),
        ("general_licence_3_years", P),
        ("veu_mostly_withdrawn", S),
        ("no", S),
        ("distribution_licence", U),
        ("global_licence", S),
        ("global_and_general", S),
        ("open_licences", U),
        ("not_applicable", S),
    ),
}
CELLS = [(row, column, cell) for row, cells in ROWS.items() for column, cell in zip(COLUMNS, cells, strict=True)]


@pytest.mark.parametrize(("row", "column", "cell"), CELLS, ids=lambda value: value if isinstance(value, str) else "")
def test_cell(row: str, column: str, cell: tuple[str, str] | None) -> None:
    """Value and grade are those of the facts; what is not known has no cell."""
    found = books()[column].regime.rows.get(row)
    assert (None if found is None else (found.value, found.evidence)) == cell


@pytest.mark.parametrize("column", COLUMNS)
def test_a_cell_is_no_better_known_than_what_it_rests_on(column: str) -> None:
    """A cell graded above its provisions would lend a summary the weight of the law."""
    order = ("primary", "secondary", "computed", "unconfirmed")
    book = books()[column]
    for code, row in book.regime.rows.items():
        grades = [book.provisions[name].evidence for name in row.provisions]
        assert grades or row.value == "not_applicable", code
        if grades:
            assert order.index(row.evidence) >= min(map(order.index, grades)), code


def test_the_harder_points_of_both_sides_are_shown() -> None:
    """Symmetric rows: the finality of a Chinese review stands beside the American presumption of denial."""
    shown = {column: {row.value for row in books()[column].regime.rows.values()} for column in COLUMNS}
    assert {"reconsideration_final", "not_for_refusals"} <= shown["cn-ann18"]
    assert {"presumption_of_denial", "largely_excluded"} <= shown["us-3a090-2023"]


@pytest.mark.parametrize(
    ("column", "outcome"),
    [
        ("cn-ann18", {"refuse_in_principle", "licence_required"}),
        ("us-1979", {"case_by_case"}),
        ("nl-litho", {"case_by_case"}),
        ("eu-2021-821", {"licence_required"}),
        ("uk-euu", {"licence_required"}),
        ("us-3a090-2023", {"not_controlled", "licence_required"}),
    ],
)
def test_every_office_can_be_asked_about_the_same_user_and_use(column: str, outcome: set[str]) -> None:
    """Item and reach are assumed together; otherwise a Chinese export would make every other office answer 'not mine'."""
    facts = FILE.state(
        {"application.exported_from": "CN", "party[p2].country": "CH", "line[L1].family": "smco", "line[L1].form": "magnet"}
    )
    facts = facts.state({"party[p2].owned_share[us-bis-affiliates]": 0})
    found = rules.assess(
        books()[column], facts, on=date(1982, 5, 3) if column == "us-1979" else date(2025, 6, 2), as_if_controlled=True
    )
    assert {each for cell in found.cells for each in cell.reachable} == outcome
