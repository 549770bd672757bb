"""If this fails, a published number cannot be computed again, forgets who still waits, or tells about a single firm."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.case.statistics import Asked, Story, decided_by, joined, quantile, statistics, suppressed, workdays
from lodemark.rules import calendar
from lodemark.wording import has

CN = calendar("cn")
ASKED = Asked(date(2026, 1, 1), date(2027, 1, 1), date(2026, 12, 1))
PLAIN = Story(
    "single", "small", date(2026, 3, 2), accepted=date(2026, 3, 9), decided=date(2026, 4, 20), outcomes={"L1": "granted"}
)


def table(name: str, stories: list[Story], asked: Asked = ASKED) -> dict[tuple[str, str], str | None]:
    found = next(one for one in statistics(stories, asked, CN) if one.name == name)
    return {(row.group, row.code): row.value for row in found.rows}


def test_the_estimate_is_that_of_the_textbook() -> None:
    """The remission times of 21 patients (Freireich and others 1963), as every textbook of survival analysis works them."""
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    waiting = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    waits = [(day, True) for day in ended] + [(day, False) for day in waiting]
    printed = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {day: round(float(1 - decided_by(waits, day)), 3) for day in printed} == printed


@given(st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1), st.integers(0, 60))
def test_without_anybody_waiting_the_estimate_is_the_plain_share(waits: list[tuple[int, bool]], day: int) -> None:
    """An estimate that differs where nothing is uncertain is a wrong count."""
    ended = [(length, True) for length, _ in waits]
    assert decided_by(ended, day) == Fraction(sum(length <= day for length, _ in ended), len(ended))
    assert 0 <= decided_by(waits, day) <= 1


def test_whoever_still_waits_is_kept_in() -> None:
    """Leaving out what is not decided makes the slowest office the fastest."""
    quick = [PLAIN] * 10
    stuck = [replace(PLAIN, decided=None, outcomes={})] * 10
    alone, together = (table("statistics-decided-by", stories)["all", "30"] for stories in (quick, quick + stuck))
    assert alone == "1.000" and together == "0.500"
    assert table("statistics-flow", quick + stuck)["all", "pending"] == "10"
    assert table("statistics-ageing", quick + stuck) == {("all", "46+"): "10"}


def test_days_are_working_days_of_the_calendar_per_court() -> None:
    """An office that counts its own days as the applicant's looks faster than it is."""
    courts = ((date(2026, 3, 9), date(2026, 3, 16), "authority"), (date(2026, 3, 16), date(2026, 3, 18), "applicant"))
    found = table("statistics-courts", [replace(PLAIN, courts=courts)] * 5)
    assert found == {
        ("all", "applicant median"): "2",
        ("all", "applicant nine-of-ten"): "2",
        ("all", "authority median"): "5",
        ("all", "authority nine-of-ten"): "5",
    }
    assert workdays(date(2026, 9, 30), date(2026, 10, 8), CN) < 3  # the holidays of October do not count


@pytest.mark.parametrize(("share", "wanted"), [(Fraction(1, 2), 3), (Fraction(9, 10), 5), (Fraction(1, 5), 1)])
def test_a_quantile_is_a_count_that_was_seen(share: Fraction, wanted: int) -> None:
    """An interpolated day is a day on which nothing happened."""
    assert quantile([5, 1, 4, 2, 3], share) == wanted


@given(st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 12), min_size=1))
def test_no_hidden_cell_can_be_computed_from_a_total(cells: dict[tuple[str, str], int]) -> None:
    """A total with one cell missing is that cell."""
    hidden = suppressed(cells, 5)
    assert all(at in hidden for at, count in cells.items() if 0 < count < 5)
    for axis in (0, 1):
        for key in {at[axis] for at in cells}:
            line = [at for at in cells if at[axis] == key and cells[at]]
            inside = [at for at in line if at in hidden]
            assert not inside or len(inside) == len(line) or (len(inside) > 1 and sum(cells[at] for at in inside) >= 5)


def test_small_groups_are_told_nothing_about() -> None:
    """Four firms in a class know each other: what is told about four is told about each."""
    small = [replace(PLAIN, size="large")] * 4
    asked = replace(ASKED, by="size")
    found = table("statistics-outcomes", [PLAIN] * 20 + small, asked)
    assert found == {("large", "granted"): None, ("small", "granted"): None}
    assert all(
        value is None
        for (group, _), value in table("statistics-decided-by", [PLAIN] * 20 + small, asked).items()
        if group == "large"
    )


def test_an_act_counts_in_its_period_and_not_before_the_day_looked_at() -> None:
    """A number that changes when next year's cases come in is no number of this year."""
    many = [PLAIN] * 6
    until = replace(ASKED, until=date(2026, 4, 20))
    assert ("all", "decided") not in table("statistics-flow", many, until)
    assert table("statistics-flow", many, replace(until, until=date(2026, 4, 21)))["all", "decided"] == "6"
    early = replace(ASKED, as_of=date(2026, 4, 19))
    assert table("statistics-flow", many, early)["all", "pending"] == "6"
    assert ("all", "decided") not in table("statistics-flow", many, early)


def passages(outcome: str, varied: dict[str, str] | None = None) -> dict[str, dict[str, object]]:
    case = {
        "application": "application/1",
        "accepted": "2026-03-09",
        "decided": "2026-04-20",
        "closed": None,
        "courts": [],
        "rfis": 1,
    }
    return {
        "application/1": {"route": "single", "size": "small", "received": "2026-03-02", "returned": [["2026-03-04", ["x"]]], "withdrawn": None},
        "case/1": {**case, "outcomes": {"L1": "refused"}},
        "appeal/1": {"case": "case/1", "lodged": "2026-05-01", "outcome": outcome, "concluded": "2026-06-01", "outcomes": varied or {}},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "varied", "final"),
    [("upheld", {}, "refused"), ("varied", {"L1": "granted"}, "granted"), ("annulled", {}, "annulled")],
)
def test_what_an_appeal_decided_replaces_and_never_adds(outcome: str, varied: dict[str, str], final: str) -> None:
    """A line counted twice makes an office generous that was corrected."""
    (story,) = joined(passages(outcome, varied))
    assert story.outcomes == {"L1": final}
    assert story.appeals == ((date(2026, 5, 1), date(2026, 6, 1), outcome),)


def test_every_table_and_grouping_has_a_word() -> None:
    """A table without a heading is read as another."""
    for by in ("all", "route", "size", "cohort"):
        for one in statistics([PLAIN] * 6, replace(ASKED, by=by), CN):
            assert has(one.name) and has(f"{one.name}-what")
    assert {group for group, _ in table("statistics-flow", [PLAIN] * 6, replace(ASKED, by="cohort"))} == {"2026-Q1"}


def test_two_halves_of_a_period_make_the_whole() -> None:
    """A day between two periods that belongs to neither is a case nobody counts."""
    stories = [replace(PLAIN, received=date(2026, 1, 1) + timedelta(days=7 * n)) for n in range(50)]
    halves = [
        replace(ASKED, smallest=1, since=a, until=b)
        for a, b in ((date(2026, 1, 1), date(2026, 7, 1)), (date(2026, 7, 1), date(2027, 1, 1)))
    ]
    whole = table("statistics-flow", stories, replace(ASKED, smallest=1))["all", "received"]
    assert sum(int(table("statistics-flow", stories, half)["all", "received"] or 0) for half in halves) == int(whole or 0)
