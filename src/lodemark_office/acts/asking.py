"""Requests for information: the officer asks what the rules still need, the answer is a new version of the file.

Only the asked paths may change; what was not asked stays as it was submitted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from lodemark import application
from lodemark.application import Application, Deficiency
from lodemark.case import commands as ask
from lodemark.case.facts import VersionChange
from lodemark.case.model import Answer as Answered
from lodemark.case.model import Question
from lodemark.ledger import canonical, digest
from lodemark_office.acts import casework
from lodemark_office.acts.filing import CONTENT_MEDIA
from lodemark_office.acts.office import Office, Sent
from lodemark_office.acts.store import Answer

KEY_ELEMENTS: Final[Mapping[str, Callable[[Application], object]]] = {
    "item_type": lambda app: sorted((line.id, str(line.family), str(line.form), str(line.system)) for line in app.lines),
    "destination": lambda app: sorted(str(party.country) for party in app.parties.of("end_user")),
    "end_user": lambda app: sorted(party.id for role in ("end_user", "ultimate_end_user") for party in app.parties.of(role)),
    "end_use": lambda app: sorted((use.id, str(use.category)) for use in app.uses.values()),
}
"""What a licence freezes (dual-use regulation, art. 18): a change of one is told beside the changed paths."""


def put(
    office: Office, sent: Sent, dossier: str, items: Iterable[Deficiency], texts: Mapping[str, str], why: str, by: date
) -> Answer:
    """Ask for items of the list of what is missing; ``texts`` holds the question of each item by its rule and path."""
    questions = tuple(
        Question(str(number), item.rule_id, item.provision, item.path, texts[name_of(item)], why)
        for number, item in enumerate(items, start=1)
    )
    command = ask.Ask(
        on=office.day(sent.at),
        by=sent.actor,
        rfi="",
        questions=questions,
        reply_by=by,
    )
    return casework.act(office, sent, dossier, command)


def name_of(item: Deficiency) -> str:
    """What names an item in a form: its rule and its place."""
    return " ".join(item.key)


def answer(office: Office, sent: Sent, dossier: str, rfi: str, app: Application) -> Answer:
    """Answer a request with the new version of the whole file, kept as a document under its digest."""
    file = casework.open_file(office, dossier, sent.at)
    state = file.case
    questions = state.rfis[rfi].questions if rfi in state.rfis else ()
    change = VersionChange(
        version=state.version + 1,
        content_digest=digest(app.content),
        lines=state.lines,
        paths=application.diff(file.app.content, app.content),
        key_elements=tuple(name for name, of in KEY_ELEMENTS.items() if of(file.app) != of(app)),
    )
    office.store.keep_document(canonical(app.content), CONTENT_MEDIA)
    answers = tuple(Answered(question.id, change.content_digest) for question in questions)
    command = ask.AnswerRfi(on=office.day(sent.at), by=sent.actor, rfi=rfi, answers=answers)
    return casework.act(office, sent, dossier, command, change)
