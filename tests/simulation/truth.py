"""What is really so: how many grams of which licence are in which lot and device, and what a device is used for.

Every lot has the same true share of dysprosium, whole grams only, so that the truth is exact in milligrams. A liar's
lots hold more than it declares. What was not told to the office stands in ``untold``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.simulation.plan import Mix

DY_MG_PER_GRAM = 26
"""2.60 % m/m, as declared in every application here."""
LIED_MG_PER_GRAM = 36


@dataclass
class Lot:
    """A lot as it is: grams in all, and of them how many came under which licence."""

    name: str
    grams: int
    owner: str
    licensed: Counter[str] = field(default_factory=Counter)
    share: int = DY_MG_PER_GRAM
    measured: bool = False
    weighed: int = 0
    """Grams when it was made."""

    def __post_init__(self) -> None:
        self.weighed = self.grams


@dataclass
class Device:
    """A thing with magnets in it, who has it and what for."""

    name: str
    owner: str
    use: str
    user: str
    licensed: Counter[str] = field(default_factory=Counter)
    seen: bool = False


class Truth:
    """Lots and devices; ``take`` is the only way out of a lot, so nothing is made or lost."""

    def __init__(self, chance: Random, mix: Mix) -> None:
        self.chance = chance
        self.mix = mix
        self.lots: dict[str, Lot] = {}
        self.devices: dict[str, Device] = {}
        self.shipped: set[tuple[str, str]] = set()
        self.untold: set[str] = set()
        self.lied = False
        self.assays = 0

    def take(self, lot: Lot, grams: int) -> Counter[str]:
        """Grams out of a lot: which of its grams they are is nobody's choice but the world's."""
        assert 0 < grams <= lot.grams, (lot, grams)
        taken = drawn(self.chance, lot.licensed, lot.grams, grams)
        lot.grams -= grams
        lot.licensed -= taken
        return taken

    def in_use(self, number: str, use: str) -> int:
        """Milligrams of dysprosium of a licence in devices that were seen in a use."""
        found = [one for one in self.devices.values() if one.use == use and one.seen]
        return sum(one.licensed[number] for one in found) * DY_MG_PER_GRAM


def drawn(chance: Random, licensed: Counter[str], whole: int, part: int) -> Counter[str]:
    """Part of a whole: sometimes well mixed, sometimes all of one kind first, always possible."""
    kinds = [*sorted(licensed), ""]
    amounts = dict(licensed) | {"": whole - sum(licensed.values())}
    if chance.random() < 0.5:
        chance.shuffle(kinds)
        found: Counter[str] = Counter()
        for kind in kinds:
            got = min(amounts[kind], part - found.total())
            found[kind] = got
    else:
        found = Counter(chance.sample(kinds, part, counts=[amounts[kind] for kind in kinds]))
    return Counter({kind: count for kind, count in found.items() if kind and count})
