"""The tests a condition can make of one plain value, each with a name (equal names test alike) and the constants it compares with."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from lodemark.rules.build import scaled
from lodemark.rules.condition import Op, Operand
from lodemark.rules.model import Fact
from lodemark.rules.value import Plain

Test = Callable[[Plain], bool]
Named = tuple[str, Test, tuple[Plain, ...]]
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}
_NUMBERS = frozenset({"fraction", "measured", "mass_mg", "count", "money"})


def literal(value: Operand, unit: str | None, word: Fact) -> Any:
    """A constant written in a condition, in the scale in which the fact is kept."""
    if word.type in _NUMBERS and value is not None:
        return scaled(value, unit)
    return date.fromisoformat(str(value)) if word.type == "date" and value is not None else value


def comparison(op: Op, operand: Any, members: tuple[str | int, ...] = ()) -> Named:
    """``op`` against one constant. A value stated to be absent (``None``) is neither above nor below anything."""
    if op == "present":
        return "present", lambda value: value not in (None, ""), (None,)
    if op == "in":
        words = frozenset(members)
        return f"in {sorted(map(str, words))}", lambda value: value in words, tuple(sorted(words, key=str))
    if op == "eq":
        return f"eq {operand}", lambda value: value == operand, (operand,)
    if op == "ne":
        return f"ne {operand}", lambda value: value != operand, (operand,)
    compare = _ORDER[op]
    return f"{op} {operand}", lambda value: value is not None and compare(value, operand), (operand,)


def membership(word: str) -> Named:
    """Whether a set of words holds ``word``: one yes-or-no question per word."""
    return f"has {word}", lambda value: isinstance(value, frozenset) and word in value, (True, False)
