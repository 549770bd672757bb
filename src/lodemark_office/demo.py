"""``./run demo``: play the stories through the real write path, tell them in the terminal, then serve the office.

Loopback only, in a data folder of its own; every company, person and file is invented.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import sys
import threading
import time
import webbrowser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios"
PASSWORD = "demonstration"


def main() -> int:
    """Prepare, tell, serve."""
    options = _options()
    os.environ["LODEMARK_MODE"] = "demo"
    os.environ.setdefault("LODEMARK_DATA_DIR", str(ROOT / "data" / "demo"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lodemark_office.settings")
    folder = Path(os.environ["LODEMARK_DATA_DIR"])
    if options.fresh and folder.exists():
        shutil.rmtree(folder)
    import django

    django.setup()
    started = time.monotonic()
    _prepare(folder, "zh-Hans" if options.lang.startswith("zh") else "en")
    print(f"({time.monotonic() - started:.1f} s)")
    if options.no_serve:
        return 0
    return _serve(options.port or _free_port(8000), options.open)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run demo", description="Play the stories, then serve a demonstration office.")
    parser.add_argument("--port", type=int, help="the port to serve on; the next free one from 8000 by default")
    parser.add_argument("--fresh", action="store_true", help="begin anew")
    parser.add_argument("--open", action="store_true", help="open the page in a browser")
    parser.add_argument("--no-serve", action="store_true", help="end after the stories")
    parser.add_argument("--lang", default="en", help="en or zh")
    return parser.parse_args()


def _prepare(folder: Path, lang: str) -> None:
    from django.core.management import call_command

    from lodemark.wording import say
    from lodemark_office.store import models
    from lodemark_office.stories.read import read_cast

    speak = "zh-Hans" if lang == "zh-Hans" else "en"
    print(say("demo-installing", {"folder": folder.name}, speak))
    call_command("migrate", verbosity=0)
    if models.Account.objects.exists():
        print(say("demo-already", {}, speak))
    else:
        cast = read_cast(SCENARIOS / "cast.toml")
        _tell(cast, speak)
        _accounts(cast)
    _figures(speak)


def _tell(cast, speak) -> None:  # type: ignore[no-untyped-def]
    from lodemark_office.store.database import DatabaseStore
    from lodemark_office.stories.read import read_story
    from lodemark_office.stories.stage import play, stage
    from lodemark_office.stories.tell import headline, line

    office = stage(DatabaseStore(), cast)
    for folder in sorted(path.parent for path in SCENARIOS.glob("*/story.txt")):
        story = read_story(folder)
        print(f"\n── {headline(story.titles, speak)}")
        for told in play(office, cast, story):
            print("\n".join(line(told, cast, speak)), flush=True)


def _accounts(cast) -> None:  # type: ignore[no-untyped-def]
    """One log-in per person of the cast, named as in the stories."""
    from django.contrib.auth.hashers import make_password

    from lodemark_office.store import models

    hashed = make_password(PASSWORD)  # slow on purpose; everybody's is the same and printed on the screen
    for name, actor in cast.people.items():
        if actor.is_system:
            continue
        account = models.Account.objects.create(login=name, password=hashed, person=actor.person)
        models.Membership.objects.create(account=account, party_id=actor.party, role=actor.role)
        models.Address.objects.create(account=account, email=f"{name}@example.org")  # letters are files in the data folder


def _figures(speak) -> None:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from lodemark.ledger import Checkpoint
    from lodemark.wording import say
    from lodemark_office.store import log, models

    note = log.checkpoint(timezone.now())
    facts = {
        "records": models.LedgerRecord.objects.count(),
        "dossiers": models.DossierHead.objects.filter(number__gt=0).count(),
        "licences": models.Summary.objects.filter(noun="licence").count(),
        "events": models.LedgerRecord.objects.filter(kind="events-captured").count(),
        "findings": models.Summary.objects.filter(noun="finding").count(),
        "size": Checkpoint.open(note, [log.log_key()]).size,
    }
    print("\n" + say("demo-figures", facts, speak))
    logins = list(models.Account.objects.order_by("id").values_list("login", flat=True))
    print(say("demo-logins", {"names": logins, "password": PASSWORD}, speak))


def _serve(port: int, in_browser: bool) -> int:
    from django.core.management import call_command
    from gunicorn.app.base import BaseApplication

    from lodemark.wording import say
    from lodemark_office.wsgi import application

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for key, value in {"bind": f"127.0.0.1:{port}", "workers": 1, "threads": 4, "loglevel": "warning"}.items():
                self.cfg.set(key, value)

        def load(self):  # type: ignore[no-untyped-def]
            # In the worker, after the fork: letters, large captures and subscriptions follow the acts of this demonstration.
            for job in (("notices", "--every", "5"), ("work",)):
                threading.Thread(target=call_command, args=job, daemon=True).start()
            return application

    url = f"http://127.0.0.1:{port}/"
    for lang in ("en", "zh-Hans"):
        print(say("demo-serving", {"url": url}, lang), flush=True)
    if in_browser:
        webbrowser.open(url)
    Server().run()
    return 0


def _free_port(first: int) -> int:
    for port in range(first, first + 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    return first


if __name__ == "__main__":
    sys.exit(main())
