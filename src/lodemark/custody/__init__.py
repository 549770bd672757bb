"""Custody: codes, EPCIS events, and what they say about milligrams.

    from lodemark import custody
    j = custody.Journal.open("events.db")
    job = j.capture(data, party=gln, recorded_at=now)
    g = j.genealogy(as_of=day)
    g.back(lot), g.gaps(), g.digest

What it leaves to others: how many grams of an element can, or must, sit where (``attribution``), whether books close
(``accountancy``), what it means (``finding``).
"""

from lodemark.custody.code_check import CodeAnswer, CodeFacts, check_code
from lodemark.custody.facts import Fact, fact_of
from lodemark.custody.genealogy import Genealogy, build
from lodemark.custody.identifier import Key, canonical, to_digital_link, to_urn
from lodemark.custody.job import CaptureJob, captured_record, job_body
from lodemark.custody.journal import Journal
from lodemark.custody.model import Document, Event, Line
from lodemark.custody.prehash import event_hash, hash_variant, prehash
from lodemark.custody.reader import read
from lodemark.custody.store import POSTGRESQL, SQLITE, Store
from lodemark.custody.validate import Finding, Report, validate

__all__ = [
    "POSTGRESQL",
    "SQLITE",
    "CaptureJob",
    "CodeAnswer",
    "CodeFacts",
    "Document",
    "Event",
    "Fact",
    "Finding",
    "Genealogy",
    "Journal",
    "Key",
    "Line",
    "Report",
    "Store",
    "build",
    "canonical",
    "captured_record",
    "check_code",
    "event_hash",
    "fact_of",
    "hash_variant",
    "job_body",
    "prehash",
    "read",
    "to_digital_link",
    "to_urn",
    "validate",
]
