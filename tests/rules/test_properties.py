"""Laws of the evaluation itself, on generated rulebooks and files, against a naive evaluator that shares no code with it."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal as D
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lodemark.ledger import canonical
from lodemark.rules import FactSet, Known, OneOf, Within, assess
from lodemark.rules.loader import assemble
from lodemark.rules.show import assessment_json
from tests.rules.world import documents, file, provision, stage

ON = date(2026, 3, 16)
SHARES = (D(0), D("0.0005"), D("0.001"), D("0.0015"), D("0.002"), D("0.003"))
VALUES: dict[str, tuple[Any, ...]] = {
    "application.a": (True, False),
    "application.b": (True, False),
    "application.c": (True, False),
    "application.colour": ("red", "green", "blue"),
    "application.share": SHARES,
}
OPS = {"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge, "eq": operator.eq, "ne": operator.ne}
# What can be known of the parts: those named, and whether there may be others.
PARTS = [((), True), ((), False), (("n1",), True), (("n1",), False)]

atoms = st.one_of(
    st.sampled_from([{"fact": f"application.{letter}"} for letter in "abc"]),
    st.builds(
        lambda some: {"fact": "application.colour", "in": sorted(some)},
        st.sets(st.sampled_from(["red", "green", "blue"]), min_size=1, max_size=2),
    ),
    st.builds(
        lambda op, at: {"fact": "application.share", "op": op, "value": at, "unit": "% m/m"},
        st.sampled_from(sorted(OPS)),
        st.sampled_from(["0.1", "0.2"]),
    ),
    st.builds(lambda kind: {kind: {"over": "node", "satisfies": {"fact": "node.deep"}}}, st.sampled_from(["exists", "every"])),
)
trees = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)
laws = st.lists(st.tuples(trees, st.sampled_from(["in_force", "suspended"])), min_size=1, max_size=3)
OUTCOMES = ("not_controlled", "refuse_in_principle", "case_by_case")


@dataclass(frozen=True)
class Case:
    """One complete state of the world."""

    facts: dict[str, Any]
    deep: tuple[bool, ...]


def rulebook(law):
    provisions = [
        provision(f"p{n}", tree, status=[{"from": "2020-01-01", "until": None, "is": status}])
        for n, (tree, status) in enumerate(law)
    ]
    stages = [stage(OUTCOMES[n], {"provision": f"xx/law/p{n}"}) for n in range(len(law))]
    return assemble("xx", documents(provisions, [*stages, stage("licence_required")]))


@st.composite
def files(draw):
    """A file in which each fact is known, narrowed or open."""
    facts = file()
    for ref, values in VALUES.items():
        kind = draw(st.sampled_from(["known", "some", "open"]))
        if kind == "known":
            facts = facts.state({ref: Known(draw(st.sampled_from(values)))})
        elif kind == "some" and ref.endswith("colour"):
            facts = facts.state({ref: OneOf(tuple(sorted(draw(st.sets(st.sampled_from(values), min_size=1)))))})
        elif kind == "some" and ref.endswith("share"):
            ends = sorted(draw(st.tuples(st.sampled_from(values), st.sampled_from(values))))
            facts = facts.state({ref: Within(*ends)})
    ids, complete = draw(st.sampled_from(PARTS))
    facts = facts.collect("application.nodes", ids, complete)
    if ids and draw(st.booleans()):
        facts = facts.state({"node[n1].deep": draw(st.booleans())})
    return facts


def possible(facts: FactSet, ref: str, values: tuple[Any, ...]) -> tuple[Any, ...]:
    match facts.value(ref):
        case Known(value):
            return (value,)
        case OneOf(some):
            return some
        case Within(lo, hi):
            return tuple(value for value in values if lo <= value <= hi)
    return values


def worlds(facts: FactSet) -> list[Case]:
    """Every completion; an open collection may be complete as it is, or have one more part, deep or not."""
    ids, complete = facts.instances("node", "application.nodes")
    known = [possible(facts, f"node[{one}].deep", (True, False)) for one in ids]
    parts = [*product(*known)] if complete else [*product(*known), *product(*known, (True, False))]
    every = [possible(facts, ref, values) for ref, values in VALUES.items()]
    return [Case(dict(zip(VALUES, chosen, strict=True)), deep) for chosen in product(*every) for deep in parts]


def holds(tree: dict[str, Any], world: Case) -> bool:
    """Two-valued and naive."""
    match tree:
        case {"all": parts}:
            return all(holds(part, world) for part in parts)
        case {"any": parts}:
            return any(holds(part, world) for part in parts)
        case {"not": part}:
            return not holds(part, world)
        case {"exists": body}:
            return any(deep is body["satisfies"].get("value", True) for deep in world.deep)
        case {"every": body}:
            return all(deep is body["satisfies"].get("value", True) for deep in world.deep)
        case {"fact": fact, "in": members}:
            return world.facts[fact] in members
        case {"fact": fact, "op": op, "value": bool() as value}:
            return OPS[op](world.facts[fact], value)
        case {"fact": fact, "op": op, "value": value}:
            return OPS[op](world.facts[fact], D(value) / 100)
    return world.facts[tree["fact"]] is True


def naive(law, world: Case) -> str:
    for outcome, (tree, status) in zip(OUTCOMES, law, strict=False):
        if status == "in_force" and holds(tree, world):
            return outcome
    return "licence_required"


def reachable(book, facts: FactSet, **more: Any):
    return frozenset(assess(book, facts, on=ON, **more).cells[0].reachable)


@given(laws, files())
def test_the_possible_outcomes_are_exactly_those_of_the_completions(law, facts):
    """If this failed, a case would be decided that a further fact could turn, or kept open though nothing can."""
    assert reachable(rulebook(law), facts) == {naive(law, world) for world in worlds(facts)}


@given(laws, files())
def test_exactly_the_facts_on_which_two_completions_disagree_are_asked(law, facts):
    """If this failed, the form would not be a theorem of the law: something asked for nothing, or something not asked that matters."""
    found = assess(rulebook(law), facts, on=ON)
    outcomes = {(tuple(world.facts.items()), world.deep): naive(law, world) for world in worlds(facts)}
    needed = set()
    for ref in VALUES:
        groups: dict[Any, set[str]] = {}
        for (pairs, deep), outcome in outcomes.items():
            groups.setdefault((tuple(pair for pair in pairs if pair[0] != ref), deep), set()).add(outcome)
        if any(len(group) > 1 for group in groups.values()):
            needed.add(ref)
    assert {item.fact_ref for item in found.missing} & set(VALUES) == needed


@given(laws, files(), st.randoms(use_true_random=False))
def test_answers_only_narrow_and_their_order_does_not_matter(law, facts, chance):
    """If this failed, one more true answer could take back what was already decided."""
    book, world = rulebook(law), chance.choice(worlds(facts))
    refs = sorted(VALUES)
    before = reachable(book, facts)
    chance.shuffle(refs)
    other_way = facts
    for ref in sorted(VALUES):
        other_way = other_way.answer(ref, world.facts[ref])
    for ref in refs:
        facts = facts.answer(ref, world.facts[ref])
        after = reachable(book, facts)
        assert after <= before
        before = after
    assert before == reachable(book, other_way)


@given(laws, files())
def test_closing_a_collection_only_refines(law, facts):
    """If this failed, saying "there are no others" could open what was settled."""
    book = rulebook(law)
    assert reachable(book, facts.close("application.nodes")) <= reachable(book, facts)


@given(laws, files())
def test_hiding_any_fact_of_the_ground_given_opens_the_outcome(law, facts):
    """If this failed, reasons of a decision would name facts it does not rest on."""
    book = rulebook(law)
    (cell,) = assess(book, facts, on=ON).cells
    if cell.outcome == "not_known":
        assert cell.because == ()
        return

    def kept(refs):
        found = FactSet({ref: said for ref, said in facts.statements.items() if ref in refs})
        for ref, collection in facts.collections.items():
            found = found.collect(ref, collection.ids, complete=collection.complete and (ref in refs or "nodes" not in ref))
        return found

    assert reachable(book, kept(cell.because)) == {cell.outcome}
    for ref in cell.because:
        assert len(reachable(book, kept(set(cell.because) - {ref}))) > 1


@given(laws, files(), st.booleans())
def test_an_exporter_learns_nothing_from_a_sealed_value(law, facts, sealed):
    """If this failed, the outcome shown to the exporter would give away what the end user told the authority."""
    book = rulebook(law)
    one = facts.seal("application.a", "sha-256:00", sealed)
    other = facts.seal("application.a", "sha-256:00", not sealed)
    seen = [canonical(assessment_json(assess(book, each, on=ON, as_seen_by="exporter"))) for each in (one, other)]
    assert seen[0] == seen[1]
    promised = {item.fact_ref for item in assess(book, one, on=ON, as_seen_by="exporter").missing}
    assert "application.a" not in promised


@given(laws, files(), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_a_day_inside_a_segment_changes_nothing(law, facts, day):
    """If this failed, the outcome would hang on something that is not written."""
    book = rulebook(law)
    assert assess(book, facts, on=day).cells[0].reachable == assess(book, facts, on=ON).cells[0].reachable
