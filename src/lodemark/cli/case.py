"""``lodemark case``: read a case or appeal from its bundle: its history, its clock, and the file run again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import orjson
import typer

from lodemark.case import CaseRules, ClockView, ReplayReport, clock, court_of, fold, next_step, replay
from lodemark.case.acts import recorded_acts
from lodemark.cli.answer import FINDINGS, OK, emit, language
from lodemark.ledger import Bundle, Entry, read_body, unpack
from lodemark.rules import Calendar, calendar, load
from lodemark.trouble import Error
from lodemark.wording import Lang, say

app = typer.Typer(no_args_is_help=True)
JSON = typer.Option(False, "--json")
LANG = typer.Option("en", "--lang")
DOSSIER = typer.Option("", "--dossier", help="Which dossier, where the bundle holds several. 卷宗编号。")
REGIME = typer.Option("cn-ann18", "--regime", help="Whose rule values. 规则。")
RULEBOOK = typer.Option(None, "--rulebooks", help="A folder of rulebooks, as they were or as they are to be. 规则库目录。")
CALENDAR = typer.Option("cn", "--calendar", help="Whose working days. 工作日历。")


class NoSuchDossier(Error):
    """The bundle does not hold the dossier asked for, or holds several and none was named."""

    code: ClassVar[str] = "dossier-not-in-bundle"
    kind: ClassVar[str] = "unknown"


@app.command()
def show(bundle: Path, dossier: str = DOSSIER, json: bool = JSON, lang: str = LANG) -> None:
    """The history of a file, and whose turn it is. 案卷经过。"""
    _, entries = _open(bundle, dossier)
    said = language(lang)
    lines = [_line(entry, said) for entry in entries]
    if entries[0].record.kind.startswith("appeal-"):
        emit([entry.record for entry in entries], json, "\n".join(lines))
        return
    case = fold(entry.record for entry in entries)
    last = f"{say(f'case-state-{case.state}', {}, said)} · {say(f'court-{court_of(case)}', {}, said)}"
    emit(case, json, "\n".join([*lines, last, say(next_step(case), {}, said)]))


@app.command("clock")
def show_clock(
    bundle: Path,
    at: datetime = typer.Option(
        ..., "--at", formats=["%Y-%m-%dT%H:%M%z"], help="An instant with its zone: 2026-05-05T12:00+0800."
    ),
    regime: str = REGIME,
    days: str = CALENDAR,
    dossier: str = DOSSIER,
    json: bool = JSON,
    lang: str = LANG,
) -> None:
    """Working days used and left, the due day, and what stops the clock. 审查期限。"""
    _, entries = _open(bundle, dossier)
    working: Calendar = calendar(days)
    records = [entry.record for entry in entries]
    view = clock(records, CaseRules.of(load(regime), working, records[0].on), working, at)
    emit(view, json, lambda: _clock(view, language(lang)))


@app.command("replay")
def run_again(
    bundle: Path,
    regime: str = REGIME,
    rulebooks: Path = RULEBOOK,
    days: str = CALENDAR,
    dossier: str = DOSSIER,
    json: bool = JSON,
    lang: str = LANG,
) -> None:
    """Decide every act again from its recorded facts, and say what differs. 依卷重演。"""
    content, entries = _open(bundle, dossier)
    book, working = load(regime, shelves=(rulebooks,)) if rulebooks else load(regime), calendar(days)
    report = replay(recorded_acts(entries, _gathered(content), lambda on: CaseRules.of(book, working, on)))
    emit(report, json, lambda: _report(report, language(lang)))
    raise typer.Exit(OK if report.same else FINDINGS)


def _open(path: Path, wanted: str) -> tuple[Bundle, Sequence[Entry]]:
    content = unpack(path.read_bytes())
    held = [name for name in content.dossiers if name.startswith(("case/", "appeal/"))]
    named = [name for name in held if wanted in ("", name)]
    if len(named) != 1:
        raise NoSuchDossier(wanted=wanted or None, held=", ".join(held) or "-")
    return content, [read_body(one.number, one.body) for one in content.dossiers[named[0]]]


def _gathered(content: Bundle) -> Any:
    def facts(digest: str) -> Mapping[str, Any] | None:
        found = content.documents.get(digest)
        return None if found is None else orjson.loads(found)["facts"]

    return facts


def _line(entry: Entry, lang: Lang) -> str:
    record = entry.record
    return f"{entry.number:>3}  {record.on.isoformat()}  {say(record.kind, record.facts, lang)}"


def _clock(view: ClockView, lang: Lang) -> str:
    elapsed = view.elapsed.low if view.elapsed.exact else f"{view.elapsed.low}–{view.elapsed.high}"
    left = None if view.left is None else view.left.low if view.left.exact else f"{view.left.low}–{view.left.high}"
    due = None if view.due_on is None else " – ".join(sorted({day.isoformat() for day in view.due_on}))
    facts = {"elapsed": elapsed, "left": left, "due": due, "other": view.other_count.low, "since": view.since}
    lines = [
        say("clock-line", {**facts, "court": say(f"court-{view.court}", {}, lang)}, lang),
        say(view.next_step, {}, lang),
    ]
    for one in view.intervals:
        if not one.counts:
            facts = {"start": one.start, "end": one.end, "ground": one.ground, "provision": one.provision}
            lines.append("  " + say("clock-stop-line", facts, lang))
    if view.certain_until:
        lines.append(say("clock-certain-until", {"day": view.certain_until}, lang))
    if view.unlimited:
        lines.append(say("clock-unlimited", {"ground": view.unlimited}, lang))
    return "\n".join(lines)


def _report(report: ReplayReport, lang: Lang) -> str:
    counts = {"acts": report.acts, "differences": len(report.differences), "unseen": len(report.unseen)}
    lines = [say("replay-same" if report.same else "replay-differs", counts, lang)]
    for one in report.differences:
        facts = {"number": one.number, "act": one.act, "refused": list(one.refused), "differs": list(one.differs)}
        lines.append("  " + say("replay-difference", facts, lang))
    return "\n".join(lines)
