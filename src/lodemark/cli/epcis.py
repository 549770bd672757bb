"""``lodemark epcis``: validate, hash, capture and query events."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from lodemark.cli.answer import FINDINGS, emit, fail, language, progress
from lodemark.custody import Journal, canonical, event_hash, prehash, read, to_digital_link, to_urn, validate
from lodemark.custody.trouble import ReadError
from lodemark.custody.validate import Report
from lodemark.trouble import Error

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
