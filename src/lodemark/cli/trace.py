"""``lodemark trace``: where the grams came from and went, expected and with bounds.

Reads a small genealogy (JSON) or a directory made by ``trace build``.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from lodemark.attribution import (
    CONVENTIONS,
    Assay,
    Booked,
    Genealogy,
    TraceError,
    explain,
    from_tables,
    recheck,
)
from lodemark.attribution import build as build_tables
from lodemark.attribution.generate import Shape
from lodemark.attribution.generate import generate as made_up
from lodemark.attribution.small import SmallGraph
from lodemark.cli.answer import FINDINGS, language, progress
from lodemark.cli.trace_answer import bounds_json, conflict_json, read_bounds
from lodemark.wording import Lang, say

app = typer.Typer(no_args_is_help=True)

Source = Annotated[Path, typer.Argument(help="A small genealogy (JSON), or a directory made by trace build. 谱系文件或目录。")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable answer. 机器可读。")]
Element = Annotated[str | None, typer.Option(help="Element symbol; the file's own when left out. 元素符号。")]
Batch = Annotated[str | None, typer.Option(help="Lots to follow, comma-separated; the file's own when left out. 批次。")]
Speak = Annotated[str, typer.Option("--lang", help="en or zh. 语言。")]


@app.command()
def back(
    source: Source,
    lot: Annotated[str, typer.Option(help="The lot or device to look into. 要追溯的批次。")],
    element: Element = None,
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """Which licensed lots this lot can contain, and how much of each is expected. 向上追溯。"""
    genealogy, _ = _open(source)
    answer = genealogy.back_trace(_lot(genealogy, lot), [element] if element else None)
    rows = [
        {"lot": name, **{symbol: float(kg) for symbol, kg in zip(answer.elements, masses, strict=True)}}
        for name, masses in zip(answer.lots, answer.kg, strict=True)
    ]
    result = {
        "lot": answer.lot,
        "convention": answer.convention,
        "expected_kg": rows,
        "entitlement_kg": answer.entitlement_kg.tolist(),
        "reachable": answer.reachable,
        "assumed": answer.assumed,
    }
    speak = language(lang)
    lines = [say("trace-back", {"lot": lot, "count": len(rows)}, speak)]
    lines += [f"  {row['lot']}  " + "  ".join(f"{row[s]:.6f} kg {s}" for s in answer.elements) for row in rows]
    _answer(result, as_json, lines + _assumed(answer.assumed, speak))


@app.command()
def forward(
    source: Source,
    batch: Batch = None,
    element: Element = None,
    convention: Annotated[str, typer.Option(help=f"How it is claimed to be booked: {', '.join(CONVENTIONS)}. 记账惯例。")] = "",
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """Where a licensed lot ended up: end uses, stock, loss. 向下追踪。"""
    genealogy, small = _open(source)
    if convention:
        _booked(genealogy.book(_batch(genealogy, batch, small), element, convention), as_json, language(lang))
        return
    answer = genealogy.forward_trace(dict.fromkeys(_batch(genealogy, batch, small), 1.0), [element] if element else None)
    result = {
        "lots": answer.lots,
        "convention": answer.convention,
        "columns": answer.columns,
        "expected_kg": dict(zip(answer.elements, answer.kg.tolist(), strict=True)),
        "entitlement_kg": dict(zip(answer.elements, answer.entitlement_kg.tolist(), strict=True)),
        "assumed": answer.assumed,
    }
    speak = language(lang)
    lines = [say("trace-forward", {"lots": list(answer.lots)}, speak)]
    for symbol, row in zip(answer.elements, answer.kg, strict=True):
        lines += [f"  {symbol}  {name:<12}{kg:>14.6f} kg" for name, kg in zip(answer.columns, row, strict=True)]
    _answer(result, as_json, lines + _assumed(answer.assumed, speak))


def _booked(answer: Booked, as_json: bool, lang: Lang) -> None:
    """A claimed convention: its numbers, or the record that contradicts it (exit code 1)."""
    result = {
        "lots": answer.batch,
        "element": answer.element,
        "convention": answer.convention,
        "kg": None if answer.kg is None else dict(zip(answer.columns, answer.kg, strict=True)),
        "entitlement_kg": answer.entitlement_kg,
        "conflict": conflict_json(answer.conflict) if answer.conflict else None,
    }
    facts = {"lots": [str(lot) for lot in answer.batch], "convention": answer.convention}
    if answer.conflict:
        why = say(answer.conflict.code, answer.conflict.facts, lang)
        _answer(result, as_json, [say("trace-not-booked", {**facts, "why": why}, lang)])
        raise typer.Exit(FINDINGS)
    rows = [f"  {name:<12}{kg:>14.6f} kg" for name, kg in zip(answer.columns, answer.kg or (), strict=True)]
    _answer(result, as_json, [say("trace-booked", facts, lang), *rows])


@app.command()
def shares(source: Source, element: Element = None, as_json: Json = False, lang: Speak = "en") -> None:
    """The same for every licensed lot at once, as shares of the lot. 全部批次的份额。"""
    genealogy, _ = _open(source)
    symbol = element or genealogy.graph.elements[0]
    lots = genealogy.licensed_lots()
    physical = genealogy.sink_shares([symbol])[:, 0].tolist()
    entitled = genealogy.entitlement_shares([symbol])[:, 0].tolist()
    result = {
        "element": symbol,
        "convention": "proportional",
        "columns": genealogy.columns,
        "shares": {str(lot): row for lot, row in zip(lots, physical, strict=True)},
        "entitlement": {str(lot): row for lot, row in zip(lots, entitled, strict=True)},
    }
    lines = [say("trace-shares", {"count": len(lots), "element": symbol}, language(lang))]
    lines.append("  " + "".join(f"{name:>12}" for name in genealogy.columns))
    lines += ["  " + "".join(f"{v:>12.6f}" for v in row) + f"  {lot}" for lot, row in zip(lots, physical, strict=True)]
    _answer(result, as_json, lines)


@app.command()
def bounds(
    source: Source,
    batch: Batch = None,
    sinks: Annotated[str | None, typer.Option(help="End-use classes, comma-separated. 去向类别。")] = None,
    element: Element = None,
    mode: Annotated[str, typer.Option(help="free, or homogeneous: lots are alike throughout. 混合假设。")] = "free",
    undeclared: Annotated[
        bool, typer.Option("--undeclared", help="Excess mass is an origin of its own. 超出部分视为来源未申报。")
    ] = False,
    time_limit: Annotated[float, typer.Option(help="Seconds. 秒。")] = 5.0,
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """The least that must and the most that can be in the named end uses, with the proof. 上下限及证明。

    In a well-mixed economy the least is mostly zero; it is the most ("at most 5 %") that exonerates.
    """
    if mode not in ("free", "homogeneous"):
        raise typer.BadParameter("free or homogeneous", param_hint="--mode")
    genealogy, small = _open(source)
    named = tuple(sinks.split(",")) if sinks else (small.sinks if small else ()) or ("military",)
    assays: tuple[Assay, ...] = small.assays if small else ()
    answer = genealogy.bounds(
        _batch(genealogy, batch, small),
        element,
        named,
        mode="free" if mode == "free" else "homogeneous",
        assays=assays,
        undeclared=undeclared,
        time_limit_s=time_limit,
    )
    _answer(bounds_json(answer), as_json, explain(answer, language(lang)))
    if answer.conflict:
        raise typer.Exit(FINDINGS)


@app.command()
def verify(
    source: Source,
    answer: Annotated[Path, typer.Argument(help="What trace bounds --json printed. bounds 的 JSON 输出。")],
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """Check the certificates of an answer again, from the records alone. 依记录复核证明。"""
    genealogy, small = _open(source)
    told = read_bounds(answer)
    holds = recheck(genealogy.graph, told, assays=small.assays if small else ())
    code = "trace-certificate-holds" if holds else "trace-certificate-fails"
    _answer({"holds": holds}, as_json, [say(code, {"batch": [str(lot) for lot in told.batch]}, language(lang))])
    if not holds:
        raise typer.Exit(FINDINGS)


@app.command()
def build(
    events: Annotated[list[str], typer.Argument(help="EPCIS files or folders, - for stdin, or one journal. 事件文件或日志。")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Directory of the genealogy. 谱系目录。")],
    element: Annotated[str, typer.Option(help="Element that the events weigh. 事件所计元素。")] = "Dy",
    party: Annotated[str, typer.Option(help="Who sent the files. 发送方。")] = "file",
    ends: Annotated[Path | None, typer.Option(help="JSON: lot or process to end-use class. 批次或过程的去向类别。")] = None,
    as_json: Json = False,
) -> None:
    """Build a genealogy from events and save it. 由事件生成谱系。"""
    from lodemark.custody import Journal

    classes = orjson.loads(ends.read_bytes()) if ends else {}
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(events[0])
        if not (len(events) == 1 and _is_journal(journal)):
            journal = Path(folder) / "events.db"
            _capture(events, journal, party)
        genealogy = from_tables(Journal.open(journal).genealogy().tables(), element, classes)
    _saved(genealogy, out, as_json)


@app.command()
def generate(
    out: Annotated[Path, typer.Option("-o", "--out", help="Directory of the genealogy. 谱系目录。")],
    edges: Annotated[int, typer.Option(help="About how many inputs. 投入条数。")] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed, the same genealogy. 随机种子。")] = 1,
    window: Annotated[int, typer.Option(help="How many lots back a process reaches. 取料跨度。")] = 2_000,
    as_json: Json = False,
) -> None:
    """Make up a genealogy that closes to the milligram, for trials and load tests. 生成试验谱系。"""
    tables = made_up(edges, seed, Shape(window=window))
    _saved(build_tables(*(tables[name] for name in ("lots", "inputs", "outputs", "processes"))), out, as_json)


def _is_journal(path: Path) -> bool:
    return path.is_file() and path.open("rb").read(16) == b"SQLite format 3\0"


def _capture(events: list[str], journal: Path, party: str) -> None:
    """Put event files into a journal of their own; what is refused is told and left out."""
    from lodemark.cli.epcis import documents
    from lodemark.custody import Journal

    book = Journal.open(journal)
    for name, data in progress(list(documents(events)), "capture"):
        job = book.capture(data, party=party, recorded_at=datetime.now(UTC), behaviour="proceed", channel="cli")
        for line in job.errors:
            print(f"{name}: {line.rule} {line.explain('en')}", file=sys.stderr)


def _saved(genealogy: Genealogy, out: Path, as_json: bool) -> None:
    generation = genealogy.save(out)
    graph, state = genealogy.graph, genealogy.check()
    counts = {"lots": len(graph.base_mg), "processes": len(graph.sink), "inputs": len(graph.in_lot)}
    result = {"path": str(generation), **counts, "conservation": state.conservation, "unweighed": len(state.unweighed)}
    _answer(result, as_json, [f"{generation}: " + ", ".join(f"{count} {name}" for name, count in counts.items())])


def _open(source: Path) -> tuple[Genealogy, SmallGraph | None]:
    """The genealogy, and what a small file says besides (batch, sinks, assays)."""
    if source.is_dir():
        return Genealogy.open(source), None
    return Genealogy.from_json(source.read_bytes())


def _batch(genealogy: Genealogy, named: str | None, small: SmallGraph | None) -> tuple[Any, ...]:
    batch = tuple(named.split(",")) if named else (small.batch if small else ())
    if not batch:
        raise TraceError("trace-batch-missing")
    return tuple(_lot(genealogy, name) for name in batch)


def _lot(genealogy: Genealogy, name: str) -> Any:
    """A lot as it is called inside: made-up genealogies number their lots."""
    numbered = genealogy.graph.lot_ids.dtype.kind in "iu"
    return int(name) if numbered and name.isdecimal() else name


def _assumed(lots: tuple[object, ...], lang: Lang) -> list[str]:
    return [say("trace-assumed", {"lots": [str(lot) for lot in lots]}, lang)] if lots else []


def _answer(result: dict[str, Any], as_json: bool, lines: list[str]) -> None:
    """Kilograms are JSON numbers here, which records (and so ``emit``) do not carry."""
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(result, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY) + b"\n")
        sys.stdout.buffer.flush()
    else:
        print("\n".join(lines))
