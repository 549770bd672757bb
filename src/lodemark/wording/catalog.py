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
    """All sentences by code.

    A code stands in one file only and has both languages; anything else is our mistake and stops the start.
    """
    found: dict[str, Mapping[str, str]] = {}
    folder = resources.files("lodemark.wording") / "sentences"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        for code, pair in tomllib.loads(file.read_text(encoding="utf-8")).items():
            assert code not in found, f"{file.name}: the code {code} stands twice"
            assert set(pair) == set(LANGUAGES), f"{file.name}: {code} needs en and zh-Hans, has {sorted(pair)}"
            found[code] = pair
    return found


def has(code: str) -> bool:
    """Whether the catalogue knows this code."""
    return code in catalog()


def say(code: str, facts: Mapping[str, object] | None = None, lang: Lang = "en") -> str:
    """The sentence for ``code``, filled with ``facts``; an unknown code is our mistake and raises ``KeyError``."""
    return Filler(lang).vformat(catalog()[code][lang], (), facts or {})
