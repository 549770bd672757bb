"""J-WRITE-OFF: an event's mirror of a licence write-off against the ledger's own figure, which the shell hands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lodemark.custody.facts import Fact, stated_mass
from lodemark.custody.unit import mass_mg
from lodemark.trouble import Disagreement


@dataclass(frozen=True, slots=True)
class WriteOff:
    """One line of an event's ``lode:licenceWriteOff``: a mirror, never counted itself. ``event`` is the strict digest."""

    licence: str
    line: str
    element: str
    told_mg: int | None
    event: str


def write_offs(fact: Fact) -> list[WriteOff]:
    """What an event says was written off."""
    told = fact.lode.get("licenceWriteOff")
    found = []
    for item in told if isinstance(told, list) else [told] if isinstance(told, Mapping) else []:
        stated = stated_mass(item)
        found.append(
            WriteOff(
                str(item.get("licence")),
                str(item.get("line", "")),
                str(item.get("element", "")),
                mass_mg(*stated) if stated else None,
                fact.key,
            )
        )
    return found


def check_write_offs(fact: Fact, ledger_mg: Mapping[tuple[str, str, str], int]) -> list[Disagreement]:
    """Disagreements between an event's mirror and the ledger: (licence, line, element) -> mg posted for this shipment."""
    found = []
    for told in write_offs(fact):
        right = ledger_mg.get((told.licence, told.line, told.element))
        if right != told.told_mg:
            facts = {"pointer": fact.key, "licence": told.licence, "told_mg": told.told_mg, "ledger_mg": right}
            found.append(Disagreement("J-WRITE-OFF", told.licence, facts, fact.key))
    return found
