"""Lines about a licence in use: reserve, post, void, suspend, confirm, resume; what is left, what a verifier says."""

from __future__ import annotations

from datetime import timedelta

from lodemark.licence import AskedMass, Licence, counted, usable, weigh
from lodemark.licence import commands as ask
from lodemark.licence.usable import Usable
from lodemark.measure import read_mass_mg
from lodemark_office.acts import licensing
from lodemark_office.acts.store import Answer
from lodemark_office.stories.play import Player, Step

HOLD = timedelta(days=30)


def reserve(player: Player, step: Step) -> Answer:
    """``reserve licence=L shipment=S-1 lot=LOT-1 gross="40 kg"``: on line 1, with every amount the caps need."""
    state: Licence = player.office.store.states(player.dossier(step, "licence"))
    line = state.terms.lines[int(step.words.get("line", "1")) - 1]
    masses = _masses(step, line.models[0])
    command = ask.Reserve(
        **_who(player, step),
        drawdown=step.words["shipment"],
        line=line.no,
        shipment=step.words["shipment"],
        control_list_entry=line.control_list_entry,
        end_user=step.words.get("end-user", line.end_user),
        destination=step.words.get("destination", line.destination),
        masses=masses,
        amounts=counted(line, weigh(line, masses)),
        hold_until=step.at + HOLD,
    )
    return _act(player, step, command)


def post(player: Player, step: Step) -> Answer:
    """``post licence=L shipment=S-1 gross="39.5 kg"``: customs, the goods left now."""
    state: Licence = player.office.store.states(player.dossier(step, "licence"))
    draw = state.drawdowns[step.words["shipment"]]
    line = state.terms.lines[draw.line - 1]
    masses = _masses(step, line.models[0], draw.masses[0].lot)
    command = ask.Post(
        **_who(player, step),
        drawdown=draw.id,
        masses=masses,
        amounts=counted(line, weigh(line, masses)),
        released_at=step.at,
        presented=player.sent(step).key,
    )
    return _act(player, step, command)


def void(player: Player, step: Step) -> Answer:
    """``void licence=L shipment=S-1 reason=...``."""
    command = ask.Void(**_who(player, step), drawdown=step.words["shipment"], reason=step.words.get("reason", ""))
    return _act(player, step, command)


def suspend(player: Player, step: Step) -> Answer:
    """``suspend licence=L ground=circumstances-changed reason=...``."""
    return _act(player, step, ask.Suspend(**_who(player, step), ground=step.words["ground"], reason=step.words["reason"]))


def confirm(player: Player, step: Step) -> Answer:
    """``confirm licence=L``: the second person behind a suspension."""
    return _act(player, step, ask.ConfirmSuspension(**_who(player, step)))


def resume(player: Player, step: Step) -> Answer:
    """``resume licence=L reason=...``."""
    return _act(player, step, ask.Resume(**_who(player, step), reason=step.words["reason"]))


def balance(player: Player, step: Step) -> object:
    """``expect balance licence=L available="56 kg" posted="39.5 kg" commodity=gross``: whichever words are given."""
    state: Licence = player.office.store.states(player.dossier(step, "licence"))
    account = state.account(int(step.words.get("line", "1")), step.words.get("commodity", "gross"))
    for word in ("granted", "available", "reserved", "posted", "lapsed"):
        if word in step.words:
            wanted = 0 if step.words[word] in ("0", "0 kg") else read_mass_mg(step.words[word])
            player.expect(step, word, getattr(account, word), wanted)
    return account


def stands(player: Player, step: Step) -> object:
    """``expect licence licence=L state=suspended usable=no``."""
    state: Licence = player.office.store.states(player.dossier(step, "licence"))
    player.expect(step, "the licence", state.ending.act if state.ending else state.state, step.words["state"])
    if "usable" in step.words:
        good = isinstance(usable(state, player.office.day(step.at)), Usable)
        player.expect(step, "usable", "yes" if good else "no", step.words["usable"])
    return state.state


def _masses(step: Step, model: str, lot: str = "") -> tuple[AskedMass, ...]:
    return (AskedMass(step.words.get("model", model), step.words.get("lot", lot), read_mass_mg(step.words["gross"])),)


def _who(player: Player, step: Step) -> dict[str, object]:
    return {"on": player.office.day(step.at), "by": player.actor(step), "at": step.at}


def _act(player: Player, step: Step, command: ask.Command) -> Answer:
    return licensing.act(player.office, player.sent(step), player.dossier(step, "licence"), command)


ACTS = {
    "reserve": reserve,
    "post": post,
    "void": void,
    "suspend": suspend,
    "confirm": confirm,
    "resume": resume,
}
LOOKS = {"balance": balance, "licence": stands}
