"""``lodemark lot``: one lot or serial: its events, ancestors, descendants, gaps, and whether its code is consistent."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from lodemark.cli.answer import FINDINGS, emit, fail, language
from lodemark.custody import Journal, canonical, to_digital_link
from lodemark.custody.genealogy import Genealogy, Trace
from lodemark.custody.trouble import NotInJournal, ReadError
from lodemark.custody.value import from_microseconds
from lodemark.measure import show_kg
from lodemark.trouble import Error
from lodemark.wording import Lang, say

app = typer.Typer(no_args_is_help=True)

Thing = Annotated[str, typer.Argument(help="Lot or serial in any spelling. 批次或序列号。")]
Journals = Annotated[Path, typer.Option("--journal", help="Journal file. 事件日志文件。")]
AsOf = Annotated[str | None, typer.Option(help="Day in the world, 2026-03-01. 事件截止日。")]
KnownAt = Annotated[str | None, typer.Option(help="Day in the office. 知悉截止日。")]
Depth = Annotated[int | None, typer.Option(help="How many steps. 步数。")]
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON. 以 JSON 输出。")]
Language = Annotated[str, typer.Option("--lang", help="en or zh. 语言。")]
DEFAULT = Path("custody.db")


def day(text: str | None) -> datetime | None:
    """An instant from a date or a timestamp; UTC when no offset is written."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text}: write 2026-03-01 or 2026-03-01T12:00:00+08:00") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _open(path: Path, thing: str, as_of: str | None, known_at: str | None, way: str = "back") -> tuple[Genealogy, str]:
    if not path.exists():
        raise NotInJournal(what="journal", id=str(path))
    name = canonical(thing)
    g = Journal.open(path).lineage(name, way, day(as_of), day(known_at))
    if not g.versions_of(name) and name not in g.where.seen:
        raise NotInJournal(what="lot", id=name)
    return g, name


def _kg(mass_mg: int | None, lang: Lang) -> str:
    return show_kg(mass_mg) if mass_mg is not None else say("gap-mass-missing", {}, lang)


@app.command("show")
def show_command(
    thing: Thing,
    journal: Journals = DEFAULT,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """What is recorded about a lot: versions, masses, where it sits. 批次概况。"""
    try:
        g, name = _open(journal, thing, as_of, known_at)
    except Error as error:
        fail(error, as_json, lang)
    speak = language(lang)
    versions = [g.lots[lot] for lot in g.versions_of(name)]
    held = [h for h in g.holdings(day(as_of)) if h.thing == name]
    events = g.where.seen.get(name, [])
    told = {
        "thing": name,
        "versions": [
            {"lot": v.id, "mass_mg": v.mass_mg, "left_mg": v.left_mg, "producer": g.nodes[v.producer].kind} for v in versions
        ],
        "holdings": held,
        "events": [{"key": e.event, "at": from_microseconds(e.time_us), "site": e.site} for e in events],
        "gaps": [gap for gap in g.gaps() if gap.subject.split("#")[0] == name],
        "remarks": [{"rule": r.rule, "facts": dict(r.facts)} for r in g.remarks if r.subject == name],
        "custody_model": sorted({g.nodes[v.producer].custody_model for v in versions}),
    }
    lines = [name]
    lines += [f"  {v.id}: {_kg(v.mass_mg, speak)} ({g.nodes[v.producer].kind}), left {_kg(v.left_mg, speak)}" for v in versions]
    lines += [f"  {h.outermost} @ {h.site or '?'}" for h in held]
    lines += [
        f"  {say(r.rule, {'subject': name, 'pointer': name, **dict(r.facts)}, speak)}" for r in g.remarks if r.subject == name
    ]
    emit(told, as_json, "\n".join(lines))


def _trace(way: str, thing: str, journal: Path, as_of: str | None, known_at: str | None, depth: int | None, as_json: bool, lang: str) -> None:  # fmt: skip
    try:
        g, name = _open(journal, thing, as_of, known_at, way)
    except Error as error:
        fail(error, as_json, lang)
    trace = g.back(name, depth) if way == "back" else g.forward(name, depth)
    emit(trace, as_json, lambda: tree(trace, language(lang)))


def tree(trace: Trace, lang: Lang) -> str:
    """An indented tree with masses; a gap is dashed."""
    lines = []
    for step in trace.steps:
        if step.gap:
            label = f"- - {say(f'gap-{step.gap}', {}, lang)}: {_kg(step.mass_mg, lang)}  {step.lot}"
        else:
            label = f"{step.lot}  {_kg(step.mass_mg, lang)}  ({step.kind})" + ("  …" if step.again else "")
        lines.append("  " * step.depth + label)
    if trace.left_unsaid:
        lines.append(f"… +{trace.left_unsaid}")
    return "\n".join(lines)


@app.command("back")
def back_command(
    thing: Thing,
    journal: Journals = DEFAULT,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    depth: Depth = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Where a lot came from, gaps in place. 溯源。"""
    _trace("back", thing, journal, as_of, known_at, depth, as_json, lang)


@app.command("forward")
def forward_command(
    thing: Thing,
    journal: Journals = DEFAULT,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    depth: Depth = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Where a lot went. 去向。"""
    _trace("forward", thing, journal, as_of, known_at, depth, as_json, lang)


@app.command("gaps")
def gaps_command(
    thing: Annotated[str | None, typer.Argument(help="Lot, or nothing for all. 批次，可省略。")] = None,
    journal: Journals = DEFAULT,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """What nobody told, with the mass at stake and who could tell. 缺口清单。"""
    try:
        if not journal.exists():
            raise NotInJournal(what="journal", id=str(journal))
        g = Journal.open(journal).genealogy(day(as_of), day(known_at))
    except Error as error:
        fail(error, as_json, lang)
    wanted = {s.lot for lot in [canonical(thing)] for s in g.back(lot).steps} if thing else None
    found = [gap for gap in g.gaps() if wanted is None or gap.subject in wanted or gap.process in wanted]
    speak = language(lang)
    lines = [f"{say(f'gap-{g.kind}', {}, speak)}  {_kg(g.mass_mg, speak)}  {g.subject}  {g.who}" for g in found]
    emit(found, as_json, "\n".join(lines))
    if found:
        raise typer.Exit(FINDINGS)


@app.command("check")
def check_command(
    code: Annotated[str, typer.Argument(help="Link, URN, element string or scan. 链接、URN 或扫描内容。")],
    journal: Journals = DEFAULT,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Is a code consistent with its declaration? 核验代码。"""
    try:
        if not journal.exists():
            raise NotInJournal(what="journal", id=str(journal))
        answer = Journal.open(journal).check(code)
    except Error as error:
        fail(error, as_json, lang)
    speak = language(lang)
    told: dict[str, Any] = {
        "thing": answer.thing,
        "outcome": answer.outcome,
        "checks": [
            {"check": s.check, "outcome": s.outcome, "said": s.reason.explain(speak), "events": s.events} for s in answer.seeds
        ],
    }
    emit(told, as_json, "\n".join([answer.outcome, *(s.reason.explain(speak) for s in answer.seeds)]))
    if answer.outcome == "question":
        raise typer.Exit(FINDINGS)


@app.command("label")
def label_command(
    file: Annotated[str, typer.Argument(help="One identifier or link a line, or - for stdin. 每行一个标识或链接。")],
    out: Annotated[Path, typer.Option(help="labels.svg or labels.pdf. 输出文件。")],
    kind: Annotated[str, typer.Option(help="qr or datamatrix. 码制。")] = "qr",
    lang: Language = "en",
) -> None:
    """Print labels; every symbol is read back first. 打印标签。"""
    from lodemark.custody.label import Label, sheet, sheet_pdf

    if kind not in ("qr", "datamatrix") or out.suffix not in (".svg", ".pdf"):
        raise typer.BadParameter("kind: qr, datamatrix; out: .svg, .pdf")
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        links = [
            to_digital_link(line.strip()) if "?" not in line else line.strip() for line in text.splitlines() if line.strip()
        ]
        labels = [Label(link) for link in links]
        data = sheet_pdf(labels, kind) if out.suffix == ".pdf" else sheet(labels, kind).encode()
        out.write_bytes(data)
    except OSError as error:
        fail(ReadError(detail=f"{error.filename}: {error.strerror}"), False, lang)
    except Error as error:
        fail(error, False, lang)
    print(f"{len(labels)} -> {out}")
