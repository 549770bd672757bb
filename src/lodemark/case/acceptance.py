"""The case itself: acceptance, taking, amendment, withdrawal, clock stops, closing, remittal.

Submitting and returning belong to room ``application``; until a case has its first record the state is the stage the
application stands in, so that every act on a draft or a returned file is refused by the same table.
"""

from __future__ import annotations

from collections.abc import Sequence

from lodemark.case.commands import (
    Accept,
    Amend,
    Close,
    Decline,
    DeemAccept,
    Lapse,
    LiftLimit,
    Remit,
    ResumeClock,
    StopClock,
    Take,
    Withdraw,
)
from lodemark.case.consequences import touched_advice_put_back, voided
from lodemark.case.guards import (
    OFFICER,
    Anything,
    CaseLook,
    another_officer,
    case_open,
    day_after,
    draft,
    no_conflict_of_interest,
    not_gathered,
    one_hat_per_file,
    plain,
)
from lodemark.case.machine import Failing, Machine, Row
from lodemark.ledger import Record


def case_state(look: Anything) -> str:
    """The state of the case, or the stage of an application that has none yet."""
    if look.state.state:
        return look.state.state
    return look.facts.application.stage if look.facts.application else "no-application"


def screening_complete(look: Anything) -> Failing:
    """Every party was screened with a result, and a person judged what the machine left open."""
    if look.facts.screening is None:
        return not_gathered("screening")
    open_parties = [f"{one.party}: {one.outcome}" for one in look.facts.screening if not one.settled]
    return {"open": open_parties} if open_parties else None


def documents_scanned(look: Anything) -> Failing:
    """Every document was found clean, or an officer took it unscanned by an act with a reason."""
    if look.facts.documents is None:
        return not_gathered("documents")
    pending = [one.digest for one in look.facts.documents if one.scan != "clean" and not _accepted(one)]
    return {"documents": pending} if pending else None


def _accepted(document: object) -> bool:
    # Infected and rejected files cannot be waved through: only "no verdict yet" can be accepted by a person.
    return getattr(document, "scan", "") == "received" and bool(getattr(document, "accepted", False))


def decline_has_ground(look: CaseLook[Decline]) -> Failing:
    """No licence is needed, or another body is competent and is named."""
    grounds = look.rules.decline_grounds
    if look.command.reason not in grounds:
        return {"reason": look.command.reason, "grounds": sorted(grounds)}
    if look.command.reason == "not-competent" and not look.command.competent_body:
        return {"reason": look.command.reason, "competent_body": None, "grounds": sorted(grounds)}
    return None


def silence_period_over(look: CaseLook[DeemAccept]) -> Failing:
    """The days in which missing papers had to be told have passed without a word."""
    application = look.facts.application
    assert application is not None
    last = look.rules.deadline(application.received_on, look.rules.silence)
    return None if day_after(look.command.on, last) else {"received_on": application.received_on, "last_day": last}


def cure_period_over(look: CaseLook[Lapse]) -> Failing:
    """The day set for completion has passed."""
    application = look.facts.application
    last = application.cure_until if application else None
    return None if day_after(look.command.on, last) else {"last_day": last}


def reminded_before(look: CaseLook[Lapse]) -> Failing:
    """The applicant was reminded before the day set for completion."""
    application = look.facts.application
    reminded = application.reminded_on if application else None
    last = application.cure_until if application else None
    return None if reminded and last and reminded <= last else {"reminded_on": reminded, "last_day": last}


def key_element_unchanged(look: CaseLook[Amend]) -> Failing:
    """Item type, destination, end user and end use stay as they were; a change of these is a new application."""
    if look.facts.change is None:
        return not_gathered("change")
    changed = look.facts.change.key_elements
    return {"changed": list(changed)} if changed else None


def served(look: Anything) -> Failing:
    """The decision reached the party."""
    decision = look.state.decision
    return None if decision and decision.state == "served" else {"decision": decision.id if decision else None}


def appeal_time_over_or_appeal_ended(look: CaseLook[Close]) -> Failing:
    """Nobody can change the decision any more."""
    if look.facts.appeals is None:
        return not_gathered("appeals")
    running = [one.appeal for one in look.facts.appeals if not one.ended]
    if running:
        return {"appeals": len(running), "last_day": None}
    decision = look.state.decision
    if look.facts.appeals or decision is None or decision.served_on is None:
        return None
    last = look.rules.deadline(decision.served_on, look.rules.appeal_lodge)
    return None if day_after(look.command.on, last) else {"appeals": 0, "last_day": last}


def appeal_remits(look: CaseLook[Remit]) -> Failing:
    """An ended appeal annulled the decision and sent the case back."""
    found = [one for one in look.facts.appeals or () if one.outcome == "annulled_and_remitted" and one.ended]
    return None if found else {"outcome": [one.outcome for one in look.facts.appeals or ()]}


def stop_ground_named(look: CaseLook[StopClock]) -> Failing:
    """The rulebook names this ground for time that does not count."""
    grounds = look.rules.stop_grounds
    return None if look.command.ground in grounds else {"ground": look.command.ground, "grounds": sorted(grounds)}


def applicant_told_how_long(look: CaseLook[StopClock]) -> Failing:
    """The applicant was told in writing how many days it will take."""
    return None if look.command.told_days > 0 else {"told_days": look.command.told_days}


def unlimited_ground_named(look: CaseLook[LiftLimit]) -> Failing:
    """The rulebook names this ground for a case without a time limit."""
    grounds = look.rules.unlimited_grounds
    return None if look.command.ground in grounds else {"ground": look.command.ground, "grounds": sorted(grounds)}


def _opened(look: Anything) -> dict[str, object]:
    application = look.facts.application
    assert application is not None
    return {
        "application": application.id,
        "version": application.version,
        "content_digest": application.content_digest,
        "received_on": application.received_on,
        "lines": application.lines,
    }


def _accept(look: CaseLook[Accept]) -> Sequence[Record]:
    return [draft("case-accepted", look.command, **_opened(look), accepted_on=look.command.on)]


def _deem(look: CaseLook[DeemAccept]) -> Sequence[Record]:
    # Licensing Law 32(4): accepted on the day the papers were received, not on the day the silence was noticed.
    opened = _opened(look)
    return [draft("case-deemed-accepted", look.command, **opened, accepted_on=opened["received_on"])]


def _decline(look: CaseLook[Decline]) -> Sequence[Record]:
    provision = look.rules.decline_grounds[look.command.reason]
    return [draft("case-declined", look.command, **_opened(look), provision=provision)]


def _lapse(look: CaseLook[Lapse]) -> Sequence[Record]:
    return [draft("case-lapsed", look.command, **_opened(look))]


def _take(look: CaseLook[Take]) -> Sequence[Record]:
    demanded = [
        Record("consultation-asked", on=look.command.on, facts=_demand(look, number))
        for number in range(len(look.facts.demands))
    ]
    return [draft("case-taken", look.command), *demanded]


def _demand(look: CaseLook[Take], number: int) -> dict[str, object]:
    one = look.facts.demands[number]
    return {
        "by": {"person": look.command.by.person, "party": look.command.by.party, "role": look.command.by.role},
        "consultation": one.consultation,
        "department": one.department,
        "fields": list(one.fields),
        "question": one.question,
        "reply_by": one.reply_by.isoformat(),
        "provision": one.provision,
    }


def _amend(look: CaseLook[Amend]) -> Sequence[Record]:
    change = look.facts.change
    assert change is not None
    amended = draft("case-amended", look.command, change=change)
    return [amended, *touched_advice_put_back(look, change.paths), *voided(look, ("version",))]


def _remit(look: CaseLook[Remit]) -> Sequence[Record]:
    remits = next(one for one in look.facts.appeals or () if one.outcome == "annulled_and_remitted" and one.ended)
    barred = sorted(person for person, hats in look.state.hats.items() if {"officer", "countersigner"} & set(hats))
    return [
        draft(
            "case-remitted",
            look.command,
            appeal=remits.appeal,
            another_officer=remits.another_officer,
            only_procedure=remits.only_procedure,
            barred=barred,
        )
    ]


def _stop(look: CaseLook[StopClock]) -> Sequence[Record]:
    return [draft("clock-stopped", look.command, provision=look.rules.stop_grounds[look.command.ground])]


def _lift(look: CaseLook[LiftLimit]) -> Sequence[Record]:
    return [draft("clock-unlimited", look.command, provision=look.rules.unlimited_grounds[look.command.ground])]


_CLEAN_HANDS = (no_conflict_of_interest, one_hat_per_file)

CASE = Machine(
    "case",
    (
        Row(
            ("submitted",), Accept, ("accepted",), ("officer",), (screening_complete, documents_scanned, *_CLEAN_HANDS), _accept
        ),
        Row(("submitted",), DeemAccept, ("accepted",), ("timer",), (silence_period_over,), _deem),
        Row(("submitted",), Decline, ("closed",), ("officer",), (decline_has_ground, *_CLEAN_HANDS), _decline),
        Row(("returned",), Lapse, ("closed",), ("timer",), (cure_period_over, reminded_before), _lapse),
        Row(("accepted",), Take, ("in_review",), ("officer",), (*_CLEAN_HANDS, another_officer), _take),
        Row(("accepted",), Amend, ("accepted",), ("signatory",), (key_element_unchanged,), _amend),
        Row(("in_review",), Amend, ("in_review",), ("signatory",), (key_element_unchanged,), _amend),
        Row(("accepted", "in_review"), Withdraw, ("closed",), ("signatory",), (), plain("case-withdrawn")),
        Row(
            ("decided",),
            Close,
            ("closed",),
            ("timer",),
            (served, appeal_time_over_or_appeal_ended),
            plain("case-closed"),
        ),
        Row(("decided", "closed"), Remit, ("in_review",), ("appeal_officer",), (appeal_remits, one_hat_per_file), _remit),
    ),
    at=case_state,
)


def _stop_state(look: Anything) -> str:
    return look.state.stops.get(look.command.stop, "none")


def _limit_state(look: Anything) -> str:
    return "lifted" if look.state.unlimited else "limited"


STOP = Machine(
    "clock-stop",
    (
        Row(("none",), StopClock, ("running",), ("officer",), (*OFFICER, stop_ground_named, applicant_told_how_long), _stop),
        Row(("running",), ResumeClock, ("ended",), ("officer", "timer"), (case_open, one_hat_per_file), plain("clock-resumed")),
    ),
    at=_stop_state,
)
LIMIT = Machine(
    "time-limit",
    (Row(("limited",), LiftLimit, ("lifted",), ("officer",), (*OFFICER, unlimited_ground_named), _lift),),
    at=_limit_state,
)
