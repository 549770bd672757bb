"""The ``lodemark`` command: one group per noun, each in the file of its name.

Groups are imported when they are asked for, so ``lodemark --help`` and short commands start fast.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Final, NoReturn

import typer

from lodemark import __version__
from lodemark.cli.answer import fail
from lodemark.cli.files import told
from lodemark.trouble import Error

GROUPS: Final[Mapping[str, str]] = {
    "application": "check an application file · 核对申请文件",
    "rules": "rulebooks: list, show, diff, check, explain · 规则库",
    "party": "names, lists, ownership · 主体与名单",
    "case": "a case file: show, clock, replay · 案件",
    "licence": "verify, show, balance · 许可",
    "ledger": "chains, checkpoints, receipts · 卷宗与检查点",
    "epcis": "validate, hash, capture, query events · 事件",
    "lot": "a lot: show, back, forward, gaps, code · 批次",
    "assay": "read, check, compare assays · 化验",
    "trace": "where the grams went, with bounds · 去向与上下限",
    "balance": "material balance · 物料平衡",
    "finding": "verify an evidence pack · 发现",
    "trust": "standing and sampling · 信用状况",
    "exposure": "what stops when a licence does not come · 影响",
}
"""Noun -> one line of help in both languages."""

ALONE: Final[Mapping[str, tuple[str, str]]] = {
    "assess": ("rules", "what a regime makes of an application · 评估"),
    "questions": ("rules", "what is still missing, most telling first · 待补问题"),
    "compare": ("rules", "one application, several regimes · 对照"),
}
"""Commands without a group: name -> (module, help)."""


def main() -> None:
    """Entry point of ``lodemark``; an ``Error`` that a command did not catch, and any file that fails, is explained here."""
    try:
        _build(sys.argv[1:2])()
    except Error as error:
        _leave(error)
    except OSError as failed:
        if failed.filename is None:
            raise
        _leave(told(failed))


def _leave(error: Error) -> NoReturn:
    """Explain in the language that the command was asked in, and exit by the table."""
    words = " ".join(sys.argv).replace("--lang=", "--lang ").split()
    lang = words[words.index("--lang") + 1] if "--lang" in words[:-1] else "en"
    try:
        fail(error, as_json="--json" in sys.argv, lang=lang)
    except typer.Exit as leave:
        sys.exit(leave.exit_code)


def _build(wanted: list[str]) -> typer.Typer:
    """The command tree; only the wanted noun is imported, the others are named for ``--help``."""
    app = typer.Typer(
        name="lodemark",
        help="Say what it is for, and keep it checkable. 说明用途，并可核验。",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback(invoke_without_command=True)(_version)
    for noun, text in GROUPS.items():
        if noun in wanted:
            app.add_typer(import_module(f"lodemark.cli.{noun}").app, name=noun, help=text)
        else:
            app.add_typer(typer.Typer(), name=noun, help=text)
    for name, (module, text) in ALONE.items():
        command = getattr(import_module(f"lodemark.cli.{module}"), name) if name in wanted else _named
        app.command(name, help=text)(command)
    return app


def _version(version: bool = typer.Option(False, "--version", help="Print the version. 版本号。")) -> None:
    if version:
        print(f"lodemark {__version__}")
        raise typer.Exit


def _named() -> None:
    """Shown in the help only."""
