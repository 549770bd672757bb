"""The counter: what exporters and holders send. They see their own files only."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from lodemark.case import commands as ask
from lodemark.case.model import Point
from lodemark.ledger import Actor
from lodemark.licence import AskedMass, counted, proceeding, weigh
from lodemark.licence import commands as licences
from lodemark_office.acts import appealing, asking, casework, ending, filing, findings, licensing
from lodemark_office.acts.findings import ask as finding_ask
from lodemark_office.acts.office import Office, Sent
from lodemark_office.acts.store import Answer
from tests.simulation.actors import papers
from tests.simulation.actors.act import Table, Words, owner_of, party, state, to_case
from tests.simulation.people import EXPORTERS, SIGNATORIES
from tests.simulation.world import World

ACTS = Table("counter")
GRAM = 1000
STRAY = 0.1
FEW = 3


def exporters(world: World, place: str) -> list[Actor]:
    """The signatories of exporters."""
    return [SIGNATORIES[one] for one in EXPORTERS]


@ACTS("submit", "", exporters, lambda world, _: len(world.of("application")) < FEW, weight=2)
def submit(world: World, place: str, who: Actor, chance: Random) -> Words:
    app = papers.drawn(who.party if who.party in EXPORTERS else EXPORTERS[0], chance, who.party in world.plan.mix.liars)
    paper = chance.random() < 0.5
    return Words(f"open/{who.person}", app.kind, lambda office, sent: filing.submit(office, sent, app, on_paper=paper))


@ACTS("resubmit", "application", party, state("returned"), weight=4)
def resubmit(world: World, place: str, who: Actor, chance: Random) -> Words:
    before = filing.content(world.office, world.of("application")[place])
    buyer = before["parties"]["end_user"][0]
    fault = "complete" if chance.random() < 0.8 else chance.choice(papers.FAULTS)
    app = papers.paper(owner_of(world, place), buyer if isinstance(buyer, str) else buyer["id"], before["kind"], fault)
    return Words(place, fault, lambda office, sent: filing.submit(office, sent, app, dossier=place))


@ACTS("withdraw-application", "application", party, state("submitted", "returned"), weight=0.2)
def withdraw_application(world: World, place: str, who: Actor, chance: Random) -> Words:
    return Words(place, "", lambda office, sent: filing.withdraw(office, sent, place, "not needed any more"))


@ACTS("withdraw-case", "case", party, state("accepted", "in_review"), weight=0.2)
def withdraw_case(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_case(place, ask.Withdraw)


def _waiting(one: Any, *states: str) -> list[str]:
    return [rfi.id for rfi in one.rfis.values() if rfi.state in states]


@ACTS("answer-rfi", "case", party, lambda world, one: bool(_waiting(one, "open")), weight=14)
def answer_rfi(world: World, place: str, who: Actor, chance: Random) -> Words:
    known = world.of("case")[place]
    rfi = chance.choice(_waiting(known, "open") or ["none"])
    file = casework.open_file(world.office, place, world.clock)
    buyer = file.app.parties.of("end_user")[0].id
    app = papers.paper(owner_of(world, place), buyer, file.app.kind, "complete")
    return Words(place, rfi, lambda office, sent: asking.answer(office, sent, place, rfi, app))


@ACTS("note", "case", party, lambda world, one: bool(_waiting(one, "open", "lapsed")), weight=1)
def note(world: World, place: str, who: Actor, chance: Random) -> Words:
    rfi = chance.choice(_waiting(world.of("case")[place], "open", "lapsed") or ["none"])
    return to_case(place, ask.Note, rfi, rfi=rfi, text="We are looking for the paper.")


def _notices(one: Any, *states: str) -> list[str]:
    return [notice.id for notice in one.notices.values() if notice.state in states]


@ACTS("answer-notice", "case", party, lambda world, one: bool(_notices(one, "served")), weight=8)
def answer_notice(world: World, place: str, who: Actor, chance: Random) -> Words:
    notice = chance.choice(_notices(world.of("case")[place], "served") or ["none"])
    points = tuple(Point(str(number), "A test bench takes the rest.") for number in range(1, 1 + chance.randrange(3)))
    return to_case(place, ask.AnswerNotice, notice, notice=notice, points=points)


@ACTS("waive-notice", "case", party, lambda world, one: bool(_notices(one, "served")), weight=1)
def waive_notice(world: World, place: str, who: Actor, chance: Random) -> Words:
    notice = chance.choice(_notices(world.of("case")[place], "served") or ["none"])
    return to_case(place, ask.WaiveNotice, notice, notice=notice)


@ACTS("lodge", "case", party, state("decided"), weight=4)
def lodge(world: World, place: str, who: Actor, chance: Random) -> Words:
    points = (Point("1", "The bench was explained in time."),)
    return Words(place, "", lambda office, sent: appealing.lodge(office, sent, place, points))


@ACTS("lodge-against-end", "proceeding", party, state("signed"), weight=6)
def lodge_against_end(world: World, place: str, who: Actor, chance: Random) -> Words:
    points = (Point("1", "The facts have not changed."),)
    return Words(place, "", lambda office, sent: appealing.lodge(office, sent, place, points))


def to_licence(dossier: str, kind: type, text: str = "", /, **own: Any) -> Words:
    """A command on a licence."""

    def send(office: Office, sent: Sent) -> Answer:
        command = kind(on=office.day(sent.at), by=sent.actor, at=sent.at, **own)
        return licensing.act(office, sent, dossier, command)

    return Words(dossier, text, send)


@ACTS("reserve", "licence", party, lambda world, one: one.state != "ended", weight=6)
def reserve(world: World, place: str, who: Actor, chance: Random) -> Words:
    known = world.of("licence")[place]
    line = known.terms.lines[0]
    left = known.account(line.no, "gross").available
    gross = chance.choice((GRAM * chance.randrange(1, 3000), left, left + chance.choice((0, 1)), left // 2 // GRAM * GRAM))
    masses = (AskedMass(line.models[0], f"LOT-{len(known.drawdowns)}", gross),)
    name = f"D-{len(known.drawdowns) + chance.choice((1, 1, 1, 1, 0))}"
    wrong = chance.random() < world.plan.mix.unruly
    return to_licence(
        place,
        licences.Reserve,
        f"{name} {gross} mg",
        drawdown=name,
        line=line.no,
        shipment=name,
        control_list_entry=line.control_list_entry,
        end_user="somebody-else" if wrong and chance.random() < 0.3 else line.end_user,
        destination="KP" if wrong and chance.random() < 0.3 else line.destination,
        masses=masses,
        amounts=counted(line, weigh(line, masses)),
        hold_until=world.clock + timedelta(days=chance.choice((1, 5, 30, 89, 90, 91))),
    )


def open_draws(one: Any) -> list[str]:
    """The reservations of a licence that nobody posted or released."""
    return [draw.id for draw in one.open_drawdowns()]


def some_draw(world: World, one: Any, proper: list[str], chance: Random) -> str:
    """A drawdown that the act is meant for; from an unruly hand any other."""
    others = sorted(one.drawdowns) or ["none"]
    return chance.choice(others if not proper or chance.random() < STRAY + world.plan.mix.unruly else proper)


@ACTS("void", "licence", party, lambda world, one: bool(open_draws(one)), weight=3)
def void(world: World, place: str, who: Actor, chance: Random) -> Words:
    known = world.of("licence")[place]
    name = some_draw(world, known, open_draws(known), chance)
    return to_licence(place, licences.Void, name, drawdown=name, reason="not shipped")


@ACTS("hand-back", "licence", party, lambda world, one: one.state == "active", weight=0.3)
def hand_back(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_licence(place, licences.HandBack, reason="no further use")


@ACTS("answer-ending", "proceeding", party, state("noticed"), weight=10)
def answer_ending(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_ending(place, proceeding.Answer, text="Nothing has changed.")


@ACTS("waive-ending", "proceeding", party, state("noticed"), weight=1)
def waive_ending(world: World, place: str, who: Actor, chance: Random) -> Words:
    return to_ending(place, proceeding.Waive)


def to_ending(dossier: str, kind: type, **own: Any) -> Words:
    """A command in a proceeding."""

    def send(office: Office, sent: Sent) -> Answer:
        more = {"at": sent.at} if kind is proceeding.Sign else {}
        command = kind(on=office.day(sent.at), by=sent.actor, **more, **own)
        return ending.act(office, sent, dossier, command, factor_at=sent.at)

    return Words(dossier, "", send)


@ACTS("answer-finding", "finding", party, state("asked"), weight=4)
def answer_finding(world: World, place: str, who: Actor, chance: Random) -> Words:
    points = (finding_ask.Point("1", "The buyer told us that it was resold."),)
    return to_finding(place, finding_ask.AnswerQuestion, points=points)


def to_finding(dossier: str, kind: type, **own: Any) -> Words:
    """A command on a finding."""

    def send(office: Office, sent: Sent) -> Answer:
        return findings.act(office, sent, dossier, kind(on=office.day(sent.at), by=sent.actor, **own))

    return Words(dossier, "", send)
