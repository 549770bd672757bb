"""The golden records of rooms ``case``, ``finding`` and ``trust``: one of every kind, as its canonical bytes.

``python -m tests.case.golden`` writes them anew; that is right only when a kind is *added*. A kind that has been in a
release keeps its bytes for ever: dossiers of years ago must fold.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from lodemark.ledger import Record, canonical
from tests.case import test_appeal, test_tables
from tests.finding import test_window
from tests.trust import test_obligation

FOLDER = Path(__file__).parents[1] / "golden"


def rooms() -> Mapping[str, Iterable[Record]]:
    """Records of every way through every table, by room."""
    case = [record for number in range(len(test_tables.WAYS)) for record in _case(number)]
    appeal = [record for number in range(len(test_appeal.WAYS)) for record in _appeal(number)]
    finding = [record for start, command in test_window.WAYS for record in start().do(command).records]
    trust = [record for before, command in test_obligation.WAYS for record in test_obligation.after(*before, command)]
    return {"case": [*case, *appeal], "finding": finding, "trust": trust}


def _case(number: int) -> list[Record]:
    file, command, facts = test_tables.way(number)
    return file.do(command, **facts).records


def _appeal(number: int) -> list[Record]:
    dossier, command = test_appeal.way(number)
    return dossier.do(command).records


def lines(records: Iterable[Record]) -> str:
    """One line per kind, in order of kind: the canonical record and its SHA-256."""
    first: dict[str, bytes] = {}
    for record in records:
        first.setdefault(record.kind, canonical(record))
    return "".join(
        json.dumps({"kind": kind, "record": data.decode(), "sha256": hashlib.sha256(data).hexdigest()}, ensure_ascii=False)
        + "\n"
        for kind, data in sorted(first.items())
    )


def main() -> None:
    """Write the golden files."""
    for room, records in rooms().items():
        (FOLDER / room).mkdir(parents=True, exist_ok=True)
        (FOLDER / room / "records.jsonl").write_text(lines(records), encoding="utf-8")


if __name__ == "__main__":
    main()
