"""Reading: what is stated, what is not known and what is sealed must come out of the file unchanged and unconfused."""

import json
from datetime import date
from fractions import Fraction
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.application import ApplicationFormatError, facts, read
from lodemark.application.model import Range
from lodemark.rules import load

EXAMPLES = resources.files("lodemark.application") / "examples"
HEAD = "schema: lodemark.application/1\n"


def example(name: str):
    return read((EXAMPLES / f"{name}.yaml").read_bytes(), file=f"{name}.yaml")


def composition(written: str):
    return (
        read(f'{HEAD}lines: [{{id: L1, composition: {{unit: "% m/m", declared: {{Dy: {written}}}}}}}]'.encode())
        .lines[0]
        .composition
    )


@pytest.mark.parametrize("name", ["minimal", "full", "general", "yangshan-declared", "meishan-declared"])
def test_json_reads_like_yaml(name: str) -> None:
    """Without this an applicant's system and an applicant's editor would file two different things."""
    app = example(name)
    assert read(json.dumps(app.content).encode(), file="same.json") == read(app.content) == app


def test_norway_is_a_country_and_ten_hundredths_stay_exact() -> None:
    """YAML 1.1 would read NO as false; a float would read 0.10 as something near it."""
    app = read(
        (
            HEAD
            + 'parties: {end_user: [{id: p1, country: NO}]}\nlines: [{id: L1, composition: {unit: "% m/m", declared: {Y: 0.10}}}]'
        ).encode()
    )
    assert app.parties.of("end_user")[0].country == "NO"
    assert app.lines[0].composition.declared == {"Y": Range(Fraction(1, 1000), Fraction(1, 1000))}


@pytest.mark.parametrize("word", ["TBD", "n/a", '""', "待定", "about 25 kg"])
def test_not_known_is_kept_with_its_text(word: str) -> None:
    """Somebody who writes TBD has answered nothing; taken as a fault or as zero it would cost them a return or a refusal."""
    app = read(f"{HEAD}lines: [{{id: L1, quantity: {{gross: {word}}}}}]".encode())
    assert app.lines[0].gross_mg is None
    assert app.unread == {"/lines/0/quantity/gross": word.strip('"')}


@pytest.mark.parametrize(
    ("written", "low", "high", "not_detected"),
    [
        ('"0.36"', "36/10000", "36/10000", False),
        ('"<0.01"', "0", "1/10000", True),
        ('"nd (LOD 0.01 %)"', "0", "1/10000", True),
        ('"未检出 (LOD 0.01)"', "0", "1/10000", True),
        ('"2.4-2.7"', "24/1000", "27/1000", False),
        ('"＜0.01"', "0", "1/10000", True),
    ],
)
def test_contents_are_sets_of_possible_values(written: str, low: str, high: str, not_detected: bool) -> None:
    """'<0.01 %' taken as 0.01 % or as 0 would decide a case that is open."""
    assert composition(written).declared["Dy"] == Range(Fraction(low), Fraction(high), not_detected)


def test_not_detected_without_a_limit_says_nothing() -> None:
    """Without a detection limit nobody knows what was looked for."""
    assert composition("nd").declared == {}


def test_oxide_is_converted_by_its_own_formula() -> None:
    """Tb2O3 and Tb4O7 hold different shares of terbium; one factor for both would move the trace threshold."""
    declared = (
        read(f'{HEAD}lines: [{{id: L1, composition: {{unit: "% m/m", declared: {{Tb4O7: "1.00"}}}}}}]'.encode())
        .lines[0]
        .composition.declared
    )
    assert round(float(declared["Tb"].low), 7) == 0.0085022


def test_atom_per_cent_of_a_closed_composition() -> None:
    """Nd2Fe14B is 26.68 % Nd by mass and 11.76 % by atoms: the wrong basis would more than halve the rare earth."""
    text = HEAD + 'lines: [{id: L1, composition: {unit: "% at", complete: true, declared: {Nd: 2, Fe: 14, B: 1}}}]'
    assert round(float(read(text.encode()).lines[0].composition.declared["Nd"].low), 4) == 0.2668


def test_sealed_answer_shows_its_digest_and_nothing_else() -> None:
    """The exporter's file must hold the promise of an answer, never the answer."""
    app = example("full")
    (path,) = app.sealed
    assert path == "/parties/end_user/0/ownership"
    assert app.sealed[path].to == "authority"


def test_month_leaves_the_day_open() -> None:
    """A crossing planned for June may be on any day of June."""
    crossing = example("full").tree.crossings[0]
    assert (crossing.earliest, crossing.latest) == (date(2026, 6, 1), date(2026, 6, 30))


@given(st.binary(max_size=400))
def test_bytes_never_crash(data: bytes) -> None:
    """Whatever is uploaded is answered with a list of faults, not with a stack trace."""
    for name in ("", "a.yaml", "a.json"):
        try:
            read(data, file=name)
        except ApplicationFormatError as refused:
            assert refused.errors and refused.explain("zh-Hans")


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "lines",
                    "tree",
                    "nodes",
                    "in",
                    "parties",
                    "end_user",
                    "sealed",
                    "composition",
                    "declared",
                    "unit",
                    "Dy",
                    "measured",
                    "u",
                    "schema",
                    "quantity",
                    "gross",
                    "documents",
                    "says",
                    "crossings",
                    "date",
                    "answers",
                ]
            ),
            part,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(_JSON)
def test_wrong_shapes_never_crash(value: object) -> None:
    """A mapping where a list belongs, at any depth, is a fault with a path."""
    content = {"schema": "lodemark.application/1", **value} if isinstance(value, dict) else {"lines": value}
    try:
        read(content)
    except ApplicationFormatError as refused:
        assert all(fault.explain("en") for fault in refused.errors)


def test_more_lines_than_an_application_can_hold() -> None:
    """Every line is looked at against every part: a million of them would hold the office, not inform it."""
    with pytest.raises(ApplicationFormatError) as refused:
        read({"schema": "lodemark.application/1", "lines": [{"id": f"L{place}"} for place in range(2_001)]})
    assert [fault.code for fault in refused.value.errors] == ["application-too-many"]


def test_a_word_outside_the_lists_is_told_with_its_place() -> None:
    """A misspelt family would meet no entry; without line and column nobody finds it in a long file."""
    text = b"schema: lodemark.application/1\nlines: [{id: L1, material: {family: ndfeb_sinterd, form: magnett}}]\n"
    book = load("cn-ann18")
    with pytest.raises(ApplicationFormatError) as told:
        facts(read(text), book)
    assert [(fault.line, fault.col, fault.path) for fault in told.value.errors] == [
        (2, 37, "/lines/0/material/family"),
        (2, 58, "/lines/0/material/form"),
    ]
    assert "ndfeb_sintered" in told.value.explain() and "magnet" in told.value.explain()
    assert read(text) == read(read(text).content), "where it was written is no part of what was said"
