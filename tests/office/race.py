"""One worker of the race: reserve on one licence as fast as it can; prints what came of each ask as JSON lines.

Run as ``python -m tests.office.race LICENCE WORKER COUNT``, several at once on one database.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta

AT = datetime(2026, 5, 4, 1, tzinfo=UTC)
EACH_MG = 1_000_000


def main(licence: str, worker: str, count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lodemark_office.settings")
    import django

    django.setup()
    from lodemark import Error
    from lodemark.ledger import Actor
    from lodemark.licence import AskedMass, counted, weigh
    from lodemark.licence import commands as ask
    from lodemark_office.acts import licensing
    from lodemark_office.acts.office import Office, Sent
    from lodemark_office.store.database import DatabaseStore

    office = Office(DatabaseStore())
    terms = office.store.states(licence).terms
    line, by = terms.lines[0], Actor(f"person-{worker}", terms.holder, "signatory")
    print(json.dumps({"ready": worker}), flush=True)
    sys.stdin.readline()
    for number in range(count):
        name = f"{worker}-{number}"
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
            outcome = {"name": name, "status": answer.status, "codes": list(answer.codes)}
        except Error as error:
            outcome = {"name": name, "status": "error", "codes": [error.reason.code]}
        print(json.dumps({**outcome, "ms": round((time.perf_counter() - started) * 1000, 2)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
