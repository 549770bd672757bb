"""Page tokens: a cursor sealed with HMAC, so that it serves one query of one viewer for a while and tells nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta

from lodemark.custody.query.run import Cursor
from lodemark.custody.trouble import QueryError
from lodemark.custody.value import microseconds

LIFETIME = timedelta(hours=1)


def seal(cursor: Cursor, query_digest: str, viewer: str, key: bytes, now: datetime) -> tuple[str, datetime]:
    """(token, when it expires). ``key`` is the office's; the token is opaque to its bearer."""
    expires = now + LIFETIME
    told = [query_digest, viewer, cursor.value, cursor.seq, cursor.newest, cursor.given, microseconds(expires)]
    body = json.dumps(told, separators=(",", ":")).encode()
    tag = hmac.digest(key, b"lodemark/page/1" + body, hashlib.sha256)[:16]
    return base64.urlsafe_b64encode(tag + body).decode().rstrip("="), expires


def unseal(token: str, query_digest: str, viewer: str, key: bytes, now: datetime) -> Cursor:
    """The cursor of a token; ``QueryError("page-token")`` for another query, another viewer, a changed or expired one."""
    try:
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        tag, body = data[:16], data[16:]
        right = hmac.digest(key, b"lodemark/page/1" + body, hashlib.sha256)[:16]
        if not hmac.compare_digest(tag, right):
            raise ValueError
        digest, who, value, seq, newest, given, expires = json.loads(body)
    except ValueError:
        raise QueryError("page-token") from None
    if digest != query_digest or who != viewer or microseconds(now) >= expires:
        raise QueryError("page-token")
    return Cursor(value, seq, newest, given)
