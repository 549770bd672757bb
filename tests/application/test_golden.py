"""If this fails, application dossiers written by an earlier release no longer read the same: what was filed changes by itself.

One file per record kind, canonical bytes, kept for ever; a new kind adds a file (run this module to write it).
"""

from datetime import date
from pathlib import Path

import pytest

from lodemark.application import AcceptUnscanned, Contest, Filing, FilingFacts, Return, Submit, Withdraw, decide, fold, read
from lodemark.ledger import Record, canonical
from lodemark.trouble import Refusal
from tests.application.test_decide import DOSE, OFFICER, RULES, SIGNATORY

FOLDER = Path(__file__).parents[1] / "golden" / "application"
ON = date(2026, 3, 16)
CONTENT = {
    "schema": "lodemark.application/1",
    "ref": "golden",
    "lines": [{"id": "L1", "model": "35SH", "quantity": {"gross": "25 kg"}, "origin": "CN"}],
    "parties": {"end_user": [{"id": "p2", "country": "CH", "military": {"sealed": "sha-256:" + "0" * 64, "to": "authority"}}]},
    "documents": [{"id": "d1", "kind": "contract", "sha256": "1" * 64}],
}


def records() -> dict[str, Record]:
    """One record of each kind, in the order of one dossier."""
    papers = {"documents": {"d1": "received"}, "digests": {"d1": "1" * 64}}
    known = FilingFacts(deficiencies=(DOSE,), rulebook_digest="r" * 64, assessment_digest="a" * 64, before=CONTENT, **papers)
    contest = Contest(DOSE.rule_id, DOSE.path, "content is nought")
    found: dict[str, Record] = {}
    state = Filing()
    for command in (
        Submit(ON, SIGNATORY, read(CONTENT), True, (contest,), on_paper=True),
        AcceptUnscanned(ON, OFFICER, "d1", "seen on a machine apart"),
        Return(ON, OFFICER, (DOSE,)),
        Withdraw(ON, SIGNATORY, "order cancelled"),
    ):
        made = decide(state, command, known, RULES)
        assert not isinstance(made, Refusal), made
        state = fold(made, state)
        found |= {record.kind: record for record in made}
    return found


def bytes_of(record: Record) -> bytes:
    return canonical({"kind": record.kind, "on": record.on, "facts": record.facts}) + b"\n"


@pytest.mark.parametrize(
    "kind", ["application-submitted", "application-returned", "application-withdrawn", "document-accepted-unscanned"]
)
def test_bytes_are_those_of_the_release(kind: str) -> None:
    """A name or a nesting that changed would change every digest above it."""
    assert bytes_of(records()[kind]) == (FOLDER / f"{kind}.json").read_bytes()


def test_every_kind_has_its_file() -> None:
    """A kind without one could change unseen."""
    assert {file.stem for file in FOLDER.iterdir()} == set(records())


if __name__ == "__main__":
    for name, made in records().items():
        if not (FOLDER / f"{name}.json").exists():
            (FOLDER / f"{name}.json").write_bytes(bytes_of(made))
