"""Labels: QR (Digital Link) and GS1 DataMatrix as SVG, sheets for the printer, and reading what a scanner hands over.

Every symbol is decoded again before it is handed out; one that does not read back raises ``LabelError``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import segno
import typst
import zxingcpp
from numpy.typing import NDArray

from lodemark.custody.identifier import Key, parse
from lodemark.trouble import Error

_MODULE_MM = 0.5
_QUIET = 4


class LabelError(Error):
    """A symbol that does not say what it should, or an image without one."""

    code: ClassVar[str] = "label-mismatch"


@dataclass(frozen=True, slots=True)
class Label:
    """One label: the link or identifier, and the lines a person reads below it."""

    link: str
    lines: tuple[str, ...] = ()


def label(link: str, kind: str = "qr") -> str:
    """An SVG symbol of a Digital Link (``qr``) or of the same identifier as element string (``datamatrix``)."""
    assert kind in ("qr", "datamatrix"), kind
    matrix = _modules(link, kind)
    wanted = link if kind == "qr" else element_string(parse(link))
    found = read_image(_picture(matrix))
    if found != wanted:
        raise LabelError(text=wanted, read=found)
    return _svg(matrix)


def element_string(key: Key) -> str:
    """``(01)…(10)…``: the text GS1 prints under a symbol."""
    tail = f"({key.qualifier[0]}){key.qualifier[1]}" if key.qualifier else ""
    return f"({key.ai}){key.value}{tail}"


def read_image(picture: NDArray[np.uint8]) -> str | None:
    """The text of the first symbol in a grey picture [height, width], None when there is none."""
    found = zxingcpp.read_barcodes(picture)
    return str(found[0].text) if found else None


def read_scan(text: str) -> Key:
    """What a scanner hands over: a link, an element string, or a GS1 scan with or without FNC1."""
    return parse(text.strip())


def _modules(link: str, kind: str) -> NDArray[np.bool_]:
    if kind == "qr":
        rows = segno.make(link, error="m", micro=False).matrix
        return np.array([[bool(cell) for cell in row] for row in rows], np.bool_)
    code = zxingcpp.create_barcode(element_string(parse(link)), zxingcpp.BarcodeFormat.DataMatrix, gs1=True)
    return np.asarray(np.array(code.to_image(scale=1, add_quiet_zones=False)) == 0, np.bool_)


def _picture(matrix: NDArray[np.bool_], scale: int = 4) -> NDArray[np.uint8]:
    """The symbol as a printer would show it, dark on light, with its quiet zone."""
    quiet = np.pad(matrix, _QUIET)
    return np.kron(np.where(quiet, 0, 255), np.ones((scale, scale))).astype(np.uint8)


def _path(matrix: NDArray[np.bool_]) -> str:
    """One path of horizontal runs: small files, no seams between modules."""
    parts = []
    for y, row in enumerate(matrix):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(np.int8), [0]))))
        parts += [f"M{start} {y}h{end - start}v1h-{end - start}z" for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return "".join(parts)


def _svg(matrix: NDArray[np.bool_]) -> str:
    height, width = matrix.shape
    size = f'width="{(width + 2 * _QUIET) * _MODULE_MM}mm" height="{(height + 2 * _QUIET) * _MODULE_MM}mm"'
    box = f"{-_QUIET} {-_QUIET} {width + 2 * _QUIET} {height + 2 * _QUIET}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="{box}">'
        f'<rect x="{-_QUIET}" y="{-_QUIET}" width="100%" height="100%" fill="#fff"/><path d="{_path(matrix)}"/></svg>'
    )


def sheet(labels: Sequence[Label], kind: str = "qr", columns: int = 3) -> str:
    """Labels on one A4 sheet as SVG, human-readable lines below each; each symbol is read back first."""
    cell_w, cell_h = 190 / columns, 60.0
    parts = []
    for place, one in enumerate(labels):
        label(one.link, kind)
        matrix = _modules(one.link, kind)
        x, y = 10 + (place % columns) * cell_w, 10 + (place // columns) * cell_h
        scale = min((cell_w - 8) / matrix.shape[1], 38 / matrix.shape[0], 1.0)
        parts.append(f'<g transform="translate({x:.2f} {y:.2f}) scale({scale:.4f})"><path d="{_path(matrix)}"/></g>')
        told = (element_string(parse(one.link)), *one.lines)
        for line, text in enumerate(told):
            parts.append(f'<text x="{x:.2f}" y="{y + 43 + 4 * line:.2f}" font-size="3">{escape(text)}</text>')
    height = 20 + cell_h * -(-len(labels) // columns)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="{height}mm" viewBox="0 0 210 {height}" '
        f"font-family={quoteattr('Noto Sans, Noto Sans CJK SC, sans-serif')}>{''.join(parts)}</svg>"
    )


def sheet_pdf(labels: Sequence[Label], kind: str = "qr", columns: int = 3, font_paths: Sequence[str] = ()) -> bytes:
    """The same sheet as PDF (typst). ``font_paths``: folders with fonts for the scripts the lines use."""
    with tempfile.TemporaryDirectory() as folder:
        cells = []
        for place, one in enumerate(labels):
            (Path(folder) / f"{place}.svg").write_text(label(one.link, kind), encoding="utf-8")
            told = ", ".join(_typst_text(text) for text in (element_string(parse(one.link)), *one.lines))
            cells.append(f'stack(spacing: 2mm, image("{place}.svg", width: 30mm), {told})')
        source = (
            '#set page(paper: "a4", margin: 10mm)\n#set text(size: 8pt)\n'
            f"#grid(columns: {columns}, gutter: 6mm, {', '.join(cells)})\n"
        )
        main = Path(folder) / "main.typ"
        main.write_text(source, encoding="utf-8")
        return bytes(typst.compile(str(main), format="pdf", font_paths=list(font_paths)))


def _typst_text(text: str) -> str:
    """A typst string: nothing in it is markup."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
