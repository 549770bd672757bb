"""What stops, and when: worked out by hand, against a day-by-day simulation, and by properties."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from lodemark.cli.exposure import app
from lodemark.exposure import (
    Application,
    ExposureError,
    Item,
    Licence,
    Programme,
    Source,
    Supposed,
    World,
    exposure,
    read_supposed,
    read_world,
)
from lodemark.wording import LANGUAGES

SHELF = json.loads((Path(__file__).parents[1] / "bad" / "exposure" / "files.json").read_text())


def robot(on_hand: int = 100, decided: tuple[int, ...] = (20,), **source: Any) -> World:
    """One robot a day takes one motor, one motor two magnets; motors take 3 days, robots 2. 100 magnets lie in store."""
    return World(
        items={
            "ROBOT": Item("ROBOT", {"MOTOR": 1}, lead_days=2),
            "MOTOR": Item("MOTOR", {"MAGNET": 2}, lead_days=3),
            "MAGNET": Item("MAGNET", elements_mg={"Nd": 30_000, "Dy": 4_000}, on_hand=on_hand),
        },
        programmes={"P": Programme("P", "ROBOT", 1.0)},
        sources={"S": Source("S", "MAGNET", 2.0, "CN", "CN", "APP-7", **source)},
        applications={"APP-7": Application("APP-7", decided)},
    )


def stops(world: World, *supposed: Supposed, horizon: int = 365) -> dict[str, int]:
    return {stop.item: stop.day for stop in exposure(world, supposed, horizon).stops}


def test_a_refusal_stops_the_magnet_then_the_motor_then_the_robot() -> None:
    """Lost: the one question of a manufacturer: when does my line stand still?"""
    # Robots leave from day 0, so magnets must be there 5 days earlier: by the end of day d, 2 * (d + 1 + 5) are gone.
    # 100 in store: 2 * (d + 6) > 100 first on day 45. A motor misses it 3 days later, a robot 2 days after that.
    assert stops(robot(), Supposed("APP-7", "refused")) == {"MAGNET": 45, "MOTOR": 48, "ROBOT": 50}


@pytest.mark.parametrize(
    ("granted", "stopped"),
    # Two a day arrive from the day of the decision on, two a day are needed. The 100 in store are gone on day 44, so
    # the first two must come on day 45.
    [(44, False), (45, False), (46, True)],
)
def test_the_last_day_on_which_a_grant_still_helps(granted: int, stopped: bool) -> None:
    """Lost: an application decided in time would look late, or a late one in time."""
    found = stops(robot(), Supposed("APP-7", "granted", granted))
    assert ("ROBOT" in found) is stopped


def test_delay_and_return_add_to_the_median() -> None:
    """Lost: a return for completion would cost no time."""
    world = robot(decided=(10, 30, 90))
    assert stops(world) == {}
    assert stops(world, Supposed("APP-7", "delayed", 14)) == {}
    assert stops(world, Supposed("APP-7", "returned", 16)) == {"MAGNET": 45, "MOTOR": 48, "ROBOT": 50}


def test_stock_of_a_module_is_used_before_its_parts() -> None:
    """Lost: a full shelf of motors would not keep the line running."""
    world = robot()
    items = {**world.items, "MOTOR": replace(world.items["MOTOR"], on_hand=10)}
    later = stops(replace(world, items=items), Supposed("APP-7", "refused"))
    assert later == {"MAGNET": 55, "MOTOR": 58, "ROBOT": 60}


def test_a_licence_ends_on_its_day_and_with_its_units() -> None:
    """Lost: deliveries under a licence that has run out."""
    world = replace(robot(on_hand=12), applications={})
    until = replace(world, licences={"APP-7": Licence("APP-7", until_day=20)})
    # 12 in store carry the lead, 2 a day arrive through day 19: 40. 2 * (d + 6) > 52 first on day 21.
    assert stops(until)["MAGNET"] == 21
    units = replace(world, licences={"APP-7": Licence("APP-7", units_left=40)})
    assert stops(units)["MAGNET"] == 21
    assert "MAGNET" not in stops(replace(world, licences={"APP-7": Licence("APP-7")}))


def test_alternatives_are_told_with_what_they_change() -> None:
    """Lost: the answer to 'what can I do about it?'."""
    world = robot()
    second = Source("S2", "MAGNET", 2.0, "AU", "EE", ready_day=44)
    late = Source("S3", "MAGNET", 1.0, "US", "US", ready_day=44, substitute=True)
    useless = Source("S4", "MAGNET", 2.0, "US", "US", ready_day=46)
    world = replace(world, sources={**world.sources, "S2": second, "S3": late, "S4": useless})
    told = {a.source: a for a in exposure(world, [Supposed("APP-7", "refused")]).alternatives}
    assert told["S2"].day_after is None and told["S2"].day_before == 50
    # One a day from day 44 on brings 2 by day 45, enough for that day, and 3 by day 46, where 4 are needed.
    assert (told["S3"].day_before, told["S3"].day_after, told["S3"].substitute) == (50, 51, True)
    assert "S4" not in told


def test_masses_shares_and_concentration() -> None:
    """Lost: kilograms by element, and from whom."""
    world = robot()
    other = Source("S2", "MAGNET", 6.0, "AU", "EE")
    answer = exposure(replace(world, sources={**world.sources, "S2": other}), horizon_days=100)
    assert answer.element_kg == {"P": {"Dy": pytest.approx(0.8), "Nd": pytest.approx(6.0)}}
    assert answer.origin_share["P"]["Nd"] == {"AU": pytest.approx(0.75), "CN": pytest.approx(0.25)}
    assert answer.refining_share["P"]["Dy"] == {"EE": pytest.approx(0.75), "CN": pytest.approx(0.25)}
    assert answer.hhi["Nd"]["origin"] == pytest.approx(0.75**2 + 0.25**2)
    assert answer.single_sources == ()
    # 100 magnets in store are 50 robots: day 50 is the first that they do not cover.
    assert answer.cover_days == {"Dy": 50, "Nd": 50}


def test_draws_repeat_and_agree_with_the_record() -> None:
    """Lost: a risk that nobody can check again."""
    world = robot(decided=(30, 40, 50, 60))
    first, second = (exposure(world, draws=2_000, seed=5).risks for _ in range(2))
    assert first == second
    # Decisions after day 44 stop the line: two of four.
    assert first[0].stops_share == pytest.approx(0.5, abs=0.05)
    assert exposure(world, draws=2_000, seed=6).risks != first
    certain = replace(world, applications={"APP-7": Application("APP-7", (0,), refused_share=1.0)})
    assert exposure(certain, draws=50).risks[0].stops_share == 1.0


def test_what_has_no_source_is_named_as_assumed() -> None:
    """Lost: an assumption in silence."""
    world = robot()
    items = {**world.items, "ROBOT": replace(world.items["ROBOT"], parts={"MOTOR": 1, "BODY": 1}), "BODY": Item("BODY")}
    assert exposure(replace(world, items=items)).assumed == ("BODY",)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Small trees with shared parts, stocks and sources, all whole numbers."""
    count = draw(st.integers(1, 7))
    items = {}
    for n in range(count):
        below = [f"i{m}" for m in range(n + 1, count)]
        parts = draw(st.dictionaries(st.sampled_from(below), st.integers(1, 3), max_size=3)) if below else {}
        items[f"i{n}"] = Item(
            f"i{n}", parts, {"Nd": draw(st.integers(0, 9))}, draw(st.integers(0, 6)), draw(st.integers(0, 60))
        )
    bought = [name for name, item in items.items() if not item.parts]
    sources = {
        f"s{n}": Source(
            f"s{n}",
            draw(st.sampled_from(bought)),
            float(draw(st.integers(0, 6))),
            paper=draw(st.sampled_from([None, "A", "B"])),
            lead_days=draw(st.integers(0, 5)),
        )
        for n in range(draw(st.integers(0, 4)))
    }
    applications = {
        name: Application(name, tuple(draw(st.lists(st.integers(0, 40), min_size=1, max_size=3)))) for name in ("A", "B")
    }
    programmes = {
        f"p{n}": Programme(
            f"p{n}", draw(st.sampled_from(sorted(items))), float(draw(st.integers(1, 3))), draw(st.integers(0, 10))
        )
        for n in range(draw(st.integers(1, 2)))
    }
    return World(items, programmes, sources, applications)


def simulated(world: World, horizon: int) -> dict[str, int]:
    """The same question asked day by day with dictionaries and recursion, sharing no code with the room."""
    days = horizon + 60
    order = sorted(world.items, key=lambda name: int(name[1:]))  # parts have higher numbers
    gross = {name: [0.0] * days for name in order}
    made = {}
    for programme in world.programmes.values():
        for day in range(days):
            gross[programme.item][day] += programme.units_per_day * max(day + 1 - programme.from_day, 0)
    for name in order:
        item = world.items[name]
        made[name] = [max(need - item.on_hand, 0.0) for need in gross[name]]
        for part, quantity in item.parts.items():
            for day in range(days):
                gross[part][day] += quantity * made[name][min(day + item.lead_days, days - 1)]
    stop: dict[str, int] = {}
    for name in reversed(order):
        item, sources = world.items[name], [s for s in world.sources.values() if s.item == name]
        for day in range(days):
            have = float(item.on_hand)
            for source in sources:
                begin = 0
                if source.paper:
                    listed = sorted(world.applications[source.paper].decision_days)
                    begin = listed[len(listed) // 2] + source.lead_days
                have += source.units_per_day * max(day + 1 - begin, 0)
            if sources and gross[name][day] > have:
                stop[name] = day
                break
        for part in item.parts:
            if part in stop:
                first = min(stop[part] + item.lead_days, days - 1)
                rises = [d for d in range(first, days) if made[name][d] > (made[name][d - 1] if d else 0.0)]
                if rises:
                    stop[name] = min(stop.get(name, days), rises[0])
    return {name: day for name, day in stop.items() if day < horizon}


@given(worlds())
def test_the_schedule_is_what_a_day_by_day_simulation_finds(world: World) -> None:
    """Lost: the vectors; a plain simulation cannot be wrong in the same way."""
    assert stops(world, horizon=60) == simulated(world, 60)


@given(worlds(), st.integers(1, 30))
def test_more_stock_and_earlier_decisions_never_stop_sooner(world: World, more: int) -> None:
    """Lost: advice that makes things worse."""
    before = stops(world, horizon=60)
    slower = stops(world, Supposed("A", "delayed", more), horizon=60)
    assert all(slower[item] <= day for item, day in before.items())
    name = sorted(item for item, row in world.items.items() if not row.parts)[0]
    richer = {**world.items, name: replace(world.items[name], on_hand=world.items[name].on_hand + more)}
    after = stops(replace(world, items=richer), horizon=60)
    assert all(before[item] <= day for item, day in after.items())


@given(worlds())
def test_draws_at_the_median_agree_with_the_schedule(world: World) -> None:
    """Lost: two engines for one question, each with its own answer."""
    fixed = {
        name: replace(a, decision_days=(sorted(a.decision_days)[len(a.decision_days) // 2],))
        for name, a in world.applications.items()
    }
    answer = exposure(replace(world, applications=fixed), horizon_days=60, draws=7)
    for risk in answer.risks:
        stop = answer.programme_stops.get(risk.programme)
        assert risk.days[1] == (stop.day if stop else None)
        assert risk.stops_share == (1.0 if stop else 0.0)


@pytest.mark.parametrize("case", SHELF, ids=[f"{n}-{case['say']}" for n, case in enumerate(SHELF)])
def test_a_bad_file_is_refused_by_name(case: dict[str, Any]) -> None:
    """Lost: a wrong file would become a wrong forecast."""
    with pytest.raises(ExposureError) as refused:
        read_world(json.dumps(case["file"]))
    assert case["say"] in [fault.code for fault in refused.value.faults]
    assert refused.value.explain("en") != refused.value.explain("zh-Hans")
    assert all(fault.where in refused.value.explain(lang) for fault in refused.value.faults for lang in LANGUAGES)


@pytest.mark.parametrize("text", [b"", b"[]", b'{"items": NaN}', b'{"items": {}, "items": {}}', b"\xff"])
def test_what_is_no_file_is_refused(text: bytes) -> None:
    """Lost: a crash instead of a sentence."""
    with pytest.raises(ExposureError):
        read_world(text)


@pytest.mark.parametrize("text", ["", "refused", "refused APP-9", "granted APP-7", "delayed APP-7 soon", "burnt APP-7"])
def test_a_supposition_nobody_can_read_is_refused(text: str) -> None:
    """Lost: a scenario that was never applied."""
    with pytest.raises(ExposureError):
        read_supposed(text, robot())


@pytest.mark.parametrize(("lang", "word"), [("en", "ROBOTS stops on day 89"), ("zh", "ROBOTS 在第 89 天停止")])
def test_the_command_answers_in_both_languages(tmp_path: Path, lang: str, word: str) -> None:
    """Lost: the door most people use."""
    file = tmp_path / "example.json"
    file.write_bytes((resources.files("lodemark.exposure") / "example.json").read_bytes())
    words = ["run", str(file), "--if", "refused APP-7", "--draws", "20"]
    said = CliRunner().invoke(app, [*words, "--lang", lang])
    assert said.exit_code == 0 and word in said.output
    answer = json.loads(CliRunner().invoke(app, [*words, "--json"]).output)
    assert answer["programme_stops"]["ROBOTS"]["papers"] == ["APP-7"]
    assert answer["element_kg"]["ROBOTS"]["Nd"] == pytest.approx(5 * 365 * 28 * 0.03625)
