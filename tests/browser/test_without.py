"""Without script, without a mouse, and in the other language in the middle of a form."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served import PASSWORD, STORY, People


def test_filing_and_verifying_need_no_script(people: People) -> None:
    """A customs post with scripts switched off must still read a licence, an applicant must still be able to file."""
    page = people.page("exporter", script=False)
    page.goto("/counter/applications/new/")
    page.locator("#file").fill((STORY / "first.yaml").read_text())
    page.locator("button[value=check]").click()
    expect(page.locator("aside .asked > li")).to_have_count(17)
    page.locator("details:has(button[value=paper]) summary").click()
    page.locator("button[value=paper]").click()
    expect(page.locator(".done")).to_be_visible()
    page = people.page(script=False)
    page.goto("/verify/")
    page.locator("#number").fill("CN-2026-000001-5")
    page.locator("#code").fill("AAAA-BBBB")
    page.locator("main form button.button").click()
    expect(page.locator("[class*=verdict-]").first).to_be_visible()


def test_the_switch_keeps_what_was_typed(people: People) -> None:
    """A reader who switches because a word is unclear must not pay with an hour of typing."""
    page = people.page("exporter")
    page.goto("/counter/applications/new/")
    typed = "half: a thought # 半句话\nnot: yet [valid"
    page.locator("#file").fill(typed)
    page.locator("button[name=_language]").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert page.locator("#file").input_value() == typed
    page.locator("button[name=_language]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.locator("#file").input_value() == typed


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until the element has the focus, and see that the focus can be seen on every stop."""
    for _ in range(most):
        page.keyboard.press("Tab")
        seen = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle !== 'none'")
        assert seen, page.evaluate("() => document.activeElement.outerHTML.slice(0, 120)")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} was not reached with {most} tabs on {page.url}")


def test_the_skip_link_leads_past_the_navigation(people: People) -> None:
    """Somebody who uses a keyboard would press Tab a dozen times on every page."""
    page = people.page()
    page.goto("/verify/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    tab_to(page, "#number", most=2)


def test_acts_are_reached_with_the_keyboard(people: People) -> None:
    """A hand that cannot hold a mouse can still log in, scan, and file."""
    page = people.apart()
    page.goto("/login/")
    tab_to(page, "#login")
    page.keyboard.type("customs")
    tab_to(page, "#password", most=1)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/gate/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("CN-2026-000001-X")
    page.keyboard.press("Enter")
    expect(page.locator(".errors")).to_be_visible()
    page = people.page("exporter")
    page.goto("/counter/applications/new/")
    tab_to(page, "button[value=check]")
    tab_to(page, "button[value=submit]", most=1)
