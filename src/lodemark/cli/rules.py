"""``lodemark rules``: the rulebooks on the shelf; and ``assess``, ``questions``, ``compare`` for one application."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from lodemark import rules
from lodemark.cli.answer import FINDINGS, emit, language
from lodemark.cli.files import NotThere
from lodemark.rules import explanation, show
from lodemark.wording import say

app = typer.Typer(no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Machine-readable answer. 机器可读。")]
On = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The legal day; today when left out. 适用日期。")
]
Language = Annotated[str, typer.Option("--lang", help="en | zh")]
Regimes = Annotated[list[str] | None, typer.Option("--regime", help="May be repeated; cn-ann18 when left out. 制度，可重复。")]
File = Annotated[Path, typer.Argument(help="An application, YAML or JSON. 申请文件。")]
Assume = Annotated[list[str] | None, typer.Option("--assume", help="REF=VALUE, a what-if; may be repeated. 假设。")]


def _day(on: datetime | None) -> date:
    return (on or datetime.now(UTC)).date()


def _assumptions(given: list[str] | None) -> dict[str, Any]:
    pairs = [text.partition("=") for text in given or ()]
    for name, equals, _ in pairs:
        if not equals:
            raise typer.BadParameter(f"--assume {name}: write REF=VALUE")
    return {name: value for name, _, value in pairs}


def assess(
    file: File,
    regime: Regimes = None,
    on: On = None,
    assume: Assume = None,
    as_seen_by: Annotated[str, typer.Option("--as", help="authority | exporter | end_user | laboratory")] = "authority",
    unconfirmed: Annotated[str, typer.Option("--unconfirmed", help="unknown | flag")] = "unknown",
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """What a regime makes of an application, with its grounds; exit 1 when something is open. 评估申请。"""
    found = _assess(file, regime, on, assume, as_seen_by, unconfirmed)
    emit(
        [show.assessment_json(one) for _, one in found],
        as_json,
        lambda: "\n\n".join(show.assessment_text(book, one, language(lang)) for book, one in found),
    )
    if any(show.is_open(one) for _, one in found):
        raise typer.Exit(FINDINGS)


def questions(
    file: File,
    regime: Regimes = None,
    on: On = None,
    assume: Assume = None,
    limit: Annotated[int, typer.Option("--limit", help="How many. 条数。")] = 5,
    audience: Annotated[
        str, typer.Option("--for", help="Only what exporter | end_user | authority | laboratory may answer.")
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="Everything that is missing. 全部。")] = False,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """What is still to be said, the most telling question first; exit 1 when there is one. 待补问题。"""
    asked = []
    for book, one in _assess(file, regime, on, assume, audience or "authority", "unknown"):
        ranked = rules.next_questions(one, limit=len(one.missing) if everything or audience else limit)
        chosen = [item.missing for item in ranked if not audience or audience in item.missing.may_answer]
        asked.append((book, one, chosen if everything else chosen[:limit]))
    answer = [
        {"regime": one.regime, "questions": [show.question_json(book, item) for item in chosen]} for book, one, chosen in asked
    ]
    emit(answer, as_json, lambda: "\n\n".join(show.questions_text(book, chosen, language(lang)) for book, _, chosen in asked))
    if any(chosen for _, _, chosen in asked):
        raise typer.Exit(FINDINGS)


def compare(
    file: File,
    regimes: Annotated[
        list[str] | None, typer.Option("--regimes", help="All on the shelf when left out; may be repeated. 制度。")
    ] = None,
    on: On = None,
    as_if_controlled: Annotated[
        bool, typer.Option("--as-if-controlled", help="Take every item condition as met. 假定各制度均管制该物项。")
    ] = False,
    form: Annotated[str, typer.Option("--format", help="text | md | csv")] = "text",
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """One application put to several regimes, the answers side by side with grade and status. 制度对照。"""
    from lodemark import application

    if form not in ("text", "md", "csv"):
        raise typer.BadParameter(f"--format {form}")
    names = [name for given in regimes or rules.regimes() for name in given.split(",")]
    found = application.compare(application.read(file), names, _day(on), as_if_controlled=as_if_controlled)
    emit(found, as_json, lambda: application.table(found, form, language(lang)))  # type: ignore[arg-type]


def _assess(
    file: Path, regimes: list[str] | None, on: datetime | None, assume: list[str] | None, as_seen_by: str, unconfirmed: str
) -> list[tuple[rules.Rulebook, rules.Assessment]]:
    from lodemark import application  # this door only: room rules itself knows no applications

    if as_seen_by not in rules.READERS or unconfirmed not in ("unknown", "flag"):
        raise typer.BadParameter(f"--as {as_seen_by} --unconfirmed {unconfirmed}")
    asked, day, found = application.read(file), _day(on), []
    for name in regimes or ["cn-ann18"]:
        book = rules.load(name)
        facts = application.facts(asked, book, day)
        checks = tuple(application.checks.run(asked, book, day))
        assumptions = _assumptions(assume)
        found.append(
            (
                book,
                rules.assess(
                    book,
                    facts,
                    on=day,
                    assume=assumptions,
                    unconfirmed="flag" if unconfirmed == "flag" else "unknown",
                    as_seen_by=as_seen_by,
                    checks=checks,
                ),
            )
        )
    return found


@app.command(name="list")
def list_(on: On = None, lang: Language = "en", as_json: Json = False) -> None:
    """The regimes on the shelf and what of each is in force on a day. 制度一览。"""
    day, books = _day(on), rules.load_all()
    rows = [show.regime_json(book, day) for book in books.values()]
    emit(rows, as_json, lambda: "\n".join(show.regime_text(book, day, language(lang)) for book in books.values()))


@app.command(name="show")
def show_(
    name: Annotated[str, typer.Argument(help="A regime or a provision. 制度或条款。")],
    on: On = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """A regime with its stages, or a provision with quote, reference, status and values. 显示。"""
    book, found = rules.find(name)
    emit(show.rule_json(book, found, _day(on)), as_json, lambda: show.rule_text(book, found, _day(on), language(lang)))


@app.command()
def check(
    path: Annotated[
        Path | None,
        typer.Argument(help="A shelf of rulebooks; the shipped one when left out. 规则库目录。"),
    ] = None,
    beside: Annotated[
        bool, typer.Option("--beside", help="PATH lies beside the shipped shelf and uses its words. 与随附规则库并用。")
    ] = False,
    as_json: Json = False,
) -> None:
    """Every problem of a shelf as path:line:col code sentence; exit 1 when there is one. 检查规则库。"""
    if path and not path.is_dir():
        raise NotThere(name=str(path))
    shelves = [rules.SHIPPED] if beside or path is None else []
    found = rules.check([*shelves, path] if path else shelves)
    emit(found, as_json, "\n".join(map(str, found)) or say("rules-check-clean"))
    if found:
        raise typer.Exit(FINDINGS)


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="A provision or a regime. 条款或制度。")],
    on: On = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """What a provision says, how well it is known, who must say what, and two cases on its edge. 解释条款。"""
    book, found = rules.find(name)
    emit(
        explanation.explain_json(book, found, _day(on)),
        as_json,
        lambda: explanation.explain_text(book, found, _day(on), language(lang)),
    )


@app.command()
def diff(
    one: Annotated[str, typer.Argument(help="REGIME or REGIME@DATE")],
    other: Annotated[str, typer.Argument(help="REGIME or REGIME@DATE")],
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """What changes from one regime or day to another, and a file that would fare differently; exit 1 when there is one. 比较。"""
    (book, on), (second, later) = _dated(one), _dated(other)
    found = rules.diff(book, second, on, later)
    examples = _changed_examples((book, on), (second, later))
    emit(
        {**show.difference_json(found), "examples": examples},
        as_json,
        lambda: show.difference_text(found, examples, language(lang)),
    )
    if found.meaning != "equivalent":
        raise typer.Exit(FINDINGS)


def _dated(text: str) -> tuple[rules.Rulebook, date]:
    name, _, day = text.partition("@")
    try:
        return rules.load(name), date.fromisoformat(day) if day else _day(None)
    except ValueError:
        raise typer.BadParameter(f"{text}: write REGIME@YYYY-MM-DD") from None


def _changed_examples(one: tuple[rules.Rulebook, date], other: tuple[rules.Rulebook, date]) -> list[dict[str, str]]:
    """The shipped example applications whose cells end differently."""
    from lodemark import application

    changed = []
    for path in sorted((Path(application.__file__).parent / "examples").glob("*.yaml")):
        asked = application.read(path)
        before, after = (
            {cell.key: cell.outcome for cell in rules.assess(book, application.facts(asked, book, on), on=on).cells}
            for book, on in (one, other)
        )
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) != after.get(key):
                changed.append({"file": path.stem, "cell": key, "before": before.get(key, "-"), "after": after.get(key, "-")})
    return changed


@app.command()
def papers(
    regime: Annotated[str, typer.Argument(help="A regime. 制度。")] = "cn-ann18",
    kind: Annotated[str, typer.Option("--kind", help="single | general | registration")] = "single",
    on: On = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """All that an application of a licence kind must hold: generated, so that it is the law's list and no longer. 材料目录。"""
    book = rules.load(regime)
    needed = [show.rule_json(book, one, _day(on)) for one in rules.papers(book, kind, _day(on))]
    emit(needed, as_json, lambda: explanation.papers_text(book, kind, _day(on), language(lang)))
