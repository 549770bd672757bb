"""Small honest files of every kind that is taken, made here so that no test needs a picture from somewhere."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import openpyxl


def pdf(body: bytes = b"", tail: bytes = b"") -> bytes:
    """One empty page; ``body`` stands among the objects, ``tail`` in the trailer."""
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
        + body
        + b"\ntrailer\n<< /Root 1 0 R "
        + tail
        + b">>\nstartxref\n0\n%%EOF\n"
    )


def object_stream(content: bytes, filter_: bytes = b"/Filter /FlateDecode ") -> bytes:
    packed = zlib.compress(content) if b"Flate" in filter_ else content
    head = b"9 0 obj\n<< /Type /ObjStm /N 1 /First 4 " + filter_ + b"/Length %d >>\nstream\n" % len(packed)
    return head + packed + b"\nendstream\nendobj\n"


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 1, height: int = 1) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"\0\0")) + _chunk(b"IEND", b"")


def jpeg(width: int = 1, height: int = 1) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return (
        b"\xff\xd8\xff\xe0\x00\x04\x00\x00\xff\xc0"
        + struct.pack(">H", len(frame) + 2)
        + frame
        + b"\xff\xda\x00\x02\x00\xff\xd9"
    )


def tiff(width: int = 1, height: int = 1) -> bytes:
    entries = struct.pack("<HHIHH", 256, 3, 1, width, 0) + struct.pack("<HHII", 257, 4, 1, height)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 2) + entries + struct.pack("<I", 0)


def xlsx(rows: list[list[object]] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows or [["a", "b"]]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


def with_part(name: str, body: bytes = b"x") -> bytes:
    """A workbook with one part more."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(xlsx())) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    return zipped({**parts, name: body})


HONEST = {
    "pdf": pdf(),
    "png": png(),
    "jpeg": jpeg(),
    "tiff": tiff(),
    "xlsx": xlsx(),
    "csv": b"line,mass\nL1,25 kg\n",
    "json": b'{"a": 1}',
    "xml": b"<?xml version='1.0'?><a/>",
}
