"""A power cut in the middle of a write: the log of a SQLite file cut or spoilt somewhere behind the last acknowledged byte.

Run as ``python -m tests.office.torn LICENCE CUTS SEED``; prints one JSON line. After each acknowledged drawdown the length
of the log is noted; a copy of the file with the log cut inside the *next* write must hold everything acknowledged by
then, and of the next drawdown all or nothing.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from pathlib import Path

DRAWDOWNS = 40


def main(licence: str, cuts: int, seed: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lodemark_office.settings")
    import django

    django.setup()
    from django.db import connection

    name = Path(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("PRAGMA wal_autocheckpoint = 0")  # all that is written now stays in the log
    lengths = _draw(licence, Path(f"{name}-wal"))
    copies = name.parent / "copies"
    copies.mkdir()
    shutil.copy(name, copies / "base")
    shutil.copy(f"{name}-wal", copies / "base-wal")
    chance = random.Random(seed)
    seen = [_cut(licence, copies, lengths, chance, number) for number in range(cuts)]
    print(
        json.dumps(
            {
                "cuts": len(seen),
                "torn": sum(one["torn"] for one in seen),
                "lost": [name for one in seen for name in one["lost"]],
                "partial": [one["partial"] for one in seen if one["partial"]],
                "found": [code for one in seen for code in one["found"]],
            }
        )
    )


def _draw(licence: str, log: Path) -> list[int]:
    """The length of the log before the first drawdown and after each."""
    from lodemark.ledger import Actor
    from lodemark_office.acts.office import Office
    from lodemark_office.store.database import DatabaseStore
    from tests.office.race import _ask

    office = Office(DatabaseStore())
    terms = office.store.states(licence).terms
    by = Actor("person-1", terms.holder, "signatory")
    lengths = [log.stat().st_size if log.exists() else 0]
    for number in range(DRAWDOWNS):
        assert _ask(office, licence, terms.lines[0], by, f"D-{number}")["status"] == "done"
        lengths.append(log.stat().st_size)
    return lengths


def _cut(licence: str, copies: Path, lengths: list[int], chance: random.Random, number: int) -> dict:
    from django.db import connection

    from lodemark_office.store.audit import audit
    from lodemark_office.store.database import DatabaseStore

    acknowledged = chance.randrange(DRAWDOWNS)
    start, end = lengths[acknowledged], lengths[acknowledged + 1]
    place = chance.randrange(start, end)
    copy = copies / f"copy-{number}"
    shutil.copy(copies / "base", copy)
    log = (copies / "base-wal").read_bytes()[:place]
    if chance.random() < 0.5:  # not cut but spoilt: the length is there, the content is not
        log += chance.randbytes(end - place)
    Path(f"{copy}-wal").write_bytes(log)
    connection.close()
    connection.settings_dict["NAME"] = str(copy)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        (whole,) = cursor.fetchone()
    state = DatabaseStore().states(licence)
    report = audit()
    connection.close()
    names = [f"D-{each}" for each in range(acknowledged)]
    more = sorted(set(state.drawdowns) - set(names))
    for each in (copy, Path(f"{copy}-wal"), Path(f"{copy}-shm"), Path(f"{copy}-turn")):
        each.unlink(missing_ok=True)
    return {
        "torn": place > start,
        "lost": [each for each in names if each not in state.drawdowns],
        "partial": [] if more in ([], [f"D-{acknowledged}"]) and whole == "ok" else [whole, *more],
        "found": [one.code for one in report.found],
    }


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
