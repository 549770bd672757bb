"""The limits this reader announces (discovery headers say them too). A document of exactly the limit is accepted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of one document, events of one call, depth of nesting."""

    document_bytes: int = 32 * 1024 * 1024
    events: int = 5_000
    depth: int = 64


LIMITS = Limits()
