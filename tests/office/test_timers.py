"""What the clock does by itself, and what one application can become: found by the simulation, kept here one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lodemark.case import commands as ask
from lodemark.case.appeal.model import Appeal
from lodemark.case.model import Ground, NoticeGround, Question
from lodemark.finding.detectors import detect
from lodemark.finding.facts import EndUserSeen, Observed
from lodemark.finding.grade import grade
from lodemark.finding.model import Reach, Strands
from lodemark.finding.rules import FindingRules
from lodemark.ledger import Actor, Record, jsonable
from lodemark.licence import Reverse
from lodemark.rules import load
from lodemark_office.acts import casework, filing, findings, licensing, timers
from lodemark_office.acts.office import Office, Sent
from lodemark_office.acts.write import Decided
from lodemark_office.store.memory import MemoryStore
from lodemark_office.stories.play import Player
from lodemark_office.stories.read import read_cast, read_story
from lodemark_office.stories.stage import stage
from lodemark_office.stories.verbs import ACTS, LOOKS

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
OFFICER = Actor("person-wei", "office", "officer")
EXPORTER = Actor("person-lin", "beichen", "signatory")


def played(story: str, until: str) -> Player:
    """A story up to the first line of this verb that was taken."""
    cast = read_cast(SCENARIOS / "cast.toml")
    player = Player(stage(MemoryStore(), cast), cast, read_story(SCENARIOS / story), ACTS, LOOKS)
    for told in player.play():
        if told.step.verb == until and told.answer is not None and told.answer.done:
            break
    return player


def day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T02:00:00+00:00").astimezone(UTC)


def test_an_application_is_accepted_once() -> None:
    """Were it accepted twice there would be two cases, two decisions and two licences for the same goods."""
    player = played("civil-by-name", "accept")
    application = player.names["application/A"]
    again = casework.accept(player.office, Sent("second", OFFICER, day("2026-03-23")), application)
    assert again.codes == ("not-in-this-state",)
    assert len(player.office.store.dossiers("case")) == 1


def test_an_accepted_application_is_not_returned() -> None:
    """A return after acceptance would open a file that is being decided."""
    player = played("civil-by-name", "accept")
    answer = filing.send_back(player.office, Sent("late", OFFICER, day("2026-03-23")), player.names["application/A"])
    assert answer.codes[0] == "not-submitted"


def test_who_takes_the_application_back_takes_its_case_back() -> None:
    """Else the office would go on to license goods that nobody asks for any more."""
    player = played("civil-by-name", "take")
    answer = filing.withdraw(player.office, Sent("back", EXPORTER, day("2026-03-24")), player.names["application/A"], "sold")
    assert answer.done
    assert player.office.store.states(player.names["case/C"]).state == "closed"


def test_a_decided_application_is_not_taken_back() -> None:
    """A licence whose application was taken back afterwards would rest on nothing."""
    player = played("civil-by-name", "sign")
    answer = filing.withdraw(player.office, Sent("back", EXPORTER, day("2026-04-14")), player.names["application/A"], "sold")
    assert answer.codes == ("nothing-to-withdraw",)


def test_silence_accepts() -> None:
    """Licensing Law 32(4): who hears nothing in five working days is accepted on the day of receipt, or waits for ever."""
    player = played("civil-by-name", "submit")
    assert timers.tick(player.office, day("2026-03-27")) == []
    timers.tick(player.office, day("2026-03-28"))
    (case,) = player.office.store.dossiers("case")
    assert str(player.office.store.states(case).accepted_on) == "2026-03-20"
    assert timers.tick(player.office, day("2026-03-28")) == []


def test_a_reservation_whose_time_is_over_is_given_back() -> None:
    """Grams that were set aside and never left would be lost to the holder."""
    player = played("civil-by-name", "reserve")
    licence = player.names["licence/L"]
    timers.tick(player.office, day("2026-06-16"))
    assert player.office.store.states(licence).drawdowns["LV-1"].state == "reserved"
    timers.tick(player.office, day("2026-06-18"))
    assert player.office.store.states(licence).drawdowns["LV-1"].state == "voided"


def test_a_decision_nobody_can_change_is_closed() -> None:
    """A file that never closes is never archived, and its party never knows that it is over."""
    player = played("civil-by-name", "sign")
    case = player.names["case/C"]
    timers.tick(player.office, day("2026-06-12"))
    assert player.office.store.states(case).state == "decided"
    timers.tick(player.office, day("2026-06-15"))
    assert player.office.store.states(case).state == "closed"


def test_the_office_that_does_not_answer_an_appeal_is_on_record() -> None:
    """Reconsideration Law 48: without it an appeal that the office ignores could never be concluded."""
    player = played("refused-and-appealed", "admit")
    appeal = player.names["appeal/R"]
    assert player.office.store.states(appeal).state == "admitted"
    timers.tick(player.office, day("2026-05-25"))
    assert player.office.store.states(appeal).state == "unanswered"


def test_a_question_that_nobody_answered_is_on_record() -> None:
    """Else a finding whose party stays silent could neither be upheld nor be laid aside."""
    player = played("civil-by-name", "question")
    finding = player.names["finding/reach-beyond-declared"]
    assert player.office.store.states(finding).state == "asked"
    timers.tick(player.office, day("2026-10-27"))
    assert player.office.store.states(finding).state == "unanswered"


def test_the_same_notice_sent_twice_is_one_notice() -> None:
    """Who got no answer sends again; a second number made it another message, and the sender was told a conflict."""
    player = played("refused-and-appealed", "take")
    case, office = player.names["case/C"], player.office
    ground = NoticeGround("L1/alder", Ground("ground-quantity-not-explained", "cn/ecl-2020/13-6"))
    who = {"on": day("2026-04-02").date(), "by": OFFICER}
    command = ask.GiveNotice(**who, notice="", grounds=(ground,), evidence=("x",), answer_by=day("2026-04-30").date())  # type: ignore[arg-type]
    first, again = (casework.act(office, Sent("one", OFFICER, day("2026-04-02")), case, command) for _ in range(2))
    assert first.done
    assert (again.replayed, again.written) == (True, first.written)
    assert list(office.store.states(case).notices) == [f"{case}/notice-1"]


def test_one_question_of_two_inspections() -> None:
    """Two things seen with the same strange user raise one question; the second stopped the whole run of the detectors."""
    seen = EndUserSeen("licence/L", "alder", "Kestrel Wing 7", day("2026-04-02").date(), ref="inspection/1")
    rules = FindingRules.of(load("cn-ann18"), Office(MemoryStore()).calendar, day("2026-04-02").date())
    (raised,) = detect(Observed(on=day("2026-04-02").date(), end_users=(seen, replace(seen, ref="inspection/2"))), rules)
    assert [one.ref for one in raised.evidence] == ["inspection/1", "inspection/2"]


def test_a_posting_taken_back_whole_is_no_use() -> None:
    """A lorry that came back and left again looked like two shipments on a licence for one: a question to an honest holder."""
    player = played("civil-by-name", "post")
    office, licence = player.office, player.names["licence/L"]
    customs, at = Actor("person-xu", "customs", "customs"), day("2026-05-21")
    draw = office.store.states(licence).drawdowns["LV-1"]
    command = Reverse(on=at.date(), by=customs, at=at, drawdown="LV-1", amounts=draw.net, reason="The lorry came back.")
    assert licensing.act(office, Sent("back", customs, at), licence, command).done
    (use,) = findings.observe(office, at).licences
    assert [one.voided for one in use.draws] == [True]


def test_two_reminders_of_one_day_are_two_acts() -> None:
    """The second was taken for a repeat of the first with other content, and stopped every timer of the day."""
    player = played("civil-by-name", "take")
    case, office = player.names["case/C"], player.office
    for number, path in enumerate(("/contract/number", "/contract/date")):
        _asked(office, case, f"rfi-{number}", path)
        timers.tick(office, day("2026-03-25"))
    assert [rfi.chased for rfi in office.store.states(case).rfis.values()] == [True, True]


def _asked(office: Office, case: str, name: str, path: str) -> None:
    """An open request, as a record: how it came to be asked is not the question here."""
    command = ask.Ask(
        on=day("2026-03-25").date(),
        by=OFFICER,
        rfi=name,
        questions=(Question("1", "rule", "cn/all-2019/31", path, "Which?", "needed"),),
        reply_by=(day("2026-03-25") + timedelta(days=2)).date(),
    )
    facts = {key: value for key, value in jsonable(command).items() if key != "on"}  # type: ignore[union-attr]
    record = Record("rfi-asked", command.on, facts)
    office.act(Sent(name, OFFICER, day("2026-03-25")), case, command, lambda: (Decided([(case, [record])]), {"case": None}))


@pytest.mark.parametrize("state", ["withdrawn", "out_of_time", "inadmissible", "concluded"])
def test_an_appeal_that_is_over_has_ended(state: str) -> None:
    """A case whose appeal was taken back could never be closed, and it stayed the appeal body's turn for ever."""
    assert Appeal(state=state).ended


def test_a_shipment_nobody_assayed_excludes_nothing() -> None:
    """An "at most 0 mg" of a lot that nobody measured would clear whoever keeps his lots from the laboratory."""
    unknown = Strands(reach=Reach(0, 0, 0, 0, gaps=("not-assayed: X",)))
    rules = FindingRules.of(load("cn-ann18"), Office(MemoryStore()).calendar, day("2026-03-25").date())
    assert grade(unknown, rules)[0] == "not-assessable"
