"""From EPCIS events on disk to a bound with its proof: custody and attribution together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from lodemark.cli.trace import app

BASE = "https://id.gs1.org/01/09506000134352/10/"


def quantity(lot: str, kg: float) -> dict[str, Any]:
    return {"epcClass": BASE + lot, "quantity": kg, "uom": "KGM"}


def event(kind: str, hour: int, **fields: Any) -> dict[str, Any]:
    at = f"2026-03-01T{hour:02d}:00:00.000Z"
    return {"type": kind, "eventTime": at, "eventTimeZoneOffset": "+08:00", "bizStep": "commissioning", **fields}


def test_thirty_kilograms_must_have_gone_there(tmp_path: Path) -> None:
    """Lost: the essay's question, asked of real events: did material exported as civil reach a military system?"""
    events = [
        event("ObjectEvent", 1, action="ADD", quantityList=[quantity("X", 60)]),
        event("ObjectEvent", 1, action="ADD", quantityList=[quantity("O", 40)]),
        event(
            "TransformationEvent",
            3,
            inputQuantityList=[quantity("X", 60), quantity("O", 40)],
            outputQuantityList=[quantity("A", 70), quantity("B", 30)],
        ),
    ]
    document = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-02T00:00:00.000Z",
        "epcisBody": {"eventList": events},
    }
    (tmp_path / "events.json").write_text(json.dumps(document))
    run = CliRunner()
    first = run.invoke(app, ["build", str(tmp_path / "events.json"), "-o", str(tmp_path / "plain"), "--json"])
    assert first.exit_code == 0, first.output
    assert json.loads(first.stdout)["lots"] == 4
    (tmp_path / "ends.json").write_text(json.dumps({BASE + "A": "military", BASE + "B": "civil"}))
    words = ["build", str(tmp_path / "events.json"), "-o", str(tmp_path / "held"), "--ends", str(tmp_path / "ends.json")]
    assert run.invoke(app, words).exit_code == 0
    answer = json.loads(run.invoke(app, ["bounds", str(tmp_path / "held"), "--batch", BASE + "X", "--json"]).stdout)
    assert (answer["min_kg"], answer["expected_kg"], answer["max_kg"], answer["proven"]) == (30, 42, 60, True)
