"""``lodemark finding``: re-check an evidence pack, offline."""

from __future__ import annotations

from pathlib import Path

import typer

from lodemark.cli.answer import FINDINGS, OK, emit, language
from lodemark.finding.pack import PackReport, verify_pack
from lodemark.wording import Lang, say

app = typer.Typer(no_args_is_help=True)


@app.callback()
def group() -> None:
    """Findings and their evidence. 发现与证据。"""


@app.command()
def verify(pack: Path, json: bool = typer.Option(False, "--json"), lang: str = typer.Option("en", "--lang")) -> None:
    """Check that a pack's records, finding and evidence agree. 核验证据包。"""
    report = verify_pack(pack.read_bytes())
    emit(report, json, lambda: _told(report, language(lang)))
    raise typer.Exit(OK if report.holds else FINDINGS)


def _told(report: PackReport, lang: Lang) -> str:
    """The finding as a reader needs it: the question, the grade, its limits, how it ended; then what does not fit."""
    finding = report.finding
    lines = [problem.explain(lang) for problem in report.problems]
    if finding.question:
        lines.append(say(finding.question, finding.facts, lang))
    lines += [say(one.statement_code, one.facts, lang) for one in (*finding.evidence, *finding.exonerating)]
    if finding.grade:
        lines.append(say(f"grade-{finding.grade}", {}, lang))
    lines += [say(limit.code, limit.facts, lang) for limit in finding.limits]
    if finding.closure:
        closed_as = say(f"closed-{finding.closure.closed_as}", {}, lang)
        lines.append(say("finding-closed", {"closed_as": closed_as, "reason": finding.closure.reason}, lang))
    if report.holds:
        pieces = len(finding.evidence) + len(finding.exonerating)
        counts = {"dossier": report.dossier, "evidence": pieces, "absent": len(report.absent)}
        lines.append(say("pack-holds", counts, lang))
    return "\n".join(lines)
