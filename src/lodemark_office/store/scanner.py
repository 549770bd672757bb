"""The malware scanner: ClamAV's daemon, asked over its INSTREAM command (clamd(8)). No verdict is ever guessed.

``LODEMARK_SCANNER`` is ``clamd://host:port`` or ``clamd:///path/of/socket``; empty: no scanner, every file stays received.
"""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.utils import timezone

from lodemark_office.acts.scanning import Scan, Verdict, unscanned

CHUNK = 1024 * 1024
SECONDS = 20
OLDEST = timedelta(days=7)
"""Signatures older than this know nothing of this week: their "OK" is no verdict."""
_REPLY = re.compile(r"stream: (?:(?P<name>.+) FOUND|(?P<ok>OK))\0?")
_VERSION = re.compile(r"(?P<engine>[^/]+)/(?P<number>\d+)/(?P<made>[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d \d{4})\0?")


def scanner(address: str) -> Scan:
    """The scan at an address of the settings."""
    if not address:
        return unscanned
    parts = urlsplit(address)

    def connect() -> socket.socket:
        if parts.hostname:
            return socket.create_connection((parts.hostname, parts.port or 3310), SECONDS)
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(SECONDS)
        line.connect(parts.path)
        return line

    return lambda data: _scan(connect, data)


def _scan(connect: Callable[[], socket.socket], data: bytes) -> Verdict:
    try:
        engine = _ask(connect, b"zVERSION\0")
        reply = _REPLY.fullmatch(_ask(connect, b"zINSTREAM\0", data))
    except (OSError, UnicodeDecodeError):
        return Verdict("received", "scan-busy")
    if reply is None:
        return Verdict("received", "scan-busy")
    if reply["name"]:
        # Old signatures that find something have found it all the same.
        return Verdict("infected", "scan-found", {"name": reply["name"][:100]}, engine.rstrip("\0")[:200])
    version = _VERSION.fullmatch(engine)
    made = datetime.strptime(version["made"], "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC) if version else None
    if made is None or timezone.now() - made > OLDEST:
        return Verdict("received", "scan-outdated", {"day": made.date().isoformat() if made else "?"})
    return Verdict("clean", "", {}, engine.rstrip("\0")[:200])


def _ask(connect: Callable[[], socket.socket], command: bytes, data: bytes | None = None) -> str:
    with closing(connect()) as line:
        line.sendall(command)
        if data is not None:
            for at in range(0, len(data), CHUNK):
                piece = data[at : at + CHUNK]
                line.sendall(struct.pack(">I", len(piece)) + piece)
            line.sendall(struct.pack(">I", 0))
        reply = b""
        while not reply.endswith(b"\0") and len(reply) < 4096 and (more := line.recv(4096)):
            reply += more
        return reply.decode("utf-8")
