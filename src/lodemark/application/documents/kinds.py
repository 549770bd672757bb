"""The kinds of file that are taken: by the first bytes, then by structure. A name or a stated type decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lodemark.application.documents.pdf import check_pdf
from lodemark.application.documents.pictures import PNG, check_jpeg, check_png, check_tiff
from lodemark.application.documents.trouble import FileRejected
from lodemark.application.documents.workbook import check_workbook
from lodemark.application.documents.written import check_csv, check_json, check_xml

MOST_BYTES: Final = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its code, the media type it is served as, the ending it gets when it leaves."""

    code: str
    media: str
    ending: str


KINDS: Final = {
    kind.code: kind
    for kind in (
        Kind("pdf", "application/pdf", "pdf"),
        Kind("png", "image/png", "png"),
        Kind("jpeg", "image/jpeg", "jpg"),
        Kind("tiff", "image/tiff", "tif"),
        Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        Kind("json", "application/json", "json"),
        Kind("xml", "application/xml", "xml"),
        Kind("csv", "text/csv", "csv"),
    )
}
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_BEGINS: Final[tuple[tuple[tuple[bytes, ...], str, Callable[[bytes], None]], ...]] = (
    ((b"%PDF-",), "pdf", check_pdf),
    ((PNG,), "png", check_png),
    ((b"\xff\xd8\xff",), "jpeg", check_jpeg),
    ((b"II*\0", b"MM\0*"), "tiff", check_tiff),
    ((b"PK\x03\x04",), "xlsx", check_workbook),
    ((b"{", b"["), "json", check_json),
    ((b"<",), "xml", check_xml),
    ((b"",), "csv", check_csv),
)
"""First bytes -> kind and its check, the first that fits; a text without marks of its own is CSV or nothing."""


def kind_of(data: bytes) -> Kind:
    """What a file is; raises ``FileRejected`` with the cause when it is nothing that is taken."""
    if not data:
        raise FileRejected("file-empty")
    if len(data) > MOST_BYTES:
        raise FileRejected("file-large", bytes=len(data), most=MOST_BYTES)
    if data.startswith(_OLE):
        # A workbook with a password is kept in this older container, and so is every old macro format.
        raise FileRejected("file-old-container")
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    for begins, code, check in _BEGINS:
        if data.startswith(begins) or (code in ("json", "xml") and text.startswith(begins)):
            try:
                check(data)
            except FileRejected as error:
                raise FileRejected(error.reason.code, **{"allowed": sorted(KINDS), **error.facts}) from None
            return KINDS[code]
    raise AssertionError("the last row takes everything")
