"""``lodemark assay background`` and ``lodemark assay tag``: what is fitted or designed once, stored, and used later."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from lodemark.assay import fit_background, limits, tag
from lodemark.assay.stored import dump, load_codebook
from lodemark.assay.validate import split, validate
from lodemark.cli.answer import language
from lodemark.cli.assay_shared import (
    File,
    Form,
    Json,
    Parts,
    Speak,
    answer,
    limits_said,
    model_named,
    parts_named,
    specimens,
    table,
)
from lodemark.trouble import Reason, Refusal
from lodemark.wording import say

Untagged = Annotated[Path, typer.Option(help="Untagged material (CSV: part,value,u in mg/kg). 未加标本底。")]

CANNOT_SHOW = (Reason("tag-cannot-show"),)
"""What no code can show, however well it was designed and read."""

tags = typer.Typer(no_args_is_help=True, help="Taggant codes. 示踪标记。")
backgrounds = typer.Typer(no_args_is_help=True, help="Reference populations. 参考群体。")


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
    comps = specimens(file, layout)
    fitted = fit_background(comps, parts_named(parts, comps), min_items=min_items, bandwidth=bandwidth)
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
    comps = specimens(file, layout)
    fitting, testing = split(comps, lambda lot: lot[:site_characters])
    found = validate(fit_background(fitting, parts_named(parts, comps)), testing, model_named(model))
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
    answer(
        {
            "calibrator": c,
            "cllr_interval": found.cllr_interval,
            "misleading": {"same": found.misleading_same, "different": found.misleading_different},
            "cannot_show": limits(found.background.stage),
        },
        as_json,
        [
            say("assay-validated", facts, language(lang)),
            *limits_said(limits(found.background.stage), language(lang)),
        ],
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
        answer({"refused": found.reasons}, as_json, [reason.explain(speak) for reason in found.reasons], True)
        return
    out.write_bytes(dump(found))
    room = tag.capacity(len(parts), min(steps), max(steps), u, 1e-6)
    facts = {
        "lots": lots,
        "bits": f"{room.bits:.1f}",
        "ceiling": f"{room.ceiling:.1f}",
        "rate": f"{found.certificate.unregistered_as_pair:.4f}" if found.certificate else None,
    }
    result = {"certificate": found.certificate, "capacity": room, "cannot_show": CANNOT_SHOW}
    answer(result, as_json, [say("tag-designed", facts, speak), *limits_said(CANNOT_SHOW, speak)])


@tags.command("decode")
def tag_decode(
    file: File,
    book: Annotated[Path, typer.Option(help="Codebook stored by `tag design`. 码本文件。")],
    untagged: Untagged,
    given: Annotated[str, typer.Option(help="Codes named by the chain, comma-separated. 指定码。")] = "",
    layout: Form = None,
    as_json: Json = False,
    lang: Speak = "en",
) -> None:
    """Read the code of a specimen. 读取示踪码。"""
    codebook = load_codebook(book.read_bytes(), book.name)
    named = [int(code) for code in given.split(",") if code]
    found = tag.decode(specimens(file, layout)[0], codebook, _untagged(untagged, codebook), given=named or None)
    speak = language(lang)
    facts = {"codes": list(found.candidate), "spiked": list(found.spike_hint), "tilt": found.altered}
    lines = [
        say(f"tag-{found.status}", facts, speak),
        *(f"  {one.explain(speak)}" for one in found.caveats),
        *limits_said(found.cannot_show, speak),
    ]
    answer(found, as_json, lines)


@tags.command("assign")
def tag_assign(
    book: Annotated[Path, typer.Option(help="Codebook. 码本文件。")],
    lots: Annotated[str, typer.Option(help="Lots, comma-separated. 批次。")],
    key_file: Annotated[Path, typer.Option(help="File with the secret key. 密钥文件。")],
    key_id: Annotated[str, typer.Option(help="Name of the key. 密钥编号。")],
    untagged: Untagged | None = None,
    register: Annotated[Path | None, typer.Option(help="Where to store the laboratory's register. 实验室登记册文件。")] = None,
) -> None:
    """Give each lot its codeword under a key; keep the table sealed, publish the root. 分配码字。"""
    codebook = load_codebook(book.read_bytes(), book.name)
    found = tag.assign(codebook, lots.split(","), key_file.read_bytes(), key_id)
    if register is not None:
        if untagged is None:
            raise typer.BadParameter("--untagged")
        register.write_bytes(dump(tag.Register(codebook, dict(found.table), _untagged(untagged, codebook))))
    answer({"assignment": found, "cannot_show": CANNOT_SHOW}, True, [])


def _untagged(file: Path, book: tag.Codebook) -> tag.TagBackground:
    base = {line["part"]: (float(line["value"]), float(line["u"])) for line in table(file)}
    levels, errors = zip(*(base[part] for part in book.parts), strict=True)
    return tag.TagBackground(np.asarray(levels), np.asarray(errors))


@tags.command("facility")
def tag_facility(
    dopants: Annotated[int, typer.Option(help="7, 9, 13 or 15. 元素数。")], as_json: Json = False, lang: Speak = "en"
) -> None:
    """The blocks of the facility layer. 工厂层区组。"""
    blocks = tag.facility_blocks(dopants)
    answer(
        {"dopants": dopants, "blocks": blocks, "cannot_show": CANNOT_SHOW},
        as_json,
        [f"{number:>3}  {' '.join(map(str, block))}" for number, block in enumerate(blocks)]
        + limits_said(CANNOT_SHOW, language(lang)),
    )
