"""Read what somebody wrote as an answer into a set of values, by the type of the fact; what cannot be read is not known, never guessed.

read(vocabulary["line.fraction"], "0.36 % m/m")      # Known(Decimal("0.0036"))
read(vocabulary["line.fraction"], "<0.01 % m/m")     # NotDetected(Decimal("0.0001"))
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from lodemark.measure import read_mass_mg
from lodemark.rules.build import scaled
from lodemark.rules.model import SCALE, Fact
from lodemark.rules.trouble import UnreadableAnswer
from lodemark.rules.value import UNKNOWN, FactValue, Known, NotDetected, Plain, Unknown, Within

NOTHING_SAID = frozenset({"", "?", "n/a", "na", "tbd", "tba", "unknown", "not known", "-", "不明", "待定", "不详", "未知"})
_YES_NO: Mapping[str, bool] = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_QUANTITY = re.compile(rf"(?P<less><|≤|n\.?d\.?\s*)?\s*(?P<lo>{_NUMBER})(?:\s*\.\.\s*(?P<hi>{_NUMBER}))?\s*(?P<unit>.*)")


def read(word: Fact, raw: FactValue | Plain | list[str]) -> FactValue:
    """The set of values ``raw`` leaves possible. Raises ``UnreadableAnswer`` when it is of another type than the fact."""
    if isinstance(raw, Known | Within | NotDetected | Unknown) or not isinstance(
        raw, str | list | bool | int | Decimal | date | None
    ):
        return raw if not isinstance(raw, frozenset) else Known(raw)
    if raw is None or (isinstance(raw, str) and raw.strip().lower() in NOTHING_SAID):
        return UNKNOWN
    if word.type == "bool":
        return Known(_bool(word, raw))
    if word.type == "set":
        return Known(frozenset(raw if isinstance(raw, list) else str(raw).split(",")))
    if word.type == "date":
        return Known(_date(word, raw))
    if word.type == "mass_mg" and isinstance(raw, str):
        return Known(read_mass_mg(raw))
    if word.type in ("fraction", "measured", "count", "money"):
        return _quantity(word, str(raw))
    if word.type == "enum" and word.options and raw not in word.options:
        raise UnreadableAnswer(name=word.id, value=raw, expected=list(word.options))
    return Known(raw) if not isinstance(raw, list) else Known(frozenset(raw))


def _bool(word: Fact, raw: object) -> bool:
    found = raw if isinstance(raw, bool) else _YES_NO.get(str(raw).strip().lower())
    if found is None:
        raise UnreadableAnswer(name=word.id, value=raw, expected=["true", "false"])
    return found


def _date(word: Fact, raw: object) -> date:
    try:
        return raw if isinstance(raw, date) else date.fromisoformat(str(raw).strip())
    except ValueError:
        raise UnreadableAnswer(name=word.id, value=raw, expected=["YYYY-MM-DD"]) from None


def _quantity(word: Fact, raw: str) -> FactValue:
    found = _QUANTITY.fullmatch(raw.strip())
    unit = (found["unit"].strip() or (None if word.type == "fraction" else word.unit)) if found else None
    if found is None or (word.type == "fraction" and SCALE.get(unit or "", ("",))[0] != "1"):
        raise UnreadableAnswer(
            name=word.id, value=raw, expected=["0.36 % m/m", "12 ppm m/m"] if word.type == "fraction" else ["12.5"]
        )
    low = scaled(found["lo"], unit)
    if found["less"]:
        return NotDetected(low)
    return Within(low, scaled(found["hi"], unit)) if found["hi"] else Known(low)
