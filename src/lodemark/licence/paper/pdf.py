"""The SD-JWT inside a PDF. Only streams are read: nothing in the file is executed, followed or trusted."""

from __future__ import annotations

import re
import zlib
from typing import Final

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_SD_JWT = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+~[A-Za-z0-9_~.-]*")
LARGEST_STREAM: Final = 64 * 1024
MOST_STREAMS: Final = 2000


def attached(pdf: bytes) -> tuple[str, ...]:
    """The SD-JWTs attached to a PDF: streams that, inflated to at most 64 kB, are one SD-JWT and nothing else."""
    found = []
    for place, stream in enumerate(_STREAM.finditer(pdf)):
        if place >= MOST_STREAMS:
            break
        for data in (stream[1], _inflated(stream[1])):
            if _SD_JWT.fullmatch(data):
                found.append(data.decode("ascii"))
    return tuple(found)


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, LARGEST_STREAM)
    except zlib.error:
        return b""
