"""A balance from recorded events: the hand-worked site, and everything that is missing told by name."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from lodemark.accountancy import (
    BadInput,
    Component,
    Recorded,
    Share,
    assemble,
    covariance,
    from_custody,
    muf,
    read_tables,
    run,
    shares_of,
    write_tables,
)
from lodemark.assay import check, compose, read_assays
from lodemark.custody import Genealogy, build, canonical, fact_of, read
from lodemark.custody.interpret import interpret
from tests.accountancy.examples import component
from tests.custody.make import MINE, SITE, crate, document, event, kg, lot, process

MONTH = 720  # hours of March in the documents below
PLACE = {"readPoint": {"id": SITE}}


def genealogy(*events: dict[str, object]) -> Genealogy:
    return build([fact_of(interpret(sent), MINE) for sent in read(document(*events)).sent])


def seen(step: str, hours: int, *goods: tuple[str, float]) -> dict[str, object]:
    return event(hours=hours, action="OBSERVE", bizStep=step, quantityList=[kg(*pair) for pair in goods], **PLACE)


def site() -> Genealogy:
    """300 kg gross in with the opening stock, 290 kg out and in stock: 5 kg named as a loss, 5 kg not named at all."""
    loss = {"lode:massLoss": [{"quantity": 5, "uom": "KGM", "reason": "moisture"}]}
    return genealogy(
        seen("stock_taking", 0, ("OPEN", 100)),
        seen("receiving", 100, ("IN", 200)),
        process({"IN": 200, "OPEN": 60}, {"OUT": 250}, hours=200, **loss, **PLACE),
        seen("shipping", 300, ("OUT", 240)),
        seen("receiving", 400, ("ELSEWHERE", 1)) | {"readPoint": {"id": SITE.replace("115", "122")}},
        seen("stock_taking", MONTH, ("OPEN", 40), ("OUT", 10)),
    )


def share(fraction: str, lab: str) -> Share:
    return Share(Fraction(fraction), Decimal("0.004"), {"lab L": Decimal(lab)}, ("P",))


SHARES = {
    (lot(name), element): share(fraction, "0.001" if name == "OUT" else "0.003")
    for element, fraction in (("Dy", "0.3"), ("Nd", "0.2"))
    for name in ("OPEN", "IN", "OUT")
}
WEIGHING = (
    component("receipt", "scale", ".002", "W1"),
    component("shipment", "scale", ".002", "W1"),
    component("receipt", "reading", ".001"),
    component("inventory", "reading", ".001"),
)
DY = 0.183294  # the variance worked below
ND_DY = 0.02034


def drawn(*elements: str) -> Recorded:
    return from_custody(site(), SHARES, SITE, elements, WEIGHING)


def test_the_worked_site() -> None:
    """Gross mass times share, once for every crossing: a factor or a sign wrong here and every balance of records is wrong."""
    found = drawn("Dy")
    assert {row.kind: row.element_mg for row in found.flows} == {"receipt": 60_000_000, "shipment": 72_000_000}
    assert sorted(item.element_mg for item in found.inventories) == [3_000_000, 12_000_000, 30_000_000]
    data = assemble(found.flows, found.inventories, found.components, found.boundaries)
    assert muf(data) == pytest.approx([30 + 60 - 72 - 12 - 3])
    # In kg: readings 60, 30, 12, 3 at .001; W1 (60 - 72) at .002; each lot's own assay 18, 60, 75 at .004, drawn once for the
    # lot however often it was weighed; the laboratory 78 at .003 and -75 at .001, one draw.
    worked = (60**2 + 30**2 + 12**2 + 3**2) * 1e-6 + (12 * 0.002) ** 2
    worked += (18**2 + 60**2 + 75**2) * 0.004**2 + (78 * 0.003 - 75 * 0.001) ** 2
    assert worked == pytest.approx(DY, rel=1e-12)
    assert covariance(data)[0] == pytest.approx([DY], rel=1e-9)
    assert [(one.code, one.facts["mass_mg"]) for one in found.caveats] == [("balance-loss-not-assayed", 5_000_000)]


def test_elements_of_one_weighing_are_not_independent() -> None:
    """Two elements that failed on one bad weighing would count as two witnesses."""
    found = drawn("Dy", "Nd")
    data = assemble(found.flows, found.inventories, found.components, found.boundaries)
    cross = (60 * 40 + 30 * 20 + 12 * 8 + 3 * 2) * 1e-6 + (12 * 0.002) * (8 * 0.002) + 0.159 * (52 * 0.003 - 50 * 0.001)
    assert cross == pytest.approx(ND_DY, rel=1e-12)
    sigma = covariance(data)
    assert [period.element for period in data.periods] == ["Dy", "Nd"]
    assert sigma[0] == pytest.approx([DY, ND_DY], rel=1e-9)


def test_the_tables_read_back_as_they_were_drawn(tmp_path: Path) -> None:
    """What is kept as a document is what a court recomputes: a row that changes on the way is another balance."""
    found = drawn("Dy", "Nd")
    for name, data in write_tables(found.flows, found.inventories, found.components, found.boundaries).items():
        (tmp_path / name).write_bytes(data)
    back = read_tables(tmp_path)
    again = assemble(back.flows, back.inventories, back.components, back.boundaries)
    straight = assemble(found.flows, found.inventories, found.components, found.boundaries)
    assert again.digest == straight.digest
    assert run(again, "Dy", SITE) == run(straight, "Dy", SITE)


def test_a_package_stands_for_what_is_in_it() -> None:
    """Goods leave in boxes: counted as boxes they weigh nothing, counted twice they are a gain."""
    packed = {
        "action": "ADD", "bizStep": "packing", "parentID": crate(1), "childQuantityList": [kg("OUT", 4)],
        "readPoint": {"id": SITE},
    }  # fmt: skip
    known = genealogy(
        seen("stock_taking", 0, ("OPEN", 100), ("OUT", 4)),
        event("AggregationEvent", 10, **packed),
        event(hours=20, action="OBSERVE", bizStep="shipping", epcList=[crate(1)], **PLACE),
        seen("stock_taking", MONTH, ("OPEN", 100)),
    )
    found = from_custody(known, SHARES, SITE, ("Dy",), WEIGHING)
    assert [(row.kind, row.lot_id, row.element_mg) for row in found.flows] == [("shipment", lot("OUT"), 1_200_000)]


def test_a_crate_and_the_lot_in_it_are_one_shipment() -> None:
    """Named twice in one event and counted twice, eight kilograms would have left where four did."""
    packed = {"action": "ADD", "bizStep": "packing", "parentID": crate(1), "childQuantityList": [kg("OUT", 4)]}
    both = {"epcList": [crate(1)], "quantityList": [kg("OUT", 3.9)]}
    known = genealogy(
        seen("stock_taking", 0, ("OUT", 4)),
        event("AggregationEvent", 10, **packed, **PLACE),
        event(hours=20, action="OBSERVE", bizStep="shipping", **both, **PLACE),
        seen("stock_taking", MONTH, ("OUT", 0.1)),
    )
    found = from_custody(known, SHARES, SITE, ("Dy",), WEIGHING)
    assert [row.element_mg for row in found.flows] == [1_170_000]


def test_a_crate_of_which_nobody_told_the_contents_stops_the_balance() -> None:
    """A crate that nobody opened would leave the site as nothing, and a loss with it."""
    known = genealogy(
        seen("stock_taking", 0, ("OUT", 4)),
        event(hours=10, action="ADD", bizStep="commissioning", epcList=[crate(1)], **PLACE),
        event(hours=20, action="OBSERVE", bizStep="shipping", epcList=[crate(1)], **PLACE),
        seen("stock_taking", MONTH, ("OUT", 4)),
    )
    with pytest.raises(BadInput) as caught:
        from_custody(known, SHARES, SITE, ("Dy",), WEIGHING)
    assert [(one.code, one.facts["lot"]) for one in caught.value.problems] == [
        ("balance-event-not-weighed", canonical(crate(1)))
    ]


def test_everything_that_is_missing_is_told_at_once() -> None:
    """Guessed, a share or a weight would be an accusation made of nothing; told one at a time, a week is lost."""
    known = genealogy(
        seen("stock_taking", 0, ("OPEN", 100)),
        seen("receiving", 100, ("UNKNOWN", 200)),
        event(hours=150, action="OBSERVE", bizStep="receiving", quantityList=[{"epcClass": lot("IN")}], **PLACE),
        seen("shipping", 300, ("OUT", 240)),
        seen("stock_taking", MONTH, ("OPEN", 40)),
    )
    stated = [part for part in WEIGHING if part.stream != "inventory"]
    with pytest.raises(BadInput) as caught:
        from_custody(known, SHARES, SITE, ("Dy",), stated)
    told = {(one.code, str(one.facts.get("lot") or one.facts.get("stream"))) for one in caught.value.problems}
    assert told == {
        ("balance-lot-not-assayed", lot("UNKNOWN")),
        ("balance-event-not-weighed", lot("IN")),
        ("balance-lot-never-arrived", lot("OUT")),
        ("balance-weighing-not-stated", "inventory"),
    }
    assert all(one.explain("en") != one.explain("zh-Hans") for one in caught.value.problems)


def test_without_a_stock_taking_there_is_no_balance() -> None:
    """A book alone closes on nothing."""
    known = genealogy(seen("receiving", 100, ("IN", 200)), seen("shipping", 300, ("IN", 200)))
    with pytest.raises(BadInput) as caught:
        from_custody(known, SHARES, SITE, ("Dy",), WEIGHING)
    assert [one.code for one in caught.value.problems] == ["balance-no-inventory"]


def test_scales_without_a_calibration_are_warned_of_although_assays_have_one() -> None:
    """The laboratory's group would hide that no scale was given one, and false alarms would be many times the stated rate."""
    silent = [component(stream, "reading", ".001") for stream in ("receipt", "shipment", "inventory")]
    found = from_custody(site(), SHARES, SITE, ("Dy",), silent)
    assert "balance-systematics-absent" in [one.code for one in found.caveats]


def test_a_scales_resolution_is_in_gross_milligrams() -> None:
    """Half a kilogram of resolution on the pan is 150 g of dysprosium, not half a kilogram of it."""
    resolution = Component("shipment", "resolution", "random", None, 500_000, source="certificate")
    found = from_custody(site(), SHARES, SITE, ("Dy",), (*WEIGHING, resolution))
    assert [part.u_abs_mg for part in found.components if part.name == "resolution"] == [150_000]


def test_shares_of_a_lot_average_its_specimens_and_keep_what_they_share() -> None:
    """Averaging a calibration away makes a laboratory look better with every piece it measures."""
    head = "assay_id,sample_id,specimen_id,lot_id,stage,analyte,value,unit,u,u_given,u_sys,sys_group,form,moisture"
    lines = [
        f"A,{name},{name},{lot('IN')},alloy,Dy,{value},mg/kg,{u},u,{u_sys},G-1,element,dry"
        for name, value, u, u_sys in (("P1", 30_000, 150, 90), ("P2", 32_000, 170, 80))
    ]
    rows = check(read_assays("\n".join([head, *lines]).encode(), "lab.csv").rows).rows
    found = shares_of(compose(rows))[canonical(lot("IN")), "Dy"]
    assert found.fraction == Fraction(31, 1000) and found.specimens == ("P1", "P2")
    assert float(found.u_rel) == pytest.approx(np.sqrt(120**2 + 150**2) / 2 / 31_000, rel=1e-5)
    assert {name: float(u) for name, u in found.shared.items()} == pytest.approx({"G-1": (90 + 80) / 2 / 31_000}, rel=1e-5)
