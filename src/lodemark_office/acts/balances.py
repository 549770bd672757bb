"""Material balances filed by an inspector: the tables kept as documents, the balance of each area and element drawn from them.

What a page shows is drawn again from the kept tables; it is the same balance as the record's, by its digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lodemark import Reason, Refusal, accountancy
from lodemark.accountancy import Balance, BalanceData
from lodemark.accountancy.tables import Tables, read_tables
from lodemark.case.rights import RIGHTS
from lodemark.ledger import Record
from lodemark.trouble import Disagreement
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


def file_balance(office: Office, sent: Sent, files: Mapping[str, bytes], goal_mg: int | None) -> Answer:
    """Draw the balances of the tables and record them; tables that cannot be used are told with every row at once.

    ``goal_mg`` is the loss that must not go unseen; without it nothing is called closed.
    """

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        if sent.actor.role not in RIGHTS["close-balance"]:
            facts = {"role": sent.actor.role, "act": "file-balance", "roles": list(RIGHTS["close-balance"])}
            return Refusal((Reason("role-may-not", "house/rights", facts),)), {}
        found = _draw(tuple(sorted(files.items())), goal_mg)
        on = office.day(sent.at)
        documents = {name: office.store.keep_document(data, "text/csv") for name, data in sorted(files.items())}
        filed = Record("balance-filed", on, {"documents": documents, "goal_mg": goal_mg})
        dossier = new_dossier(office.store, "balance", sent.at.year)
        records = (filed, *(accountancy.drawn(one, on) for one in found.balances))
        return drafted(dossier, records, balance=dossier, classes=[one.klass for one in found.balances]), {}

    said = {"files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}, "goal_mg": goal_mg}
    return office.act(sent, f"open/{sent.actor.person}", said, decided)


def filed(office: Office, number: str) -> Filed:
    """One filing, drawn again; raises ``UnknownDossier``."""
    for entry in office.store.entries(f"balance/{number}"):
        facts: Mapping[str, Any] = entry.record.facts
        files = tuple((name, office.store.document(str(key))) for name, key in sorted(facts["documents"].items()))
        drawn = _draw(files, facts["goal_mg"])
        return Filed(number, entry.record.on, entry.stamp.actor.party, facts["goal_mg"], drawn)
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
