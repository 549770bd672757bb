"""Every code check in pairs: the question it must ask, and the honest twin on which it must stay silent."""

import json
from dataclasses import replace

import pytest

from lodemark.custody import CodeFacts, Journal, check_code, fact_of, read
from lodemark.custody.code_check import CONSISTENT, DAY_US, NOT_ASSESSABLE, QUESTION, Issued, Scan, places_from
from lodemark.custody.interpret import interpret
from lodemark.custody.register import register_codes, register_for
from lodemark.custody.value import instant, microseconds
from tests.custody.make import MINE, NOW, OTHER, SITE, crate, document, event, serial

CODE = serial("M1")
FAR = "https://id.gs1.org/414/4000001000005"
GATE = "https://id.gs1.org/414/4012345000115/254/2"
PLACES = {SITE: (40.6, 109.8), FAR: (50.9, 6.9), GATE: (40.6, 109.8)}
T0 = microseconds(instant("2026-03-01T00:00:00Z"))
BORN = event(action="ADD", bizStep="commissioning", epcList=[CODE], bizLocation={"id": SITE})


def seen(hours, site=SITE, step="inspecting", action="OBSERVE", **more):
    return event(hours=hours, action=action, bizStep=step, epcList=[CODE], bizLocation={"id": site}, **more)


def facts(*events, party=MINE):
    return [fact_of(interpret(s), party) for s in read(document(*events)).sent]


def outcome(check, events, **more):
    told = CodeFacts(facts=events if events and not isinstance(events[0], dict) else facts(*events), **more)
    return {s.check: s.outcome for s in check_code(CODE, told).seeds}[check]


def build_in(kind, hours, action, parent):
    return event(kind, hours, action=action, parentID=parent, childEPCs=[CODE])


PAIRS = [
    # check, what asks a question, its honest twin
    ("clone", [BORN, seen(50, FAR), seen(100)], [BORN, seen(0.05, GATE), seen(50)]),
    ("clone", [BORN, seen(50, FAR), seen(100)], [BORN, seen(40, step="shipping"), seen(50, FAR, "receiving"), seen(70, FAR, "shipping"), seen(100, step="receiving")]),
    ("reuse", [BORN, seen(10, step="destroying", action="DELETE"), seen(20)], [BORN, seen(20, step="destroying", action="DELETE"), seen(10)]),
    ("reuse", [BORN, seen(10, step="decommissioning", action="DELETE"), seen(20)], [BORN, seen(10, step="decommissioning", action="DELETE"), seen(15, step="commissioning", action="ADD"), seen(20)]),
    ("early", [seen(-400), BORN], [seen(-20), BORN]),
    ("ghost", [BORN, build_in("AggregationEvent", 5, "DELETE", crate(1))], [BORN, build_in("AggregationEvent", 4, "ADD", crate(1)), build_in("AggregationEvent", 5, "DELETE", crate(1))]),
    ("swap", [BORN, build_in("AssociationEvent", 5, "ADD", serial("R1")), build_in("AssociationEvent", 9, "ADD", serial("R2"))],
     [BORN, build_in("AssociationEvent", 5, "ADD", serial("R1")), build_in("AssociationEvent", 9, "ADD", serial("R2")), build_in("AssociationEvent", 8, "DELETE", serial("R1"))]),
]  # fmt: skip


@pytest.mark.parametrize(("check", "strange", "honest"), PAIRS)
def test_the_question_and_its_twin(check, strange, honest):
    """A check that asks honest people is switched off; one that asks nobody is no check."""
    assert outcome(check, strange) == QUESTION
    assert outcome(check, honest) == CONSISTENT


def test_travel_needs_coordinates_and_knows_a_wrong_offset():
    """EMVS counts honest time-zone slips as alarms; here they are named instead."""
    apart = [BORN, seen(1, FAR)]
    assert outcome("travel", apart, places=PLACES) == QUESTION
    assert outcome("travel", apart) == NOT_ASSESSABLE
    assert outcome("travel", [BORN, seen(30, FAR)], places=PLACES) == CONSISTENT
    slip = [replace(f, offset_min=660) if f.site == FAR else f for f in facts(*apart)]
    answer = check_code(CODE, CodeFacts(facts=slip, places=PLACES))
    (seed,) = [s for s in answer.seeds if s.check == "travel"]
    assert (seed.outcome, seed.reason.code) == (CONSISTENT, "code-travel-offset")


def test_unissued_and_a_range_registered_late():
    """A printer that registers its range after the weekend has made no false labels."""
    line = Issued(CODE, MINE, T0 + DAY_US)
    assert outcome("unissued", [BORN], register=[]) == QUESTION
    assert outcome("unissued", [BORN], register=[line]) == CONSISTENT
    assert outcome("unissued", [BORN], register=[replace(line, thing=CODE[:-1], span=True)]) == CONSISTENT
    assert outcome("unissued", [BORN], register=[replace(line, registered_us=T0 + 30 * DAY_US)]) == QUESTION
    assert outcome("unissued", [BORN]) == NOT_ASSESSABLE


def test_forged_rests_on_the_tag_alone():
    """Without a tag nothing can be said, and nothing is."""
    assert outcome("forged", [BORN]) == NOT_ASSESSABLE
    assert outcome("forged", [BORN], proof="ok") == CONSISTENT
    assert outcome("forged", [BORN], proof="tag-wrong") == QUESTION


def test_a_foreign_prefix_and_the_registered_subcontractor():
    """Subcontracting is normal; unregistered it is a question."""
    owners = {"4012345": MINE}
    foreign = facts(BORN, party=OTHER)
    assert outcome("prefix", foreign, owners=owners) == QUESTION
    assert outcome("prefix", foreign, owners=owners, contractors={MINE: frozenset({OTHER})}) == CONSISTENT
    assert outcome("prefix", facts(BORN), owners=owners) == CONSISTENT
    assert outcome("prefix", foreign) == NOT_ASSESSABLE


def test_a_burst_and_the_trade_fair_device():
    """One label photographed and pasted everywhere; and the demo phone on the stand."""
    scans = [Scan(T0 + n * 60_000_000, f"place-{n}", "phone") for n in range(6)]
    assert outcome("burst", [BORN], scans=scans) == QUESTION
    assert outcome("burst", [BORN], scans=scans, devices=frozenset({"phone"})) == CONSISTENT
    slow = [replace(s, time_us=T0 + n * DAY_US) for n, s in enumerate(scans)]
    assert outcome("burst", [BORN], scans=slow) == CONSISTENT


def test_no_sentence_accuses():
    """The office asks; it does not convict by software."""
    told = CodeFacts(facts=facts(BORN, seen(50, FAR), seen(100)), places=PLACES, register=[], proof="tag-wrong")
    answer = check_code("urn:epc:id:sgtin:4012345.012345.M1", told)
    assert answer.outcome == QUESTION
    for seed in answer.seeds:
        words = seed.reason.explain("en").lower() + seed.reason.explain("zh-Hans")
        assert not any(bad in words for bad in ("fake", "counterfeit", "fraud", "假冒", "伪造"))


def test_a_voided_statement_counts_for_nothing():
    """An honest correction must end the question it answers."""
    strange = facts(BORN, seen(50, FAR), seen(100))
    corrected = [replace(f, status="voided") if f.site == FAR else f for f in strange]
    assert outcome("clone", strange) == QUESTION
    assert outcome("clone", corrected) == CONSISTENT


def test_register_and_coordinates_from_the_journal():
    """The office checks with what it was told, not with what a caller happens to pass."""
    journal = Journal.open(":memory:")
    body = json.loads(document(BORN, seen(1, FAR)))
    attributes = [
        [
            {"id": f"urn:epcglobal:cbv:mda:{name}", "attribute": str(value)}
            for name, value in zip(("latitude", "longitude"), at, strict=True)
        ]
        for at in (PLACES[SITE], PLACES[FAR])
    ]
    elements = [{"id": site, "attributes": told} for site, told in zip((SITE, FAR), attributes, strict=True)]
    vocabulary = {"type": "urn:epcglobal:epcis:vtype:BizLocation", "vocabularyElementList": elements}
    body["epcisHeader"] = {"epcisMasterData": {"vocabularyList": [vocabulary]}}
    assert journal.capture(json.dumps(body).encode(), party=MINE, recorded_at=NOW).captured == 2
    assert register_for(journal, CODE) is None
    assert register_codes(journal, [serial("OTHER")], issuer=MINE, recorded_at=NOW) == 1
    assert register_codes(journal, [serial("OTHER")], issuer=MINE, recorded_at=NOW) == 0
    told = CodeFacts(
        facts=journal.facts(thing=CODE), register=register_for(journal, CODE), places=places_from(journal.master_data())
    )
    answer = {s.check: s.outcome for s in check_code(CODE, told).seeds}
    assert (answer["unissued"], answer["travel"]) == (QUESTION, QUESTION)
    register_codes(journal, [serial("M")], issuer=MINE, recorded_at=NOW, span=True)
    lines = register_for(journal, CODE)
    assert [line.span for line in lines] == [True, False]
