"""A finding on paper: PDF/A, zh-Hans and en side by side, the same bytes for the same finding.

The paper shows, and the records prove: ``pack`` puts both into one file. Fonts and errors are those of the licence paper.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

import typst

from lodemark.finding.model import Evidence, Finding
from lodemark.licence.paper import FONTS, PaperError
from lodemark.wording import say

TEMPLATE: Final = Path(__file__).with_name("finding.typ")
Pair = tuple[str, str]


def finding_paper(finding: Finding, issuer: str, at: datetime, fonts: Path | None = None) -> bytes:
    """The PDF of a finding as it stands; ``at`` dates the document. Raises ``PaperError`` naming a character no font has."""
    data = {
        "id": finding.id,
        "title": _pair("paper-finding")[1],
        "title_en": _pair("paper-finding")[0],
        "issuer": issuer,
        "sections": [{"heading": _pair(code), "sentences": said} for code, said in _sections(finding) if said],
    }
    compiler = typst.Compiler(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(FONTS), *([str(fonts)] if fonts else [])],
        ),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
    )
    try:
        pdf = compiler.compile(format="pdf", pdf_standards=["a-3b", "ua-1"], timestamp=at)
    except typst.TypstError as error:
        missing = re.search(r'the text `"(.+?)"` could not be displayed', str(error))
        assert missing, str(error)  # the template itself is ours
        raise PaperError("glyph-missing", text=missing[1], template=TEMPLATE.name) from None
    assert isinstance(pdf, bytes)
    return pdf


def _sections(finding: Finding) -> Iterable[tuple[str, list[Pair]]]:
    """The parts of the paper in reading order; an empty part is left out."""
    yield "paper-question", [_pair(finding.question, **finding.facts)] if finding.question else []
    yield "paper-evidence", [_evidence(one) for one in finding.evidence]
    yield "paper-exonerating", [_evidence(one) for one in finding.exonerating]
    yield "paper-grade", [_pair(f"grade-{finding.grade}")] if finding.grade else []
    yield "paper-limits", [_pair(limit.code, **limit.facts) for limit in finding.limits]
    points = [point for answer in finding.answers for point in answer.points]
    yield "paper-answer", [_written(f"{point.id} · {point.text}") for point in points]
    if finding.closure:
        english, chinese = _pair(f"closed-{finding.closure.closed_as}")
        ended = (f"{finding.closure.on} · {english}", f"{finding.closure.on} · {chinese}")
        responses = [_written(f"{point} · {text}") for point, text in sorted(finding.closure.responses.items())]
        yield "paper-closure", [ended, _written(finding.closure.reason), *responses]


def _evidence(one: Evidence) -> Pair:
    """What a piece says, where it lies, and the digest by which anyone finds it in the pack."""
    english, chinese = _pair(one.statement_code, **one.facts)
    place = f"[{one.ref} · SHA-256 {one.digest}]"
    return f"{english} {place}", f"{chinese} {place}"


def _written(text: str) -> Pair:
    """What a person wrote, in whatever language: it is shown once and never translated."""
    return text, text


def _pair(code: str, **facts: object) -> Pair:
    return say(code, facts, "en"), say(code, facts, "zh-Hans")
