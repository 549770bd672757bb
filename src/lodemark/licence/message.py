"""A customs message of many lines: each line is answered by itself, once per key.

The key is sender, message and line of the message. The same key with the same content gets the stored answer; with
other content it is ``key-reused``. A refusal is an answer too: to ask again, take a new key. The office's store keeps
answers in its own table by the same rule; this is the rule itself, for the library alone and for the tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lodemark.ledger import Record, digest
from lodemark.licence.commands import Command, Facts
from lodemark.licence.decide import decide
from lodemark.licence.fold import fold
from lodemark.licence.holds import Amended
from lodemark.licence.model import Licence
from lodemark.licence.rules import Rules
from lodemark.trouble import Reason, Refusal


@dataclass(frozen=True, slots=True)
class Answer:
    """What one line of a message got; ``ask_digest`` is over the whole command, so other content shows."""

    key: str
    ask_digest: str
    outcome: tuple[Record, ...] | Refusal


def message_key(sender: str, message: str, line: int) -> str:
    """The idempotency key of one line of a message."""
    return f"{sender}/{message}/{line}"


def answer_message(
    licence: Licence,
    asks: Iterable[tuple[str, Command]],
    answered: Mapping[str, Answer],
    facts: Facts,
    rules: Rules,
) -> tuple[Licence, tuple[Answer, ...]]:
    """The licence after the message, and one answer per line; good lines are booked, each bad one is named."""
    known, answers = dict(answered), []
    for key, command in asks:
        ask_digest = digest(command)
        if key not in known:
            outcome = decide(licence, command, facts, rules)
            assert not isinstance(outcome, Amended), "an amendment is no line of a message"
            known[key] = Answer(key, ask_digest, outcome)
            licence = licence if isinstance(outcome, Refusal) else fold(outcome, licence)
        reused = known[key].ask_digest != ask_digest
        answers.append(Answer(key, ask_digest, _reused(key, licence.terms.number)) if reused else known[key])
    return licence, tuple(answers)


def _reused(key: str, scope: str) -> Refusal:
    return Refusal((Reason("key-reused", None, {"key": key, "scope": scope}),))
