"""Many hands on one licence: nothing overdrawn, nothing lost, nothing doubled, no unexpected error, on either database."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection

from tests.engines import sandbox

ROOT = Path(__file__).resolve().parents[2]
ROOM = 380

PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from datetime import UTC, date, datetime
from fractions import Fraction
from lodemark import licence
from lodemark.ledger import Actor
from lodemark.licence import DecidedLine, Facts, Grant, Line, rules_on
from lodemark_office.acts.store import Order
from lodemark_office.acts.write import Decided, write
from lodemark_office.store.database import DatabaseStore
at = datetime(2026, 5, 1, tzinfo=UTC)
line = Line(no=1, control_list_entry="1C905.a.4", hs="", description={}, models=("M",), end_user="u", destination="CH",
            caps={"gross": ROOM * 1_000_000, "element:Dy": ROOM * 30_000}, composition={"M": {"Dy": Fraction(3, 100)}})
grant = Grant(on=at.date(), by=Actor("p", "office", "countersigner"), at=at, id="licence/L", number="CN-2026-000001-5", kind="general",
              holder="h", decision="d", lines=(DecidedLine(line, "granted"),), valid_from=at.date(), valid_until=date(2027, 5, 1),
              key_elements={"item_type": "x", "destination": "CH", "end_user": "u", "end_use": "x"})
records = licence.decide(None, grant, Facts(), rules_on("cn", at.date()))
write(DatabaseStore(), Order("g", "open/p", grant.by, at, "grant"), lambda: Decided([("licence/L", records)]))
"""

AUDIT = """
import django; django.setup()
import json
from lodemark_office.store import models
from lodemark_office.store.audit import audit
from lodemark_office.store.database import DatabaseStore
state = DatabaseStore().states("licence/L")
account = models.LicenceAccount.objects.get(dossier="licence/L", commodity="gross")
print(json.dumps({"reserved": state.account(1, "gross").reserved, "row": account.reserved, "granted": account.granted,
                  "drawdowns": sorted(state.drawdowns), "found": [one.explain() for one in audit().found]}))
"""


@pytest.mark.parametrize(
    ("workers", "each", "room"), [(8, 60, ROOM), pytest.param(8, 500, 3900, marks=pytest.mark.long, id="long")]
)
def test_a_busy_licence_is_never_overdrawn(
    tmp_path: Path, request: pytest.FixtureRequest, workers: int, each: int, room: int
) -> None:
    """Two shipments that both see the last kilogram must not both get it, and whoever was told yes must find it booked."""
    with sandbox(tmp_path, connection.vendor) as environment:
        run(prepare(room), environment)
        asked = race(environment, workers, each)
        audit = json.loads(run(AUDIT, environment))
    told = {one["name"]: {key: one[key] for key in ("status", "codes", "chains")} for one in asked}
    # A message that reached the office twice, at once or later, was answered alike.
    assert all(told[one["name"]] == {key: one[key] for key in ("status", "codes", "chains")} for one in asked)
    assert len(asked) > len(told) == workers * each
    outcomes = Counter((one["status"], *one["codes"]) for one in told.values())
    granted = sorted(name for name, one in told.items() if one["status"] == "done")
    # Behind the last grant nothing is left at all, and that is said beside what was asked.
    refused = {("refused", "licence-exhausted", "no-room", "no-room"), ("refused", "no-room", "no-room")}
    assert outcomes.pop(("done",)) == room and outcomes.keys() <= refused, outcomes
    assert sum(outcomes.values()) == workers * each - room
    assert audit["drawdowns"] == granted and audit["found"] == []
    assert audit["reserved"] == audit["row"] == audit["granted"] == room * 1_000_000


def prepare(room: int = ROOM) -> str:
    """The program that grants a licence with room for so many asks."""
    return f"ROOM = {room}\n{PREPARE}"


def race(environment: dict[str, str], workers: int, each: int) -> list[dict]:
    """What every ask of every worker came to."""
    return json.loads(run(None, environment, "-m", "tests.office.race", "licence/L", str(workers), str(each)))


def run(code: str | None, environment: dict[str, str], *words: str) -> str:
    command = [sys.executable, *(("-c", code) if code else words)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
