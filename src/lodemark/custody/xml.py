"""XML in."""

from __future__ import annotations

from lodemark.custody.limit import Limits
from lodemark.custody.model import Document


def read_xml(data: bytes, *, lenient: bool, limits: Limits) -> Document:
    """Read EPCIS XML."""
    raise NotImplementedError
