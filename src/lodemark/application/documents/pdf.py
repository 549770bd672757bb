"""Whether a PDF is whole and only paper: no code, no commands to the reader's machine, no lock, no file inside.

Only names count here (ISO 32000-1, 12.6.4: actions). A name may be written with ``#4A`` for any of its letters (7.3.5),
and objects may lie in compressed object streams (7.5.7), so both are undone before looking.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

from lodemark.application.documents.trouble import FileRejected

ACTIVE: Final = frozenset(
    {
        b"JavaScript",
        b"Launch",
        b"Rendition",
        b"RichMedia",
        b"SubmitForm",
        b"ImportData",
        b"EmbeddedFile",
        b"EmbeddedFiles",
        b"XFA",
    }
    | {b"GoToE", b"GoToR"}
)
"""Names of actions and contents that run something, send something, or open another file."""
MOST_INFLATED: Final = 50 * 1024 * 1024
_HEAD: Final = re.compile(rb"%PDF-[12]\.\d")
_NAME: Final = re.compile(rb"/([A-Za-z#][A-Za-z0-9#]{2,80})")
_HEX: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM: Final = re.compile(rb"(?<!end)stream\r?\n")
_DICTIONARY: Final = 2_000


def check_pdf(data: bytes) -> None:
    """Raises ``FileRejected``; a PDF that begins late or goes on behind its end may be two files in one."""
    if not _HEAD.match(data) or b"startxref" not in data[-2_048:] or b"%%EOF" not in data[-64:]:
        raise FileRejected("file-structure", kind="PDF")
    for text in (data, *_object_streams(data)):
        names = set(_names(text))
        if b"Encrypt" in names:
            raise FileRejected("file-encrypted")
        if found := names & ACTIVE:
            raise FileRejected("file-pdf-active", names=sorted(name.decode("ascii", "replace") for name in found))


def _names(text: bytes) -> Iterator[bytes]:
    for found in _NAME.finditer(text):
        yield _plain(found[1])


def _plain(name: bytes) -> bytes:
    return _HEX.sub(lambda pair: bytes([int(pair[1], 16)]), name) if b"#" in name else name


def _object_streams(data: bytes) -> Iterator[bytes]:
    """The contents of all object streams; one that is packed in a way we do not read cannot be looked into."""
    total = 0
    for found in _STREAM.finditer(data):
        head = data[max(0, found.start() - _DICTIONARY) : found.start()].rpartition(b" obj")[2]
        names = set(_names(head))
        if b"ObjStm" not in names:
            continue
        if {name for name in names if name.endswith(b"Decode")} - {b"FlateDecode"}:
            raise FileRejected("file-structure", kind="PDF")
        body = data[found.end() :]
        if b"FlateDecode" in names:
            try:
                body = zlib.decompressobj().decompress(body, MOST_INFLATED - total + 1)
            except zlib.error:
                raise FileRejected("file-structure", kind="PDF") from None
        else:
            body = body.partition(b"endstream")[0]
        total += len(body)
        if total > MOST_INFLATED:
            raise FileRejected("file-archive-bomb", unpacked=total, most=MOST_INFLATED, ratio=0)
        yield body
