"""Lines about applications: submit, return, withdraw; what is missing, what the rules say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from lodemark import application, rules
from lodemark.application import Application, Contest
from lodemark.rules import FactValue, Known, Rulebook
from lodemark_office.acts import filing
from lodemark_office.acts.screening import MEASURES
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

    ``others=OUTCOME`` speaks for every cell not named; ``lists=clear`` states as an assumption that no party is listed.
    """
    app = application.read(player.file(step))
    book = rules.load(step.words.get("regime", player.office.regime))
    on = app.filed_on
    assert on is not None
    found = rules.assess(book, application.facts(app, book, on), on=on, gathered=_lists(player, step, app, book, on))
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


def checked(player: Player, step: Step) -> object:
    """``expect check file=x.yaml line=L1 composition-sum=not_met ...``: the plausibility checks of one line."""
    app = application.read(player.file(step))
    seen = {
        each.code: each.verdict
        for each in application.checks.run(app, player.office.book)
        if each.facts.get("line") == step.words["line"]
    }
    for code, verdict in step.words.items():
        if code not in ("file", "line"):
            player.expect(step, code, seen.get(code), verdict)
    return seen


def compared(player: Player, step: Step) -> object:
    """``expect compare file=x.yaml regimes="R R" as-if-controlled=yes R=OUTCOME rows=ROW,ROW``: each regime has an answer."""
    app = application.read(player.file(step))
    on = app.filed_on
    assert on is not None
    regimes = step.words["regimes"].split()
    lists = _lists(player, step, app, player.office.book, on)
    found = application.compare(app, regimes, on, step.words.get("as-if-controlled") == "yes", lists)
    outcomes = dict(zip(found.regimes, found.rows[0].entries, strict=True))
    for regime in regimes:
        if regime in step.words:
            player.expect(step, regime, outcomes[regime].value, step.words[regime])
    rows = {row.code: row for row in found.rows}
    for code in step.words.get("rows", "").split(","):
        if code:
            player.expect(step, f"answers to {code}", all(entry.sentence for entry in rows[code].entries), True)
    return found


def _lists(player: Player, step: Step, app: Application, book: Rulebook, on: date) -> Mapping[str, FactValue]:
    if step.words.get("lists") != "clear":
        return player.office.screener.facts(app, book, on)
    measures = book.lists[MEASURES].items
    return {f"party[{party}].listed[{measure}]": Known(False) for party in app.parties.members for measure in measures}


ACTS = {"submit": submit, "return": send_back, "withdraw": withdraw}
LOOKS = {"missing": missing, "application": stage, "outcome": assessed, "check": checked, "compare": compared}
