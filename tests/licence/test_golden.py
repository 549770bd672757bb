"""If this fails, dossiers written by an earlier release no longer read the same: an old licence changes by itself.

One file per record kind, canonical bytes. They are kept for ever; a new kind adds a file (run this module to write it).
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lodemark.ledger import Record, canonical
from lodemark.licence import KINDS, IssuedCredential, NoteRelease, Reverse, Void, decide, fold
from lodemark.licence import agreement as quota
from lodemark.licence.credential import issued_record
from tests.licence import test_acts as acts
from tests.licence import test_agreement as terms
from tests.licence.make import (
    CUSTOMS,
    FACTS,
    HOLDER,
    KG,
    RULES,
    TIMER,
    amounts,
    grant,
    granted,
    post,
    records,
    reserve,
    run,
    when,
)

FOLDER = Path(__file__).parents[1] / "golden" / "licence"


def bytes_of(record: Record) -> bytes:
    return canonical({"kind": record.kind, "on": record.on, "occurred_at": record.occurred_at, "facts": record.facts}) + b"\n"


def read(data: bytes) -> Record:
    value = json.loads(data)
    from datetime import datetime

    return Record(
        value["kind"], date.fromisoformat(value["on"]), value["facts"], {}, datetime.fromisoformat(value["occurred_at"])
    )


def licence_records() -> Iterator[Record]:
    """Each record kind of a licence's dossier, from the commands that make it."""
    held = run(granted(), reserve())
    posted = run(held, post())
    back = Reverse(**when("2026-05-04", CUSTOMS), drawdown="D-1", amounts=amounts(50 * KG), reason="weighed again")
    over = NoteRelease(**when("2026-05-03", CUSTOMS), post=post(gross_mg=210 * KG), shipment="S-D-1", line=1)
    single = run(granted(kind="single"), reserve(gross_mg=50 * KG), post(gross_mg=50 * KG))
    whole = Reverse(**when("2026-05-04", CUSTOMS), drawdown="D-1", amounts=amounts(50 * KG), reason="never left")
    steps = (
        (None, grant()),
        (granted(), reserve()),
        (held, post()),
        (held, Void(**when("2026-05-03", HOLDER), drawdown="D-1", reason="order cancelled")),
        (posted, back),
        (held, over),
        (held, acts.SUSPEND),
        (run(held, acts.SUSPEND), acts.CONFIRM),
        (run(held, acts.SUSPEND), acts.DROP),
        (run(held, acts.SUSPEND), acts.RESUME),
        (held, acts.REAPPLY),
        (run(held, acts.REAPPLY), acts.NO_AMENDMENT),
        (run(held, acts.REAPPLY, acts.NO_AMENDMENT), acts.RESUME),
        (held, acts.WITHDRAW),
        (held, acts.ANNUL),
        (held, acts.REVOKE),
        (held, acts.CLOSE),
        (run(held, acts.REVOKE), acts.RESTORE),
        (single, whole),
    )
    for state, command in steps:
        yield records(decide(state, command, FACTS, RULES))[0]
    yield issued_record(acts.CLOSE, IssuedCredential("ab" * 32, "slip", 7, "00" * 16, "D-1"))


def agreement_records() -> Iterator[Record]:
    """Each record kind of an agreement's dossier."""
    active = terms.active()
    drawn = quota.decide_batch(active, terms.ask(), terms.GOOD, RULES)
    with_batch = quota.fold(drawn.agreement, active)
    proposed = quota.fold(records(quota.decide(None, terms.propose(), None, RULES)))
    two = terms.go(proposed, *(quota.Sign(**when("2025-12-10", by)) for by in (terms.HOLDER, terms.BUYER)))
    warned = terms.go(active, terms.REMIND, terms.NOTICE, terms.FINAL)
    paused = terms.go(warned, terms.STOP)
    cure = quota.NoteEvidence(**when("2026-02-20", terms.OFFICER), code="use-report", due_on=terms.DUE, evidence="doc/1")
    noticed = terms.go(active, quota.GiveNotice(**when("2026-04-01", terms.BUYER), reason="contract over"))
    steps = (
        (None, terms.propose()),
        (two, quota.Sign(**when("2025-12-10", terms.COUNTER))),
        (warned, terms.STOP),
        (paused, cure),
        (terms.go(paused, cure), quota.Resume(**when("2026-02-20", TIMER))),
        (active, quota.GiveNotice(**when("2026-04-01", terms.BUYER), reason="contract over")),
        (noticed, quota.End(**when("2026-05-01", terms.BUYER), reason="contract over")),
        (active, quota.AcceptProducts(**when("2026-02-01", terms.OFFICER), products="tree-2")),
        (active, quota.OpenDuty(**when("2026-03-05", TIMER), code="arrival", subject="S-1", happened_on=date(2026, 3, 5))),
        (active, terms.REMIND),
        (active, terms.NOTICE),
        (
            active,
            quota.Excuse(
                **when("2026-02-20", terms.OFFICER), code="use-report", due_on=terms.DUE, reason="flood", second=terms.OTHER
            ),
        ),
        (with_batch, quota.ReturnBatch(**when("2026-06-30", TIMER), licence="licence/b1", unused={"reo:Dy": 1000})),
        (with_batch, quota.RollPeriod(**when("2026-07-01", TIMER), period=1)),
        (active, quota.RevealSeed(**when("2026-07-01", TIMER), period=1, seed=terms.SEED.hex())),
        (active, quota.CommitSeed(**when("2026-07-01", TIMER), period=2, commitment="cd" * 32)),
    )
    for state, command in steps:
        yield from records(quota.decide(state, command, None, RULES))
    yield from drawn.agreement
    yield from quota.decide_batch(active, terms.ask(), quota.BatchFacts(), RULES).agreement


def all_records() -> dict[str, Record]:
    return {record.kind: record for record in (*licence_records(), *agreement_records())}


def test_every_kind_has_its_golden_file() -> None:
    kinds = {*KINDS, "licence-granted", *quota.KINDS, "agreement-proposed"}
    assert set(all_records()) == kinds == {file.stem for file in FOLDER.glob("*.json")}


@pytest.mark.parametrize("kind", sorted({*KINDS, "licence-granted", *quota.KINDS, "agreement-proposed"}))
def test_a_kind_is_written_as_it_always_was_and_read_back(kind: str) -> None:
    record = all_records()[kind]
    kept = (FOLDER / f"{kind}.json").read_bytes()
    assert bytes_of(record) == kept
    assert bytes_of(read(kept)) == kept


def test_a_dossier_of_golden_files_still_folds() -> None:
    history = [
        read((FOLDER / f"{kind}.json").read_bytes()) for kind in ("licence-granted", "drawdown-reserved", "drawdown-posted")
    ]
    assert fold(history).account(1, "gross").posted == 199 * KG
    opened = [
        read((FOLDER / f"{kind}.json").read_bytes()) for kind in ("agreement-proposed", "agreement-activated", "batch-issued")
    ]
    assert quota.fold(opened).batches["licence/b1"].open


if __name__ == "__main__":
    for kind_, record_ in all_records().items():
        file_ = FOLDER / f"{kind_}.json"
        if not file_.exists():
            file_.write_bytes(bytes_of(record_))
