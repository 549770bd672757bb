"""Conditions on a licence: one function per code, each answering met, not met or not known.

A new code is one function and one line in ``CODES``; an unknown code does not load. ``checked_at`` says when:
``reserve`` and ``post`` here, ``report`` by the duties of the shipment (room ``trust`` sees them), ``manual`` by the
person named in ``judge``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from lodemark.licence.commands import AskedMass, Facts
from lodemark.licence.model import Condition, Stage, Terms
from lodemark.trouble import Reason

Answer: TypeAlias = Literal["met", "not met", "not known"]


@dataclass(frozen=True, slots=True)
class Asked:
    """The part of a drawdown that conditions look at."""

    amounts: Mapping[str, int]
    masses: tuple[AskedMass, ...]


Check: TypeAlias = Callable[[Condition, Asked, Facts], Answer]


def max_per_shipment(condition: Condition, asked: Asked, facts: Facts) -> Answer:
    """``params``: commodity -> largest amount of one shipment."""
    over = [code for code, most in condition.params.items() if asked.amounts.get(code, 0) > int(str(most))]
    return "not met" if over else "met"


def route(condition: Condition, asked: Asked, facts: Facts) -> Answer:
    """``params.through``: the territories goods may pass."""
    return _within(facts.route, condition.params["through"])


def customs_office(condition: Condition, asked: Asked, facts: Facts) -> Answer:
    """``params.offices``: where the goods may leave."""
    return _within(None if facts.customs_office is None else (facts.customs_office,), condition.params["offices"])


def codes_on_packages(condition: Condition, asked: Asked, facts: Facts) -> Answer:
    """Every package carries its code."""
    return "not known" if facts.packages_coded is None else "met" if facts.packages_coded else "not met"


def assay_per_lot(condition: Condition, asked: Asked, facts: Facts) -> Answer:
    """Every lot of the shipment has an assay on file."""
    if facts.assayed_lots is None:
        return "not known"
    return "met" if {mass.lot for mass in asked.masses} <= facts.assayed_lots else "not met"


def judged(condition: Condition, asked: Asked, facts: Facts) -> Answer:
    """``params.judge`` names the person; without a judgement the answer is not known."""
    answer = facts.judged.get(str(condition.params["judge"]))
    return "not known" if answer is None else "met" if answer else "not met"


def reported_later(condition: Condition, asked: Asked, facts: Facts) -> Answer:
    """A report due after the goods left cannot stop them leaving."""
    return "met"


def _within(found: Iterable[str] | None, allowed: object) -> Answer:
    assert isinstance(allowed, list | tuple)
    return "not known" if found is None else "met" if set(found) <= set(allowed) else "not met"


@dataclass(frozen=True, slots=True)
class Code:
    """A condition code: its check, the parameters it must have (``*``: any commodity), the stages it may name."""

    check: Check
    params: frozenset[str]
    stages: frozenset[Stage]


_GOODS: Final[frozenset[Stage]] = frozenset({"reserve", "post"})
_REPORT: Final[frozenset[Stage]] = frozenset({"report"})

CODES: Final[Mapping[str, Code]] = {
    "max-per-shipment": Code(max_per_shipment, frozenset({"*"}), _GOODS),
    "route": Code(route, frozenset({"through"}), _GOODS),
    "customs-office": Code(customs_office, frozenset({"offices"}), _GOODS),
    "codes-on-packages": Code(codes_on_packages, frozenset(), _GOODS),
    "assay-per-lot": Code(assay_per_lot, frozenset(), _GOODS),
    "judged-by": Code(judged, frozenset({"judge"}), frozenset({"manual"})),
    "report-arrival": Code(reported_later, frozenset({"days"}), _REPORT),
    "report-installation": Code(reported_later, frozenset({"days"}), _REPORT),
    # By how much a posting may exceed its reservation (weighing at the port); the excess must still find room.
    "tolerance": Code(reported_later, frozenset({"*"}), frozenset({"post"})),
}


def unreadable(conditions: Iterable[Condition], lines: Iterable[int]) -> list[Reason]:
    """Reasons why conditions do not load: unknown code, missing parameter, wrong stage, a line that is not there."""
    numbers, reasons = set(lines), []
    for condition in conditions:
        code = CODES.get(condition.code)
        if (
            code is None
            or not ((code.params == {"*"} and condition.params) or code.params == condition.params.keys())
            or condition.checked_at not in code.stages
            or not set(condition.lines) <= numbers
        ):
            reasons.append(Reason("licence-condition-unknown", condition.provision, {"condition": condition.code}))
    return reasons


def of_line(terms: Terms, line: int) -> tuple[Condition, ...]:
    """The conditions that bind a line."""
    return tuple(condition for condition in terms.conditions if not condition.lines or line in condition.lines)


def unmet(terms: Terms, line: int, stages: tuple[Stage, ...], asked: Asked, facts: Facts) -> list[Reason]:
    """Reasons for every condition of these stages that is not met; *not known* is never *met*."""
    reasons = []
    for condition in of_line(terms, line):
        if condition.checked_at in stages:
            answer = CODES[condition.code].check(condition, asked, facts)
            if answer != "met":
                code = "licence-condition-not-met" if answer == "not met" else "licence-condition-not-known"
                reasons.append(Reason(code, condition.provision, {"condition": condition.code, "line": line}))
    return reasons


def tolerance(terms: Terms, line: int, commodity: str) -> int:
    """How much a posting of this commodity may exceed its reservation, in the commodity's unit."""
    found = [c.params[commodity] for c in of_line(terms, line) if c.code == "tolerance" and commodity in c.params]
    return max((int(str(most)) for most in found), default=0)
