"""One history on the model and on the database of this run: the same bytes, the same answers, and read models that follow."""

from __future__ import annotations

import pytest

from lodemark_office.store.audit import audit
from tests.simulation.run import drawn, run
from tests.simulation.stores import database

QUICK = ((22, 40),)
DEEP = tuple((seed, 80) for seed in range(2000, 2060))


@pytest.mark.django_db
@pytest.mark.parametrize(("seed", "steps"), [*QUICK, *(pytest.param(*one, marks=pytest.mark.long) for one in DEEP)])
def test_a_simulated_office_is_the_same_on_every_store(seed: int, steps: int) -> None:
    """What holds on the model but not on the database would be a promise nobody keeps: letters doubled, lost, torn in the
    middle, on a licence drawn by one call and on files decided under the lock, must leave the very same records."""
    plan = drawn(seed, steps)
    on_model = run(plan)
    with database() as store:
        kept = run(plan, store)
        report = audit()
    assert (kept.broken, on_model.broken) == ("", "")
    assert kept.world.trace == on_model.world.trace
    assert [one.explain() for one in report.found] == []
