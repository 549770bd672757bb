"""Rounds of sudden death: a child reserves and acknowledges, the parent kills it at some point and looks at what is there.

Run as ``python -m tests.office.crash LICENCE ROUNDS SEED``; prints one JSON line. A kill shows what a crash of the
process loses; whether the disk was really written is the database's own promise (synchronous=FULL, fsync).
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys


def main(licence: str, rounds: int, seed: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lodemark_office.settings")
    import django

    django.setup()
    from django.db import connection

    from lodemark_office.store.audit import audit
    from lodemark_office.store.database import DatabaseStore
    from tests.office.race import AT  # noqa: F401

    chance = random.Random(seed)
    acknowledged: list[str] = []
    for number in range(rounds):
        connection.close()
        acknowledged += _round(licence, number, chance.randrange(1, 25))
    connection.close()
    state = DatabaseStore().states(licence)
    report = audit()
    account = state.account(1, "gross")
    print(
        json.dumps(
            {
                "acknowledged": len(acknowledged),
                "lost": [name for name in acknowledged if name not in state.drawdowns],
                "found": [one.code for one in report.found],
                "sums": account.reserved == sum(draw.amounts["gross"] for draw in state.drawdowns.values()),
            }
        )
    )


def _round(licence: str, number: int, after: int) -> list[str]:
    """Let a child work until it acknowledged ``after`` drawdowns, then kill it while it is at the next."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _work(licence, f"r{number}", writer)
        os._exit(0)
    os.close(writer)
    told = ""
    with os.fdopen(reader) as lines:
        for line in lines:
            told += line
            if told.count("\n") >= after:
                break
        os.kill(child, signal.SIGKILL)
        told += lines.read()
    os.waitpid(child, 0)
    return [line for line in told.split("\n")[:-1] if line]


def _work(licence: str, worker: str, writer: int) -> None:
    from lodemark.ledger import Actor
    from lodemark_office.acts.office import Office
    from lodemark_office.store.database import DatabaseStore
    from tests.office.race import _ask

    office = Office(DatabaseStore())
    terms = office.store.states(licence).terms
    by = Actor(f"person-{worker}", terms.holder, "signatory")
    for number in range(10_000):
        outcome = _ask(office, licence, terms.lines[0], by, f"{worker}-{number}")
        if outcome["status"] == "done":
            os.write(writer, f"{outcome['name']}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
