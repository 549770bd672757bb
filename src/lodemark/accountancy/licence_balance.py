"""Have more grams left than the licensed feed can explain? The same balance, with yields in place of inventories.

Licensed feed F is exact on paper; what it explains is F times the chain of step yields. Each yield has two errors: the
plant's mean (one draw for ever, shared by all periods) and the campaign's scatter. Leaving the second out makes SITMUF
explode; leaving the first out makes an honest plant alarm. The drawdown in integers is room ``licence``'s count, beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import hypot, prod, sqrt
from typing import Literal

import numpy as np
from scipy.sparse import csr_array
from scipy.special import ndtri

from lodemark.accountancy.components import errors_of, measured_rows
from lodemark.accountancy.covariance import covariance, muf
from lodemark.accountancy.model import MG_PER_KG, BadInput, BalanceData, Component, Flow, Period
from lodemark.accountancy.muf import cumuf, sitmuf
from lodemark.accountancy.table import FlowTable, digest_all
from lodemark.ledger import digest
from lodemark.trouble import Disagreement, Reason

Source = Literal["declared", "history", "band"]


@dataclass(frozen=True, slots=True)
class Feed:
    """Licensed feed of one period ``[start, end)``, mg of element, exact on paper."""

    start: datetime
    end: datetime
    element_mg: int


@dataclass(frozen=True, slots=True)
class Yield:
    """Yield of one process step: plant mean with its u (shared for ever) and relative campaign ``scatter`` (each period).

    ``source``: the applicant's declaration, the plant's own history, or a published band; a band is unconfirmed and may
    raise a question, nothing more.
    """

    site: str
    step: str
    mean: Decimal
    u: Decimal
    scatter: Decimal = Decimal(0)
    source: Source = "declared"


@dataclass(frozen=True, slots=True)
class LicenceBalance:
    """Shipped beside explained, kg. ``z`` is (shipped - explained)/u; MUF and SITMUF are per period, positive = unexplained rest.

    ``over_cap_sigma`` sets shipped against the feed itself: what no yield could explain.
    """

    element: str
    on: date
    explained_kg: float
    shipped_kg: float
    u_kg: float
    z: float
    threshold: float
    verdict: Literal["explained", "more-shipped-than-explained"]
    over_cap_sigma: float | None
    muf_kg: tuple[float, ...]
    sitmuf: tuple[float, ...]
    cumuf_kg: float
    found: tuple[Disagreement, ...]
    caveats: tuple[Reason, ...]
    cannot_show: tuple[Reason, ...]
    digest: str


def licence_balance(
    licensed: Sequence[Feed],
    shipments: Sequence[Flow],
    yields: Sequence[Yield],
    on: date,
    *,
    components: Sequence[Component],
    element: str,
    subject: str = "",
    alpha: float = 0.05,
) -> LicenceBalance:
    """Set what was shipped up to ``on`` beside what the licensed feed explains.

    ``shipments`` are flows of ``element`` (``receipt`` for scrap returned or recycled feed, ``shipment`` and ``waste`` out)
    with the error ``components`` of their streams. Raises ``BadInput`` with every unusable row, ``NotPositiveDefinite`` where a
    period has no error.
    """
    feeds = [feed for feed in licensed if feed.start.date() <= on]
    flows = [flow for flow in shipments if flow.element == element and flow.occurred_at.date() <= on]
    data = _data(feeds, flows, yields, components, element, subject)
    values, sigma = muf(data), covariance(data)
    total = cumuf(values, sigma)
    Y = float(prod(step.mean for step in yields))
    explained = sum(feed.element_mg for feed in feeds) / MG_PER_KG * Y
    gone = float(explained - total.value[-1])
    u, steps = float(total.sd[-1]), sitmuf(values, sigma)  # raises where a period has no error at all
    z, threshold = (gone - explained) / u, float(-ndtri(alpha))
    over = z > threshold
    facts = {
        "element": element,
        "shipped_kg": f"{gone:.6f}",
        "explained_kg": f"{explained:.6f}",
        "over_kg": f"{gone - explained:.6f}",
        "sigma": f"{z:.2f}",
        "alpha": f"{alpha:g}",
        "on": on,
    }
    return LicenceBalance(
        element=element,
        on=on,
        explained_kg=explained,
        shipped_kg=gone,
        u_kg=u,
        z=z,
        threshold=threshold,
        verdict="more-shipped-than-explained" if over else "explained",
        over_cap_sigma=_over_cap(data, feeds, gone),
        muf_kg=tuple(values.tolist()),
        sitmuf=tuple(steps.tolist()),
        cumuf_kg=float(total.value[-1]),
        found=(Disagreement("licence-more-shipped-than-explained", subject or element, facts, data.digest),) if over else (),
        caveats=_caveats(yields, data),
        cannot_show=(Reason("balance-cannot-show-who"), Reason("licence-balance-cannot-show-drawdown")),
        digest=data.digest,
    )


def _data(
    feeds: Sequence[Feed],
    flows: Sequence[Flow],
    yields: Sequence[Yield],
    components: Sequence[Component],
    element: str,
    subject: str,
) -> BalanceData:
    """Feed rows carry the yields' errors, the flows their own; one row per feed, then one per flow."""
    rows = measured_rows(FlowTable.of(flows), ())
    errors, problems = errors_of(components, rows)
    placed = [next((n for n, feed in enumerate(feeds) if feed.start <= flow.occurred_at < feed.end), -1) for flow in flows]
    problems += [
        Reason("licence-shipment-outside-periods", None, {"row": flow.flow_id})
        for flow, at in zip(flows, placed, strict=True)
        if at < 0
    ]
    problems += [
        Reason("licence-yield-out-of-range", None, {"step": step.step})
        for step in yields
        if not (0 < step.mean <= 1 and 0 < step.u <= 1 and 0 <= step.scatter <= 1)
    ]
    if not flows and not any(feed.element_mg for feed in feeds):
        problems.append(Reason("licence-balance-empty", None, {"element": element, "periods": len(feeds)}))
    if problems:
        raise BadInput(problems)
    Y = float(prod(step.mean for step in yields))
    fed = np.asarray([feed.element_mg for feed in feeds]) / MG_PER_KG * Y
    count, size = len(feeds), len(feeds) + len(flows)
    scatter = sqrt(sum(float(step.scatter) ** 2 for step in yields))
    V = np.zeros((1 + errors.V.shape[0], size))
    V[0, :count] = (fed * scatter) ** 2
    V[1:, count:] = errors.V.toarray()
    G = np.zeros((len(yields) + errors.G.shape[0], size))
    for place, step in enumerate(yields):
        G[place, :count] = fed * float(step.u / step.mean)
    G[len(yields) :, count:] = errors.G.toarray()
    signs = [1] * count + [1 if flow.kind == "receipt" else -1 for flow in flows]
    A = csr_array((np.asarray(signs, dtype=np.float64), ([*range(count), *placed], range(size))), shape=(count, size))
    return BalanceData(
        periods=tuple(Period(subject, element, feed.start, feed.end) for feed in feeds),
        A=A,
        m_kg=np.concatenate([fed, rows.kg]),
        stock=np.zeros(size, dtype=bool),
        V=csr_array(V),
        G=csr_array(G),
        random=("yield/campaign", *errors.random),
        groups=(*(f"yield:{step.site}:{step.step}" for step in yields), *errors.groups),
        outside=(),
        merged=(),
        exact=("licensed feed: counted on paper",),
        assumed=tuple(f"yield:{step.site}:{step.step}" for step in yields if step.source == "band"),
        synthetic=any(flow.synthetic for flow in flows),
        digest=digest([digest_all(feeds), digest_all(flows), digest_all(yields), digest_all(components)]),
    )


def _over_cap(data: BalanceData, feeds: Sequence[Feed], gone_kg: float) -> float | None:
    """Sigmas by which the shipped mass exceeds the feed itself; only the shipments' own errors count. None: nothing shipped."""
    weight = np.asarray(data.A.sum(axis=0)).ravel()
    weight[: len(feeds)] = 0.0
    variance = float((weight**2) @ np.asarray(data.V.sum(axis=0)).ravel())
    u = hypot(sqrt(variance), float(np.linalg.norm(data.G @ weight)))
    return (gone_kg - sum(feed.element_mg for feed in feeds) / MG_PER_KG) / u if u else None


def _caveats(yields: Sequence[Yield], data: BalanceData) -> tuple[Reason, ...]:
    found = []
    if data.assumed:
        found.append(
            Reason("licence-yield-from-band", None, {"steps": [step.step for step in yields if step.source == "band"]})
        )
    if not any(step.scatter for step in yields):
        found.append(Reason("licence-yield-without-scatter"))
    if data.synthetic:
        found.append(Reason("balance-synthetic"))
    return tuple(found)
