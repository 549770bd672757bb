"""``/findings``: a question to a party, its answer, and how it was closed. Nothing here suspends anything."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from lodemark.finding import commands as ask
from lodemark_office.acts import findings
from lodemark_office.acts.office import Sent
from lodemark_office.acts.store import Answer
from lodemark_office.api import showing
from lodemark_office.api.acting import LIST, READ, KeyHeader, Size, add_act, by
from lodemark_office.api.answers import WRITES, Problem, json_answer, sent, settled
from lodemark_office.api.reading import command
from lodemark_office.api.sight import SEES_ALL, dossier_of, hat_on, listed, of_desk
from lodemark_office.doors.parts.acting import office
from lodemark_office.doors.parts.trouble import told

router = Router(tags=["findings"])
NOUN = "finding"
ACTS: dict[str, type] = {
    "put-question": ask.PutQuestion,
    "answer": ask.AnswerQuestion,
    "add-evidence": ask.AddEvidence,
    "close": ask.CloseFinding,
    "refer": ask.Refer,
}


@router.get("", response=LIST, operation_id="finding-list")
def all_findings(request: HttpRequest, after: str = "", size: Size = 30) -> HttpResponse:
    """The findings the caller may see; a party sees one when it was put to it."""
    return json_answer(showing.page_of(listed(request, NOUN), after, size))


@router.post("/detect", response={200: dict[str, Any], WRITES: Problem}, operation_id="finding-detect")
def detect(request: HttpRequest, key: KeyHeader) -> HttpResponse:
    """Run every detector and open what is not open yet; a repeat opens nothing twice and names only what is new."""
    message = sent(request, key, request.auth.as_one_of(SEES_ALL[NOUN], request.path))  # type: ignore[attr-defined]
    answers = [settled(each) for each in findings.open_all(office(), message)]
    opened = [each.result["finding"] for each in answers if each.done]
    return json_answer({"opened": opened, "refused": [told(each.reasons) for each in answers if not each.done]})


@router.get("/{reference}", response=READ, operation_id="finding")
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """The question, the evidence for and against, grade and limits, the answer, the closing."""
    dossier = dossier_of(NOUN, reference)
    hat = hat_on(request, dossier)
    return json_answer({"dossier": dossier, **showing.finding(office().store.states(dossier), of_desk(hat, NOUN))})


def _carry(kind: type) -> Any:
    def carry(message: Sent, dossier: str, said: object) -> Answer:
        return findings.act(office(), message, dossier, command(kind, said, **by(message)))

    return carry


for _act, _kind in ACTS.items():
    add_act(router, NOUN, _act, _kind, _carry(_kind))
