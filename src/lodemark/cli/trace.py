"""``lodemark trace``: where the grams came from and went, expected and with bounds.

Reads a small genealogy (JSON) or a directory made by ``trace build``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from lodemark.attribution import Assay, Bounds, Certificate, Genealogy, TraceError
from lodemark.cli.answer import BAD_INPUT, FINDINGS, language
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
    answer = genealogy.back_trace(lot, [element] if element else None)
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
def forward(source: Source, batch: Batch = None, element: Element = None, as_json: Json = False, lang: Speak = "en") -> None:
    """Where a licensed lot ended up: end uses, stock, loss. 向下追踪。"""
    genealogy, small = _open(source)
    answer = genealogy.forward_trace(dict.fromkeys(_batch(batch, small), 1.0), [element] if element else None)
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
        _batch(batch, small),
        element,
        named,
        mode="free" if mode == "free" else "homogeneous",
        assays=assays,
        undeclared=undeclared,
        time_limit_s=time_limit,
    )
    _answer(_bounds_json(answer), as_json, explain_bounds(answer, language(lang)))
    if answer.conflict:
        raise typer.Exit(FINDINGS)


def explain_bounds(answer: Bounds, lang: Lang) -> list[str]:
    """The answer as sentences: the range, the two certificates with their receipts, what it cannot show."""
    if answer.conflict:
        why = say(answer.conflict.code, answer.conflict.facts, lang)
        return [say("bounds-contradiction", {"why": why}, lang)]
    facts = {
        "batch": [str(lot) for lot in answer.batch],
        "sinks": list(answer.sinks),
        "element": answer.element,
        "supply_mg": answer.supply_mg,
        "min_mg": answer.min_mg,
        "max_mg": answer.max_mg,
        "expected_mg": None if answer.expected_kg is None else round(answer.expected_kg * 1e6),
    }
    lines = [say("bounds-range", facts, lang)]
    if answer.certificate:
        code = "bounds-floor-proof" if answer.min_mg else "bounds-floor-none"
        lines += _proof(code, answer.certificate, facts, lang, show=bool(answer.min_mg))
    if answer.ceiling:
        code = "bounds-ceiling-none" if not answer.max_mg else "bounds-ceiling-proof"
        code = "bounds-ceiling-all" if answer.max_mg == answer.supply_mg else code
        lines += _proof(code, answer.ceiling, facts, lang, show=code == "bounds-ceiling-proof")
    if answer.entitlement_only:
        lines.append(say("bounds-entitlement", {}, lang))
    if answer.status == "time-limit":
        lines.append(say("bounds-time-limit", {}, lang))
    lines.append(say("bounds-proven" if answer.proven else "bounds-unproven", {}, lang))
    return [*lines, say("bounds-elsewhere", {}, lang)]


def _proof(code: str, certificate: Certificate, facts: dict[str, Any], lang: Lang, show: bool) -> list[str]:
    more = {**facts, "count": len(certificate.receipts), "capacity_mg": certificate.capacity_mg}
    lines = [say(code, more, lang)]
    for receipt in certificate.receipts if show else ():
        named = {"lot": receipt.lot, "process": receipt.process, "capacity_mg": receipt.capacity_mg}
        lines.append("  " + say(f"receipt-{receipt.kind}", named, lang))
    return lines


def _bounds_json(answer: Bounds) -> dict[str, Any]:
    conflict = answer.conflict
    return {
        "batch": answer.batch,
        "element": answer.element,
        "sinks": answer.sinks,
        "mode": answer.mode,
        "supply_kg": answer.supply_mg / 1e6,
        "min_kg": answer.min_kg,
        "max_kg": answer.max_kg,
        "expected_kg": answer.expected_kg,
        "convention": "proportional",
        "proven": answer.proven,
        "status": answer.status,
        "entitlement_only": answer.entitlement_only,
        "certificate": _certificate_json(answer.certificate),
        "ceiling": _certificate_json(answer.ceiling),
        "conflict": conflict
        and {
            "code": conflict.code,
            **{name.replace("_mg", "_kg"): v / 1e6 if name.endswith("_mg") else v for name, v in _facts(conflict)},
            "said": {"en": say(conflict.code, conflict.facts, "en"), "zh-Hans": say(conflict.code, conflict.facts, "zh-Hans")},
        },
    }


def _facts(conflict: Any) -> list[tuple[str, Any]]:
    return list(conflict.facts.items())


def _certificate_json(certificate: Certificate | None) -> dict[str, Any] | None:
    if certificate is None:
        return None
    receipts = [
        {"kind": r.kind, "lot": r.lot or None, "process": r.process or None, "capacity_kg": r.capacity_mg / 1e6}
        for r in certificate.receipts
    ]
    return {"receipts": receipts, "capacity_kg": certificate.capacity_mg / 1e6}


def _open(source: Path) -> tuple[Genealogy, Any]:
    """The genealogy, and what a small file says besides (batch, sinks, assays)."""
    try:
        return Genealogy.from_json(source.read_bytes())
    except OSError as missing:
        print(f"{source}: {missing.strerror}", file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from missing


def _batch(named: str | None, small: Any) -> tuple[str, ...]:
    batch = tuple(named.split(",")) if named else (small.batch if small else ())
    if not batch:
        raise TraceError("trace-batch-missing")
    return batch


def _assumed(lots: tuple[object, ...], lang: Lang) -> list[str]:
    return [say("trace-assumed", {"lots": [str(lot) for lot in lots]}, lang)] if lots else []


def _answer(result: dict[str, Any], as_json: bool, lines: list[str]) -> None:
    """Kilograms are JSON numbers here, which records (and so ``emit``) do not carry."""
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(result, option=orjson.OPT_INDENT_2) + b"\n")
        sys.stdout.buffer.flush()
    else:
        print("\n".join(lines))
