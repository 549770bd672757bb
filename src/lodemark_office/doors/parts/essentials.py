"""The first facts of an application as a short form, and the application text they begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lodemark.rules import Rulebook
from lodemark.wording import Lang


@dataclass(frozen=True, slots=True)
class Choice:
    """A field with the words of the rulebook to choose from."""

    name: str
    question: str
    options: tuple[tuple[str, str], ...]


FIELDS: Mapping[str, str] = {
    "kind": "application.kind",
    "family": "line.family",
    "form": "line.form",
    "category": "end_use.category",
}
"""Field -> word of the vocabulary whose question and options it shows."""


def choices(book: Rulebook, lang: Lang) -> list[Choice]:
    """The fields to choose from, asked in the rulebook's own words."""
    return [_choice(name, book, book.vocabulary[word].list or "", word, lang) for name, word in FIELDS.items()]


def _choice(name: str, book: Rulebook, list_id: str, word: str, lang: Lang) -> Choice:
    listed = book.lists[list_id]
    options = tuple((item, listed.names[item][lang] if item in listed.names else item) for item in listed.items)
    return Choice(name, book.vocabulary[word].question[lang], options)


def starter(typed: Mapping[str, str], book: Rulebook) -> dict[str, object]:
    """An application with just these facts; a value that the rulebook does not know is left out, so it stays a question."""
    known = {choice.name: {item for item, _ in choice.options} for choice in choices(book, "en")}
    chosen = {name: value for name, value in typed.items() if value in known.get(name, ())}
    country = typed.get("country", "").strip().upper()
    mass, element, share = (typed.get(name, "").strip() for name in ("mass", "element", "share"))
    line: dict[str, object] = {"id": "L1"}
    material = {name: chosen[name] for name in ("family", "form") if name in chosen}
    if material:
        line["material"] = material
    if element and share:
        line["composition"] = {"unit": "% m/m", "declared": {element: share}}
    if mass:
        line["quantity"] = {"gross": f"{mass} kg"}
    line |= {"use": "u1"} if "category" in chosen else {}
    user = {"id": "end-user", **({"country": country} if country else {})}
    return {
        "schema": "lodemark.application/1",
        **({"kind": chosen["kind"]} if "kind" in chosen else {}),
        "parties": {"exporter": {"id": typed.get("exporter", "exporter")}, "end_user": [user]},
        "lines": [line],
        **({"end_use": [{"id": "u1", "category": chosen["category"]}]} if "category" in chosen else {}),
    }
