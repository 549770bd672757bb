"""One door for documents: look at the bytes, not at the file name."""

from __future__ import annotations

from lodemark.custody.jsonld import read_json
from lodemark.custody.limit import LIMITS, Limits
from lodemark.custody.model import Document
from lodemark.custody.trouble import ReadError
from lodemark.custody.xml import read_xml


def read(data: bytes, media: str | None = None, lenient: bool = False, limits: Limits = LIMITS) -> Document:
    """Read an EPCIS document: JSON-LD 2.0, XML 2.0 or XML 1.2. Raises ``ReadError``.

    ``media`` is the sender's content type; without it the first character decides. ``lenient`` accepts XML elements in
    any order and says so in the report.
    """
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    kind = (media or "").split(";")[0].strip().lower()
    if kind.endswith("xml") or (not kind and start[:1] == b"<"):
        return read_xml(data, lenient=lenient, limits=limits)
    if not kind or kind.endswith("json"):
        return read_json(data, limits)
    raise ReadError("media-unknown", media=kind)
