"""A regime walked for one cell: which binding it has, which stages may still give the outcome."""

from __future__ import annotations

from collections.abc import Mapping

from lodemark.rules.formula import MET, WEAKER, Formula, rank
from lodemark.rules.ground import Program
from lodemark.rules.reader import NOBODY
from lodemark.rules.residual import residual
from lodemark.rules.view import View


def bindings(program: Program, view: View) -> list[dict[str, str]]:
    """One binding per cell: lines × end users (× crossings). An empty collection still gives one cell, about somebody not yet named."""
    found = [base_binding(view)]
    for scope, among in program.day.book.regime.cells:
        found = [
            {**binding, scope: one}
            for binding in found
            for one in view.instances(scope, among.ground(binding.get(among.scope, NOBODY)))[0] or (NOBODY,)
        ]
    return found


def base_binding(view: View) -> dict[str, str]:
    """What is bound everywhere: the application, its exporter and its consignee."""
    one = {role: (view.instances(role, f"application.{role}s")[0] or (NOBODY,))[0] for role in ("exporter", "consignee")}
    return {"application": "", **one}


def walk_stages(program: Program, view: View, binding: Mapping[str, str]) -> tuple[list[tuple[Formula, str]], int]:
    """The stages that may still give the outcome, with their residual conditions, and the weakest rank among what is settled."""
    steps: list[tuple[Formula, str]] = []
    weakest = 1
    for stage, reader in program.stages:
        found = reader(view, binding) if reader else MET
        if isinstance(found, int):
            weakest = WEAKER[weakest][abs(found)]
            if found < 0:
                continue
        steps.append((found, stage.outcome))
        if isinstance(found, int):
            return steps, WEAKER[weakest][rank(stage.evidence)]
    raise AssertionError("the last stage of a regime has no condition")


def outcomes(program: Program, view: View, binding: Mapping[str, str]) -> frozenset[object]:
    """The outcomes still possible for a binding, exactly where the diagram fits its budget."""
    steps, _ = walk_stages(program, view, binding)
    if len(steps) == 1:
        return frozenset({steps[0][1]})
    open_ = residual("", steps, view.vocabulary)
    return open_.diagram.outcomes(open_.root) if open_.diagram else frozenset(outcome for _, outcome in steps)
