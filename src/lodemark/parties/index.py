"""Which listings are worth comparing with a party: a relation that is the same from both sides.

Two parties are candidates when some key of a name is shared with enough weight: rare keys count more than common ones
(``ln(1 + N / df)``), and the lighter of two names sets how much is enough, so a short name inside a long one is found.
There is no cut-off by number before scoring; a cut-off would lose the one true match behind many look-alikes.
"""

from __future__ import annotations

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

TAU: Final = 0.5
"""Share of the lighter name's weight that has to be shared."""


@dataclass(frozen=True, slots=True)
class ListIndex:
    """The active list versions with their postings: key -> positions in ``listings``; ``weights`` by key."""

    versions: tuple[ListVersion, ...]
    listings: tuple[Listing, ...]
    postings: Mapping[str, tuple[int, ...]]
    exact: Mapping[str, tuple[int, ...]]
    count: int

    def weight(self, key: str) -> float:
        """Rarity of a key among the listings; a key nobody has is the rarest."""
        return log(1 + self.count / max(1, len(self.postings.get(key, ()))))


def build_index(versions: Iterable[ListVersion]) -> ListIndex:
    """An index over the lines of all versions."""
    active = tuple(versions)
    listings = tuple(listing for version in active for listing in version.listings)
    postings: dict[str, list[int]] = defaultdict(list)
    exact: dict[str, list[int]] = defaultdict(list)
    for place, listing in enumerate(listings):
        for key in {key for keys in name_keys(listing.party) for key in keys}:
            postings[key].append(place)
        for key in exact_keys(listing.party):
            exact[key].append(place)
    return ListIndex(active, listings, _frozen(postings), _frozen(exact), max(1, len(listings)))


def candidates(party: Party, index: ListIndex) -> Iterator[Listing]:
    """The listings that share an exact key or enough weight with some name of the party, in the order of the lists."""
    found = {place for key in exact_keys(party) for place in index.exact.get(key, ())}
    for mine in name_keys(party):
        overlap: dict[int, float] = defaultdict(float)
        for key in mine:
            weight = index.weight(key)
            for place in index.postings.get(key, ()):
                overlap[place] += weight
        whole = sum(map(index.weight, mine))
        for place, shared in overlap.items():
            if place in found:
                continue
            lightest = min(
                (sum(map(index.weight, keys)) for keys in name_keys(index.listings[place].party) if keys & mine), default=0.0
            )
            if shared >= TAU * min(whole, lightest):
                found.add(place)
    return (index.listings[place] for place in sorted(found))


def name_keys(party: Party) -> tuple[frozenset[str], ...]:
    """The key sets of every reading of every name."""
    return tuple(keys for name in party.names for keys in _keys_of(name.text))


@lru_cache(maxsize=500_000)
def _keys_of(text: str) -> tuple[frozenset[str], ...]:
    return tuple(dict.fromkeys(frozenset(keys) for form in forms(text).forms for keys in _channels(form)))


def _channels(form: Form) -> Iterator[set[str]]:
    """The key sets of one reading, each compared only with its own kind: core, every spelling of the brand, number with unit type.

    One set for all would drown a brand of two characters in the letters of a long translated name.
    """
    yield {f"c:{gram}" for gram in _grams(form.core)}
    brand = squeeze(unit.text for unit in form.of("brand"))
    if brand:
        others = {squeeze([other]) for other, _ in aliases().get(brand, ())}
        for spelling in sorted({brand, *readings(brand)[0], *others}):
            yield {f"b:{gram}" for gram in _grams(spelling)}
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


def _frozen(found: Mapping[str, list[int]]) -> dict[str, tuple[int, ...]]:
    return {key: tuple(places) for key, places in found.items()}
