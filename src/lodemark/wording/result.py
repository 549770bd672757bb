"""A computed result as JSON for readers: numbers as numbers, every code with its sentence in both languages.

For answers only. What is recorded goes through ``ledger.jsonable``, which carries no binary floats.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from lodemark.wording.catalog import LANGUAGES, has, say


def as_json(value: object) -> Any:
    """Plain JSON values. A thing with ``code`` and ``facts`` (a reason, a disagreement) also gets what it ``said``.

    Infinite and undefined numbers become null: no reader should meet them as text.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case np.generic() | np.ndarray():
            return as_json(value.tolist())
        case datetime() | date():
            return value.isoformat()
        case Decimal() | Fraction():
            return str(value)
        case Mapping():
            return {str(key): as_json(item) for key, item in value.items()}
        case list() | tuple():
            return [as_json(item) for item in value]
        case set() | frozenset():
            return sorted(as_json(item) for item in value)
    assert is_dataclass(value), type(value)
    plain = {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if "code" in plain and "facts" in plain and has(plain["code"]):
        facts = getattr(value, "facts", {})
        plain["said"] = {lang: say(plain["code"], facts, lang) for lang in LANGUAGES}
    return plain
