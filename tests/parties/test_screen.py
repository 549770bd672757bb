"""Screening: only a list that is there, whole and fresh may clear anybody."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lodemark.parties import (
    ListUnreadable,
    Name,
    Party,
    accept,
    build_index,
    diff,
    hold_reasons,
    identifier,
    load,
    policy,
    screen,
)
from lodemark.parties.facts import as_facts
from lodemark.rules import UNKNOWN, Known
from lodemark.wording import has

DAY = date(2026, 3, 16)
HEAD = "id,name,weak_names,kind,country,measures,from,until,status,identifiers,reference,birth_date\n".replace(
    "birth_date", "born"
)
ROWS = """1,启明第三一五研究所,,organisation,CN,export-barred;cn-control-list,2025-01-01,,in_force,,F-1,
2,Northwind Dynamics AG;北风动力,NWD,organisation,CH,export-barred,2025-01-01,2026-04-01,in_force,lei=5493001KJTIIGC8Y1R12,F-2,
3,Ivan Petrov,,person,RU,export-barred,,,in_force,,F-3,1970-01-01
4,Vega Optics Ltd,,organisation,GB,application-needed,2025-01-01,,suspended,,F-4,
5,Old Harbour GmbH,,organisation,DE,export-barred,2020-01-01,,lifted,,F-5,
"""


def version(rows: str = ROWS, published: date = date(2026, 3, 10)):
    return load((HEAD + rows).encode(), list_id="fictional", profile="simple-csv", published=published)


def party(*names: str, **more: object) -> Party:
    return Party("p", tuple(Name(text) for text in names), **more)  # type: ignore[arg-type]


def outcome(who: Party, **more: object):
    return screen(who, build_index([version()]), on=DAY, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (party("Qiming 315th Research Institute"), "HIT"),
        (party("Qiming 351st Research Institute"), "CLEAR"),
        (party("北風動力"), "HIT"),
        (party("Somebody Else", identifiers=(identifier("lei", "5493001KJTIIGC8Y1R12"),)), "HIT"),
        (party("Northwind Dynamics Sarl", countries=("CH",)), "REVIEW"),
        (party("NWD"), "REVIEW"),
        (party("Ivan Petrov", kind="person"), "REVIEW"),
        (party("PETROV Ivan", kind="person", born="1970-01-01"), "HIT"),
        (party("Ivan Petrov", kind="person", born="1981-05-05"), "CLEAR"),
        (party("Vega Optics Ltd"), "HIT"),
        (party("Old Harbour GmbH"), "CLEAR"),
        (party("Nоrthwind Dynаmics AG"), "HIT"),
        (party("Alder Robotics AG"), "CLEAR"),
    ],
)
def test_outcome(who: Party, expected: str) -> None:
    """Each row is a line of the outcome table: identity decides, a person's name alone never does."""
    found = outcome(who)
    assert found.outcome == expected, found
    assert has(f"party-{found.outcome}")
    for match in (*found.matches, *found.near_misses):
        assert all(has(part.code) for part in (*match.features, *match.contradictions))


def test_candidates_lose_nothing_on_this_list() -> None:
    """Speed must not cost a hit: the index and the comparison of every line agree."""
    index = build_index([version()])
    for listing in version().listings:
        for name in listing.party.names:
            who = party(name.text, kind=listing.party.kind)
            fast, full = screen(who, index, on=DAY), screen(who, index, on=DAY, exhaustive=True)
            assert (fast.outcome, fast.matches) == (full.outcome, full.matches)


@pytest.mark.parametrize(
    ("index", "who", "code"),
    [
        (None, party("Alder"), "no-list"),
        (build_index([]), party("Alder"), "no-list"),
        (build_index([version(published=date(2026, 2, 12))]), party("Alder"), "list-stale"),
        (build_index([version(published=date(2026, 3, 17))]), party("Alder"), "list-stale"),
        (build_index([version("")]), party("Alder"), "list-empty"),
        (build_index([version(ROWS + "6,,,,,,,,,,,\n")]), party("Alder"), "list-inactive"),
        (build_index([version()]), party(" . "), "name-unreadable"),
        (build_index([version()]), party("ا" * 12), "script-unsupported"),
    ],
)
def test_fail_closed(index, who: Party, code: str) -> None:
    """Whatever prevents an answer is told as its cause, and is never taken for *not listed*."""
    found = screen(who, index, on=DAY)
    assert (found.outcome, [unknown.code for unknown in found.unknowns]) == ("UNKNOWN", [code])
    assert has(code)


@pytest.mark.parametrize(("published", "stale"), [(date(2026, 2, 13), False), (date(2026, 2, 12), True)])
def test_age_boundary(published: date, stale: bool) -> None:
    """31 days old may clear, 32 may not."""
    found = screen(party("Alder"), build_index([version(published=published)]), on=DAY)
    assert (found.outcome == "UNKNOWN") is stale


@pytest.mark.parametrize(("on", "expected"), [(date(2026, 3, 31), "HIT"), (date(2026, 4, 1), "UNKNOWN")])
def test_a_status_that_ran_out_is_not_known(on: date, expected: str) -> None:
    """A listing whose last known day has passed is neither in force nor lifted."""
    index = build_index([version(published=on)])
    found = screen(party("Northwind Dynamics AG"), index, on=on)
    assert found.outcome == expected
    assert on != date(2026, 3, 31) or found.next_change == date(2026, 4, 1)


def test_hit_beats_unknown() -> None:
    """A party found on the good list is listed, however old the other list is."""
    old = replace(version(published=date(2025, 1, 1)), list_id="old")
    assert screen(party("Qiming 315th Research Institute"), build_index([version(), old]), on=DAY).outcome == "HIT"


def test_accepted_list_clears_but_shows_its_gap() -> None:
    """An officer may take a list with an unreadable row; without the act it stays held."""
    held = version(ROWS + "6,,,,,,,,,,,\n")
    assert [reason.code for reason in hold_reasons(held, None, policy())] == ["list-rows-refused"]
    assert screen(party("Alder"), build_index([accept(held)]), on=DAY).outcome == "CLEAR"


@pytest.mark.parametrize(("kept", "held"), [(90, False), (89, True)])
def test_shrunken_list_is_held(kept: int, held: bool) -> None:
    """A download cut off in the middle must clear nobody: ten per cent fewer lines pass, eleven do not."""
    row = "{},Firm {} Ltd,,organisation,GB,export-barred,,,in_force,,,\n"
    old = version("".join(row.format(number, number) for number in range(100)))
    new = version("".join(row.format(number, number) for number in range(kept)))
    assert ([reason.code for reason in hold_reasons(new, old, policy())] == ["list-shrunk"]) is held


def test_delta_names_what_changed() -> None:
    """Re-screening rests on it: a change that is not named clears or keeps somebody by mistake."""
    new = version(ROWS.replace("Vega Optics Ltd", "Vega Optics Plc").replace("5,Old", "6,New"))
    delta = diff(version(), new)
    assert [listing.id for listing in delta.added] == ["6"] and [listing.id for listing in delta.removed] == ["5"]
    assert [(old.id, fields) for old, _, fields in delta.changed] == [("4", ("names",))]
    assert delta.same_count == 3


def test_facts_for_the_rules() -> None:
    """Only a hit in force is *listed*, only a clear answer is *not listed*; the rest stays open."""
    measures = ("export-barred", "application-needed")
    assert as_facts(outcome(party("Qiming 315th Research Institute")), measures) == {
        "party[p].listed[export-barred]": Known(True),
        "party[p].listed[application-needed]": Known(False),
    }
    assert as_facts(outcome(party("NWD")), measures)["party[p].listed[export-barred]"] == UNKNOWN
    assert as_facts(outcome(party("Vega Optics Ltd")), measures)["party[p].listed[application-needed]"] == Known(False)
    assert set(as_facts(screen(party("Alder"), None, on=DAY), measures).values()) == {UNKNOWN}
    assert set(as_facts(outcome(party("Alder")), measures).values()) == {Known(False)}


def test_ftm_lines_nested_and_apart() -> None:
    """The same entity with its sanction inside or on a line of its own is the same listing; what cannot be read is kept."""
    entity = '{"id": "e1", "schema": "Company", "properties": {"name": ["Vega Optics"], "weakAlias": ["VO"], "country": ["gb"], "topics": ["x"]%s}}'
    sanction = '{"startDate": ["2025-01-01"], "endDate": ["2026-03-15"], "provisions": ["export-barred"]%s}'
    nested = entity % (', "sanctions": [{"schema": "Sanction", "properties": ' + sanction % "" + "}]")
    apart = entity % "" + '\n{"id": "s1", "schema": "Sanction", "properties": ' + sanction % ', "entity": ["e1"]' + "}"
    loaded = [load((text + "\nnot json\n").encode(), list_id="f", profile="ftm", published=DAY) for text in (nested, apart)]
    for found in loaded:
        (listing,) = found.listings
        assert (listing.measures, listing.party.extra["topics"], [row.raw for row in found.refused]) == (
            ("export-barred",),
            ["x"],
            ["not json"],
        )
        # "to 15 March" includes the day.
        assert (listing.status_on(date(2026, 3, 15)), listing.status_on(DAY)) == ("in_force", "unknown")


def test_annex_prints_two_names() -> None:
    """引能仕株式会社（ENEOS Corporation） is one line with a Chinese rendering and an English name."""
    text = "序号,名称,公告,措施,生效日期,截止日期,状态\n1,星河株式会社（GALAXY RIVER Corporation）,F,,2026-01-06,,\n"
    (listing,) = load(text.encode("gb18030"), list_id="a", profile="mofcom-annex", published=DAY).listings
    assert [name.text for name in listing.party.names] == ["星河株式会社", "GALAXY RIVER Corporation"]
    assert listing.measures == ("cn-control-list", "export-barred")


@pytest.mark.parametrize("file", sorted((Path(__file__).parents[1] / "bad" / "parties").iterdir()), ids=lambda file: file.name)
def test_bad_lists(file: Path) -> None:
    """A bad row is kept and told; a bad file is refused; neither becomes a shorter list that clears people."""
    code = file.stem.partition("@")[0]
    try:
        found = load(file, list_id="bad", profile="ftm" if file.suffix == ".jsonl" else "simple-csv", published=DAY)
    except ListUnreadable as refused:
        assert refused.reason.code == code and refused.explain("zh-Hans")
        return
    assert code in {row.code for row in found.refused}
    assert screen(party("Alder"), build_index([found]), on=DAY).outcome == "UNKNOWN"
