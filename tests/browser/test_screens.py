"""The pages people see most, in both languages and themes, written to ``build/screens`` with an index: for eyes."""

from __future__ import annotations

import html
import shutil

import pytest
from playwright.sync_api import Page

from tests.browser.served import STORY, People, Theme
from tests.engines import ROOT

FOLDER = ROOT / "build" / "screens"
FLAGSHIPS = (
    ("public", "/open/", ""),
    ("public", "/checklist/?family=ndfeb_sintered&form=magnet&kind=single", ""),
    ("public", "/verify/", ""),
    ("public", "/rules/provision/?id=cn/duir-2024/17-1", ""),
    ("exporter", "/counter/", ""),
    ("exporter", "/counter/applications/new/", "file"),
    ("exporter", "/counter/", "/counter/licences/"),
    ("exporter", "/counter/", "/counter/findings/"),
    ("longterm", "/counter/", "/counter/agreements/"),
    ("officer", "/desk/", ""),
    ("officer", "/desk/", "/desk/cases/"),
    ("customs", "/gate/", ""),
    ("inspector", "/inspectorate/", "?licence=CN-2026-000001-5"),
    ("exporter", "/counter/standing/", ""),
)
"""Who, where they begin, and the first link of this kind that they follow (``file``: the form, filled and checked)."""


@pytest.fixture(scope="module", autouse=True)
def folder() -> None:
    """Old pictures beside new ones would be compared by mistake."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)


@pytest.mark.parametrize(
    ("lang", "theme", "width"),
    [
        ("en", "light", 1280),
        pytest.param("zh-Hans", "dark", 360, marks=pytest.mark.long),
        pytest.param("zh-Hans", "light", 1280, marks=pytest.mark.long),
        pytest.param("en", "dark", 768, marks=pytest.mark.long),
    ],
)
def test_the_flagship_pages_can_be_looked_at(people: People, lang: str, theme: Theme, width: int) -> None:
    """What nobody looks at decays; a page without a heading, or an empty one, is not a page."""
    for number, (person, start, follow) in enumerate(FLAGSHIPS, 1):
        page = people.page("" if person == "public" else person, lang, theme)
        page.set_viewport_size({"width": width, "height": 900})
        show(page, start, follow)
        assert page.locator("h1").count() == 1 and len(page.locator("main").inner_text()) > 60, page.url
        name = f"{number:02}-{person}-{lang}-{theme}-{width}.png"
        page.screenshot(path=FOLDER / name, full_page=True)
        page.close()
    write_index()


def show(page: Page, start: str, follow: str) -> None:
    """Go where a picture is taken."""
    page.goto(start)
    if follow == "file":
        page.locator("#file").fill((STORY / "first.yaml").read_text())
        with page.expect_navigation():
            page.locator("button[value=check]").click()
    elif follow:
        with page.expect_navigation():
            page.locator(f"a[href*='{follow}']").first.click()


def write_index() -> None:
    """One page with every picture beside its name."""
    rows = "".join(
        f'<figure><figcaption>{html.escape(file.stem)}</figcaption><a href="{file.name}"><img src="{file.name}" width="480" alt=""></a></figure>'
        for file in sorted(FOLDER.glob("*.png"))
    )
    (FOLDER / "index.html").write_text(f"<!doctype html><meta charset=utf-8><title>Lodemark</title>{rows}", encoding="utf-8")
