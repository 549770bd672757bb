"""The rule values this room needs, dated, quoted and read from ``regimes/<regime>.toml``.

The code names what it needs; the number of years, the grounds of each act and their provisions are data. A change of
law adds a dated table and leaves the old one, so an old licence is judged again by the values of its day.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from lodemark.trouble import Error


class RegimeUnknown(Error):
    """No rule values for this regime on this day."""

    code = "licence-regime-unknown"
    kind = "unknown"


@dataclass(frozen=True, slots=True)
class Kind:
    """Limits of a kind of licence; ``None`` means no limit."""

    years: int
    exports: int | None
    end_users: int | None
    provision: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Values in force on one day. ``grounds[act][ground]`` is the provision the act then rests on.

    ``reverse_alone[family]``: the largest reversal one customs officer may make alone, per family of commodity.
    """

    regime: str
    zone: str
    kinds: Mapping[str, Kind]
    batch_kinds: tuple[str, ...]
    grounds: Mapping[str, Mapping[str, str]]
    key_elements: tuple[str, ...]
    drawdown: str
    longest_hold_days: int
    reverse_alone: Mapping[str, int]
    standing_days: int
    screening_days: int

    def ground(self, act: str, ground: str) -> str | None:
        """The provision behind ``ground`` of ``act``; ``None`` if the regime has no such ground."""
        return self.grounds.get(act, {}).get(ground)


def rules_on(regime: str, on: date) -> Rules:
    """The values of a regime in force on a day; raises ``RegimeUnknown``."""
    for table in _tables(regime):
        until = table["until"] or date.max
        if table["from"] <= on < until:
            return _rules(regime, table)
    raise RegimeUnknown(regime=regime, on=on)


@cache
def _tables(regime: str) -> list[dict[str, Any]]:
    file = resources.files("lodemark.licence") / "regimes" / f"{regime}.toml"
    if not regime.isalnum() or not file.is_file():
        raise RegimeUnknown(regime=regime, on=None)
    tables: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["values"]
    return [{"until": None, **table} for table in tables]


def _rules(regime: str, table: Mapping[str, Any]) -> Rules:
    kinds = {
        name: Kind(kind["years"], kind.get("exports"), kind.get("end_users"), kind["provision"])
        for name, kind in table["kinds"].items()
    }
    return Rules(
        regime=regime,
        zone=table["zone"],
        kinds=kinds,
        batch_kinds=tuple(table["batch_kinds"]["value"]),
        grounds={act: {g: at["provision"] for g, at in grounds.items()} for act, grounds in table["grounds"].items()},
        key_elements=tuple(table["key_elements"]["value"]),
        drawdown=table["drawdown"]["provision"],
        longest_hold_days=table["longest_hold_days"]["value"],
        reverse_alone=table["reverse_alone"]["value"],
        standing_days=table["standing_days"]["value"],
        screening_days=table["screening_days"]["value"],
    )
