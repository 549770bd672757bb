"""Keys for machines: made once, shown once, kept as SHA-256. A key wears one hat of one person."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date

from lodemark_office.store.models import ApiKey, Membership

PREFIX = "ldm_"
ALL = "*"


def issue(hat: Membership, name: str, scopes: Sequence[str] = (ALL,), until: date | None = None) -> str:
    """Make a key and return its text, which is stored nowhere."""
    text = PREFIX + secrets.token_urlsafe(32)
    ApiKey(digest=_digest(text), hat=hat, name=name, scopes=list(scopes), until=until).save(force_insert=True)
    return text


def find(text: str, on: date) -> ApiKey | None:
    """The key with this text, if it and its hat hold on that day."""
    row = ApiKey.objects.select_related("hat__account", "hat__party").filter(digest=_digest(text)).first()
    if row is None or not row.hat.account.is_active or on >= (row.until or date.max):
        return None
    return row if (row.hat.since or date.min) <= on < (row.hat.until or date.max) else None


def opens(key: ApiKey, area: str, reading: bool) -> bool:
    """Whether the scopes of a key reach an area: the first step of the path behind the door."""
    return bool({ALL, area, f"{area}:read" if reading else area} & set(key.scopes))


def _digest(text: str) -> str:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(text.encode()).hexdigest()
