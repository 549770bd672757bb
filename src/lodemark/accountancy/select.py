"""Choose the periods of one area and element from assembled data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np
from scipy.sparse import csr_array

from lodemark.accountancy.model import BalanceData
from lodemark.trouble import Error


class UnknownBalance(Error):
    """No period of this element at this area was assembled."""

    code: ClassVar[str] = "balance-unknown"
    kind: ClassVar[str] = "unknown"


def select(data: BalanceData, element: str, mba: str) -> BalanceData:
    """The data of one (area, element); raises ``UnknownBalance`` naming the ones that exist."""
    rows = [row for row, period in enumerate(data.periods) if (period.mba, period.element) == (mba, element)]
    if not rows:
        known = sorted({f"{period.mba}/{period.element}" for period in data.periods})
        raise UnknownBalance(mba=mba, element=element, known=known)
    return of_rows(data, rows)


def of_rows(data: BalanceData, rows: Sequence[int]) -> BalanceData:
    """The data of these periods, with only the measured rows and error sources that touch them."""
    A = csr_array(data.A[list(rows)])
    used = np.unique(A.indices)
    V, G = csr_array(data.V[:, used]), csr_array(data.G[:, used])
    random, groups = np.flatnonzero(np.diff(V.indptr)), np.flatnonzero(np.diff(G.indptr))
    return replace(
        data,
        periods=tuple(data.periods[row] for row in rows),
        A=csr_array(A[:, used]),
        m_kg=data.m_kg[used],
        stock=data.stock[used],
        V=csr_array(V[random]),
        G=csr_array(G[groups]),
        random=tuple(data.random[place] for place in random.tolist()),
        groups=tuple(data.groups[place] for place in groups.tolist()),
    )
