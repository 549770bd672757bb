"""If the part of a licence that an act is shown decides otherwise than the whole, a busy licence has another law than a quiet one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lodemark.ledger import jsonable
from lodemark.licence import Licence, decide, fold
from lodemark.licence.commands import Reserve
from lodemark.licence.model import Condition
from lodemark.licence.narrow import Core, core_of, narrowed, needs
from lodemark.licence.shape import read
from lodemark.trouble import Refusal
from tests.licence.make import FACTS, KG, RULES, amounts, grant, granted, records, reserve, run
from tests.licence.test_sums import STEP, _command

PER_SHIPMENT = Condition("max-per-shipment", {"gross": 300 * KG}, "reserve", "house/x")


@given(
    st.lists(STEP, max_size=25),
    st.sampled_from(["general", "single"]),
    st.sampled_from([(), (PER_SHIPMENT,)]),
    st.sampled_from(["S-1", "S-{}"]),
)
@settings(max_examples=150, deadline=None)
def test_the_part_decides_as_the_whole(steps: list, kind: str, conditions: tuple, shipment: str) -> None:
    licence: Licence = granted(kind=kind, conditions=conditions)
    for hour, (name, drawdown, gross_mg) in enumerate(steps):
        command = _command(name, drawdown, gross_mg, hour)
        if isinstance(command, Reserve):
            command = _on(command, shipment.format(drawdown))
        part = narrowed(licence, needs(command))
        answer = decide(licence, command, FACTS, RULES)
        assert decide(part, command, FACTS, RULES) == answer
        if isinstance(answer, Refusal):
            continue
        assert isinstance(answer, tuple)
        after, part_after = fold(answer, licence), fold(answer, part)
        assert core_of(part_after) == core_of(after)
        assert (part_after.accounts, part_after.latest) == (after.accounts, after.latest)
        # What the act changed is all in the part: nothing else has to be written.
        changed = {n for n, draw in after.drawdowns.items() if licence.drawdowns.get(n) != draw}
        assert all(part_after.drawdowns[n] == after.drawdowns[n] for n in changed)
        licence = after


def _on(command: Reserve, shipment: str) -> Reserve:
    from dataclasses import replace

    return replace(command, shipment=shipment)


def test_a_core_reads_back_as_it_was() -> None:
    """The core is kept as text; a hold or a composition that came back otherwise would change the law of the licence."""
    licence = run(granted(conditions=(PER_SHIPMENT,)), reserve())
    assert read(Core, jsonable(core_of(licence))) == core_of(licence)


def test_an_act_is_shown_no_more_drawdowns_after_a_thousand() -> None:
    """A long-term buyer's licence has thousands of shipments; the last must not wait for all that went before."""
    licence = fold(records(decide(None, grant(), FACTS, RULES)))
    for number in range(1000):
        licence = fold(records(decide(licence, reserve(f"D-{number}", KG // 10), FACTS, RULES)), licence)
    command = reserve("D-next", KG, amounts=amounts(KG))
    assert len(narrowed(licence, needs(command)).drawdowns) == 0
    assert len(licence.drawdowns) == 1000
