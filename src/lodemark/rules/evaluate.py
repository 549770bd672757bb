"""``assess``: what a regime makes of a file on a day.

Facts in, stages walked in order, cells out. A cell that Kleene's logic leaves open goes to a decision diagram, which is exact. Nothing is read
from disk and no clock is asked.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from lodemark.rules import answer, inquire
from lodemark.rules.build import scaled
from lodemark.rules.day import Day, Unconfirmed
from lodemark.rules.facts import FactSet, is_ground, text, word_of
from lodemark.rules.formula import MET, WEAKER, Formula, both, grade, leaves, modality, rank
from lodemark.rules.ground import Program
from lodemark.rules.model import SCALE, Rulebook
from lodemark.rules.residual import Residual, residual
from lodemark.rules.result import NEEDS_LICENCE, Assessment, Cell, CheckResult, Fired, Outcome, Verdict
from lodemark.rules.stages import base_binding, bindings, walk_stages
from lodemark.rules.trouble import UnknownAssumption, UnknownFact
from lodemark.rules.value import FactValue, Known, Plain, as_value
from lodemark.rules.view import View
from lodemark.trouble import Reason

_STATUSES = frozenset({"announced", "in_force", "suspended", "repealed", "unknown"})


def assess(
    book: Rulebook,
    facts: FactSet,
    *,
    on: date,
    gathered: Mapping[str, FactValue | Plain] | None = None,
    assume: Mapping[str, FactValue | Plain] | None = None,
    unconfirmed: Unconfirmed = "unknown",
    as_seen_by: str = "authority",
    as_if_controlled: bool = False,
    checks: tuple[CheckResult, ...] = (),
) -> Assessment:
    """Put the facts of a file to a regime as the law stands on ``on``.

    ``gathered``: facts of the office by ground reference; what it does not hold is unknown, never false. ``assume``: a what-if, by
    instrument or provision (a status), ``provision#name`` (a number in parts of 1 or mg) or ground reference (a value); recorded in the result.
    ``as_seen_by``: ``authority``, ``exporter``, ``end_user`` or ``laboratory``; others' sealed answers count as promised, not as known.
    ``as_if_controlled``: counterfactual, the regime's item condition counts as met, so that offices can be compared on the same user and use.
    ``checks``: results of the room above, carried along behind those of the regime's own requirements. Raises ``UnknownAssumption`` and ``UnknownFact``.
    """
    law, supposed = _split_assumptions(book, assume or {})
    program = compiled(book, on, tuple(sorted(law.items())), unconfirmed, as_if_controlled)
    over = {ref: read_fact(book, ref, value) for ref, value in {**(gathered or {}), **supposed}.items()}

    def look(hidden: frozenset[str] = frozenset()) -> View:
        return View(facts, book.vocabulary, over, as_seen_by, hidden)

    view = look()
    residuals: list[Residual] = []
    cells = tuple(_cell(program, view, binding, residuals, look) for binding in bindings(program, view))
    papers, required = _papers(program, view, cells, residuals)
    counterfactual = {"item_condition": "met"} if as_if_controlled else {}
    assumptions = counterfactual | {name: text(as_value(value)) for name, value in sorted((assume or {}).items())}
    open_ = tuple(residuals)
    return Assessment(
        regime=book.regime.id,
        on=on,
        rulebook_digest=book.digest,
        facts=view.visible() if over or view.promised else facts,
        assumptions=assumptions,
        as_seen_by=as_seen_by,
        cells=cells,
        admissible=papers,
        relevance="exact" if all(one.diagram for one in open_) else "kleene",
        checks=(*required, *checks),
        advice=_advice(program, view, required),
        residuals=open_,
        vocabulary=book.vocabulary,
        find_missing=lambda: inquire.missing(open_, view),
        find_unneeded=lambda: inquire.unneeded(program.day, (ref for ref in facts.statements if ref in view.statements)),
    )


@lru_cache(maxsize=64)
def compiled(
    book: Rulebook,
    on: date,
    law: tuple[tuple[str, str], ...] = (),
    unconfirmed: Unconfirmed = "unknown",
    as_if_controlled: bool = False,
) -> Program:
    """The compiled rulebook of a day; kept, since many files are put to the same one."""
    return Program(Day(book, on, dict(law), unconfirmed, as_if_controlled))


def _cell(program: Program, view: View, binding: dict[str, str], residuals: list[Residual], look: inquire.Look) -> Cell:
    started, fired_before = len(view.log), len(view.fired)
    steps, weakest = walk_stages(program, view, binding)
    read, fired = tuple(dict.fromkeys(view.log[started:])), slice(fired_before, len(view.fired))
    parts = {scope: binding.get(scope) for scope in ("line", "end_user", "crossing")}
    open_ = residual("/".join(part for part in parts.values() if part), steps, view.vocabulary) if len(steps) > 1 else None
    reachable = _reachable(steps, open_)
    decided = len(reachable) == 1
    if open_ is not None:
        residuals += [] if decided else [open_]
        weakest = _weakest_open(program, steps, weakest)
    return Cell(
        **parts,
        outcome=reachable[0] if decided else "not_known",
        reachable=reachable,
        licence_needed=_need(reachable),
        modality=modality(weakest),
        weakest_evidence=grade(weakest),
        caveats=_caveats(program.day, read),
        relevance="exact" if open_ is None or open_.diagram else "kleene",
        find_fired=lambda: _fired(view, fired),
        find_missing=lambda: inquire.missing((open_,) if open_ and not decided else (), view),
        find_because=lambda: inquire.because(program, look, binding, read, reachable),
    )


def _fired(view: View, stretch: slice) -> tuple[Fired, ...]:
    """The provisions found met in a stretch of the view's list, each with the facts it read, by id."""
    found = {
        Fired(one.id, one.effect, status, one.evidence, tuple(dict.fromkeys(view.log[start:end])))
        for one, status, start, end in view.fired[stretch]
    }
    return tuple(sorted(found, key=lambda one: (one.provision, one.facts_used)))


def _reachable(steps: list[tuple[Formula, str]], open_: Residual | None) -> tuple[Outcome, ...]:
    """Outcomes still possible, in stage order: exact where there is a diagram."""
    possible = open_.diagram.outcomes(open_.root) if open_ and open_.diagram else {outcome for _, outcome in steps}
    return tuple(dict.fromkeys(outcome for _, outcome in steps if outcome in possible))  # type: ignore[misc]


def _need(reachable: tuple[Outcome, ...]) -> Verdict:
    needs = {NEEDS_LICENCE[outcome] for outcome in reachable}
    return "not_known" if len(needs) > 1 else "met" if needs.pop() else "not_met"


def _weakest_open(program: Program, steps: list[tuple[Formula, str]], weakest: int) -> int:
    """Where something is open, every provision that it hangs on counts."""
    for formula, _ in steps:
        for leaf in leaves(formula):
            provision = program.day.book.provisions.get(leaf.owner)
            if provision is not None:
                weakest = WEAKER[weakest][rank(provision.evidence, provision.modality)]
    return weakest


def _papers(
    program: Program, view: View, cells: tuple[Cell, ...], residuals: list[Residual]
) -> tuple[Verdict | None, tuple[CheckResult, ...]]:
    """Whether the file holds all that its licence kind requires, and each requirement alone; not asked while no licence can be needed."""
    if all(cell.licence_needed == "not_met" for cell in cells):
        return None, ()
    binding = base_binding(view)
    each = [(provision.id, reader(view, binding)) for provision, reader in program.requires]
    required = tuple(CheckResult(name, _alone(found), {}, name) for name, found in each)
    found = both([one for _, one in each])
    if isinstance(found, int):
        return _alone(found), required
    open_ = residual("", [(found, "met"), (MET, "not_met")], view.vocabulary)
    possible = open_.diagram.outcomes(open_.root) if open_.diagram else {"met", "not_met"}
    if len(possible) == 1:
        return ("met" if "met" in possible else "not_met"), required
    residuals.append(open_)
    return "not_known", required


def _advice(program: Program, view: View, required: tuple[CheckResult, ...]) -> tuple[Reason, ...]:
    """Where a general licence or a registration is asked for and not open to this applicant: that the single licence is, and why."""
    kind = view.value("application.kind")
    if not isinstance(kind, Known) or kind.value == "single":
        return ()
    unmet = [program.day.book.provisions[check.code] for check in required if check.verdict == "not_met"]
    return tuple(
        Reason(
            "path-single",
            provision.id,
            {"kind": kind.value, "title": provision.title},
        )
        for provision in unmet
        if provision.for_ and "single" not in provision.for_
    )


def _alone(found: Formula) -> Verdict:
    if isinstance(found, int):
        return "met" if found > 0 else "not_met"
    return "not_known"


def _caveats(day: Day, read: tuple[str, ...]) -> tuple[Reason, ...]:
    found = [
        Reason("rulebook-not-checked-since", one.id, {"instrument": one.title["en"], "checked_until": one.checked_until})
        for one in day.unchecked
    ]
    found += [Reason("house-value-used", name.partition("#")[0], {"value": name}) for name in read if name.startswith("house/")]
    return tuple(found)


def read_fact(book: Rulebook, ref: str, value: FactValue | Plain) -> FactValue:
    """A value for a ground reference, read by the type of its word; raises ``UnknownFact`` with the nearest names."""
    word = book.vocabulary.get(word_of(ref))
    if word is None:
        raise UnknownFact(name=ref, near=difflib.get_close_matches(word_of(ref), book.vocabulary, 3))
    return answer.read(word, value)


def _split_assumptions(
    book: Rulebook, assume: Mapping[str, FactValue | Plain]
) -> tuple[dict[str, str], dict[str, FactValue | Plain]]:
    """Assumptions about the law (statuses, numbers) and about facts."""
    law, supposed = {}, {}
    for name, value in assume.items():
        provision, _, number = name.partition("#")
        if number:
            law[name] = _number(book, provision, number, value)
        elif provision in book.provisions or provision in book.instruments:
            if value not in _STATUSES:
                raise _unknown(book, name, value)
            law[name] = str(value)
        elif is_ground(name):
            supposed[name] = value
        else:
            raise _unknown(book, name, value)
    return law, supposed


def _number(book: Rulebook, provision: str, name: str, value: object) -> str:
    """A number supposed of the law, in the scale of its dimension: ``0.0005``, or with its unit ``0.05 % m/m``."""
    known = provision in book.provisions and any(one.name == name for one in book.provisions[provision].values)
    written, _, unit = str(value).partition(" ")
    try:
        number = scaled(written, unit or None)
    except InvalidOperation:
        number = Decimal("NaN")
    if not known or not number.is_finite() or (unit and unit not in SCALE):
        raise _unknown(book, f"{provision}#{name}", value)
    return format(number, "f")


def _unknown(book: Rulebook, name: str, value: object) -> UnknownAssumption:
    near = difflib.get_close_matches(name, [*book.provisions, *book.instruments], 3)
    return UnknownAssumption(name=name, value=value, near=near)
