"""The ledger: bytes that stay, answers that stay, views that follow, and the witness outside."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from lodemark.ledger import canonical
from lodemark_office.acts.state import ROOMS, States
from lodemark_office.acts.summary import SUMMARIES, summarise
from tests.simulation.world import World, canonical_answer


def bytes_stay(world: World) -> Iterator[str]:
    """I3. A record once appended never changes, and each follows the one before: a court relies on nothing else.

    The chain is computed here by the formula of its specification, not by the code under test.
    """
    for dossier in dict.fromkeys(world.touched):
        links = world.store.chained(dossier)
        known = world.bytes_of.setdefault(dossier, [])
        if [link.body for link in links[: len(known)]] != known:
            yield f"{dossier}: a record changed after it was written"
        before = hashlib.sha256(b"lodemark/dossier/1\n" + dossier.encode()).digest()
        for number, link in enumerate(links, start=1):
            body = hashlib.sha256(link.body).digest()
            place = b"lodemark/chain/1\n" + dossier.encode() + b"\n" + number.to_bytes(8, "big")
            before = hashlib.sha256(place + before + body).digest()
            if (link.number, link.body_digest, link.chain_digest) != (number, body, before):
                yield f"{dossier}: record {number} does not follow the one before"
        known.extend(link.body for link in links[len(known) :])


def same_key_same_answer(world: World) -> Iterator[str]:
    """I4. The same key gets the same bytes, for ever: a sender who asks again must not be told another story."""
    for told in world.told:
        if not told.answers:
            continue
        said = [canonical_answer(answer) for answer in told.answers]
        if told.letter.scope and said != (first := world.acknowledged.setdefault(told.letter.key, said)):
            yield f"{told.letter.text}: {said} after {first}"
    for told in world.told:
        changed = told.letter.text.endswith("something else")
        if changed and told.outcome != "key-reused":
            yield f"{told.letter.text}: another message under a used key was answered {told.outcome}"
        if told.outcome == "key-reused" and not changed:
            yield f"{told.letter.text}: an honest repeat was taken for another message"


def once_or_not_at_all(world: World) -> Iterator[str]:
    """I4. What was acknowledged is there; what was not happened once or not at all."""
    acknowledged = {
        (one.dossier, one.number): one.chain for answers in world.answered.values() for a in answers for one in a.written
    }
    for dossier in world.seen:
        for link in world.store.chained(dossier):
            chain = acknowledged.pop((dossier, link.number), None)
            if chain is None:
                yield f"{dossier}: record {link.number} was never acknowledged to anybody"
            elif chain != link.chain_digest.hex():
                yield f"{dossier}: record {link.number} is not the one that was acknowledged"
    for dossier, number in acknowledged:
        yield f"{dossier}: record {number} was acknowledged and is not there"


def views_are_folds(world: World) -> Iterator[str]:
    """I5. What is shown is what the records fold to from the first one on; a view that lags is caught up, never trusted."""
    fresh = States(world.inner)
    for noun in ROOMS:
        for dossier in world.of(noun):
            again = fresh(dossier)
            if again != world.store.states(dossier):
                yield f"{dossier}: the remembered state is not the fold of its records"
            if noun in SUMMARIES:
                lines = [canonical(summarise(dossier, one, lambda: "")[0]) for one in (again, world.of(noun)[dossier])]
                if lines[0] != lines[1]:
                    yield f"{dossier}: the line shown is not the line of its records"


def witness_content(world: World) -> Iterator[str]:
    """I14. Checkpoints of an honest log continue each other, whatever keys signed them."""
    if not world.log.visited():
        yield "the witness saw a log that does not continue what it saw before"


def fork_is_noticed(world: World) -> Iterator[str]:
    """I14. An old copy put back, or a history written again, is noticed at the witness's next visit."""
    leaves = world.log.leaves
    if len(leaves) < 2 or not world.log.visited():
        return
    if world.log.visited(leaves[:-1]):
        yield "an older copy of the log was put back and the witness did not notice"
    forged = hashlib.sha256(b"another history").digest()
    if world.log.visited([*leaves[:-1], forged, *leaves[:1]]):
        yield "the log was written again and the witness did not notice"
