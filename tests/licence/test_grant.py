"""If this fails, a licence says something else than the decision that granted it."""

from dataclasses import replace
from datetime import date

import pytest

from lodemark.ledger import canonical
from lodemark.licence import Condition, DecidedLine, Facts, decide, fold
from tests.licence.make import KG, LINE, RULES, balanced, codes, grant, granted, records


def test_granted_lines_enter_and_refused_ones_do_not() -> None:
    second = replace(LINE, no=2)
    licence = granted(lines=(DecidedLine(LINE, "granted"), DecidedLine(second, "refused")))
    assert [line.no for line in licence.terms.lines] == [1]
    assert licence.account(1, "gross").available == 500 * KG
    balanced(licence)


def test_a_condition_stays_on_its_line_and_leaves_with_it() -> None:
    second = replace(LINE, no=2)
    conditions = (
        Condition("codes-on-packages", {}, "reserve", "case/1", lines=(2,)),
        Condition("assay-per-lot", {}, "reserve", "case/1"),
        Condition("customs-office", {"offices": ["CNSHA"]}, "post", "case/1", lines=(1, 2)),
    )
    licence = granted(lines=(DecidedLine(LINE, "granted"), DecidedLine(second, "refused")), conditions=conditions)
    assert [(c.code, c.lines) for c in licence.terms.conditions] == [("assay-per-lot", ()), ("customs-office", (1,))]


def test_the_record_survives_its_canonical_bytes() -> None:
    """If folding the stored JSON gave another licence than folding the draft, no rebuild could be trusted."""
    import json

    record = records(decide(None, grant(), Facts(), RULES))[0]
    stored = replace(record, facts=json.loads(canonical(record.facts)))
    assert fold([stored]) == fold([record])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "royal"}, "licence-kind-unknown"),
        ({"valid_until": date(2026, 3, 1)}, "validity-empty"),
        ({"valid_until": date(2029, 3, 2)}, "validity-too-long"),
        ({"kind": "single", "valid_until": date(2027, 3, 2)}, "validity-too-long"),
        ({"kind": "single", "max_exports": 2}, "too-many-exports"),
        ({"max_exports": 0}, "too-many-exports"),
        ({"lines": (DecidedLine(LINE, "refused"),)}, "licence-nothing-granted"),
        ({"lines": (DecidedLine(LINE, "granted"), DecidedLine(LINE, "granted"))}, "licence-line-twice"),
        ({"lines": (DecidedLine(replace(LINE, caps={"weight": 1}), "granted"),)}, "licence-line-unreadable"),
        ({"lines": (DecidedLine(replace(LINE, caps={"gross": 0}), "granted"),)}, "licence-line-unreadable"),
        ({"lines": (DecidedLine(replace(LINE, caps={"reo:Fe": 5}), "granted"),)}, "licence-line-unreadable"),
        ({"key_elements": {}}, "licence-key-elements-missing"),
        ({"conditions": (Condition("be-nice", {}, "reserve", "x"),)}, "licence-condition-unknown"),
        ({"conditions": (Condition("route", {}, "reserve", "x"),)}, "licence-condition-unknown"),
        ({"conditions": (Condition("assay-per-lot", {}, "report", "x"),)}, "licence-condition-unknown"),
        ({"conditions": (Condition("assay-per-lot", {}, "post", "x", lines=(9,)),)}, "licence-condition-unknown"),
    ],
)
def test_what_the_law_does_not_allow_is_refused(changes: dict[str, object], code: str) -> None:
    assert code in codes(decide(None, grant(**changes), Facts(), RULES))


def test_single_means_one_end_user() -> None:
    other = replace(LINE, no=2, end_user="fjordline")
    lines = (DecidedLine(LINE, "granted"), DecidedLine(other, "granted"))
    assert codes(decide(None, grant(kind="single", lines=lines), Facts(), RULES)) == {"too-many-end-users"}


def test_the_longest_validity_is_allowed_to_the_day() -> None:
    assert granted(valid_until=date(2029, 3, 1)).terms.valid_until == date(2029, 3, 1)
    assert granted(kind="single").terms.max_exports == 1
