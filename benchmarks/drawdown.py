"""Many writers on one licence line, demand a known amount above the limit: ours and four peers, same run, same rows.

On SQLite (a file of its own) and on a real PostgreSQL (a cluster of its own on 127.0.0.1, where it is installed)::

    python -m benchmarks.drawdown [--writers 8] [--each 60] [--rounds 2]

A peer writes by Django's ORM the rows that ours writes, with no law and ready-made bytes. The naive one must overspend or
fail, else the load tests nothing. Variants take turns over the rounds, and the better round of each counts: what other
people do on the machine hits all alike.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.engines import ROOT, postgres, sandbox

ABOVE: Final = 100
"""Asks beyond the limit: exactly so many must be refused."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to draw. ``options``: the connection's options, ``None`` for those of the office.

    ``apart``: each writer has a licence of its own, with room for all it asks.
    """

    name: str
    maker: str
    options: Mapping[str, Any] | None = None
    apart: bool = False


ROLLBACK: Final = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL",
}
OURS: Final = Variant("lodemark", "ours")
APART: Final = Variant("lodemark, a licence each", "ours", apart=True)
VARIANTS: Final[Mapping[str, tuple[Variant, ...]]] = {
    "sqlite": (
        OURS,
        APART,
        Variant("lodemark, rollback journal", "ours", ROLLBACK),
        Variant("ORM, our connection options", "locked"),
        Variant("read-then-save, Django defaults", "naive", {"init_command": "PRAGMA journal_mode=DELETE"}),
    ),
    "postgresql": (
        OURS,
        APART,
        Variant("lodemark, separate statements", "separate"),
        Variant("ORM select_for_update", "locked"),
        Variant("ORM SERIALIZABLE with retry", "serializable", {"isolation_level": 4}),
        Variant("read-then-save, Django defaults", "naive", {}),
    ),
}


@dataclass(frozen=True, slots=True)
class Run:
    """What one race of one variant came to."""

    rate: float
    p50: float
    p99: float
    cpu_ms: float
    granted: int
    limit: int
    recorded: int
    lost: int
    errors: int
    first_error: str

    @property
    def overspent(self) -> int:
        """Asks recorded beyond the limit."""
        return max(0, self.recorded - self.limit)


def race(variant: Variant, licence: str, writers: int, each: int) -> Run:
    """Grant a licence for ``ABOVE`` asks fewer than will be made, fork the writers, and look at what stands afterwards."""
    from django.db import connection

    from lodemark_office.store import models

    office = connection.settings_dict["OPTIONS"]
    limit = writers * each - (0 if variant.apart else ABOVE)
    licences = [f"{licence}-{n}" for n in range(writers)] if variant.apart else [licence]
    connection.close()
    connection.settings_dict["OPTIONS"] = office if variant.options is None else dict(variant.options)
    for name in licences:
        _grant(name, limit // len(licences))
    connection.close()
    context = multiprocessing.get_context("fork")
    barrier, told = context.Barrier(writers), context.Queue()
    started = [
        context.Process(target=_writer, args=(variant, licences[n % len(licences)], n, each, barrier, told))
        for n in range(writers)
    ]
    for process in started:
        process.start()
    spans = [told.get(timeout=120) for _ in started]
    for process in started:
        process.join()
    connection.settings_dict["OPTIONS"] = office
    reserved = models.LedgerRecord.objects.filter(dossier__in=licences, kind="drawdown-reserved").count()
    answered = set(models.CommandAnswer.objects.filter(scope__in=licences).values_list("key", flat=True))
    asked = [one for span in spans for one in span["asked"]]
    outcomes = Counter(outcome for _, outcome, _ in asked)
    took = sorted(ms for _, _, ms in asked)
    failed = [outcome for _, outcome, _ in asked if outcome not in ("done", "refused")]
    connection.close()
    return Run(
        rate=(len(asked) - len(failed)) / (max(s["end"] for s in spans) - min(s["start"] for s in spans)),
        p50=took[len(took) // 2],
        p99=took[len(took) * 99 // 100],
        cpu_ms=sum(s["cpu"] for s in spans) * 1000 / len(asked),
        granted=outcomes["done"],
        limit=limit,
        recorded=reserved,
        lost=sum(outcome == "done" and name not in answered for name, outcome, _ in asked)
        + max(0, outcomes["done"] - reserved),
        errors=len(failed),
        first_error=max(failed, key=failed.count) if failed else "",
    )


def _grant(licence: str, limit: int) -> None:
    from lodemark.licence import DecidedLine, decide
    from lodemark_office.acts.store import Order
    from lodemark_office.acts.write import Decided, write
    from lodemark_office.store.database import DatabaseStore
    from tests.licence.make import FACTS, LINE, RULES, amounts, grant, records
    from tests.office.race import EACH_MG

    caps = {commodity: limit * amount for commodity, amount in amounts(EACH_MG, LINE).items()}
    command = grant(id=licence, lines=(DecidedLine(replace(LINE, caps=caps), "granted"),))
    drafts = records(decide(None, command, FACTS, RULES))
    write(DatabaseStore(), Order(licence, "open/p", command.by, command.at, licence), lambda: Decided([(licence, drafts)]))


def _writer(variant: Variant, licence: str, number: int, each: int, barrier: Any, told: Any) -> None:
    from benchmarks import _drawdown_peers as peers
    from tests.licence.make import LINE, amounts
    from tests.office.race import EACH_MG

    plan = peers.Plan(licence, amounts(EACH_MG, LINE), own_numbers=1_000 * (number + 1))
    makers: Mapping[str, Callable[[Any], Callable[[str], str]]] = {
        "ours": _ours,
        "separate": _separate,
        "naive": peers.naive,
        "locked": peers.locked,
        "serializable": peers.serializable,
    }
    ask, asked = makers[variant.maker](plan), []
    barrier.wait(timeout=60)
    start, cpu = time.perf_counter(), _cpu()
    for place in range(each):
        name, before = f"{licence}-w{number}-{place}", time.perf_counter()
        outcome = ask(name)
        asked.append((name, outcome, (time.perf_counter() - before) * 1000))
    told.put({"asked": asked, "start": start, "end": time.perf_counter(), "cpu": _cpu() - cpu})


def _ours(plan: Any) -> Callable[[str], str]:
    """The office's own act, law and all."""
    from lodemark.ledger import Actor
    from lodemark_office.acts.office import Office
    from lodemark_office.store.database import DatabaseStore
    from tests.office import race as office_race

    office = office_race.warmed(Office(DatabaseStore()))
    terms = office.store.states(plan.licence).terms
    by = Actor("p-1", terms.holder, "signatory")

    def ask(name: str) -> str:
        told = office_race._ask(office, plan.licence, terms.lines[0], by, name)
        return told["codes"][0] if told["status"] == "error" else told["status"]

    return ask


def _separate(plan: Any) -> Callable[[str], str]:
    """The same act, but decided and written under the lock, statement by statement, synced before the lock goes."""
    from lodemark_office.store.database import DatabaseStore

    DatabaseStore.draw = lambda *_: None  # type: ignore[method-assign]  # this process is the variant's own
    return _ours(plan)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def engine(vendor: str, writers: int, each: int, rounds: int) -> None:
    """All variants of one engine, in the environment of this process; the table goes to stdout."""
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks import _drawdown_peers  # noqa: F401
    from lodemark_office.acts import licensing  # noqa: F401
    from tests.office import race as office_race  # noqa: F401  (loaded once, before the fork)

    call_command("migrate", verbosity=0)
    best: dict[str, Run] = {}
    for number in range(rounds):
        for place, variant in enumerate(VARIANTS[vendor]):
            print(f"{vendor}: round {number + 1}, {variant.name}", file=sys.stderr, flush=True)
            run = race(variant, f"licence/B-{place}-{number}", writers, each)
            known = best.get(variant.name)
            best[variant.name] = run if known is None else _better(known, run)
    print(
        f"\n{vendor}: {writers} writers x {each} asks on one licence line, {ABOVE} asks above the limit, best of {rounds} rounds"
    )
    print(table(best))


def _better(one: Run, other: Run) -> Run:
    """The faster round, with the faults of both: a lost act in the slower round is lost all the same."""
    fast, slow = (one, other) if one.rate >= other.rate else (other, one)
    return replace(
        fast,
        recorded=max(one.recorded, other.recorded),
        lost=one.lost + other.lost,
        errors=one.errors + other.errors,
        first_error=fast.first_error or slow.first_error,
    )


def table(runs: Mapping[str, Run]) -> str:
    """One row per variant; the ratio is the rate of ours over that of the row."""
    head = f"{'':<32} {'rate/s':>7} {'p50 ms':>7} {'p99 ms':>7} {'cpu ms':>7} {'granted':>7} {'limit':>6} {'overspent':>9} {'lost':>5} {'errors':>6} {'ours x':>7}"
    rows = [head]
    for name, run in runs.items():
        numbers = f"{run.rate:>7.0f} {run.p50:>7.1f} {run.p99:>7.1f} {run.cpu_ms:>7.2f} {run.granted:>7} {run.limit:>6}"
        faults = f"{run.overspent:>9} {run.lost:>5} {run.errors:>6} {runs[OURS.name].rate / run.rate:>7.2f}"
        rows.append(f"{name:<32} {numbers} {faults}  {run.first_error}".rstrip())
    naive = next(run for name, run in runs.items() if name.startswith("read-then-save"))
    if not naive.overspent + naive.errors:
        rows.append("The naive variant neither overspent nor failed: this load was no test.")
    return "\n".join(rows)


def main() -> int:
    """Run both engines, each in a process of its own."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--writers", type=int, default=8)
    words.add_argument("--each", type=int, default=60)
    words.add_argument("--rounds", type=int, default=2)
    words.add_argument("--engine", choices=sorted(VARIANTS), help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.engine:
        engine(given.engine, given.writers, given.each, given.rounds)
        return 0
    sizes = [f"--{name}={getattr(given, name)}" for name in ("writers", "each", "rounds")]
    with tempfile.TemporaryDirectory(prefix="drawdown-") as place, postgres(Path(place)) as url:
        if url:
            os.environ["DATABASE_URL"] = url
        failed = 0
        for vendor in VARIANTS if url else ("sqlite",):
            folder = Path(place) / vendor
            folder.mkdir(exist_ok=True)
            with sandbox(folder, vendor) as environment:
                command = [sys.executable, "-m", "benchmarks.drawdown", f"--engine={vendor}", *sizes]
                failed |= subprocess.call(command, cwd=ROOT, env=environment)
        if not url:
            print("PostgreSQL is not installed here: skipped.")
    return failed


if __name__ == "__main__":
    sys.exit(main())
