"""The detectors: a list of pure functions ``(observed, rules) -> questions``. To add one, add it here.

Each has an honest twin in the tests, the same surface with an innocent cause, on which it must stay silent. None looks
at nationality or size, and none lowers the threshold of another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from lodemark.finding.detectors.codes import cloned_code, code_after_end, unissued_code
from lodemark.finding.detectors.matter import (
    controlled_model_in_lot,
    output_above_capacity,
    reach_beyond_declared,
    undeclared_feed,
    under_declared_composition,
    yield_above_cap,
)
from lodemark.finding.detectors.paper import (
    certificate_reused,
    end_user_changed,
    invoice_without_flow,
    licence_used_twice,
    missing_report,
    over_ordering,
    overdrawn_licence,
    split_parcels,
    used_while_stopped,
)
from lodemark.finding.detectors.rooms import told_by_rooms
from lodemark.finding.detectors.trade import (
    converted_away,
    hub_jump,
    layered_ownership,
    name_does_not_fit,
    origin_does_not_fit,
    phantom_scrap,
    shell_end_user,
)
from lodemark.finding.facts import Observed
from lodemark.finding.model import Raised
from lodemark.finding.rules import FindingRules

Detector = Callable[[Observed, FindingRules], Iterable[Raised]]

DETECTORS: tuple[Detector, ...] = (
    cloned_code,
    unissued_code,
    code_after_end,
    undeclared_feed,
    yield_above_cap,
    output_above_capacity,
    under_declared_composition,
    controlled_model_in_lot,
    reach_beyond_declared,
    licence_used_twice,
    overdrawn_licence,
    used_while_stopped,
    missing_report,
    over_ordering,
    split_parcels,
    certificate_reused,
    invoice_without_flow,
    end_user_changed,
    phantom_scrap,
    name_does_not_fit,
    hub_jump,
    origin_does_not_fit,
    shell_end_user,
    layered_ownership,
    converted_away,
    told_by_rooms,
)


def detect(observed: Observed, rules: FindingRules) -> tuple[Raised, ...]:
    """Every question the facts raise, by kind and subject, so that the order of arrival changes nothing.

    A question is asked once: what raises it a second time is more evidence for the same question.
    """
    asked: dict[tuple[str, str], Raised] = {}
    for one in (one for detector in DETECTORS for one in detector(observed, rules)):
        before = asked.setdefault((one.kind, one.subject), one)
        more = tuple(each for each in one.evidence if each not in before.evidence)
        asked[one.kind, one.subject] = replace(before, evidence=before.evidence + more)
    return tuple(asked[name] for name in sorted(asked))
