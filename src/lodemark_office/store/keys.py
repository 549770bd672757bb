"""The office's private keys: files of mode 0600 in the data folder, never the database."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings


def signing_key(name: str = "log") -> Ed25519PrivateKey:
    """The office's private key of that name: a file of mode 0600 in the data folder, never the database."""
    file: Path = settings.OFFICE.data_dir / "keys" / f"{name}.ed25519"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        made = Ed25519PrivateKey.generate().private_bytes_raw()
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass  # another process was first: its key counts
        else:
            with os.fdopen(descriptor, "wb") as out:
                out.write(made)
    return Ed25519PrivateKey.from_private_bytes(file.read_bytes())
