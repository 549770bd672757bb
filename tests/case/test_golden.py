"""If these fail, dossiers written by an earlier version would read differently, or not at all."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from lodemark.case.appeal.fold import STEPS as APPEAL
from lodemark.case.fold import STEPS as CASE
from lodemark.finding.fold import STEPS as FINDING
from lodemark.ledger import Record, canonical
from tests.case.golden import FOLDER, lines, rooms

KINDS = {"case": set(CASE) | set(APPEAL), "finding": set(FINDING)}


@pytest.mark.parametrize("room", ["case", "finding", "trust"])
def test_the_bytes_of_every_kind_are_those_kept(room: str) -> None:
    """A field renamed in passing breaks every digest that was ever published."""
    assert lines(rooms()[room]) == (FOLDER / room / "records.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("room", ["case", "finding"])
def test_every_kind_a_fold_knows_is_kept(room: str) -> None:
    """A kind without golden bytes can change unseen."""
    kept = [json.loads(line) for line in (FOLDER / room / "records.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {one["kind"] for one in kept} == KINDS[room] - {"attempt-refused"}


@pytest.mark.parametrize("room", ["case", "finding", "trust"])
def test_golden_records_read_back_to_the_same_bytes(room: str) -> None:
    """What cannot be read back byte for byte cannot be verified either."""
    for line in (FOLDER / room / "records.jsonl").read_text(encoding="utf-8").splitlines():
        text = json.loads(line)["record"]
        value = json.loads(text)
        moment = value["occurred_at"]
        occurred = datetime.fromisoformat(moment) if moment else None
        record = Record(value["kind"], date.fromisoformat(value["on"]), value["facts"], value["private"], occurred)
        assert canonical(record) == text.encode()
