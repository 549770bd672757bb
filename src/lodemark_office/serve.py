"""``./run serve``: the office as a service, set up by environment variables; Django's own deployment check comes first."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Check, migrate, serve with gunicorn; a warning of the deployment check stops the start."""
    os.environ.setdefault("LODEMARK_MODE", "service")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lodemark_office.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("check", deploy=True, fail_level="WARNING")
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    bind = os.environ.get("BIND", "127.0.0.1:8000")
    program = os.path.join(os.path.dirname(sys.executable), "gunicorn")
    os.execv(program, [program, "--bind", bind, "--workers", "2", "--threads", "4", "lodemark_office.wsgi:application"])


if __name__ == "__main__":
    sys.exit(main())
