"""The one place that calls a stranger's server: a signed message to an address that was looked at first.

The name is resolved here and the connection goes to the very address that was checked; TLS still proves the name. Redirects
are not followed, or the second host would be one that nobody checked.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from lodemark.custody.destination import check_dest, host_of

PATIENCE_SECONDS = 10.0
FINE = range(200, 300)


class _Pinned(http.client.HTTPSConnection):
    """An https connection to a known address that proves the name it was asked for."""

    def __init__(self, host: str, port: int, address: str) -> None:
        self._context = ssl.create_default_context()
        super().__init__(host, port, timeout=PATIENCE_SECONDS, context=self._context)
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), PATIENCE_SECONDS)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)


def addresses_of(host: str, port: int = 443) -> list[str]:
    """Every address a name has; none when it has none or cannot be asked."""
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError:
        return []


def looked_at(dest: str, allowed: Collection[str]) -> list[str]:
    """The addresses of a destination, all of them allowed. Raises ``SubscriptionError``."""
    found = addresses_of(host_of(dest), urlsplit(dest).port or 443)
    check_dest(dest, found, allowed)
    return found


def post(dest: str, body: bytes, headers: Mapping[str, str], allowed: Collection[str]) -> bool:
    """Send one message; ``True`` only for an answer of 2xx. Raises ``SubscriptionError`` where the address turned inward."""
    found = looked_at(dest, allowed)
    parts = urlsplit(dest)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    for address in found:
        connection = _Pinned(host_of(dest), parts.port or 443, address)
        try:
            connection.connect()
        except OSError:
            continue  # a name may have addresses that only some networks reach
        try:
            connection.request("POST", target, body, dict(headers))
            return connection.getresponse().status in FINE
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
    return False
