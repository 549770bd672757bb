"""``lodemark application``: check a file before it is filed, and show what two versions differ in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer

from lodemark import application, rules
from lodemark.application import Deficiency, sheet
from lodemark.cli.answer import FINDINGS, emit, language
from lodemark.wording import Lang, say

app = typer.Typer(no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Machine-readable answer. 机器可读。")]
Language = Annotated[str, typer.Option("--lang", help="en | zh")]
File = Annotated[Path, typer.Argument(help="An application, YAML or JSON. 申请文件。")]
On = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The legal day; today when left out. 适用日期。")
]


@app.command()
def check(
    file: File,
    regime: Annotated[str, typer.Option("--regime", help="A regime. 制度。")] = "cn-ann18",
    on: On = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """What a filing of this file would be refused with, each item with its cure; exit 1 when there is one. 提交前核对。"""
    day = (on or datetime.now(UTC)).date()
    read, book = application.read(file), rules.load(regime)
    assessment = rules.assess(book, application.facts(read, book, day), on=day)
    results = application.checks.run(read, book, day)
    items = application.defects(read, assessment, results)
    answer = {"items": items, "checks": results, "unread": read.unread, "sealed": sorted(read.sealed)}
    emit(
        answer,
        as_json,
        lambda: (
            "\n".join(_told(item, book, language(lang)) for item in items) or say("application-complete", {}, language(lang))
        ),
    )
    if items:
        raise typer.Exit(FINDINGS)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="Goods lines, XLSX or CSV. 货物行表格。")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Where the application goes. 输出文件。")] = None,
    good_rows: Annotated[bool, typer.Option("--good-rows", help="Take the rows without a fault. 只取无误的行。")] = False,
    errors: Annotated[Path | None, typer.Option("--errors", help="The workbook with a sheet of errors. 错误表。")] = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Read goods lines from a sheet into an application file; exit 1 when a cell is at fault. 从表格导入货物行。"""
    data = file.read_bytes()
    found = sheet.read_lines(data)
    if errors is not None:
        errors.write_bytes(sheet.annotated(data, found))
    lines = found.taken(good_rows)
    if out is not None and lines:
        content = {"schema": application.SCHEMA, "lines": lines}
        out.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n")
    said = language(lang)
    rows = {"read": len(found.lines), "good": found.good_rows, "bad": found.bad_rows}
    emit(
        {"lines": lines, "faults": found.faults, "notes": found.notes, "rows": rows},
        as_json,
        lambda: "\n".join(
            (
                say("sheet-read", {"read": len(found.lines), "good": len(found.good_rows), "taken": len(lines)}, said),
                *(f"{one.sheet}!{one.cell} {one.code}: {one.explain(said)} {one.remedy(said)}" for one in found.faults),
            )
        ),
    )
    if found.faults:
        raise typer.Exit(FINDINGS)


@app.command("template")
def blank(
    out: Annotated[Path, typer.Argument(help="Where the workbook goes. 输出工作簿。")],
    regime: Annotated[str, typer.Option("--regime", help="A regime. 制度。")] = "cn-ann18",
) -> None:
    """The sheet of goods lines to fill in, with the words of a rulebook. 货物行模板。"""
    out.write_bytes(sheet.template(rules.load(regime)))


@app.command()
def diff(one: File, other: File, as_json: Json = False) -> None:
    """The JSON pointers in which two versions differ; exit 1 when there is one. 比较两个版本。"""
    found = application.diff(application.read(one).content, application.read(other).content)
    emit(found, as_json, "\n".join(found))
    if found:
        raise typer.Exit(FINDINGS)


def _told(item: Deficiency, book: rules.Rulebook, lang: Lang) -> str:
    """Where, what, and what to do; the provision it rests on at the end."""
    return f"{item.path or '/'}  {application.spoken(item, book, lang)} [{item.provision}]"
