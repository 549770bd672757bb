"""What a regime makes of facts: three values, stages, open numbers, open collections, statuses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from lodemark.rules import FactSet, Known, NotDetected, OneOf, UnknownAssumption, UnknownFact, Within, assess, papers
from tests.rules.world import ALWAYS, book, both, file, provision, stage, when

ON = date(2026, 3, 16)
DY = "line[L1].fraction[Dy]"
A, B, C = ({"fact": f"application.{letter}"} for letter in "abc")


def outcome(book, facts: FactSet, **more) -> str:
    (cell,) = assess(book, facts, on=more.pop("on", ON), **more).cells
    return cell.outcome


def asked(book, facts: FactSet, **more) -> list[str]:
    return [item.fact_ref for item in assess(book, facts, on=ON, **more).missing]


def test_a_missing_fact_is_not_false():
    """If this failed, silence would decide a case, as it does in closed-world rule engines."""
    assert outcome(when(A), file()) == "not_known"
    assert outcome(when(A), file(a=False)) == "not_controlled"
    assert outcome(when(A), file(a=True)) == "licence_required"


def test_a_fact_that_cannot_change_the_outcome_is_not_asked():
    """If this failed, applicants would be asked for what the law does not need (Administrative Licensing Law art. 29)."""
    law = when({"any": [{"all": [A, B]}, {"all": [{"not": A}, B]}]})
    assert outcome(law, file(b=True)) == "licence_required"
    assert asked(law, file()) == ["application.b"]


@pytest.mark.parametrize(
    ("op", "below", "at", "above"),
    [("lt", True, False, False), ("le", True, True, False), ("gt", False, False, True), ("ge", False, True, True)],
)
def test_each_comparison_at_its_boundary(op: str, below: bool, at: bool, above: bool):
    """If this failed, "and above" would be read as "above", as in a published Catala example."""
    law = when({"fact": "application.share", "op": op, "value": "0.1", "unit": "% m/m"})
    shares = (Decimal("0.000999"), Decimal("0.001"), Decimal("0.001001"))
    found = [outcome(law, file(share=share)) == "licence_required" for share in shares]
    assert found == [below, at, above]


def test_an_interval_decides_only_when_all_its_values_agree():
    """If this failed, a measured value with its uncertainty would be read as a point."""
    law = when({"fact": "application.share", "op": "ge", "value": "0.1", "unit": "% m/m"})
    assert outcome(law, file(share=Within(Decimal("0.001"), Decimal("0.002")))) == "licence_required"
    assert outcome(law, file(share=Within(Decimal(0), Decimal("0.0009")))) == "not_controlled"
    assert outcome(law, file(share=Within(Decimal("0.0009"), Decimal("0.002")))) == "not_known"
    assert (
        outcome(when({"fact": "application.colour", "in": ["red", "blue"]}), file(colour=OneOf(("red", "blue"))))
        == "licence_required"
    )


TRACE = provision(
    "trace",
    None,
    kind="value",
    values=[{"name": "Dy", "from": "2020-01-01", "until": None, "value": {"above": "0", "at_most": "0.18"}, "unit": "% m/m"}],
)
LOD = {
    **provision(
        "lod",
        None,
        kind="value",
        basis=both("house"),
        values=[{"name": "lod", "from": "2020-01-01", "until": None, "value": "0.01", "unit": "% m/m"}],
    ),
    "id": "house/lod",
}
CONTAINS = {"fact": "line.fraction[Dy]", "op": "contains", "value": {"of": "xx/law/trace#Dy"}, "lod": {"of": "house/lod#lod"}}


def traced(*more):
    return book(
        [provision("1", CONTAINS, over="line"), TRACE, LOD, *more],
        [stage("licence_required", {"provision": "xx/law/1"}), stage("not_controlled")],
    )


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (Known(Decimal(0)), "not_controlled"),
        (NotDetected(Decimal("0.0001")), "not_controlled"),
        (NotDetected(Decimal("0.000101")), "not_known"),
        (Known(Decimal("0.00005")), "not_known"),
        (Known(Decimal("0.001799")), "not_known"),
        (Known(Decimal("0.0018")), "licence_required"),
        (Within(Decimal("0.0017"), Decimal("0.0019")), "not_known"),
        (Within(Decimal("0.0018"), Decimal("0.0019")), "licence_required"),
    ],
)
def test_what_the_law_leaves_open_is_not_guessed(share, expected: str):
    """If this failed, a trace below what customs ever punished would be called controlled, or called free."""
    assert outcome(traced(), file().state({DY: share})) == expected


def test_an_open_number_of_the_law_is_a_question_to_the_authority():
    """If this failed, the applicant would be asked again for a content already given."""
    (item,) = assess(traced(), file().state({DY: Known(Decimal("0.001"))}), on=ON).missing
    assert (item.fact_ref, item.question_code, item.may_answer) == ("xx/law/trace#Dy", "provision-value", ("authority",))


def test_a_house_value_decides_and_shows_itself():
    """If this failed, an office's own number would pass for law."""
    narrow = {
        **LOD,
        "id": "house/trace",
        "values": [
            {"name": "Dy", "from": "2020-01-01", "until": None, "value": "0.05", "unit": "% m/m", "narrows": "xx/law/trace#Dy"}
        ],
    }
    (cell,) = assess(traced(narrow), file().state({DY: Known(Decimal("0.001"))}), on=ON).cells
    assert cell.outcome == "licence_required"
    assert [(caveat.code, caveat.facts["value"]) for caveat in cell.caveats] == [("house-value-used", "house/trace#Dy")]


def test_an_element_missing_from_a_complete_composition_is_zero_and_from_an_open_one_unknown():
    """If this failed, "etc." after a composition would hide what it leaves out."""
    closed = file().collect("line[L1].fraction", ["Fe", "Nd"], complete=True)
    open_ = file().collect("line[L1].fraction", ["Fe", "Nd"])
    assert outcome(traced(), closed) == "not_controlled"
    assert asked(traced(), open_) == [DY, "xx/law/trace#Dy"]


def test_an_open_collection_is_never_proof_of_absence():
    """If this failed, a part nobody mentioned would count as not being there."""
    law = when({"exists": {"over": "node", "satisfies": {"fact": "node.deep"}}})
    parts = {"node[n1].deep": False}
    assert asked(law, file().collect("application.nodes", ["n1"]).state(parts)) == ["application.nodes"]
    assert outcome(law, file().collect("application.nodes", ["n1"], complete=True).state(parts)) == "not_controlled"
    every = when({"every": {"over": "node", "satisfies": {"fact": "node.deep"}}})
    assert outcome(every, file().collect("application.nodes", ["n1"]).state({"node[n1].deep": True})) == "not_known"
    assert outcome(every, file().collect("application.nodes", ["n1"]).state(parts)) == "not_controlled"


def test_stages_are_walked_in_order_and_a_licence_is_told_before_the_parties_are_screened():
    """If this failed, an applicant would wait for a list check to learn that a licence is needed at all."""
    law = book(stages=[stage("not_controlled", {"not": A}), stage("refuse_in_principle", B), stage("licence_required")])
    (cell,) = assess(law, file(a=True), on=ON).cells
    assert (cell.outcome, cell.reachable, cell.licence_needed) == (
        "not_known",
        ("refuse_in_principle", "licence_required"),
        "met",
    )
    assert outcome(law, file(a=False)) == "not_controlled"
    assert outcome(law, file(a=True, b=True)) == "refuse_in_principle"


def test_status_by_date_and_by_assumption():
    """If this failed, a suspended announcement would bind, or one whose return nobody confirmed would bind silently."""
    status = [
        {"from": "2025-10-09", "until": "2025-11-07", "is": "in_force"},
        {"from": "2025-11-07", "until": "2026-11-11", "is": "suspended"},
        {"from": "2026-11-11", "until": None, "is": "unknown", "text_says": "in_force"},
    ]
    law = when(A, status=status)
    found = {
        day: outcome(law, file(a=True), on=date.fromisoformat(day))
        for day in ("2025-10-08", "2025-10-09", "2025-11-06", "2025-11-07", "2026-11-10", "2026-11-11")
    }
    assert list(found.values()) == [
        "not_controlled",
        "licence_required",
        "licence_required",
        "not_controlled",
        "not_controlled",
        "not_known",
    ]
    late = date(2026, 11, 11)
    assert outcome(law, file(a=False), on=late) == "not_controlled"
    assert [item.fact_ref for item in assess(law, file(a=True), on=late).missing] == ["status[xx/law/1]"]
    supposed = assess(law, file(a=True), on=late, assume={"xx/law": "in_force"})
    assert supposed.cells[0].outcome == "licence_required" and supposed.assumptions == {"xx/law": "in_force"}


def test_an_unconfirmed_provision_cannot_decide_unless_it_is_flagged():
    """If this failed, a recollection nobody checked would cost somebody a licence."""
    law = when(A, evidence="unconfirmed", status=ALWAYS)
    assert outcome(law, file(a=True)) == "not_known"
    (cell,) = assess(law, file(a=True), on=ON, unconfirmed="flag").cells
    assert (cell.outcome, cell.weakest_evidence) == ("licence_required", "unconfirmed")


def test_the_weakest_link_is_shown():
    """If this failed, an outcome resting on "generally" in a reprint would look like the text of the law."""
    law = book(
        [provision("1", A), provision("2", B, evidence="secondary", modality="generally")],
        [stage("not_controlled", {"all": [{"provision": "xx/law/1"}, {"provision": "xx/law/2"}]}), stage("licence_required")],
    )
    (cell,) = assess(law, file(a=True, b=True), on=ON).cells
    assert (cell.outcome, cell.weakest_evidence, cell.modality) == ("not_controlled", "secondary", "generally")
    (cell,) = assess(law, file(a=False), on=ON).cells
    assert (cell.outcome, cell.weakest_evidence, cell.modality) == ("licence_required", "primary", "must")


def test_because_is_enough_and_nothing_in_it_is_spare():
    """If this failed, reasons would list everything that was looked at instead of what decided."""
    law = when({"any": [{"all": [A, B]}, C]})
    facts = file(a=True, b=True, c=False, d=True)
    (cell,) = assess(law, facts, on=ON).cells
    assert cell.because == ("application.a", "application.b")


def test_a_sealed_answer_decides_for_the_authority_and_waits_for_the_exporter():
    """If this failed, a supplier would learn who its customer's customers are from the outcome."""
    law = book(
        [provision("1", {"fact": "end_user.military"}, over="end_user")],
        [stage("refuse_in_principle", {"provision": "xx/law/1"}), stage("licence_required")],
    )
    facts = file().seal("party[p1].military", "sha-256:ab", False, source="p1")
    assert outcome(law, facts) == "licence_required"
    seen = assess(law, facts, on=ON, as_seen_by="exporter")
    assert (seen.cells[0].outcome, seen.missing) == ("not_known", ())
    assert [item.fact_ref for item in seen.waiting_for] == ["party[p1].military"]


def test_what_the_office_gathered_for_itself_does_not_show_in_what_the_exporter_gets():
    """If this failed, an exporter could learn from a digest that its customer is on a list."""
    from lodemark.ledger import canonical
    from lodemark.rules.show import assessment_json

    law = book(
        [provision("1", {"fact": "end_user.military"}, over="end_user")],
        [stage("refuse_in_principle", {"provision": "xx/law/1"}), stage("licence_required")],
    )
    seen = [assess(law, file(), on=ON, gathered={"party[p1].military": hit}, as_seen_by="exporter") for hit in (True, False)]
    assert canonical(assessment_json(seen[0])) == canonical(assessment_json(seen[1]))
    assert [item.fact_ref for item in seen[0].waiting_for] == ["party[p1].military"]


def test_papers_are_asked_for_only_where_a_licence_may_be_needed():
    """If this failed, somebody who needs no licence would be sent for documents."""
    law = book(
        [
            provision("1", A),
            provision("2", {"fact": "application.note", "op": "present"}, kind="requires", **{"for": ["single"]}),
        ],
        [stage("licence_required", {"provision": "xx/law/1"}), stage("not_controlled")],
    )
    assert assess(law, file(a=False), on=ON).admissible is None
    assert assess(law, file(a=True, kind="general"), on=ON).admissible == "met"
    found = assess(law, file(a=True, kind="single"), on=ON)
    assert (found.admissible, [item.fact_ref for item in found.missing]) == ("not_known", ["application.note"])
    assert assess(law, file(a=True, kind="single", note="x"), on=ON).admissible == "met"
    assert assess(law, file(a=True, kind="single", note=None), on=ON).admissible == "not_met"


def test_a_fact_no_provision_uses_may_be_withheld():
    """If this failed, nobody would be told that a form asks too much (Administrative Licensing Law art. 31)."""
    assert assess(when(A), file(a=True, b=True), on=ON).unneeded == ("application.b",)


def test_a_derived_fact_is_asked_for_by_its_base_facts():
    """If this failed, an applicant would be asked for a ratio instead of the two values it is made of."""

    def share(facts, instance, key):
        part, whole = facts.value("application.part"), facts.value("application.worth")
        known = isinstance(part, Known) and isinstance(whole, Known)
        return Known(part.value / whole.value) if known else Within(Decimal(0), Decimal(1))

    law = when({"fact": "application.value_share", "op": "ge", "value": "0.001", "unit": "1"})
    facts = FactSet(file(worth=Decimal(1000)).statements, file().collections, {"trade.share": share})
    (item,) = assess(law, facts, on=ON).missing
    assert (item.fact_ref, item.via) == ("application.part", "application.value_share")
    assert outcome(law, facts.state({"application.part": Decimal(1)})) == "licence_required"
    (cell,) = assess(law, facts.state({"application.part": Decimal(1)}), on=ON).cells
    assert cell.because == ("application.part", "application.worth")


def test_same_inputs_same_bytes():
    """If this failed, a court could not repeat a decision."""
    from lodemark.ledger import canonical
    from lodemark.rules.show import assessment_json

    law, facts = when({"any": [A, B]}), file(a=None)
    assert canonical(assessment_json(assess(law, facts, on=ON))) == canonical(assessment_json(assess(law, file(a=None), on=ON)))


def test_a_supposition_about_nothing_is_refused():
    """If this failed, a mistyped what-if would silently change nothing."""
    with pytest.raises(UnknownAssumption):
        assess(when(A), file(), on=ON, assume={"xx/lore": "in_force"})
    with pytest.raises(UnknownAssumption):
        assess(when(A), file(), on=ON, assume={"xx/law": "asleep"})
    for number in ("much", "0.05 stone", "NaN"):
        with pytest.raises(UnknownAssumption):
            assess(traced(), file(), on=ON, assume={"xx/law/trace#Dy": number})
    with pytest.raises(UnknownAssumption):
        assess(traced(), file(), on=ON, assume={"xx/law/trace#Tb": "0.1"})
    with pytest.raises(UnknownFact) as raised:
        assess(when(A), file(), on=ON, assume={"application.colou": "red"})
    assert "application.colour" in raised.value.explain()


def test_an_assessment_after_the_last_look_says_so():
    """If this failed, an old rulebook would speak as if it were up to date."""
    (cell,) = assess(when(A), file(a=True), on=date(2031, 1, 1)).cells
    assert [caveat.code for caveat in cell.caveats] == ["rulebook-not-checked-since"]


def test_as_if_controlled_takes_the_item_condition_as_met():
    """If this failed, offices could not be compared on the same end user when only one of them lists the goods."""
    law = book(
        [provision("1", A, kind="entry")],
        [stage("not_controlled", {"not": {"provisions": {"kind": "entry"}}}), stage("licence_required")],
        regime={"item_condition": {"provisions": {"kind": "entry"}}},
    )
    assert outcome(law, file(a=False)) == "not_controlled"
    found = assess(law, file(a=False), on=ON, as_if_controlled=True)
    assert (found.cells[0].outcome, found.assumptions) == ("licence_required", {"item_condition": "met"})


def test_where_a_general_licence_is_not_open_the_single_one_is_named():
    """If this failed, an applicant would be refused instead of being shown the door that is open."""
    law = book([provision("1", A, kind="requires", **{"for": ["general"]}), provision("2", B, kind="requires")])
    found = assess(law, file(a=False, b=True, kind="general"), on=ON)
    assert (found.admissible, [(reason.code, reason.provision) for reason in found.advice]) == (
        "not_met",
        [("path-single", "xx/law/1")],
    )
    assert "单项许可" in found.advice[0].explain("zh-Hans")
    assert assess(law, file(a=False, b=True, kind="single"), on=ON).advice == ()
    assert assess(law, file(a=True, b=False, kind="general"), on=ON).advice == ()
    assert [one.id for one in papers(law, "single", ON)] == ["xx/law/2"]
    assert [one.id for one in papers(law, "general", ON)] == ["xx/law/1", "xx/law/2"]


@pytest.mark.parametrize("number", ["0.0005", "0.05 % m/m", Decimal("0.0005")])
def test_an_open_number_can_be_supposed(number):
    """If this failed, nobody could ask what a stricter or milder trace limit would mean."""
    facts = file().state({DY: Known(Decimal("0.0005"))})
    assert outcome(traced(), facts, assume={"xx/law/trace#Dy": number}) == "licence_required"
    assert outcome(traced(), facts, assume={"xx/law/trace#Dy": "0.0006"}) == "not_controlled"


def test_beyond_its_budget_the_evaluation_falls_back_to_kleene_and_says_so(monkeypatch):
    """If this failed, a huge file would take the office down, or be answered as if every question had been proved needed."""
    from functools import partial

    from lodemark.rules import residual
    from lodemark.rules.diagram import Diagram

    monkeypatch.setattr(residual, "Diagram", partial(Diagram, budget=3))
    law = when({"any": [{"all": [A, B]}, {"all": [{"not": A}, B]}]})
    found = assess(law, file(), on=ON)
    assert (found.relevance, found.cells[0].relevance, found.cells[0].outcome) == ("kleene", "kleene", "not_known")
    assert [item.fact_ref for item in found.missing] == ["application.a", "application.b"]
    assert assess(law, file(a=True, b=True), on=ON).relevance == "exact"


def test_a_product_of_thousands_of_parts_is_answered():
    """If this failed, a bill of materials of a real machine would end in a trace."""
    law = when({"every": {"over": "node", "satisfies": {"fact": "node.deep"}}})
    parts = [f"n{number}" for number in range(3000)]
    facts = file().collect("application.nodes", parts, complete=True)
    found = assess(law, facts, on=ON)
    assert (found.cells[0].outcome, len(found.missing)) == ("not_known", 3000)
    known = facts.state({f"node[{part}].deep": True for part in parts})
    assert assess(law, known, on=ON).cells[0].outcome == "licence_required"
    assert assess(law, facts.state({"node[n7].deep": False}), on=ON).cells[0].outcome == "not_controlled"
