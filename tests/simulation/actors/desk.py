"""The desk: officers, countersigners and advisers. An officer may have a second account, and some try to act as two."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from lodemark.case import commands as ask
from lodemark.case.model import Condition, Judgement, LineOutcome, NoticeGround, Position
from lodemark.finding.model import Referral
from lodemark.ledger import Actor
from lodemark.licence import commands as licences
from lodemark.licence import proceeding
from lodemark.licence.proceeding.model import EndingTerms
from lodemark_office.acts import asking, casework, ending, filing, listing
from lodemark_office.acts.consulting import FIELDS
from lodemark_office.acts.findings import ask as finding_ask
from lodemark_office.acts.office import Office, Sent
from lodemark_office.acts.store import Answer
from tests.simulation.actors import papers
from tests.simulation.actors.act import Table, Words, against, in_days, in_favour, staff, state, to_case
from tests.simulation.actors.counter import to_ending, to_finding, to_licence
from tests.simulation.world import World

ACTS = Table("desk")
OFFICER, SECOND = staff("officer"), staff("countersigner")


@ACTS(
    "load-list", "", OFFICER, lambda world, _: not world.office.screener.lists(world.office.day(world.clock)).current, weight=8
)
def load_list(world: World, place: str, who: Actor, chance: Random) -> Words:
    day = world.office.day(world.clock)
    return Words(
        "list/control",
        str(day),
        lambda office, sent: listing.load_list(office, sent, "control", "simple-csv", day, papers.lists()),
    )


def waiting(world: World, one: Any) -> bool:
    """Filed, and no case was opened on it yet."""
    if one.status != "submitted":
        return False
    name = next(dossier for dossier, known in world.of("application").items() if known is one)
    return all(known.application != name for known in world.of("case").values())


@ACTS("accept", "application", OFFICER, waiting, weight=8)
def accept(world: World, place: str, who: Actor, chance: Random) -> Words:
    return Words(place, "", lambda office, sent: casework.accept(office, sent, place))


@ACTS("return", "application", OFFICER, waiting, weight=1.5)
def send_back_application(world: World, place: str, who: Actor, chance: Random) -> Words:
    return Words(place, "", lambda office, sent: filing.send_back(office, sent, place))


@ACTS("take", "case", OFFICER, state("accepted"), weight=12)
def take(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_case(place, ask.Take)


def idle(world: World, one: Any) -> bool:
    """In review with nothing waiting for a signature."""
    return one.state == "in_review" and one.open_proposal is None


@ACTS("ask", "case", OFFICER, idle, weight=3)
def ask_for_more(world: World, place: str, who: Actor, chance: Random) -> Words | None:
    items = casework.open_file(world.office, place, world.clock).review.deficiencies
    if not items:
        return None
    chosen = chance.sample(items, 1 + chance.randrange(min(2, len(items))))
    texts = {asking.name_of(item): "Please add it." for item in chosen}
    by = in_days(world, chance.choice((0, 2, 10, 20)))
    return Words(place, str(by), lambda office, sent: asking.put(office, sent, place, chosen, texts, "The rule needs it.", by))


def _rfis(one: Any, *states: str) -> list[str]:
    return [rfi.id for rfi in one.rfis.values() if rfi.state in states] or ["none"]


def _has_rfi(*states: str) -> Any:
    return lambda world, one: _rfis(one, *states) != ["none"]


@ACTS("accept-answer", "case", OFFICER, _has_rfi("answered"), weight=10)
def accept_answer(world: World, place: str, who: Actor, chance: Random) -> Words:
    rfi = chance.choice(_rfis(world.of("case")[place], "answered"))
    return to_case(place, ask.AcceptAnswer, rfi, rfi=rfi)


@ACTS("insufficient", "case", OFFICER, _has_rfi("answered"), weight=6)
def insufficient(world: World, place: str, who: Actor, chance: Random) -> Words:
    rfi, by = chance.choice(_rfis(world.of("case")[place], "answered")), in_days(world, 10)
    return to_case(place, ask.Insufficient, rfi, rfi=rfi, questions=("1",), reason="The page is missing.", reply_by=by)


@ACTS("extend", "case", OFFICER, _has_rfi("open"), weight=0.7)
def extend(world: World, place: str, who: Actor, chance: Random) -> Words:
    rfi = chance.choice(_rfis(world.of("case")[place], "open"))
    return to_case(place, ask.Extend, rfi, rfi=rfi, reply_by=in_days(world, 40), reason="Holidays.")


@ACTS("reopen", "case", OFFICER, _has_rfi("lapsed"), weight=2)
def reopen(world: World, place: str, who: Actor, chance: Random) -> Words:
    rfi = chance.choice(_rfis(world.of("case")[place], "lapsed"))
    return to_case(place, ask.Reopen, rfi, rfi=rfi, reply_by=in_days(world, 10), reason="They were ill.")


@ACTS("drop", "case", OFFICER, _has_rfi("open", "answered"), weight=1)
def drop(world: World, place: str, who: Actor, chance: Random) -> Words:
    rfi = chance.choice(_rfis(world.of("case")[place], "open", "answered"))
    return to_case(place, ask.Drop, rfi, rfi=rfi, reason="The paper was found.")


@ACTS("consult", "case", OFFICER, lambda world, one: idle(world, one) and len(one.consultations) < 2, weight=1)
def consult(world: World, place: str, who: Actor, chance: Random) -> Words:
    fields = FIELDS if chance.random() > world.plan.mix.unruly else ("/contract",)
    return to_case(
        place,
        ask.Consult,
        consultation="",
        department="ministry",
        fields=fields,
        question="Is this use known to you?",
        reply_by=in_days(world, chance.choice((0, 5, 15))),
    )


def _asked(one: Any, *states: str) -> list[str]:
    return [each.id for each in one.consultations.values() if each.state in states] or ["none"]


@ACTS("advise", "case", staff("adviser"), lambda world, one: _asked(one, "asked", "stale") != ["none"], weight=8)
def advise(world: World, place: str, who: Actor, chance: Random) -> Words:
    known = world.of("case")[place]
    name = chance.choice(_asked(known, "asked", "stale"))
    positions = tuple(_position(line, chance) for line in known.lines)
    replaces = name in known.consultations and bool(known.consultations[name].positions)
    return to_case(place, ask.Advise, name, consultation=name, positions=positions, replaces=replaces)


def _position(line: str, chance: Random) -> Position:
    match chance.choice(("approve", "approve", "refuse", "no-view", "approve-with-condition")):
        case "refuse":
            return Position(line, "refuse", against())
        case "approve-with-condition":
            return Position(line, "approve-with-condition", None, _condition())
        case "no-view":
            return Position(line, "no-view")
    return Position(line, "approve")


def _condition() -> Condition:
    return Condition("report-arrival", "cn/duir-2024/18-1", {"days": 30}, "report")


@ACTS("stop-clock", "case", OFFICER, lambda world, one: one.state == "in_review", weight=0.4)
def stop_clock(world: World, place: str, who: Actor, chance: Random) -> Words:
    known = world.of("case")[place]
    ground = chance.choice(("expert_opinion", "hearing", "lunch"))
    return to_case(
        place, ask.StopClock, ground, stop=f"s{len(known.stops) + 1}", ground=ground, told_days=chance.choice((0, 10))
    )


@ACTS("resume-clock", "case", OFFICER, lambda world, one: "running" in one.stops.values(), weight=3)
def resume_clock(world: World, place: str, who: Actor, chance: Random) -> Words:
    running = [name for name, now in world.of("case")[place].stops.items() if now == "running"]
    return to_case(place, ask.ResumeClock, stop=chance.choice(running or ["s1"]))


@ACTS("lift-limit", "case", OFFICER, lambda world, one: one.state == "in_review" and not one.unlimited, weight=0.3)
def lift_limit(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_case(place, ask.LiftLimit, ground=chance.choice(("state-council", "because")))


@ACTS("notice", "case", OFFICER, lambda world, one: idle(world, one) and len(one.notices) < 2, weight=3)
def give_notice(world: World, place: str, who: Actor, chance: Random) -> Words:
    known = world.of("case")[place]
    by = in_days(world, chance.choice((5, 14, 16, 30)))
    return to_case(
        place,
        ask.GiveNotice,
        str(by),
        notice="",
        grounds=tuple(NoticeGround(line, against()) for line in known.lines),
        evidence=(known.content_digest,),
        answer_by=by,
    )


def _notices(one: Any, *states: str) -> list[str]:
    return [each.id for each in one.notices.values() if each.state in states] or ["none"]


@ACTS("weigh", "case", OFFICER, lambda world, one: _notices(one, "answered") != ["none"], weight=10)
def weigh(world: World, place: str, who: Actor, chance: Random) -> Words:
    known = world.of("case")[place]
    name = chance.choice(_notices(known, "answered"))
    points = known.notices[name].points if name in known.notices else ()
    answered = points if chance.random() > 0.1 else points[1:]
    return to_case(place, ask.Weigh, name, notice=name, responses={point.id: "It was read." for point in answered})


@ACTS("propose", "case", OFFICER, idle, weight=14)
def propose(world: World, place: str, who: Actor, chance: Random) -> Words:
    known = world.of("case")[place]
    checks = casework.checks_of(casework.open_file(world.office, place, world.clock).review)
    heard = {one.line for notice in known.notices.values() if notice.settled for one in notice.grounds}
    sure = chance.random() < 0.85
    outcomes = tuple(_outcome(line, checks, line in heard if sure else chance.random() < 0.5, chance) for line in known.lines)
    judged = tuple(
        Judgement(check.code, line, "met", "It was looked into.")
        for check in checks
        for line in known.lines
        if check.verdict != "met" and check.line in ("", line) and chance.random() < 0.95
    )
    answers = dict.fromkeys(known.consultations, "It was weighed.") if chance.random() < 0.9 else {}
    return to_case(
        place,
        ask.Propose,
        ",".join(dict.fromkeys(one.outcome for one in outcomes)),
        decision="",
        outcomes=outcomes,
        judgements=judged,
        answers_to_advice=answers,
    )


def _outcome(line: str, checks: Any, may_refuse: bool, chance: Random) -> LineOutcome:
    barred = any(one.verdict == "not_met" and one.line in ("", line) for one in checks)
    if (barred or chance.random() < 0.7) and may_refuse:
        return LineOutcome(line, "refused", (against(),))
    if chance.random() < 0.3:
        return LineOutcome(line, "granted_with_conditions", (in_favour(),), (_condition(),))
    return LineOutcome(line, "granted", (in_favour(),))


@ACTS("sign", "case", SECOND, lambda world, one: one.open_proposal is not None, weight=24)
def sign(world: World, place: str, who: Actor, chance: Random) -> Words:
    known = world.of("case")[place]
    decision, digest = (known.decision.id, known.decision.digest) if known.decision else ("none", "none")
    digest = "another" if chance.random() < 0.05 else digest
    age = timedelta(minutes=chance.choice((0, 0, 0, 0, 5, 6)))

    def send(office: Office, sent: Sent) -> Answer:
        command = ask.Countersign(on=office.day(sent.at), by=sent.actor, decision=decision, digest=digest, at=sent.at)
        return casework.countersign(office, sent, place, command, factor_at=sent.at - age)

    return Words(place, decision, send)


@ACTS("send-back", "case", SECOND, lambda world, one: one.open_proposal is not None, weight=1)
def send_back(world: World, place: str, who: Actor, chance: Random) -> Words:
    known = world.of("case")[place]
    return to_case(place, ask.SendBack, decision=known.decision.id if known.decision else "none", comment="Say more.")


@ACTS("void-proposal", "case", OFFICER, lambda world, one: one.open_proposal is not None, weight=5)
def void_proposal(world: World, place: str, who: Actor, chance: Random) -> Words:
    known = world.of("case")[place]
    return to_case(place, ask.VoidProposal, decision=known.decision.id if known.decision else "none")


@ACTS("suspend", "licence", OFFICER, lambda world, one: one.state == "active", weight=1.2)
def suspend(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_licence(place, licences.Suspend, ground="circumstances-changed", reason="The end use is being verified.")


def _suspended(world: World, one: Any) -> bool:
    return one.hold("suspended") is not None


@ACTS("confirm", "licence", SECOND, _suspended, weight=4)
def confirm(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_licence(place, licences.ConfirmSuspension)


@ACTS("resume", "licence", OFFICER, _suspended, weight=3)
def resume(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_licence(place, licences.Resume, reason="It was verified.")


ENDS = (
    ("withdraw", "facts-changed", EndingTerms(compensation="not-due")),
    ("annul", "deceit", EndingTerms(gravely_harms_public=False)),
    ("revoke", "penalty-on-licence", EndingTerms(penalty_decision="P-1", hearing_offered=True)),
    ("close", "handed-back", EndingTerms()),
    ("close", "exhausted", EndingTerms()),
    ("annul", "deceit", EndingTerms()),
)


@ACTS("open-ending", "licence", OFFICER, lambda world, one: one.ending is None and len(world.of("proceeding")) < 3, weight=1.5)
def open_ending(world: World, place: str, who: Actor, chance: Random) -> Words:
    act, ground, terms = chance.choice(ENDS)
    by = in_days(world, chance.choice((5, 14, 20, 30)))

    def send(office: Office, sent: Sent) -> Answer:
        command = proceeding.Open(
            on=office.day(sent.at),
            by=sent.actor,
            proceeding="",
            licence=place,
            act=act,  # type: ignore[arg-type]
            ground=ground,
            reason="What was found.",
            terms=terms,
            answer_by=by,
        )
        return ending.begin(office, sent, command)

    return Words(place, f"{act} {by}", send)


@ACTS("propose-ending", "proceeding", OFFICER, state("noticed", "answered", "waived", "open", "sent_back"), weight=14)
def propose_ending(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_ending(place, proceeding.Propose, response="It was read.")


@ACTS("sign-ending", "proceeding", SECOND, state("proposed"), weight=24)
def sign_ending(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_ending(place, proceeding.Sign, digest=world.of("proceeding")[place].digest)


@ACTS("send-back-ending", "proceeding", SECOND, state("proposed"), weight=1)
def send_back_ending(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_ending(place, proceeding.SendBack, comment="Say more.")


@ACTS("drop-ending", "proceeding", OFFICER, state("noticed", "answered", "open"), weight=1)
def drop_ending(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_ending(place, proceeding.Drop, reason="It was explained.")


@ACTS("question", "finding", OFFICER, state("opened"), weight=10)
def question(world: World, place: str, who: Actor, chance: Random) -> Words:
    shown = tuple(one.digest for one in world.of("finding")[place].evidence)
    return to_finding(place, finding_ask.PutQuestion, shown=shown, answer_due=in_days(world, chance.choice((10, 30, 40))))


@ACTS("close-finding", "finding", OFFICER, state("opened", "asked", "answered", "unanswered"), weight=6)
def close_finding(world: World, place: str, who: Actor, chance: Random) -> Words:
    known = world.of("finding")[place]
    points = [point.id for answer in known.answers for point in answer.points]
    return to_finding(
        place,
        finding_ask.CloseFinding,
        closed_as=chance.choice(("upheld", "upheld", "explained", "withdrawn", "corrected")),
        reason="What the evidence says.",
        responses=dict.fromkeys(points, "It was weighed."),
    )


@ACTS("refer", "finding", OFFICER, lambda world, one: one.closure is not None and one.closure.closed_as == "upheld", weight=10)
def refer(world: World, place: str, who: Actor, chance: Random) -> Words:
    target = str(world.of("finding")[place].facts.get("licence", "none"))
    return to_finding(place, finding_ask.Refer, referral=Referral("suspend", "cn/duir-2024/18-4", target))
