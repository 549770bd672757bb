"""Rounds of sudden death: four children reserve and acknowledge, the parent kills them at some point and looks what is there.

Run as ``python -m tests.office.crash LICENCE ROUNDS SEED``; prints one JSON line. A kill shows what a crash of the
process loses; whether the disk was really written is the database's own promise (synchronous=FULL, fsync).
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from typing import Any

WRITERS = 4


def main(licence: str, rounds: int, seed: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lodemark_office.settings")
    import django

    django.setup()
    from django.db import connection

    from lodemark_office.acts.office import Office
    from lodemark_office.store.audit import audit
    from lodemark_office.store.database import DatabaseStore
    from tests.office.race import warmed

    office = warmed(Office(DatabaseStore()))
    chance = random.Random(seed)
    acknowledged: list[str] = []
    for number in range(rounds):
        connection.close()
        acknowledged += _round(office, licence, number, chance.randrange(1, 25))
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


def _round(office: Any, licence: str, number: int, after: int) -> list[str]:
    """Let the writers work until they acknowledged ``after`` drawdowns together, then kill them in whatever they are at."""
    reader, writer = os.pipe()
    children = []
    for hand in range(WRITERS):
        child = os.fork()
        if child == 0:
            os.close(reader)
            _work(office, licence, f"r{number}-w{hand}", writer)
            os._exit(0)
        children.append(child)
    os.close(writer)
    told = ""
    with os.fdopen(reader) as lines:
        for line in lines:
            told += line
            if told.count("\n") >= after:
                break
        for child in children:
            os.kill(child, signal.SIGKILL)
        told += lines.read()
    for child in children:
        os.waitpid(child, 0)
    return [line for line in told.split("\n")[:-1] if line]


def _work(office: Any, licence: str, worker: str, writer: int) -> None:
    from lodemark.ledger import Actor
    from tests.office.race import _ask

    terms = office.store.states(licence).terms
    by = Actor(f"person-{worker}", terms.holder, "signatory")
    for number in range(10_000):
        outcome = _ask(office, licence, terms.lines[0], by, f"{worker}-{number}")
        if outcome["status"] == "done":
            os.write(writer, f"{outcome['name']}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
