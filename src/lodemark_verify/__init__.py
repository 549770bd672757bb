"""``lodemark-verify``: a second implementation that checks bundles offline with the standard library alone.

It shares no code with ``lodemark``, so a fault there shows here. Keys are given as ``name+id+key`` texts, as the office
publishes them; a bundle's own keys are never trusted.
"""

from __future__ import annotations

import argparse
import base64
import sys
from pathlib import Path

from lodemark_verify.bundle import check

__all__ = ["check", "main"]


def main() -> None:
    """``lodemark-verify --key KEY BUNDLE...``; exit code 0 whole, 1 tampering found, 3 unusable input."""
    parser = argparse.ArgumentParser(prog="lodemark-verify", description="Check a bundle offline. 离线核验卷宗包。")
    parser.add_argument("bundle", nargs="+", type=Path)
    parser.add_argument("--key", action="append", required=True, help="a key you trust, as name+id+key")
    options = parser.parse_args()
    try:
        keys = dict(_key(text) for text in options.key)
    except ValueError as error:
        print(f"A key cannot be read: {error} · 密钥无法读取", file=sys.stderr)
        sys.exit(3)
    found = [line for path in options.bundle for line in check(path, keys)]
    for line in found:
        print(line)
    if not found:
        print("Whole: every chain, proof and signature holds. · 完整：全部链、证明和签名均成立。")
    sys.exit(1 if found else 0)


def _key(text: str) -> tuple[str, bytes]:
    name, _, encoded = text.split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    if raw[:1] != b"\x01" or len(raw) != 33:
        raise ValueError(f"{name} is no Ed25519 key")
    return name, raw[1:]
