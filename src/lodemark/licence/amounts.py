"""From declared masses to what a line counts: per model, never per shipment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lodemark.licence.commands import AskedMass
from lodemark.licence.commodity import GROSS, element_of, family_of, is_mass, known
from lodemark.licence.model import Line, ModelMass
from lodemark.measure import OXIDES, contained_mg, oxide_factor
from lodemark.trouble import Reason


def weigh(line: Line, masses: Iterable[AskedMass]) -> tuple[ModelMass, ...]:
    """Each asked mass with its element masses by the composition its *model* has on the line."""
    return tuple(
        ModelMass(
            mass.model,
            mass.lot,
            mass.gross_mg,
            {el: contained_mg(mass.gross_mg, share) for el, share in line.composition.get(mass.model, {}).items()},
        )
        for mass in masses
    )


def counted(line: Line, masses: Iterable[ModelMass]) -> Mapping[str, int]:
    """The amount of every capped *mass* commodity in these masses; pieces and values are stated, not computed."""
    weighed = tuple(masses)
    return {c: sum(_amount(c, mass) for mass in weighed) for c in line.caps if is_mass(c)}


def _amount(commodity: str, mass: ModelMass) -> int:
    element = element_of(commodity)
    if element is None:
        return mass.gross_mg
    element_mg = mass.element_mg.get(element, 0)
    if family_of(commodity) == "element":
        return element_mg
    # Oxide equivalent of counted element, half to even. It exceeds the gross mass for pure metal, and rightly so.
    return round(element_mg / oxide_factor(OXIDES[element]))


def wrong_amounts(line: Line, masses: tuple[AskedMass, ...], amounts: Mapping[str, int]) -> list[Reason]:
    """Reasons why an ask cannot be counted: missing, unknown, not whole, no composition, or not what the masses give.

    Zero is refused, except for an element that none of the asked models holds: there zero is what the masses give.
    """
    reasons: list[Reason] = []
    for commodity, amount in amounts.items():
        if not known(commodity) or commodity not in line.caps:
            reasons.append(Reason("commodity-unknown", None, {"commodity": commodity, "line": line.no}))
        elif not _whole(amount) and not (amount == 0 and element_of(commodity)):
            reasons.append(Reason("amount-not-whole", None, {"commodity": commodity, "amount": str(amount)}))
    missing = sorted(line.caps.keys() - amounts.keys())
    if missing:
        reasons.append(Reason("commodities-incomplete", None, {"line": line.no, "missing": missing}))
    if not masses or not all(_whole(mass.gross_mg) for mass in masses):
        reasons.append(Reason("amount-not-whole", None, {"commodity": GROSS, "amount": [m.gross_mg for m in masses]}))
    if any(element_of(commodity) for commodity in line.caps):
        bare = sorted({mass.model for mass in masses if not line.composition.get(mass.model)})
        if bare:
            reasons.append(Reason("composition-unknown", None, {"models": bare, "line": line.no}))
    if reasons:
        return reasons
    for commodity, amount in counted(line, weigh(line, masses)).items():
        if amounts[commodity] != amount:
            facts = {"commodity": commodity, "stated": amounts[commodity], "counted": amount}
            reasons.append(Reason("amount-differs", None, facts))
    return reasons


def _whole(amount: object) -> bool:
    return type(amount) is int and amount > 0
