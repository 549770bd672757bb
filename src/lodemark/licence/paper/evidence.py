"""From whatever somebody hands in (a PDF, a picture, a text) to the credentials in it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Final

from PIL import Image, UnidentifiedImageError

from lodemark.licence.credential.qr import PREFIX
from lodemark.licence.credential.trouble import BadCredential
from lodemark.licence.paper.codes import read_image
from lodemark.licence.paper.pdf import attached

PICTURES: Final[Mapping[bytes, str]] = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
}
LARGEST: Final = 50 * 1024 * 1024


def credentials_in(data: bytes, name: str = "-") -> tuple[str, ...]:
    """The credentials in a file, by its content and not its name; raises ``BadCredential`` when there is none."""
    if len(data) > LARGEST:
        raise BadCredential("credential-too-large", size=len(data), most=LARGEST)
    found: tuple[str, ...]
    if data.startswith(b"%PDF"):
        found = attached(data)
    elif any(data.startswith(magic) for magic in PICTURES):
        found = tuple(text for text in _symbols(data) if text.startswith(PREFIX))
    else:
        try:
            text = data.decode("ascii").strip()
        except UnicodeDecodeError:
            text = ""
        found = (text,) if text else ()
    if not found:
        raise BadCredential("evidence-none", file=name)
    return found


def _symbols(data: bytes) -> tuple[str, ...]:
    try:
        with warnings.catch_warnings(action="ignore"):  # what is damaged is told by finding no code in it
            return read_image(data)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return ()
