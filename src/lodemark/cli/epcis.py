"""``lodemark epcis``: validate, hash, capture and query events."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from lodemark.cli.answer import FINDINGS, emit, fail, language, progress
from lodemark.custody import Journal, canonical, event_hash, prehash, read, to_digital_link, to_urn, validate
from lodemark.custody.convert import convert
from lodemark.custody.query import Query
from lodemark.custody.rows import raw
from lodemark.custody.stored import Stored
from lodemark.custody.trouble import NotInJournal, ReadError
from lodemark.custody.validate import Report
from lodemark.trouble import Error
from lodemark.wording import say

app = typer.Typer(no_args_is_help=True)

Files = Annotated[list[str], typer.Argument(help="Files, folders, or - for stdin. 文件、目录，或 - 表示标准输入。")]
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON. 以 JSON 输出。")]
Language = Annotated[str, typer.Option("--lang", help="en or zh. 语言。")]
_SUFFIXES = {".json", ".jsonld", ".xml"}


def documents(files: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of every file, of every EPCIS file in a folder, and of stdin."""
    for name in files:
        if name == "-":
            yield "-", sys.stdin.buffer.read()
            continue
        path = Path(name)
        found = sorted(p for p in path.rglob("*") if p.suffix in _SUFFIXES) if path.is_dir() else [path]
        for one in found:
            try:
                yield str(one), one.read_bytes()
            except OSError as error:
                raise ReadError(detail=f"{one}: {error.strerror}") from error


@app.command("validate")
def validate_command(
    files: Files,
    profile: Annotated[str, typer.Option(help="open or regime. 校验档案：open 或 regime。")] = "open",
    lenient: Annotated[bool, typer.Option(help="XML elements in any order. XML 元素顺序不限。")] = False,
    fix_report: Annotated[Path | None, typer.Option(help="Write a CSV of what to fix. 输出待更正 CSV。")] = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Check documents in four layers; every finding with its place and its cure. 四层校验。"""
    told, rows, refused = [], [], False
    for name, data in progress(list(documents(files)), "validate"):
        try:
            report = validate(read(data, lenient=lenient), profile, recorded_at=datetime.now(UTC))
        except ReadError as error:
            refused = True
            told.append({"file": name, "ok": False, "events": 0, "error": error.reason.code, "said": error.explain(language(lang))})  # fmt: skip
            rows.append([name, "", "", error.reason.code, "error", error.explain(language(lang))])
            continue
        refused = refused or not report.ok
        told.append({"file": name, "ok": report.ok, "events": report.events, "more": report.more, "lines": [line.to_json() for line in report.lines]})  # fmt: skip
        rows += _rows(name, report, lang)
    if fix_report is not None:
        with fix_report.open("w", newline="", encoding="utf-8-sig") as out:
            csv.writer(out).writerows([["file", "line", "pointer", "rule", "severity", "sentence"], *rows])
    emit(told, as_json, lambda: _text(told, rows))
    if refused or rows:
        raise typer.Exit(3 if refused else FINDINGS)


def _rows(name: str, report: Report, lang: str) -> list[list[str]]:
    return [
        [name, str(line.line or ""), line.pointer, line.rule, line.severity, line.explain(language(lang))]
        for line in report.lines
    ]


def _text(told: list[dict[str, object]], rows: list[list[str]]) -> str:
    lines = [f"{name}:{line}  {rule} {severity}\n  {said}" for name, line, _, rule, severity, said in rows]
    good = sum(1 for one in told if one["ok"])
    return "\n".join([*lines, f"{good}/{len(told)} ok"])


@app.command("hash")
def hash_command(
    files: Files,
    show_prehash: Annotated[bool, typer.Option("--prehash", help="Show the text that is hashed. 显示哈希前文本。")] = False,
    ignore: Annotated[list[str] | None, typer.Option(help="Top-level field to leave out. 忽略的字段。")] = None,
    as_json: Json = False,
) -> None:
    """The CBV 2.0 event hash of every event. 事件哈希。"""
    told = []
    try:
        for name, data in documents(files):
            for sent in read(data).sent:
                left_out = [sent.names.field(field) for field in ignore or []]
                told.append(
                    {
                        "file": name,
                        "pointer": sent.pointer,
                        "hash": event_hash(sent, ignore=left_out),
                        "prehash": prehash(sent, "\n", left_out) if show_prehash else None,
                    }
                )
    except Error as error:
        fail(error, as_json)
    emit(told, as_json, lambda: "\n".join("\n".join(filter(None, (one["prehash"], one["hash"]))) for one in told))


@app.command("digital-link")
def digital_link_command(
    texts: Annotated[list[str], typer.Argument(help="Identifiers in any spelling. 任意写法的标识。")],
    urn: Annotated[bool, typer.Option("--urn", help="Write EPC URNs. 输出 URN。")] = False,
    prefix_length: Annotated[int | None, typer.Option(help="Digits of the company prefix. 厂商识别代码位数。")] = None,
    domain: Annotated[str | None, typer.Option(help="Domain of the link. 链接域名。")] = None,
    check: Annotated[bool, typer.Option(help="Refuse wrong check digits. 拒绝错误校验位。")] = True,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Translate identifiers between spellings. 标识写法转换。"""
    told = []
    try:
        for text in texts:
            found = to_urn(text, prefix_length, check=check) if urn else to_digital_link(text, domain, check=check)
            told.append({"text": text, "canonical": canonical(text), "translated": found})
    except Error as error:
        fail(error, as_json, lang)
    emit(told, as_json, lambda: "\n".join(one["translated"] for one in told))


@app.command("capture")
def capture_command(
    files: Files,
    into: Annotated[Path, typer.Option(help="Journal file. 事件日志文件。")],
    party: Annotated[str, typer.Option(help="GLN or identifier of the sender. 发送方标识。")],
    proceed: Annotated[bool, typer.Option(help="Keep good events, quarantine bad ones. 保留合格事件。")] = False,
    profile: Annotated[str, typer.Option(help="open or regime. 校验档案。")] = "open",
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Put documents into a journal; one commit per document. 采集事件。"""
    jobs = []
    try:
        journal = Journal.open(into)
        for name, data in progress(list(documents(files)), "capture"):
            now = datetime.now(UTC)
            behaviour = "proceed" if proceed else "rollback"
            job = journal.capture(data, party=party, recorded_at=now, behaviour=behaviour, profile=profile, channel="cli")
            jobs.append((name, job))
    except Error as error:
        fail(error, as_json, lang)
    told = [
        {
            "file": name,
            "job": job.id,
            "success": job.success,
            "captured": job.captured,
            "duplicate": job.duplicate,
            "refused": job.refused,
            "root": job.merkle_root,
            "errors": [line.to_json() for line in job.errors] or ([dict(job.trouble)] if job.trouble else []),
        }
        for name, job in jobs
    ]
    lines = []
    for name, job in jobs:
        lines.append(f"{name}: {job.captured} captured, {job.duplicate} duplicate, {job.refused} refused")
        lines += [f"  {line.rule} {line.explain(language(lang))}" for line in job.errors[:20]]
        lines += [f"  {job.trouble['zh-Hans' if language(lang) != 'en' else 'en']}"] if job.trouble else []
    emit(told, as_json, "\n".join(lines))
    if any(not job.success for _, job in jobs):
        raise typer.Exit(3)
    if any(job.refused for _, job in jobs):
        raise typer.Exit(FINDINGS)


@app.command("convert")
def convert_command(
    file: Annotated[str, typer.Argument(help="A document, or - for stdin. 文件。")],
    to: Annotated[str, typer.Option(help="json or xml. 目标格式。")] = "json",
    epc: Annotated[str, typer.Option(help="as-is, digital-link or urn. 标识写法。")] = "as-is",
    cbv: Annotated[str, typer.Option(help="as-is, bare, web or urn. 词汇写法。")] = "as-is",
    prefix_length: Annotated[int | None, typer.Option(help="Digits of the company prefix. 厂商识别代码位数。")] = None,
    lang: Language = "en",
) -> None:
    """Write a document in another form; the event hashes stay the same. 格式转换。"""
    if to not in ("json", "xml") or epc not in ("as-is", "digital-link", "urn") or cbv not in ("as-is", "bare", "web", "urn"):
        raise typer.BadParameter("to: json, xml; epc: as-is, digital-link, urn; cbv: as-is, bare, web, urn")
    try:
        (_, data), *_ = documents([file])
        sys.stdout.buffer.write(convert(read(data, lenient=True), to, epc, cbv, prefix_length) + b"\n")
    except Error as error:
        fail(error, False, lang)


@app.command("query")
def query_command(
    journal: Annotated[Path, typer.Argument(help="Journal file. 事件日志文件。")],
    conditions: Annotated[list[str] | None, typer.Argument(help="EQ_bizStep=shipping and the like. 查询条件。")] = None,
    known_at: Annotated[str | None, typer.Option(help="Day in the office. 知悉截止日。")] = None,
    extensions: Annotated[str | None, typer.Option(help="ex=https://ns/,… prefixes. 前缀。")] = None,
    most: Annotated[int, typer.Option(help="How many events at most. 最多条数。")] = 1_000,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Ask a journal with the parameters of EPCIS 2.0. 查询事件。"""
    params: dict[str, str | list[str]] = {}
    for text in conditions or []:
        name, found, value = text.partition("=")
        if not found:
            raise typer.BadParameter(f"{text}: write name=value")
        params.setdefault(name, [])
        params[name] = [*params[name], value]
    if known_at:
        params["lode_knownAt"] = known_at if "T" in known_at else f"{known_at}T00:00:00Z"
    try:
        if not journal.exists():
            raise NotInJournal(what="journal", id=str(journal))
        found_events = list(_pages(Journal.open(journal), Query.from_params({"perPage": "500", **params}, extensions), most))
    except Error as error:
        fail(error, as_json, lang)
    speak = language(lang)
    told = [
        {
            "eventID": s.event_id,
            "hash": s.hash,
            "status": s.standing.status,
            "recorded_at": s.recorded_at,
            "event": plain_json(s),
        }
        for s in found_events
    ]
    lines = [
        f"{s.event.occurred_at.isoformat()}  {s.event.kind}  {s.event.action or ''}  {(s.event.biz_step or '').rsplit('-', 1)[-1]}  "
        f"[{say(f'custody-{s.standing.status}', {}, speak)}]  {s.event_id}"
        for s in found_events
    ]
    emit(told, as_json, "\n".join(lines))


def plain_json(stored: Stored) -> object:
    """The event as sent, numbers as written."""
    return json.loads(raw(stored.sent), parse_float=str)


def _pages(journal: Journal, query: Query, most: int) -> Iterator[Stored]:
    after, given = None, 0
    while given < most:
        page = journal.events(query, after=after)
        for stored in page.events[: most - given]:
            given += 1
            yield stored
        if page.after is None:
            return
        after = page.after
