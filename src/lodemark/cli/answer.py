"""How every command answers: text or JSON on stdout, progress and trouble on stderr, exit codes by one table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NoReturn, TypeVar

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lodemark.ledger import jsonable
from lodemark.trouble import Error
from lodemark.wording import LANGUAGES, Lang

T = TypeVar("T")

OK, FINDINGS, USAGE, BAD_INPUT, STORAGE = 0, 1, 2, 3, 4

EXIT_CODES: Final[Mapping[str, int]] = {
    "bad-input": BAD_INPUT,
    "unknown": BAD_INPUT,
    "conflict": BAD_INPUT,
    "storage": STORAGE,
}
"""From the ``kind`` of a ``lodemark.Error`` to the exit code."""


def emit(answer: object, as_json: bool, text: str | Callable[[], str]) -> None:
    """Print an answer: canonical JSON types when asked for, otherwise the text."""
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(jsonable(answer), option=orjson.OPT_INDENT_2) + b"\n")
        sys.stdout.buffer.flush()
    else:
        print(text if isinstance(text, str) else text())


def fail(error: Error, as_json: bool = False, lang: str = "en") -> NoReturn:
    """Say what is wrong, where, and the cure; leave with the code of the table."""
    if as_json:
        said = {each: error.explain(each) for each in LANGUAGES}
        emit({"error": error.reason.code, "facts": error.facts, "said": said}, True, "")
    else:
        print(error.explain(language(lang)), file=sys.stderr)
    raise typer.Exit(EXIT_CODES[error.kind])


def language(name: str) -> Lang:
    """``zh`` and ``en`` as people type them."""
    return "zh-Hans" if name.lower().startswith("zh") else "en"


def progress(items: Iterable[T], what: str, total: int | None = None) -> Iterable[T]:
    """Pass the items on while a bar on stderr says how many are done; silent where stderr is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        yield from bar.track(items, total=total, description=what)
