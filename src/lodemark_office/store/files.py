"""The bytes of files handed in: in the data folder, each under its SHA-256 and under no name that anybody sent."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from lodemark import Error
from lodemark_office.acts.store import UnknownDossier

LEAST_FREE = 1024**3
_DIGEST = re.compile(r"[0-9a-f]{64}")


class NoSpace(Error):
    """Taking the file would leave the office without room for its records."""

    code = "file-space"
    kind = "storage"


def keep(data: bytes) -> str:
    """Write once, wholly or not at all; the digest is the name."""
    name = hashlib.sha256(data).hexdigest()
    place = _place(name)
    if place.exists() or _locked_away(name).exists():
        return name
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if shutil.disk_usage(place.parent).free - len(data) < LEAST_FREE:
        raise NoSpace()
    handle, draft = tempfile.mkstemp(dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(place)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise NoSpace() from None
    return name


def read(name: str) -> bytes:
    """The bytes under a digest; one that is not here, or was locked away, raises ``UnknownDossier``."""
    try:
        return _place(name).read_bytes()
    except OSError:
        raise UnknownDossier(dossier=name) from None


def lock_away(name: str) -> None:
    """Move an infected file where no page reads; it stays what it was, as evidence of what was sent."""
    target = _locked_away(name)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if _place(name).exists():
        _place(name).replace(target)


def every(where: Path | None = None) -> Iterator[Path]:
    """All files of the office, or of a copy of its folder, those locked away included."""
    return (path for path in sorted((where or folder()).glob("*/*")) if _DIGEST.fullmatch(path.name))


def folder() -> Path:
    """Where they lie."""
    return settings.OFFICE.data_dir / "documents"


def _place(name: str) -> Path:
    if not _DIGEST.fullmatch(name):
        raise UnknownDossier(dossier=name)
    return folder() / name[:2] / name


def _locked_away(name: str) -> Path:
    return folder() / "locked-away" / name
