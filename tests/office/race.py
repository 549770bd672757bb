"""The race: workers reserve on one licence as fast as they can; prints what each was told as one JSON list.

Run as ``python -m tests.office.race LICENCE WORKERS COUNT`` on the database of its environment. The workers are forked
from one loaded process, so the race begins at once and on the locks, not on the imports.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

AT = datetime(2026, 5, 4, 1, tzinfo=UTC)
EACH_MG = 1_000_000


def main(licence: str, workers: int, count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lodemark_office.settings")
    import django

    django.setup()
    from django.db import connection

    from lodemark_office.acts.office import Office
    from lodemark_office.store.database import DatabaseStore

    office = warmed(Office(DatabaseStore()))
    connection.close()
    context = multiprocessing.get_context("fork")
    barrier, told = context.Barrier(workers), context.Queue()
    started = [
        context.Process(target=_worker, args=(office, licence, number, workers, count, barrier, told))
        for number in range(workers)
    ]
    for process in started:
        process.start()
    outcomes = [one for _ in started for one in told.get(timeout=3000)]
    for process in started:
        process.join()
    print(json.dumps(outcomes))


def warmed(office: Any) -> Any:
    """The office with its rules read, as a server has them long before the first drawdown of a day: once, before a fork."""
    from lodemark_office.acts import licensing  # noqa: F401

    office.licence_rules(AT.date())
    assert office.book.digest
    return office


def _worker(office: Any, licence: str, worker: int, workers: int, count: int, barrier: Any, told: Any) -> None:
    from lodemark.ledger import Actor

    terms = office.store.states(licence).terms
    by = Actor("person-1", terms.holder, "signatory")
    names = [name for number in range(count) for name in _names(worker, workers, number)]
    barrier.wait(timeout=120)
    told.put([_ask(office, licence, terms.lines[0], by, name) for name in names])


def _names(worker: int, workers: int, number: int) -> tuple[str, ...]:
    """What a worker sends in its turn: its own message, and now and then its neighbour's, which may be on its way as well."""
    neighbour = (f"w{(worker + 1) % workers}-{number}",) if number % 4 == 0 else ()
    return (f"w{worker}-{number}", *neighbour)


def _ask(office: Any, licence: str, line: Any, by: Any, name: str) -> dict[str, Any]:
    from lodemark import Error
    from lodemark.licence import AskedMass, counted, weigh
    from lodemark.licence import commands as ask
    from lodemark_office.acts import licensing
    from lodemark_office.acts.office import Sent

    masses = (AskedMass(line.models[0], "LOT", EACH_MG),)
    command = ask.Reserve(
        on=AT.date(),
        by=by,
        at=AT,
        drawdown=name,
        line=line.no,
        shipment=name,
        control_list_entry=line.control_list_entry,
        end_user=line.end_user,
        destination=line.destination,
        masses=masses,
        amounts=counted(line, weigh(line, masses)),
        hold_until=AT + timedelta(days=30),
    )
    started = time.perf_counter()
    try:
        answer = licensing.act(office, Sent(name, by, AT), licence, command)
        chains = [written.chain for written in answer.written]
        outcome = {"name": name, "status": answer.status, "codes": list(answer.codes), "chains": chains}
    except Error as error:
        outcome = {"name": name, "status": "error", "codes": [error.reason.code], "chains": []}
    return {**outcome, "ms": (time.perf_counter() - started) * 1000}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
