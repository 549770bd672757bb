"""Rulebooks that are wrong: each error has its code and place, all are told at once, and nothing half-right loads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lodemark.rules import RulebookError, UnknownRule, check, load
from lodemark.rules.loader import assemble
from lodemark.rules.shelf import SHIPPED, read_file
from tests.rules.world import VOCABULARY, book, both, documents, provision, stage, word

BAD = Path(__file__).parents[1] / "bad" / "rules"
A = {"fact": "application.a"}


@pytest.mark.parametrize("path", sorted(BAD.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_bad_shelf(path: Path):
    """If this failed, a broken rulebook file would load, or be refused at the wrong place."""
    expected = re.match(r"# expect (\w+) (\d+) ([a-z-]+)", path.read_text(encoding="utf-8"))
    assert expected, "the first line says: # expect <kind of file> <line> <code>"
    _, problems = read_file(path.read_bytes(), path.name, expected[1])
    assert (problems[0].line, problems[0].code) == (int(expected[2]), expected[3])
    assert problems[0].explain("en") and problems[0].explain("zh-Hans")


def codes(provisions=(), stages=(), **more) -> list[str]:
    with pytest.raises(RulebookError) as raised:
        assemble("xx", documents(provisions, stages, **more))
    assert raised.value.explain("zh-Hans")
    return [problem.code for problem in raised.value.problems]


SEGMENT = {"from": "2020-01-01", "until": None, "is": "in_force"}


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ({"provision": "xx/law/none"}, "reference-dangling"),
        ({"fact": "application.z"}, "fact-not-in-vocabulary"),
        ({"fact": "node.deep"}, "scope-unbound"),
        ({"fact": "line.fraction", "op": "ge", "value": "1", "unit": "% m/m"}, "fact-key"),
        ({"fact": "line.fraction[Xx]", "op": "ge", "value": "1", "unit": "% m/m"}, "fact-key"),
        ({"fact": "application.note", "op": "eq", "value": "x"}, "op-not-for-type"),
        ({"fact": "application.colour", "op": "ge", "value": "red"}, "op-not-for-type"),
        ({"fact": "application.colour", "in": ["purple"]}, "word-not-in-options"),
        ({"fact": "application.country", "in": {"list": "lists/none"}}, "reference-dangling"),
        ({"fact": "application.share", "op": "ge", "value": "1"}, "unit-missing"),
        ({"fact": "application.share", "op": "ge", "value": "1", "unit": "kg"}, "unit-clash"),
        ({"fact": "application.mass", "op": "ge", "value": "1", "unit": "% m/m"}, "unit-clash"),
        ({"fact": "application.share", "op": "ge", "value": {"of": "none"}}, "reference-dangling"),
        (
            {"exists": {"over": "node", "among": "application.lines", "satisfies": {"fact": "node.deep"}}},
            "collection-other-scope",
        ),
        ({"exists": {"over": "document", "satisfies": A}}, "collection-unknown"),
    ],
)
def test_a_condition_that_means_nothing_does_not_load(when, code: str):
    """If this failed, a condition would be evaluated that nobody could be asked about."""
    assert code in codes([provision("1", when)])


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ([{**SEGMENT, "until": "2021-01-01"}], "period-gap"),
        ([{**SEGMENT, "until": "2021-01-01"}, {**SEGMENT, "from": "2021-01-02"}], "period-gap"),
        ([{**SEGMENT, "until": "2021-01-02"}, {**SEGMENT, "from": "2021-01-01"}], "period-overlap"),
        ([{**SEGMENT}, {**SEGMENT, "from": "2021-01-01"}], "period-overlap"),
        ([{**SEGMENT, "until": "2020-01-01"}, {**SEGMENT}], "period-empty"),
    ],
)
def test_status_tiles_the_time(status, code: str):
    """If this failed, on some day the law would say nothing, or two things."""
    assert code in codes([provision("1", A, status=status)])


def test_provisions_may_not_rest_on_each_other_in_a_circle():
    """If this failed, evaluation would not end."""
    assert "reference-circular" in codes([provision("1", {"provision": "xx/law/2"}), provision("2", {"provision": "xx/law/1"})])


def test_stages_end_without_condition_and_only_there():
    """If this failed, an application could fall through with no outcome."""
    assert codes(stages=[stage("exempt", A)]) == ["stage-last-conditional"]
    assert codes(stages=[stage("exempt"), stage("licence_required")]) == ["stage-unreachable"]


def test_a_provision_without_status_and_a_house_value_that_narrows_nothing():
    """If this failed, a rule would be in force because nobody said otherwise."""
    value = {"name": "Dy", "from": "2020-01-01", "until": None, "value": "1", "unit": "1", "narrows": "xx/law/none#Dy"}
    found = codes([provision("1", A), provision("2", None, values=[value])], instrument={"status": [SEGMENT]})
    assert found == ["reference-dangling"]


def test_a_derived_word_rests_on_words_that_exist():
    """If this failed, what is missing could not be asked for by its base facts."""
    words = [*VOCABULARY, word("application.x", "bool", derived={"by": "a.b", "from": ["application.none"]})]
    assert codes(words=words) == ["fact-not-in-vocabulary"]


def test_all_errors_of_a_book_at_once_in_order():
    """If this failed, each load would show one error more."""
    found = codes(
        [provision("1", {"fact": "application.z"}), provision("2", {"provision": "xx/law/none"})], [stage("exempt", A)]
    )
    assert len(found) == 3


def test_an_unknown_regime_names_the_nearest():
    """If this failed, a typing error would look like a missing law."""
    with pytest.raises(UnknownRule) as raised:
        load("cn-an18")
    assert "cn-ann18" in raised.value.explain()


def test_two_loads_give_one_book_and_the_digest_is_that_of_the_text():
    """If this failed, a decision could not name the rules it was made under."""
    assert load("cn-ann18") is load("cn-ann18")
    one, same, other = (book([provision("1", when)]) for when in (A, A, {"fact": "application.b"}))
    assert one.digest == same.digest != other.digest


def test_the_shipped_shelf_is_sound():
    """If this failed, the law we ship would have gaps, dangling references, impossible conditions or questions nobody may ask."""
    assert [str(problem) for problem in check([SHIPPED])] == []


def test_an_own_shelf_stands_beside_the_shipped_one(tmp_path: Path):
    """If this failed, an office could not add its own rule without editing ours."""
    folder = tmp_path / "house"
    folder.mkdir()
    (folder / "own.yaml").write_text(
        "- id: house/own\n  kind: requires\n  over: application\n  evidence: computed\n  title: {en: t, zh-Hans: t}\n  basis: {en: t, zh-Hans: t}\n"
    )
    assert check([SHIPPED, tmp_path]) == []
    (folder / "twice.yaml").write_text((folder / "own.yaml").read_text())
    from lodemark.rules.loader import shelf
    from lodemark.rules.shelf import read_shelf

    shelf.cache_clear()
    read_shelf.cache_clear()
    assert [problem.code for problem in check([SHIPPED, tmp_path])] == ["id-duplicate"]
    shelf.cache_clear()
    read_shelf.cache_clear()
    (tmp_path / "stray.yaml").write_text("a: 1")
    assert "rulebook-stray-file" in [problem.code for problem in check([SHIPPED, tmp_path])]


def test_a_dated_value_and_a_day_without_one():
    """If this failed, other rooms would take a number of another year."""
    from datetime import date

    from lodemark.rules import NoVersionOnDate

    values = [
        {"name": "days", "from": "2020-01-01", "until": "2021-01-01", "value": 45, "unit": "workday"},
        {"name": "days", "from": "2021-01-01", "until": None, "value": 30, "unit": "workday"},
    ]
    law = book([provision("1", None, kind="procedure", values=values)])
    assert [law.value("xx/law/1", "days", date(*day)).value for day in ((2020, 12, 31), (2021, 1, 1), (2021, 1, 2))] == [
        45,
        30,
        30,
    ]
    with pytest.raises(NoVersionOnDate):
        law.value("xx/law/1", "days", date(2019, 12, 31))


def test_titles_are_needed_in_both_languages():
    """If this failed, a Chinese or an English reader would see nothing."""
    raw = provision("1", A, title={"en": "only"})
    _, problems = read_file(__import__("json").dumps([raw]).encode(), "x/provisions/a.yaml", "provision")
    assert [problem.code for problem in problems] == ["rulebook-schema"] and both("x")
