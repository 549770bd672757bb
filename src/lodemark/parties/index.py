"""Which listings are worth comparing with a party: a relation that is the same from both sides.

Two parties are candidates when some key of a name is shared with enough weight: rare keys count more than common ones
(``ln(1 + N / df)``), and the lighter of two names sets how much is enough, so a short name inside a long one is found.
There is no cut-off by number before scoring; a cut-off would lose the one true match behind many look-alikes.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Final

from lodemark.parties.model import Listing, ListVersion, Party
from lodemark.parties.names import forms
from lodemark.parties.names.concept import aliases
from lodemark.parties.names.forms import Form
from lodemark.parties.names.reading import readings, squeeze
from lodemark.parties.names.syllable import to_pinyin

TAU: Final = 0.5
"""Share of the lighter name's weight that has to be shared."""


@dataclass(frozen=True, slots=True)
class KeyStats:
    """How many key sets have a key. Frozen: with the same statistics two parties are candidates from either side or from none."""

    frequency: Mapping[str, int]
    total: int

    def rarity(self, key: str) -> float:
        """Weight of a key; one that nobody has is the rarest."""
        return log(1 + (self.total or 1) / max(1, self.frequency.get(key, 0)))


@dataclass(frozen=True, slots=True)
class ListIndex:
    """The active list versions with their postings. A *key set* is one channel of one reading of one name.

    ``owner``: which listing a key set belongs to; ``weight``: its whole weight; ``full`` and ``prefix``: key -> key sets,
    all of them, and only those in which the key is among the rare ones that any large enough overlap must touch.
    """

    versions: tuple[ListVersion, ...]
    listings: tuple[Listing, ...]
    exact: Mapping[str, tuple[int, ...]]
    sets: tuple[frozenset[str], ...]
    owner: array[int]
    weight: array[float]
    full: Mapping[str, array[int]]
    prefix: Mapping[str, array[int]]
    stats: KeyStats


def build_index(versions: Iterable[ListVersion], stats: KeyStats | None = None) -> ListIndex:
    """An index over the lines of all versions; ``stats`` of an earlier index keep the candidate relation as it was."""
    active = tuple(versions)
    listings = tuple(listing for version in active for listing in version.listings)
    exact: dict[str, list[int]] = defaultdict(list)
    full: dict[str, array[int]] = defaultdict(lambda: array("i"))
    sets: list[frozenset[str]] = []
    owner = array("i")
    for place, listing in enumerate(listings):
        for key in exact_keys(listing.party):
            exact[key].append(place)
        for keys in name_keys(listing.party):
            for key in keys:
                full[key].append(len(sets))
            sets.append(keys)
            owner.append(place)
    known = stats or KeyStats({key: len(numbers) for key, numbers in full.items()}, len(sets))
    prefix: dict[str, array[int]] = defaultdict(lambda: array("i"))
    for number, keys in enumerate(sets):
        for key in _prefix(keys, known):
            prefix[key].append(number)
    return ListIndex(
        versions=active,
        listings=listings,
        exact={key: tuple(places) for key, places in exact.items()},
        sets=tuple(sets),
        owner=owner,
        weight=array("d", (sum(map(known.rarity, keys)) for keys in sets)),
        full=dict(full),
        prefix=dict(prefix),
        stats=known,
    )


def candidates(party: Party, index: ListIndex) -> Iterator[Listing]:
    """The listings that share an exact key, or in some channel at least half the weight of the lighter key set, in list order.

    The lighter set of such a pair shares one of its own rare keys with the other (weighted prefix filter: Chaudhuri, Ganti,
    Kaushik 2006), so nothing is lost by looking only there.
    """
    found = {place for key in exact_keys(party) for place in index.exact.get(key, ())}
    for mine in name_keys(party):
        whole = sum(map(index.stats.rarity, mine))
        probed = {number for key in _prefix(mine, index.stats) for number in index.full.get(key, ())}
        probed.update(number for key in mine for number in index.prefix.get(key, ()))
        for number in probed:
            if index.owner[number] in found:
                continue
            shared = sum(map(index.stats.rarity, mine & index.sets[number]))
            if shared >= TAU * min(whole, index.weight[number]):
                found.add(index.owner[number])
    return (index.listings[place] for place in sorted(found))


def _prefix(keys: frozenset[str], stats: KeyStats) -> Iterator[str]:
    """The rare keys of a set, up to where what remains is lighter than the least overlap that counts."""
    ordered = sorted(((stats.rarity(key), key) for key in keys), reverse=True)
    remaining = sum(weight for weight, _ in ordered)
    least = TAU * remaining
    for weight, key in ordered:
        if remaining < least:
            return
        yield key
        remaining -= weight


def name_keys(party: Party) -> tuple[frozenset[str], ...]:
    """The key sets of every reading of every name."""
    return tuple(keys for name in party.names for keys in _keys_of(name.text))


@lru_cache(maxsize=500_000)
def _keys_of(text: str) -> tuple[frozenset[str], ...]:
    return tuple(dict.fromkeys(frozenset(keys) for form in forms(text).forms for keys in _channels(form) if keys))


def _channels(form: Form) -> Iterator[set[str]]:
    """The key sets of one reading, each compared only with its own kind: core, every spelling of the brand, number with unit type.

    One set for all would drown a brand of two characters in the letters of a long translated name.
    """
    yield {f"c:{gram}" for gram in _grams(form.core)}
    brand = squeeze(unit.text for unit in form.of("brand"))
    if brand:
        others = {squeeze([other]) for other, _ in aliases().get(brand, ())}
        for spelling in sorted({brand, *readings(brand)[0], *(to_pinyin(brand, "wade") if brand.isascii() else ()), *others}):
            yield {f"b:{gram}" for gram in _grams(spelling)}
    else:
        # Only names without a brand are looked for by what they mean: there is more than one maker of magnets.
        yield {f"k:{concept}" for unit in form.units for concept in unit.concepts}
    for number in form.of("number"):
        concepts = {concept for unit in form.of("unit") for concept in unit.concepts}
        yield {f"n:{number.number}", *(f"n:{number.number}:{concept}" for concept in concepts)}


def _grams(text: str) -> Iterator[str]:
    """Pairs of letters where letters are syllables (Han, kana, Hangul), triples elsewhere; short texts whole."""
    size = 3 if text.isascii() or not any(ord(letter) > 0x2E80 for letter in text) else 2
    marked = f"^{text}$" if size == 3 else text
    yield from (marked[place : place + size] for place in range(max(1, len(marked) - size + 1)))


def exact_keys(party: Party) -> frozenset[str]:
    """Keys of which one is enough: identifiers with right check digits or none to check, and whole folded names."""
    identifiers = {f"{one.scheme}={one.value}" for one in party.identifiers if one.valid != "no"}
    return frozenset(identifiers | {f"name={form.core}" for name in party.names for form in forms(name.text).forms})
