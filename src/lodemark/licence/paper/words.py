"""The words on paper: both languages of each label and value, from the catalogue. Masses print in kg with their basis."""

from __future__ import annotations

import unicodedata
from typing import TypeAlias

from lodemark.licence.commodity import family_of, known, written
from lodemark.licence.model import Condition
from lodemark.wording import LANGUAGES, Lang, say

Pair: TypeAlias = tuple[str, str]
"""English, Chinese."""


def pair(code: str, **facts: object) -> Pair:
    """Both sentences of a code."""
    english, chinese = (say(code, facts, lang) for lang in LANGUAGES)
    return english, chinese


def commodity_label(commodity: str) -> Pair:
    """What is counted, with its basis: gross mass, element contained, oxide equivalent, pieces, value."""
    return pair(f"commodity-{family_of(commodity)}", what=commodity.partition(":")[2])


def condition_text(condition: Condition) -> Pair:
    """The condition as the holder and customs read it, with its parameters, lines and provision."""
    english, chinese = (_condition(condition, lang) for lang in LANGUAGES)
    return english, chinese


def _condition(condition: Condition, lang: Lang) -> str:
    named = {code: amount for code, amount in condition.params.items() if known(code)}
    amounts = {
        say(f"commodity-{family_of(code)}", {"what": code.partition(":")[2]}, lang): written(code, int(str(amount)))
        for code, amount in named.items()
    }
    lines = ", ".join(map(str, condition.lines)) or say("paper-all-lines", {}, lang)
    facts = {**condition.params, "amounts": amounts, "lines": lines, "provision": condition.provision}
    return visible(say(f"condition-{condition.code}", facts, lang))


def visible(text: str) -> str:
    """User text for paper: direction marks and other invisible characters are shown by number, never obeyed."""
    return "".join(f"<U+{ord(mark):04X}>" if unicodedata.category(mark) in ("Cf", "Cc") else mark for mark in text)
