"""Lines about applications: submit, return, withdraw; what is missing, what the rules say."""

from __future__ import annotations

from lodemark import application, rules
from lodemark.application import Contest
from lodemark_office.acts import filing
from lodemark_office.acts.store import Answer
from lodemark_office.stories.play import Player, Step


def submit(player: Player, step: Step) -> Answer:
    """``submit application=A file=first.yaml channel=paper contest=RULE:PATH:reason``; a known A is filed again."""
    contested = [Contest(*step.words["contest"].split("|"))] if "contest" in step.words else []
    name = f"application/{step.words['application']}"
    answer = filing.submit(
        player.office,
        player.sent(step),
        application.read(player.file(step)),
        dossier=player.names.get(name),
        on_paper=step.words.get("channel") == "paper",
        declaration_signed=step.words.get("signed", "yes") == "yes",
        contested=tuple(contested),
    )
    if answer.done:
        player.names[name] = answer.result["application"]
    return answer


def send_back(player: Player, step: Step) -> Answer:
    """``return application=A``: with everything the engine finds."""
    return filing.send_back(player.office, player.sent(step), player.dossier(step, "application"))


def withdraw(player: Player, step: Step) -> Answer:
    """``withdraw application=A reason=...``."""
    dossier = player.dossier(step, "application")
    return filing.withdraw(player.office, player.sent(step), dossier, step.words.get("reason", ""))


def missing(player: Player, step: Step) -> object:
    """``expect missing application=A items="RULE PATH; ..."``: the exact list of the last return, as rule ids."""
    filed = player.office.store.states(player.dossier(step, "application"))
    seen = [item.rule_id for item in filed.returns[-1].items]
    player.expect(step, "the list of what is missing", sorted(seen), sorted(step.words["items"].split()))
    return filed.returns[-1].items


def stage(player: Player, step: Step) -> object:
    """``expect application application=A status=returned``."""
    filed = player.office.store.states(player.dossier(step, "application"))
    player.expect(step, "the application", filed.status, step.words["status"])
    return filed.status


def assessed(player: Player, step: Step) -> object:
    """``expect outcome file=x.yaml regime=cn-ann18 on=2025-07-04 L1/p2=licence_required ... provision.L1/p2=ID``.

    ``others=OUTCOME`` speaks for every cell not named.
    """
    app = application.read(player.file(step))
    book = rules.load(step.words.get("regime", player.office.regime))
    on = app.filed_on
    assert on is not None
    lists = player.office.screener.facts(app, book, on)
    found = rules.assess(book, application.facts(app, book, on), on=on, gathered=lists)
    cells = {cell.key: cell for cell in found.cells}
    named = {key: value for key, value in step.words.items() if key in cells}
    for key, outcome in named.items():
        player.expect(step, key, cells[key].outcome, outcome)
    if others := step.words.get("others"):
        for key, cell in cells.items():
            if key not in named:
                player.expect(step, key, cell.outcome, others)
    if provision := step.words.get("provision"):
        for key in named:
            player.expect(step, f"the entry of {key}", provision in [one.provision for one in cells[key].fired], True)
    return {key: cell.outcome for key, cell in cells.items()}


ACTS = {"submit": submit, "return": send_back, "withdraw": withdraw}
LOOKS = {"missing": missing, "application": stage, "outcome": assessed}
