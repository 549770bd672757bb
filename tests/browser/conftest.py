"""One office, one browser, and its people, for all browser tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.served import CHROMIUM_ARGS, People, office
from tests.engines import chromium


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything beside this file drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the office of this run."""
    with office(tmp_path_factory.mktemp("office")) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The chromium of this machine."""
    program = chromium()
    if program is None:
        pytest.skip("no chromium was found")
    with sync_playwright() as driver:
        chrome = driver.chromium.launch(executable_path=program, args=list(CHROMIUM_ARGS))
        yield chrome
        chrome.close()


@pytest.fixture(scope="session")
def people(served: str, browser: Browser) -> People:
    """Who uses the office."""
    return People(browser, served)
