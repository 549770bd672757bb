"""``lodemark rules``: the rulebooks on the shelf; and ``assess``, ``questions``, ``compare`` for one application."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lodemark import rules
from lodemark.cli.answer import FINDINGS, emit

app = typer.Typer(no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Machine-readable answer. 机器可读。")]


@app.command()
def check(
    path: Annotated[
        Path | None, typer.Argument(help="A shelf of rulebooks; the shipped one when left out. 规则库目录。")
    ] = None,
    as_json: Json = False,
) -> None:
    """Every problem of a shelf as path:line:col code sentence; exit 1 when there is one. 检查规则库。"""
    found = rules.check([path] if path else [rules.SHIPPED])
    emit(found, as_json, "\n".join(map(str, found)) or "ok")
    if found:
        raise typer.Exit(FINDINGS)
