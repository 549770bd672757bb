"""Rulebooks damaged in one place: each loads, or is refused with places and sentences; nothing else can come out."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lodemark.rules import RulebookError
from lodemark.rules.lint import lint
from lodemark.rules.loader import assemble
from lodemark.rules.shelf import read_file
from tests.rules.world import ALWAYS, documents, provision, stage

TRACE = {"name": "Dy", "from": "2020-01-01", "until": None, "value": {"above": "0", "at_most": "0.18"}, "unit": "% m/m"}
SHARE = {"name": "share", "from": "2020-01-01", "until": "2021-01-01", "value": "0.1", "unit": "% m/m"}
LAW = [
    provision(
        "1",
        {"all": [{"fact": "application.a"}, {"not": {"fact": "application.colour", "in": ["red"]}}, {"provision": "xx/law/2"}]},
    ),
    provision(
        "2",
        {
            "exists": {
                "over": "node",
                "where": {"fact": "node.deep"},
                "satisfies": {"fact": "node.deep", "op": "eq", "value": False},
            }
        },
    ),
    provision(
        "3",
        {"fact": "line.fraction[Dy]", "op": "contains", "value": {"of": "Dy"}, "lod": "0.01", "unit": "% m/m"},
        over="line",
        values=[TRACE],
    ),
    provision(
        "4",
        {"fact": "application.share", "op": "ge", "value": {"of": "share"}},
        values=[SHARE, {**SHARE, "from": "2021-01-01", "until": None, "value": 1}],
        quote={"lang": "zh-Hans", "text": "0.1%及以上", "boundary": "及以上"},
        status=ALWAYS,
    ),
]
STAGES = [
    stage("not_controlled", {"not": {"any": [{"provisions": {"kind": "duty"}}, {"provision": "xx/law/1"}]}}),
    stage("licence_required"),
]
WHOLE = {(one.kind, one.id): (one.file, one.raw) for one in documents(LAW, STAGES)}
OTHER = [
    None,
    True,
    0,
    -1,
    "",
    "x",
    "2025-02-30",
    "xx/law/1",
    "application.a",
    "node.deep",
    "line.fraction[Dy]",
    "ge",
    "9" * 40,
    [],
    {},
    ["x"],
    {"of": "share"},
    {"x": 1},
]


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to every part of plain data."""
    if isinstance(value, dict):
        return [way, *(path for key, item in value.items() for path in places(item, (*way, key)))]
    if isinstance(value, list):
        return [way, *(path for key, item in enumerate(value) for path in places(item, (*way, key)))]
    return [way]


@st.composite
def damaged(draw):
    """One document with one part replaced or removed."""
    name = draw(st.sampled_from(sorted(WHOLE)))
    file, raw = WHOLE[name]
    way = draw(st.sampled_from([path for path in places(raw) if path]))
    copied = copy.deepcopy(raw)
    at: Any = copied
    for step in way[:-1]:
        at = at[step]
    if draw(st.booleans()):
        at[way[-1]] = draw(st.sampled_from(OTHER))
    else:
        del at[way[-1]]
    return name, file, copied


@given(damaged())
def test_a_damaged_rulebook_loads_or_is_refused_with_its_places(change):
    """If this failed, one slip in a file of an office would stop its whole system with a trace nobody can read."""
    name, file, raw = change
    found, problems = read_file(json.dumps(raw).encode(), file, name[0])
    if problems:
        assert all(problem.line >= 1 and problem.explain("zh-Hans") for problem in problems)
        return
    rest = [one for one in documents(LAW, STAGES) if (one.kind, one.id) != name]
    if not any(one.kind == "regime" and one.id == "xx" for one in [*rest, *found]):
        return
    try:
        book = assemble("xx", [*rest, *found])
    except RulebookError as refused:
        assert refused.problems and refused.explain("en")
        return
    lint([book], {(one.kind, one.id): one for one in [*rest, *found]})


@given(st.sampled_from(["instrument", "provision", "fact", "list", "regime", "calendar"]), st.binary(max_size=120))
def test_no_bytes_crash_the_loader(kind: str, data: bytes):
    """If this failed, an upload could take the office down."""
    _, problems = read_file(data, "x/y.yaml", kind)
    assert problems
