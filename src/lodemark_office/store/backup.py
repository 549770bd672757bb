"""Backup while running, and restore into an empty place with an audit; a restored log may be behind, never forked."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import orjson
from django.conf import settings
from django.db import connection
from django.utils import timezone

from lodemark import Error
from lodemark_office.store import files as kept
from lodemark_office.store import models

MANIFEST = "manifest.json"
DOCUMENTS = "documents"


class BackupFailed(Error):
    """A backup that could not be written or read; what was there before is untouched."""

    code = "backup-failed"
    kind = "storage"


def backup(folder: Path) -> dict[str, str]:
    """Write database, keys excluded, and the last checkpoint; every file stands in the manifest with its SHA-256."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BackupFailed(why="not-empty", folder=folder.name)
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(folder / "office.sqlite3") as target:
            connection.connection.backup(target)
    else:
        _postgres(["pg_dump", "-Fc", "-f", str(folder / "office.dump")])
    last = models.SignedCheckpoint.objects.order_by("-size").first()
    (folder / "checkpoint").write_text(last.note if last else "", encoding="utf-8")
    copy_files(kept.folder(), folder / DOCUMENTS)
    written = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in written}
    about = {"files": files, "engine": connection.vendor, "made_at": timezone.now().isoformat()}
    (folder / MANIFEST).write_bytes(orjson.dumps(about, option=orjson.OPT_INDENT_2))
    return files


def restore(folder: Path) -> None:
    """Put a backup into an office that holds nothing yet; a file that is not what the manifest says stops it."""
    try:
        about = orjson.loads((folder / MANIFEST).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        raise BackupFailed(why="no-manifest", folder=folder.name) from None
    for name, digest in about["files"].items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            raise BackupFailed(why="altered", folder=name)
    if about["engine"] != connection.vendor:
        raise BackupFailed(why="other-engine", folder=about["engine"])
    if connection.vendor == "sqlite":
        target = Path(settings.DATABASES["default"]["NAME"])
        if target.exists() and _holds_records():
            raise BackupFailed(why="not-empty", folder=target.name)
        connection.close()
        for old in (target, Path(f"{target}-wal"), Path(f"{target}-shm")):
            old.unlink(missing_ok=True)
        shutil.copyfile(folder / "office.sqlite3", target)
    else:
        if _holds_records():
            raise BackupFailed(why="not-empty", folder=settings.DATABASES["default"]["NAME"])
        _postgres(
            [
                "pg_restore",
                "--clean",
                "--if-exists",
                "--no-owner",
                "-d",
                settings.DATABASES["default"]["NAME"],
                str(folder / "office.dump"),
            ]
        )
    copy_files(folder / DOCUMENTS, kept.folder())


def copy_files(source: Path, target: Path) -> None:
    """The files handed in, each under its digest, those locked away included; what is half written is left behind."""
    for path in kept.every(source):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(path, place)


def _holds_records() -> bool:
    return "store_ledgerrecord" in connection.introspection.table_names() and models.LedgerRecord.objects.exists()


def _postgres(command: list[str]) -> None:
    database = settings.DATABASES["default"]
    environment = {
        **os.environ,
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": database["NAME"],
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own words, no shell
    if done.returncode:
        raise BackupFailed(why=done.stderr.strip()[:300], folder=command[0])
