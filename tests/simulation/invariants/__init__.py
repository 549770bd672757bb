"""What must hold, one small function each, in tables: after every step, in full now and then, and at the end.

A check takes the world and yields a sentence for everything that does not hold; its docstring says why it must. To add
one, write it in the file of its strand and name it here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from tests.simulation.invariants import ledger, liveness, matter, paper
from tests.simulation.world import World

Check = Callable[[World], Iterator[str]]

EACH_STEP: Final[tuple[tuple[str, Check], ...]] = (
    ("I1", paper.accounts_close),
    ("I1", paper.one_case_each),
    ("I3", ledger.bytes_stay),
    ("I4", ledger.same_key_same_answer),
    ("I8", paper.hands_apart),
    ("I9", paper.inside_validity),
    ("I11", paper.heard_before_refused),
)
IN_FULL: Final[tuple[tuple[str, Check], ...]] = (
    ("I2", paper.transfers_balance),
    ("I4", ledger.once_or_not_at_all),
    ("I5", ledger.views_are_folds),
    ("I6", paper.decided_again_alike),
    ("I7", matter.no_foreign_marker),
    ("I9", paper.days_counted_by_hand),
    ("I10", matter.truth_within_bounds),
    ("I12", matter.honest_never_found),
    ("I14", ledger.witness_content),
)
AT_THE_END: Final[tuple[tuple[str, Check], ...]] = (
    ("I13", liveness.nobody_waits_for_ever),
    ("I14", ledger.fork_is_noticed),
)


class Broken(Exception):
    """An invariant that does not hold: its name and what was seen."""


def after_step(world: World) -> None:
    """The cheap ones, on the dossiers that were just written."""
    _hold(world, EACH_STEP)
    world.touched.clear()
    world.told.clear()


def in_full(world: World) -> None:
    """Everything that is known."""
    _hold(world, IN_FULL)


def at_the_end(world: World) -> None:
    """Everything, then with the faults over: does all come to rest, and does the witness notice an old copy?"""
    in_full(world)
    for name, check in AT_THE_END:
        _hold(world, ((name, check),))
        _hold(world, EACH_STEP)
    in_full(world)


def _hold(world: World, checks: tuple[tuple[str, Check], ...]) -> None:
    for name, check in checks:
        for wrong in check(world):
            raise Broken(f"{name}: {wrong}")
