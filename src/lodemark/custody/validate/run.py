"""All layers over one document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from lodemark.custody.interpret import interpret
from lodemark.custody.jsonld import line_of
from lodemark.custody.limit import LIMITS
from lodemark.custody.model import KINDS, Document, Event
from lodemark.custody.validate.report import Finding, Report, gather, shown
from lodemark.custody.validate.semantics import check_semantics
from lodemark.custody.validate.structure import check_envelope, check_event
from lodemark.custody.validate.words import check_identifiers, check_words
from lodemark.custody.xml import places

MOST_LINE_NUMBERS = 50  # finding a line walks the text again; a person reads the first errors


def validate(document: Document, profile: str = "open", *, recorded_at: datetime | None = None) -> Report:
    """Structure, vocabulary, identifiers and semantics of a document. Pure; the journal layer is ``capture``'s.

    ``recorded_at`` is the office's clock (an argument, never asked for); without it nothing is *too late*.
    """
    said: dict[int, Event] = {}
    report = replace(gather(_all(document, recorded_at, said), len(document.sent), profile), said=said)
    if not report.findings:
        return report
    asked = shown(report.findings)
    if document.form == "json":
        # Finding a line walks the text again; a person reads the first errors.
        where = {f.pointer: (f.pointer, line_of(document.data, f.pointer)) for f in asked[:MOST_LINE_NUMBERS]}
    else:
        where = places(document.data, {f.pointer for f in report.findings}, LIMITS)
    located = (
        replace(f, pointer=where[f.pointer][0], line=where[f.pointer][1]) if f.pointer in where else f for f in report.findings
    )
    return replace(report, findings=tuple(located))


def _all(document: Document, recorded_at: datetime | None, said: dict[int, Event]) -> Iterator[Finding]:
    yield from (Finding(rule, pointer, facts) for rule, pointer, facts in document.notes)
    yield from check_envelope(document)
    for index, sent in enumerate(document.sent):
        broken = False
        for found in check_event(sent, index):
            broken = True
            yield found
        yield from check_words(sent, index)
        if broken or sent.body.get("type") not in KINDS:
            continue  # what has no shape has no meaning yet; one report of the cause is enough
        yield from check_identifiers(sent, index)
        said[index] = interpret(sent)
        yield from check_semantics(said[index], index, recorded_at)
