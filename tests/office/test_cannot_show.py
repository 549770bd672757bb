"""Every answer about marks and balances, at every door, names what it cannot show: walked over all of them.

The tables below have to name every command, operation and page that there is: a new one that is not in them fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import click
import orjson
import pytest
import typer
from django.test import Client
from typer.testing import CliRunner

from lodemark.assay import tag
from lodemark.assay.stored import dump
from lodemark.cli import assay as assay_commands
from lodemark.cli import balance as balance_commands
from lodemark.wording import LANGUAGES, say
from lodemark_office.api.door import api
from lodemark_office.doors.inspectorate.urls import urlpatterns
from lodemark_office.doors.parts import acting
from tests.accountancy.folder import example_folder
from tests.assay.test_cli import lab  # noqa: F401  (a fixture)
from tests.office.api_kit import API, Clock, Hand
from tests.office.doors.demonstration import log_in
from tests.office.doors.test_marks_and_balances import MARKS, balance, numbers, specimen, told_here  # noqa: F401
from tests.office.test_api import done
from tests.office.test_api_marks import (
    asked,
    assayed,
    captured,
    delivered,
    demo,  # noqa: F401
    filed,
    files,  # noqa: F401
    plausible,
    questions,
    register,  # noqa: F401
    tables,
)
from tests.office.test_api_matter import granted

RUNNER = CliRunner()


def limits_in(value: object) -> Iterator[object]:
    """Every single limit under a ``cannot_show``, wherever in the answer it stands."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner) if name == "cannot_show" else limits_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from limits_in(inner)


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, Mapping) and "code" not in value:
        value = [inner for part in value.values() for inner in part]
    yield from value if isinstance(value, list) else [value]


def assert_limited(answer: object, where: object) -> None:
    """At least one limit, and each in both languages: said, or by a code that both have."""
    found = list(limits_in(answer))
    assert found, f"{where} does not say what it cannot show"
    for limit in found:
        if isinstance(limit, Mapping):
            assert limit["said"]["en"] != limit["said"]["zh-Hans"], where
        else:
            assert len({say(str(limit), {"m90_kg": 1, "element": "Dy"}, lang) for lang in LANGUAGES}) == 2, where


# Commands. What only writes a file for later use says nothing about any material.
MAKES_A_FILE = {"assay synth", "assay background fit"}
COMMANDS: Mapping[str, str] = {
    "assay check": "one.csv --json",
    "assay declared": "one.csv declared.csv --json",
    "assay compare": "one.csv lots.csv --background bg.json --demo --json",
    "assay match": "one.csv --lots lots.csv --background bg.json --json",
    "assay refute": "one.csv --lots lots.csv --lot SYN-S03-L002 --json",
    "assay unmix": "one.csv --sources lots.csv --max-k 1 --json",
    "assay pattern": "one.csv --norm ci.ms95 --json",
    "assay background validate": "lots.csv --out out.json --json",
    "assay tag design": "--dopants Y,La,Ce,Gd,Ho,Er --lots 4 --levels 10,30,90 --seed 2 --trials 8 --out book.json --json",
    "assay tag decode": "tagged.csv --book book.json --untagged none.csv --json",
    "assay tag assign": "--book book.json --lots L-1,L-2 --key-file key --key-id k1",
    "assay tag facility": "--dopants 9 --json",
    "balance run": ". --goal 6kg --json",
    "balance power": ". --loss 6kg --json",
    "balance plan": ". --goal 6kg --json",
    "balance rollup": ". --json",
}


def commands(group: click.Command, name: str) -> Iterator[str]:
    """Every command under a name, as it is typed."""
    if isinstance(group, click.Group) or hasattr(group, "commands"):
        for word, inner in group.commands.items():  # type: ignore[union-attr]
            yield from commands(inner, f"{name} {word}")
    else:
        yield name


APPS = {"assay": assay_commands.app, "balance": balance_commands.app}
ALL_COMMANDS = [line for name, app in APPS.items() for line in commands(typer.main.get_command(app), name)]


@pytest.fixture(scope="module")
def folder(lab: Path) -> Path:  # noqa: F811
    """Everything that a command of the table asks for, in one place."""
    example_folder(lab)
    (lab / "declared.csv").write_text("analyte,value,unit\nNd,22,%\n", encoding="utf-8")
    (lab / "key").write_bytes(b"k" * 32)
    dopants = ("Y", "La", "Ce", "Gd", "Ho", "Er")
    rows = [f"S-1,alloy,{part},{value},mg/kg,1,u,g" for part, value in zip(dopants, (6, 16, 46, 6, 16, 46), strict=True)]
    head = "sample_id,stage,analyte,value,unit,u,u_given,sys_group\n"
    (lab / "tagged.csv").write_text(head + "\n".join(rows), encoding="utf-8")
    (lab / "none.csv").write_text("part,value,u\n" + "\n".join(f"{part},1,0.2" for part in dopants), encoding="utf-8")
    return lab


def test_every_command_answers_with_its_limits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script passes on what it finds in the answer, and nothing else: a limit that is not in it does not exist."""
    assert set(ALL_COMMANDS) == set(COMMANDS) | MAKES_A_FILE
    monkeypatch.chdir(folder)
    for line, words in COMMANDS.items():
        name, *rest = [*line.split(), *words.split()]
        rest = [word.replace("6kg", "6 kg") for word in rest]
        found = RUNNER.invoke(APPS[name], rest)
        assert found.exit_code in (0, 1), (line, found.output)
        assert_limited(orjson.loads(found.stdout), line)


# Operations of the API.
ROOMS = {"assays", "balances", "codebooks"}


def test_every_operation_answers_with_its_limits(
    hands: dict[str, Hand],
    clock: Clock,
    files: tuple[str, str],  # noqa: F811
    register: tag.Register,  # noqa: F811
    demo: None,  # noqa: F811
) -> None:
    """The same, for a machine on the other side of the network."""
    inspector, laboratory = hands["inspector"], hands["laboratory"]
    group, samples = files
    answers: dict[str, Any] = {"assay": inspector.get(f"/assays/{samples}")}
    answers["assay-pattern"] = inspector.get(f"/assays/{samples}/pattern?specimen=SYN-BORDER-1")
    for act, body in questions(group, samples).items():
        answers[f"assay-{act}"] = inspector.post(f"/assays/{samples}/{act}", body)
    answers["assay-record"] = laboratory.post(
        "/assays", b"sample_id,stage,analyte,value,unit\nS,alloy,Nd,28,%\n", content_type="text/csv"
    )
    answers["codebook-file"] = laboratory.post("/codebooks", dump(register))
    rows = [f"S-1,alloy,{part},{11 + n},mg/kg,1,u,g" for n, part in enumerate(register.book.parts)]
    tagged = filed(laboratory, "sample_id,stage,analyte,value,unit,u,u_given,sys_group\n" + "\n".join(rows))
    book = done(answers["codebook-file"], 201)["result"]["codebook"].partition("/")[2]
    answers["assay-tag"] = inspector.post(f"/assays/{tagged}/tag", {"specimen": "S-1", "codebook": book})
    answers["balance-file"] = inspector.post("/balances", tables())
    answers["balance"] = inspector.get(f"/balances/{done(answers['balance-file'], 201)['result']['balance'].partition('/')[2]}")
    captured(hands, clock)
    assayed(hands)
    answers["balance-draw"] = inspector.post("/balances/from-records", asked())
    number = granted(hands, clock)
    delivered(hands, clock, number, 5.5)
    answers["licence-material-balance-draw"] = inspector.post(f"/licences/{number}/material-balance", plausible())
    answers["licence-material-balance"] = inspector.get(f"/licences/{number}/material-balance")
    paths = api.get_openapi_schema(path_prefix=f"{API}/")["paths"]
    served = {one["operationId"] for methods in paths.values() for one in methods.values() if ROOMS & set(one["tags"])}
    assert served == set(answers)
    for name, response in answers.items():
        assert response.status_code in (200, 201), (name, response.content)
        assert_limited(response.json(), name)
    page = f"/inspectorate/licences/{number}/balance/"
    assert_page(log_in("inspector"), page)
    assert_figure(log_in("inspector"), f"{page}?element=Dy", "periods")


# Pages of the inspectorate, and the data under their figures.
PAGES: Mapping[str, Callable[[], list[str]]] = {
    "marks/": lambda: [MARKS],
    "marks/specimen/": lambda: [specimen(), specimen().partition("&")[0]],
    "marks/<str:reference>/": lambda: [f"{MARKS}{number}/" for number in numbers("assay")],
    "balances/": lambda: ["/inspectorate/balances/"],
    "balances/<str:reference>/": lambda: [balance("Dy"), balance("Nd")],
}
FIGURES: Mapping[str, Callable[[], str]] = {
    "pattern": specimen,
    "rows": specimen,
    "ratio": specimen,
    "match": specimen,
    **dict.fromkeys(("series", "shares", "period", "parts", "detection"), lambda: balance("Nd")),
}


def test_every_page_and_figure_names_its_limits(told_here: None, db: None, demo: None) -> None:  # noqa: F811
    """What is printed and laid on a desk is the page; what it cannot show has to be on it."""
    acting._OFFICE.clear()
    inspector: Client = log_in("inspector")
    rooms = {str(one.pattern) for one in urlpatterns if re.match(r"marks/|balances/|.*/balance/$", str(one.pattern))}
    assert rooms == set(PAGES) | {"licences/<str:reference>/balance/"}, "the last is walked beside its operation"
    for addresses in PAGES.values():
        for url in addresses():
            assert_page(inspector, url)
    for name, address in FIGURES.items():
        assert_figure(inspector, address(), name)


def assert_page(client: Client, url: str) -> None:
    """The box of limits, in both languages."""
    for lang in LANGUAGES:
        client.cookies["lang"] = lang
        page = unescape(client.get(url).content.decode())
        assert say("page-cannot-show", {}, lang) in page and 'class="box cannot"' in page, url


def assert_figure(client: Client, url: str, name: str) -> None:
    """The data under a figure carry them too."""
    told = orjson.loads(client.get(f"{url}&figure={name}&as=json").content)
    assert told["cannot_show"] and all(limit["said"] for limit in told["cannot_show"]), name
