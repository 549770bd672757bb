"""Standing from kept promises, and which shipments or sites to verify. By rule, with its evidence, open to contest.

::

    standing("party/p2", obligations, on, rules)                                   # tier, bounds, what moved it, what would raise it
    sampling_plan(items, significant_mg=5_000_000, detection_probability=Decimal("0.9"), seed=seed)
"""

from lodemark.parties.standing import TIERS, KindStanding, Move, Raise, Standing, Tier
from lodemark.trust.allocation import Allocation, Site, allocation
from lodemark.trust.decide import COMMANDS, OBLIGATION, decide
from lodemark.trust.fold import fold
from lodemark.trust.model import Obligation, Owed
from lodemark.trust.rules import KindRule, TierRule, TrustRules
from lodemark.trust.sampling import Item, Plan, commitment, missed, sampling_plan
from lodemark.trust.standing import standing

__all__ = [
    "COMMANDS",
    "OBLIGATION",
    "TIERS",
    "Allocation",
    "Item",
    "KindRule",
    "KindStanding",
    "Move",
    "Obligation",
    "Owed",
    "Plan",
    "Raise",
    "Site",
    "Standing",
    "Tier",
    "TierRule",
    "TrustRules",
    "allocation",
    "commitment",
    "decide",
    "fold",
    "missed",
    "sampling_plan",
    "standing",
]
