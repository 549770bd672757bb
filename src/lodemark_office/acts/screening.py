"""Are the parties of an application on a list? Without a list loaded the answer is *not known*, never "no hit".

A list version is a document and a record in the dossier ``list/<id>``; the newest version published by the day counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from lodemark.application import Application
from lodemark.application import Party as Named
from lodemark.case.facts import Lists, Screened
from lodemark.ledger import Record, digest
from lodemark.parties import ListIndex, ListVersion, Name, Party, Screening, build_index, load, screen
from lodemark.parties.facts import as_facts
from lodemark.rules import FactValue, Rulebook
from lodemark_office.acts.store import Store

MEASURES = "list/measures"


@dataclass
class Screener:
    """The lists of an office; a version is read once."""

    store: Store
    _versions: dict[str, ListVersion] = field(default_factory=dict)
    _indexes: dict[tuple[str, ...], ListIndex] = field(default_factory=dict)

    def screen(self, app: Application, on: date) -> tuple[Screened, ...]:
        """One result per party of the application."""
        return tuple(Screened(party.id, one.outcome) for party, one in self._all(app, on))

    def screenings(self, app: Application, on: date) -> tuple[Screening, ...]:
        """The whole screenings, with every feature of every match."""
        return tuple(one for _, one in self._all(app, on))

    def facts(self, app: Application, book: Rulebook, on: date) -> Mapping[str, FactValue]:
        """What the lists say, as facts for the rules; a list that is not usable leaves them unknown."""
        measures = book.lists[MEASURES].items
        found: dict[str, FactValue] = {}
        for _, one in self._all(app, on):
            found |= as_facts(one, measures)
        return found

    def lists(self, on: date) -> Lists:
        """Which lists were used, and whether all are fresh."""
        index = self._index(on)
        nobody = screen(Party("nobody", (Name("A name on no list"),)), index, on=on)
        return Lists(digest([version.digest for version in index.versions] if index else []), current=not nobody.unknowns)

    def one(self, party: Named, on: date) -> Screening:
        """Screen one party of an application."""
        names = tuple(Name(text, lang=lang) for lang, text in party.names.items())
        countries = (party.country,) if party.country else ()
        return screen(Party(party.id, names, countries=countries), self._index(on), on=on)

    def _all(self, app: Application, on: date) -> Iterable[tuple[Named, Screening]]:
        return [(party, self.one(party, on)) for party in app.parties.members.values()]

    def _index(self, on: date) -> ListIndex | None:
        newest: dict[str, Record] = {}
        for dossier in self.store.dossiers("list"):
            for entry in self.store.entries(dossier):
                if entry.record.kind == "list-loaded" and date.fromisoformat(str(entry.record.facts["published"])) <= on:
                    newest[dossier] = entry.record
        if not newest:
            return None
        key = tuple(
            f"{dossier}@{record.facts['document']}@{record.facts['published']}" for dossier, record in sorted(newest.items())
        )
        if key not in self._indexes:
            self._indexes[key] = build_index([self._version(record) for _, record in sorted(newest.items())])
        return self._indexes[key]

    def _version(self, record: Record) -> ListVersion:
        facts = record.facts
        name = f"{facts['document']}@{facts['published']}"
        if name not in self._versions:
            self._versions[name] = load(
                self.store.document(str(facts["document"])),
                list_id=str(facts["list_id"]),
                profile=str(facts["profile"]),
                published=date.fromisoformat(str(facts["published"])),
            )
        return self._versions[name]
