"""The answers. Kilograms as float64 where they are expectations, exact milligrams where they are bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lodemark.attribution.graph import F64

Status = Literal["exact", "outward", "time-limit", "contradiction"]


@dataclass(frozen=True, slots=True)
class BackTrace:
    """Which licensed lots a lot can contain. ``kg`` [n lots, k elements] is expected; ``reachable`` ignores masses."""

    lot: object
    elements: tuple[str, ...]
    lots: tuple[object, ...]
    kg: F64
    entitlement_kg: F64
    reachable: tuple[object, ...]
    assumed: tuple[object, ...]
    convention: str


@dataclass(frozen=True, slots=True)
class ForwardTrace:
    """Where marked mass went. ``kg`` [k elements, columns]; each row sums, with entitlement, to the marked mass."""

    lots: tuple[object, ...]
    elements: tuple[str, ...]
    columns: tuple[str, ...]
    kg: F64
    entitlement_kg: F64
    assumed: tuple[object, ...]
    convention: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """One record through which mass passed and the most it can have carried.

    ``kind``: ``batch`` (the batch itself), ``made`` (a lot by its producer), ``taken`` (of a lot by a process),
    ``stock`` (left in a lot), ``loss`` (of a process), ``sink`` (into a sink process), ``accounting`` (the output of
    a site that books entitlements). ``lot`` or ``process`` is empty where the kind has none.
    """

    kind: str
    lot: object
    process: object
    capacity_mg: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """Why no more of the batch can be on the other side than ``capacity_mg``.

    A minimum cut: all that reaches the other side passed these receipts. Or, from a linear programme, its
    ``multipliers`` (row number, record kind, name, rational as text): the recorded limits, so weighted, leave no room;
    the receipts are then the records that are full.
    """

    receipts: tuple[Receipt, ...]
    capacity_mg: int
    multipliers: tuple[tuple[int, str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Records that cannot all be true: a sentence code and its facts (masses in mg)."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least that must and the most that can be in the sinks, in exact milligrams, with the proofs.

    ``certificate`` proves the least (what the batch needed to avoid the sinks), ``ceiling`` the most. ``proven`` is
    true only after both were checked in integers by ``verify``. ``entitlement_only``: the way crosses a site that
    books entitlements, so no physical least is stated beyond it.
    """

    batch: tuple[object, ...]
    element: str
    sinks: tuple[str, ...]
    mode: str
    supply_mg: int
    min_mg: int | None
    max_mg: int | None
    expected_kg: float | None
    proven: bool
    status: Status
    certificate: Certificate | None = None
    ceiling: Certificate | None = None
    conflict: Conflict | None = None
    entitlement_only: bool = False

    @property
    def min_kg(self) -> float | None:
        """The least, in kg: the decimal the milligrams stand for."""
        return None if self.min_mg is None else self.min_mg / 1e6

    @property
    def max_kg(self) -> float | None:
        """The most, in kg."""
        return None if self.max_mg is None else self.max_mg / 1e6


@dataclass(frozen=True, slots=True)
class Residuals:
    """How well the genealogy closes: undeclared origin by process and by lot (mg), and the share that does not close."""

    gains_mg: Mapping[object, int]
    overdrawn_mg: Mapping[object, int]
    unweighed: tuple[object, ...]
    conservation: float


@dataclass(frozen=True, slots=True)
class Delta:
    """What a change touched: how many processes were computed again and which lots' shares moved."""

    touched: int
    lots: tuple[object, ...]
