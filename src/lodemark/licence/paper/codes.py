"""Symbols on paper, and reading them back from the rendered page before anything goes out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import segno
import zxingcpp
from PIL import Image

MODULE_MM: Final = 0.5
LARGEST_PIXELS: Final = 40_000_000
READ: Final = (zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol as SVG with its printed width; ``text`` is what a reader must get back."""

    text: str
    svg: str
    width_mm: float


def qr_symbol(text: str, largest_version: int) -> Symbol:
    """A QR symbol, level M, 0.5 mm modules; more than ``largest_version`` is our mistake (sizes are checked before)."""
    symbol = segno.make(text, error="m", boost_error=False, micro=False)
    assert isinstance(symbol.version, int) and symbol.version <= largest_version, symbol.version
    out = io.BytesIO()
    symbol.save(out, kind="svg", border=4, xmldecl=False)
    return Symbol(text, out.getvalue().decode(), symbol.symbol_size(border=4)[0] * MODULE_MM)


def matrix_symbol(digital_link: str) -> Symbol:
    """A DataMatrix ECC 200 with a GS1 Digital Link, for drums and boxes."""
    svg = zxingcpp.create_barcode(digital_link, zxingcpp.BarcodeFormat.DataMatrix).to_svg()
    width = re.search(r'<svg width="(\d+)"', svg)
    assert width, "an SVG without a width"
    return Symbol(digital_link, svg[svg.index("<svg") :], int(width[1]) * MODULE_MM)


def read_image(data: bytes) -> tuple[str, ...]:
    """The texts of all QR and DataMatrix symbols in a picture (PNG, JPEG or TIFF of at most 40 megapixels)."""
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF")) as picture:
        if picture.width * picture.height > LARGEST_PIXELS:
            return ()
        grey = picture.convert("L")
    return tuple(found.text for found in zxingcpp.read_barcodes(grey) if found.format in READ)


def not_read_back(pages: Iterable[bytes], symbols: Iterable[Symbol]) -> tuple[str, ...]:
    """The texts that no rendered page gives back."""
    found = {text for page in pages for text in read_image(page)}
    return tuple(symbol.text for symbol in symbols if symbol.text not in found)
