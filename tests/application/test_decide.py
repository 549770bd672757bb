"""Filing, returning, withdrawing: each guard protects one right of the applicant or one duty of the office."""

import copy
from dataclasses import replace
from datetime import date

import pytest

from lodemark import rules
from lodemark.application import (
    Contest,
    Deficiency,
    Filing,
    FilingFacts,
    FilingRules,
    Return,
    Submit,
    Withdraw,
    decide,
    defects,
    diff,
    facts,
    fold,
    read,
)
from lodemark.application.checks import run
from lodemark.ledger import Actor, canonical
from lodemark.trouble import Refusal
from lodemark.wording import has
from tests.application.test_read import example

BOOK = rules.load("cn-ann18")
MONDAY = date(2026, 3, 16)
RULES = FilingRules.of(BOOK, rules.calendar("cn"), MONDAY)
SIGNATORY = Actor("person-1", "p1", "signatory")
OFFICER = Actor("person-9", "office", "officer")
DOSE = Deficiency(
    "line[L1].fraction[Dy]",
    "cn/ann18-2025/1C905.a.4",
    "/lines/0/composition",
    "answer-missing",
    {},
    "answer-missing-cure",
    ("/lines/0/composition",),
)
USE = replace(DOSE, rule_id="line[L1].uses", path="/end_use", reopens=("/end_use",))


def submit(name: str = "full", **more: object) -> Submit:
    return Submit(MONDAY, SIGNATORY, example(name), declaration_signed=True, **more)  # type: ignore[arg-type]


def sealed() -> FilingFacts:
    return FilingFacts(
        invited=frozenset(example("full").sealed),
        answered=frozenset(example("full").sealed),
        provisions=frozenset(BOOK.provisions),
    )


def done(state: Filing, command, known: FilingFacts) -> Filing:
    records = decide(state, command, known, RULES)
    assert not isinstance(records, Refusal), [reason.explain() for reason in records.reasons]
    for record in records:
        canonical(record.facts)
    return fold(records, state)


def codes(state: Filing, command, known: FilingFacts) -> list[str]:
    refused = decide(state, command, known, RULES)
    assert isinstance(refused, Refusal)
    for reason in refused.reasons:
        assert has(reason.code), reason.code
    return list(refused.codes)


def returned(*items: Deficiency) -> Filing:
    filed = done(Filing(), submit("minimal", on_paper=True), FilingFacts(deficiencies=items))
    return done(filed, Return(MONDAY, OFFICER, items), FilingFacts(deficiencies=items))


def test_a_complete_application_is_filed_and_frozen() -> None:
    """Without the digests nobody could show later what was filed and under which law."""
    state = done(Filing(), submit(), sealed())
    assert (state.status, [version.number for version in state.versions]) == ("submitted", [1])


def test_everything_open_is_told_at_once() -> None:
    """Told one by one, twelve open items would cost twelve filings."""
    app = example("minimal")
    items = defects(app, rules.assess(BOOK, facts(app, BOOK), on=MONDAY), run(app, BOOK))
    found = codes(Filing(), submit("minimal"), FilingFacts(deficiencies=items))
    assert len(found) == len(items) >= 10


def test_paper_is_received_although_it_is_incomplete() -> None:
    """Receipt is a right: an office that refuses the paper at the counter leaves no trace of the filing."""
    state = done(Filing(), submit("minimal", on_paper=True), FilingFacts(deficiencies=(DOSE,)))
    assert state.versions[0].open_items == (DOSE.key,)


def test_contested_items_go_to_a_person() -> None:
    """An applicant who is right about a wrong item must be able to file without pretending to cure it."""
    contest = Contest(DOSE.rule_id, DOSE.path, "assay attached, content is 0")
    assert done(Filing(), submit(contested=(contest,)), replace(sealed(), deficiencies=(DOSE,))).status == "submitted"
    assert codes(Filing(), submit(contested=(replace(contest, reason=" "),)), replace(sealed(), deficiencies=(DOSE,))) == [
        "answer-missing",
        "items-answered",
    ]


def test_guards_of_submit_are_told_together() -> None:
    """A signature, a virus and an uninvited owner are three errands; hearing of them one after the other wastes weeks."""
    unsigned = replace(submit(), declaration_signed=False)
    assert codes(Filing(), unsigned, FilingFacts(documents={"d1": "infected", "d2": "clean", "d3": "received"})) == [
        "no-rejected-document",
        "sealed-parts-invited",
        "declaration-signed",
    ]


def test_sealed_answer_counts_once_it_is_received() -> None:
    """An invitation is no answer; a decline is one."""
    waiting = replace(sealed(), answered=frozenset())
    assert codes(Filing(), submit(), waiting) == ["sealed-answer-awaited"]


@pytest.mark.parametrize(("day", "in_time"), [(date(2026, 3, 20), True), (date(2026, 3, 23), True), (date(2026, 3, 24), False)])
def test_five_working_days_to_return(day: date, in_time: bool) -> None:
    """应当当场或者在五日内一次告知: received Monday 16 March, the fifth working day is Monday 23 March; after it the file counts as accepted."""
    filed = done(Filing(), submit("minimal", on_paper=True), FilingFacts(deficiencies=(DOSE,)))
    outcome = decide(filed, Return(day, OFFICER, (DOSE,)), FilingFacts(deficiencies=(DOSE,)), RULES)
    assert (not isinstance(outcome, Refusal)) is in_time
    if isinstance(outcome, Refusal):
        assert outcome.codes == ("within-completion-period",)


def test_a_return_tells_everything() -> None:
    """The second item kept for later would be the second return."""
    filed = done(Filing(), submit("minimal", on_paper=True), FilingFacts(deficiencies=(DOSE, USE)))
    assert codes(filed, Return(MONDAY, OFFICER, (DOSE,)), FilingFacts(deficiencies=(DOSE, USE))) == ["return-tells-everything"]


def test_an_item_needs_rule_cure_and_relevance() -> None:
    """不得要求申请人提交与其申请的行政许可事项无关的技术资料: the customer list of a competitor's product cures nothing."""
    filed = done(Filing(), submit("minimal", on_paper=True), FilingFacts())
    idle = Deficiency("officer", "", "/contract", "answer-missing")
    assert codes(filed, Return(MONDAY, OFFICER, (idle,)), FilingFacts()) == [
        "item-has-rule-and-cure",
        "application-item-irrelevant",
    ]
    assert codes(filed, Return(MONDAY, OFFICER, ()), FilingFacts()) == ["return-names-nothing"]


def resubmitted(state: Filing, edit, items: tuple[Deficiency, ...] = (), **more: object):
    before = example("minimal").content
    content = copy.deepcopy(dict(before))
    edit(content)
    command = Submit(date(2026, 3, 30), SIGNATORY, read(content), declaration_signed=True, **more)  # type: ignore[arg-type]
    return command, FilingFacts(deficiencies=items, before=before, provisions=frozenset(BOOK.provisions))


def test_only_reopened_fields_change() -> None:
    """Otherwise a return for one figure would let the end user be exchanged after the officer had read the file."""
    state = returned(DOSE)
    cure = lambda content: content["lines"][0]["composition"].update(complete=True)  # noqa: E731
    assert done(state, *resubmitted(state, cure)).versions[-1].changed == ("/lines/0/composition/complete",)

    def more(content):
        cure(content)
        content["parties"]["end_user"][0]["country"] = "DE"

    assert codes(state, *resubmitted(state, more)) == ["field-not-reopened"]


def test_second_return_is_one_shot() -> None:
    """A file that can be returned again and again is refused without a decision."""
    state = returned(DOSE)
    cured = done(state, *resubmitted(state, lambda content: content["lines"][0]["composition"].update(complete=True)))
    known = FilingFacts(deficiencies=(), provisions=frozenset(BOOK.provisions))
    again = Return(date(2026, 3, 31), OFFICER, (USE,))
    assert codes(cured, again, known) == ["return-not-one-shot"]
    broke = replace(DOSE, rule_id="composition-sum")
    assert done(cured, replace(again, items=(broke,)), replace(known, deficiencies=(broke,))).status == "returned"


def test_open_item_may_be_told_again() -> None:
    """An item contested in words is still open; naming it twice is no second shot."""
    state = returned(DOSE, USE)
    contest = Contest(USE.rule_id, USE.path, "stated in the contract")
    command, known = resubmitted(state, lambda content: None, (USE,), contested=(contest,))
    again = done(state, command, known)
    assert done(again, Return(date(2026, 3, 31), OFFICER, (USE,)), known).returns[-1].items == (USE,)


def test_withdrawal_leaves_the_record() -> None:
    """Taking an application back must not make it unfiled."""
    state = done(Filing(), submit(), sealed())
    gone = done(state, Withdraw(MONDAY, SIGNATORY, "order cancelled"), FilingFacts())
    assert (gone.status, len(gone.versions)) == ("withdrawn", 1)
    assert codes(gone, Withdraw(MONDAY, SIGNATORY), FilingFacts()) == ["nothing-to-withdraw"]
    assert codes(state, Withdraw(MONDAY, SIGNATORY), FilingFacts(decided=True)) == ["nothing-to-withdraw"]


@pytest.mark.parametrize(
    ("state", "command", "code"),
    [
        (Filing("submitted"), submit(), "filing-closed"),
        (Filing("withdrawn"), submit(), "filing-closed"),
        (Filing("draft"), Return(MONDAY, OFFICER, (DOSE,)), "not-submitted"),
        (Filing("returned"), Return(MONDAY, OFFICER, (DOSE,)), "not-submitted"),
        (Filing("withdrawn"), Return(MONDAY, OFFICER, (DOSE,)), "not-submitted"),
        (Filing("draft"), Withdraw(MONDAY, SIGNATORY), "nothing-to-withdraw"),
    ],
)
def test_absent_transitions_are_refused(state: Filing, command, code: str) -> None:
    """Every pair of state and command that the table does not name is refused by name."""
    assert code in codes(state, command, sealed())


def test_folding_in_two_halves() -> None:
    """A read model that goes on from yesterday's state must not differ from one rebuilt today."""
    first = decide(Filing(), submit("minimal", on_paper=True), FilingFacts(deficiencies=(DOSE,)), RULES)
    assert not isinstance(first, Refusal)
    second = decide(fold(first), Return(MONDAY, OFFICER, (DOSE,)), FilingFacts(deficiencies=(DOSE,)), RULES)
    assert not isinstance(second, Refusal)
    assert fold((*first, *second)) == fold(second, fold(first))


def test_diff_names_every_value() -> None:
    """A pointer that is not told is a change nobody reviewed; '/lines/1' must not open '/lines/10'."""
    before = {"lines": [{"id": "L1", "quantity": {"gross": "1 kg"}}], "a/b": 1}
    after = {"lines": [{"id": "L1", "quantity": {"gross": "2 kg", "pieces": 4}}, {"id": "L2"}], "kind": "single"}
    assert diff(before, after) == ("/a~1b", "/kind", "/lines/0/quantity/gross", "/lines/0/quantity/pieces", "/lines/1/id")
    assert diff({"military": 0}, {"military": False}) == ("/military",)
    assert diff(before, before) == ()


ROLES = ("signatory", "member", "end_user", "officer", "countersigner", "adviser", "customs", "inspector", "office_admin")


def test_role_by_transition() -> None:
    """An officer who could file or withdraw in a firm's name, or a firm that could return its own file, decides for another."""
    filed = done(Filing(), submit("minimal", on_paper=True), FilingFacts(deficiencies=(DOSE,)))
    asked = {
        "submit": (Filing(), submit(), "signatory"),
        "return": (filed, Return(MONDAY, OFFICER, (DOSE,)), "officer"),
        "withdraw": (filed, Withdraw(MONDAY, SIGNATORY), "signatory"),
    }
    known = replace(sealed(), deficiencies=())
    for act, (state, command, allowed) in asked.items():
        gathered = FilingFacts(deficiencies=(DOSE,)) if act == "return" else known
        for role in ROLES:
            outcome = decide(state, replace(command, by=Actor("p", "x", role)), gathered, RULES)
            refused = isinstance(outcome, Refusal) and "role-may-not" in outcome.codes
            assert refused != (role == allowed), (act, role)
