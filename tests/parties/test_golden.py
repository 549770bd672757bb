"""If this fails, judgements written by an earlier release no longer read the same: somebody cleared by two persons is listed again.

One file per record kind, canonical bytes, kept for ever; a new kind adds a file (run this module to write it).
"""

from pathlib import Path

import pytest

from lodemark.ledger import Actor, Record, canonical
from lodemark.parties import Listing, Match, Name, Party
from lodemark.parties.review import Countersign, Lapse, MatchKey, ReviewMatch, Reviews, decide, fold
from lodemark.trouble import Refusal
from tests.parties.test_review import ANNA, BO, DAY, RULES

FOLDER = Path(__file__).parents[1] / "golden" / "parties"
KEY = MatchKey("p2", "1" * 64, "2" * 64, "1")


def records() -> dict[str, Record]:
    """One record of each kind, in the order of one dossier."""
    listing = Listing("7", "cn-control", Party("7", (Name("启明第三一五研究所"),)))
    match = Match("p2", listing, "HIT", "same-name", 1, (), ())  # type: ignore[arg-type]
    found: dict[str, Record] = {}
    state = Reviews()
    for command in (
        ReviewMatch(DAY, ANNA, match, KEY, "different", "other register number", ("register extract",)),
        Countersign(DAY, BO, KEY),
        Lapse(DAY, Actor.system("rescreen", "house/screening"), KEY, "address"),
    ):
        made = decide(state, command, None, RULES)
        assert not isinstance(made, Refusal), made
        state = fold(made, state)
        found |= {record.kind: record for record in made}
    return found


def bytes_of(record: Record) -> bytes:
    return canonical({"kind": record.kind, "on": record.on, "facts": record.facts}) + b"\n"


@pytest.mark.parametrize("kind", ["match-reviewed", "match-countersigned", "review-lapsed"])
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
