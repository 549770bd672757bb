"""The grade of the central question: did licensed material reach an end user outside the declared end use?

A table, read from the top; the first row whose test holds gives the grade. Composition and code evidence add as bounded
log10 likelihood ratios; one physical sample counts once, and where its tests differ the one kindest to the party counts.
No prior lives here, and a single assay never gives an adverse grade alone.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from lodemark.finding.model import Grade, Limit, Reach, Strands
from lodemark.finding.rules import FindingRules

Test = Callable[[Strands, FindingRules], bool]

ADVERSE: tuple[Grade, ...] = ("indicated", "proven")


def grade(strands: Strands, rules: FindingRules) -> tuple[Grade, tuple[Limit, ...]]:
    """The grade and everything the evidence cannot show."""
    found = next(name for name, holds in TABLE if holds(strands, rules))
    return found, limits(strands)


def weight(strands: Strands, strand: str) -> Decimal:
    """The summed log10 likelihood ratio of one strand, each physical sample counted once."""
    samples: dict[str, Decimal] = {}
    for mark in strands.marks:
        if mark.strand == strand:
            samples[mark.sample] = min(samples.get(mark.sample, mark.clipped), mark.clipped)
    return sum(samples.values(), Decimal(0))


def _weights(strands: Strands) -> tuple[Decimal, Decimal]:
    return weight(strands, "composition"), weight(strands, "code")


def _conflict(strands: Strands, rules: FindingRules) -> bool:
    """Two strands of opposite sign, each heavy; mass that excludes it is a strand too."""
    weights = [*_weights(strands)]
    if _nothing_there(strands):
        weights.append(-rules.heavy)
    return max(weights) >= rules.heavy and min(weights) <= -rules.heavy


def _proven(strands: Strands, rules: FindingRules) -> bool:
    reach = strands.reach
    bound = reach is not None and _some_there(reach) and reach.exact
    return bool(strands.named_by) and (bound or strands.serial_in_item)


def _some_there(reach: Reach) -> bool:
    """At least something; contradicting records say nothing."""
    return reach.low_mg is not None and reach.low_mg > 0


def _excluded(strands: Strands, rules: FindingRules) -> bool:
    return strands.reach is not None and (_nothing_there(strands) or strands.reach.closes)


def _nothing_there(strands: Strands) -> bool:
    """At most nothing, of something: where not even the whole is known, a zero says nothing."""
    return strands.reach is not None and strands.reach.high_mg == 0 < strands.reach.total_mg


def _marked(strands: Strands, rules: FindingRules) -> bool:
    """Composition and code together reach LR 100 on more than one sample."""
    samples = {mark.sample for mark in strands.marks if mark.clipped > 0}
    return sum(_weights(strands)) >= rules.heavy and len(samples) > 1


def _entitlement(strands: Strands, rules: FindingRules) -> bool:
    return strands.reach is not None and bool(strands.reach.crosses)


def _not_assessable(strands: Strands, rules: FindingRules) -> bool:
    reach = strands.reach
    if reach is None or reach.high_mg is None:
        return True
    everything_open = reach.low_mg == 0 and reach.high_mg >= reach.total_mg
    return everything_open and (bool(reach.gaps) or not strands.markable)


def _indicated(strands: Strands, rules: FindingRules) -> bool:
    reach = strands.reach
    if reach is None or reach.expected_mg is None:
        return False
    return Decimal(reach.expected_mg) > rules.material_share * reach.total_mg


def _always(strands: Strands, rules: FindingRules) -> bool:
    return True


# The order is the law of this room: a conflict always goes to a person, exclusion outranks every indication, physical
# marks speak where book-keeping cannot, and "possible" is what is left: a maximum above zero and nothing more.
TABLE: tuple[tuple[Grade, Test], ...] = (
    ("conflict", _conflict),
    ("proven", _proven),
    ("excluded", _excluded),
    ("indicated", _marked),
    ("entitlement-only", _entitlement),
    ("not-assessable", _not_assessable),
    ("indicated", _indicated),
    ("possible", _always),
)


def limits(strands: Strands) -> tuple[Limit, ...]:
    """What the evidence cannot show, one code each, in fixed order."""
    reach, found = strands.reach, list[Limit]()
    if reach is None:
        found.append(Limit("limit-not-attributed"))
    else:
        if reach.crosses:
            found.append(Limit("limit-entitlement", {"sites": list(reach.crosses)}))
        if reach.gaps:
            found.append(Limit("limit-gaps", {"gaps": list(reach.gaps)}))
        found += [Limit("limit-contradiction"), reach.conflict] if reach.conflict else [Limit("limit-as-recorded")]
        if _some_there(reach) and not reach.exact:
            found.append(Limit("limit-bound-not-certified"))
    if not strands.markable:
        found.append(Limit("limit-no-mark-here"))
    if not strands.named_by:
        found.append(Limit("limit-end-user-not-named"))
    if len({mark.sample for mark in strands.marks}) == 1:
        found.append(Limit("limit-single-sample"))
    return tuple(found)
