"""The checks of a file as met, not met or not known, with rule and quote; what needs a person comes first."""

from __future__ import annotations

from dataclasses import dataclass

from lodemark.rules import Rulebook
from lodemark.wording import Lang, say
from lodemark_office.acts import casework

_ORDER = {"not_met": 0, "not_known": 1, "met": 2}


@dataclass(frozen=True, slots=True)
class Checked:
    """One check: its code and name, the line, the verdict, the provision with its quote."""

    code: str
    name: str
    line: str
    verdict: str
    provision: str
    quote: str
    quote_lang: str

    @property
    def key(self) -> str:
        """The name of its fields in a form."""
        return f"{self.code}:{self.line}"


def checked(book: Rulebook, file: casework.File, lang: Lang) -> list[Checked]:
    """Every check of a case."""
    found = []
    for each in casework.checks_of(file.review):
        provision = book.provisions.get(each.provision)
        named = provision is not None and each.code == each.provision
        name = provision.title[lang] if provision and named else say(f"check-{each.code}", {}, lang)
        quote = provision.quote if provision else None
        shown = (quote.text, quote.lang) if quote else ("", "")
        found.append(Checked(each.code, name, each.line, each.verdict, each.provision, *shown))
    return sorted(found, key=lambda one: _ORDER[one.verdict])
