"""Faults: the process dies around the commit, the store is busy, an answer is lost, letters come twice or late, clocks jump.

Which of them a seed knows is drawn per seed; where they strike is drawn per step (swarm testing, Groce et al. 2012)::

    office = Office(Tripwire(MemoryStore(seed)))
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from lodemark_office.acts.store import Answer, Busy, Order

ON_THE_WAY: Final = ("doubled", "delayed", "changed")
"""What happens to a letter: it comes twice, it comes late (so letters overtake each other), it comes again saying something else."""
IN_THE_HOUSE: Final = ("busy", "before", "torn", "after")
"""Where the process dies: no write at all, before the commit, between records and answer, after the commit before the answer."""
OF_THE_OFFICE: Final = ("restart", "stale", "clock", "rules", "rotation")
"""What befalls the office between two letters; see ``world.World.befall``."""
FAULTS: Final = (*ON_THE_WAY, *IN_THE_HOUSE, *OF_THE_OFFICE)

JUMPS: Final = (timedelta(hours=-1), timedelta(hours=1), timedelta(days=-2), timedelta(days=3), timedelta(seconds=1))


class Crash(Exception):
    """The process died; nobody got an answer."""


class Tripwire:
    """A store that dies once, at the place it was told: what a kill does to one process, repeatably."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.trip = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def _sprung(self, place: str) -> bool:
        if self.trip != place:
            return False
        self.trip = ""
        return True

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._sprung("busy"):
            raise Busy(cause="simulated")
        with self.inner.transaction():
            yield
            if self._sprung("before"):
                raise Crash
        if self._sprung("after"):
            raise Crash

    def draw(self, *given: Any) -> Any:
        """A process that is about to die takes the long way, where the places to die at are."""
        return None if self.trip else self.inner.draw(*given)

    def remember(self, order: Order, content: str, answer: Answer) -> None:
        if self._sprung("torn"):
            raise Crash
        self.inner.remember(order, content, answer)
