"""One drawdown after another on one licence: each costs alike, and deciding before the lock changes no answer."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from lodemark.ledger import canonical
from lodemark.licence import Licence, decide
from lodemark_office.acts import licensing
from lodemark_office.acts.office import Office, Sent
from lodemark_office.acts.store import Answer, KeyReused, Order, Store
from lodemark_office.acts.write import Decided, write
from lodemark_office.store.audit import audit
from lodemark_office.store.database import DatabaseStore
from lodemark_office.store.memory import MemoryStore
from tests.licence.make import FACTS, KG, OFFICER, RULES, grant, post, records, reserve
from tests.licence.test_acts import SUSPEND

LICENCE = "licence/CN-2026-004217-K"


def office(store: Store, **terms: Any) -> Office:
    """An office that granted one licence, 500 kg on one line."""
    command = grant(id=LICENCE, **terms)
    drafts = records(decide(None, command, FACTS, RULES))
    write(store, Order("g", "open/o-1", OFFICER, command.at, "grant"), lambda: Decided([(LICENCE, drafts)]))
    return Office(store)


def sent(of: Office, key: str, command: Any) -> Answer:
    return licensing.act(of, Sent(key, command.by, command.at), LICENCE, command)


def kilograms(number: int, gross_mg: int = KG // 10, **changes: Any) -> Any:
    return reserve(f"D-{number}", gross_mg, **changes)


class Work:
    """Counts statements sent to the database, reads of records, and reads that walk all drawdowns of a licence."""

    def __init__(self) -> None:
        self.statements = self.records = self.walks = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        self.records += "FROM store_ledgerrecord" in sql
        if connection.vendor == "sqlite" and "FROM store_licencedrawdown" in sql:
            execute(f"EXPLAIN QUERY PLAN {sql}", params, many, context)
            plan = [step for *_, step in context["cursor"].fetchall()]
            self.walks += sum("store_licencedrawdown" in step and "=? AND " not in step for step in plan)
        return execute(sql, params, many, context)


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["reserve", "post"])
def test_the_next_drawdown_costs_what_the_first_cost(command: str) -> None:
    """A licence of a long-term buyer has thousands of shipments; if each read the ones before, it would grow slower for ever."""

    def cost(number: int) -> tuple[int, int, int]:
        fresh, work = Office(DatabaseStore()), Work()  # another process, which remembers nothing
        if command == "post":
            sent(fresh, f"reserve-{number}", kilograms(number))
        asked = kilograms(number) if command == "reserve" else post(f"D-{number}", KG // 10)
        with connection.execute_wrapper(work):
            assert sent(fresh, f"{command}-{number}", asked).done
        return work.statements, work.records, work.walks

    of = office(DatabaseStore())
    first = cost(0)
    for number in range(1, 150):
        assert sent(of, f"k{number}", kilograms(number)).done
    assert cost(150) == first == (first[0], 0, 0)
    assert audit().whole


@pytest.mark.django_db
def test_what_is_decided_before_the_lock_is_what_is_decided_under_it() -> None:
    """One call that judged otherwise than the law would be a second law, for busy licences only."""
    chance = random.Random(5)
    commands = [kilograms(chance.randrange(40), chance.randrange(1, 60 * KG), hold_until=None) for _ in range(60)]
    commands = [replace(each, hold_until=each.at + timedelta(days=chance.choice([0, 31, 31]))) for each in commands]

    def answers(of: Office) -> list[tuple[str, bytes]]:
        told = [sent(of, f"k{number}", command) for number, command in enumerate(commands)]
        return [(each.status, canonical(each.reasons)) for each in told]

    ahead = answers(office(DatabaseStore()))
    assert audit().whole
    assert answers(office(MemoryStore())) == ahead
    assert {status for status, _ in ahead} == {"done", "refused"}


if connection.vendor == "postgresql":  # on SQLite nothing is decided before the lock

    @pytest.mark.django_db
    @pytest.mark.parametrize("between", ["suspended", "emptied", "named"])
    def test_what_changed_between_deciding_and_writing_is_seen(between: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A licence suspended while a drawdown is on its way must not let it through."""
        of = office(DatabaseStore())
        rival = {
            "suspended": replace(SUSPEND, on=kilograms(1).on, at=kilograms(1).at),
            "emptied": kilograms(2, 450 * KG),
            "named": kilograms(1, 2 * KG),
        }[between]
        decided = licensing.licence.decide

        def slow(seen: Licence, command: Any, *rest: Any) -> Any:
            monkeypatch.setattr(licensing.licence, "decide", decided)
            assert sent(of, "rival", rival).done
            return decided(seen, command, *rest)

        monkeypatch.setattr(licensing.licence, "decide", slow)
        answer = sent(of, "late", kilograms(1, 100 * KG))
        expected = {"suspended": "licence-suspended", "emptied": "no-room", "named": "drawdown-known"}[between]
        assert answer.status == "refused" and expected in answer.codes
        assert audit().whole


@pytest.mark.parametrize(("keys", "sends"), [(750, 1000), pytest.param(4000, 10000, marks=pytest.mark.long, id="long")])
def test_messages_in_any_order_and_number_count_once(store: Store, keys: int, sends: int) -> None:
    """Customs systems send again whatever they got no answer to; a booking counted twice takes a shipment from somebody."""
    of, chance = office(store), random.Random(11)
    plan = [kilograms(number, chance.randrange(1, 1200 * KG // keys)) for number in range(keys)]
    order = [*range(keys), *(chance.randrange(keys) for _ in range(sends - keys))]
    chance.shuffle(order)
    first: dict[int, bytes] = {}
    changed = 0
    for number in order:
        command = plan[number]
        if number in first and chance.random() < 0.2:
            changed += 1
            with pytest.raises(KeyReused):
                sent(of, f"k{number}", replace(command, shipment="another"))
            continue
        told = canonical(replace(sent(of, f"k{number}", command), replayed=False))
        assert first.setdefault(number, told) == told
    done = [plan[number] for number, told in first.items() if b'"status":"done"' in told]
    assert len(first) == keys and changed and 0 < len(done) < keys
    account = store.states(LICENCE).account(1, "gross")
    assert account.reserved == sum(each.amounts["gross"] for each in done) <= account.granted
    if isinstance(store, DatabaseStore):
        assert audit().whole
