"""Checks: each must speak up for its pattern and keep quiet for the innocent twin beside it."""

import copy

import pytest

from lodemark import rules
from lodemark.application import checks, read, spoken_facts
from lodemark.application.checks import CHECKS
from lodemark.wording import LANGUAGES, has, say
from tests.application.test_read import example

BOOK = rules.load("cn-ann18")


def verdicts(app, code: str) -> list[str]:
    return [result.verdict for result in checks.run(app, BOOK) if result.code == code]


def changed(edit, name: str = "full"):
    content = copy.deepcopy(dict(example(name).content))
    edit(content)
    return read(content)


def test_the_full_example_passes_every_check() -> None:
    """If an honest, complete file raised a question, everybody would learn to ignore the questions."""
    assert {result.verdict for result in checks.run(example("full"), BOOK)} == {"met"}


@pytest.mark.parametrize(
    ("dysprosium", "verdict"), [("2.55", "not_met"), ("2.56", "met"), ("2.64", "met"), ("2.65", "not_met")]
)
def test_sum_of_a_closed_composition(dysprosium: str, verdict: str) -> None:
    """Nine figures of two decimals can hide 0.045 % by rounding, not 0.05 %: beyond it an element is missing or too many."""

    def edit(content):
        made_of = content["lines"][0]["composition"]
        made_of["declared"]["Dy"] = dysprosium
        made_of["measured"] = []

    assert verdicts(changed(edit), "composition-sum") == [verdict]


def test_measured_within_its_uncertainty_is_no_contradiction() -> None:
    """A nominal value 0.02 % off with u = 0.03 % is honest; the same gap with u = 0.005 % is not the declared material."""
    assert verdicts(example("full"), "declared-vs-measured") == ["met"]
    tight = changed(lambda content: content["lines"][0]["composition"]["measured"][0].update(u="0.005"))
    assert verdicts(tight, "declared-vs-measured") == ["not_met"]


@pytest.mark.parametrize(("family", "expected"), [("ndfeb_sintered", ["not_met"]), ("ndfeb_bonded", [])])
def test_phase_floor_spares_bonded_magnets(family: str, expected: list[str]) -> None:
    """20 % rare earth is impossible in a sintered magnet and ordinary in a bonded one."""

    def edit(content):
        content["lines"][0]["material"]["family"] = family
        content["lines"][0]["composition"] = {"unit": "% m/m", "complete": True, "declared": {"Nd": "20", "Fe": "79", "B": "1"}}

    assert verdicts(changed(edit), "ndfeb-phase-floor") == expected


@pytest.mark.parametrize(("pieces", "verdict"), [(50_399, "met"), (50_400, "met"), (50_401, "not_met")])
def test_quantity_boundary(pieces: int, verdict: str) -> None:
    """One piece over what output, spares and scrap allow is a surplus; the last allowed one is not."""

    def edit(content):
        content["lines"][0]["quantity"] = {"pieces": pieces, "gross": "110 kg"}

    assert verdicts(changed(edit), "quantity-exceeds-use") == [verdict]


def test_surplus_is_told_in_pieces_mass_and_element() -> None:
    """An officer must see how much dysprosium the surplus could be, not only that there is one."""
    app = changed(lambda content: content["lines"][0].update(quantity={"pieces": 50_500, "gross": "110 kg"}))
    (found,) = (result for result in checks.run(app, BOOK) if result.code == "quantity-exceeds-use")
    assert (found.numbers["surplus"], found.numbers["surplus_mg"]) == (100, 200_000)
    assert found.numbers["element_mg"]["Dy"] == 5_280


def test_lighter_packaging_is_fine_heavier_pieces_are_not() -> None:
    """Gross may exceed the net mass by packaging, never the other way round."""
    heavier = changed(lambda content: content["lines"][0]["quantity"].update(gross="95 kg"))
    packed = changed(lambda content: content["lines"][0]["quantity"].update(gross="99 kg"))
    assert (verdicts(heavier, "pieces-vs-mass"), verdicts(packed, "pieces-vs-mass")) == (["not_met"], ["met"])


@pytest.mark.parametrize(
    ("start", "month", "verdict"),
    [("AT", "2026-07", "met"), ("AT", "2026-06", "met"), ("AT", "2026-05", "not_met"), ("DE", "2026-07", "not_met")],
)
def test_route_neither_jumps_nor_runs_back(start: str, month: str, verdict: str) -> None:
    """Same month stays possible; a month before the arrival, or a country never reached, does not."""

    def edit(content):
        content["tree"]["crossings"][1] |= {"from": start, "date": month}

    assert verdicts(changed(edit), "route-continuity")[1] == verdict


def test_branching_route_is_no_jump() -> None:
    """Half the robots to Norway, half to Denmark: both leave from where the robots are."""
    app = changed(
        lambda content: content["tree"]["crossings"].append({"item": "robot", "from": "CH", "to": "DK", "date": "2026-09"})
    )
    assert verdicts(app, "route-continuity") == ["met"] * 4


def test_parts_heavier_than_the_whole() -> None:
    """Eight magnets of 2 g cannot sit in a rotor of 15 g, and can in one of 16 g."""
    for mass, verdict in (("15 g", "not_met"), ("16 g", "met")):
        app = changed(lambda content, mass=mass: content["tree"]["nodes"]["rotor"].update(unit_mass=mass))
        assert verdicts(app, "mass-containment") == [verdict]


@pytest.mark.parametrize(
    ("says", "verdict"),
    [
        ({}, "met"),
        ({"end_user": "ALDER  ROBOTICS ＡＧ"}, "met"),
        ({"model": "42SH-12x6x4"}, "not_met"),
        ({"quantity": "0.096 t"}, "met"),
        ({"destination": "AT"}, "not_met"),
        ({"quantity": "n/a"}, "not_known"),
    ],
)
def test_statement_is_compared_not_guessed(says: dict[str, str], verdict: str) -> None:
    """Another unit or width is the same statement; another model is another statement; silence is neither."""
    app = changed(lambda content: content["documents"][2]["says"].update(says))
    assert verdicts(app, "statement-matches") == [verdict]


def test_statement_signed_after_filing() -> None:
    """A statement signed the day after filing was not there when it was filed."""
    for day, verdict in (("2026-03-15", "met"), ("2026-03-16", "met"), ("2026-03-17", "not_met")):
        app = changed(lambda content, day=day: content["documents"][2].update(signed_on=day))
        assert verdicts(app, "statement-matches") == [verdict]


@pytest.mark.parametrize(
    ("function", "verdict"),
    [("joint torque motor", "met"), ("motors, industrial use", "not_known"), ("电机用", "not_known"), ("关节力矩电机", "met")],
)
def test_vague_words_say_nothing(function: str, verdict: str) -> None:
    """'Industrial use' fits a lathe and a launcher; taken as an answer it would end the questions."""
    assert verdicts(changed(lambda content: content["end_use"][0].update(function=function)), "end-use-specific") == [verdict]


def test_re_nesting_asks_only_where_magnets_come_out() -> None:
    """A rotor that stays a rotor is quiet; one that is taken apart is told."""
    taken = changed(lambda content: content["tree"]["nodes"]["joint"].update(takes_magnets_out=True))
    assert (verdicts(example("full"), "re-nesting"), verdicts(taken, "re-nesting")) == (["met"], ["not_met"])


def test_call_offs_of_one_model_are_a_question_only_when_they_add_up() -> None:
    """Two lines within the need are ordinary; two that only together exceed it are asked about, never accused."""

    def twice(pieces: int):
        def edit(content):
            first = content["lines"][0]
            first["quantity"] = {"pieces": pieces, "gross": "110 kg"}
            content["lines"].append({**copy.deepcopy(first), "id": "L2"})
            del content["lines"][1]["node"]

        return changed(edit)

    assert verdicts(twice(25_000), "split-to-evade") == []
    assert verdicts(twice(26_000), "split-to-evade") == ["not_known"]


def test_every_result_is_spoken_in_both_languages() -> None:
    """A code in a sentence is a question nobody can answer."""
    for name in ("minimal", "full", "general", "meishan-declared", "yangshan-declared"):
        app = example(name)
        for result in checks.run(app, BOOK):
            code = f"{result.code}-{result.verdict.replace('_', '-')}"
            for lang in LANGUAGES:
                told = say(code, spoken_facts({**result.facts, **result.numbers}, lang), lang)
                assert told and "{" not in told
                assert not {"end_user", "per_parent", "units:"} & set(told.replace(",", " ").split())
        assert has(f"{CHECKS[0].code}-cure")
    assert all(has(f"{check.code}-{state}") for check in CHECKS for state in ("met", "not-met", "not-known", "cure"))


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ({"end_use[u1].position": "rotor surface of both knee joints"}, "met"),
        ({"node[rotor].how": "surface mounted on the core"}, "met"),
        ({"node[motor].how": "surface mounted on the core"}, "not_known"),
    ],
)
def test_an_answer_by_fact_counts_as_one_in_its_field(answer: dict[str, str], verdict: str) -> None:
    """Asked for either place the same thing would be asked twice, and the second time of somebody who has answered."""

    def edit(content):
        content["end_use"][0].pop("position")
        content["tree"]["nodes"]["rotor"].pop("deep_processed")
        content.setdefault("answers", {}).update(answer)

    assert verdicts(changed(edit), "end-use-specific") == [verdict]
