"""The plain facts detectors look at. The shell fills them from custody, assay, accountancy, licence and the reports.

Masses are milligrams, fractions exact decimals, instants aware UTC. Every fact has a ``ref`` to the record it came from.
Each field that can exonerate stands beside the field that can raise the question: a detector that cannot see the
innocent cause cannot stay silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from lodemark.finding.model import Source
from lodemark.trouble import Disagreement


@dataclass(frozen=True, slots=True)
class Sighting:
    """A serial read somewhere; ``clock_known``: the reader's clock and zone are trusted. Degrees as decimals."""

    serial: str
    place: str
    latitude: Decimal
    longitude: Decimal
    at: datetime
    act: Literal["seen", "commissioned", "consumed", "returned", "corrected"] = "seen"
    clock_known: bool = True
    ref: str = ""


@dataclass(frozen=True, slots=True)
class CodeRead:
    """A code as read: whether its check character fits, its signature holds, the issuer issued it (``None``: unknown).

    ``issue_pending``: the issuer's record may still arrive after the goods.
    """

    code: str
    check_fits: bool
    signature_holds: bool | None
    issued: bool | None
    issue_pending: bool = False
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Residual:
    """A closed balance: what came out beyond what went in, its standard uncertainty, and whether the output's
    composition lies within what the declared feeds can make (``None``: not known). ``heel_weighed``: the rest of the
    previous campaign was weighed."""

    site: str
    element: str
    period: str
    residual_mg: int
    sigma_mg: int
    within_feeds: bool | None
    heel_weighed: bool = True
    ref: str = ""


@dataclass(frozen=True, slots=True)
class YieldClaim:
    """Element in, element out, stock drawn down in the period; the step's own band (mean and sigma) if it has one."""

    site: str
    step: str
    period: str
    in_mg: int
    out_mg: int
    drawn_mg: int = 0
    same_basis: bool = True
    band_mean: Decimal | None = None
    band_sigma: Decimal | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """A month's output against rated capacity; ``toll_mg`` was processed at a partner, ``upgrade_mg`` added later."""

    site: str
    month: str
    output_mg: int
    capacity_mg: int
    toll_mg: int = 0
    upgrade_mg: int = 0
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Assayed:
    """A declared and a measured mass fraction with standard uncertainties, on named bases and from a named part."""

    lot: str
    element: str
    declared: Decimal
    measured: Decimal
    u_declared: Decimal
    u_measured: Decimal
    same_basis: bool = True
    surface_of_diffused: bool = False
    sample: str = ""
    ref: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ModelInLot:
    """One model of a lot: what is declared of an element, and what the same maker's same model was known to hold."""

    lot: str
    model: str
    maker: str
    element: str
    declared: Decimal
    known: Decimal
    u_known: Decimal
    known_maker: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One shipment to a group of consignees under a control-list entry; ``contract`` groups call-offs and warranty."""

    shipment: str
    exporter: str
    consignee_group: str
    entry: str
    on: date
    mass_mg: int
    contract: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What a party orders against what its products need; plan and safety stock as declared, before the order."""

    party: str
    element: str
    ordered_mg: int
    per_unit_mg: int
    output_units: int
    planned_units: int = 0
    spares: Decimal = Decimal(0)
    scrap: Decimal = Decimal(0)
    stock_mg: int = 0
    minimum_mg: int = 0
    ref: str = ""


@dataclass(frozen=True, slots=True)
class ReportDue:
    """A report owed; ``excused`` names the record that moved or excused it (relocation, carrier, portal down)."""

    party: str
    duty: str
    about: str
    due_on: date
    received_on: date | None = None
    excused: str = ""
    provision: str = "cn/duir-2024/18-1"
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Draw:
    """One use of a licence; ``key`` is the message's idempotency key: the same message twice is one draw."""

    key: str
    shipment: str
    mass_mg: int
    presented_at: datetime
    voided: bool = False


@dataclass(frozen=True, slots=True)
class LicenceUse:
    """A licence line, what it grants, its uses, and the instants between which it could not be used."""

    licence: str
    single: bool
    granted_mg: int
    draws: tuple[Draw, ...]
    stopped: tuple[tuple[datetime, datetime | None], ...] = ()
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """An end-use certificate as filed; ``group`` joins companies that share one signatory, ``reissue_of`` names the old
    paper; ``number_known`` is the issuer's answer (``None``: not asked)."""

    digest: str
    number: str
    end_user: str
    group: str
    used_on: date
    valid_until: date
    number_known: bool | None = None
    reissue_of: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """One shipment in three books, on one basis or not; credit notes and part shipments already named."""

    shipment: str
    invoice_mg: int
    customs_mg: int
    trace_mg: int
    same_basis: bool = True
    part_shipment: bool = False
    credited_mg: int = 0
    ref: str = ""


@dataclass(frozen=True, slots=True)
class EndUserSeen:
    """Who was found using the goods, against who was declared; ``notified_on``: the change was told beforehand."""

    licence: str
    declared: str
    found: str
    found_on: date
    notified_on: date | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class ReachSeen:
    """Attribution's bounds on material of a licence outside its declared places (see ``model.Reach``)."""

    licence: str
    element: str
    low_mg: int
    expected_mg: int
    high_mg: int
    total_mg: int
    gaps: tuple[str, ...] = ()
    ref: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ScrapShare:
    """A site's scrap share against its peers'; ``sole_buyer`` takes all of it; ``surplus_mg`` of the element turned up
    at a site the buyer supplies. ``certified``: the buyer is a certified recycler; ``machined``: arcs, thin segments."""

    site: str
    period: str
    share: Decimal
    peer_mean: Decimal
    peer_sigma: Decimal
    sole_buyer: str = ""
    surplus_mg: int = 0
    certified: bool = False
    machined: bool = False
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """What goods are called against what they weigh and cost: density (kg/m3) and price (per kg) with the ranges usual
    for goods of that name. ``composite``: several materials; ``packed``: packaging is in the weight; ``sample``: a
    sample of low value."""

    shipment: str
    name: str
    density: Decimal
    usual_density: tuple[Decimal, ...]
    price: Decimal
    usual_price: tuple[Decimal, ...]
    composite: bool = False
    packed: bool = False
    sample: bool = False
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Hub:
    """A trading place without own output in a period: imports, the usual amount, and the gap to its partners' figures.
    ``related``: seller and buyer belong together; ``explained`` names a new plant, a bonded warehouse or a timing record."""

    place: str
    item: str
    period: str
    imports_mg: int
    usual_mg: int
    mirror_gap_mg: int
    related: bool
    explained: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class OriginRead:
    """A declared origin against what a fingerprint or balance needs. ``valid``: the method holds at this stage (before
    separation); ``recycled``: feed of mixed origin is declared."""

    lot: str
    declared: str
    needs: str
    valid: bool
    recycled: bool = False
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """Indicators about an end user from room ``parties``, by kind, with what speaks against them (a visit, a lease)."""

    party: str
    indicators: tuple[str, ...]
    against: tuple[str, ...] = ()
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """Shares of listed owners added up, at least; ``named``: the owners' identity is confirmed; ``days``: held so long."""

    party: str
    at_least: Decimal
    threshold: Decimal
    provision: str
    in_force: bool
    named: bool
    days: int
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Conversion:
    """Assemblies received against what they became, in pieces: shipped on in products, sold at home, kept for service."""

    party: str
    period: str
    received: int
    shipped: int
    sold_at_home: int = 0
    spares: int = 0
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What another room found that cannot all be true, and the record it stands in.

    The shell hands in either this or the plain facts it was found from, so that nobody is asked twice.
    """

    source: Source
    disagreement: Disagreement
    ref: str


@dataclass(frozen=True, slots=True)
class Observed:
    """Everything gathered for one run of the detectors, on one day."""

    on: date
    sightings: tuple[Sighting, ...] = ()
    codes: tuple[CodeRead, ...] = ()
    residuals: tuple[Residual, ...] = ()
    yields: tuple[YieldClaim, ...] = ()
    outputs: tuple[Output, ...] = ()
    assays: tuple[Assayed, ...] = ()
    models: tuple[ModelInLot, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    orders: tuple[Order, ...] = ()
    reports: tuple[ReportDue, ...] = ()
    licences: tuple[LicenceUse, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    flows: tuple[Flow, ...] = ()
    end_users: tuple[EndUserSeen, ...] = ()
    reaches: tuple[ReachSeen, ...] = ()
    scraps: tuple[ScrapShare, ...] = ()
    descriptions: tuple[Described, ...] = ()
    hubs: tuple[Hub, ...] = ()
    origins: tuple[OriginRead, ...] = ()
    profiles: tuple[Profile, ...] = ()
    holdings: tuple[Holding, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    told: tuple[Told, ...] = ()
