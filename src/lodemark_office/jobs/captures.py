"""Large documents that were accepted with 202: captured here, one transaction each, under the sender's name.

Killed half-way, nothing of it is in the journal and the document still waits; two workers at one document write it once.
"""

from __future__ import annotations

import logging
from datetime import datetime

from lodemark.custody.jobs import waiting
from lodemark_office.acts import capturing
from lodemark_office.acts.office import Office
from lodemark_office.acts.store import Busy

_log = logging.getLogger(__name__)


def finish(office: Office, now: datetime, stuck: set[str]) -> int:
    """Capture everything that waits, oldest first; how many documents that were.

    A document that breaks us is our mistake, and must not hold up everybody behind it: it goes into ``stuck``, is told to
    the log and waits, bytes and all, for a worker that was repaired.
    """
    done = 0
    for job in waiting(office.store.journal()):
        if job in stuck:
            continue
        try:
            capturing.finish(office, job, now)
        except Busy:
            raise
        except Exception:
            _log.exception("capture job %s", job)
            stuck.add(job)
        else:
            done += 1
    return done
