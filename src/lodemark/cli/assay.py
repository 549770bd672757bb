"""``lodemark assay``: read laboratory files, check them, and say what the composition shows and what it cannot.

References (populations, lots, sources) are laboratory files too, with a lot for each specimen.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lodemark.assay import LotIndex, chart, consistent, limits, log10_lr, match, pattern, refute, unmix
from lodemark.assay.references import lot_references, named, one_per_lot
from lodemark.assay.stored import load_background
from lodemark.assay.synth import population
from lodemark.cli.answer import language
from lodemark.cli.assay_kept import backgrounds, tags
from lodemark.cli.assay_shared import (
    Demo,
    File,
    Form,
    Json,
    Parts,
    Speak,
    answer,
    checked,
    declared_line,
    limits_said,
    model_named,
    parts_named,
    specimens,
    table,
)
from lodemark.trouble import Refusal
from lodemark.wording import say

app = typer.Typer(no_args_is_help=True)
app.add_typer(tags, name="tag")
app.add_typer(backgrounds, name="background")


@app.command("check")
def check_file(
    file: File,
    layout: Form = None,
    crm: Annotated[
        Path | None, typer.Option(help="Certified values (CSV: crm_id,analyte,value,u in mg/kg). 标准物质证书值。")
    ] = None,
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """Read and check a laboratory file; every refused cell with its reasons. 核查实验室文件。"""
    reading, screened = checked(file, layout, crm)
    speak = language(lang)
    result = {
        "rows": len(reading.rows),
        "usable": sum(row.flag == "ok" and row.u is not None for row in screened.rows),
        "rejected": reading.rejected,
        "found": screened.found,
        "cannot_show": {name: limits(name) for name in sorted({row.stage for row in screened.rows})},
        "digest": reading.digest,
    }
    lines = [
        say(
            "assay-checked", {"rows": len(reading.rows), "rejected": len(reading.rejected), "found": len(screened.found)}, speak
        )
    ]
    lines += [
        f"  {cell.line}: {reason.explain(speak)}\n      {cell.text}" for cell in reading.rejected for reason in cell.reasons
    ]
    lines += [f"  {one.code}  {one.explain(speak)}" for one in screened.found]
    lines += [line for name in sorted({row.stage for row in screened.rows}) for line in limits_said(limits(name), speak)]
    answer(result, as_json, lines, bool(reading.rejected or screened.found))


@app.command("declared")
def declared_file(
    file: File,
    declaration: Annotated[Path, typer.Argument(help="Declared shares (CSV: analyte,value,unit[,u,kind,upper]). 申报含量。")],
    layout: Form = None,
    k: Annotated[float, typer.Option(help="Coverage factor. 包含因子。")] = 2.0,
    complete: Annotated[bool, typer.Option(help="The declaration names everything. 申报已列全部。")] = False,
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """Does each specimen agree with the declared composition? 与申报含量对照。"""
    _, screened = checked(file, layout)
    promised = [declared_line(line) for line in table(declaration)]
    speak = language(lang)
    groups: dict[tuple[str, str], list[Any]] = {}
    for row in screened.rows:
        groups.setdefault((row.specimen_id, row.stage), []).append(row)
    answers = [consistent(rows, promised, k, complete) for rows in groups.values()]
    lines = []
    for one in answers:
        lines += [f"{one.specimen_id}  {say(f'assay-verdict-{one.verdict}', {}, speak)}"]
        lines += [f"  {item.explain(speak)}" for item in one.found]
        lines += limits_said(one.cannot_show, speak)
    answer(answers, as_json, lines, any(one.verdict == "differs" for one in answers))


@app.command()
def compare(
    first: File,
    second: File,
    background: Annotated[Path, typer.Option(help="Population stored by `background fit`. 参考群体文件。")],
    model: Annotated[str, typer.Option(help="normal, kde or t. 模型。")] = "normal",
    layout: Form = None,
    demo: Demo = False,
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """One lot or two? A bounded log10 likelihood ratio. 是否同一批次。"""
    a, b = specimens(first, layout)[0], specimens(second, layout)[0]
    found = log10_lr(a, b, load_background(background.read_bytes(), background.name), model_named(model), demo)
    speak = language(lang)
    if isinstance(found, Refusal):
        answer({"refused": found.reasons}, as_json, [reason.explain(speak) for reason in found.reasons], True)
        return
    low, high = found.bounds or (float("nan"), float("nan"))
    lines = [
        say(
            "assay-compared",
            {
                "lr": f"{found.log10_lr:.2f}",
                "raw": f"{found.raw:.2f}",
                "lo": f"{low:.2f}",
                "hi": f"{high:.2f}",
                "model": found.model,
            },
            speak,
        ),
        *(f"  {caveat.explain(speak)}" for caveat in found.caveats),
        *limits_said(found.cannot_show, speak),
    ]
    answer(found, as_json, lines)


@app.command("match")
def match_lots(
    file: File,
    lots: Annotated[Path, typer.Option(help="Laboratory file of the reference lots. 参考批次文件。")],
    background: Annotated[Path, typer.Option(help="Population stored by `background fit`. 参考群体文件。")],
    prior_none: Annotated[float, typer.Option(help="Prior of none of these. “均不符合”的先验。")] = 0.5,
    layout: Form = None,
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """Which reference lot could this be, or none? 与哪一参考批次相符。"""
    sample = specimens(file, layout)[0]
    population_ = load_background(background.read_bytes(), background.name)
    index = LotIndex.build(lot_references(specimens(lots, layout), population_.parts), population_.parts, sample.stage)
    found = match(sample, index, population_, prior_none=prior_none)
    speak = language(lang)
    lines = [found.verdict.explain(speak)]
    lines += [
        f"  {one.lot_id:<24} posterior {one.posterior:.4f}  log10 LR {one.log10_lr:8.2f}  p {one.p:.3g}"
        for one in found.candidates[:8]
    ]
    lines += [f"  {caveat.explain(speak)}" for caveat in found.caveats] + limits_said(found.cannot_show, speak)
    answer(found, as_json, lines)


@app.command("refute")
def refute_lot(
    file: File,
    lots: Annotated[Path, typer.Option(help="Laboratory file of the reference lots. 参考批次文件。")],
    lot: Annotated[str, typer.Option(help="The named lot. 指定批次。")],
    layout: Form = None,
    parts: Parts = "",
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """Can the named lot be ruled out as the source? 能否排除指定来源。"""
    sample, references = specimens(file, layout)[0], specimens(lots, layout)
    known = {one.lot_id: one for one in lot_references(references, parts_named(parts, [sample, *references]))}
    found = refute(sample, named(known, [lot])[0])
    speak = language(lang)
    facts = {"lots": list(found.lots), "p": f"{found.p:.2g}", "odds": f"{1 / max(found.p, 1e-300):.3g}"}
    against = found.p < 1e-4
    lines = [say("assay-refuted" if against else "assay-not-refuted", facts, speak)]
    lines += [f"  {part:<12}{z:8.2f} sigma" for part, z in found.by_analyte.items()] + limits_said(found.cannot_show, speak)
    answer(found, as_json, lines, against)


@app.command("unmix")
def unmix_file(
    file: File,
    sources: Annotated[Path, typer.Option(help="Laboratory file of the possible sources. 可能来源文件。")],
    given: Annotated[str, typer.Option(help="Lots named by the code chain, comma-separated. 编码链所列批次。")] = "",
    max_k: Annotated[int, typer.Option(min=1, max=3, help="Most sources at a time. 同时来源上限。")] = 3,
    diluent: Annotated[bool, typer.Option(help="Something holding none of the parts may be in it. 可能有稀释物。")] = False,
    layout: Form = None,
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """Of which sources is it a blend, and is that identifiable? 混合来源与份额。"""
    wanted = [lot for lot in given.split(",") if lot]
    known = one_per_lot(specimens(sources, layout))
    named(known, wanted)
    found = unmix(specimens(file, layout)[0], [*known.values()], max_k, wanted or None, diluent)
    speak = language(lang)
    facts = {
        "sources": list(found.subset),
        "undecided": [f"{name} (up to {100 * share:.1f} %)" for name, share in found.undecided],
    }
    lines = [say(f"assay-unmix-{found.status}", facts, speak)]
    if found.best is not None:
        lines += [
            f"  {name:<24}{100 * share:7.2f} % +- {100 * u:.2f}"
            for name, share, u in zip(found.best.sources, found.best.share, found.best.u, strict=True)
        ]
    if found.given_clash and found.given is not None:
        lines.append(
            say("assay-unmix-clash", {"given": wanted, "p": f"{found.given.p:.2g}", "sources": list(found.subset)}, speak)
        )
    answer(found, as_json, lines + limits_said(found.cannot_show, speak), found.given_clash)


@app.command("pattern")
def pattern_file(
    file: File,
    norm: Annotated[str, typer.Option(help="Normaliser, such as ci.ms95. 标准化值。")],
    layout: Form = None,
    as_chart: Annotated[bool, typer.Option("--chart", help="Chart data (JSON). 图表数据。")] = False,
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """The rare-earth pattern with anomalies and their uncertainty. 稀土配分。"""
    found = [pattern(comp, norm) for comp in specimens(file, layout)]
    speak = language(lang)
    lines = []
    for one in found:
        lines += [f"{one.specimen_id}  {one.citation}"]
        lines += [
            f"  {name:<4}{'<' if low else ' '}{value:12.4g}"
            for name, value, low in zip(one.elements, one.values, one.limit, strict=True)
        ]
        lines += [f"  {ratio.name:<18}{ratio.value:8.4f} +- {ratio.u:.4f}" for ratio in one.anomalies] + limits_said(
            one.cannot_show, speak
        )
    answer([chart(one) for one in found] if as_chart else found, as_json or as_chart, lines)


@app.command()
def synth(
    seed: Annotated[int, typer.Option(help="Seed. 种子。")],
    stage: Annotated[str, typer.Option(help="Stage. 阶段。")] = "alloy",
    sites: int = 8,
    lots: int = 8,
    specimens: int = 3,
    blends: int = 0,
) -> None:
    """A labelled synthetic population as a laboratory file on stdout. 合成参考数据。"""
    made = population(seed, stage, sites, lots, specimens, blends=blends)
    print(
        "assay_id,sample_id,lot_id,stage,analyte,value,unit,u,u_given,u_sys,sys_group,lod_rule,form,moisture,method,lab,correction"
    )
    for row in made.rows:
        fields = [
            row.assay_id,
            row.sample_id,
            row.lot_id,
            row.stage,
            row.analyte,
            row.reported_text,
            "mg/kg",
            f"{row.u or 0:.6g}" if row.u else "",
            "u",
        ]
        fields += [
            f"{row.u_sys:.6g}",
            row.sys_group,
            row.lod_rule,
            row.form,
            row.moisture or "",
            row.method,
            row.lab,
            row.correction,
        ]
        print(",".join(str(field) for field in fields))
