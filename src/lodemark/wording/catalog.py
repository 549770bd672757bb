"""The catalogue: code -> sentence in both languages, read once from ``sentences/*.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from lodemark.wording.show import Filler, Lang

LANGUAGES: tuple[Lang, Lang] = ("en", "zh-Hans")

Catalog = Mapping[str, Mapping[str, str]]


@cache
def catalog() -> Catalog:
    """All sentences by code; that a code stands in one file only, with both languages, is tested."""
    found: dict[str, Mapping[str, str]] = {}
    for file in sorted((resources.files("lodemark.wording") / "sentences").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            found |= tomllib.loads(file.read_text(encoding="utf-8"))
    return found


def has(code: str) -> bool:
    """Whether the catalogue knows this code."""
    return code in catalog()


def say(code: str, facts: Mapping[str, object] | None = None, lang: Lang = "en") -> str:
    """The sentence for ``code``, filled with ``facts``; an unknown code is our mistake and raises ``KeyError``."""
    return Filler(lang).vformat(catalog()[code][lang], (), facts or {})
