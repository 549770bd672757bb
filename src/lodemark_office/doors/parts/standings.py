"""A party's standing, arranged for a page: obligations as rows, kinds as ranges. No dial, no score."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from lodemark.parties.standing import Standing
from lodemark.trust import Obligation
from lodemark_office.doors.parts.bars import WHOLE


def shown_standing(found: Standing, owed: Sequence[Obligation]) -> dict[str, object]:
    """The standing with its bars in thousandths."""
    kinds = [
        (kind, one, int(one.lower * WHOLE), int((one.upper - one.lower) * WHOLE))
        for kind, one in sorted(found.per_kind.items())
    ]
    moves = sorted(found.moved_by, key=lambda move: (-abs(move.effect), move.obligation))[:12]
    return {
        "standing": found,
        "kinds": kinds,
        "moves": [(move, move.effect >= Decimal(0)) for move in moves],
        "owed": sorted(owed, key=lambda one: one.due_on, reverse=True)[:40],
    }
