"""Which lots became which: mass closes by naming, in milligrams, in any order of arrival."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.custody import Journal, build, fact_of, read
from lodemark.custody.book import Gap
from lodemark.custody.interpret import interpret
from lodemark.measure import oxide_factor
from tests.custody.make import MINE, NOW, OTHER, SITE, crate, document, event, kg, lot, made, process, serial

KG = 1_000_000


def genealogy(*events, party=MINE):
    return build([fact_of(interpret(sent), party) for sent in read(document(*events)).sent])


def masses(g):
    return {name.rsplit("/", 1)[-1]: found.mass_mg for name, found in g.lots.items()}


def sums(g):
    """(in, out + loss + unaccounted) of every process with both sides."""
    found = {}
    for node in g.nodes.values():
        came = sum(f.mass_mg for f in g.inputs_of.get(node.id, ()))
        went = sum(f.mass_mg for f in g.outputs_of.get(node.id, ()))
        lost = sum(mass for process, _, mass in g.losses if process == node.id)
        if node.kind in ("transformation", "pool", "assembly", "disassembly"):
            found[node.id] = (came, went + lost + node.unaccounted_mg + node.rounding_mg)
    return found


def test_a_separation_with_tailings_and_a_named_loss_closes():
    """Grams that vanish without a name are the grams that are looked for."""
    g = genealogy(
        made("ORE", 100),
        process(
            {"ORE": 100},
            {"DY": 3, "TAIL": 90},
            **{"lode:massLoss": [{"quantity": 5, "uom": "KGM", "reason": "moisture"}], "lode:custodyModel": "segregated"},
        ),
    )
    node = next(n for n in g.nodes.values() if n.kind == "transformation")
    assert node.unaccounted_mg == 2 * KG
    assert g.losses == [(node.id, "moisture", 5 * KG)]
    assert node.custody_model == "segregated"
    assert all(a == b for a, b in sums(g).values())


def test_a_campaign_of_weeks_is_one_process_of_one_party():
    """Weighed event by event, every campaign would show a gain first and a loss later."""
    campaign = {"transformationID": "urn:epc:id:gdti:4012345.55555.1"}
    events = [
        made("ORE", 100),
        process({"ORE": 60}, {}, 1, **campaign),
        process({}, {"DY": 30}, 200, **campaign),
        process({"ORE": 40}, {}, 300, **campaign),
        process({}, {"ND": 65}, 400, **campaign),
    ]
    g = genealogy(*events)
    (node,) = [n for n in g.nodes.values() if n.kind == "transformation"]
    assert node.unaccounted_mg == 5 * KG
    both = build(
        [fact_of(interpret(s), MINE) for s in read(document(*events)).sent]
        + [fact_of(interpret(s), OTHER) for s in read(document(process({"X": 1}, {"Y": 1}, 5, **campaign))).sent]
    )
    assert sum(1 for n in both.nodes.values() if n.kind == "transformation") == 2


def test_gain_becomes_undeclared_origin_and_is_never_clipped():
    """Scaled to fit, material of unknown origin would look licensed."""
    g = genealogy(made("A", 10), process({"A": 10}, {"B": 12}))
    assert sum(f.mass_mg for f in g.inputs if f.lot.startswith("undeclared:")) == 2 * KG
    assert [r.rule for r in g.remarks] == ["M-GAIN"]
    assert [step.gap for step in g.back(lot("B")).steps] == [None, None, "undeclared-origin"]


def test_overdraw_names_the_excess_from_that_moment():
    """A lot that gives more than it had hides a second source."""
    g = genealogy(made("A", 10), process({"A": 6}, {"B": 6}, 1), process({"A": 7}, {"C": 7}, 2))
    assert masses(g)["A#2"] == 7 * KG
    assert {r.rule: dict(r.facts)["excess_mg"] for r in g.remarks} == {"J-OVERDRAW": 3 * KG}
    assert all(a == b for a, b in sums(g).values())
    ancestors = [s.lot for s in g.back(lot("C")).steps]
    assert lot("A") in ancestors
    assert any(name.startswith("undeclared:") for name in ancestors)
    assert not any(s.lot.startswith("undeclared:") for s in g.back(lot("B")).steps)


def test_a_lot_nobody_made_is_a_gap_with_its_mass():
    """Silence about an origin must be as visible as an origin."""
    g = genealogy(process({"X": 5}, {"B": 4}, 1), process({"X": 3}, {"C": 3}, 2))
    assert g.gaps() == [Gap("not-recorded", lot("X"), 8 * KG, MINE, f"not-recorded:{lot('X')}")]
    assert masses(g)["X"] == 8 * KG


def test_a_later_inflow_makes_a_new_version():
    """Attribution needs one producer per lot; a top-up would otherwise rewrite what was sold before it."""
    g = genealogy(made("A", 10), process({"A": 4}, {"B": 4}, 1), made("A", 5, 2), process({"A": 11}, {"C": 11}, 3))
    assert masses(g)["A#2"] == 11 * KG
    assert g.remarks == []
    assert g.versions_of(lot("A")) == [lot("A"), lot("A") + "#2", lot("A") + "#2+"]
    assert all(a == b for a, b in sums(g).values())


def test_clock_skew_within_a_day_is_silent_and_beyond_is_said():
    """Late is normal; a week is a question."""
    close = genealogy(made("A", 10, 5), process({"A": 10}, {"B": 10}, 1))
    far = genealogy(made("A", 10, 100), process({"A": 10}, {"B": 10}, 1))
    assert ([r.rule for r in close.remarks], [r.rule for r in far.remarks]) == ([], ["J-ORDER"])
    assert masses(close) == masses(far)


def test_a_lot_in_and_out_of_one_campaign_counts_by_the_difference():
    """Return powder booked twice would double the charge."""
    g = genealogy(made("A", 10), process({"A": 10}, {"A": 4, "B": 6}))
    assert masses(g) == {"A": 10 * KG, "B": 6 * KG}
    assert g.lots[lot("A")].left_mg == 4 * KG
    assert all(a == b for a, b in sums(g).values())


def test_pounds_close_within_half_a_milligram_a_line():
    """Refusing every remainder would refuse every pound."""
    g = genealogy(
        event(action="ADD", bizStep="commissioning", quantityList=[kg("A", 3, "LBR")]),
        event(
            "TransformationEvent",
            1,
            inputQuantityList=[kg("A", 3, "LBR")],
            outputQuantityList=[kg("B", 1, "LBR"), kg("C", 2, "LBR")],
        ),
    )
    (node,) = [n for n in g.nodes.values() if n.kind == "transformation"]
    assert (node.unaccounted_mg, abs(node.rounding_mg) <= 1) == (0, True)
    assert g.remarks == []


def test_pieces_weigh_only_what_was_declared():
    """A guessed unit mass is an invented gram."""
    unit = {"ilmd": {"lode:unitMass": {"value": 0.25, "uom": "KGM"}}}
    make = event("TransformationEvent", 1, inputQuantityList=[kg("A", 1)], outputEPCList=[serial("1"), serial("2")])
    known = genealogy(made("A", 1), {**make, **unit})
    unknown = genealogy(made("A", 1), make)
    assert known.lots[serial("1")].mass_mg == KG // 4
    assert unknown.lots[serial("1")].mass_mg is None
    assert "mass-missing" in {gap.kind for gap in unknown.gaps()}


def test_a_motor_takes_its_magnets_and_gives_them_back():
    """The magnet is the gram that is licensed; the motor is where it hides."""
    motor, robot = serial("MOTOR"), "https://id.gs1.org/8004/4012345ROBOT"
    build_in = event("AssociationEvent", 1, action="ADD", parentID=motor, childQuantityList=[kg("MAG", 2)])
    install = event("AssociationEvent", 2, action="ADD", parentID=robot, childEPCs=[motor])
    remove = event("AssociationEvent", 3, action="DELETE", parentID=robot, childEPCs=[motor])
    g = genealogy(made("MAG", 10), build_in, install)
    assert (g.lots[motor].mass_mg, g.lots[robot].mass_mg) == (2 * KG, 2 * KG)
    assert [h.outermost for h in g.holdings() if h.lot == robot] == [robot]
    back = genealogy(made("MAG", 10), build_in, install, remove)
    assert {h.lot: h.mass_mg for h in back.holdings()} == {lot("MAG"): 8 * KG, motor + "#2": 2 * KG}
    assert all(a == b for a, b in sums(back).values())


def test_packing_never_changes_mass_and_the_crate_is_where_it_is():
    """Counted in the lot and in the crate, one shipment would weigh twice."""
    licence = {"type": "lode:export-licence", "bizTransaction": "https://example.com/licence/1"}
    g = genealogy(
        made("A", 10),
        event("AggregationEvent", 1, action="ADD", parentID=crate(1), childQuantityList=[kg("A", 10)]),
        event(
            hours=2, action="OBSERVE", bizStep="shipping", epcList=[crate(1)], readPoint={"id": SITE},
            bizTransactionList=[licence],
            destinationList=[{"type": "possessing_party", "destination": OTHER}],
        ),
    )  # fmt: skip
    assert masses(g) == {"A": 10 * KG}
    (held,) = g.holdings()
    assert (held.outermost, held.site, held.party) == ("https://id.gs1.org/00/040123450000003314", SITE, OTHER)
    assert g.tables()["lots"]["licensed"] == [True]


def test_unpacking_empties_the_crate_and_oddities_are_said():
    """A crate that keeps its contents after unpacking sends the inspector to the wrong place."""
    pack = event("AggregationEvent", 1, action="ADD", parentID=crate(1), childEPCs=[serial("1"), serial("2")])
    empty = event("AggregationEvent", 2, action="DELETE", parentID=crate(1))
    g = genealogy(pack, empty)
    name = "https://id.gs1.org/00/040123450000003314"
    assert g.containment(name) == []
    assert [s.to_us is not None for s in g.stays] == [True, True]
    strange = genealogy(event("AggregationEvent", 2, action="DELETE", parentID=crate(1), childEPCs=[serial("9")]))
    assert [r.rule for r in strange.remarks] == ["J-UNPACKED"]
    double = genealogy(pack, event("AggregationEvent", 3, action="ADD", parentID=crate(2), childEPCs=[serial("1")]))
    assert [r.rule for r in double.remarks] == ["J-TWO-PARENTS"]


def test_a_booked_loop_is_flagged_and_tracing_it_ends():
    """Recycling loops are honest; a tracer without a visited set never comes back."""
    one, two = ({"transformationID": f"urn:epc:id:gdti:4012345.55555.{n}"} for n in (1, 2))
    g = genealogy(
        made("A", 10),
        process({"A": 10}, {}, 1, **one), process({}, {"B": 9}, 2, **one),
        process({"B": 9}, {}, 3, **two), process({}, {"C": 8}, 4, **two),
        process({"C": 8}, {}, 5, **one), process({}, {"D": 7}, 6, **one),
    )  # fmt: skip
    assert g.loops
    assert lot("A") in {s.lot for s in g.back(lot("D")).steps}
    assert lot("D") in {s.lot for s in g.forward(lot("A")).steps}


def test_depth_says_how_much_was_left_out():
    """A cut tree that looks complete is a false answer."""
    g = genealogy(made("A", 1), process({"A": 1}, {"B": 1}, 1), process({"B": 1}, {"C": 1}, 2))
    assert [s.lot for s in g.back(lot("C"), depth=1).steps] == [lot("C"), lot("B")]
    assert g.back(lot("C"), depth=1).left_unsaid == 1


def test_the_tables_are_those_attribution_reads():
    """Two rooms that disagree about columns lose grams between them."""
    attribution = pytest.importorskip("lodemark.attribution")
    g = genealogy(made("A", 10), process({"A": 6}, {"B": 5}, 1), process({"A": 7}, {"C": 7}, 2), process({"X": 1}, {"D": 1}, 3))
    tables = g.tables()
    found = attribution.build(*(tables[name] for name in ("lots", "inputs", "outputs", "processes")))
    assert found is not None


STORY = (
    made("A", 10),
    made("A", 2.5, 30),
    process({"A": 4}, {"B": 3.5}, 10),
    process({"A": 9, "X": 1}, {"C": 9.25, "D": 0.5}, 40),
    process({"B": 3.5}, {"E": 3}, 50),
    event("AssociationEvent", 60, action="ADD", parentID=serial("M"), childQuantityList=[kg("E", 1)]),
    event("AggregationEvent", 70, action="ADD", parentID=crate(1), childEPCs=[serial("M")]),
)


@given(st.permutations(STORY))
def test_any_order_gives_one_digest(events):
    """A genealogy that depends on who uploaded first proves nothing."""
    assert genealogy(*events).digest == genealogy(*STORY).digest


def test_a_changed_gram_changes_the_digest():
    """A digest that does not move with the mass could be kept while the mass is changed."""
    changed = (made("A", 10.001), *STORY[1:])
    assert genealogy(*changed).digest != genealogy(*STORY).digest


AMOUNTS = st.integers(1, 50)


@given(st.lists(st.tuples(st.sampled_from("ABCD"), AMOUNTS, st.sampled_from("ABCDEF"), AMOUNTS), min_size=1, max_size=12))
def test_mass_closes_whatever_is_reported(steps):
    """Any report, however wrong, must leave every milligram with a name."""
    events = [made("A", 60), made("B", 40)]
    events += [process({a: m}, {b: n}, hour) for hour, (a, m, b, n) in enumerate(steps, 1)]
    g = genealogy(*events)
    assert all(a == b for a, b in sums(g).values())
    for found in g.lots.values():
        used = sum(f.mass_mg for f in g.uses_of.get(found.id, ()))
        if not found.open and not found.id.startswith("undeclared:"):
            assert used + (found.left_mg or 0) == found.mass_mg, found
    producers = [f.lot for f in g.outputs]
    assert len(producers) == len(set(producers))


def test_contradicting_masses_span_an_interval():
    """Taking either of two statements would decide a dispute by chance."""
    facts = [fact_of(interpret(s), MINE) for s in read(document(made("A", 10), made("A", 12))).sent]
    from dataclasses import replace

    facts = [replace(f, ids=frozenset({"same"}), status="contradicted") for f in facts]
    for order in itertools.permutations(facts):
        (found,) = build(list(order)).lots.values()
        assert (found.lo, found.hi) == (10 * KG, 12 * KG)


STEPS = st.lists(
    st.tuples(st.sampled_from("ABCDE"), st.sampled_from("ABCDE"), st.sampled_from("FGHIJK"), st.sampled_from("FGHIJK")),
    min_size=1,
    max_size=8,
)


@given(STEPS, st.sampled_from("ABCDEFGHIJK"), st.sampled_from(["back", "forward"]))
def test_a_lots_own_lineage_is_that_of_the_whole(steps, name, way):
    """A page that reads only a part of the journal must not tell another story than the whole."""
    journal = Journal.open(":memory:")
    events = [made(first, 20, n) for n, first in enumerate("ABC")]
    for hour, (a, b, c, d) in enumerate(steps, 5):
        campaign = {"transformationID": f"urn:epc:id:gdti:4012345.55555.{hour % 3}"} if hour % 2 else {}
        events.append(process({a: 3, b: 2} if a != b else {a: 3}, {c: 2, d: 2} if c != d else {c: 4}, hour, **campaign))
        events.append(process({c: 1}, {f"Z{hour}": 1}, hour + 1))
    journal.capture(document(*events), party=MINE, recorded_at=NOW)
    whole, part = journal.genealogy(), journal.lineage(lot(name), way)
    one, other = (getattr(g, way)(lot(name)) for g in (whole, part))
    assert sorted(map(repr, one.steps)) == sorted(map(repr, other.steps))


def test_a_motors_lineage_weighs_all_that_went_into_it():
    """Seen from one magnet only, the motor would weigh too little."""
    journal = Journal.open(":memory:")
    one, two, motor = serial("1"), serial("2"), serial("MOTOR")
    unit = {"ilmd": {"lode:unitMass": {"value": 0.25, "uom": "KGM"}}}
    events = [
        event("TransformationEvent", 1, inputQuantityList=[kg("A", 1)], outputEPCList=[one], **unit),
        event("TransformationEvent", 1, inputQuantityList=[kg("B", 1)], outputEPCList=[two], **unit),
        event("AssociationEvent", 2, action="ADD", parentID=motor, childEPCs=[one, two]),
        event("AssociationEvent", 3, action="ADD", parentID=serial("ROBOT"), childEPCs=[motor]),
        event("AssociationEvent", 4, action="DELETE", parentID=motor, childEPCs=[two]),
    ]
    journal.capture(document(*events), party=MINE, recorded_at=NOW)
    whole, part = journal.genealogy().forward(one), journal.lineage(one, "forward").forward(one)
    assert whole == part
    assert journal.lineage(motor).lots[motor].mass_mg == KG // 2


def test_a_lot_in_two_crates_lies_in_two_places():
    """Sent to one place by the record, half the lot would be looked for where it is not."""
    pack = [
        event("AggregationEvent", 1, action="ADD", parentID=crate(n), childQuantityList=[kg("A", mass)])
        for n, mass in ((1, 4), (2, 3))
    ]
    g = genealogy(made("A", 10), *pack, process({"A": 6}, {"B": 6}, 5))
    told = {h.outermost.rsplit("/", 1)[-1]: h.mass_mg for h in g.holdings() if h.thing == lot("A")}
    assert told == {"040123450000003314": 4 * KG}
    g = genealogy(made("A", 10), *pack)
    assert sorted(h.mass_mg for h in g.holdings()) == [3 * KG, 3 * KG, 4 * KG]
    assert sum(h.mass_mg for h in g.holdings()) == 10 * KG


def reading(element, value, uom="P1", basis="element", **more):
    return {"type": "lode:MassFraction", "value": value, "uom": uom, "lode:element": element, "lode:basis": basis, **more}


def test_an_assay_is_read_as_a_fraction_of_the_element():
    """Oxide counted as metal inflates every dysprosium figure by fifteen per cent."""
    sample = event(
        hours=2,
        action="OBSERVE",
        bizStep="sampling",
        quantityList=[kg("A", 10)],
        sensorElementList=[
            {
                "sensorMetadata": {"time": "2026-03-01T01:00:00Z"},
                "sensorReport": [
                    reading("Dy", 2.5, sDev=0.05),
                    reading("Nd", 250000, "59"),
                    reading("Tb", 0.01, "M29", "oxide"),
                    reading("Xx", 1),
                    reading("Fe", 60, basis="oxide"),
                    reading("B", 1, "KGM"),
                ],
            }
        ],
    )
    g = genealogy(made("A", 10), sample)
    told = {a.element: a for a in g.assays}
    assert set(told) == {"Dy", "Nd", "Tb"}
    assert (told["Dy"].fraction, told["Dy"].sigma) == (Fraction(25, 1000), Fraction(5, 10000))
    assert told["Nd"].fraction == Fraction(1, 4)
    assert told["Tb"].fraction == Fraction(1, 100) * oxide_factor("Tb4O7")
    assert g.tables()["assays"]["lot"] == [lot("A")] * 3
    journal = Journal.open(":memory:")
    journal.capture(document(made("A", 10), sample), party=MINE, recorded_at=NOW)
    assert journal.genealogy().assays == g.assays
