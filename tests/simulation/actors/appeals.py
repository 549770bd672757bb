"""Appeals: heard by somebody who never touched the file, with the file run again, signed by a second person."""

from __future__ import annotations

from random import Random
from typing import Any

from lodemark.case import commands as cases
from lodemark.case.model import Ground, Point
from lodemark.ledger import Actor
from lodemark_office.acts import appealing
from lodemark_office.acts.appealing import ask
from lodemark_office.acts.office import Office, Sent
from lodemark_office.acts.store import Answer
from tests.simulation.actors.act import Table, Words, in_days, party, staff, state, to_case
from tests.simulation.world import World

ACTS = Table("appeals")
HEARER, SECOND = staff("appeal_officer"), staff("second_appeal")


def to_appeal(dossier: str, kind: type, text: str = "", /, **own: Any) -> Words:
    """A command on an appeal."""

    def send(office: Office, sent: Sent) -> Answer:
        more = {"at": sent.at} if kind is ask.CountersignConclusion else {}
        command = kind(on=office.day(sent.at), by=sent.actor, **more, **own)
        return appealing.act(office, sent, dossier, command, factor_at=sent.at)

    return Words(dossier, text, send)


@ACTS("admit", "appeal", HEARER, state("lodged"), weight=8)
def admit(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_appeal(place, ask.Admit)


@ACTS("ask-completion", "appeal", HEARER, state("lodged"), weight=1)
def ask_completion(world: World, place: str, who: Actor, chance: Random) -> Words:
    items = (Point("1", "Which decision is meant?"),)
    return to_appeal(place, ask.AskCompletion, items=items, cure_by=in_days(world, chance.choice((5, 16, 20))))


@ACTS("complete", "appeal", party, state("completion_asked"), weight=3)
def complete(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_appeal(place, ask.Complete, points=(Point("1", "The one of this spring."),))


@ACTS("reject", "appeal", HEARER, state("lodged"), weight=1)
def reject(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_appeal(place, ask.Reject, ground=chance.choice(("out_of_time", "inadmissible")), reason="It came late.")


@ACTS("withdraw-appeal", "appeal", party, state("lodged", "admitted", "answered"), weight=1)
def withdraw_appeal(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_appeal(place, ask.WithdrawAppeal)


@ACTS("respond", "appeal", staff("officer"), state("admitted"), weight=10)
def respond(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_appeal(place, ask.Respond, text="The bench is no part of the stated production.", evidence=())


def _unheard(world: World, one: Any) -> bool:
    return one.state in ("admitted", "answered", "unanswered") and "applicant" not in one.heard


@ACTS("hear", "appeal", HEARER, _unheard, weight=10)
def hear(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_appeal(place, ask.Hear, side=chance.choice(("applicant", "applicant", "office")), note="Heard in person.")


@ACTS("rerun", "appeal", HEARER, lambda world, one: one.state in ("answered", "unanswered") and not one.replay, weight=10)
def rerun(world: World, place: str, who: Actor, chance: Random) -> Words:
    return Words(place, "", lambda office, sent: appealing.rerun(office, sent, place))


@ACTS("stay", "appeal", HEARER, state("admitted"), weight=1)
def stay(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_appeal(place, ask.SetStay, stayed=True, reason="The goods would perish.")


@ACTS("conclude", "appeal", HEARER, lambda world, one: one.state in ("answered", "unanswered") and bool(one.replay), weight=12)
def conclude(world: World, place: str, who: Actor, chance: Random) -> Words:
    reasons = (Ground("ground-decision-confirmed", "cn/arl-2023/61"),)
    outcome = chance.choice(("upheld", "annulled_and_remitted", "annulled_and_remitted", "annulled", "rejected"))
    more = {"another_officer": chance.random() < 0.5, "only_procedure": chance.random() < 0.3}
    return to_appeal(place, ask.Conclude, outcome, outcome=outcome, reasons=reasons, **more)


@ACTS("sign-conclusion", "appeal", SECOND, state("conclusion_proposed"), weight=14)
def sign_conclusion(world: World, place: str, who: Actor, chance: Random) -> Words:
    proposed = world.of("appeal")[place].proposed
    return to_appeal(place, ask.CountersignConclusion, digest=proposed.digest if proposed else "none")


@ACTS("send-back-conclusion", "appeal", SECOND, state("conclusion_proposed"), weight=4)
def send_back_conclusion(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_appeal(place, ask.SendBackConclusion, comment="Say more.")


def _remitted(world: World, one: Any) -> bool:
    return one.state in ("decided", "closed") and any(
        appeal.case == one.id and appeal.outcome == "annulled_and_remitted" for appeal in world.of("appeal").values()
    )


@ACTS("remit", "case", HEARER, _remitted, weight=8)
def remit(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_case(place, cases.Remit)
