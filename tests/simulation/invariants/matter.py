"""Matter: what was said about the grams holds in the world as it is, and nobody reads what is not his to read."""

from __future__ import annotations

from collections.abc import Iterator
from math import comb

from lodemark.custody.query import Query
from lodemark_office.acts import tracing
from lodemark_office.acts.capturing import viewer_of
from lodemark_office.acts.consulting import FIELDS, shown_to_adviser
from tests.simulation.actors import papers
from tests.simulation.people import PARTIES
from tests.simulation.world import World

U_MG_PER_10_GRAMS = 1
UNDER = "under-declared-composition"
COVERED = 3
"""Standard uncertainties that the bounds of a noisy laboratory may be off by: the coverage the house states."""


def truth_within_bounds(world: World) -> Iterator[str]:
    """I10. at least <= truth <= at most, for every licence that shipped: a bound that is too tight accuses somebody.

    Asked only where everything that happened was told, and told truly; without an assay there must be no bounds at all.
    """
    truth = world.truth
    if truth.untold or truth.lied or not truth.lots:
        return
    known = tracing.evidence(world.office)
    for state in world.of("licence").values():
        for use in ("military", "civil"):
            found = known.reach(state.terms.number, "Dy", (use,))
            if found is None:
                continue
            reach, _ = found
            if reach.low_mg is None or reach.high_mg is None:
                world.reached["bounds withheld"] += 1
                if not world.plan.mix.noise:
                    yield f"{state.terms.number}: true records are said to contradict each other ({reach.conflict})"
                continue
            so, slack = truth.in_use(state.terms.number, use), 0
            if world.plan.mix.noise:
                slack = COVERED * sum(lot.weighed for lot in truth.lots.values()) * U_MG_PER_10_GRAMS // 10
            world.reached["bounds proven" if reach.low_mg else "bounds asked"] += 1
            if not reach.low_mg - slack <= so <= reach.high_mg + slack:
                yield f"{state.terms.number} {use}: between {reach.low_mg} and {reach.high_mg} mg was said, {so} mg it is ({reach.gaps})"


def honest_never_found(world: World) -> Iterator[str]:
    """I12. Where everybody tells the truth and nothing reached a soldier, no question is opened, but by the laboratory's
    stated error: of n lots measured with noise about n/740 (k = 3) may be asked about, and no more than chance allows."""
    truth = world.truth
    if world.plan.mix.liars or truth.lied:
        return
    diverted = any(one.use == "military" for one in truth.devices.values())
    asked = sum(state.kind == UNDER for state in world.of("finding").values()) if world.plan.mix.noise else 0
    if asked > allowed(truth.assays):
        yield f"{asked} of {truth.assays} truthful lots were called under-declared"
    for dossier, state in world.of("finding").items():
        if state.kind == UNDER and world.plan.mix.noise:
            continue
        if not diverted or state.kind not in ("reach-beyond-declared", "end-user-changed"):
            yield f"{dossier}: {state.kind} of {state.subject} was opened against a truthful party"


def allowed(measured: int) -> int:
    """How many of so many honest measurements may lie beyond k = 3 before it is no chance any more (one in a million)."""
    share, left, most = 1 / 740, 1.0, 0
    while (left := left - comb(measured, most) * share**most * (1 - share) ** (measured - most)) > 1e-6:
        most += 1
    return most


def no_foreign_marker(world: World) -> Iterator[str]:
    """I7. No view holds a marker that its viewer may not see: a competitor lives next door."""
    journal = world.store.journal()
    for party in PARTIES:
        for shown in journal.events(Query(), viewer=viewer_of(world.office, party, False)).events:
            if shown.party != party and "secret of" in str(shown):
                yield f"{party} is shown a secret that {shown.party} sent"
    content = papers.paper("beichen", "alder", "general", "complete").content
    if "LV-204" in str(shown_to_adviser(content, (*FIELDS, "/contract"))):
        yield "an adviser is shown the contract"
