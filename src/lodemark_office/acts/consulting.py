"""What a department that is consulted may look at: fields by name, everything else is for nobody outside the office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lodemark.case import commands as ask

FIELDS: Final = ("/kind", "/parties", "/lines", "/end_use", "/tree")
"""The fields an adviser may be shown. Contract, papers, answers about the applicant itself and sealed values are not
among them (default deny); a sealed field shows its seal."""


def audiences(command: ask.Command) -> Mapping[str, tuple[str, ...]]:
    """Path -> departments that may see it, for the department this command names."""
    return dict.fromkeys(FIELDS, (command.department,)) if isinstance(command, ask.Consult) else {}


def shown_to_adviser(content: Mapping[str, Any], fields: tuple[str, ...]) -> Mapping[str, Any]:
    """The part of a file that was put before an adviser."""
    return {path[1:]: content[path[1:]] for path in fields if path in FIELDS and path[1:] in content}
