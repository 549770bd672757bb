"""The appeal file: what leaves the office must be whole for a stranger, and decide the same again, today and after the law has changed."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from lodemark.case import CaseRules, replay
from lodemark.case.acts import recorded_acts
from lodemark.cli.case import app
from lodemark.ledger import pack, read_body
from lodemark.rules import SHIPPED, calendar, load
from lodemark_office.acts.bundling import bundle
from lodemark_office.acts.office import Office
from lodemark_office.store import log
from lodemark_office.store.database import DatabaseStore
from lodemark_verify.bundle import problems
from tests.office.conftest import AT
from tests.office.told import lay_out


@pytest.fixture(params=["refused-and-appealed", "the-joint-nobody-could-name"])
def appeal_file(db, request: pytest.FixtureRequest) -> tuple[str, bytes]:
    """A case that a story made, as bundle bytes with receipts."""
    lay_out(request.param)
    office = Office(DatabaseStore())
    log.checkpoint(AT)
    (case,) = office.store.dossiers("case")
    receipts = [log.receipt(case, link.number) for link in office.store.chained(case)]
    return case, pack(bundle(office, case, receipts))


def test_a_stranger_finds_it_whole(appeal_file: tuple[str, bytes]) -> None:
    """An appeal heard on a file that only the office can read would be no appeal."""
    with zipfile.ZipFile(io.BytesIO(appeal_file[1])) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    key = log.log_key()
    assert list(problems(files, {key.name: key.public})) == []
    files["records/0001.jsonl"] = files["records/0001.jsonl"].replace(b"2026", b"2025", 1)
    assert list(problems(files, {key.name: key.public}))


def test_every_act_comes_out_the_same_again(appeal_file: tuple[str, bytes], tmp_path: Path) -> None:
    """If the recorded facts under the recorded rules gave something else, somebody decided otherwise than the file says."""
    path = tmp_path / "file.zip"
    path.write_bytes(appeal_file[1])
    result = CliRunner().invoke(app, ["replay", str(path), "--dossier", appeal_file[0], "--json"])
    assert result.exit_code == 0, result.output
    report = orjson.loads(result.stdout)
    assert report["acts"] >= 4 and report["differences"] == []


def test_a_later_law_leaves_the_old_decision_as_it_was(appeal_file: tuple[str, bytes], tmp_path: Path) -> None:
    """A change of law must never reach back into a file that was decided under the old one."""
    from lodemark.ledger import unpack

    shelf = tmp_path / "rulebooks"
    shutil.copytree(SHIPPED, shelf)
    file = next(
        path for path in (shelf / "cn" / "duir-2024" / "provisions").glob("*.yaml") if "review_workdays" in path.read_text()
    )
    text = file.read_text(encoding="utf-8")
    old = "{name: review_workdays, from: 2024-12-01, until: null, value: 45, unit: workday, basis: calendar}"
    later = old.replace("2024-12-01", "2027-01-01").replace("45", "20")
    assert old in text
    file.write_text(text.replace(old, f"{old.replace('null', '2027-01-01')}, {later}"), encoding="utf-8")
    amended = load("cn-ann18", shelves=(shelf,))
    assert amended.digest != load("cn-ann18").digest
    content = unpack(appeal_file[1])
    entries = [read_body(link.number, link.body) for link in content.dossiers[appeal_file[0]]]

    def facts(name: str):  # type: ignore[no-untyped-def]
        return orjson.loads(content.documents[name])["facts"] if name in content.documents else None

    report = replay(recorded_acts(entries, facts, lambda on: CaseRules.of(amended, calendar("cn"), on)))
    assert report.same and report.acts >= 4
    path = tmp_path / "file.zip"
    path.write_bytes(appeal_file[1])
    words = ["replay", str(path), "--dossier", appeal_file[0], "--rulebooks", str(shelf), "--json"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0 and orjson.loads(result.stdout)["acts"] == report.acts
