"""What a compiled condition is: a function from facts and a binding to what is left of the condition; and how such functions combine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lodemark.rules.condition import Ref
from lodemark.rules.formula import Formula, both, either
from lodemark.rules.view import View

# A binding maps scopes to instances ({"line": "L1", "end_user": "p3"}); a scope that is not bound reads this placeholder.
NOBODY = "?"
YES_NO = (True, False)
Binding = Mapping[str, str]
Reader = Callable[[View, Binding], Formula]


def place(of: Ref) -> tuple[str, str, str]:
    """What stands before and after the instance in a ground reference, and the scope that binds it."""
    before, _, after = of.ground("\0").partition("\0")
    return before, of.scope, after


def all_of(readers: Sequence[Reader]) -> Reader:
    """Every reader; the first that is not met settles it."""

    def read(view: View, binding: Binding) -> Formula:
        parts = []
        for reader in readers:
            part = reader(view, binding)
            if isinstance(part, int) and part < 0:
                return part
            parts.append(part)
        return both(parts)

    return read


def any_of(readers: Sequence[Reader], stop: bool = True) -> Reader:
    """At least one reader. ``stop=False`` looks at every one, so that everything that fires is known."""

    def read(view: View, binding: Binding) -> Formula:
        parts = []
        for reader in readers:
            part = reader(view, binding)
            if stop and isinstance(part, int) and part > 0:
                return part
            parts.append(part)
        return either(parts)

    return read
