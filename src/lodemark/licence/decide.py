"""One door to all decisions on a licence: ``decide(licence, command, facts, rules) -> records | Refusal``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from lodemark.ledger import Record
from lodemark.licence import commands, drawdown, ending, grant, holds
from lodemark.licence.holds import Amended
from lodemark.licence.model import Licence
from lodemark.licence.rules import Rules
from lodemark.trouble import Refusal

DECIDERS: Final[Mapping[type[commands.Command], Callable[..., Any]]] = {
    commands.Grant: grant.decide_grant,
    commands.Reserve: drawdown.decide_reserve,
    commands.Post: drawdown.decide_post,
    commands.Void: drawdown.decide_void,
    commands.Reverse: drawdown.decide_reverse,
    commands.NoteRelease: drawdown.decide_note_release,
    commands.Suspend: holds.decide_suspend,
    commands.ConfirmSuspension: holds.decide_confirm_suspension,
    commands.DropSuspension: holds.decide_drop_suspension,
    commands.Resume: holds.decide_resume,
    commands.Freeze: holds.decide_freeze,
    commands.HandBack: holds.decide_hand_back,
    commands.RefuseAmendment: holds.decide_refuse_amendment,
    commands.Amend: holds.decide_amend,
    commands.Withdraw: ending.decide_withdraw,
    commands.Annul: ending.decide_annul,
    commands.Revoke: ending.decide_revoke,
    commands.Close: ending.decide_close,
    commands.Restore: ending.decide_restore,
}


def decide(
    licence: Licence | None, command: commands.Command, facts: commands.Facts, rules: Rules
) -> tuple[Record, ...] | Amended | Refusal:
    """The decider of this command; ``Amend`` alone answers for two dossiers (``Amended``)."""
    answer: tuple[Record, ...] | Amended | Refusal = DECIDERS[type(command)](licence, command, facts, rules)
    return cited(answer, rules) if isinstance(answer, Refusal) else answer


def cited(refusal: Refusal, rules: Rules) -> Refusal:
    """The refusal with the regime's provision on every reason whose guard names none."""
    return Refusal(tuple(replace(r, provision=r.provision or rules.provisions.get(r.code)) for r in refusal.reasons))
