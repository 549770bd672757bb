"""Conditions as sentences: how *and*, *or* and *not* nest, whether the number itself counts; the shipped ones are in ``tests/rulebooks``."""

from __future__ import annotations

from hypothesis import given

from lodemark.rules.condition import All, Any_, Condition, Not, Quantified, condition, plain
from lodemark.rules.sentence import canonical, sentence
from tests.rules.test_properties import holds, trees, worlds
from tests.rules.world import book, file, provision, stage

A, B, C = ({"fact": f"application.{letter}"} for letter in "abc")


def said(tree, lang="en") -> str:
    law = book([provision("1", tree)], [stage("licence_required", {"provision": "xx/law/1"}), stage("not_controlled")])
    return sentence(law.provisions["xx/law/1"].when, law, lang)


def test_and_or_and_not_read_as_they_nest():
    """If this failed, (a or b) and c would read like a or (b and c)."""
    assert said({"all": [{"any": [A, B]}, C]}) == "(application.a, or application.b), and application.c"
    assert said({"any": [A, {"all": [B, C]}]}) == "application.a, or (application.b, and application.c)"
    assert said({"not": {"all": [A, {"not": B}]}}) == "it is not so that application.a, or application.b"
    assert (
        said({"not": {"exists": {"over": "node", "satisfies": {"fact": "node.deep"}}}})
        == "for every one of application.nodes, it is not so that node.deep"
    )


def test_comparisons_say_whether_the_number_counts():
    """If this failed, the sentence would leave open what happens exactly at 0.1 %."""
    share = {"fact": "application.share", "value": "0.1", "unit": "% m/m"}
    assert [said({**share, "op": op}) for op in ("lt", "le", "gt", "ge")] == [
        "application.share is less than 0.1 % m/m",
        "application.share is 0.1 % m/m or less",
        "application.share is more than 0.1 % m/m",
        "application.share is 0.1 % m/m or more",
    ]
    assert said({**share, "op": "ge"}, "zh-Hans") == "文application.share不低于0.1 % m/m"
    assert said({"not": {**share, "op": "ge"}}) == said({**share, "op": "lt"})


@given(trees)
def test_pushing_not_to_the_leaves_changes_no_meaning(tree):
    """If this failed, the sentence would say something else than the rule."""
    normal = plain(canonical(condition({"not": tree})))
    for world in worlds(file().collect("application.nodes", ["n1"], complete=True)):
        assert holds(normal, world) is not holds(tree, world)


@given(trees)
def test_the_normal_form_has_not_only_at_the_leaves(tree):
    """If this failed, a sentence could hold "it is not so that (… and …)", which readers get wrong."""

    def ok(part: Condition) -> bool:
        match part:
            case All(parts) | Any_(parts):
                return len(parts) > 1 and all(map(ok, parts))
            case Not(inner):
                return not isinstance(inner, All | Any_ | Not | Quantified)
            case Quantified(where=where, satisfies=satisfies):
                return where is None and ok(satisfies)
        return True

    assert ok(canonical(condition(tree)))
