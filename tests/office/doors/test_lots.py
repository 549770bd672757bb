"""Lots and devices as an inspector sees them: what of a licence must, can and cannot be in them, and where a lot went."""

from __future__ import annotations

import re

import pytest

from lodemark_office.acts import tracing
from lodemark_office.acts.office import Office
from lodemark_office.doors.parts.acting import office
from lodemark_office.doors.parts.sites import grid
from lodemark_office.doors.parts.traced import traced
from tests.office.doors.demonstration import Told, log_in

GS1 = "https://id.gs1.org"
AIRFRAME, LOT_X, LOT_B = f"{GS1}/8004/4012345AIRFRAME7", f"{GS1}/01/04012345000016/10/X", f"{GS1}/01/04012345000016/10/B"


def page(thing: str, lang: str = "en") -> str:
    inspector = log_in("inspector")
    inspector.cookies["lang"] = lang
    answer = inspector.get("/inspectorate/lots/thing/", {"id": thing}, headers={"accept-language": lang})
    assert answer.status_code == 200
    return re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())


def known() -> tracing.Evidence:
    used: Office = office()
    return tracing.evidence(used)


def test_a_device_says_what_of_a_licence_must_be_in_it(told: Told) -> None:
    """Lost: the number the whole system is for, at the place where an inspector stands before the thing.

    The lot X (6 kg) and O (4 kg) became A (7 kg, built into the airframe) and B (3 kg): at most 3 kg of X are in B, so
    at least 3 of its 6 kg, at 2.60 % Dy 0.078 of 0.156 kg, are in the airframe.
    """
    html = page(AIRFRAME)
    assert "At least 0.078 kg" in html and "at most 0.156 kg" in html
    assert "Grams must be there." in html and "Proven" in html
    assert "/10/B" in html  # the receipt that proves the least
    assert "What this cannot show" in html


def test_a_lot_says_where_it_went_and_an_untouched_lot_makes_no_claim(told: Told) -> None:
    """Lost: a page that counts what nobody saw as civil, or as military."""
    evidence = known()
    reach, bounds = evidence.follow(evidence.first_lots(LOT_X), "Dy", ("military",))
    assert (reach.low_mg, reach.high_mg, reach.total_mg) == (78_000, 156_000, 156_000) and bounds is not None
    assert (reach.low_mg, reach.exact) == (78_000, True)
    assert "Where it went" in page(LOT_X)
    _, civil = evidence.follow(evidence.first_lots(LOT_X), "Dy", ("civil",))
    assert civil is not None and civil.max_mg == 0  # CL-3 with B was not inspected: it is in no class


@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
def test_the_drawing_of_where_a_licence_went_is_its_table(told: Told, lang: str) -> None:
    """Lost: a picture that says other grams than the numbers under it, or that only eyes and scripts can read."""
    inspector = log_in("inspector")
    inspector.cookies["lang"] = lang
    answer = inspector.get("/inspectorate/trace/", {"licence": told.query("/inspectorate/trace/")["licence"]})
    (drawn,) = answer.context["drawings"]
    assert drawn.figure.rows[0][1:] == ("0.109411 kg", "70.1%", "0.078352 kg", "0.156 kg")
    went = known().went(answer.context["number"], "Dy")
    assert went is not None and sum(went.expected_kg.values()) * 1e6 == pytest.approx(went.total_mg)
    words = [text.text for text in drawn.plot.texts]
    assert all(row[0] in words and any(word.startswith(f"{row[1]} ({row[2]})") for word in words) for row in drawn.figure.rows)
    html = answer.content.decode()
    assert (
        all(html.count(row[0]) >= 2 for row in drawn.figure.rows) and "<script" not in html.split("<main")[1].split("</main")[0]
    )
    asked = {"licence": answer.context["number"], "figure": "went-Dy", "as": "csv"}
    assert drawn.figure.rows[0][1] in inspector.get("/inspectorate/trace/", asked).content.decode()


def test_what_is_held_elsewhere_is_not_in_the_thing(told: Told) -> None:
    """Lost: a device charged with grams that sit in another one."""
    evidence = known()
    held = evidence.held_in(AIRFRAME)
    assert held and all(use == tracing.HERE for use in held.values())
    assert not evidence.held_in(LOT_X)  # it was used up
    assert [state.terms.number for state in evidence.licences_in(AIRFRAME)]
    assert not evidence.licences_in(LOT_X)


@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
def test_a_contradiction_shows_the_records_and_no_number(told: Told, lang: str) -> None:
    """Lost: a range drawn from records that cannot all be true."""
    from django.template import Context, Template

    from lodemark.attribution import Genealogy
    from lodemark.finding.model import Limit, Reach

    text = '{"lots": {"X": 60, "A": 70}, "processes": {"p": {"inputs": {"X": 60}, "outputs": {"A": 70}}}}'
    bounds = Genealogy.from_json(text)[0].bounds("X")
    conflict = Limit(bounds.conflict.code, bounds.conflict.facts)
    row = traced("Dy", "military", (Reach(None, None, None, 60, conflict=conflict), bounds))
    html = Template('{% load said %}{% include "parts/traced.html" %}').render(Context({"row": row, "lang": lang}))
    assert row.strip is None and not row.can and "<svg" not in html
    assert "10" in html and "p" in html and html.count('class="box ask"') == 1


def test_the_grid_counts_a_lot_once_and_a_missing_site_is_said(told: Told) -> None:
    """Lost: a mass shown twice because two ways lead to it, or a place made up where none was recorded."""
    g = known().genealogy
    drawn = grid(g, g.forward(LOT_X))
    per_stage = [sum(1 for cell in stage.cells if cell) for stage in drawn.stages]
    assert len(drawn.stages) == len(per_stage) and min(per_stage) >= 1
    top = drawn.stages[0]
    assert top.level == 0 and [cell for cell in top.cells if cell] == ["6.000\N{NO-BREAK SPACE}kg"]
    made = [cell for stage in drawn.stages if stage.level == 1 for cell in stage.cells if cell]
    assert made == ["10.000\N{NO-BREAK SPACE}kg"]  # A 7 kg and B 3 kg, whatever way they were met
    built = [cell for stage in drawn.stages if stage.level == 3 for cell in stage.cells if cell]
    assert built == ["7.000\N{NO-BREAK SPACE}kg"]  # the airframe, met through both assemblies
