"""Two versions of a law: what is written differently, whether anybody fares differently, and boundary words against operators."""

from __future__ import annotations

from datetime import date

import pytest

from lodemark.rules import assess, days_of_change, diff, fingerprint, load
from lodemark.rules.anyone import turning_point
from lodemark.rules.checking import lint
from lodemark.rules.lint import boundary_words
from lodemark.rules.loader import assemble
from tests.rules.world import VOCABULARY, book, documents, file, provision, stage, when, word

ON = date(2026, 3, 16)
A, B = {"fact": "application.a"}, {"fact": "application.b"}


def test_a_rewording_that_means_the_same_is_found_equivalent():
    """If this failed, a clean-up of the text would be announced as a change of law."""
    one = when({"not": {"all": [A, B]}})
    other = when({"any": [{"not": A}, {"not": B}]})
    found = diff(one, other, ON)
    assert (found.meaning, found.witness, [change.id for change in found.changes]) == ("equivalent", {}, ["xx/law/1"])


def test_a_change_at_the_boundary_has_a_witness_on_the_boundary():
    """If this failed, "over 0.1" becoming "0.1 and over" would pass unseen."""
    share = {"fact": "application.share", "value": "0.1", "unit": "% m/m"}
    one, other = when({**share, "op": "gt"}), when({**share, "op": "ge"})
    found = diff(one, other, ON)
    assert (found.meaning, found.witness, found.outcomes) == (
        "different",
        {"application.share": "0.001"},
        ("not_controlled", "licence_required"),
    )


def test_a_witness_really_has_both_outcomes():
    """If this failed, the example shown to a minister would not be one."""
    one, other = when({"any": [A, B]}), when({"all": [A, B]})
    found = diff(one, other, ON)
    facts = file().state({ref: value == "true" for ref, value in found.witness.items()})
    assert tuple(assess(law, facts, on=ON).cells[0].outcome for law in (one, other)) == found.outcomes


def test_the_same_regime_on_both_sides_of_an_open_date():
    """If this failed, the day on which Announcement 61 may come back would look like any other."""
    law = load("cn-ann61")
    assert diff(law, law, date(2026, 3, 1), date(2026, 11, 10)).meaning == "equivalent"
    changed = diff(law, law, date(2026, 11, 10), date(2026, 11, 11))
    assert changed.meaning == "different"
    assert {change.parts for change in changed.changes} == {("suspended", "unknown")}


def test_a_number_that_changes_is_told_with_both_values():
    """If this failed, a threshold could be moved and the comparison of the two days would say nothing of it."""
    law = provision("1", A)
    law["values"] = [
        {
            "name": "share",
            "from": "2025-01-01",
            "until": "2026-01-01",
            "value": {"above": "0", "at_most": "0.18"},
            "unit": "% m/m",
        },
        {"name": "share", "from": "2026-01-01", "until": None, "value": "0.1", "unit": "% m/m"},
    ]
    one = book([law])
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2)]
    told = [
        [(change.id, change.parts) for change in diff(one, one, days[0], day).changes if change.what == "value"] for day in days
    ]
    assert told == [[], *[[("xx/law/1#share", ("(0 %, 0.18 %]", "0.1 %"))]] * 2]
    assert days[1] in days_of_change(one) and not {days[0], days[2]} & set(days_of_change(one))


def test_the_digest_of_a_check_tells_whether_it_is_still_the_same():
    """If this failed, a link to a rule would show another rule without anybody noticing."""
    one, same, other = (book([provision("1", tree)]).provision("xx/law/1") for tree in (A, A, {"all": [A, B]}))
    assert fingerprint(one) == fingerprint(same) != fingerprint(other)
    any_, all_ = (book([provision("1", {name: [A, B]})]).provision("xx/law/1") for name in ("any", "all"))
    assert fingerprint(any_) != fingerprint(all_)


def test_added_and_removed_are_named():
    """If this failed, a new duty would hide in a long text."""
    one, other = book([provision("1", A)]), book([provision("2", A)])
    assert [(change.what, change.id) for change in diff(one, other, ON).changes] == [
        ("removed", "xx/law/1"),
        ("added", "xx/law/2"),
    ]


def codes(provisions, stages=(), words=VOCABULARY) -> list[str]:
    found = documents(provisions, stages, words)
    by_name = {(one.kind, one.id): one for one in found}
    return [problem.code for problem in lint([assemble("xx", found)], by_name) if problem.code != "fact-idle"]


def quoted(text: str, op: str, boundary: str | None = None):
    quote = {"lang": "zh-Hans", "text": text, **({"boundary": boundary} if boundary else {})}
    return provision("1", {"fact": "application.share", "op": op, "value": "0.1", "unit": "% m/m"}, quote=quote)


@pytest.mark.parametrize(
    ("text", "boundary", "right", "wrong"),
    [
        ("达到0.1%及以上的", "及以上", "ge", "gt"),
        ("超过0.1%的", "超过", "gt", "ge"),
        ("不满0.1%的", "不满", "lt", "le"),
        ("0.1%以内", "以内", "le", "lt"),
        ("不超过0.1%", "不超过", "le", "gt"),
        ("exceeds 0.1 %", "exceeds", "gt", "ge"),
        ("at least 0.1 %", "at least", "ge", "gt"),
    ],
)
def test_the_operator_must_say_what_the_boundary_word_says(text: str, boundary: str, right: str, wrong: str):
    """If this failed, "exceeds" could be encoded as >=, as a published example does, and nobody would be told."""
    assert codes([quoted(text, right, boundary)]) == []
    assert codes([quoted(text, wrong, boundary)]) == ["boundary-against-op"]


def test_a_boundary_word_that_is_not_declared_or_not_there():
    """If this failed, the check of a boundary could be avoided by silence."""
    assert codes([quoted("超过0.1%的", "gt")]) == ["boundary-not-declared"]
    assert codes([quoted("超过0.1%的", "gt", "以上")]) == ["boundary-word-unknown"]


def test_the_longer_boundary_word_is_the_one_meant():
    """If this failed, 不超过 (at most) would be read as 超过 (more than)."""
    assert boundary_words("不超过5年") == ("不超过",)
    assert boundary_words("及以上") == ("及以上",)


def test_a_condition_nobody_can_meet_and_a_stage_nobody_reaches():
    """If this failed, a contradiction in a rulebook would quietly never apply."""
    never = {"all": [A, {"not": A}]}
    assert codes([provision("1", never)]) == ["condition-unsatisfiable"]
    stages = [stage("exempt", {"all": [A, {"not": A}]}), stage("licence_required")]
    assert codes([provision("1", A)], stages) == ["stage-unreachable"]


def test_a_question_no_provision_needs_is_unlawful():
    """If this failed, the form could grow questions the law gives no ground for (Administrative Licensing Law art. 29)."""
    found = documents([provision("1", A)], [stage("licence_required", {"provision": "xx/law/1"}), stage("not_controlled")])
    idle = {problem.facts[0][1] for problem in lint([assemble("xx", found)], {(one.kind, one.id): one for one in found})}
    assert "application.b" in idle and "application.a" not in idle and "application.lines" not in idle


def test_two_cases_on_the_edge_of_a_provision():
    """If this failed, an explanation could not show where a rule turns."""
    turn = turning_point(
        when({"all": [A, {"fact": "application.share", "op": "ge", "value": "0.1", "unit": "% m/m"}]}), "xx/law/1", ON
    )
    assert turn is not None
    assert (turn.facts, turn.ref, turn.met) == ({"application.a": "true"}, "application.share", "0.001")


def test_the_parties_of_anyone_are_different_parties():
    """If this failed, a rule about a Chinese exporter and a foreign end user would look as if nobody could meet it."""
    apart = {
        "all": [
            {"fact": "exporter.country", "op": "eq", "value": "AA"},
            {"fact": "end_user.country", "op": "eq", "value": "BB"},
        ]
    }
    words = [*VOCABULARY, word("application.exporters", "instances", of="exporter")]
    assert codes([provision("1", apart, over="end_user")], words=words) == []
