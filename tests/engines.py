"""The engines that the tests need beside Python: a PostgreSQL of our own in a temporary folder, and a chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin")


def chromium() -> str | None:
    """The chromium or chrome on this machine."""
    return next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)


def postgres_programs() -> Path | None:
    """The folder that holds ``initdb`` and ``pg_ctl``; the newest where there are several."""
    folders = [folder for place in PLACES for folder in Path("/").glob(place.lstrip("/"))]
    found = [folder for folder in folders if (folder / "initdb").exists() and (folder / "pg_ctl").exists()]
    if not found and (program := shutil.which("initdb")):
        found = [Path(program).resolve().parent]
    return max(found, key=lambda folder: [int(part) if part.isdigit() else 0 for part in folder.parts], default=None)


@contextmanager
def postgres(folder: Path) -> Iterator[str | None]:
    """Serve a new cluster on 127.0.0.1 and give its URL; ``None`` where PostgreSQL is not installed.

    A URL in ``LODEMARK_POSTGRES_URL`` is used as it is. PostgreSQL refuses to run as root, so root steps down.
    """
    given = os.environ.get("LODEMARK_POSTGRES_URL")
    programs = postgres_programs()
    if given or programs is None:
        yield given
        return
    cluster = folder / "postgres"
    cluster.mkdir()
    port = free_port()
    # The clusters of tests fear no power cut, so they do not wait for the disk: a killed process loses nothing either way.
    settings = f"-p {port} -k {cluster} -c listen_addresses=127.0.0.1 -c max_connections=60 -c fsync=off"
    how = ["-A", "trust", "-U", "lodemark", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    init = [programs / "initdb", "-D", cluster / "data", *how]
    control = [programs / "pg_ctl", "-D", cluster / "data", "-w", "-l", cluster / "log"]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": cluster}
    if os.geteuid() == 0:
        folder.chmod(0o755)
        shutil.chown(cluster, "postgres", "postgres")
        quiet |= {"user": "postgres", "group": "postgres", "extra_groups": []}
    subprocess.run(init, check=True, **quiet)
    subprocess.run([*control, "-o", settings, "start"], check=True, **quiet)
    try:
        yield f"postgresql://lodemark@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, **quiet)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def sandbox(folder: Path, vendor: str) -> Iterator[dict[str, str]]:
    """The environment of an office of its own: a fresh SQLite file, or a fresh database in the cluster of this run."""
    base = {
        **os.environ,
        "LODEMARK_MODE": "test",
        "LODEMARK_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "lodemark_office.settings",
    }
    base["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    if vendor != "postgresql":
        base.pop("DATABASE_URL", None)
        yield base
        return
    import psycopg

    url = os.environ["DATABASE_URL"]
    name = f"sandbox_{os.getpid()}_{abs(hash(str(folder))) % 10**8}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield {**base, "DATABASE_URL": url.rpartition("/")[0] + f"/{name}"}
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
