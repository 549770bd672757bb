"""Fictional parties and lists in five scripts, seeded, with stated truth. Shares no code with ``names/``: a generator that
reads names as the matcher does would only show that the matcher agrees with itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from lodemark.parties.model import Listing, ListVersion, Name, Party

# Pairs of a brand in one script and how its owner writes it in another, by public romanisation; all invented.
_SYLLABLES: Final = (
    *(
        ("北", "bei"),
        ("辰", "chen"),
        ("海", "hai"),
        ("山", "shan"),
        ("金", "jin"),
        ("龙", "long"),
        ("华", "hua"),
        ("明", "ming"),
    ),
    *(
        ("光", "guang"),
        ("天", "tian"),
        ("永", "yong"),
        ("泰", "tai"),
        ("安", "an"),
        ("康", "kang"),
        ("瑞", "rui"),
        ("丰", "feng"),
    ),
    *(("宏", "hong"), ("图", "tu"), ("星", "xing"), ("河", "he"), ("远", "yuan"), ("东", "dong"), ("南", "nan"), ("西", "xi")),
)
_CYRILLIC: Final = (
    ("вол", "vol"),
    ("га", "ga"),
    ("ура", "ura"),
    ("кам", "kam"),
    ("тор", "tor"),
    ("сев", "sev"),
    ("мир", "mir"),
    ("зар", "zar"),
)
_LATIN: Final = ("al", "der", "nor", "vik", "stel", "mar", "bro", "fen", "lund", "hol", "rac", "tis", "ven", "dor")
_SECTORS: Final = (
    ("电子", "Electronics", "электроника"),
    ("磁材", "Magnetics", "магниты"),
    ("机械", "Machinery", "машиностроение"),
    ("光电", "Optoelectronics", "оптика"),
    ("物流", "Logistics", "логистика"),
    ("化工", "Chemicals", "химия"),
)


@dataclass(frozen=True, slots=True)
class Truth:
    """A made-up organisation and its names: as it writes itself, and as another script writes it."""

    id: str
    native: str
    latin: str


def organisations(seed: int, size: int) -> tuple[Truth, ...]:
    """``size`` different organisations; the same seed gives the same ones."""
    random = Random(seed)  # noqa: S311 - made-up names, the same every time
    seen: set[str] = set()
    made: list[Truth] = []
    while len(made) < size:
        truth = (_chinese, _russian, _western)[random.randrange(3)](random, f"s{len(made)}")
        if truth.native not in seen and truth.latin not in seen:
            seen |= {truth.native, truth.latin}
            made.append(truth)
    return tuple(made)


def _chinese(random: Random, name: str) -> Truth:
    brand = [random.choice(_SYLLABLES) for _ in range(random.choice((2, 3, 3)))]
    sector = random.choice(_SECTORS)
    number = random.choice(("", "", "", f"{random.randrange(2, 900)}"))
    native = "".join(han for han, _ in brand) + (f"第{number}研究所" if number else f"{sector[0]}有限公司")
    latin = "".join(reading for _, reading in brand).capitalize()
    return Truth(name, native, f"{latin} {number}th Research Institute" if number else f"{latin} {sector[1]} Co., Ltd.")


def _russian(random: Random, name: str) -> Truth:
    parts = [random.choice(_CYRILLIC) for _ in range(3)]
    sector = random.choice(_SECTORS)
    native = "".join(letters for letters, _ in parts).capitalize()
    return Truth(name, f"ООО «{native} {sector[2]}»", f"{''.join(latin for _, latin in parts).capitalize()} {sector[1]} LLC")


def _western(random: Random, name: str) -> Truth:
    brand = "".join(random.choice(_LATIN) for _ in range(3)).capitalize()
    sector = random.choice(_SECTORS)[1]
    return Truth(name, f"{brand} {sector} GmbH", f"{brand.upper()} {sector} G.m.b.H.")


def list_of(truths: tuple[Truth, ...], *, list_id: str, published: date) -> ListVersion:
    """A list that prints the native name of each; nobody on it exists."""
    listings = tuple(
        Listing(truth.id, list_id, Party(truth.id, (Name(truth.native),)), measures=("export-barred",)) for truth in truths
    )
    return ListVersion(list_id, f"synthetic-{len(truths)}", published, "synthetic", "synthetic", listings)
