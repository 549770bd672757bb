"""What a rulebook is made of: provisions with quotes and dates, a vocabulary of facts, lists, and regimes that order them.

All values are frozen. Periods are half-open ``[from, until)``; ``until`` is ``None`` while no end is known.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from lodemark.rules.condition import Condition, Ref
from lodemark.rules.trouble import NoVersionOnDate, UnknownRule
from lodemark.wording import Lang

Text = Mapping[Lang, str]
Evidence = Literal["primary", "secondary", "computed", "unconfirmed"]
Modality = Literal["must", "in_principle", "generally", "may"]
Is = Literal["announced", "in_force", "suspended", "repealed", "unknown"]
# From the strongest to the weakest: an outcome carries the weakest on its deciding path.
GRADES: tuple[Evidence, ...] = ("primary", "secondary", "computed", "unconfirmed")
MODALITIES: tuple[Modality, ...] = ("must", "in_principle", "generally", "may")
# What a unit is a multiple of. Fractions count as parts of 1, masses in milligrams; the rest is compared only with itself.
SCALE: Mapping[str, tuple[str, Decimal]] = {
    "1": ("1", Decimal(1)),
    "% m/m": ("1", Decimal("0.01")),
    "ppm m/m": ("1", Decimal("0.000001")),
    "mg": ("mg", Decimal(1)),
    "g": ("mg", Decimal(1_000)),
    "kg": ("mg", Decimal(1_000_000)),
    "t": ("mg", Decimal(1_000_000_000)),
}


@dataclass(frozen=True, slots=True)
class Range:
    """A value the law leaves open: more than ``above``, not more than ``at_most``."""

    above: Decimal
    at_most: Decimal


@dataclass(frozen=True, slots=True)
class Reference:
    """Where it is written."""

    instrument: str
    locator: str
    issued: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """The original words; ``boundary`` are those that set whether the number itself is included."""

    lang: str
    text: str
    boundary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """What holds from ``start`` to before ``until``. ``text_says``: what the text would bring when nobody confirms it."""

    start: date
    until: date | None
    is_: Is
    by: str | None = None
    starts: date | None = None
    text_says: Is | None = None


RuleValue = Decimal | Range | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A number of the law in one period, in the scale of its dimension (see ``SCALE``); ``unit`` is the unit it was written in."""

    name: str
    start: date
    until: date | None
    value: RuleValue
    unit: str | None
    provision: str
    evidence: Evidence
    basis: str | None = None
    narrows: str | None = None


@dataclass(frozen=True, slots=True)
class Provision:
    """One sentence of law, or (with ``basis`` instead of ``reference``) one house rule or computed value."""

    id: str
    kind: str
    title: Text
    evidence: Evidence
    over: str
    reference: Reference | None
    basis: Text | None
    quote: Quote | None
    modality: Modality
    when: Condition | None
    effect: str | None
    status: tuple[Segment, ...]
    values: tuple[DatedValue, ...] = ()
    for_: tuple[str, ...] = ()
    hs_hints: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()
    note: Text | None = None

    @property
    def instrument(self) -> str:
        """The legal text it belongs to: the first two steps of its id, ``house`` for house rules."""
        parts = self.id.split("/")
        return parts[0] if parts[0] == "house" else "/".join(parts[:2])

    @property
    def is_house(self) -> bool:
        """Whether it is our own procedure where the law is silent: always shown as such."""
        return self.id.startswith("house/")

    def segment(self, on: date) -> Segment | None:
        """The status segment that holds on ``on``; ``None`` before the first."""
        return next((part for part in self.status if part.start <= on and (part.until is None or on < part.until)), None)


@dataclass(frozen=True, slots=True)
class Instrument:
    """One legal text. ``checked_until``: the last day on which somebody looked whether it had changed."""

    id: str
    title: Text
    jurisdiction: str
    issuer: Text
    issued: date
    source: str
    evidence: Evidence
    checked_until: date
    binding: bool = True
    status: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A word of the vocabulary: what is asked, of whom, who may see the answer and what it costs to give."""

    id: str
    over: str
    type: str
    question: Text
    phrase: Text
    may_answer: tuple[str, ...]
    audience: tuple[str, ...]
    burden: int
    help: Text | None = None
    evidence_kinds: tuple[str, ...] = ()
    unit: str | None = None
    basis: str | None = None
    key: str | None = None
    of: str | None = None
    options: tuple[str, ...] = ()
    list: str | None = None
    derived_by: str | None = None
    derived_from: tuple[str, ...] = ()
    order: int = 0

    @property
    def question_code(self) -> str:
        """The code under which the question is known to other programs: its id."""
        return self.id


@dataclass(frozen=True, slots=True)
class WordList:
    """Named words, with what each is called where that is known."""

    id: str
    title: Text
    items: tuple[str, ...]
    names: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of a regime: the outcome it adds when its condition is met, and why it stands where it stands."""

    outcome: str
    when: Condition | None
    why: Text
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Row:
    """A fixed cell of the comparison of regimes."""

    value: str
    sentence: Text
    provisions: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Regime:
    """What ``assess`` takes: which texts, what one cell ranges over, and in which order the outcomes are tried."""

    id: str
    title: Text
    jurisdiction: str
    instruments: tuple[str, ...]
    house: tuple[str, ...]
    cells: tuple[tuple[str, Ref], ...]
    stages: tuple[Stage, ...]
    item_condition: Condition | None = None
    rows: Mapping[str, Row] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Rulebook:
    """A regime with everything it rests on. Two with the same ``digest`` decide alike, for ever."""

    regime: Regime
    instruments: Mapping[str, Instrument]
    provisions: Mapping[str, Provision]
    vocabulary: Mapping[str, Fact]
    lists: Mapping[str, WordList]
    digest: str

    def provision(self, name: str) -> Provision:
        """The provision of this id; ``UnknownRule`` with the nearest names otherwise."""
        if name not in self.provisions:
            raise UnknownRule(name=name, regime=self.regime.id, near=difflib.get_close_matches(name, self.provisions, 3))
        return self.provisions[name]

    def value(self, provision: str, name: str, on: date) -> DatedValue:
        """The value that holds on ``on``, with the provision it comes from.

        >>> book.value("cn/duir-2024/17-1", "review_workdays", date(2026, 3, 16)).value     # doctest: +SKIP
        Decimal('45')
        """
        for value in self.provision(provision).values:
            if value.name == name and value.start <= on and (value.until is None or on < value.until):
                return value
        raise NoVersionOnDate(provision=provision, name=name, on=on)

    def status(self, provision: str, on: date) -> Is:
        """The status on a day; before the first segment a provision is ``announced`` at most, so not in force."""
        segment = self.provision(provision).segment(on)
        return segment.is_ if segment else "announced"
