"""What a line counts, as a code: ``gross``, ``element:Dy``, ``reo:Dy``, ``piece``, ``value:CNY``.

All counts are integers: milligrams of material, of element, of oxide; pieces; minor units of a currency.
"""

from __future__ import annotations

import re
from typing import Final

from lodemark.measure import ELEMENTS, OXIDES

GROSS: Final = "gross"
PIECE: Final = "piece"
MILLIGRAMS_PER_KG: Final = 1_000_000
_CURRENCY = re.compile(r"[A-Z]{3}")


def known(commodity: str) -> bool:
    """Whether the code names something that can be counted; ``reo`` exists for rare earths only."""
    family, _, what = commodity.partition(":")
    match family:
        case "gross" | "piece":
            return commodity == family
        case "element":
            return what in ELEMENTS
        case "reo":
            return what in OXIDES
        case "value":
            return bool(_CURRENCY.fullmatch(what))
    return False


def family_of(commodity: str) -> str:
    """``gross``, ``element``, ``reo``, ``piece`` or ``value``."""
    return commodity.partition(":")[0]


def element_of(commodity: str) -> str | None:
    """The element a mass commodity depends on; ``None`` for gross mass, pieces and values."""
    family, _, what = commodity.partition(":")
    return what if family in ("element", "reo") else None


def is_mass(commodity: str) -> bool:
    """Whether the amount is in milligrams."""
    return family_of(commodity) in ("gross", "element", "reo")


def written(commodity: str, amount: int) -> str:
    """An amount as people read it: kilograms to six decimals, pieces whole, a value in its major unit."""
    if is_mass(commodity):
        return f"{amount // MILLIGRAMS_PER_KG:,}.{amount % MILLIGRAMS_PER_KG:06d} kg".replace(",", " ")
    if family_of(commodity) == "value":
        return f"{amount // 100:,}.{amount % 100:02d} {commodity.partition(':')[2]}".replace(",", " ")
    return f"{amount:,}".replace(",", " ")
