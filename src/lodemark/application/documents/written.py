"""Whether a text is what it says: JSON without repeated names, XML that declares nothing, CSV in a known encoding."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from typing import Any, Final

from lxml import etree

from lodemark.application.documents.trouble import FileRejected

MOST_DEPTH: Final = 64
MOST_NODES: Final = 200_000
MOST_MARKUP: Final = 10 * 1024 * 1024
MOST_ROWS: Final = 1_000_000
MOST_FIELD: Final = 32 * 1024
DELIMITERS: Final = ",;\t|"
ENCODINGS: Final = ("utf-8-sig", "gb18030")
_DECLARED: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)|<\?xml-stylesheet", re.IGNORECASE)
_ENCODING: Final = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']""")
_ACTIVE: Final = frozenset({"http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"})


def check_json(data: bytes) -> None:
    """One value, no name twice, no NaN, bounded depth and size."""
    if len(data) > MOST_MARKUP:
        raise FileRejected("file-large", bytes=len(data), most=MOST_MARKUP)
    try:
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_never)
    except (ValueError, RecursionError):
        raise FileRejected("file-structure", kind="JSON") from None
    nodes, work = 0, [(value, 1)]
    while work:
        one, depth = work.pop()
        nodes += 1
        if depth > MOST_DEPTH or nodes > MOST_NODES:
            raise FileRejected("file-structure", kind="JSON")
        below: Sequence[Any] = list(one.values()) if isinstance(one, dict) else one if isinstance(one, list) else ()
        work += [(each, depth + 1) for each in below]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _never(constant: str) -> Any:
    raise ValueError(constant)


def check_xml(data: bytes) -> None:
    """Well-formed UTF-8 without DTD or entities; a page or a drawing that a browser would run is no evidence."""
    root = parse_markup(data)
    if any(space in _ACTIVE for space in root.nsmap.values()) or etree.QName(root).localname.lower() in ("html", "svg"):
        raise FileRejected("file-markup-active")


def parse_markup(data: bytes) -> Any:
    """The root of a hardened parse."""
    refuse_declarations(data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise FileRejected("file-structure", kind="XML") from None


def refuse_declarations(data: bytes) -> None:
    """What a DTD declares is refused before it could be expanded or fetched; so is what another encoding could hide."""
    declared = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    other = declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")
    if other or data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data:
        raise FileRejected("file-structure", kind="XML")
    if len(data) > MOST_MARKUP * 5:
        raise FileRejected("file-large", bytes=len(data), most=MOST_MARKUP * 5)
    if _DECLARED.search(data):
        raise FileRejected("file-markup-declares")


def check_csv(data: bytes) -> None:
    """Rows of at least two fields in a known encoding."""
    rows = read_csv(data)
    if not rows or len(rows[0]) < 2:
        raise FileRejected()


def read_csv(data: bytes) -> list[list[str]]:
    """The rows of a CSV text, empty ones included; the delimiter is the one its first line uses most."""
    text = decoded(data)
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    found: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            found.append(row)
            if len(found) > MOST_ROWS or any(len(field) > MOST_FIELD for field in row):
                raise FileRejected("file-structure", kind="CSV")
    except csv.Error:
        raise FileRejected("file-structure", kind="CSV") from None
    return found


def decoded(data: bytes) -> str:
    """The text; raises ``FileRejected`` for what is no text in a known encoding."""
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(ord(mark) < 32 and mark not in "\t\r\n" for mark in text):
            return text
    raise FileRejected()
