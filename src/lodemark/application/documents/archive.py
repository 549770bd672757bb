"""A ZIP archive opened with suspicion: counts, names and sizes before unpacking, and the bytes counted again while reading.

The sizes an archive states about itself are claims; a bomb lies about them. Nothing is ever written under its names.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from typing import Final

from lodemark.application.documents.trouble import FileRejected

MOST_PARTS: Final = 2_000
MOST_UNPACKED: Final = 50 * 1024 * 1024
MOST_RATIO: Final = 100
SMALL: Final = 64 * 1024
"""Below this a part may be packed as tightly as it likes: a short table of zeros is no bomb."""
_CHUNK: Final = 64 * 1024
_LOCAL_HEADER: Final = 30
_END: Final = b"PK\x05\x06"
_ENCRYPTED: Final = 0x1


class Archive:
    """An archive whose directory was found honest; ``read`` counts what really comes out, over all parts together."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(b"PK\x03\x04") or data[-22:-18] != _END:
            # Something before or behind an archive is how one file is two things to two programs.
            raise FileRejected("file-archive-unreadable")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, UnicodeDecodeError):
            raise FileRejected("file-archive-unreadable") from None
        self.parts = {part.filename: part for part in self._zip.infolist()}
        self._unpacked = 0
        self._check(len(data))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts, in the order of the archive."""
        return tuple(self.parts)

    def read(self, name: str) -> bytes:
        """The bytes of one part; raises ``FileRejected`` where more comes out than may."""
        pieces = []
        part = self.parts[name]
        got = 0
        try:
            with self._zip.open(part) as stream:
                while piece := stream.read(_CHUNK):
                    got += len(piece)
                    self._unpacked += len(piece)
                    if self._unpacked > MOST_UNPACKED or (got > SMALL and got > MOST_RATIO * part.compress_size):
                        raise FileRejected("file-archive-bomb", unpacked=self._unpacked, most=MOST_UNPACKED, ratio=MOST_RATIO)
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
            raise FileRejected("file-archive-unreadable") from None
        return b"".join(pieces)

    def _check(self, size: int) -> None:
        parts = self._zip.infolist()
        if len(parts) > MOST_PARTS:
            raise FileRejected("file-archive-parts", parts=len(parts), most=MOST_PARTS)
        if len(self.parts) != len(parts):
            raise FileRejected("file-archive-name", name="")
        end = 0
        for part in sorted(parts, key=lambda one: one.header_offset):
            if _hostile(part):
                raise FileRejected("file-archive-name", name=ascii(part.orig_filename)[1:81])
            if part.flag_bits & _ENCRYPTED or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise FileRejected("file-encrypted")
            if part.header_offset < end:  # parts that share their bytes unpack to more than any single ratio tells
                raise FileRejected("file-archive-bomb", unpacked=0, most=MOST_UNPACKED, ratio=MOST_RATIO)
            end = part.header_offset + _LOCAL_HEADER + part.compress_size
            if part.file_size > SMALL and part.file_size > MOST_RATIO * part.compress_size:
                raise FileRejected("file-archive-bomb", unpacked=part.file_size, most=MOST_UNPACKED, ratio=MOST_RATIO)
        stated = sum(part.file_size for part in parts)
        if stated > MOST_UNPACKED or end > size:
            raise FileRejected("file-archive-bomb", unpacked=stated, most=MOST_UNPACKED, ratio=MOST_RATIO)


def open_archive(data: bytes) -> Archive:
    """Open an archive; raises ``FileRejected`` before anything is unpacked."""
    return Archive(data)


def _hostile(part: zipfile.ZipInfo) -> bool:
    name = part.orig_filename
    steps = name.replace("\\", "/").split("/")
    link = stat.S_ISLNK(part.external_attr >> 16)
    return (
        link or "\0" in name or "\\" in name or ":" in name or name.startswith("/") or ".." in steps or not name.isprintable()
    )
