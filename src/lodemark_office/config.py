"""The environment, read once: an unknown ``LODEMARK_*`` name stops the start and names the nearest known one."""

from __future__ import annotations

import difflib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

MODES = ("demo", "service", "test")
DEFAULTS: Mapping[str, str] = {
    "LODEMARK_MODE": "demo",
    "LODEMARK_SECRET_KEY": "",
    "LODEMARK_HOSTS": "127.0.0.1,localhost",
    "LODEMARK_BASE_URL": "http://127.0.0.1:8000",
    "LODEMARK_DATA_DIR": "data/demo",
    "LODEMARK_TIME_ZONE": "Asia/Shanghai",
    "LODEMARK_DEFAULT_LANGUAGE": "en",
    "LODEMARK_LOG_LEVEL": "WARNING",
    "LODEMARK_WEBHOOK_HOSTS": "",
    "LODEMARK_SCANNER": "",
    "LODEMARK_MAIL_URL": "",
    "LODEMARK_MAIL_FROM": "",
    "LODEMARK_OFFICE_NAME_EN": "Demonstration Licensing Office",
    "LODEMARK_OFFICE_NAME_ZH": "演示许可机关",
}
# Read by the tests only; named here so that the check for unknown names lets them pass.
OF_THE_TESTS = ("LODEMARK_CONFORMANCE_DIR", "LODEMARK_NO_SKIPS", "LODEMARK_POSTGRES_URL")

# WAL lets readers go on while one writes; IMMEDIATE takes the write lock at once instead of failing half-way with
# "database is locked"; FULL syncs each commit; recursive_triggers makes INSERT OR REPLACE fire the delete triggers.
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; PRAGMA recursive_triggers=ON;",
}
POSTGRES_OPTIONS = {
    "options": "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c synchronous_commit=on"
}


class SettingsError(SystemExit):
    """A setting that cannot be used; the start stops with one sentence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can set; see ``DEFAULTS`` for the names in the environment."""

    mode: str
    secret_key: str
    hosts: tuple[str, ...]
    base_url: str
    data_dir: Path
    time_zone: str
    default_language: str
    log_level: str
    webhook_hosts: frozenset[str]
    scanner: str
    mail: Mapping[str, Any]
    mail_from: str
    name_en: str
    name_zh: str
    database: dict[str, Any]


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read and check; ``DATABASE_URL`` chooses PostgreSQL, without it SQLite lies in the data folder."""
    for name in environment:
        if name.startswith("LODEMARK_") and name not in DEFAULTS and name not in OF_THE_TESTS:
            near = difflib.get_close_matches(name, DEFAULTS, 1)
            raise SettingsError(f"The setting {name} is not known." + (f" Did you mean {near[0]}?" if near else ""))
    value = {name: environment.get(name, default) for name, default in DEFAULTS.items()}
    mode = value["LODEMARK_MODE"]
    if mode not in MODES:
        raise SettingsError(f"LODEMARK_MODE is {mode!r}; it must be one of {', '.join(MODES)}.")
    secret = value["LODEMARK_SECRET_KEY"]
    if mode == "service" and len(secret) < 50:
        raise SettingsError("LODEMARK_SECRET_KEY must be set, with 50 random characters or more, before the office serves.")
    data_dir = Path(value["LODEMARK_DATA_DIR"]).resolve()
    return Settings(
        mode=mode,
        secret_key=secret or _kept_secret(data_dir),
        hosts=tuple(host.strip() for host in value["LODEMARK_HOSTS"].split(",")),
        base_url=value["LODEMARK_BASE_URL"].rstrip("/"),
        data_dir=data_dir,
        time_zone=value["LODEMARK_TIME_ZONE"],
        default_language=value["LODEMARK_DEFAULT_LANGUAGE"],
        log_level=value["LODEMARK_LOG_LEVEL"],
        # Hosts in private networks that subscribers may name all the same: a plant's own server, the tests' loopback.
        webhook_hosts=frozenset(filter(None, (host.strip().lower() for host in value["LODEMARK_WEBHOOK_HOSTS"].split(",")))),
        scanner=value["LODEMARK_SCANNER"],
        mail=_mail(value["LODEMARK_MAIL_URL"], data_dir),
        mail_from=value["LODEMARK_MAIL_FROM"] or f"office@{urlsplit(value['LODEMARK_BASE_URL']).hostname}",
        name_en=value["LODEMARK_OFFICE_NAME_EN"],
        name_zh=value["LODEMARK_OFFICE_NAME_ZH"],
        database=_database(environment.get("DATABASE_URL", ""), data_dir),
    )


def _kept_secret(data_dir: Path) -> str:
    """Demo and tests: a random key beside the data, so that sessions survive a restart."""
    file = data_dir / "secret-key"
    if not file.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        file.write_text(secrets.token_urlsafe(50), encoding="ascii")
        file.chmod(0o600)
    return file.read_text(encoding="ascii")


def _mail(url: str, data_dir: Path) -> dict[str, Any]:
    """Django's mail settings: letters as files (where nothing is set), on the console, or by SMTP."""
    parts = urlsplit(url or "file:")
    backend = "django.core.mail.backends."
    match parts.scheme:
        case "file":
            return {
                "EMAIL_BACKEND": f"{backend}filebased.EmailBackend",
                "EMAIL_FILE_PATH": parts.path or str(data_dir / "mail"),
            }
        case "console":
            return {"EMAIL_BACKEND": f"{backend}console.EmailBackend"}
        case "smtp" | "smtps":
            return {
                "EMAIL_BACKEND": f"{backend}smtp.EmailBackend",
                "EMAIL_HOST": parts.hostname or "localhost",
                "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
                "EMAIL_HOST_USER": unquote(parts.username or ""),
                "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
                "EMAIL_USE_SSL": parts.scheme == "smtps",
                "EMAIL_USE_TLS": parts.scheme == "smtp" and "plain" not in parts.query,
                "EMAIL_TIMEOUT": 20,
            }
    raise SettingsError(f"LODEMARK_MAIL_URL begins with {parts.scheme!r}; it must be file:, console:, smtp:// or smtps://.")


def _database(url: str, data_dir: Path) -> dict[str, Any]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": data_dir / "office.sqlite3",
            "OPTIONS": SQLITE_OPTIONS,
            # A file, not memory: the tests run on the journal and the locks that users run on.
            "TEST": {"NAME": data_dir / "test.sqlite3"},
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise SettingsError(f"DATABASE_URL begins with {parts.scheme!r}; it must be postgresql://user:password@host:port/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": POSTGRES_OPTIONS,
    }
