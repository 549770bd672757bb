"""The material balance of a licence: what a plant shipped, beside what the licensed feed and the stated yields explain.

The feed is the licence's own paper: what its drawdowns posted. Shipments are what events and assays say of one site. The
exact count of the drawdowns stands beside it; neither overwrites the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any

import orjson

from lodemark import accountancy
from lodemark.accountancy import BadInput, Component, Feed, Flow, LicenceBalance, Yield
from lodemark.case.read import read
from lodemark.custody import canonical as canonical_id
from lodemark.ledger import Record, canonical, jsonable
from lodemark.licence import Licence
from lodemark.licence.model import Drawdown
from lodemark.measure import contained_mg
from lodemark.trouble import Reason
from lodemark_office.acts import tracing
from lodemark_office.acts.balances import may_not
from lodemark_office.acts.marks import shares
from lodemark_office.acts.office import Office, Outcome, Sent, drafted
from lodemark_office.acts.reference import new_dossier
from lodemark_office.acts.store import Answer, UnknownDossier

MEDIA = "application/vnd.lodemark.licence-balance+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which element of the licence, at which site (as events name it), in which periods; the errors of its scales, and the
    yields of its steps with where each number comes from. ``lines``: of the licence; all when empty."""

    element: str
    site: str
    boundaries: tuple[datetime, ...]
    components: tuple[Component, ...]
    yields: tuple[Yield, ...] = ()
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything the balance is a function of, as it is kept."""

    element: str
    on: date
    subject: str
    licensed: tuple[Feed, ...]
    shipments: tuple[Flow, ...]
    yields: tuple[Yield, ...]
    components: tuple[Component, ...]

    def balance(self) -> LicenceBalance:
        """Draw it; raises ``BadInput``."""
        return accountancy.licence_balance(
            self.licensed,
            self.shipments,
            self.yields,
            self.on,
            components=self.components,
            element=self.element,
            subject=self.subject,
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    """A licence's balance as recorded, drawn again."""

    reference: str
    on: date
    site: str
    starts: tuple[datetime, ...]
    balance: LicenceBalance
    caveats: tuple[Reason, ...]


def draw(office: Office, sent: Sent, dossier: str, asked: Asked) -> Answer:
    """Draw the balance of a licence and record it; raises ``BadInput`` with everything that is missing."""

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        if refused := may_not(sent, "draw-licence-balance"):
            return refused, {}
        on = office.day(sent.at)
        inputs, caveats = gathered(office, office.store.states(dossier), asked, on)
        found = inputs.balance()
        facts = {
            "licence": dossier,
            "element": asked.element,
            "site": canonical_id(asked.site),
            "inputs": office.store.keep_document(canonical(jsonable(inputs)), MEDIA),
            "verdict": found.verdict,
            "shipped_kg": f"{found.shipped_kg:.6f}",
            "explained_kg": f"{found.explained_kg:.6f}",
            "u_kg": f"{found.u_kg:.6f}",
            "caveats": jsonable(caveats),
            "cannot_show": [limit.code for limit in found.cannot_show],
            "inputs_digest": found.digest,
        }
        made = new_dossier(office.store, "licence-balance", sent.at.year)
        told = {name: facts[name] for name in ("verdict", "shipped_kg", "explained_kg", "u_kg", "cannot_show")}
        return drafted(made, (Record("licence-balance-drawn", on, facts),), licence_balance=made, **told), {}

    return office.act(sent, f"open/{sent.actor.person}", {"licence": dossier, "asked": jsonable(asked)}, decided)


def latest(office: Office, dossier: str, element: str = "") -> Drawn:
    """The balance drawn last for a licence (of this element, where it is named); raises ``UnknownDossier``."""
    for one in reversed(office.store.dossiers("licence-balance")):
        for entry in office.store.entries(one):
            facts: Mapping[str, Any] = entry.record.facts
            if facts["licence"] == dossier and element in ("", facts["element"]):
                inputs = read(Inputs, orjson.loads(office.store.document(str(facts["inputs"]))))
                caveats = tuple(Reason(told["code"], told["provision"], told["facts"]) for told in facts["caveats"])
                return Drawn(
                    reference=one.partition("/")[2],
                    on=entry.record.on,
                    site=str(facts["site"]),
                    starts=tuple(feed.start for feed in inputs.licensed if feed.start.date() <= inputs.on),
                    balance=inputs.balance(),
                    caveats=caveats,
                )
    raise UnknownDossier(dossier=f"{dossier}/material-balance")


def gathered(office: Office, state: Licence, asked: Asked, on: date) -> tuple[Inputs, tuple[Reason, ...]]:
    """Feed from paper, shipments from records; what the licence itself brought in is the feed and no other receipt."""
    known = tracing.evidence(office)
    licensed = {known.genealogy.lots[lot].thing for lot in known.batch(state.terms.number)}
    found = accountancy.crossings(
        known.genealogy,
        shares(office),
        canonical_id(asked.site),
        asked.element,
        asked.components,
        asked.boundaries,
        on_paper=licensed,
    )
    if derived := list(_derived(known, found.flows, licensed)):
        raise BadInput(derived)
    inputs = Inputs(
        element=asked.element,
        on=on,
        subject=state.terms.number,
        licensed=tuple(_feeds(state, asked)),
        shipments=found.flows,
        yields=asked.yields,
        components=found.components,
    )
    return inputs, found.caveats


def _feeds(state: Licence, asked: Asked) -> Iterator[Feed]:
    drawdowns = [one for one in state.drawdowns.values() if not asked.lines or one.line in asked.lines]
    for start, end in pairwise(sorted(asked.boundaries)):
        inside = [one for one in drawdowns if one.released_at is not None and start <= one.released_at < end]
        yield Feed(start, end, sum(posted_mg(one, asked.element) for one in inside))


def posted_mg(drawdown: Drawdown, element: str) -> int:
    """Milligrams of the element on paper: those of the goods reserved, in the share that was posted and not reversed."""
    held = sum(mass.element_mg.get(element, 0) for mass in drawdown.masses)
    commodity = next((name for name, amount in sorted(drawdown.amounts.items()) if amount), None)
    if commodity is None:
        return 0
    return contained_mg(held, Fraction(drawdown.net.get(commodity, 0), drawdown.amounts[commodity]))


def _derived(known: tracing.Evidence, flows: Sequence[Flow], licensed: set[str]) -> Iterator[Reason]:
    """Receipts of lots that were made of licensed ones somewhere else: neither the feed nor another feed."""
    g = known.genealogy
    for lot in dict.fromkeys(flow.lot_id for flow in flows if flow.kind == "receipt"):
        above = {g.lots[step.lot].thing for step in g.back(lot).steps if step.lot in g.lots}
        if met := sorted(above & licensed):
            yield Reason("licence-balance-derived-receipt", None, {"lot": lot, "licensed": met})
