"""What one act makes true elsewhere in the file: a proposal that falls, an adviser who must be asked again.

These records are written in the same step as the act that causes them, so that no reader ever sees the one without
the other.
"""

from __future__ import annotations

from collections.abc import Iterable

from lodemark.case.guards import Anything
from lodemark.ledger import Record
from lodemark.rules import due


def within(path: str, root: str) -> bool:
    """Whether a JSON pointer is ``root`` or lies below it."""
    return path == root or path.startswith(root.rstrip("/") + "/")


def voided(look: Anything, changed: Iterable[str]) -> list[Record]:
    """The record that ends an open proposal because what it rested on changed; nothing when none is open."""
    proposal = look.state.open_proposal
    if proposal is None:
        return []
    facts = {"by": _by(look), "decision": proposal.id, "changed": list(changed)}
    return [Record("decision-voided", on=look.command.on, facts=facts)]


def touched_advice_put_back(look: Anything, paths: Iterable[str]) -> list[Record]:
    """Advice given on fields that have now changed is stale: the adviser is asked again."""
    changed = list(paths)
    return [
        put_back(look, consultation.id, "version-changed", ())
        for consultation in look.state.consultations.values()
        if consultation.state == "answered"
        and any(within(path, seen) or within(seen, path) for path in changed for seen in consultation.fields)
    ]


def put_back(look: Anything, consultation: str, cause: str, dropped: Iterable[str]) -> Record:
    """The record that puts a consultation back to its adviser, with a new day to reply."""
    period, calendar = look.rules.put_back, look.rules.calendar
    # Where the calendar ends, the latest day: an adviser must not lose time to an unpublished notice.
    reply_by = due(look.command.on, period.length, period.unit, (), calendar).latest
    facts = {
        "by": _by(look),
        "consultation": consultation,
        "cause": cause,
        "dropped": list(dropped),
        "reply_by": reply_by.isoformat(),
    }
    return Record("consultation-put-back", on=look.command.on, facts=facts)


def _by(look: Anything) -> dict[str, str]:
    by = look.command.by
    return {"person": by.person, "party": by.party, "role": by.role}
