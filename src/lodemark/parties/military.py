"""Is there evidence that a party is, or stands for, a military end user? Indicators with evidence for and against.

``named`` only where a listing marked military, or the party's own statement, says so. Everything else indicates at most;
strengths are never summed into a score, every state is treated alike, and each pattern has an honest twin that keeps quiet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Literal

from lodemark.parties.model import Listing, Match, Party
from lodemark.parties.names import Form, forms
from lodemark.parties.names.fold import fold
from lodemark.parties.tables import rows

Strength = Literal["strong", "moderate", "weak"]
Grade = Literal["named", "indicated", "none-seen", "not-known"]
MILITARY_MEASURES: Final = frozenset({"military-end-user"})
"""Measures by which a listing says that the party is military."""

_NUMBERED: Final = re.compile(
    r"(?:в/ч|п/я|войсковая часть|завод)\s*(?:№|no)?\s*\d+|(?:air force|army|naval)\s+(?:plant|depot)\s*(?:no\.?)?\s*\d+|\d{4,6}部队"
)
_CODED_UNITS: Final = frozenset({"unit.institute", "unit.factory", "unit.force", "unit.depot", "unit.bureau"})
_NO_TRADE: Final = frozenset({"sector.national", "sector.international"})
SHARED_BY_MOST: Final = 3
"""An address that more parties than this share belongs to a forwarder, an agent's office or a campus, and tells nothing."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One pattern seen: where, in which words, by which row of the tables; ``against`` holds what the party answered."""

    code: str
    strength: Strength
    evidence: str
    source: str
    against: str = ""


@dataclass(frozen=True, slots=True)
class UseContext:
    """What is declared about the use, and what else is known: industry codes, credentials, how many share an address."""

    activities: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()
    declared_civil: bool | None = None
    sharing: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MilitaryUse:
    """The grade and what it rests on. ``needs_review``: one strong indicator, or two moderate ones of different kinds."""

    grade: Grade
    indicators: tuple[Indicator, ...]
    named_by: tuple[str, ...] = ()

    @property
    def needs_review(self) -> bool:
        """Whether a person has to look; an answered indicator does not count."""
        open_ = [one for one in self.indicators if not one.against]
        kinds = {one.code for one in open_ if one.strength == "moderate"}
        return any(one.strength == "strong" for one in open_) or len(kinds) > 1


def military_use(
    party: Party, context: UseContext = UseContext(), matches: Iterable[Match] = (), military_listings: Iterable[Listing] = ()
) -> MilitaryUse:
    """What the party's names, addresses, activities and its company with military bodies show."""
    named = [f"{one.listing.list_id}#{one.listing.id}" for one in matches if one.outcome == "HIT" and _marks(one)]
    if context.declared_civil is False:
        named.append("statement")
    found = [*_names(party), *_addresses(party, context, military_listings), *_coded(context)]
    answered = tuple(
        Indicator(one.code, one.strength, one.evidence, one.source, context.answers.get(one.code, ""))
        for one in dict.fromkeys(found)
    )
    if named:
        return MilitaryUse("named", answered, tuple(named))
    readable = any(forms(name.text).forms for name in party.names)
    return MilitaryUse("indicated" if answered else "none-seen" if readable else "not-known", answered)


def _marks(match: Match) -> bool:
    return match.status == "in_force" and bool(MILITARY_MEASURES & set(match.listing.measures))


def _names(party: Party) -> Iterator[Indicator]:
    for name in party.names:
        text = fold(name.text)
        if _quiet(text, forms(name.text).forms):
            continue
        for form in forms(name.text).forms:
            yield from _numbered(form, text, name.text)
        yield from _terms("military-term", text, name.text, forms(name.text).forms)


def _numbered(form: Form, text: str, written: str) -> Iterator[Indicator]:
    """第N研究所, 国营第N厂, N部队; в/ч N, завод № N; Air Force Plant N: a number and a unit type without a trade of their own."""
    units = {concept for unit in form.of("unit") for concept in unit.concepts}
    trades = [unit for unit in form.of("sector") if not unit.concepts & _NO_TRADE]
    bare = form.of("number") and units & _CODED_UNITS and not trades
    if bare or _NUMBERED.search(text):
        yield Indicator("numbered-unit", "moderate", written, "numbered cover designations are used in several states")


def _terms(code: str, text: str, written: str, readings: Iterable[Form] = ()) -> Iterator[Indicator]:
    concepts = {concept for form in readings for unit in form.units for concept in unit.concepts}
    for row in _table(code):
        word = row["word"]
        seen = word in concepts if row["lang"] == "concept" else _holds(text, word)
        if seen:
            yield Indicator(code, row["strength"], written, row["source"])  # type: ignore[arg-type]  # the table's own words


def _quiet(text: str, readings: Iterable[Form]) -> bool:
    """The honest twins: No. 3 Hospital, crop defence, a former barracks that is a business park."""
    concepts = {concept for form in readings for unit in form.units for concept in unit.concepts}
    return any(row["word"] in concepts if row["lang"] == "concept" else _holds(text, row["word"]) for row in _table("quiet"))


def _addresses(party: Party, context: UseContext, military: Iterable[Listing]) -> Iterator[Indicator]:
    theirs = {fold(address): listing.id for listing in military for address in listing.party.addresses}
    for address in party.addresses:
        text = fold(address)
        if not _quiet(text, ()):
            yield from _terms("military-address", text, address)
        if text in theirs and context.sharing.get(address, 0) <= SHARED_BY_MOST:
            yield Indicator("shared-address", "strong", address, theirs[text])


def _coded(context: UseContext) -> Iterator[Indicator]:
    for code, texts in (("military-activity", context.activities), ("military-credential", context.credentials)):
        for text in texts:
            yield from _terms(code, fold(text), text)


def _holds(text: str, word: str) -> bool:
    """Whole words in scripts with spaces (stems in Russian and German), anywhere in scripts without."""
    if not word.isascii():
        return word in text
    return (
        re.search(rf"\b{re.escape(word)}", text) is not None
        if len(word) > 8
        else re.search(rf"\b{re.escape(word)}\b", text) is not None
    )


@cache
def _table(code: str) -> tuple[Mapping[str, str], ...]:
    """The rows of one code, their words folded like the texts they are looked for in."""
    return tuple(
        {**row, "word": row["word"] if row["lang"] == "concept" else fold(row["word"])}
        for row in rows("military")
        if row["code"] == code
    )
