"""Lines about a case: accept, take, ask, notice, propose, sign, appeal; where it stands and whose turn it is."""

from __future__ import annotations

from datetime import date

from lodemark import case
from lodemark.case import Condition, Ground, Judgement, LineOutcome, NoticeGround, Point
from lodemark.case import commands as ask
from lodemark_office.acts import appealing, casework
from lodemark_office.acts.store import Answer
from lodemark_office.stories.play import Player, Step


def accept(player: Player, step: Step) -> Answer:
    """``accept application=A case=C``."""
    answer = casework.accept(player.office, player.sent(step), player.dossier(step, "application"))
    if answer.done:
        player.names[f"case/{step.words['case']}"] = answer.result["case"]
    return answer


def take(player: Player, step: Step) -> Answer:
    """``take case=C``."""
    return _act(player, step, ask.Take(**_who(player, step)))


def give_notice(player: Player, step: Step) -> Answer:
    """``notice case=C notice=N line=L1/p3 reason=CODE provision=ID answer-by=DATE``."""
    ground = NoticeGround(step.words["line"], _ground(step))
    command = ask.GiveNotice(
        **_who(player, step),
        notice=step.words["notice"],
        grounds=(ground,),
        evidence=(player.office.store.states(player.dossier(step, "case")).content_digest,),
        answer_by=date.fromisoformat(step.words["answer-by"]),
    )
    return _act(player, step, command)


def answer_notice(player: Player, step: Step) -> Answer:
    """``answer-notice case=C notice=N text=...``."""
    points = (Point("1", step.words["text"]),)
    return _act(player, step, ask.AnswerNotice(**_who(player, step), notice=step.words["notice"], points=points))


def weigh(player: Player, step: Step) -> Answer:
    """``weigh case=C notice=N response=...``."""
    responses = {"1": step.words["response"]}
    return _act(player, step, ask.Weigh(**_who(player, step), notice=step.words["notice"], responses=responses))


def propose(player: Player, step: Step) -> Answer:
    """``propose case=C outcome=granted reason=CODE provision=ID judge=CHECK:met:WHY``: the same for every line."""
    state = player.office.store.states(player.dossier(step, "case"))
    outcomes = tuple(LineOutcome(line, _outcome(step), (_ground(step),), _conditions(step)) for line in state.lines)
    command = ask.Propose(
        **_who(player, step),
        decision=f"{state.id}/{len(state.decisions) + 1}",
        outcomes=outcomes,
        judgements=_judgements(step, state.lines),
    )
    return _act(player, step, command)


def sign(player: Player, step: Step) -> Answer:
    """``sign case=C licence=L``: countersign what was proposed; the licence that is minted is called L."""
    dossier = player.dossier(step, "case")
    state = player.office.store.states(dossier)
    assert state.decision is not None
    command = ask.Countersign(**_who(player, step), decision=state.decision.id, digest=state.decision.digest, at=step.at)
    answer = casework.countersign(player.office, player.sent(step), dossier, command, factor_at=step.at)
    minted = answer.result.get("licences", [])
    if answer.done and minted and "licence" in step.words:
        player.names[f"licence/{step.words['licence']}"] = minted[0]["dossier"]
        player.made[minted[0]["dossier"]] = minted[0]
    return answer


def lodge(player: Player, step: Step) -> Answer:
    """``lodge case=C appeal=R text=...``."""
    points = (Point("1", step.words["text"]),)
    answer = appealing.lodge(player.office, player.sent(step), player.dossier(step, "case"), points)
    if answer.done:
        player.names[f"appeal/{step.words['appeal']}"] = answer.result["appeal"]
    return answer


def admit(player: Player, step: Step) -> Answer:
    """``admit appeal=R``."""
    command = appealing.ask.Admit(**_who(player, step))
    return appealing.act(player.office, player.sent(step), player.dossier(step, "appeal"), command)


def respond(player: Player, step: Step) -> Answer:
    """``respond appeal=R text=...``: the office answers the appeal."""
    command = appealing.ask.Respond(**_who(player, step), text=step.words["text"], evidence=())
    return appealing.act(player.office, player.sent(step), player.dossier(step, "appeal"), command)


def hear(player: Player, step: Step) -> Answer:
    """``hear appeal=R side=applicant text=...``."""
    command = appealing.ask.Hear(**_who(player, step), side=step.words["side"], note=step.words["text"])  # type: ignore[arg-type]
    return appealing.act(player.office, player.sent(step), player.dossier(step, "appeal"), command)


def rerun(player: Player, step: Step) -> Answer:
    """``rerun appeal=R``: decide the file again from its recorded commands and facts."""
    return appealing.rerun(player.office, player.sent(step), player.dossier(step, "appeal"))


def conclude(player: Player, step: Step) -> Answer:
    """``conclude appeal=R outcome=upheld reason=CODE provision=ID``."""
    command = appealing.ask.Conclude(**_who(player, step), outcome=step.words["outcome"], reasons=(_ground(step),))  # type: ignore[arg-type]
    return appealing.act(player.office, player.sent(step), player.dossier(step, "appeal"), command)


def sign_conclusion(player: Player, step: Step) -> Answer:
    """``sign-appeal appeal=R``."""
    dossier = player.dossier(step, "appeal")
    proposed = player.office.store.states(dossier).proposed
    assert proposed is not None
    command = appealing.ask.CountersignConclusion(**_who(player, step), digest=proposed.digest, at=step.at)
    return appealing.act(player.office, player.sent(step), dossier, command, factor_at=step.at)


def where(player: Player, step: Step) -> object:
    """``expect case case=C state=in_review turn=authority due=2026-05-29 outcome=granted``: whichever words are given."""
    dossier = player.dossier(step, "case")
    state = player.office.store.states(dossier)
    decision = state.decision
    seen = {"state": state.state, "turn": case.court_of(state)}
    seen["outcome"] = case.overall(decision.outcomes) if decision and decision.state == "served" else ""
    if "due" in step.words or "elapsed" in step.words:
        records = [entry.record for entry in player.office.store.entries(dossier) if entry.record.kind != "attempt-refused"]
        view = case.clock(records, player.office.case_rules(records[0].on), player.office.calendar, step.at)
        seen |= {"due": str(view.due_on[0]) if view.due_on else "", "elapsed": str(view.elapsed.low)}
    for word in ("state", "turn", "outcome", "due", "elapsed"):
        if word in step.words:
            player.expect(step, word, seen[word], step.words[word])
    return seen


def appeal_stands(player: Player, step: Step) -> object:
    """``expect appeal appeal=R state=concluded outcome=upheld``."""
    state = player.office.store.states(player.dossier(step, "appeal"))
    player.expect(step, "the appeal", (state.state, state.outcome), (step.words["state"], step.words.get("outcome", "")))
    return state.outcome


def _who(player: Player, step: Step) -> dict[str, object]:
    return {"on": player.office.day(step.at), "by": player.actor(step)}


def _act(player: Player, step: Step, command: ask.Command) -> Answer:
    return casework.act(player.office, player.sent(step), player.dossier(step, "case"), command)


def _ground(step: Step) -> Ground:
    return Ground(step.words["reason"], step.words["provision"], {})


def _outcome(step: Step) -> case.model.Outcome:
    return step.words["outcome"]  # type: ignore[return-value]


def _judgements(step: Step, lines: tuple[str, ...]) -> tuple[Judgement, ...]:
    """A person's reading of a check that the facts leave open, for the whole case and for each line."""
    if "judge" not in step.words:
        return ()
    check, verdict, reason = step.words["judge"].split(":", 2)
    return tuple(Judgement(check, line, verdict, reason) for line in ("", *lines))  # type: ignore[arg-type]


def _conditions(step: Step) -> tuple[Condition, ...]:
    if "condition" not in step.words:
        return ()
    code, _, params = step.words["condition"].partition(":")
    pairs = dict(pair.split("~", 1) for pair in params.split(",") if pair)
    return (Condition(code, step.words["condition-provision"], pairs, step.words.get("checked-at", "report")),)  # type: ignore[arg-type]


ACTS = {
    "accept": accept,
    "take": take,
    "notice": give_notice,
    "answer-notice": answer_notice,
    "weigh": weigh,
    "propose": propose,
    "sign": sign,
    "lodge": lodge,
    "admit": admit,
    "respond": respond,
    "hear": hear,
    "rerun": rerun,
    "conclude": conclude,
    "sign-appeal": sign_conclusion,
}
LOOKS = {"case": where, "appeal": appeal_stands}
