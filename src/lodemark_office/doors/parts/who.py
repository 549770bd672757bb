"""The legal day and the actor that every command carries, from a message."""

from __future__ import annotations

from typing import Any

from lodemark_office.acts.office import Sent
from lodemark_office.doors.parts.acting import office


def by(message: Sent) -> dict[str, Any]:
    """For commands that ask for day and actor."""
    return {"on": office().day(message.at), "by": message.actor}


def by_at(message: Sent) -> dict[str, Any]:
    """For commands that also ask for the instant."""
    return {**by(message), "at": message.at}
