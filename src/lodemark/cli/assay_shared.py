"""What the ``assay`` commands share: reading specimens from laboratory files, and answering with limits."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, ClassVar

import orjson
import typer

from lodemark.assay import Checked, Composition, Declared, Layout, Reading, check, compose, read_assays, read_certified
from lodemark.assay.compare import Model
from lodemark.cli.answer import FINDINGS
from lodemark.trouble import Error, Reason
from lodemark.wording import Lang, say
from lodemark.wording.result import as_json as plain

File = Annotated[Path, typer.Argument(help="Laboratory file, CSV or XLSX. 实验室数据文件。")]
Form = Annotated[Path | None, typer.Option("--layout", help="Layout file (TOML): columns and constants. 版式文件。")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable answer. 机器可读。")]
Speak = Annotated[str, typer.Option("--lang", help="en or zh. 语言。")]
Parts = Annotated[str, typer.Option("--parts", help="Analytes, comma-separated; all in common when left out. 分析物。")]
Demo = Annotated[bool, typer.Option("--demo", help="Allow synthetic references. 允许合成参考数据（演示）。")]


class NoSpecimen(Error):
    """A file of which nothing can be compared."""

    code: ClassVar[str] = "assay-file-missing-specimen"


def checked(file: Path, layout: Path | None, crm: Path | None = None) -> tuple[Reading, Checked]:
    """A laboratory file, read and checked."""
    form = Layout() if layout is None else Layout.from_toml(layout.read_text(encoding="utf-8"))
    reading = read_assays(file.read_bytes(), file.name, form)
    known = () if crm is None else read_certified(crm.read_bytes(), crm.name)
    return reading, check(reading.rows, known)


def specimens(file: Path, layout: Path | None) -> list[Composition]:
    """The usable specimens of a file; raises ``NoSpecimen``."""
    found = [comp for comp in compose(checked(file, layout)[1].rows) if comp.parts]
    if not found:
        raise NoSpecimen(file=file.name)
    return found


def parts_named(wanted: str, comps: Sequence[Composition]) -> list[str]:
    """The wanted parts, or those measured in every specimen."""
    if wanted:
        return wanted.split(",")
    return [part for part in comps[0].parts if "/" not in part and all(part in comp.parts for comp in comps)]


def table(file: Path) -> list[dict[str, str]]:
    """A small CSV of our own form (no quotes), as one mapping per line."""
    head, *lines = [line.split(",") for line in file.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    return [dict(zip([name.strip() for name in head], [cell.strip() for cell in line], strict=False)) for line in lines]


def declared_line(line: dict[str, str]) -> Declared:
    """One declared share."""
    kind = line.get("kind") or "nominal"
    if kind not in ("nominal", "at-most", "at-least", "range"):
        raise typer.BadParameter("kind: nominal, at-most, at-least, range")
    u, upper = (Decimal(line[name]) if line.get(name) else None for name in ("u", "upper"))
    return Declared(line["analyte"], Decimal(line["value"]), line["unit"], u, kind, upper)  # type: ignore[arg-type]


def model_named(name: str) -> Model:
    """The model of that name, or a usage error."""
    if name not in ("normal", "kde", "t"):
        raise typer.BadParameter("normal, kde, t")
    return name  # type: ignore[return-value]


def limits_said(found: Sequence[Reason], speak: Lang) -> list[str]:
    """The lines that say what an answer cannot show."""
    return [say("assay-cannot-show", {}, speak), *(f"  - {reason.explain(speak)}" for reason in found)]


def answer(result: object, as_json: bool, lines: Sequence[str], findings: bool = False) -> None:
    """Text or JSON; exit 1 where something was found that a person has to look at."""
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(plain(result), option=orjson.OPT_INDENT_2) + b"\n")
        sys.stdout.buffer.flush()
    else:
        print("\n".join(lines))
    if findings:
        raise typer.Exit(FINDINGS)
