"""A demonstration office with the stories in it, served on loopback to a real browser, and the people who use it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from tests.engines import ROOT, free_port

PASSWORD = "demonstration"
CHROMIUM_ARGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--font-render-hinting=none")
START_SECONDS = 180
TIMEOUT_MS = 30_000
LOCALES = {"en": "en-GB", "zh-Hans": "zh-CN"}
Theme = Literal["light", "dark"]
STORY = ROOT / "scenarios" / "the-joint-nobody-could-name"


@contextmanager
def office(folder: Path) -> Iterator[str]:
    """The address of an office of its own, prepared by ``./run demo`` as everybody else does it."""
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "LODEMARK_DATA_DIR": str(folder / "data"),
        "PYTHONPATH": str(ROOT / "src"),
    }
    program = [sys.executable, "-m", "lodemark_office.demo", "--port", str(port)]
    with (folder / "office.log").open("w") as log:
        server = subprocess.Popen(program, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait(server, f"http://127.0.0.1:{port}", folder / "office.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGINT)  # at once: nobody waits for an answer any more
            server.wait(timeout=60)


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, f"the office did not start:\n{log.read_text()[-2000:]}"
        try:
            with urllib.request.urlopen(f"{url}/verify/keys", timeout=20):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"the office did not start in {START_SECONDS} s:\n{log.read_text()[-2000:]}")


class People:
    """Browser contexts by person, language and theme; everybody logs in once, through the log-in page."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self._states: dict[str, StorageState] = {}
        self._contexts: dict[tuple[str, str, str, bool], BrowserContext] = {}

    def page(self, login: str = "", lang: str = "en", theme: Theme = "light", script: bool = True) -> Page:
        """A fresh page of a person; without a name, of the public. The browser asks for the language, as browsers do."""
        wanted = (login, lang, theme, script)
        if wanted not in self._contexts:
            self._contexts[wanted] = self._context(login, LOCALES[lang], theme, script)
        return self._contexts[wanted].new_page()

    def apart(self) -> Page:
        """A page of the public that shares its cookies with no other page, for somebody who will log in on it."""
        return self._context("", LOCALES["en"], "light", script=True).new_page()

    def _context(self, login: str, locale: str, theme: Theme, script: bool) -> BrowserContext:
        if login and login not in self._states:
            self._states[login] = self._log_in(login)
        context = self.browser.new_context(
            base_url=self.url,
            locale=locale,
            color_scheme=theme,
            java_script_enabled=script,
            storage_state=self._states.get(login),
        )
        context.set_default_timeout(TIMEOUT_MS)
        return context

    def _log_in(self, login: str) -> StorageState:
        context = self.browser.new_context(base_url=self.url)
        page = context.new_page()
        page.goto("/login/")
        page.locator("#login").fill(login)
        page.locator("#password").fill(PASSWORD)
        page.locator("#password").press("Enter")
        page.wait_for_url(lambda url: "/login/" not in url)
        state = context.storage_state()
        context.close()
        return state
