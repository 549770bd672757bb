"""Whether a picture is whole, of a size that can be drawn, and nothing besides: PNG, JPEG, TIFF by their own structure."""

from __future__ import annotations

import struct
from typing import Final

from lodemark.application.documents.trouble import FileRejected

MOST_PIXELS: Final = 40_000_000
PNG: Final = b"\x89PNG\r\n\x1a\n"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start-of-frame markers of JPEG (ITU T.81, table B.1)."""
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})


def check_png(data: bytes) -> None:
    """Chunk by chunk from IHDR to IEND, with nothing behind it (W3C PNG, 5.3)."""
    at, kind = len(PNG), b""
    while at + 12 <= len(data) and kind != b"IEND":
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if at == len(PNG):
            if kind != b"IHDR" or length != 13 or len(data) < at + 16:
                break
            width, height = struct.unpack(">II", data[at + 8 : at + 16])
            _drawable(width, height, "PNG")
        at += 12 + length
    if kind != b"IEND" or at != len(data):
        raise FileRejected("file-structure", kind="PNG")


def check_jpeg(data: bytes) -> None:
    """Segment by segment to the frame, and an end-of-image marker at the very end."""
    at, framed = 2, False
    while at + 4 <= len(data) and data[at] == 0xFF and not framed:
        marker = data[at + 1]
        if marker in _ALONE or marker == 0xFF:
            at += 2 if marker in _ALONE else 1
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        if marker in _FRAMES and at + 9 <= len(data):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            _drawable(width, height, "JPEG")
            framed = True
        at += 2 + length
    if not framed or data[-2:] != b"\xff\xd9":
        raise FileRejected("file-structure", kind="JPEG")


def check_tiff(data: bytes) -> None:
    """The directories one after another, each inside the file and none twice (TIFF 6.0, section 2)."""
    if len(data) < 8:
        raise FileRejected("file-structure", kind="TIFF")
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack(f"{order}I", data[4:8])
    seen: set[int] = set()
    while at:
        if at in seen or at + 2 > len(data) or len(seen) >= 1_000:
            raise FileRejected("file-structure", kind="TIFF")
        seen.add(at)
        (count,) = struct.unpack(f"{order}H", data[at : at + 2])
        end = at + 2 + 12 * count
        if count == 0 or end + 4 > len(data):
            raise FileRejected("file-structure", kind="TIFF")
        sides = [_side(data[at + 2 + 12 * n : at + 14 + 12 * n], order) for n in range(count)]
        found = dict(side for side in sides if side)
        _drawable(found.get(256, 0), found.get(257, 0), "TIFF")
        (at,) = struct.unpack(f"{order}I", data[end : end + 4])


def _side(entry: bytes, order: str) -> tuple[int, int] | None:
    """Width (256) or height (257) where this entry states one."""
    tag, form = struct.unpack(f"{order}HH", entry[:4])
    if tag not in (256, 257):
        return None
    value = struct.unpack(f"{order}H", entry[8:10]) if form == 3 else struct.unpack(f"{order}I", entry[8:12])
    return tag, int(value[0])


def _drawable(width: int, height: int, kind: str) -> None:
    if width < 1 or height < 1:
        raise FileRejected("file-structure", kind=kind)
    if width * height > MOST_PIXELS:
        raise FileRejected("file-picture-large", width=width, height=height, most=MOST_PIXELS)
