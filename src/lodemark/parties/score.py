"""One party beside one listing: what agrees, what contradicts, what is left unexplained.

The score ranks; the outcome follows from the level, the contradictions and the policy (``screen``). Agreement never
lowers it, a contradiction never raises it, and it is the same from both sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from lodemark.parties.identifier import CHECKS
from lodemark.parties.model import LEVELS, Contradiction, Feature, Level, Name, Party
from lodemark.parties.names import Form, Unit, forms
from lodemark.parties.names.concept import aliases
from lodemark.parties.names.forms import UnitKind, pairs
from lodemark.parties.names.reading import readings, squeeze
from lodemark.parties.names.syllable import to_pinyin

WEIGHTS: Final[dict[UnitKind, float]] = {"brand": 4.0, "number": 3.0, "place": 1.5, "unit": 1.0, "sector": 1.5}
"""How much of a name a part is: a brand tells more than a sector word."""

_DENSE: Final = frozenset({"han", "kana", "hangul"})
_STRENGTH: Final = {"hard": 0.3, "soft": 0.85}
_GENERIC_FROM: Final = 0.8
"""Explained share from which two names without a common brand or number are worth showing."""
_NEAR: Final = 0.75
"""What a brand that is one edit away counts beside an equal one."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two parties have in common by their best pair of names; ``confirmed``: no unconfirmed table row was needed."""

    level: Level
    score: Decimal
    features: tuple[Feature, ...]
    contradictions: tuple[Contradiction, ...]
    unexplained: tuple[str, ...] = ()
    weak: bool = False
    confirmed: bool = True


NOTHING: Final = Comparison("none", Decimal(0), (), ())


def compare(one: Party, other: Party) -> Comparison:
    """The best of all pairs of names, with what identifiers, kind, country and dates add or contradict."""
    names = [_compare_names(mine, theirs, one.kind) for mine in one.names for theirs in other.names]
    best = max(names, key=_rank, default=NOTHING)
    shared, against = tuple(_agreements(one, other)), tuple(_contradictions(one, other))
    if any(feature.code == "identifier-equal" for feature in shared):
        best = Comparison("identifier", Decimal(1), best.features, best.contradictions, best.unexplained)
    if best.level == "none":
        return best
    return Comparison(
        best.level,
        _weighed(float(best.score), against),
        (*shared, *best.features),
        (*against, *best.contradictions),
        best.unexplained,
        best.weak,
        best.confirmed,
    )


def _rank(found: Comparison) -> tuple[Decimal, int, int, bool, bool]:
    """Best first: by score, then by level; a strong, contradiction-free, confirmed pair before one that is not."""
    return found.score, -LEVELS.index(found.level), -len(found.contradictions), not found.weak, found.confirmed


@lru_cache(maxsize=100_000)
def _compare_texts(one: str, other: str, kind: str) -> Comparison:
    found = [_compare_forms(mine, theirs, kind) for mine, theirs in pairs(forms(one), forms(other))]
    return max(found, key=_rank, default=NOTHING)


def _compare_names(one: Name, other: Name, kind: str) -> Comparison:
    first, second = sorted((one.text, other.text))
    found = _compare_texts(first, second, kind)
    weak = "weak" in (one.kind, other.kind) or "acronym" in (one.kind, other.kind)
    swapped = (first, second) != (one.text, other.text)
    features = tuple(Feature(f.code, f.list_text, f.party_text, f.detail) if swapped else f for f in found.features)
    against = tuple(
        Contradiction(c.code, c.strength, c.list_text, c.party_text) if swapped else c for c in found.contradictions
    )
    return Comparison(found.level, found.score, features, against, found.unexplained, weak, found.confirmed)


def _compare_forms(one: Form, other: Form, kind: str) -> Comparison:
    against = tuple(_name_contradictions(one, other))
    if one.core == other.core or (kind == "person" and _words(one) == _words(other)):
        return Comparison("same-name", _weighed(1.0, against), (Feature("name-equal", one.core, other.core),), against)
    explained = _explain(one, other)
    level: Level = "none"
    if explained.left == () and explained.telling:
        level = "same-name-other-script" if explained.crossed else "same-name"
    elif explained.brand:
        level = "brand-only"
    elif explained.share >= _GENERIC_FROM:
        level = "similar"
    if level in ("none", "similar") and (near := _near_brand(one, other)):
        # A number that differs is no spelling: 315 and 351 are one edit apart and two institutes.
        weight = 2 * WEIGHTS["brand"] * _NEAR
        share = explained.share + weight / sum(WEIGHTS[unit.kind] for unit in (*one.units, *other.units))
        return Comparison("similar", _weighed(share, against), (*explained.features, near), against, explained.left)
    if level == "none":
        return NOTHING
    return Comparison(
        level, _weighed(explained.share, against), explained.features, against, explained.left, confirmed=explained.confirmed
    )


@dataclass(frozen=True, slots=True)
class _Explained:
    share: float
    features: tuple[Feature, ...]
    left: tuple[str, ...]
    brand: bool
    telling: bool
    crossed: bool
    confirmed: bool


def _explain(one: Form, other: Form) -> _Explained:
    """Which parts of either name the other explains: brands run together by spelling, alias or reading, the rest part by part."""
    features: list[Feature] = []
    mine, theirs = list(one.units), list(other.units)
    brands = (one.of("brand"), other.of("brand"))
    how, confirmed = _same_brand(*brands)
    if how:
        features.append(Feature(how, _spoken(brands[0]), _spoken(brands[1])))
        mine, theirs = ([unit for unit in units if unit.kind != "brand"] for units in (mine, theirs))
    for unit in tuple(mine):
        match = next((there for there in theirs if _same_unit(unit, there)), None)
        if match is not None:
            mine.remove(unit)
            theirs.remove(match)
            features.append(Feature(f"{unit.kind}-equal", unit.text, match.text))
    whole = sum(WEIGHTS[unit.kind] for unit in (*one.units, *other.units))
    left = sum(WEIGHTS[unit.kind] for unit in (*mine, *theirs))
    crossed = how in ("brand-reading", "brand-alias") or not (one.scripts & other.scripts) - {"digit"}
    unexplained = tuple(dict.fromkeys(unit.text for unit in (*mine, *theirs)))
    share = (whole - left) / whole if whole else 0.0
    # Place, sector and unit type alone name nobody: there is more than one Beijing research institute.
    telling = bool(how) or any(feature.code == "number-equal" for feature in features)
    return _Explained(share, tuple(features), unexplained, bool(how), telling, crossed, confirmed)


def _same_brand(mine: tuple[Unit, ...], theirs: tuple[Unit, ...]) -> tuple[str, bool]:
    """How two brands are the same (spelling, alias row, reading), or nothing; and whether no unconfirmed row was needed."""
    if not mine or not theirs:
        return "", True
    one, other = squeeze(unit.text for unit in mine), squeeze(unit.text for unit in theirs)
    if one == other:
        return "brand-equal", True
    mine_too, theirs_too = ({one: "secondary"} | dict(_aliases_of(mine)), {other: "secondary"} | dict(_aliases_of(theirs)))
    shared = mine_too.keys() & theirs_too.keys()
    if shared:
        return "brand-alias", any("unconfirmed" not in (mine_too[text], theirs_too[text]) for text in shared)
    if min(len(one), len(other)) < 2 or max(len(one), len(other)) < 4:
        return "", True
    if one.isascii() and other.isascii():
        # Two Latin spellings of one Chinese name (Kuangchou, Guangzhou): worth a look, never a hit by itself.
        return ("brand-reading", False) if other in to_pinyin(one, "wade") or one in to_pinyin(other, "wade") else ("", True)
    spelled = [
        readings(text)[0] | set(to_pinyin(text, "wade")) if text.isascii() else readings(text)[0] for text in (one, other)
    ]
    return ("brand-reading", True) if spelled[0] & spelled[1] else ("", True)


def _near_brand(one: Form, other: Form) -> Feature | None:
    """A brand misspelled by one edit (two from ten letters on); in Han, kana and Hangul a letter is a syllable and needs four."""
    mine, theirs = (squeeze(unit.text for unit in form.of("brand")) for form in (one, other))
    shortest = min(len(mine), len(theirs))
    dense = not (mine + theirs).isascii() and bool((one.scripts | other.scripts) & _DENSE)
    allowed = 0 if shortest < (4 if dense else 3) else 2 if shortest >= 10 and not dense else 1
    distance = OSA.distance(mine, theirs, score_cutoff=allowed) if allowed else 1
    if not allowed or distance > allowed or distance == 0:
        return None
    return Feature("name-similar", mine, theirs, str(distance))


def _aliases_of(brand: tuple[Unit, ...]) -> Iterator[tuple[str, str]]:
    """Other names that alias rows give a brand, run together, each with its grade."""
    for text in (squeeze(unit.text for unit in brand), " ".join(unit.text for unit in brand)):
        yield from ((squeeze([other]), grade) for other, grade in aliases().get(text, ()))


def _same_unit(one: Unit, other: Unit) -> bool:
    if one.number is not None or other.number is not None:
        return one.number == other.number
    return one.text == other.text or bool(one.concepts & other.concepts)


def _name_contradictions(one: Form, other: Form) -> Iterator[Contradiction]:
    numbers = [frozenset(unit.number for unit in form.of("number")) for form in (one, other)]
    if numbers[0] and numbers[1] and numbers[0] != numbers[1]:
        yield Contradiction("number-differs", "hard", _spoken(one.of("number")), _spoken(other.of("number")))
    kinds: tuple[tuple[UnitKind, str], ...] = (("unit", "unit-differs"), ("place", "place-differs"))
    for kind, code in kinds:
        mine, theirs = one.of(kind), other.of(kind)
        if mine and theirs and not any(_same_unit(here, there) for here in mine for there in theirs):
            yield Contradiction(code, "soft", _spoken(mine), _spoken(theirs))
    # A sector word on each side that the other does not have: 航空 (aviation) is not 航天 (space), whatever else they share.
    mine, theirs = _unpaired(one.of("sector"), other.of("sector"))
    if mine and theirs:
        yield Contradiction("sector-differs", "soft", _spoken(mine), _spoken(theirs))
    if one.legal and other.legal and not set(one.legal) & set(other.legal):
        yield Contradiction("legal-form-differs", "soft", ", ".join(one.legal), ", ".join(other.legal))


def _unpaired(mine: tuple[Unit, ...], theirs: tuple[Unit, ...]) -> tuple[tuple[Unit, ...], tuple[Unit, ...]]:
    """The units of either side that nothing on the other side explains."""
    return (
        tuple(unit for unit in mine if not any(_same_unit(unit, there) for there in theirs)),
        tuple(unit for unit in theirs if not any(_same_unit(unit, here) for here in mine)),
    )


def _agreements(one: Party, other: Party) -> Iterator[Feature]:
    theirs = {(identifier.scheme, identifier.value) for identifier in other.identifiers if identifier.valid != "no"}
    for identifier in one.identifiers:
        if identifier.valid != "no" and (identifier.scheme, identifier.value) in theirs:
            yield Feature("identifier-equal", identifier.value, identifier.value, identifier.scheme)
    for name in one.names:
        if forms(name.text).repaired:
            yield Feature("look-alike-letters", name.text, "")
    for country in sorted(set(one.countries) & set(other.countries)):
        yield Feature("country-equal", country, country)
    if one.born and one.born == other.born:
        yield Feature("birth-date-equal", one.born, other.born)


def _contradictions(one: Party, other: Party) -> Iterator[Contradiction]:
    for scheme in sorted(CHECKS):
        mine, theirs = (
            {identifier.value for identifier in party.identifiers if identifier.scheme == scheme and identifier.valid == "yes"}
            for party in (one, other)
        )
        if mine and theirs and not mine & theirs:
            yield Contradiction("identifier-differs", "hard", ", ".join(sorted(mine)), ", ".join(sorted(theirs)))
    if "unknown" not in (one.kind, other.kind) and one.kind != other.kind:
        yield Contradiction("kind-differs", "hard", one.kind, other.kind)
    if one.born and other.born and one.born != other.born:
        yield Contradiction("birth-date-differs", "hard", one.born, other.born)
    if one.countries and other.countries and not set(one.countries) & set(other.countries):
        yield Contradiction("country-differs", "soft", ", ".join(one.countries), ", ".join(other.countries))


def _weighed(score: float, against: tuple[Contradiction, ...]) -> Decimal:
    """A score lowered by every contradiction, to four places: it ranks, it measures nothing finer."""
    for contradiction in against:
        score *= _STRENGTH[contradiction.strength]
    return Decimal(f"{score:.4f}").normalize()


def _words(form: Form) -> tuple[str, ...]:
    """Name parts in any order: surname first or last."""
    return tuple(sorted(unit.text for unit in form.units))


def _spoken(units: tuple[Unit, ...]) -> str:
    return " ".join(unit.text for unit in units)
