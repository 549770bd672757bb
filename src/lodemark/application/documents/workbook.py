"""Whether an Office Open XML workbook is only cells: no macros, no links to elsewhere, nothing embedded, no lock."""

from __future__ import annotations

from typing import Final

from lodemark.application.documents.archive import Archive, open_archive
from lodemark.application.documents.trouble import FileRejected
from lodemark.application.documents.written import parse_markup, refuse_declarations

TYPES: Final = "[Content_Types].xml"
BOOK: Final = "xl/workbook.xml"
_ACTIVE: Final = (
    "vbaproject",
    "macrosheet",
    "activex",
    "externallink",
    "embeddings/",
    "oleobject",
    "customui",
    "connections.xml",
)


def check_workbook(data: bytes) -> None:
    """Raises ``FileRejected``; every part is unpacked once, so that what it states about its size is proved."""
    archive = open_workbook(data)
    for name in archive.names:
        part = archive.read(name)
        if name.lower().endswith((".xml", ".rels")):
            refuse_declarations(part)


def open_workbook(data: bytes) -> Archive:
    """The archive of a workbook that holds nothing but cells and their looks."""
    archive = open_archive(data)
    if TYPES not in archive.names or BOOK not in archive.names:
        raise FileRejected()
    types = [str(part.get("ContentType", "")).lower() for part in parse_markup(archive.read(TYPES))]
    found = sorted(name for name in archive.names if any(mark in name.lower() for mark in _ACTIVE))
    if found or any("macroenabled" in kind or "vbaproject" in kind for kind in types):
        raise FileRejected("file-workbook-active", parts=found or [TYPES])
    return archive
