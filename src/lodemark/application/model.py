"""An application as submitted: goods lines, product tree, end use, parties, documents.

Everything is a frozen value. ``None`` means *not known*, never no and never zero. What was written but could not be
read (``TBD``, ``n/a``) is kept by its path in ``Application.unread``; what somebody else answers straight to the
authority is kept in ``Application.sealed`` as a digest and an addressee.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from lodemark.rules.yaml_tree import Node as Written

ROLES: Final = ("exporter", "importer", "consignee", "end_user", "ultimate_end_user")
"""Roles of a party in an application, in the order they are shown."""

END_ROLES: Final = ("end_user", "ultimate_end_user")
"""The roles whose answers decide about the use."""

KINDS: Final = ("single", "general", "registration")
"""Licence kinds one can ask for (dual-use regulation, art. 15)."""


@dataclass(frozen=True, slots=True)
class Range:
    """A number known between two bounds, both included; equal bounds are an exact number.

    ``not_detected``: looked for and not found, ``high`` being the detection limit (a later finding contradicts it).
    """

    low: Fraction
    high: Fraction
    not_detected: bool = False

    def __post_init__(self) -> None:
        assert self.low <= self.high, (self.low, self.high)

    @property
    def exact(self) -> bool:
        """Whether nothing is left open."""
        return self.low == self.high

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.high + other.high)

    def scaled(self, factor: Fraction | int) -> Range:
        """Both bounds times a non-negative factor."""
        assert factor >= 0, factor
        return Range(self.low * factor, self.high * factor, self.not_detected)


NOTHING: Final = Range(Fraction(0), Fraction(0))
ANY_SHARE: Final = Range(Fraction(0), Fraction(1))


@dataclass(frozen=True, slots=True)
class Sealed:
    """An answer that goes from its owner straight to the authority; the file holds its salted digest only."""

    digest: str
    to: str


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as written; amounts of different currencies are never compared."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Party:
    """One organisation or person. ``names`` by language; ``military``: what the party itself declares about being a military user."""

    id: str
    names: Mapping[str, str] = field(default_factory=dict)
    country: str | None = None
    site: str | None = None
    kind: str = "organisation"
    military: bool | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict)
    activities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parties:
    """Who takes part, by role. ``complete``: whether nobody else does (``None``: not said)."""

    members: Mapping[str, Party] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    complete: bool | None = None

    def of(self, role: str) -> tuple[Party, ...]:
        """The parties in ``role``, in the order of the file."""
        return tuple(self.members[party] for party in self.roles.get(role, ()))


@dataclass(frozen=True, slots=True)
class Assay:
    """Measured contents of one sample of the line: mass shares of one with their standard uncertainties (k = 1)."""

    values: Mapping[str, Range]
    uncertainties: Mapping[str, Fraction]
    method: str = ""
    lab: str = ""
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Composition:
    """Element mass shares of one. Oxides are already converted; ``declared`` holds what the maker states.

    ``complete``: whether an element that is not named is absent (``None``: not said, treated as open).
    ``rare_earth_total``: total rare earths stated beside the single values; ``tolerance``: allowed gap of a closed sum,
    as stated; ``rounding``: what rounding of the written values alone can add up to.
    """

    declared: Mapping[str, Range] = field(default_factory=dict)
    assays: tuple[Assay, ...] = ()
    complete: bool | None = None
    rare_earth_total: Range | None = None
    tolerance: Fraction | None = None
    rounding: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One goods line, exactly one model. Several lines may stand under one ``declaration_item``.

    ``gross_mg`` is the whole quantity in milligrams; ``end_users`` the parties it is for; ``use`` and ``node`` point
    into the end uses and the product tree. ``hs_hint`` is shown, it never decides.
    """

    id: str
    model: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    family: str | None = None
    form: str | None = None
    system: str | None = None
    magnetised: bool | None = None
    composition: Composition = field(default_factory=Composition)
    pieces: int | None = None
    gross_mg: int | None = None
    origin: str | None = None
    value: Money | None = None
    hs_hint: str | None = None
    use: str | None = None
    node: str | None = None
    end_users: tuple[str, ...] = ()
    declaration_item: int | None = None


@dataclass(frozen=True, slots=True)
class EndUse:
    """What it is for: a coded ``category`` (``civil.industrial_robot``), the function, why it is needed, the signed statement."""

    id: str
    category: str | None = None
    function: str | None = None
    position: str | None = None
    why_needed: str | None = None
    statement: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """A node sits in ``parent``, ``per_parent`` times in each one."""

    parent: str
    per_parent: int | None


@dataclass(frozen=True, slots=True)
class Node:
    """One part of the product tree: a bill of materials in which a part may have several parents.

    ``deep_processed``: whether this assembly is a deep-processed product, ``how`` and by which ``document`` it is shown.
    ``units``, ``spares``, ``scrap`` belong to what is finally made; ``unit_value`` and ``cn_part1_value`` are per unit.
    """

    id: str
    line: str | None = None
    unit_mass_mg: int | None = None
    maker: str | None = None
    incorporated: str | None = None
    function: str | None = None
    deep_processed: bool | None = None
    how: str | None = None
    document: str | None = None
    placements: tuple[Placement, ...] = ()
    final: bool | None = None
    units: int | None = None
    spares: Fraction | None = None
    scrap: Fraction | None = None
    onward_export: bool | None = None
    destinations: tuple[str, ...] | None = None
    takes_magnets_out: bool | None = None
    consumed: int | None = None
    unit_value: Money | None = None
    cn_part1_value: Money | None = None


@dataclass(frozen=True, slots=True)
class Crossing:
    """``item`` (a node, with all that is built into it) crosses from one country to another between two days, both included."""

    id: str
    item: str
    origin: str | None = None
    to: str | None = None
    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """The product tree and its border crossings. ``complete``: whether no part and no crossing is left out.

    ``parts`` follows from the nodes: what sits directly in each, and how many of it.
    """

    nodes: Mapping[str, Node] = field(default_factory=dict)
    crossings: tuple[Crossing, ...] = ()
    complete: bool | None = None
    parts: Mapping[str, tuple[tuple[str, int | None], ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, nodes: Mapping[str, Node], crossings: tuple[Crossing, ...] = (), complete: bool | None = None) -> Tree:
        """A tree with its parts, in the order of the file."""
        parts: dict[str, list[tuple[str, int | None]]] = {}
        for node in nodes.values():
            for place in node.placements:
                parts.setdefault(place.parent, []).append((node.id, place.per_parent))
        return cls(nodes, crossings, complete, {parent: tuple(each) for parent, each in parts.items()})


@dataclass(frozen=True, slots=True)
class Document:
    """A paper by id. ``says`` holds what an end-use statement states, to be compared with the application."""

    id: str
    kind: str | None = None
    signed_on: date | None = None
    valid_until: date | None = None
    lang: str | None = None
    translation: str | None = None
    sha256: str | None = None
    says: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contract:
    """The contract the export rests on."""

    number: str | None = None
    day: date | None = None
    value: Money | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """One version of an application. ``content`` is the file as plain JSON values: what is digested, diffed and kept.

    ``by_id`` and ``leaves`` (goods line -> its node in the tree) follow from the rest and are made once, by the reader.
    ``answers`` holds what was asked by fact (``application.catch_all_known``) and has no field of its own in the file.
    ``written`` is the text it was read from with its places, so that a fault found later can still name line and column.
    """

    content: Mapping[str, object]
    ref: str | None = None
    kind: str = "single"
    filed_on: date | None = None
    parties: Parties = field(default_factory=Parties)
    contract: Contract | None = None
    lines: tuple[Line, ...] = ()
    uses: Mapping[str, EndUse] = field(default_factory=dict)
    tree: Tree = field(default_factory=Tree)
    documents: Mapping[str, Document] = field(default_factory=dict)
    answers: Mapping[str, object] = field(default_factory=dict)
    sealed: Mapping[str, Sealed] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    by_id: Mapping[str, Line] = field(default_factory=dict, compare=False, repr=False)
    leaves: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    written: Written | None = field(default=None, compare=False, repr=False)

    def line(self, id: str) -> Line:
        """The line with this id; the reader has already refused a dangling one."""
        return self.by_id[id]
