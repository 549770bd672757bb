"""One application put to several regimes, the answers side by side, each with its provisions, status and grade.

First the outcome of *this* application in each regime, per line and end user; then the fixed rows that say how an office
works. Rows and wording are the same for every regime, so harder and softer points of each stand in one table::

    compare(app, ["cn-ann18", "us-3a090-2023"], on=date(2026, 3, 16))
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from lodemark.application.facts import facts
from lodemark.application.model import Application
from lodemark.rules import Assessment, Cell, FactValue, Rulebook, assess, load
from lodemark.rules.model import GRADES, Evidence, Row
from lodemark.rules.value import Plain
from lodemark.wording import LANGUAGES, Lang, say

FIXED_ROWS: Final = (
    *("default_stance", "asks_end_use", "defects_returned", "clock", "explanation_window"),
    *("appeal", "court", "content_threshold", "ownership_rule", "bulk_path"),
)
"""How an office works, in the order in which an applicant meets it."""

_STATUSES: Final = ("unknown", "announced", "suspended", "repealed", "in_force")
"""The weakest status among an entry's provisions is the entry's."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer of one regime. ``value`` is a code; ``evidence`` the weakest grade it rests on; ``status`` that of its provisions on the day.

    ``turns_on``: of an outcome the facts that alone force it, of an open one the facts it is still open on; the same for every regime.
    """

    value: str
    sentence: Mapping[Lang, str]
    provisions: tuple[str, ...] = ()
    status: str = "unknown"
    evidence: Evidence = "unconfirmed"
    turns_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One question, one entry per regime in the order of ``Comparison.regimes``. ``subject`` is a line and end user, or empty."""

    code: str
    subject: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The table. ``as_if_controlled`` marks a counterfactual: every regime's item condition was taken as met."""

    regimes: tuple[str, ...]
    titles: tuple[Mapping[Lang, str], ...]
    on: date
    as_if_controlled: bool
    rows: tuple[ComparedRow, ...]
    rulebook_digests: tuple[str, ...]


def compare(
    app: Application,
    regimes: Iterable[str | Rulebook],
    on: date,
    as_if_controlled: bool = False,
    gathered: Mapping[str, FactValue | Plain] | None = None,
) -> Comparison:
    """Put an application to each regime as the law stands on ``on``.

    ``as_if_controlled`` asks how each office would treat this end user and use if its list named the item. Unconfirmed
    provisions may fire here, marked by their grade: a comparison informs, it decides nothing.
    """
    books = [load(regime) if isinstance(regime, str) else regime for regime in regimes]
    found = [
        assess(book, facts(app, book, on), on=on, gathered=gathered, unconfirmed="flag", as_if_controlled=as_if_controlled)
        for book in books
    ]
    pairs = [(line.id, user) for line in app.lines for user in line.end_users]
    outcomes = [
        ComparedRow(
            "outcome",
            f"{line}/{user}",
            tuple(_outcome(book, one, line, user, on) for book, one in zip(books, found, strict=True)),
        )
        for line, user in pairs
    ]
    fixed = [ComparedRow(code, "", tuple(_fixed(book, code, on) for book in books)) for code in FIXED_ROWS]
    return Comparison(
        regimes=tuple(book.regime.id for book in books),
        titles=tuple(book.regime.title for book in books),
        on=on,
        as_if_controlled=as_if_controlled,
        rows=(*outcomes, *fixed),
        rulebook_digests=tuple(book.digest for book in books),
    )


def _outcome(book: Rulebook, found: Assessment, line: str, user: str, on: date) -> Entry:
    """The outcome for a line and end user; where a regime looks at every crossing, each crossing that ends differently is named."""
    cells = [cell for cell in found.cells if cell.line in (line, None) and cell.end_user in (user, None)]
    if not cells:
        return _not_known()
    values = tuple(dict.fromkeys(cell.outcome for cell in cells))
    provisions = tuple(dict.fromkeys(fired.provision for cell in cells for fired in cell.fired))
    sentence = {lang: _spoken(cells, values, lang) for lang in LANGUAGES}
    evidence = max((cell.weakest_evidence for cell in cells), key=GRADES.index)
    turns_on = tuple(dict.fromkeys(ref for cell in cells for ref in (cell.because or (item.fact_ref for item in cell.missing))))
    return Entry("+".join(values), sentence, provisions, _status(book, provisions, on), evidence, turns_on)


def _spoken(cells: list[Cell], values: tuple[str, ...], lang: Lang) -> str:
    if len(values) > 1:
        return "; ".join(f"{cell.crossing}: {say(cell.outcome, {}, lang)}" for cell in cells)
    if values[0] != "not_known":
        return say(values[0], {}, lang)
    reachable = tuple(dict.fromkeys(outcome for cell in cells for outcome in cell.reachable))
    return say("compare-still-open", {"reachable": [say(one, {}, lang) for one in reachable]}, lang)


def _fixed(book: Rulebook, code: str, on: date) -> Entry:
    row: Row | None = book.regime.rows.get(code)
    if row is None:
        return _not_known()
    return Entry(row.value, row.sentence, row.provisions, _status(book, row.provisions, on), row.evidence)


def _not_known() -> Entry:
    return Entry("not_known", {lang: say("not_known", {}, lang) for lang in LANGUAGES})


def _status(book: Rulebook, provisions: tuple[str, ...], on: date) -> str:
    found = [book.status(name, on) for name in provisions if name in book.provisions]
    return min(found, key=_STATUSES.index, default="unknown")


def table(found: Comparison, form: Literal["md", "csv", "text"], lang: Lang = "en") -> str:
    """The comparison as a Markdown table, as CSV (one row per entry, nothing cut), or as plain text regime by regime."""
    if form == "csv":
        return _csv(found, lang)
    head = [say("compare-counterfactual", {}, lang)] if found.as_if_controlled else []
    if form == "md":
        lines = ["| | " + " | ".join(found.regimes) + " |", "|---" * (len(found.regimes) + 1) + "|"]
        lines += [
            f"| {_label(row, lang)} | " + " | ".join(_short(entry, lang) for entry in row.entries) + " |" for row in found.rows
        ]
        return "\n".join([*head, *([""] if head else []), *lines])
    blocks = []
    for place, regime in enumerate(found.regimes):
        told = [f"  {_label(row, lang)}: {_short(row.entries[place], lang)}" for row in found.rows]
        blocks.append("\n".join([f"{regime}  {found.titles[place][lang]}  {found.on}", *told]))
    return "\n\n".join([*head, *blocks])


def _csv(found: Comparison, lang: Lang) -> str:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(
        (
            "row",
            "subject",
            "regime",
            "value",
            "sentence",
            "provisions",
            "status",
            "evidence",
            "on",
            "as_if_controlled",
            "turns_on",
        )
    )
    for row in found.rows:
        for regime, entry in zip(found.regimes, row.entries, strict=True):
            told = (row.code, row.subject, regime, entry.value, entry.sentence[lang], " ".join(entry.provisions))
            rows.writerow((*told, entry.status, entry.evidence, found.on, found.as_if_controlled, " ".join(entry.turns_on)))
    return out.getvalue()


def _label(row: ComparedRow, lang: Lang) -> str:
    return f"{say(f'compare-{row.code}', {}, lang)} {row.subject}".rstrip()


def _short(entry: Entry, lang: Lang) -> str:
    """The sentence, with grade and status where they are less than the text in force."""
    marks = [say(f"law-grade-{entry.evidence}", {}, lang)] if entry.evidence != "primary" else []
    marks += [say(f"law-status-{entry.status}", {}, lang)] if entry.provisions and entry.status != "in_force" else []
    return f"{entry.sentence[lang]} ({', '.join(marks)})" if marks else entry.sentence[lang]
