"""A name read into units: brand, number, unit type, sector, place; legal form apart. All readings of it are kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final, Literal

from lodemark.parties.names.affix import strip_legal
from lodemark.parties.names.concept import longest, longest_phrase, words
from lodemark.parties.names.fold import clean, fold
from lodemark.parties.names.lookalike import repair
from lodemark.parties.names.numeral import HAN_NUMBER, han_value, latin_value
from lodemark.parties.names.script import Script, runs, script_of, scripts

UnitKind = Literal["brand", "number", "unit", "sector", "place"]
LONGEST_NAME: Final = 500
_STOPS: Final = frozenset({"of", "the", "and", "for", "de", "la", "du", "und", "der", "no", "nr", "в", "и", "по"})
_ENDINGS: Final = (
    "ами",
    "ого",
    "ому",
    "ов",
    "ам",
    "ах",
    "ом",
    "ой",
    "ым",
    "ых",
    "ые",
    "ая",
    "ое",
    "а",
    "у",
    "е",
    "ы",
    "и",
    "я",
)
"""Russian case endings, longest first."""
_BRACKET: Final = re.compile(r"\(([^()]*)\)")
_WORD: Final = re.compile(r"[^\W_]+(?:['&][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Unit:
    """One part of a name: the folded words, what they can mean, the number they are."""

    kind: UnitKind
    text: str
    concepts: frozenset[str] = frozenset()
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """One reading of a name: its parts in order, the kinds of legal form found, and the folded core run together."""

    core: str
    units: tuple[Unit, ...]
    legal: tuple[str, ...]
    scripts: frozenset[Script]

    def of(self, kind: UnitKind) -> tuple[Unit, ...]:
        """The parts of one kind."""
        return tuple(unit for unit in self.units if unit.kind == kind)


@dataclass(frozen=True, slots=True)
class NameForms:
    """All readings of one name; empty when nothing in it can be read. ``repaired``: it mixed letters of two scripts in a word."""

    text: str
    forms: tuple[Form, ...]
    repaired: bool = False


@lru_cache(maxsize=200_000)
def forms(text: str) -> NameForms:
    """The readings of a name: as written, and once more with the text of brackets left out and taken alone."""
    if len(text) > LONGEST_NAME:
        return NameForms(text, ())
    whole, *inner = _variants(clean(text))
    found = [*_readings(whole), *(form for part in inner for form in _readings(part) if form.of("brand"))]
    folded = fold(text)
    return NameForms(text, tuple(dict.fromkeys(found)), repaired=repair(folded) != folded)


def _variants(text: str) -> list[str]:
    """The whole name; where brackets hold more than a legal form, also the name without them and their text alone."""
    inside = [part for part in _BRACKET.findall(text) if len(part) > 1 and strip_legal(fold(f"x {part}"))[0] != "x"]
    outside = _BRACKET.sub(" ", text).strip()
    return [text, *([outside] if inside and outside else []), *inside]


def _readings(text: str) -> list[Form]:
    """A text cut into units from the left and, where that gives another cut, from the right: 泰宏光电子 is 光电-子 or 光-电子."""
    core, legal = strip_legal(repair(fold(text)))
    squeezed = "".join(letter for letter in core if letter.isalnum())
    if not squeezed:
        return []
    cuts = {
        tuple(unit for script, part in _pieces(core) for unit in _units(script, part, cut)): None
        for cut in (_dense, _dense_back)
    }
    return [Form(squeezed, units, legal, scripts(core)) for units in cuts]


def _pieces(core: str) -> list[tuple[Script, str]]:
    """Runs of one script; Latin and Cyrillic words with their digits and spaces stay together."""
    pieces: list[tuple[Script, str]] = []
    for script, part in runs(core):
        spaced = script in ("latin", "cyrillic", "none", "digit", "other")
        if pieces and spaced and pieces[-1][0] == "latin":
            pieces[-1] = ("latin", pieces[-1][1] + part)
        elif spaced and (script != "none" or part.strip()):
            pieces.append(("latin", part))
        elif not spaced:
            pieces.append((script, part))
    return _digits_to_han(pieces)


def _digits_to_han(pieces: list[tuple[Script, str]]) -> list[tuple[Script, str]]:
    """第315研究所: digits inside Han belong to it."""
    joined: list[tuple[Script, str]] = []
    for script, part in pieces:
        digits = script == "latin" and part.strip().isdigit()
        if joined and joined[-1][0] == "han" and (digits or script == "han"):
            joined[-1] = ("han", joined[-1][1] + part.strip())
        else:
            joined.append((script, part))
    return joined


def _units(script: Script, part: str, cut: Callable[[str], list[Unit]]) -> list[Unit]:
    return _spaced(part) if script == "latin" else cut(part)


def _spaced(part: str) -> list[Unit]:
    """Words with spaces: the longest phrase of the tables first, then numbers, the rest is brand."""
    tokens = _WORD.findall(part)
    units: list[Unit] = []
    place = 0
    while place < len(tokens):
        for length in range(min(longest_phrase(), len(tokens) - place), 0, -1):
            phrase = " ".join(tokens[place : place + length])
            if phrase in words():
                units.append(_concept(phrase))
                place += length
                break
        else:
            word = tokens[place]
            place += 1
            stem = _stem(word)
            if stem:
                units.append(Unit(_kind(words()[stem]), word, words()[stem]))
                continue
            number = latin_value(word)
            if number is not None:
                units.append(Unit("number", word, number=number))
            elif word not in _STOPS:
                units.append(Unit("brand", word))
    return units


def _dense(part: str) -> list[Unit]:
    """Words without spaces: numbers, then the longest word of the tables, what is left between them is brand."""
    units: list[Unit] = []
    brand = ""
    place = 0
    while place < len(part):
        number = HAN_NUMBER.match(part, place)
        value = han_value(number[1] or number[2]) if number else None
        length = next(
            (size for size in range(min(longest(), len(part) - place), 0, -1) if part[place : place + size] in words()), 0
        )
        # A single letter is a word only at the end (…厂, …所): inside it is part of a name (厂 in 厂桥).
        if length == 1 and place + 1 < len(part):
            length = 0
        if value is None and not length:
            brand += part[place] if part[place].isalnum() else ""
            place += 1
            continue
        if brand:
            units.append(Unit("brand", brand))
            brand = ""
        if value is not None and number is not None:
            units.append(Unit("number", number[0], number=value))
            place = number.end()
        else:
            units.append(_concept(part[place : place + length]))
            place += length
    return [*units, Unit("brand", brand)] if brand else units


def _dense_back(part: str) -> list[Unit]:
    """The same cut made from the right: a final word that overlaps the one before it wins."""
    for size in range(min(longest(), len(part) - 1), 1, -1):
        if part[-size:] in words():
            return [*_dense(part[:-size]), _concept(part[-size:])]
    return _dense(part)


def _stem(word: str) -> str:
    """The dictionary word behind a Russian case ending (магнитов is магнит); nothing for other scripts."""
    if script_of(word[0]) != "cyrillic":
        return ""
    stems = (word[: -len(ending)] for ending in _ENDINGS if word.endswith(ending))
    return next((stem for stem in stems if len(stem) >= 4 and stem in words()), "")


def _concept(word: str) -> Unit:
    return Unit(_kind(words()[word]), word, words()[word])


def _kind(ids: frozenset[str]) -> UnitKind:
    kinds = {name.partition(".")[0] for name in ids}
    return "unit" if "unit" in kinds else "place" if "place" in kinds else "sector"


def pairs(one: NameForms, other: NameForms) -> list[tuple[Form, Form]]:
    """Every reading of one beside every reading of the other."""
    return list(product(one.forms, other.forms))
