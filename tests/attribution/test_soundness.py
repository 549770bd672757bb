"""Let things happen at random, as the records allow, and count what reached the sinks: it must lie within the bounds."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.attribution import Assay, build

from .graphs import tables


def happened(
    tables: Any, batch: str, sinks: set[str], pools: bool, data: st.DataObject
) -> tuple[Fraction, dict[str, Fraction]]:
    """One way it can have been: milligrams of the batch in the sinks, and in every lot."""
    lots, inputs, outputs, processes = tables
    mass = dict(zip(lots["lot"], lots["mass_mg"], strict=True))
    inside = {lot: Fraction(mass[lot] if lot == batch else 0) for lot in mass}
    left_mass, left = dict(mass), dict(inside)
    reached = Fraction(0)

    def part(of: Fraction, share_mass: int, whole: int) -> Fraction:
        """Some of the batch goes with ``share_mass`` of ``whole``: any amount that leaves room for the rest."""
        low, high = max(Fraction(0), of - (whole - share_mass)), min(of, Fraction(share_mass))
        return low + (high - low) * Fraction(data.draw(st.integers(0, 4)), 4)

    for process, sink in zip(processes["process"], processes["sink"], strict=True):
        into, total = Fraction(0), 0
        for name, lot, taken in zip(inputs["process"], inputs["lot"], inputs["mass_mg"], strict=True):
            if name == process:
                went = inside[lot] * taken / mass[lot] if pools else part(left[lot], taken, left_mass[lot])
                left[lot] -= went
                left_mass[lot] -= taken
                into, total = into + went, total + taken
        if sink in sinks:
            reached += into
        for name, lot in zip(outputs["process"], outputs["lot"], strict=True):
            if name == process:
                made = part(into, mass[lot], total)
                inside[lot] = left[lot] = made
                into, total = into - made, total - mass[lot]
    return reached, inside


@pytest.mark.parametrize("mode", ["free", "homogeneous"])
@given(genealogy_tables=tables(), data=st.data())
def test_what_happened_lies_within_the_bounds(mode: Any, genealogy_tables: Any, data: st.DataObject) -> None:
    """Lost: soundness itself. A least above what happened accuses, a most below it acquits, both wrongly."""
    genealogy = build(*genealogy_tables)
    batch = str(genealogy.licensed_lots()[0])
    sink = data.draw(st.sampled_from(["military", "civil"]))
    reached, inside = happened(genealogy_tables, batch, {sink}, mode == "homogeneous", data)
    answer = genealogy.bounds(batch, "Dy", [sink], mode=mode)
    assert answer.min_mg <= reached <= answer.max_mg
    # An assay that is true of what happened must keep it inside, and cannot contradict the records.
    lot = data.draw(st.sampled_from(genealogy_tables[0]["lot"]))
    share = inside[lot] / genealogy_tables[0]["mass_mg"][genealogy_tables[0]["lot"].index(lot)]
    slack = Fraction(data.draw(st.integers(0, 20)), 100)
    assay = Assay(lot, max(share - slack, Fraction(0)), min(share + slack, Fraction(1)))
    narrowed = genealogy.bounds(batch, "Dy", [sink], mode=mode, assays=[assay])
    assert narrowed.status != "contradiction"
    assert narrowed.min_mg <= reached <= narrowed.max_mg


@given(tables(), st.data())
def test_masses_nobody_weighed_hold_what_they_were(genealogy_tables: Any, data: st.DataObject) -> None:
    """Lost: bounds that hold only if the missing weight was what somebody guessed."""
    full = build(*genealogy_tables)
    batch = str(full.licensed_lots()[0])
    lots = {**genealogy_tables[0], "mass_mg": list(genealogy_tables[0]["mass_mg"])}
    lot = data.draw(st.sampled_from(lots["lot"]))
    if lot == batch:
        return
    lots["mass_mg"][lots["lot"].index(lot)] = None
    blurred = build(lots, *genealogy_tables[1:]).bounds(batch, "Dy", ["military"])
    sharp = full.bounds(batch, "Dy", ["military"])
    assert blurred.status != "contradiction" and blurred.proven
    assert blurred.min_mg <= sharp.min_mg and sharp.max_mg <= blurred.max_mg
