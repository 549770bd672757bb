"""Lines about agreements: propose, sign, evidence, the timers, batch licences by rule; a party's standing."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

from lodemark.licence.agreement import Agreement, AgreementTerms, AskBatch, NoteEvidence, Propose, Sign
from lodemark.licence.commands import AskedMass
from lodemark.licence.model import Line
from lodemark.licence.shape import read
from lodemark.measure import read_mass_mg
from lodemark_office.acts import agreements, listing, promises, timers
from lodemark_office.acts.store import Answer
from lodemark_office.stories.play import Player, Step


def load_list(player: Player, step: Step) -> Answer:
    """``load-list file=../lists/party-control.csv list=control published=DATE``."""
    published = date.fromisoformat(step.words["published"])
    office, words = player.office, step.words
    return listing.load_list(office, player.sent(step), words["list"], "simple-csv", published, player.file(step))


def propose(player: Player, step: Step) -> Answer:
    """``propose-agreement agreement=Q file=terms.toml``."""
    terms = read(AgreementTerms, tomllib.loads(player.file(step).decode()))
    answer = agreements.propose(player.office, player.sent(step), Propose(**_who(player, step), terms=terms))
    if answer.done:
        player.names[f"agreement/{step.words['agreement']}"] = answer.result["agreement"]
    return answer


def sign(player: Player, step: Step) -> Answer:
    """``sign-agreement agreement=Q``."""
    return agreements.act(player.office, player.sent(step), player.dossier(step, "agreement"), Sign(**_who(player, step)))


def report(player: Player, step: Step) -> Answer:
    """``report agreement=Q duty=use-report due=DATE evidence=...``."""
    command = NoteEvidence(
        **_who(player, step),
        code=step.words["duty"],
        due_on=date.fromisoformat(step.words["due"]),
        evidence=step.words["evidence"],
    )
    return agreements.act(player.office, player.sent(step), player.dossier(step, "agreement"), command)


def tick(player: Player, step: Step) -> Answer:
    """``tick until=DATE``: the timers of every day from the day of the line up to that day."""
    last = date.fromisoformat(step.words.get("until", player.office.day(step.at).isoformat()))
    written, at = [], step.at
    while player.office.day(at) <= last:
        for answer in timers.tick(player.office, at):
            if not answer.done:
                return answer
            written += answer.written
        at += timedelta(days=1)
    return Answer("done", tuple(written))


def batch(player: Player, step: Step) -> Answer:
    """``batch agreement=Q licence=L model=M gross="5 kg"``: under the agreement's own goods line."""
    dossier = player.dossier(step, "agreement")
    line = read(Line, tomllib.loads(player.file(step).decode())["line"])
    command = AskBatch(
        **_who(player, step),
        key="",
        licence="",
        number="",
        line=line,
        masses=(AskedMass(line.models[0], step.words["lot"], read_mass_mg(step.words["gross"])),),
        key_elements=tomllib.loads(player.file(step).decode())["key_elements"],
        check_digest="",
    )
    answer = agreements.ask_batch(player.office, player.sent(step), dossier, command)
    if answer.done and answer.result["issued"]:
        player.names[f"licence/{step.words['licence']}"] = answer.result["licence"]
    player.made[dossier] = answer.result
    return answer


def issued(player: Player, step: Step) -> object:
    """``expect batch agreement=Q issued=no open="tier-reached"``: the last ask, and the checks that were not met."""
    result = player.made[player.dossier(step, "agreement")]
    player.expect(step, "issued", "yes" if result["issued"] else "no", step.words["issued"])
    unmet = sorted(check["code"] for check in result["checks"] if check["answer"] != "met")
    player.expect(step, "what is not met", unmet, sorted(step.words.get("open", "").split()))
    return result["checks"]


def stands(player: Player, step: Step) -> object:
    """``expect agreement agreement=Q state=paused``."""
    state: Agreement = player.office.store.states(player.dossier(step, "agreement"))
    player.expect(step, "the agreement", state.state, step.words["state"])
    return state.state


def standing(player: Player, step: Step) -> object:
    """``expect standing party=okavi tier=known``."""
    found = promises.standing_of(player.office, step.words["party"], player.office.day(step.at))
    player.expect(step, "the tier", found.tier, step.words["tier"])
    return found


def _who(player: Player, step: Step) -> dict[str, object]:
    return {"on": player.office.day(step.at), "by": player.actor(step), "at": step.at}


ACTS = {
    "load-list": load_list,
    "propose-agreement": propose,
    "sign-agreement": sign,
    "report": report,
    "tick": tick,
    "batch": batch,
}
LOOKS = {"batch": issued, "agreement": stands, "standing": standing}
