"""Which question comes next, by hand and against every other order of asking."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import permutations

from lodemark.rules import assess, next_questions
from lodemark.rules.questions import FEW
from tests.rules.world import VOCABULARY, book, file, provision, stage, when, word

ON = date(2026, 3, 16)
A, B, C, D = ({"fact": f"application.{letter}"} for letter in "abcd")


def refs(law, facts, **more) -> list[str]:
    return [item.missing.fact_ref for item in next_questions(assess(law, facts, on=ON), **more)]


def test_nothing_open_nothing_asked():
    """If this failed, a decided file would still get letters."""
    assert next_questions(assess(when(A), file(a=True), on=ON)) == ()


def test_the_fact_that_can_decide_alone_comes_first():
    """If this failed, an applicant would answer three questions where one settles it."""
    assert refs(when({"any": [A, {"all": [B, C]}]}), file())[0] == "application.a"


def test_a_cheap_question_goes_before_a_laboratory_test():
    """If this failed, somebody would pay for an assay that a click makes needless."""
    words = [word("application.a", "bool", burden=5), *(one for one in VOCABULARY if one["id"] != "application.a")]
    law = book(
        [provision("1", {"all": [A, B]})],
        [stage("licence_required", {"provision": "xx/law/1"}), stage("not_controlled")],
        words,
    )
    assert refs(law, file()) == ["application.b", "application.a"]


def test_the_optimal_tree_is_the_cheapest_of_all_orders():
    """If this failed, "optimal" would be a word."""
    law = when({"any": [{"all": [A, B]}, {"all": [{"not": A}, C]}]})
    found = next_questions(assess(law, file(), on=ON))
    assert found[0].method == "optimal"

    def cost(facts, order) -> Decimal:
        open_ = [item.fact_ref for item in assess(law, facts, on=ON).missing]
        if not open_:
            return Decimal(0)
        ref = next(one for one in order if one in open_)
        rest = [cost(facts.answer(ref, answer), order) for answer in (True, False)]
        return 1 + sum(rest) / 2

    every = {order: cost(file(), order) for order in permutations([f"application.{letter}" for letter in "abc"])}
    assert found[0].value == min(every.values()) == Decimal(2)
    assert found[0].missing.fact_ref in {order[0] for order, value in every.items() if value == min(every.values())}


def test_beyond_a_few_open_facts_the_greedy_rule_takes_over_and_agrees_on_the_clear_case():
    """If this failed, a form with many open facts would take minutes, or ask at random."""
    many = [word(f"application.w{n}", "bool") for n in range(FEW + 2)]
    law = book(
        [provision("1", {"any": [A, {"all": [{"fact": f"application.w{n}"} for n in range(FEW + 2)]}]})],
        [stage("licence_required", {"provision": "xx/law/1"}), stage("not_controlled")],
        [*VOCABULARY, *many],
    )
    found = next_questions(assess(law, file(), on=ON))
    assert (found[0].method, found[0].missing.fact_ref) == ("ec2", "application.a")
    assert [item.value for item in found] == sorted((item.value for item in found), reverse=True)


def test_frequencies_of_closed_cases_change_the_order():
    """If this failed, what the office has learned would not help the next applicant."""
    law = when({"any": [{"all": [A, B]}, {"all": [C, D]}]})
    rarely = {"application.a": {"true": 1, "false": 99}, "application.b": {"true": 1, "false": 99}}
    assert refs(law, file(), weights=rarely)[0] in ("application.c", "application.d")


def test_what_waits_under_seal_is_not_asked_again():
    """If this failed, the exporter would be pressed for what the end user told the authority."""
    law = book(
        [provision("1", {"any": [{"fact": "end_user.military"}, A]}, over="end_user")],
        [stage("refuse_in_principle", {"provision": "xx/law/1"}), stage("licence_required")],
    )
    seen = assess(law, file().seal("party[p1].military", "sha-256:00"), on=ON, as_seen_by="exporter")
    assert [item.missing.fact_ref for item in next_questions(seen)] == ["application.a"]
