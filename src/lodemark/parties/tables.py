"""The tables of this room, read once. A row without a source does not load: alias data decides, so it must be traceable."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources

from lodemark.ledger import digest

LANGUAGES = ("zh", "ja", "ko", "ru", "en")


@dataclass(frozen=True, slots=True)
class Policy:
    """House values of screening (``data/policy.toml``): from which score a person looks, how old a list may be."""

    review_at: Decimal
    near_at: Decimal
    list_age_days: int
    shrink_share: Decimal
    review_days: int


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of ``data/<name>.csv``."""
    text = (resources.files("lodemark.parties") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    found = tuple(csv.DictReader(text.splitlines()))
    assert all(row["source"] for row in found), f"{name}.csv has a row without a source"
    return found


@cache
def policy() -> Policy:
    """The shipped house values."""
    text = (resources.files("lodemark.parties") / "data" / "policy.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    return Policy(
        review_at=Decimal(raw["review_at"]),
        near_at=Decimal(raw["near_at"]),
        list_age_days=raw["list_age_days"],
        shrink_share=Decimal(raw["shrink_share"]),
        review_days=raw["review_days"],
    )


@cache
def matcher() -> str:
    """Version of the matcher with the digest of its tables; the major number rises when an answer can change."""
    tables = {
        name: [dict(row) for row in rows(name)]
        for name in ("aliases", "concepts", "han", "legal_forms", "lookalikes", "military", "pinyin", "places", "surnames")
    }
    return f"1.0+{digest({name: digest(table) for name, table in tables.items()})[:12]}"
