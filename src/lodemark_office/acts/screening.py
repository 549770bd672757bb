"""Are the parties of an application on a list? Without a list loaded the answer is *not known*, never "no hit"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lodemark.application import Application
from lodemark.case.facts import Lists, Screened
from lodemark.rules import FactValue


@dataclass(frozen=True, slots=True)
class Screener:
    """The lists an office holds."""

    def screen(self, app: Application, on: date) -> tuple[Screened, ...]:
        """One result per party of the application."""
        return tuple(Screened(party, "UNKNOWN") for party in app.parties.members)

    def facts(self, app: Application, on: date) -> Mapping[str, FactValue]:
        """What the lists say, as facts for the rules."""
        return {}

    def lists(self, on: date) -> Lists:
        """Which lists were used and whether they are fresh."""
        return Lists("", current=False)
