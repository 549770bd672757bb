"""The one question of this room: may this act be done on this case, and what would be written?

Pure: every command belongs to one machine, whose table names states, roles, guards and records. Look the law up in the
tables (``acceptance rfi consultation notice decision``), not here.
"""

from __future__ import annotations

from collections.abc import Mapping

from lodemark.case.acceptance import CASE, LIMIT, STOP
from lodemark.case.commands import Command
from lodemark.case.consultation import CONSULTATION
from lodemark.case.decision import DECISION
from lodemark.case.facts import CaseFacts
from lodemark.case.machine import Look, Machine, kebab, run
from lodemark.case.model import Case
from lodemark.case.notice import NOTICE
from lodemark.case.rfi import RFI
from lodemark.case.rules import CaseRules
from lodemark.ledger import Record
from lodemark.trouble import Refusal

MACHINES: tuple[Machine, ...] = (CASE, STOP, LIMIT, RFI, CONSULTATION, NOTICE, DECISION)

_MACHINE_OF: Mapping[type, Machine] = {row.command: machine for machine in MACHINES for row in machine.rows}

COMMANDS: Mapping[str, type[Command]] = {kebab(kind): kind for kind in _MACHINE_OF}


def decide(case: Case | None, command: Command, facts: CaseFacts, rules: CaseRules) -> tuple[Record, ...] | Refusal:
    """The records this act writes, or every reason why it may not be done. ``case`` is ``None`` before acceptance."""
    return run(_MACHINE_OF[type(command)], Look(case or Case(), command, facts, rules))
