"""A blank of the application that can be filled in on the page: a choice where the rulebook has a list, otherwise typed."""

from __future__ import annotations

from dataclasses import dataclass

from lodemark.rules import Fact, Rulebook
from lodemark.wording import Lang, say

CHOICES = 80
"""A longer list is typed, not chosen."""
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """A field: its name in the form, what it is called, the unit a number alone is in, a hint, what there is to choose from."""

    name: str
    label: str
    unit: str = ""
    hint: str = ""
    choices: Choices = ()


def blank_of(name: str, label: str, word: Fact, book: Rulebook, lang: Lang) -> Blank:
    """The blank for one answer to a word of the vocabulary."""
    unit = "" if word.unit in (None, "1") else word.unit
    return Blank(name, label, unit, word.help[lang] if word.help else "", choices_of(word, book, lang))


def choices_of(word: Fact, book: Rulebook, lang: Lang) -> Choices:
    """What can be answered, where that is a list short enough to choose from."""
    if word.type == "bool":
        return tuple((each, say(f"answer-{each}", {}, lang)) for each in ("true", "false"))
    if word.type != "enum" or not 0 < len(word.options) <= CHOICES:
        return ()
    names = book.lists[word.list].names if word.list else {}
    return tuple((each, names[each][lang] if each in names else each) for each in word.options)
