"""A small office for the tests: persons, days, one application, and a file that remembers its records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lodemark.case import (
    Answer,
    AppealView,
    ApplicationView,
    Case,
    CaseFacts,
    CaseRules,
    Check,
    Condition,
    Demand,
    Document,
    Ground,
    LineOutcome,
    Lists,
    NoticeGround,
    Point,
    Position,
    Question,
    Screened,
    Session,
    VersionChange,
    decide,
    fold,
)
from lodemark.case import commands as c
from lodemark.ledger import Actor, Record
from lodemark.rules import Calendar, load
from lodemark.trouble import Refusal


def week(*years: int) -> Calendar:
    """Monday to Friday without holidays in these years; outside them nothing is known."""
    return Calendar("XX", frozenset(years), frozenset(), frozenset(), frozenset({6, 7}), "week")


MONDAY = date(2026, 3, 2)
RULES = CaseRules.of(load("cn-ann18"), week(2025, 2026, 2027), MONDAY)
OF = Actor("p-officer", "office", "officer")
OF2 = Actor("p-officer-2", "office", "officer")
CS = Actor("p-signer", "office", "countersigner")
AD = Actor("p-adviser", "dept-energy", "adviser")
AP = Actor("p-appeal", "appeal-office", "appeal_officer")
SG = Actor("p-signatory", "exporter", "signatory")
EU = Actor("p-end-user", "end-user", "end_user")
TIMER = Actor.system("clock", "house/timer")
ROLES = {actor.role: actor for actor in (OF, CS, AD, AP, SG, EU)} | {"timer": TIMER}

LINES = ("L1/p2", "L2/p2")
APPLICATION = ApplicationView("application/1", "submitted", 1, "digest-1", MONDAY, LINES)
FACTS = CaseFacts(
    application=APPLICATION,
    screening=(Screened("p2", "CLEAR"),),
    documents=(Document("doc-1", "clean"),),
    checks=(Check("end-use-specific", "L1/p2", "met", "cn/duir-2024/24"),),
    lists=Lists("lists-1", True),
    rulebook="rulebook-1",
    conflicts=(),
    askable={"cn/duir-2024/16": ("/lines/0/use", "/end_user/site")},
    audiences={"/lines/0/use": ("dept-energy",), "/lines/0/composition": ("dept-energy",)},
    session=Session(CS.person, datetime(2026, 3, 2, 1, 0, tzinfo=UTC)),
    appeals=(),
)
CHANGE = VersionChange(2, "digest-2", LINES, ("/lines/0/use",), ())
WHY = Ground("end-use-not-shown", "cn/ecl-2020/13")
FINE = Ground("civil-end-use-shown", "cn/ecl-2020/13")
REPORT = Condition("report-arrival", "cn/duir-2024/18-1", {"days": 30})
GRANT = tuple(LineOutcome(line, "granted", (FINE,)) for line in LINES)
REFUSE = (LineOutcome("L1/p2", "refused", (WHY,)), GRANT[1])
QUESTION = Question("q1", "cn/duir-2024/16", "cn/duir-2024/16-1", "/lines/0/use", "Which motor?", "The use is not stated.")
SEALED = replace(QUESTION, id="q2", path="/end_user/site", text="Which site?", sealed=True)


def day(number: int) -> date:
    """So many calendar days after the Monday on which the application came in."""
    return MONDAY + timedelta(days=number)


@dataclass
class File:
    """A case dossier in memory: ``do`` acts and insists on success, ``refused`` insists on refusal."""

    facts: CaseFacts = FACTS
    rules: CaseRules = RULES
    records: list[Record] = field(default_factory=list)
    acts: list[tuple[c.Command, CaseFacts, tuple[Record, ...]]] = field(default_factory=list)

    @property
    def case(self) -> Case:
        return fold(self.records)

    def ask(self, command: c.Command, **facts: Any) -> tuple[Record, ...] | Refusal:
        return decide(self.case if self.records else None, command, replace(self.facts, **facts), self.rules)

    def do(self, command: c.Command, **facts: Any) -> File:
        answer = self.ask(command, **facts)
        assert not isinstance(answer, Refusal), answer
        self.acts.append((command, replace(self.facts, **facts), answer))
        self.records.extend(answer)
        return self

    def refused(self, command: c.Command, **facts: Any) -> tuple[str, ...]:
        answer = self.ask(command, **facts)
        assert isinstance(answer, Refusal), answer
        return answer.codes


# One command of each kind that is right in its place; tests change one thing at a time with ``replace``.
def sign(file: File, by: Actor = CS) -> c.Countersign:
    """The signature of what now lies on the desk."""
    at = datetime(2026, 3, 2, 1, 2, tzinfo=UTC)
    return c.Countersign(on=day(30), by=by, decision="d1", digest=file.case.decision.digest, at=at)  # type: ignore[union-attr]


ACCEPT = c.Accept(on=day(1), by=OF, case="case/1")
TAKE = c.Take(on=day(2), by=OF)
ASK = c.Ask(on=day(3), by=OF, rfi="r1", questions=(QUESTION,), reply_by=day(20))
ASK_BOTH = replace(ASK, questions=(QUESTION, SEALED))
ANSWER = c.AnswerRfi(on=day(10), by=SG, rfi="r1", answers=(Answer("q1", "answer-digest"),))
CONSULT = c.Consult(
    on=day(3),
    by=OF,
    consultation="k1",
    department="dept-energy",
    fields=("/lines/0/use",),
    question="Is it plausible?",
    reply_by=day(20),
)
ADVISE = c.Advise(on=day(9), by=AD, consultation="k1", positions=tuple(Position(line, "approve") for line in LINES))
NOTICE = c.GiveNotice(
    on=day(4), by=OF, notice="n1", grounds=(NoticeGround("L1/p2", WHY),), evidence=("doc-1",), answer_by=day(18)
)
SPEAK = c.AnswerNotice(on=day(10), by=SG, notice="n1", points=(Point("a", "The drawing shows the motor."),))
WEIGH = c.Weigh(on=day(11), by=OF, notice="n1", responses={"a": "The drawing shows another motor."})
PROPOSE = c.Propose(on=day(25), by=OF, decision="d1", outcomes=GRANT)
SEND_BACK = c.SendBack(on=day(26), by=CS, decision="d1", comment="Say why for line 2.")
VOID = c.VoidProposal(on=day(26), by=TIMER, decision="d1")
SERVE = c.Serve(on=day(30), by=TIMER, decision="d1", licences=("licence/1",))
CLOSE = c.Close(on=day(150), by=TIMER)
REMIT = c.Remit(on=day(100), by=AP)
STOP = c.StopClock(on=day(5), by=OF, stop="s1", ground="expert_opinion", told_days=10)
REMITS = (AppealView("appeal/1", True, "annulled_and_remitted"),)
DEMAND = Demand("k9", "dept-energy", ("/lines/0/use",), "Is it plausible?", day(20), "cn/duir-2024/17")


def accepted() -> File:
    """An accepted case."""
    return File().do(ACCEPT)


def in_review() -> File:
    """A case an officer has taken."""
    return accepted().do(TAKE)


def proposed() -> File:
    """A case with a grant proposed for every line."""
    return in_review().do(PROPOSE)


def signed() -> File:
    """A case whose decision is signed and not yet served."""
    file = proposed()
    return file.do(sign(file))


def served() -> File:
    """A decided case whose decision is served."""
    return signed().do(SERVE)


def heard() -> File:
    """A case whose party answered a notice that was then weighed."""
    return in_review().do(NOTICE).do(SPEAK).do(WEIGH)


Start = Callable[[], File]
