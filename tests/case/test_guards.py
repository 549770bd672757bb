"""If these fail, an act the law forbids would pass, or pass without its reason being told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from lodemark.case import (
    MACHINES,
    Answer,
    AppealView,
    Check,
    Document,
    Judgement,
    LineOutcome,
    Lists,
    Point,
    Position,
    Screened,
    Session,
)
from lodemark.case import commands as c
from lodemark.case.appeal import APPEAL
from lodemark.case.guards import HATS
from lodemark.case.machine import code
from lodemark.ledger import Actor
from tests.case.world import (
    ACCEPT,
    AD,
    ADVISE,
    ANSWER,
    APPLICATION,
    ASK,
    ASK_BOTH,
    CHANGE,
    CLOSE,
    CONSULT,
    CS,
    EU,
    FINE,
    GRANT,
    LINES,
    NOTICE,
    OF,
    OF2,
    PROPOSE,
    QUESTION,
    REFUSE,
    REMIT,
    REMITS,
    REPORT,
    RULES,
    SEALED,
    SEND_BACK,
    SG,
    SPEAK,
    STOP,
    TAKE,
    TIMER,
    VOID,
    WEIGH,
    WHY,
    File,
    accepted,
    day,
    heard,
    in_review,
    proposed,
    served,
    sign,
    signed,
)

Facts = Mapping[str, Any]
Start = Callable[[], File]
GAP = Check("end-use-specific", "L1/p2", "not_known", "cn/duir-2024/24")
BARRED = replace(GAP, verdict="not_met")
IN_PRINCIPLE = replace(BARRED, modality="in_principle")
WISH = replace(
    ADVISE, positions=(Position(LINES[0], "approve-with-condition", condition=REPORT), Position(LINES[1], "approve"))
)


def asked() -> File:
    return in_review().do(ASK)


def consulted() -> File:
    return in_review().do(CONSULT)


def remitted(**how: Any) -> File:
    return served().do(REMIT, appeals=(replace(REMITS[0], **how),))


# code -> (file before, the command that must not pass, facts changed)
FAILS: list[tuple[str, Start, c.Command | Callable[[File], c.Command], Facts]] = [
    ("screening-complete", File, ACCEPT, {"screening": None}),
    ("screening-complete", File, ACCEPT, {"screening": (Screened("p2", "UNKNOWN", judged=True),)}),
    ("screening-complete", File, ACCEPT, {"screening": (Screened("p2", "REVIEW"),)}),
    ("screening-complete", in_review, PROPOSE, {"screening": (Screened("p2", "HIT"),)}),
    ("documents-scanned", File, ACCEPT, {"documents": None}),
    ("documents-scanned", File, ACCEPT, {"documents": (Document("d", "received"),)}),
    ("documents-scanned", File, ACCEPT, {"documents": (Document("d", "infected", accepted=True),)}),
    ("no-conflict-of-interest", File, ACCEPT, {"conflicts": (OF.person,)}),
    ("no-conflict-of-interest", File, ACCEPT, {"conflicts": None}),
    ("decline-has-ground", File, c.Decline(on=day(1), by=OF, case="case/1", reason="too-busy"), {}),
    ("decline-has-ground", File, c.Decline(on=day(1), by=OF, case="case/1", reason="not-competent"), {}),
    ("silence-period-over", File, c.DeemAccept(on=day(7), by=TIMER, case="case/1"), {}),
    (
        "cure-period-over",
        File,
        c.Lapse(on=day(20), by=TIMER, case="case/1"),
        {"application": replace(APPLICATION, stage="returned", cure_until=day(20), reminded_on=day(9))},
    ),
    (
        "reminded-before",
        File,
        c.Lapse(on=day(21), by=TIMER, case="case/1"),
        {"application": replace(APPLICATION, stage="returned", cure_until=day(20))},
    ),
    ("one-hat-per-file", lambda: consulted().do(ADVISE), replace(PROPOSE, by=replace(OF, person=AD.person)), {}),
    ("key-element-unchanged", accepted, c.Amend(on=day(2), by=SG), {"change": replace(CHANGE, key_elements=("destination",))}),
    ("key-element-unchanged", accepted, c.Amend(on=day(2), by=SG), {}),
    (
        "case-open",
        lambda: in_review().do(STOP).do(c.Withdraw(on=day(6), by=SG)),
        c.ResumeClock(on=day(9), by=OF, stop="s1"),
        {},
    ),
    ("served", signed, CLOSE, {}),
    ("appeal-time-over-or-appeal-ended", served, replace(CLOSE, on=day(40)), {}),
    ("appeal-time-over-or-appeal-ended", served, CLOSE, {"appeals": (AppealView("a", False),)}),
    ("appeal-time-over-or-appeal-ended", served, CLOSE, {"appeals": None}),
    ("appeal-remits", served, REMIT, {"appeals": (AppealView("a", True, "upheld"),)}),
    ("appeal-remits", served, REMIT, {"appeals": (AppealView("a", False, "annulled_and_remitted"),)}),
    ("stop-ground-named", in_review, replace(STOP, ground="request-for-papers"), {}),
    ("applicant-told-how-long", in_review, replace(STOP, told_days=0), {}),
    ("unlimited-ground-named", in_review, c.LiftLimit(on=day(4), by=OF, ground="hard-case"), {}),
    ("case-in-review", accepted, ASK, {}),
    ("item-is-relevant", in_review, replace(ASK, questions=(replace(QUESTION, path="/customer_list"),)), {}),
    ("item-is-relevant", in_review, replace(ASK, questions=()), {}),
    ("item-is-relevant", in_review, ASK, {"askable": None}),
    ("told-why", in_review, replace(ASK, questions=(replace(QUESTION, why=" "),)), {}),
    ("reply-by-set", in_review, replace(ASK, reply_by=ASK.on), {}),
    ("asked-together", asked, replace(ASK, rfi="r2"), {}),
    ("no-open-proposal", proposed, replace(ASK, on=day(26), reply_by=day(40)), {}),
    ("chase-is-due", asked, c.Chase(on=day(16), by=TIMER, rfi="r1"), {}),
    ("chase-is-due", lambda: asked().do(c.Chase(on=day(18), by=TIMER, rfi="r1")), c.Chase(on=day(19), by=TIMER, rfi="r1"), {}),
    (
        "own-questions-only",
        lambda: in_review().do(ASK_BOTH),
        replace(ANSWER, answers=(Answer("q1", "x"), Answer("q2", "x"))),
        {"change": CHANGE},
    ),
    ("every-question-answered", asked, replace(ANSWER, answers=()), {"change": CHANGE}),
    ("in-time", asked, replace(ANSWER, on=day(21)), {"change": CHANGE}),
    ("only-asked-changed", asked, ANSWER, {"change": replace(CHANGE, paths=("/lines/0/use", "/lines/0/quantity"))}),
    ("only-asked-changed", asked, ANSWER, {"change": replace(CHANGE, paths=("/lines/0/used_by",))}),
    ("only-asked-changed", asked, ANSWER, {}),
    (
        "same-questions-only",
        lambda: asked().do(ANSWER, change=CHANGE),
        c.Insufficient(on=day(12), by=OF, rfi="r1", questions=("q9",), reason="More.", reply_by=day(25)),
        {},
    ),
    ("reason-given", asked, c.Drop(on=day(9), by=OF, rfi="r1", reason=" "), {}),
    ("reason-given", proposed, replace(SEND_BACK, comment=""), {}),
    ("reply-by-over", asked, c.LapseRfi(on=day(20), by=TIMER, rfi="r1"), {}),
    ("later-than-before", asked, c.Extend(on=day(15), by=OF, rfi="r1", reply_by=day(20), reason="A holiday."), {}),
    ("later-than-before", asked, c.Extend(on=day(21), by=OF, rfi="r1", reply_by=day(30), reason="A holiday."), {}),
    ("adviser-may-see", in_review, replace(CONSULT, fields=("/end_user/site",)), {}),
    ("adviser-may-see", in_review, CONSULT, {"audiences": None}),
    ("question-put", in_review, replace(CONSULT, question=""), {}),
    ("adviser-is-asked", consulted, replace(ADVISE, by=Actor("p-x", "dept-trade", "adviser")), {}),
    ("position-per-line", consulted, replace(ADVISE, positions=ADVISE.positions[:1]), {}),
    ("position-has-reason", consulted, replace(ADVISE, positions=(Position(LINES[0], "refuse"), ADVISE.positions[1])), {}),
    ("changed-view-names-old", lambda: consulted().do(ADVISE), replace(ADVISE, on=day(12)), {}),
    ("adviser-time-over", consulted, c.LapseConsultation(on=day(20), by=TIMER, consultation="k1"), {}),
    ("adverse-reasons-named", in_review, replace(NOTICE, grounds=()), {}),
    ("adverse-reasons-named", in_review, replace(NOTICE, grounds=(replace(NOTICE.grounds[0], line="L9/p9"),)), {}),
    (
        "adverse-reasons-named",
        in_review,
        replace(NOTICE, grounds=(replace(NOTICE.grounds[0], ground=replace(WHY, sealed=True)),)),
        {},
    ),
    ("evidence-shown", in_review, replace(NOTICE, evidence=()), {}),
    ("time-to-answer", in_review, replace(NOTICE, answer_by=day(17)), {}),
    ("answered-in-time", lambda: in_review().do(NOTICE), replace(SPEAK, on=day(19)), {}),
    ("answer-has-points", lambda: in_review().do(NOTICE), replace(SPEAK, points=()), {}),
    ("answer-time-over", lambda: in_review().do(NOTICE), c.ExpireNotice(on=day(18), by=TIMER, notice="n1"), {}),
    ("each-point-answered", lambda: in_review().do(NOTICE).do(SPEAK), replace(WEIGH, responses={"a": " "}), {}),
    ("every-line-decided", in_review, replace(PROPOSE, outcomes=GRANT[:1]), {}),
    ("every-line-decided", in_review, replace(PROPOSE, outcomes=(*GRANT, GRANT[0])), {}),
    ("every-line-decided", in_review, replace(PROPOSE, outcomes=(LineOutcome(LINES[0], "granted", ()), GRANT[1])), {}),
    (
        "every-line-decided",
        in_review,
        replace(PROPOSE, outcomes=(replace(GRANT[0], outcome="granted_with_conditions"), GRANT[1])),
        {},
    ),
    ("nothing-open", asked, PROPOSE, {}),
    ("nothing-open", lambda: asked().do(ANSWER, change=CHANGE), PROPOSE, {}),
    ("nothing-open", consulted, PROPOSE, {}),
    ("nothing-open", lambda: in_review().do(NOTICE).do(SPEAK), PROPOSE, {}),
    ("not-known-judged", in_review, PROPOSE, {"checks": (GAP,)}),
    (
        "not-known-judged",
        in_review,
        replace(PROPOSE, judgements=(Judgement(GAP.code, GAP.line, "met", " "),)),
        {"checks": (GAP,)},
    ),
    ("not-known-judged", in_review, PROPOSE, {"checks": (IN_PRINCIPLE,)}),
    ("not-known-judged", in_review, PROPOSE, {"checks": None}),
    ("not-met-not-granted", in_review, PROPOSE, {"checks": (BARRED,)}),
    (
        "not-met-not-granted",
        in_review,
        replace(PROPOSE, judgements=(Judgement(GAP.code, GAP.line, "met", "I know them."),)),
        {"checks": (BARRED,)},
    ),
    (
        "not-met-not-granted",
        in_review,
        replace(PROPOSE, judgements=(Judgement(GAP.code, GAP.line, "not_met", "No drawing."),)),
        {"checks": (GAP,)},
    ),
    ("adverse-needs-notice", in_review, replace(PROPOSE, outcomes=REFUSE), {}),
    ("reasons-within-notice", heard, replace(PROPOSE, outcomes=(replace(REFUSE[0], grounds=(WHY, FINE)), GRANT[1])), {}),
    (
        "dissent-answered",
        lambda: consulted().do(replace(ADVISE, positions=(Position(LINES[0], "refuse", ground=WHY), ADVISE.positions[1]))),
        PROPOSE,
        {},
    ),
    ("dissent-answered", lambda: consulted().do(WISH), PROPOSE, {}),
    (
        "reasons-releasable",
        in_review,
        replace(PROPOSE, outcomes=(replace(GRANT[0], grounds=(replace(FINE, sealed=True),)), GRANT[1])),
        {},
    ),
    ("lists-current", in_review, PROPOSE, {"lists": Lists("lists-1", False)}),
    ("lists-current", in_review, PROPOSE, {"lists": None}),
    ("not-same-again", remitted, replace(PROPOSE, decision="d2", on=day(110)), {}),
    (
        "another-officer",
        lambda: remitted(another_officer=True),
        replace(PROPOSE, decision="d2", on=day(110)),
        {"rulebook": "new"},
    ),
    ("this-decision", proposed, replace(SEND_BACK, decision="d0"), {}),
    ("something-changed", proposed, VOID, {}),
    ("signer-is-other", proposed, lambda file: replace(sign(file), by=replace(CS, person=OF.person)), {}),
    (
        "signer-not-adviser",
        lambda: consulted().do(ADVISE).do(PROPOSE),
        lambda file: replace(sign(file), by=replace(CS, person=AD.person)),
        {},
    ),
    ("signer-from-session", proposed, sign, {"session": Session("p-else", datetime(2026, 3, 2, 1, 0, tzinfo=UTC))}),
    ("signer-from-session", proposed, sign, {"session": None}),
    ("fresh-login", proposed, lambda file: replace(sign(file), at=datetime(2026, 3, 2, 1, 5, 1, tzinfo=UTC)), {}),
    ("fresh-login", proposed, sign, {"session": Session(CS.person, None)}),
    ("same-digest", proposed, lambda file: replace(sign(file), digest="another"), {}),
    ("facts-unchanged", proposed, sign, {"rulebook": "rulebook-2"}),
    ("facts-unchanged", proposed, sign, {"lists": Lists("lists-2", True)}),
    (
        "adviser-asked-again",
        lambda: consulted().do(WISH).do(replace(PROPOSE, answers_to_advice={"k1": "Not needed."})),
        sign,
        {},
    ),
]


@pytest.mark.parametrize("number", range(len(FAILS)), ids=[f"{number}-{row[0]}" for number, row in enumerate(FAILS)])
def test_each_guard_refuses_with_its_own_name(number: int) -> None:
    """A guard that never refuses is decoration."""
    expected, start, command, facts = FAILS[number]
    file = start()
    assert expected in file.refused(command if isinstance(command, c.Command) else command(file), **facts)


def test_every_guard_of_every_table_has_a_failing_case_and_a_provision() -> None:
    """A refusal without a provision is arbitrary, and a guard without a failing test may be none."""
    guards = {code(guard) for machine in MACHINES for row in machine.rows for guard in row.guards}
    assert guards - {row[0] for row in FAILS} == set()
    assert guards - set(RULES.provisions) == set()


def test_every_row_open_to_one_of_the_four_hats_guards_the_others() -> None:
    """One forgotten row, a clock resumed by the adviser, is enough to be two persons on one file."""
    rows = [row for machine in (*MACHINES, APPEAL) for row in machine.rows if set(row.who) & set(HATS)]
    bare = [row.command.__name__ for row in rows if "one-hat-per-file" not in {code(guard) for guard in row.guards}]
    assert bare == []


def test_one_person_never_wears_two_hats() -> None:
    """Whoever advised a file could otherwise decide it from a second account."""
    file = consulted().do(ADVISE)
    assert "one-hat-per-file" in file.refused(replace(PROPOSE, by=replace(OF, person=AD.person)))
    assert "one-hat-per-file" in file.refused(replace(ADVISE, on=day(12), replaces=True, by=replace(AD, person=OF.person)))


def test_an_officer_may_hand_over_to_another_officer() -> None:
    """A file must not lie still because its officer is on leave: the same hat on another head is lawful."""
    in_review().do(replace(PROPOSE, by=OF2))


def test_a_condition_the_adviser_asked_for_may_be_dropped_only_after_asking_again() -> None:
    """A peer's conditions vanish between advice and licence unseen; here consent, objection or silence comes first."""
    file = consulted().do(WISH).do(replace(PROPOSE, answers_to_advice={"k1": "The report is due by law anyway."}))
    assert file.case.consultations["k1"].state == "stale"
    consents = replace(ADVISE, on=day(26))
    file.do(consents)
    assert file.case.open_proposal
    file.do(sign(file))
    assert file.case.state == "decided"


def test_an_objection_to_a_dropped_condition_ends_the_proposal() -> None:
    """A signature under advice that has just changed would be a signature under something else."""
    file = consulted().do(WISH).do(replace(PROPOSE, answers_to_advice={"k1": "The report is due by law anyway."}))
    file.do(replace(WISH, on=day(26)))
    assert file.case.decision and file.case.decision.state == "voided"


def test_advice_on_fields_that_changed_is_asked_for_again() -> None:
    """Consent to yesterday's use must not be read as consent to today's."""
    file = consulted().do(ADVISE).do(c.Amend(on=day(12), by=SG), change=CHANGE)
    assert file.case.consultations["k1"].state == "stale"


def test_advice_on_other_fields_stands() -> None:
    """Asking everybody again at each correction would make every file late."""
    file = consulted().do(ADVISE).do(c.Amend(on=day(12), by=SG), change=replace(CHANGE, paths=("/contract/number",)))
    assert file.case.consultations["k1"].state == "answered"


def test_an_amendment_voids_the_open_proposal_and_says_why() -> None:
    """A decision must never be signed on a version that is no longer the file's."""
    file = proposed().do(c.Amend(on=day(26), by=SG), change=CHANGE)
    assert file.case.decision and file.case.decision.state == "voided"
    assert file.records[-1].facts["changed"] == ["version"]


def test_sealed_questions_are_answered_past_the_supplier() -> None:
    """An end user's secrets would otherwise have to pass through its supplier."""
    file = in_review().do(ASK_BOTH).do(ANSWER, change=CHANGE)
    assert file.case.rfis["r1"].state == "open"
    answer = replace(ANSWER, by=EU, answers=(Answer("q2", "sealed-digest"),))
    file.do(answer, change=replace(CHANGE, version=3, paths=(SEALED.path,)))
    assert file.case.rfis["r1"].state == "answered"


def test_two_signers_where_the_rulebook_asks_for_two() -> None:
    """The number of eyes is law, not code."""
    file = File(rules=replace(RULES, signers=2)).do(ACCEPT).do(TAKE).do(PROPOSE)
    file.do(sign(file))
    assert file.case.state == "in_review"
    assert "signer-is-other" in file.refused(sign(file))
    second = replace(CS, person="p-signer-2")
    file.do(sign(file, second), session=Session(second.person, datetime(2026, 3, 2, 1, 0, tzinfo=UTC)))
    assert file.case.state == "decided"


def test_a_refusal_is_served_with_reasons_remedies_and_finality() -> None:
    """A party that is not told of its remedy loses it."""
    file = heard().do(replace(PROPOSE, outcomes=REFUSE))
    file.do(sign(file)).do(c.Serve(on=day(30), by=TIMER, decision="d1"))
    served_facts = file.records[-1].facts
    assert served_facts["overall"] == "partly_granted"
    assert served_facts["remedies"][0]["final"] == "cn/ecl-2020/41"  # type: ignore[index]
    # Sixty days end on Sunday 31 May; the last day moves to the Monday (Civil Code 203).
    assert served_facts["remedies"][0]["until"] == "2026-06-01"  # type: ignore[index]


def test_a_sealed_reason_is_served_as_its_gist() -> None:
    """Serving the sealed fact to the supplier would break the promise made to the end user."""
    sealed = replace(FINE, sealed=True, gist="The end user named the site.", facts={"site": "Plant 7"})
    file = in_review().do(replace(PROPOSE, outcomes=(replace(GRANT[0], grounds=(sealed,)), GRANT[1])))
    file.do(sign(file)).do(c.Serve(on=day(30), by=TIMER, decision="d1"))
    assert "Plant 7" not in str(file.records[-1].facts)
    assert "The end user named the site." in str(file.records[-1].facts)


def test_judged_not_known_may_be_granted_and_the_judgement_is_on_record() -> None:
    """Only a person may turn not known into a grant, and the file must show who and why."""
    judged = (Judgement(GAP.code, GAP.line, "met", "Plant visited on 2 March."),)
    file = in_review().do(replace(PROPOSE, judgements=judged), checks=(GAP,))
    assert file.records[-1].facts["judgements"][0]["reason"] == "Plant visited on 2 March."  # type: ignore[index]


def test_answers_to_points_need_no_second_notice() -> None:
    """After a weighed answer the very grounds of the notice may be used."""
    heard().do(replace(PROPOSE, outcomes=REFUSE))


def test_a_second_point_with_the_same_id_is_refused() -> None:
    """Two points under one id would let one of them go unanswered."""
    points = (Point("a", "One."), Point("a", "Two."))
    assert "answer-has-points" in in_review().do(NOTICE).refused(replace(SPEAK, points=points))
