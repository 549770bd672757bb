"""The shipments of a licence, newest first, with amounts as text."""

from __future__ import annotations

from dataclasses import dataclass

from lodemark.licence import Drawdown, Licence
from lodemark_office.doors.parts.bars import amount


@dataclass(frozen=True, slots=True)
class Shipment:
    """A drawdown and its amounts: what was reserved, or what left."""

    draw: Drawdown
    amounts: tuple[tuple[str, str], ...]


def drawdowns(state: Licence) -> list[Shipment]:
    """Every drawdown of a licence."""
    newest = sorted(state.drawdowns.values(), key=lambda draw: draw.reserved_at, reverse=True)
    return [
        Shipment(draw, tuple((code, amount(code, value)) for code, value in sorted(_amounts(draw).items()))) for draw in newest
    ]


def _amounts(draw: Drawdown) -> dict[str, int]:
    return dict(draw.net) if draw.state == "posted" else dict(draw.amounts)
