"""A balance from recorded events and assays: gross mass by the scale, times the share by the laboratory.

    found = from_custody(genealogy, shares, site, ("Dy",), weighing, boundaries=months)
    data = assemble(found.flows, found.inventories, found.components, found.boundaries)

Nothing is guessed. A lot without an assay, an event without a weight, a series without a stock-taking are named, all at
once, and no balance is drawn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import ceil
from typing import get_args

from lodemark.accountancy.border import Border, Crossing, Movement, border
from lodemark.accountancy.model import BadInput, Component, Flow, Inventory
from lodemark.accountancy.shares import Share
from lodemark.custody import Genealogy
from lodemark.custody.process import is_container
from lodemark.measure import contained_mg
from lodemark.trouble import Reason

WEIGHINGS: tuple[Crossing, ...] = get_args(Crossing)
"""The streams whose weighing errors have to be stated: one for each way over the border, and the stock-taking."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What ``assemble`` takes, drawn from records; ``caveats`` say what the book cannot see."""

    flows: tuple[Flow, ...]
    inventories: tuple[Inventory, ...]
    components: tuple[Component, ...]
    boundaries: tuple[datetime, ...]
    caveats: tuple[Reason, ...]


def from_custody(
    genealogy: Genealogy,
    shares: Mapping[tuple[str, str], Share],
    site: str,
    elements: Sequence[str],
    weighing: Sequence[Component],
    *,
    inventories: Sequence[Inventory] = (),
    boundaries: Sequence[datetime] = (),
) -> Recorded:
    """The rows of ``site`` for these elements; raises ``BadInput`` with everything that is missing.

    ``weighing`` states the errors of the scales by way over the border (``WEIGHINGS``), and of the streams of
    ``inventories`` that were taken outside the events. ``boundaries`` are the stock-takings when left out.
    """
    edges = tuple(sorted(boundaries)) or _stock_takings(genealogy, site, inventories)
    if len(edges) < 2:
        raise BadInput(
            [Reason("balance-no-inventory") if not edges else Reason("balance-boundaries", None, {"count": len(edges)})]
        )
    found = border(genealogy, site, edges[0], edges[-1])
    taken = inventories or any(one.crossing == "inventory" for one in found.movements)
    lacking = () if taken else (Reason("balance-no-inventory"),)
    drawn = _rows(found, shares, site, elements, weighing, edges, lacking)
    stated = [part for part in weighing if part.stream not in WEIGHINGS]
    return replace(drawn, inventories=(*drawn.inventories, *inventories), components=(*stated, *drawn.components))


def crossings(
    genealogy: Genealogy,
    shares: Mapping[tuple[str, str], Share],
    site: str,
    element: str,
    weighing: Sequence[Component],
    boundaries: Sequence[datetime],
    on_paper: Collection[str] = (),
) -> Recorded:
    """What went over the border of ``site`` without its stock, as a licence's balance asks; raises ``BadInput`` likewise.

    Receipts of the lots ``on_paper`` are left out: they are the licensed feed, counted by its drawdowns.
    """
    if len(boundaries) < 2:
        raise BadInput([Reason("balance-boundaries", None, {"count": len(boundaries)})])
    edges = tuple(sorted(boundaries))
    found = border(genealogy, site, edges[0], edges[-1])
    fed = {("receipt", lot) for lot in on_paper}
    left = [one for one in found.movements if one.crossing != "inventory" and (one.crossing, one.lot) not in fed]
    moved = replace(found, movements=tuple(left))
    return _rows(moved, shares, site, (element,), weighing, edges, ())


def _rows(
    found: Border,
    shares: Mapping[tuple[str, str], Share],
    site: str,
    elements: Sequence[str],
    weighing: Sequence[Component],
    edges: tuple[datetime, ...],
    lacking: Sequence[Reason],
) -> Recorded:
    counted = [one for one in found.movements if one.at < edges[-1] or one.crossing == "inventory"]
    missing = [*found.missing, *_not_assayed(counted, shares, elements), *_not_stated(counted, weighing), *lacking]
    if missing:
        raise BadInput(missing)
    rows = [(one, element, shares[one.lot, element]) for one in counted for element in elements]
    return Recorded(
        flows=tuple(_flow(site, *row) for row in rows if row[0].crossing != "inventory"),
        inventories=tuple(_count(site, *row) for row in rows if row[0].crossing == "inventory"),
        components=tuple(part for row in rows for part in _errors(*row, weighing, alone=len(elements) == 1)),
        boundaries=edges,
        caveats=_caveats(found, weighing),
    )


def _stock_takings(genealogy: Genealogy, site: str, inventories: Sequence[Inventory]) -> tuple[datetime, ...]:
    ever = border(genealogy, site, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)).movements
    taken = {one.at for one in ever if one.crossing == "inventory"}
    return tuple(sorted(taken | {item.taken_at for item in inventories}))


def _not_assayed(
    movements: Sequence[Movement], shares: Mapping[tuple[str, str], Share], elements: Sequence[str]
) -> Iterator[Reason]:
    for lot, element in dict.fromkeys((one.lot, element) for one in movements for element in elements):
        if (lot, element) not in shares and not is_container(lot):
            yield Reason("balance-lot-not-assayed", None, {"lot": lot, "element": element})


def _not_stated(movements: Sequence[Movement], weighing: Sequence[Component]) -> Iterator[Reason]:
    for crossing in dict.fromkeys(one.crossing for one in movements):
        if not any(part.stream == crossing for part in weighing):
            yield Reason("balance-weighing-not-stated", None, {"stream": crossing})


def _row_id(movement: Movement, element: str) -> str:
    return f"{movement.crossing}-{movement.event[:12]}-{movement.place}-{element}"


def _flow(site: str, one: Movement, element: str, share: Share) -> Flow:
    assert one.crossing != "inventory" and one.gross_mg is not None
    return Flow(
        flow_id=_row_id(one, element),
        mba=site,
        element=element,
        kind=one.crossing,
        element_mg=contained_mg(one.gross_mg, share.fraction),
        occurred_at=one.at,
        stream=_row_id(one, element),
        lot_id=one.lot,
        document=one.event,
        synthetic=share.synthetic,
    )


def _count(site: str, one: Movement, element: str, share: Share) -> Inventory:
    assert one.gross_mg is not None
    name = _row_id(one, element)
    return Inventory(name, site, element, one.at, one.lot, contained_mg(one.gross_mg, share.fraction), name)


def _errors(one: Movement, element: str, share: Share, weighing: Sequence[Component], alone: bool) -> Iterator[Component]:
    """The scale's errors and the assay's, for one row.

    What is drawn once is one group: a scale's calibration over all rows it weighed, one weighing over the elements it
    counts for, a lot's own assay over all rows of the lot, a laboratory's calibration over all lots it measured.
    """
    stream = _row_id(one, element)
    for part in weighing:
        if part.stream != one.crossing:
            continue
        if part.kind == "systematic":
            yield replace(
                part, stream=stream, group=part.group or f"{part.stream}/{part.name}", u_abs_mg=_absolute(part, share)
            )
        elif alone or part.exact:
            yield replace(part, stream=stream, u_abs_mg=_absolute(part, share))
        else:
            group = f"{part.name} {one.crossing}-{one.event[:12]}-{one.place}"
            yield replace(part, stream=stream, kind="systematic", group=group, u_abs_mg=_absolute(part, share))
    if share.u_rel:
        yield Component(stream, "assay", "systematic", share.u_rel, group=f"assay {one.lot} {element}", source="certificate")
    for group, u_rel in share.shared.items():
        yield Component(stream, f"assay {group}", "systematic", u_rel, group=group, source="certificate")


def _absolute(part: Component, share: Share) -> int | None:
    """A scale's resolution is in gross milligrams; for the element it is that times the share, rounded up so as never to vanish."""
    return None if part.u_abs_mg is None else ceil(part.u_abs_mg * share.fraction)


def _caveats(found: Border, weighing: Sequence[Component]) -> tuple[Reason, ...]:
    # The assays' own groups would hide that no scale was said to have a calibration.
    silent = not any(part.kind == "systematic" and not part.exact for part in weighing)
    return (*found.caveats, *([Reason("balance-systematics-absent")] if silent else ()))
