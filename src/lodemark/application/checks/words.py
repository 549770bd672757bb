"""Checks of what is said about the use: is it specific, and does the signed statement say the same?"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from lodemark.application.checks.terms import Found, Terms, Verdict
from lodemark.application.model import Application, Document, EndUse, Line
from lodemark.application.tree import leaf_of
from lodemark.measure import NumberError, UnitError, read_mass_mg
from lodemark.rules import due


def end_use_specific(app: Application, terms: Terms) -> Iterator[Found]:
    """The use is coded, and function, part and position are stated; a text made of vague words alone counts as not stated."""
    for line in app.lines:
        use = app.uses.get(line.use or "")
        leaf = leaf_of(app, line.id)
        stated = {
            "category": use is not None and (use.category in terms.categories if terms.categories else bool(use.category)),
            "function": use is not None
            and says_something(_said(app, f"end_use[{use.id}].function", use.function), terms.vague),
            "part": leaf is not None and _named_part(app, leaf, terms),
            "position": use is not None and _positioned(app, use, leaf, terms),
        }
        lacking = tuple(name for name, there in stated.items() if not there)
        yield Found("not_known" if lacking else "met", {"line": line.id, "lacking": lacking})


def _named_part(app: Application, leaf: str, terms: Terms) -> bool:
    parents = _parents(app, leaf)
    said = [_said(app, f"node[{name}].function", app.tree.nodes[name].function) for name in parents]
    return bool(parents) and all(says_something(text, terms.vague) for text in said)


def _positioned(app: Application, use: EndUse, leaf: str | None, terms: Terms) -> bool:
    if says_something(_said(app, f"end_use[{use.id}].position", use.position), terms.vague):
        return True
    parents = _parents(app, leaf) if leaf else []
    return bool(parents) and all(_said(app, f"node[{name}].how", app.tree.nodes[name].how) for name in parents)


def _parents(app: Application, leaf: str) -> list[str]:
    return [place.parent for place in app.tree.nodes[leaf].placements]


def _said(app: Application, fact: str, field: str | None) -> str | None:
    """A text as its field states it, or as it was answered by fact."""
    answer = app.answers.get(fact)
    return field or (answer if isinstance(answer, str) else None)


def says_something(text: str | None, vague: frozenset[str]) -> bool:
    """Whether anything is left of a text once the listed vague words, spaces and punctuation are taken out.

    >>> says_something("motor", frozenset({"motor"})), says_something("joint torque motor", frozenset({"motor"}))
    (False, True)
    """
    left = _folded(text or "")
    for word in sorted(vague, key=len, reverse=True):
        left = left.replace(_folded(word), "")
    return any(letter.isalnum() for letter in left)


SAID: Final = frozenset({"end_user", "model", "quantity", "destination"})
"""What an end-use statement and the application both say."""


def statement_matches(app: Application, terms: Terms) -> Iterator[Found]:
    """The end-use statement names the same end user, model, quantity and destination, and was in force on the day of filing."""
    for line in app.lines:
        paper = _statement(app, line)
        if paper is None:
            yield Found("not_known", {"line": line.id, "document": None, "differ": (), "open": ("statement",)})
            continue
        compared = _compared(app, line, paper, terms)
        differ = tuple(name for name, same in compared.items() if same is False)
        open_ = tuple(name for name, same in compared.items() if same is None)
        verdict: Verdict = "not_met" if differ else "not_known" if open_ else "met"
        yield Found(verdict, {"line": line.id, "document": paper.id, "differ": differ, "open": open_})


def statement_verdict(app: Application, terms: Terms, aspects: Collection[str]) -> bool | None:
    """Whether the statements of all lines agree in ``aspects``; one that differs decides, one that is open leaves it open."""
    found: list[bool | None] = []
    for line in app.lines:
        paper = _statement(app, line)
        compared = _compared(app, line, paper, terms) if paper else {}
        found += [compared.get(name) for name in aspects]
    if False in found:
        return False
    return None if None in found or not found else True


def _statement(app: Application, line: Line) -> Document | None:
    use = app.uses.get(line.use or "")
    return app.documents.get(use.statement or "") if use else None


def _compared(app: Application, line: Line, paper: Document, terms: Terms) -> dict[str, bool | None]:
    return {
        "end_user": _same_end_user(app, line.end_users, paper.says.get("end_user")),
        "model": _same(line.model, paper.says.get("model")),
        "quantity": _same_mass(line.gross_mg, paper.says.get("quantity")),
        "destination": _same_destination(app, line.end_users, paper.says.get("destination")),
        "date": _in_force(paper, app.filed_on, terms.statement_months),
        "translation": _translated(app, paper, terms.office_languages),
    }


def _same(here: str | None, there: str | None) -> bool | None:
    return None if here is None or there is None else _folded(here) == _folded(there)


def _same_end_user(app: Application, users: tuple[str, ...], said: str | None) -> bool | None:
    names = [_folded(name) for user in users for name in app.parties.members[user].names.values()]
    return None if not names or said is None else _folded(said) in names


def _same_destination(app: Application, users: tuple[str, ...], said: str | None) -> bool | None:
    countries = [app.parties.members[user].country for user in users]
    return None if said is None or None in countries or not countries else said in countries


def _same_mass(gross_mg: int | None, said: str | None) -> bool | None:
    if gross_mg is None or said is None:
        return None
    try:
        return read_mass_mg(said) == gross_mg
    except (UnitError, NumberError):
        return None


def _in_force(paper: Document, filed_on: date | None, months: int | None) -> bool | None:
    """Signed before filing, and on that day no older than the rule allows nor past its own end."""
    if paper.signed_on is None or filed_on is None:
        return None
    if paper.signed_on > filed_on or (paper.valid_until is not None and paper.valid_until <= filed_on):
        return False
    return months is None or filed_on <= due(paper.signed_on, months, "month").date


def _translated(app: Application, paper: Document, languages: frozenset[str]) -> bool | None:
    if paper.lang is None:
        return None
    return paper.lang in languages or paper.translation in app.documents


def _folded(text: str) -> str:
    """A text for comparison: width, case and spacing do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
