"""Which records are news to the party whose dossier it is, and which of them a statute orders to be told.

The mail says that there is news in a dossier and where; what happened is read at the counter, after a log-in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

STATUTORY: Final = frozenset(
    {
        "application-returned",
        "case-accepted",
        "case-deemed-accepted",
        "case-declined",
        "case-lapsed",
        "case-remitted",
        "case-closed",
    }
    | {"rfi-asked", "rfi-extended", "rfi-reopened", "rfi-answer-insufficient", "rfi-lapsed", "clock-stopped", "clock-unlimited"}
    | {"notice-served", "notice-expired", "notice-weighed", "decision-served", "sealed-part-invited"}
    | {"appeal-admitted", "appeal-completion-asked", "appeal-rejected", "appeal-concluded", "appeal-lapsed", "appeal-stay-set"}
    | {"licence-suspended", "licence-suspension-confirmed", "licence-suspension-fell", "licence-resumed", "licence-frozen"}
    | {"licence-withdrawn", "licence-annulled", "licence-revoked", "licence-closed", "licence-restored", "licence-reopened"}
    | {"licence-amended", "licence-amendment-refused", "licence-unfrozen"}
    | {"finding-asked", "finding-closed", "finding-referred", "finding-unanswered"}
    | {"agreement-notice-given", "agreement-paused", "agreement-resumed", "agreement-ended", "duty-warned"}
)
"""Service of an act, a period that begins to run, an end of a right: told to everybody with an address."""

OTHER: Final = frozenset(
    {"case-taken", "rfi-chased", "rfi-answer-accepted", "rfi-dropped", "clock-resumed"}
    | {"agreement-products-accepted", "batch-issued", "batch-returned", "duty-reminded"}
)
"""Good to know; whoever does not want it switches it off."""


def owner_of(dossier: str, state: Any) -> str:
    """The dossier whose party is told: a case belongs to whoever filed its application."""
    return str(state.application) if dossier.startswith("case/") else dossier


def news(kinds: Mapping[int, str]) -> Mapping[int, bool]:
    """Of records by number and kind those that are news, and whether a statute orders it."""
    return {number: kind in STATUTORY for number, kind in kinds.items() if kind in STATUTORY or kind in OTHER}
