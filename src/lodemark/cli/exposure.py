"""``lodemark exposure``: what stops, and when, if a licence does not come."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from lodemark.cli.answer import language
from lodemark.exposure import Exposure, Stop, exposure, read_supposed, read_world
from lodemark.wording import Lang, say

app = typer.Typer(no_args_is_help=True)


@app.callback()
def group() -> None:
    """What depends on a licence. 影响分析。"""


@app.command()
def run(
    file: Annotated[Path, typer.Argument(help="Product trees, stocks, sources, applications (JSON). 输入文件。")],
    supposed: Annotated[list[str] | None, typer.Option("--if", help='"refused APP-7", "delayed APP-7 30". 假设情形。')] = None,
    horizon: Annotated[int, typer.Option(help="Days. 天数。", min=1, max=20_000)] = 365,
    draws: Annotated[int, typer.Option(help="Draws of decision times; 0 for none. 抽样次数。", min=0)] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed, the same draws. 随机种子。")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable answer. 机器可读。")] = False,
    lang: Annotated[str, typer.Option("--lang", help="en or zh. 语言。")] = "en",
) -> None:
    """Which modules, products and programmes stop, what they hold, and what would change it. 运行影响分析。"""
    world = read_world(file.read_bytes())
    answer = exposure(world, [read_supposed(one, world) for one in supposed or []], horizon, draws, seed)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2) + b"\n")
        sys.stdout.buffer.flush()
    else:
        print("\n".join(explain(answer, list(world.programmes), draws, language(lang))))


def explain(answer: Exposure, programmes: list[str], draws: int, lang: Lang) -> list[str]:
    """The answer as sentences, the programmes first."""
    lines = []
    for name in programmes:
        stop = answer.programme_stops.get(name)
        lines.append(_programme(name, stop, answer.horizon_days, lang))
        lines += [
            f"  {say('exposure-item-stops', _facts(one), lang)}" for one in answer.stops if stop and one.cause == stop.cause
        ]
    for other in answer.alternatives:
        code = "exposure-alternative-never" if other.day_after is None else "exposure-alternative-later"
        facts = {"source": other.source, "item": other.item, "programme": other.programme}
        lines.append(say(code, {**facts, "before": other.day_before, "after": other.day_after}, lang))
    for risk in answer.risks:
        low, middle, high = (day if day is not None else "–" for day in risk.days)
        days = {"low": low, "middle": middle, "high": high}
        shown = {"programme": risk.programme, "share": round(risk.stops_share, 4), "draws": draws, **days}
        lines.append(say("exposure-risk", shown, lang))
    cover = [
        say("exposure-cover-beyond" if days is None else "exposure-cover-days", {"element": symbol, "days": days}, lang)
        for symbol, days in answer.cover_days.items()
    ]
    lines.append(say("exposure-cover", {"cover": ", ".join(cover)}, lang))
    for name, masses in answer.element_kg.items():
        held = ", ".join(f"{kg:,.1f} kg {symbol}" for symbol, kg in masses.items() if kg)
        lines.append(say("exposure-holds", {"programme": name, "masses": held}, lang))
    for symbol, index in answer.hhi.items():
        lines.append(
            say(
                "exposure-concentration",
                {"element": symbol, "refining": _refined(answer, symbol), "hhi": f"{index['refining']:.2f}"},
                lang,
            )
        )
    if answer.single_sources:
        lines.append(say("exposure-single", {"items": list(answer.single_sources)}, lang))
    if answer.assumed:
        lines.append(say("exposure-assumed", {"items": list(answer.assumed)}, lang))
    return lines


def _programme(name: str, stop: Stop | None, days: int, lang: Lang) -> str:
    if stop is None:
        return say("exposure-programme-runs", {"programme": name, "days": days}, lang)
    papers = say("exposure-waits", {"papers": list(stop.papers)}, lang) if stop.papers else ""
    return say("exposure-programme-stops", {"programme": name, "day": stop.day, "cause": stop.cause, "papers": papers}, lang)


def _facts(stop: Stop) -> dict[str, Any]:
    return {"day": stop.day, "item": stop.item, "cause": stop.cause}


def _refined(answer: Exposure, symbol: str) -> str:
    """Countries that refine an element for any programme."""
    found = {country for shares in answer.refining_share.values() for country in shares.get(symbol, {})}
    return ", ".join(sorted(found))
