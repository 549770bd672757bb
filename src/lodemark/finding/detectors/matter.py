"""Questions that matter raises: masses, yields, capacities, compositions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context, Decimal

from lodemark.finding.facts import Observed
from lodemark.finding.model import Evidence, Raised
from lodemark.finding.rules import FindingRules
from lodemark.ledger import digest

_FOUR = Context(prec=4)


def undeclared_feed(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """More came out than went in, beyond uncertainty, and the output's composition needs a feed nobody declared.

    Either alone is everyday: a heel of the last campaign, or a legitimate blend of several licensed feeds.
    """
    for one in seen.residuals:
        limit = rules.coverage * one.sigma_mg
        if one.residual_mg <= limit or one.within_feeds is not False or not one.heel_weighed:
            continue
        facts = {
            "site": one.site,
            "element": one.element,
            "period": one.period,
            "residual_mg": one.residual_mg,
            "limit_mg": int(limit),
        }
        evidence = Evidence("accountancy", one.ref, digest(one), "residual-beyond-uncertainty", facts)
        yield Raised(
            "undeclared-feed",
            f"{one.site}/{one.element}/{one.period}",
            "promise-feeds",
            facts,
            (evidence,),
            ("feed-record", "heel-weighing"),
        )


def yield_above_cap(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """More element out than went in and was drawn from stock (impossible), or a yield above the step's own 3-sigma band."""
    for one in seen.yields:
        fed = one.in_mg + one.drawn_mg
        if not one.same_basis or fed <= 0:
            continue
        over_band = (
            one.band_mean is not None
            and one.band_sigma is not None
            and Decimal(one.out_mg) > fed * (one.band_mean + 3 * one.band_sigma)
        )
        if one.out_mg <= fed and not over_band:
            continue
        facts = {"site": one.site, "step": one.step, "period": one.period, "in_mg": fed, "out_mg": one.out_mg}
        code = "yield-above-cap" if one.out_mg > fed else "yield-above-band"
        evidence = Evidence("accountancy", one.ref, digest(one), code, facts)
        exonerates = ("stock-taking", "process-step-record")
        yield Raised(
            "over-declared-yield", f"{one.site}/{one.step}/{one.period}", "promise-yield", facts, (evidence,), exonerates
        )


def output_above_capacity(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """A month's output above rated capacity, tolling at partners and later-filed upgrades included."""
    for one in seen.outputs:
        able = one.capacity_mg + one.toll_mg + one.upgrade_mg
        if one.output_mg <= able:
            continue
        facts = {"site": one.site, "month": one.month, "output_mg": one.output_mg, "capacity_mg": able}
        evidence = Evidence("report", one.ref, digest(one), "output-above-capacity", facts)
        exonerates = ("toll-record", "capacity-record")
        yield Raised("output-above-capacity", f"{one.site}/{one.month}", "promise-capacity", facts, (evidence,), exonerates)


def under_declared_composition(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """Measured above declared by more than k times the joint uncertainty, same basis, not the surface of a diffused part."""
    for one in seen.assays:
        limit = rules.coverage * (one.u_declared**2 + one.u_measured**2).sqrt()
        if not one.same_basis or one.surface_of_diffused or one.measured - one.declared <= limit:
            continue
        facts = {
            "lot": one.lot,
            "element": one.element,
            "declared": _text(one.declared),
            "measured": _text(one.measured),
            "limit": _text(limit),
        }
        evidence = Evidence("assay", one.ref, one.digest or digest(one), "measured-above-declared", facts, sample=one.sample)
        exonerates = ("second-assay", "declaration-correction")
        yield Raised(
            "under-declared-composition", f"{one.lot}/{one.element}", "promise-composition", facts, (evidence,), exonerates
        )


def controlled_model_in_lot(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """A model declared without an element that the same maker's same model is known to hold. Price alone says nothing."""
    for one in seen.models:
        if one.maker != one.known_maker or one.known - one.declared <= rules.coverage * one.u_known:
            continue
        facts = {
            "lot": one.lot,
            "model": one.model,
            "element": one.element,
            "declared": _text(one.declared),
            "known": _text(one.known),
        }
        evidence = Evidence("assay", one.ref, digest(one), "model-known-otherwise", facts)
        exonerates = ("assay-per-model", "maker-statement")
        yield Raised("controlled-model-in-lot", f"{one.lot}/{one.model}", "promise-model", facts, (evidence,), exonerates)


def reach_beyond_declared(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """Material of a licence outside its declared places: at least some, or more than the material share is expected."""
    for one in seen.reaches:
        expected = Decimal(one.expected_mg) > rules.material_share * one.total_mg
        if one.low_mg <= 0 and not (expected and not one.gaps):
            continue
        facts = {
            "licence": one.licence,
            "element": one.element,
            "low_mg": one.low_mg,
            "expected_mg": one.expected_mg,
            "high_mg": one.high_mg,
        }
        evidence = Evidence("attribution", one.ref, one.digest or digest(one), "reach-bounds", facts)
        exonerates = ("missing-events", "end-use-report")
        yield Raised("reach-beyond-declared", f"{one.licence}/{one.element}", "promise-end-use", facts, (evidence,), exonerates)


def _text(fraction: Decimal) -> str:
    """A mass fraction as people write it, four significant figures of what was computed."""
    return f"{fraction.normalize(_FOUR):f}"
