"""The nouns of material balance: flows, inventories, error components, and the assembled balance.

Mass is whole milligrams of one element here; inside the numerics it is kilograms as float64 (``_kg``).
A loss is positive: MUF > 0 means that the book holds more than was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from lodemark.trouble import Error, Reason
from lodemark.wording import Lang, say

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

FlowKind = Literal["receipt", "shipment", "waste", "discard", "transfer"]
Direction = Literal["loss", "gain"]
TestName = Literal["page", "cumuf", "shewhart"]
BalanceClass = Literal["closed", "closed-weakly", "cannot-tell", "open-loss", "open-gain"]

MG_PER_KG = 1_000_000


@dataclass(frozen=True, slots=True)
class Flow:
    """One measured movement of ``element_mg`` over the border of a material balance area.

    A ``transfer`` leaves ``mba`` and enters ``to_mba`` and was measured once; measured twice it is a shipment
    and a receipt. ``n_items`` equal items were measured one by one. ``stream`` names the measurement system.
    """

    flow_id: str
    mba: str
    element: str
    kind: FlowKind
    element_mg: int
    occurred_at: datetime
    stream: str
    lot_id: str = ""
    document: str = ""
    n_items: int = 1
    to_mba: str = ""
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Inventory:
    """One item of a physical inventory (PIT) at a boundary; ``holdup`` is what stays inside the equipment."""

    pit_id: str
    mba: str
    element: str
    taken_at: datetime
    item: str
    element_mg: int
    stream: str
    holdup: bool = False


@dataclass(frozen=True, slots=True)
class Component:
    """One source of measurement error of a stream, as a standard uncertainty (k = 1).

    ``random`` is drawn anew for every measured item; ``systematic`` once per ``group`` and calibration interval
    ``[valid_from, valid_until)``, whatever stream, period, element or area uses it. Give ``u_rel`` or ``u_abs_mg``,
    or ``exact=True`` with its ``reason``. ``source`` says where the number comes from.
    """

    stream: str
    name: str
    kind: Literal["random", "systematic"]
    u_rel: Decimal | None = None
    u_abs_mg: int | None = None
    group: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    source: Literal["certificate", "history", "assumed"] = "assumed"
    exact: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """One row of the balance: an area, an element, and the half-open time between two physical inventories."""

    mba: str
    element: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class BalanceData:
    """Everything the statistics need, in one sparse form.

    ``MUF = A m`` and ``Sigma = A diag(v) A' + (G A')'(G A')`` with ``v`` the column sums of ``V``. Shapes: P periods,
    R measured rows, C random components, K systematic groups by calibration interval.
    """

    periods: tuple[Period, ...]
    A: csr_array  # (P, R) in {-1, 0, +1}
    m_kg: Floats  # (R,)
    stock: NDArray[np.bool_]  # (R,) whether the row is a physical inventory
    V: csr_array  # (C, R) random variance of each row, kg^2
    G: csr_array  # (K, R) systematic standard uncertainty of each row, kg
    random: tuple[str, ...]  # C names "stream/component"
    groups: tuple[str, ...]  # K names "group" or "group@from"
    outside: tuple[str, ...]  # rows before the first or from the last boundary on: shown, not counted
    merged: tuple[str, ...]  # boundaries without a physical inventory: their periods were merged
    exact: tuple[str, ...]  # streams said to be without error, with the reason
    assumed: tuple[str, ...]  # components whose number is an assumption
    synthetic: bool
    digest: str

    @property
    def systematics_absent(self) -> bool:
        """Whether no systematic error was stated at all; then false alarms are far above the stated rate."""
        return self.G.nnz == 0


class BadInput(Error):
    """Rows that cannot be used, all at once; the series is never quietly shortened."""

    code: ClassVar[str] = "balance-bad-input"

    def __init__(self, problems: Sequence[Reason]) -> None:
        self.problems = tuple(problems)
        super().__init__(count=len(self.problems))

    def explain(self, lang: Lang = "en") -> str:
        """The count, then one sentence for each row."""
        return "\n".join([say(self.code, self.facts, lang), *(problem.explain(lang) for problem in self.problems)])


class NotPositiveDefinite(Error):
    """The covariance has no Cholesky factor: ``rows`` names the periods that repeat what earlier ones already say."""

    code: ClassVar[str] = "balance-not-positive-definite"

    def __init__(self, rows: Sequence[int], names: Sequence[str] = ()) -> None:
        self.rows = tuple(rows)
        super().__init__(rows=list(names) or [row + 1 for row in self.rows])
