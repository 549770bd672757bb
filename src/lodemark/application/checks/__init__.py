"""The checks of an application: one table, one function each, every result *met*, *not met* or *not known*.

A check compares what the file says with itself, with measurements and with the laws of nature; it accuses nobody::

    results = run(app, book, on=date(2026, 3, 16))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from lodemark.application.checks import goods, structure, words
from lodemark.application.checks.terms import EarlierLine, Found, Terms, terms_of
from lodemark.application.model import Application
from lodemark.rules import CheckResult, Rulebook


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its code, its function, and what a return for completion needs to know about it.

    ``grounds``: provisions it rests on, the first that the rulebook has. ``places``: fields that cure it, as pointers with
    ``{line}``, ``{node}``, ``{use}`` for the subject's block. ``asked``: whether an open answer is asked for, because the
    law wants the fact; the other checks inform when open and are raised when not met.
    """

    code: str
    find: Callable[[Application, Terms], Iterator[Found]]
    grounds: tuple[str, ...]
    places: tuple[str, ...]
    asked: bool = False


# Whoever applies answers for the truth of the papers (Administrative Licensing Law, art. 31).
TRUTH: Final = ("cn/all-2019/31-truth", "house/checks")
# End user and end use are proved by the papers (Export Control Law, art. 15; dual-use regulation, art. 16).
END_USE: Final = ("cn/ecl-2020/15", "house/checks")
# Rebuilding or splitting to do without a licence (dual-use regulation, art. 39(4)).
SPLIT: Final = ("cn/duir-2024/39-4", "house/checks")
# What the end user has signed (dual-use regulation, art. 24).
STATEMENT: Final = ("cn/duir-2024/24-1", "house/checks")

CHECKS: Final = (
    Check("composition-sum", goods.composition_sum, TRUTH, ("{line}/composition",)),
    Check("declared-vs-measured", goods.declared_vs_measured, TRUTH, ("{line}/composition",)),
    Check("ndfeb-phase-floor", goods.ndfeb_phase_floor, TRUTH, ("{line}/composition", "{line}/material")),
    Check("pieces-vs-mass", goods.pieces_vs_mass, TRUTH, ("{line}/quantity", "{node}/unit_mass")),
    Check("mass-containment", structure.mass_containment, TRUTH, ("{node}", "/tree/nodes")),
    Check("route-continuity", structure.route_continuity, END_USE, ("/tree/crossings",)),
    Check(
        "quantity-exceeds-use",
        structure.quantity_exceeds_use,
        END_USE,
        ("{line}/quantity", "{line}/node", "/tree/nodes"),
        asked=True,
    ),
    Check("split-to-evade", structure.split_to_evade, SPLIT, ("/lines", "/tree", "/end_use"), asked=True),
    Check("re-nesting", structure.re_nesting, SPLIT, ("/tree/nodes",), asked=True),
    Check("statement-matches", words.statement_matches, STATEMENT, ("/documents", "/end_use", "/parties"), asked=True),
    Check("end-use-specific", words.end_use_specific, END_USE, ("/end_use", "{line}/use", "/tree/nodes"), asked=True),
)


def run(
    app: Application, book: Rulebook, on: date | None = None, earlier: tuple[EarlierLine, ...] = ()
) -> tuple[CheckResult, ...]:
    """Every result of every check, in the order of the table and of the file; ``earlier``: filings the office already has."""
    terms = terms_of(book, on or app.filed_on, earlier)
    return tuple(
        CheckResult(check.code, found.verdict, found.facts, _ground(check, book), found.numbers)
        for check in CHECKS
        for found in check.find(app, terms)
    )


def _ground(check: Check, book: Rulebook) -> str | None:
    return next((provision for provision in check.grounds if provision in book.provisions), None)


__all__ = ["CHECKS", "Check", "EarlierLine", "Found", "Terms", "run", "terms_of"]
