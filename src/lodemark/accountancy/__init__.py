"""Material balance with honest error rates: does the mass close, and what would have been seen if it did not?

    data = assemble(flows, inventories, components, boundaries)
    balance = run(data, "Dy", "SITE-1", goal_mg=read_mass_mg("5 kg"))
    balance.klass, balance.bound, balance.m90_kg

It says "does not close by x kg, y sigma, under these stated errors"; where grams went is for room ``finding`` to ask.
"""

from lodemark.accountancy.assemble import assemble
from lodemark.accountancy.balance import Alarm, Balance, Contribution, Detection, Line, contributions, disagreements, drawn, run
from lodemark.accountancy.caps import (
    Claim,
    Handover,
    MagnetShare,
    MetalFromOxide,
    Output,
    YieldClaim,
    caps,
    conservation,
    difference,
    phase_floor,
)
from lodemark.accountancy.covariance import covariance, covariance_streams, muf
from lodemark.accountancy.from_custody import WEIGHINGS, Recorded, crossings, from_custody
from lodemark.accountancy.joint import Thresholds, joint
from lodemark.accountancy.licence_balance import Feed, LicenceBalance, Yield, licence_balance
from lodemark.accountancy.model import (
    BadInput,
    BalanceClass,
    BalanceData,
    Component,
    Flow,
    Inventory,
    NotPositiveDefinite,
    Period,
)
from lodemark.accountancy.muf import Cumulative, cumuf, gemuf, gemuf_p, sitmuf
from lodemark.accountancy.page import arl, false_alarm, page, shewhart, threshold
from lodemark.accountancy.period import Entry, PeriodView, period_view
from lodemark.accountancy.plan import Plan, Step, plan
from lodemark.accountancy.power import Power, detectable, least_detectable, np_bound, power
from lodemark.accountancy.rollup import Rollup, Total, rollup
from lodemark.accountancy.select import UnknownBalance, select
from lodemark.accountancy.shares import Share, shares_of
from lodemark.accountancy.table import FlowTable
from lodemark.accountancy.tables import Tables, read_tables, write_tables

__all__ = [
    "WEIGHINGS",
    "Alarm",
    "BadInput",
    "Balance",
    "BalanceClass",
    "BalanceData",
    "Claim",
    "Component",
    "Contribution",
    "Cumulative",
    "Detection",
    "Entry",
    "Feed",
    "Flow",
    "FlowTable",
    "Handover",
    "Inventory",
    "LicenceBalance",
    "Line",
    "MagnetShare",
    "MetalFromOxide",
    "NotPositiveDefinite",
    "Output",
    "Period",
    "PeriodView",
    "Plan",
    "Power",
    "Recorded",
    "Rollup",
    "Share",
    "Step",
    "Tables",
    "Thresholds",
    "Total",
    "UnknownBalance",
    "Yield",
    "YieldClaim",
    "arl",
    "assemble",
    "caps",
    "conservation",
    "contributions",
    "covariance",
    "covariance_streams",
    "crossings",
    "cumuf",
    "detectable",
    "difference",
    "disagreements",
    "drawn",
    "false_alarm",
    "from_custody",
    "gemuf",
    "gemuf_p",
    "joint",
    "least_detectable",
    "licence_balance",
    "muf",
    "np_bound",
    "page",
    "period_view",
    "phase_floor",
    "plan",
    "power",
    "read_tables",
    "rollup",
    "run",
    "select",
    "shares_of",
    "shewhart",
    "sitmuf",
    "threshold",
    "write_tables",
]
