"""Planted bugs: each a real function with one fragment of its source replaced, so that every caller meets the bug.

The simulation is only as good as the bugs it finds; a fragment that is no longer in the source fails loudly, so the table
follows the code. To add one, add a row; ``tests/simulation/test_mutants.py`` plants it::

    with planted(MUTANTS["limit off by one"]): ...
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import FunctionType
from typing import Any

from tests.simulation.mutants.table import ROWS


@dataclass(frozen=True, slots=True)
class Mutant:
    """A bug: where (``module:name`` or ``module:Class.name``), which fragment, what instead, and which invariants may tell."""

    name: str
    target: str
    old: str
    new: str
    told_by: tuple[str, ...]


MUTANTS = {name: Mutant(name, target, old, new, told_by) for name, target, old, new, *told_by in ROWS}


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    """The process with the bug in it; the function itself is changed, so tables that hold it meet the bug too."""
    function = _function(mutant.target)
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(mutant.old) == 1, f"{mutant.name}: {mutant.old!r} is not once in {mutant.target}"
    scope: dict[str, Any] = dict(vars(sys.modules[function.__module__]))
    code = compile("from __future__ import annotations\n" + source.replace(mutant.old, mutant.new), mutant.target, "exec")
    exec(code, scope)
    made = inspect.unwrap(scope[function.__name__])
    kept = function.__code__
    function.__code__ = made.__code__
    try:
        yield
    finally:
        function.__code__ = kept


def _function(target: str) -> FunctionType:
    module, _, path = target.partition(":")
    found: Any = import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    unwrapped = inspect.unwrap(found)
    assert isinstance(unwrapped, FunctionType), target
    return unwrapped
