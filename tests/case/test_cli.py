"""If these fail, an applicant or a court could not read, count or re-run a file without the office."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from lodemark.case import CaseRules
from lodemark.cli.case import app
from lodemark.ledger import Basis, Bundle, Stamp, body_of, canonical, chain_records, pack
from lodemark.rules import calendar, load
from lodemark.trouble import Error
from tests.case.test_replay import story
from tests.case.world import ACCEPT, MONDAY, TAKE, File

RUN = CliRunner()
REAL = CaseRules.of(load("cn-ann18"), calendar("cn"), MONDAY)


def bundle(folder: Path, file: File, facts: bool = True, dossier: str = "case/1") -> str:
    """A bundle as the office makes it: records, and each act's gathered facts as a document named by its digest."""
    documents, bodies = {}, []
    for number, (command, seen, records) in enumerate(file.acts):
        kept = canonical({"facts": {"case": seen}})
        name = hashlib.sha256(kept).hexdigest()
        documents[name] = kept
        stamp = Stamp(datetime(2026, 3, 2, tzinfo=UTC), command.by, f"key-{number}", Basis(facts=name), "00" * 16)
        bodies += [body_of(record, stamp) for record in records]
    path = folder / "file.zip"
    path.write_bytes(pack(Bundle({dossier: chain_records(dossier, bodies)}, documents if facts else {})))
    return str(path)


def real() -> File:
    """The story under the calendar the command line reads."""
    file = File(rules=REAL)
    for command, facts, _ in story().acts:
        answer = replace(file, facts=facts).ask(command)
        assert isinstance(answer, tuple), answer
        file.acts.append((command, facts, answer))
        file.records.extend(answer)
    return file


def test_the_history_is_told_in_both_languages(tmp_path: Path) -> None:
    """Both sides see the same history, each in its language."""
    path = bundle(tmp_path, real())
    told = RUN.invoke(app, ["show", path])
    assert told.exit_code == 0 and "Notice of intent was given" in told.stdout and "may appeal" in told.stdout
    assert "拟不予许可告知" in RUN.invoke(app, ["show", path, "--lang", "zh"]).stdout
    assert orjson.loads(RUN.invoke(app, ["show", path, "--json"]).stdout)["state"] == "decided"


def test_the_clock_is_told(tmp_path: Path) -> None:
    """Day n of N, without asking the office."""
    path = bundle(tmp_path, File(rules=REAL).do(ACCEPT).do(TAKE))
    told = RUN.invoke(app, ["clock", path, "--at", "2026-03-05T12:00+0800"])
    # Accepted on Tuesday 3 March; the notice for 2026 takes 6 April and 1 to 5 May off and works on Saturday 9 May.
    assert told.exit_code == 0, told.output
    assert "2 working days used, 43 left, due 2026-05-09" in told.stdout


def test_a_file_runs_again_and_sealed_facts_are_counted(tmp_path: Path) -> None:
    """The appeal officer's tool must work on what an outsider can be given."""
    path = bundle(tmp_path, real())
    told = RUN.invoke(app, ["replay", path])
    assert told.exit_code == 0 and "all with the same records; not replayable here: 0" in told.stdout
    sealed = RUN.invoke(app, ["replay", bundle(tmp_path, real(), facts=False), "--json"])
    assert len(orjson.loads(sealed.stdout)["unseen"]) == len(real().acts)


def test_an_altered_file_exits_with_findings(tmp_path: Path) -> None:
    """A difference that looks like success is not looked at."""
    file = real()
    at = next(n for n, act in enumerate(file.acts) if act[2][0].kind == "decision-proposed")
    command, facts, records = file.acts[at]
    file.acts[at] = (command, facts, (replace(records[0], facts={**records[0].facts, "digest": "x"}), *records[1:]))
    told = RUN.invoke(app, ["replay", bundle(tmp_path, file)])
    assert told.exit_code == 1 and "decision-proposed: digest" in told.stdout


@pytest.mark.parametrize("args", [["show", "--dossier", "case/2"], ["replay", "--dossier", "licence/1"]])
def test_a_dossier_that_is_not_there_is_named(tmp_path: Path, args: list[str]) -> None:
    """A wrong number must not show another party's file."""
    result = RUN.invoke(app, [args[0], bundle(tmp_path, real()), *args[1:]])
    assert isinstance(result.exception, Error)
    assert "case/1" in result.exception.explain("en") and result.exception.explain("zh-Hans")
