"""The one write path: read, gather, decide, append, tell.

The head of the dossier is held before facts are gathered, so what ``decide`` saw is what the record follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lodemark import Reason, Refusal
from lodemark.ledger import Record, digest
from lodemark.licence import Licence
from lodemark.licence.narrow import Needs
from lodemark_office.acts.state import ATTEMPT
from lodemark_office.acts.store import Answer, Drafts, Drawn, KeyReused, Order, Store


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision wants written, what the sender needs back, and on which facts and rulebook it rested (digests).

    With ``reasons`` the ask is refused and something is written all the same: goods that left are a fact, whatever the
    balance says.
    """

    drafts: Drafts
    result: Mapping[str, Any] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    facts: str = ""
    rulebook: str = ""


Decide = Callable[[], Decided | Refusal]
Ahead = tuple[Needs, Callable[[Licence], Drawn | None]]
"""Which drawdowns a reservation looks at, and its decision on a licence with these."""


def write(
    store: Store,
    order: Order,
    decide: Decide,
    lock: Sequence[str] = (),
    refused_to: str | None = None,
    ahead: Ahead | None = None,
) -> Answer:
    """Carry out one order.

    ``decide`` gathers and decides; it is called with the heads of the scope and of ``lock`` held, and not at all for
    a replay: the stored answer is looked up first, or a late replay would meet today's state. A refusal is a stored
    answer too; where ``refused_to`` names a dossier, the refused attempt is itself a record there.

    ``ahead`` decides the same before any head is held, for stores that can check in one call whether it still stands.
    """
    content = digest(order.content)
    known = store.draw(order, content, *ahead) if ahead else None
    if known is not None:
        return _same(order, content, known)
    with store.transaction():
        store.lock(sorted({order.scope, *lock}))
        stored = store.answer(order.scope, order.key)
        if stored is not None:
            return replace(_same(order, content, stored), replayed=True)
        outcome = decide()
        if isinstance(outcome, Refusal):
            written = store.append([(refused_to, [attempt(order, outcome)])], order, "", "") if refused_to else ()
            answer = Answer("refused", written, outcome.reasons)
        else:
            written = store.append(outcome.drafts, order, outcome.facts, outcome.rulebook)
            status = "refused" if outcome.reasons else "done"
            answer = Answer(status, written, outcome.reasons, outcome.result)
        store.remember(order, content, answer)
    return answer


def _same(order: Order, content: str, stored: tuple[str, Answer]) -> Answer:
    if stored[0] != content:
        raise KeyReused(key=order.key, scope=order.scope)
    return stored[1]


def attempt(order: Order, refusal: Refusal) -> Record:
    # A refused signature or licence act is part of the file: a court may ask who tried what, and when.
    facts = {"attempt": type(order.content).__name__, "by": order.actor.person, "codes": list(refusal.codes)}
    return Record(ATTEMPT, order.at.date(), facts)
