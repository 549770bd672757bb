"""Material balances filed by an inspector: the tables kept as documents, the balance of each area and element drawn from them.

The tables are sent, or drawn from recorded events and assays (``draw_balance``); both are kept and read the same way. What
a page shows is drawn again from the kept tables; it is the same balance as the record's, by its digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lodemark import Reason, Refusal, accountancy
from lodemark.accountancy import Balance, BalanceData, Component, Inventory, Recorded, Tables, read_tables, write_tables
from lodemark.case.rights import RIGHTS
from lodemark.custody import canonical
from lodemark.ledger import Record, jsonable
from lodemark.trouble import Disagreement
from lodemark_office.acts import tracing
from lodemark_office.acts.marks import shares
from lodemark_office.acts.office import Office, Outcome, Sent, drafted
from lodemark_office.acts.reference import new_dossier
from lodemark_office.acts.store import Answer, UnknownDossier

FILES = ("flows.csv", "inventory.csv", "components.csv", "boundaries.csv")
"""The tables of a balance; the last may be left out."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A filing: its tables assembled, and what came of them for each area and element."""

    tables: Tables
    data: BalanceData
    balances: tuple[Balance, ...]
    found: tuple[Disagreement, ...]


@dataclass(frozen=True, slots=True)
class Filed:
    """A filing in its dossier."""

    reference: str
    on: date
    party: str
    goal_mg: int | None
    drawn: Drawn
    caveats: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FromRecords:
    """What an inspector says for a balance drawn from records: the site as events name it, the elements, the errors of its
    scales (``accountancy.WEIGHINGS``), and what no event tells: stock taken on paper, boundaries, the goal quantity."""

    site: str
    elements: tuple[str, ...]
    components: tuple[Component, ...]
    inventories: tuple[Inventory, ...] = ()
    boundaries: tuple[datetime, ...] = ()
    goal_mg: int | None = None


def file_balance(office: Office, sent: Sent, files: Mapping[str, bytes], goal_mg: int | None) -> Answer:
    """Draw the balances of the tables and record them; tables that cannot be used are told with every row at once.

    ``goal_mg`` is the loss that must not go unseen; without it nothing is called closed.
    """

    said = {"files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}, "goal_mg": goal_mg}
    return _file(office, sent, said, goal_mg, lambda: (files, {}))


def draw_balance(office: Office, sent: Sent, asked: FromRecords) -> Answer:
    """Draw the balance of a site from recorded events and assays, and record it with the tables it was drawn from.

    Raises ``accountancy.BadInput`` with every lot without an assay and every event without a weight; nothing is recorded then.
    """

    def tables() -> tuple[Mapping[str, bytes], Mapping[str, object]]:
        found, known = recorded(office, asked)
        files = write_tables(found.flows, found.inventories, found.components, found.boundaries)
        told = {"site": canonical(asked.site), "genealogy": known, "caveats": jsonable(found.caveats)}
        return files, {"records": told}

    return _file(office, sent, asked, asked.goal_mg, tables)


def recorded(office: Office, asked: FromRecords) -> tuple[Recorded, str]:
    """The rows of a site from the records as they stand, and the digest of the genealogy they come from."""
    known = tracing.evidence(office).genealogy
    found = accountancy.from_custody(
        known,
        shares(office),
        canonical(asked.site),
        asked.elements,
        asked.components,
        inventories=asked.inventories,
        boundaries=asked.boundaries,
    )
    return found, known.digest


def _file(
    office: Office,
    sent: Sent,
    said: object,
    goal_mg: int | None,
    tables: Callable[[], tuple[Mapping[str, bytes], Mapping[str, object]]],
) -> Answer:
    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        if refused := may_not(sent, "file-balance"):
            return refused, {}
        files, more = tables()
        found = _draw(tuple(sorted(files.items())), goal_mg)
        on = office.day(sent.at)
        documents = {name: office.store.keep_document(data, "text/csv") for name, data in sorted(files.items())}
        filed = Record("balance-filed", on, {"documents": documents, "goal_mg": goal_mg, **more})
        dossier = new_dossier(office.store, "balance", sent.at.year)
        records = (filed, *(accountancy.drawn(one, on) for one in found.balances))
        cannot_show = {f"{one.mba}/{one.element}": [limit.code for limit in one.cannot_show] for one in found.balances}
        classes = [one.klass for one in found.balances]
        return drafted(dossier, records, balance=dossier, classes=classes, cannot_show=cannot_show), {}

    return office.act(sent, f"open/{sent.actor.person}", said, decided)


def may_not(sent: Sent, act: str) -> Refusal | None:
    """The refusal of whoever may not close a balance."""
    if sent.actor.role in RIGHTS["close-balance"]:
        return None
    facts = {"role": sent.actor.role, "act": act, "roles": list(RIGHTS["close-balance"])}
    return Refusal((Reason("role-may-not", "house/rights", facts),))


def filed(office: Office, number: str) -> Filed:
    """One filing, drawn again; raises ``UnknownDossier``."""
    for entry in office.store.entries(f"balance/{number}"):
        facts: Mapping[str, Any] = entry.record.facts
        files = tuple((name, office.store.document(str(key))) for name, key in sorted(facts["documents"].items()))
        drawn = _draw(files, facts["goal_mg"])
        told = facts.get("records", {}).get("caveats", ())
        caveats = tuple(Reason(one["code"], one["provision"], one["facts"]) for one in told)
        return Filed(number, entry.record.on, entry.stamp.actor.party, facts["goal_mg"], drawn, caveats)
    raise UnknownDossier(dossier=f"balance/{number}")


@lru_cache(maxsize=16)
def _draw(files: tuple[tuple[str, bytes], ...], goal_mg: int | None) -> Drawn:
    with TemporaryDirectory() as folder:
        for name, content in files:
            (Path(folder) / name).write_bytes(content)
        tables = read_tables(Path(folder))
    data = accountancy.assemble(tables.flows, tables.inventories, tables.components, tables.boundaries)
    areas = dict.fromkeys((period.mba, period.element) for period in data.periods)
    balances = tuple(accountancy.run(data, element, mba, goal_mg=goal_mg) for mba, element in areas)
    found = [one for balance in balances for one in accountancy.disagreements(balance)]
    return Drawn(tables, data, balances, (*found, *accountancy.caps(data)))
