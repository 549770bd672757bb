"""``/capture`` and ``POST /events``: documents in, jobs out. The act is the same as that of every other door."""

from __future__ import annotations

import uuid

from django.http import HttpResponse

from lodemark.custody import CaptureJob, job_body
from lodemark.custody.binding import event_answer
from lodemark.custody.capture import BEHAVIOURS
from lodemark.custody.job import error_csv
from lodemark.custody.jobs import find, is_small, listed
from lodemark_office.acts import capturing
from lodemark_office.api.epcis.door import ROOT, Asked, Refused, body_of, json
from lodemark_office.api.epcis.events import one_event
from lodemark_office.api.epcis.paging import members_page
from lodemark_office.doors.parts.acting import office

BEHAVIOUR = "GS1-Capture-Error-Behaviour"


def capture(asked: Asked) -> HttpResponse:
    """202 and where the job stands; a small document is finished when the answer leaves, right or wrong."""
    job, replayed = _captured(asked, at_once=False)
    response = HttpResponse(status=202, headers={"Location": f"{ROOT}capture/{job.id}"})
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def capture_event(asked: Asked) -> HttpResponse:
    """One event: 201 where it is (also for one sent before), 400 with the report, 409 kept as contradicted."""
    job, _ = _captured(asked, at_once=True)
    status, exception = event_answer(job)
    if exception is not None:
        raise Refused(exception, status, errors=job_body(job)["errors"])
    event_id = job.event_ids[0]
    response = one_event(asked, event_id)
    response.status_code = 201
    response.headers["Location"] = f"{ROOT}events/{event_id}"
    return response


def jobs(asked: Asked) -> HttpResponse:
    """The capture jobs of this party."""
    found, headers = members_page(
        asked, "capture", lambda after, size: listed(asked.journal, asked.hat.party_id, after=after, size=size)
    )
    return json([_told(job) for job in found if isinstance(job, CaptureJob)], **headers)


def one_job(asked: Asked, capture_id: str) -> HttpResponse:
    """One job, with every error by event and place."""
    return json(_told(find(asked.journal, capture_id, asked.hat.party_id)))


def errors(asked: Asked, capture_id: str) -> HttpResponse:
    """Every error of a job as a table for spreadsheets."""
    told = error_csv(find(asked.journal, capture_id, asked.hat.party_id))
    return HttpResponse(told, content_type="text/csv; charset=utf-8")


def _told(job: CaptureJob) -> dict[str, object]:
    return job_body(job, f"{ROOT}capture/{job.id}/errors")


def _captured(asked: Asked, *, at_once: bool) -> tuple[CaptureJob, bool]:
    data, media = body_of(asked)
    behaviour = asked.request.headers.get(BEHAVIOUR, BEHAVIOURS[0])
    if behaviour not in BEHAVIOURS:
        raise Refused("NotAcceptableException")
    # The standard knows no key: content sent twice is found by its hash. Who sends a key gets the same job again.
    key = asked.request.headers.get("Idempotency-Key") or uuid.uuid4().hex
    sent = asked.sent(key[:200])
    if not at_once and not is_small(data):
        return capturing.accept(office(), sent, data, media=media, behaviour=behaviour), False
    answer = capturing.capture(office(), sent, data, media=media, behaviour=behaviour)
    return find(asked.journal, str(answer.result["captureID"])), answer.replayed
