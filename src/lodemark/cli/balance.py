"""``lodemark balance``: does the mass close at this site, and what would have been seen if it did not?

A balance is a folder with ``flows.csv``, ``inventory.csv`` and ``components.csv`` (see ``lodemark.accountancy.tables``).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import numpy as np
import orjson
import typer

from lodemark.accountancy import BalanceData, assemble, caps, covariance, disagreements, joint, power, run, select
from lodemark.accountancy import plan as make_plan
from lodemark.accountancy import rollup as add_up
from lodemark.accountancy.balance import ALPHA_LOSS, Balance, patterns
from lodemark.accountancy.charts import charts
from lodemark.accountancy.model import MG_PER_KG
from lodemark.accountancy.tables import read_tables
from lodemark.cli.answer import FINDINGS, language
from lodemark.measure import read_mass_mg
from lodemark.trouble import Reason
from lodemark.wording import Lang, say
from lodemark.wording.result import as_json as plain

app = typer.Typer(no_args_is_help=True)

CANNOT_SHOW = (Reason("balance-cannot-show-who"),)
"""What no answer about a balance can show, whatever was asked of it."""

Folder = Annotated[Path, typer.Argument(help="Folder with flows.csv, inventory.csv, components.csv. 数据文件夹。")]
Area = Annotated[str, typer.Option("--mba", help="Material balance area; the only one when left out. 物料平衡区。")]
Element = Annotated[str, typer.Option("--element", help="Element symbol; the only one when left out. 元素。")]
Alpha = Annotated[float, typer.Option("--alpha", help="False alarms of a year, losses. 年误报率（短缺）。")]
Goal = Annotated[str, typer.Option("--goal", help='Loss that must not go unseen, such as "5 kg". 目标量。')]
Tolerance = Annotated[float, typer.Option(help="Hours an inventory may lie from its boundary. 盘存容差（小时）。")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable answer. 机器可读。")]
Speak = Annotated[str, typer.Option("--lang", help="en or zh. 语言。")]


@app.command("run")
def draw(
    folder: Folder,
    mba: Area = "",
    element: Element = "",
    alpha: Alpha = ALPHA_LOSS,
    goal: Goal = "",
    chart: Annotated[Path | None, typer.Option(help="Write chart data (JSON) here. 图表数据文件。")] = None,
    tolerance: Tolerance = 0.0,
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """Draw the balance: series, alarms, class, and what could not have been seen. 物料衡算。"""
    data = _data(folder, tolerance)
    area, symbol = _chosen(data, mba, element)
    balance = run(data, symbol, area, alpha_loss=alpha, goal_mg=read_mass_mg(goal) if goal else None)
    exceeded = caps(select(data, symbol, area))
    found = [*disagreements(balance), *exceeded]
    if chart is not None:
        chart.write_bytes(orjson.dumps(plain(charts(balance, covariance(select(data, symbol, area))))))
    speak = language(lang)
    lines = [*_warned(balance, speak), *_series(balance, speak), *(one.explain(speak) for one in found)]
    _answer({"balance": balance, "found": found}, as_json, [*lines, *_limits(balance.cannot_show, speak)], bool(found))


@app.command("power")
def power_of(
    folder: Folder,
    pattern: Annotated[
        str, typer.Option(help="abrupt, uniform, least, or a file with one kg per period. 短缺形态。")
    ] = "least",
    loss: Annotated[str, typer.Option(help='Total loss, such as "5 kg". 短缺总量。')] = "",
    mba: Area = "",
    element: Element = "",
    alpha: Alpha = ALPHA_LOSS,
    tolerance: Tolerance = 0.0,
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """How likely this loss would be seen, and the bound no test can beat. 检出概率。"""
    data = _data(folder, tolerance)
    area, symbol = _chosen(data, mba, element)
    sigma = covariance(select(data, symbol, area))
    shapes = _shapes(pattern, loss, sigma)
    level = joint(sigma, alpha)
    found = {name: power(sigma, d, level) for name, d in shapes.items()}
    speak = language(lang)
    facts = [
        {"pattern": name, "kg": f"{shapes[name].sum():.3f}", "dp": f"{one.dp:.3f}", "bound": f"{one.np_bound:.3f}"}
        for name, one in found.items()
    ]
    result = {
        "patterns": {name: {"loss_kg": shapes[name], "power": one} for name, one in found.items()},
        "cannot_show": CANNOT_SHOW,
    }
    _answer(result, as_json, [*(say("balance-power", fact, speak) for fact in facts), *_limits(CANNOT_SHOW, speak)])


@app.command("plan")
def plan_for(
    folder: Folder,
    goal: Goal,
    detect: Annotated[float, typer.Option(help="Wanted detection probability. 检出概率。")] = 0.9,
    mba: Area = "",
    element: Element = "",
    alpha: Alpha = ALPHA_LOSS,
    tolerance: Tolerance = 0.0,
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """What an instrument must become before the goal can be seen. 测量改进方案。"""
    data = _data(folder, tolerance)
    area, symbol = _chosen(data, mba, element)
    found = make_plan(data, symbol, area, read_mass_mg(goal), detect, alpha)
    speak = language(lang)
    lines = [note.explain(speak) for note in found.notes]
    for step in found.steps[: max(found.reached_after or 4, 1)]:
        measure = f"u x {step.factor:.2f}" if step.factor is not None else f"{step.calibrations} calibrations"
        lines.append(f"  {step.component:<32} {measure:<18} {100 * step.share:5.1f} %  -> {step.detectable_after_kg:.3f} kg")
    _answer({"plan": found, "cannot_show": CANNOT_SHOW}, as_json, [*lines, *_limits(CANNOT_SHOW, speak)])


@app.command("rollup")
def roll(
    folder: Folder,
    by: Annotated[str, typer.Option(help="element, area or balance. 汇总方式。")] = "element",
    alpha: Alpha = ALPHA_LOSS,
    tolerance: Tolerance = 0.0,
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """Closing sums over areas or elements, with shared errors kept shared. 汇总。"""
    if by not in ("element", "area", "balance"):
        raise typer.BadParameter("element, area, balance")
    found = add_up(_data(folder, tolerance), by, alpha)  # type: ignore[arg-type]
    lines = [
        f"  {one.name:<24}{one.muf_kg:12.4f} kg +- {one.sd_kg:.4f}  z {one.z:6.2f}  Holm p {one.holm_p:.4f}"
        for one in found.totals
    ]
    lines.append(f"  chi2 {found.chi2:.3f}  p {found.chi2_p:.4f}")
    lines += [limit.explain(language(lang)) for limit in found.cannot_show]
    _answer(found, as_json, lines, any(one.alarm for one in found.totals))


def _data(folder: Path, tolerance: float) -> BalanceData:
    tables = read_tables(folder)
    return assemble(tables.flows, tables.inventories, tables.components, tables.boundaries, timedelta(hours=tolerance))


def _chosen(data: BalanceData, mba: str, element: str) -> tuple[str, str]:
    """The area and element meant; the first that fits where they were left out."""
    fitting = [one for one in data.periods if mba in ("", one.mba) and element in ("", one.element)]
    return (fitting[0].mba, fitting[0].element) if fitting else (mba, element)


def _shapes(pattern: str, loss: str, sigma: np.ndarray) -> dict[str, np.ndarray]:
    if Path(pattern).is_file():
        return {Path(pattern).name: np.asarray([float(line) for line in Path(pattern).read_text(encoding="utf-8").split()])}
    if not loss:
        raise typer.BadParameter("--loss")
    every = patterns(sigma, read_mass_mg(loss) / MG_PER_KG)
    wanted = {name: d for name, d in every.items() if name == pattern or name.startswith(f"{pattern}-")}
    if not wanted:
        raise typer.BadParameter("abrupt, uniform, least")
    return wanted


def _warned(balance: Balance, speak: Lang) -> list[str]:
    """Warnings come first: a class read without them is read wrongly."""
    return [warning.explain(speak) for warning in balance.warnings]


def _series(balance: Balance, speak: Lang) -> list[str]:
    head = f"{balance.mba} {balance.element}: {say(f'balance-class-{balance.klass}', {}, speak)}"
    rows = [
        f"  {line.start:%Y-%m-%d} {line.muf_kg:12.4f} kg +-{line.sd_kg:9.4f}  sum {line.cumuf_kg:12.4f} +-{line.cumuf_sd_kg:9.4f}  z {line.z:6.2f}"
        for line in balance.lines
    ]
    seen = [
        f"  {one.pattern:<13} {one.total_kg:10.3f} kg  seen {one.dp:.3f}  bound {one.np_bound:.3f}" for one in balance.detection
    ]
    return [head, *rows, *seen]


def _limits(cannot: Sequence[Reason], speak: Lang) -> list[str]:
    return [f"- {limit.explain(speak)}" for limit in cannot]


def _answer(result: object, as_json: bool, lines: Sequence[str], findings: bool = False) -> None:
    """Text or JSON; exit 1 where a question has to be asked. *Cannot tell* is not a finding."""
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(plain(result), option=orjson.OPT_INDENT_2) + b"\n")
        sys.stdout.buffer.flush()
    else:
        print("\n".join(lines))
    if findings:
        raise typer.Exit(FINDINGS)
