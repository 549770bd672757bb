"""If this fails, a paper goes out that cannot be read, is not the one that was decided, or prints somebody's code."""

import hashlib
import os
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from lodemark.licence import Condition, DecidedLine
from lodemark.licence.commodity import written
from lodemark.licence.credential import licence_codes, verify
from lodemark.licence.paper import (
    FONTS,
    Paper,
    PaperError,
    Printing,
    attached,
    label_paper,
    licence_paper,
    read_image,
    render,
    slip_paper,
)
from lodemark.licence.paper.codes import matrix_symbol, qr_symbol
from lodemark.licence.paper.words import visible
from tests.licence.make import LINE, at, granted
from tests.licence.papers import ISSUED, ISSUER, LICENCE, NOW, code, sd_jwt, slip, trust

PRINTING = Printing("licence.example", at("2026-03-01"))
LINK = "https://id.example/253/9521321000012CN2026004217"


def paper(printing: Printing = PRINTING) -> Paper:
    return licence_paper(LICENCE.terms, "0000-0000-0000-0001", (code(),), sd_jwt(), printing, LINK)


def test_one_file_for_people_and_machines() -> None:
    """The PDF carries its own proof: the SD-JWT inside verifies like the code on the page."""
    (inside,) = attached(paper().pdf)
    assert inside == sd_jwt()
    assert verify(inside, trust(), NOW).result == "in-force"


def test_the_same_licence_gives_the_same_bytes_in_another_process() -> None:
    here = paper()
    assert here.digest == hashlib.sha256(here.pdf).hexdigest()
    script = "from tests.licence.test_paper import paper; print(paper().digest)"
    there = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": "src:.", "PYTHONHASHSEED": "7"},
    )
    assert there.stdout.strip() == here.digest
    assert paper(replace(PRINTING, at=at("2026-03-02"))).digest != here.digest


def test_the_pdf_names_its_standards() -> None:
    pdf = paper().pdf
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf and b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"/AFRelationship/Data" in pdf.replace(b" ", b"")


def test_slips_and_labels_are_read_back_too() -> None:
    assert slip_paper(LICENCE.terms, LICENCE.drawdowns["D-1"], slip(), PRINTING).pdf.startswith(b"%PDF")
    assert label_paper(LICENCE.terms, LICENCE.drawdowns["D-1"], "DRUM-1", LINK, PRINTING).pdf.startswith(b"%PDF")


def test_a_code_that_does_not_read_back_stops_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """A printed code nobody can scan costs the holder a day at the barrier."""
    good = qr_symbol(code(), 20)
    for broken in (replace(good, text=code()[:-1] + "0"), replace(good, width_mm=2.0)):
        monkeypatch.setattr(render, "qr_symbol", lambda text, version, broken=broken: broken)
        with pytest.raises(PaperError) as error:
            paper()
        assert error.value.reason.code == "print-readback"


def test_a_character_without_a_glyph_is_named_and_a_full_font_prints_it(tmp_path: Path) -> None:
    with pytest.raises(PaperError) as error:
        paper(replace(PRINTING, names={"beichen": "𠮷野磁材"}))
    assert error.value.reason.code == "glyph-missing" and error.value.facts["text"] == "𠮷"
    assert "𠮷" in error.value.explain("zh-Hans")
    assert paper(replace(PRINTING, names={"beichen": "北辰磁材有限公司", "alder": "Ålder Robotics AG"})).pdf


def test_a_name_that_is_code_prints_as_text() -> None:
    """A company may be called anything; nothing it is called may run."""
    code_like = ('#eval("1+1") $x^2$ *b* _i_ <label> @ref', '=HYPERLINK("x") \\u{41} // /* #pagebreak() ]#box[' + "a" * 300)
    assert paper(replace(PRINTING, names=dict(zip(("beichen", "alder"), code_like, strict=True)))).pdf


def test_direction_marks_are_shown_not_obeyed() -> None:
    assert visible("abc\u202edcba\u200b") == "abc<U+202E>dcba<U+200B>"
    assert paper(replace(PRINTING, names={"beichen": "abc\u202ecba"})).pdf


def test_masses_print_in_kilograms_to_the_milligram() -> None:
    assert written("gross", 1_234_567_890_123) == "1 234 567.890123 kg"
    assert written("element:Dy", 1) == "0.000001 kg"
    assert written("piece", 12_000) == "12 000"
    assert written("value:CNY", 123_456) == "1 234.56 CNY"


def test_every_condition_prints() -> None:
    conditions = (
        Condition("max-per-shipment", {"gross": 10**8, "element:Dy": 10**6}, "reserve", "case/1"),
        Condition("route", {"through": ["NL", "CH"]}, "reserve", "case/1", (1,)),
        Condition("customs-office", {"offices": ["CNSHA"]}, "post", "case/1"),
        Condition("codes-on-packages", {}, "reserve", "case/1"),
        Condition("assay-per-lot", {}, "reserve", "case/1"),
        Condition("judged-by", {"judge": "o-1"}, "manual", "case/1"),
        Condition("report-arrival", {"days": 30}, "report", "cn/duir-2024/18-1"),
        Condition("report-installation", {"days": 90}, "report", "cn/duir-2024/18-1"),
        Condition("tolerance", {"gross": 2 * 10**6}, "post", "house/drawdown"),
    )
    terms = granted(conditions=conditions).terms
    texts = licence_codes(terms, ISSUED, ISSUER)
    assert licence_paper(terms, "x", texts, sd_jwt(), PRINTING).pdf
    from lodemark.licence.conditions import CODES
    from lodemark.licence.paper.words import condition_text

    assert {condition.code for condition in conditions} == set(CODES)
    shown = [sentence for condition in conditions for sentence in condition_text(condition)]
    assert not any("not known" in sentence or "不明" in sentence for sentence in shown)


def test_many_lines_are_printed_with_one_code_per_page() -> None:
    lines = tuple(
        DecidedLine(replace(LINE, no=n, end_user=hashlib.sha256(bytes([n])).hexdigest()), "granted") for n in range(1, 9)
    )
    terms = granted(lines=lines).terms
    texts = licence_codes(terms, ISSUED, ISSUER)
    assert len(texts) > 1 and licence_paper(terms, "x", texts, sd_jwt(), PRINTING).pdf


def test_a_photographed_code_is_read() -> None:
    import io

    import zxingcpp
    from PIL import Image

    image = Image.fromarray(zxingcpp.create_barcode(LINK, zxingcpp.BarcodeFormat.DataMatrix).to_image(scale=4))
    for kind in ("PNG", "JPEG", "TIFF"):
        out = io.BytesIO()
        image.save(out, kind)
        assert read_image(out.getvalue()) == (LINK,)
    assert matrix_symbol(LINK).text == LINK


def test_the_bundled_font_is_the_one_in_the_manifest() -> None:
    listed = tomllib.loads((FONTS / "MANIFEST.toml").read_text(encoding="utf-8"))["font"]
    assert {font["file"] for font in listed} == {file.name for file in FONTS.glob("*.otf")}
    for font in listed:
        data = (FONTS / font["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == font["sha256"] and len(data) < 2_000_000
        assert (FONTS / font["licence_file"]).is_file()


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", b"stream\nendstream" * 10_000, b"%PDF stream\n" + b"x" * 10_000 + b"\nendstream"]
)
def test_a_pdf_without_a_licence_gives_nothing(data: bytes) -> None:
    assert attached(data) == ()
