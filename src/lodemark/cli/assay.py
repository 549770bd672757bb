"""``lodemark assay``: read laboratory files, check them, and say what the composition shows and what it cannot.

References (populations, lots, sources) are laboratory files too, with a lot for each specimen.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
import orjson
import typer

from lodemark.assay import (
    Certified,
    Checked,
    Composition,
    Declared,
    Layout,
    LotIndex,
    Reading,
    chart,
    check,
    compose,
    consistent,
    fit_background,
    limits,
    log10_lr,
    match,
    pattern,
    read_assays,
    refute,
    tag,
    unmix,
)
from lodemark.assay.compare import Model
from lodemark.assay.references import lot_references
from lodemark.assay.stored import dump, load_background, load_codebook
from lodemark.assay.synth import population
from lodemark.assay.validate import split, validate
from lodemark.cli.answer import FINDINGS, language
from lodemark.trouble import Error, Reason, Refusal
from lodemark.wording import Lang, say
from lodemark.wording.result import as_json as plain

app = typer.Typer(no_args_is_help=True)
tags = typer.Typer(no_args_is_help=True, help="Taggant codes. 示踪标记。")
backgrounds = typer.Typer(no_args_is_help=True, help="Reference populations. 参考群体。")
app.add_typer(tags, name="tag")
app.add_typer(backgrounds, name="background")

File = Annotated[Path, typer.Argument(help="Laboratory file, CSV or XLSX. 实验室数据文件。")]
Form = Annotated[Path | None, typer.Option("--layout", help="Layout file (TOML): columns and constants. 版式文件。")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable answer. 机器可读。")]
Speak = Annotated[str, typer.Option("--lang", help="en or zh. 语言。")]
Parts = Annotated[str, typer.Option("--parts", help="Analytes, comma-separated; all in common when left out. 分析物。")]
Demo = Annotated[bool, typer.Option("--demo", help="Allow synthetic references. 允许合成参考数据（演示）。")]


class NoSpecimen(Error):
    """A file of which nothing can be compared."""

    code: ClassVar[str] = "assay-file-missing-specimen"


class UnknownLot(Error):
    """A lot that is not among the references."""

    code: ClassVar[str] = "assay-lot-unknown"
    kind: ClassVar[str] = "unknown"


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
    reading, checked = _checked(file, layout, crm)
    speak = language(lang)
    result = {
        "rows": len(reading.rows),
        "usable": sum(row.flag == "ok" and row.u is not None for row in checked.rows),
        "rejected": reading.rejected,
        "found": checked.found,
        "stages": {name: limits(name) for name in sorted({row.stage for row in checked.rows})},
        "digest": reading.digest,
    }
    lines = [
        say("assay-checked", {"rows": len(reading.rows), "rejected": len(reading.rejected), "found": len(checked.found)}, speak)
    ]
    lines += [
        f"  {cell.line}: {reason.explain(speak)}\n      {cell.text}" for cell in reading.rejected for reason in cell.reasons
    ]
    lines += [f"  {one.code}  {one.explain(speak)}" for one in checked.found]
    lines += [line for name in sorted({row.stage for row in checked.rows}) for line in _limits(limits(name), speak)]
    _answer(result, as_json, lines, bool(reading.rejected or checked.found))


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
    _, checked = _checked(file, layout)
    promised = [_declared(line) for line in _table(declaration)]
    speak = language(lang)
    groups: dict[tuple[str, str], list[Any]] = {}
    for row in checked.rows:
        groups.setdefault((row.specimen_id, row.stage), []).append(row)
    answers = [consistent(rows, promised, k, complete) for rows in groups.values()]
    lines = []
    for answer in answers:
        lines += [f"{answer.specimen_id}  {say(f'assay-verdict-{answer.verdict}', {}, speak)}"]
        lines += [f"  {one.explain(speak)}" for one in answer.found]
        lines += _limits(answer.cannot_show, speak)
    _answer(answers, as_json, lines, any(answer.verdict == "differs" for answer in answers))


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
    a, b = _specimens(first, layout)[0], _specimens(second, layout)[0]
    found = log10_lr(a, b, load_background(background.read_bytes(), background.name), _model(model), demo)
    speak = language(lang)
    if isinstance(found, Refusal):
        _answer({"refused": found.reasons}, as_json, [reason.explain(speak) for reason in found.reasons], True)
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
        *_limits(found.cannot_show, speak),
    ]
    _answer(found, as_json, lines)


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
    sample = _specimens(file, layout)[0]
    population_ = load_background(background.read_bytes(), background.name)
    index = LotIndex.build(lot_references(_specimens(lots, layout), population_.parts), population_.parts, sample.stage)
    found = match(sample, index, population_, prior_none=prior_none)
    speak = language(lang)
    code = (
        "assay-match-none"
        if found.none_of_these > found.mass
        else ("assay-match-tie" if len(found.tie_set) > 1 else "assay-match-one")
    )
    lines = [say(code, {"lots": list(found.tie_set), "none": f"{found.none_of_these:.3f}"}, speak)]
    lines += [
        f"  {one.lot_id:<24} posterior {one.posterior:.4f}  log10 LR {one.log10_lr:8.2f}  p {one.p:.3g}"
        for one in found.candidates[:8]
    ]
    lines += [f"  {caveat.explain(speak)}" for caveat in found.caveats] + _limits(found.cannot_show, speak)
    _answer(found, as_json, lines)


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
    sample, references = _specimens(file, layout)[0], _specimens(lots, layout)
    known = {one.lot_id: one for one in lot_references(references, _parts(parts, [sample, *references]))}
    if lot not in known:
        raise UnknownLot(lot=lot, known=list(known)[:20])
    found = refute(sample, known[lot])
    speak = language(lang)
    facts = {"lots": list(found.lots), "p": f"{found.p:.2g}", "odds": f"{1 / max(found.p, 1e-300):.3g}"}
    against = found.p < 1e-4
    lines = [say("assay-refuted" if against else "assay-not-refuted", facts, speak)]
    lines += [f"  {part:<12}{z:8.2f} sigma" for part, z in found.by_analyte.items()] + _limits(found.cannot_show, speak)
    _answer(found, as_json, lines, against)


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
    named = [lot for lot in given.split(",") if lot]
    found = unmix(_specimens(file, layout)[0], _one_per_lot(_specimens(sources, layout)), max_k, named or None, diluent)
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
            say("assay-unmix-clash", {"given": named, "p": f"{found.given.p:.2g}", "sources": list(found.subset)}, speak)
        )
    _answer(found, as_json, lines + _limits(found.cannot_show, speak), found.given_clash)


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
    found = [pattern(comp, norm) for comp in _specimens(file, layout)]
    speak = language(lang)
    lines = []
    for one in found:
        lines += [f"{one.specimen_id}  {one.citation}"]
        lines += [
            f"  {name:<4}{'<' if low else ' '}{value:12.4g}"
            for name, value, low in zip(one.elements, one.values, one.limit, strict=True)
        ]
        lines += [f"  {ratio.name:<18}{ratio.value:8.4f} +- {ratio.u:.4f}" for ratio in one.anomalies] + _limits(
            one.cannot_show, speak
        )
    _answer([chart(one) for one in found] if as_chart else found, as_json or as_chart, lines)


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


@backgrounds.command("fit")
def background_fit(
    file: File,
    out: Annotated[Path, typer.Option(help="Where to store it. 输出文件。")],
    layout: Form = None,
    parts: Parts = "",
    min_items: int = 30,
    bandwidth: str = "bolck",
) -> None:
    """Fit a population to a laboratory file with several specimens per lot. 拟合参考群体。"""
    comps = _specimens(file, layout)
    fitted = fit_background(comps, _parts(parts, comps), min_items=min_items, bandwidth=bandwidth)
    out.write_bytes(dump(fitted))
    print(f"{len(fitted.counts)} lots, parts {', '.join(fitted.parts)}, {fitted.provenance}", file=sys.stderr)


@backgrounds.command("validate")
def background_validate(
    file: File,
    out: Annotated[Path, typer.Option(help="Where to store the calibrated population. 输出文件。")],
    layout: Form = None,
    parts: Parts = "",
    site_characters: Annotated[
        int, typer.Option(help="How many leading characters of a lot id name its site. 批号前缀长度。")
    ] = 7,
    model: str = "normal",
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """Fit on half of the sites, validate and calibrate on the other half. 校准与验证。"""
    comps = _specimens(file, layout)
    fitting, testing = split(comps, lambda lot: lot[:site_characters])
    found = validate(fit_background(fitting, _parts(parts, comps)), testing, _model(model))
    out.write_bytes(dump(found.background))
    c = found.calibrator
    facts = {
        "cllr": f"{c.cllr_calibrated:.3f}",
        "cllr_min": f"{c.cllr_min:.3f}",
        "lo": f"{c.lo:.2f}",
        "hi": f"{c.hi:.2f}",
        "lots": c.n_lots,
        "ss": c.n_ss,
        "ds": c.n_ds,
    }
    _answer(
        {
            "calibrator": c,
            "cllr_interval": found.cllr_interval,
            "misleading": {"same": found.misleading_same, "different": found.misleading_different},
        },
        as_json,
        [say("assay-validated", facts, language(lang))],
    )


@tags.command("design")
def tag_design(
    dopants: Annotated[str, typer.Option(help="Dopants, comma-separated. 示踪元素。")],
    lots: Annotated[int, typer.Option(help="Number of codewords. 码字数。")],
    levels: Annotated[str, typer.Option(help="Levels in mg/kg, comma-separated. 浓度级。")],
    seed: Annotated[int, typer.Option(help="Seed of the certificate. 种子。")],
    out: Annotated[Path, typer.Option(help="Where to store the book. 输出文件。")],
    u: Annotated[float, typer.Option(help="Relative uncertainty of a reading. 相对不确定度。")] = 0.03,
    trials: Annotated[int, typer.Option(help="Samples of each kind in the certificate. 认证样本数。")] = 300,
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """Design and certify a codebook. 设计码本并认证。"""
    parts, steps = tuple(dopants.split(",")), [float(level) for level in levels.split(",")]
    found = tag.design(parts, lots, steps, seed, u_rel=u, trials=trials)
    speak = language(lang)
    if isinstance(found, Refusal):
        _answer({"refused": found.reasons}, as_json, [reason.explain(speak) for reason in found.reasons], True)
        return
    out.write_bytes(dump(found))
    room = tag.capacity(len(parts), min(steps), max(steps), u, 1e-6)
    facts = {
        "lots": lots,
        "bits": f"{room.bits:.1f}",
        "ceiling": f"{room.ceiling:.1f}",
        "rate": f"{found.certificate.unregistered_as_pair:.4f}" if found.certificate else None,
    }
    _answer({"certificate": found.certificate, "capacity": room}, as_json, [say("tag-designed", facts, speak)])


@tags.command("decode")
def tag_decode(
    file: File,
    book: Annotated[Path, typer.Option(help="Codebook stored by `tag design`. 码本文件。")],
    untagged: Annotated[Path, typer.Option(help="Untagged material (CSV: part,value,u in mg/kg). 未加标本底。")],
    given: Annotated[str, typer.Option(help="Codes named by the chain, comma-separated. 指定码。")] = "",
    layout: Form = None,
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """Read the code of a specimen. 读取示踪码。"""
    codebook = load_codebook(book.read_bytes(), book.name)
    base = {line["part"]: (float(line["value"]), float(line["u"])) for line in _table(untagged)}
    levels, errors = zip(*(base[part] for part in codebook.parts), strict=True)
    named = [int(code) for code in given.split(",") if code]
    found = tag.decode(
        _specimens(file, layout)[0], codebook, tag.TagBackground(np.asarray(levels), np.asarray(errors)), given=named or None
    )
    speak = language(lang)
    facts = {"codes": list(found.candidate), "spiked": list(found.spike_hint), "tilt": found.altered}
    lines = [
        say(f"tag-{found.status}", facts, speak),
        *(f"  {one.explain(speak)}" for one in found.caveats),
        *_limits(found.cannot_show, speak),
    ]
    _answer(found, as_json, lines)


@tags.command("assign")
def tag_assign(
    book: Annotated[Path, typer.Option(help="Codebook. 码本文件。")],
    lots: Annotated[str, typer.Option(help="Lots, comma-separated. 批次。")],
    key_file: Annotated[Path, typer.Option(help="File with the secret key. 密钥文件。")],
    key_id: Annotated[str, typer.Option(help="Name of the key. 密钥编号。")],
) -> None:
    """Give each lot its codeword under a key; keep the table sealed, publish the root. 分配码字。"""
    found = tag.assign(load_codebook(book.read_bytes(), book.name), lots.split(","), key_file.read_bytes(), key_id)
    _answer(found, True, [])


@tags.command("facility")
def tag_facility(dopants: Annotated[int, typer.Option(help="7, 9, 13 or 15. 元素数。")], as_json: Json = False) -> None:
    """The blocks of the facility layer. 工厂层区组。"""
    blocks = tag.facility_blocks(dopants)
    _answer(
        {"dopants": dopants, "blocks": blocks},
        as_json,
        [f"{number:>3}  {' '.join(map(str, block))}" for number, block in enumerate(blocks)],
    )


def _checked(file: Path, layout: Path | None, crm: Path | None = None) -> tuple[Reading, Checked]:
    form = Layout() if layout is None else Layout.from_toml(layout.read_text(encoding="utf-8"))
    reading = read_assays(file.read_bytes(), file.name, form)
    known = (
        []
        if crm is None
        else [Certified(one["crm_id"], one["analyte"], float(one["value"]), float(one["u"])) for one in _table(crm)]
    )
    return reading, check(reading.rows, known)


def _specimens(file: Path, layout: Path | None) -> list[Composition]:
    found = [comp for comp in compose(_checked(file, layout)[1].rows) if comp.parts]
    if not found:
        raise NoSpecimen(file=file.name)
    return found


def _one_per_lot(comps: Sequence[Composition]) -> list[Composition]:
    """Sources are lots: their first specimen stands for them, with its own uncertainty."""
    return list({comp.lot_id or comp.specimen_id: comp for comp in reversed(comps)}.values())[::-1]


def _parts(wanted: str, comps: Sequence[Composition]) -> list[str]:
    if wanted:
        return wanted.split(",")
    return [part for part in comps[0].parts if "/" not in part and all(part in comp.parts for comp in comps)]


def _table(file: Path) -> list[dict[str, str]]:
    head, *lines = [line.split(",") for line in file.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    return [dict(zip([name.strip() for name in head], [cell.strip() for cell in line], strict=False)) for line in lines]


def _declared(line: dict[str, str]) -> Declared:
    kind = line.get("kind") or "nominal"
    if kind not in ("nominal", "at-most", "at-least", "range"):
        raise typer.BadParameter("kind: nominal, at-most, at-least, range")
    u, upper = (Decimal(line[name]) if line.get(name) else None for name in ("u", "upper"))
    return Declared(line["analyte"], Decimal(line["value"]), line["unit"], u, kind, upper)  # type: ignore[arg-type]


def _model(name: str) -> Model:
    if name not in ("normal", "kde", "t"):
        raise typer.BadParameter("normal, kde, t")
    return name  # type: ignore[return-value]


def _limits(found: Sequence[Reason], speak: Lang) -> list[str]:
    return [say("assay-cannot-show", {}, speak), *(f"  - {reason.explain(speak)}" for reason in found)]


def _answer(result: object, as_json: bool, lines: Sequence[str], findings: bool = False) -> None:
    """Text or JSON; exit 1 where something was found that a person has to look at."""
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(plain(result), option=orjson.OPT_INDENT_2) + b"\n")
        sys.stdout.buffer.flush()
    else:
        print("\n".join(lines))
    if findings:
        raise typer.Exit(FINDINGS)
