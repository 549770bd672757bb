"""One licence from the first try to the border, through the pages, as its people would do it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.served import PASSWORD, STORY, People

JUDGED = "The compliance report was read and the programme visited."


@pytest.fixture(scope="module")
def told(people: People) -> dict[str, Page]:
    """The pages of the story, kept open from test to test."""
    return {name: people.page(name) for name in ("exporter", "officer", "countersigner", "customs")} | {"public": people.page()}


@pytest.fixture(scope="module")
def kept() -> dict[str, str]:
    """References that one chapter leaves to the next."""
    return {}


def press(page: Page, act: str) -> None:
    """Press the button of an act, opening what folds it away."""
    named = f"[name=act][value='{act}']"
    button = page.locator(f"button{named}, form:has(input{named}) button").first
    if not button.is_visible():
        button.locator("xpath=ancestor::details[1]/summary").click()
    with page.expect_navigation():
        button.click()


def open_line(page: Page, home: str, reference: str) -> None:
    """Go to a dossier the way people go there: from the list on their first page."""
    page.goto(home)
    with page.expect_navigation():
        page.get_by_role("link", name=reference).first.click()


def left(page: Page) -> Locator:
    """What is left of the gross mass: the last column of the balance."""
    return page.get_by_role("table", name="Balance").get_by_role("row").filter(has_text="gross").get_by_role("cell").last


def last(page: Page) -> str:
    """The reference in the address."""
    return page.url.rstrip("/").rpartition("/")[2]


def test_1_the_exporter_sees_exactly_what_is_missing(told: dict[str, Page], kept: dict[str, str]) -> None:
    """If the list before filing differs from the one the office tells, applicants come back twice."""
    page = told["exporter"]
    page.goto("/counter/applications/new/")
    page.locator("#file").fill((STORY / "first.yaml").read_text())
    press(page, "check")
    missing = page.locator("aside .asked > li")
    kept["missing"] = str(missing.count())
    expect(page.locator("aside")).to_contain_text(f"{missing.count()}")
    assert missing.count() == 17
    press(page, "submit")
    expect(page.locator(".refused")).to_be_visible()
    press(page, "paper")
    expect(page.locator("h1")).to_contain_text("Application")
    kept["application"] = last(page)


def test_2_the_officer_returns_it_with_the_same_list(told: dict[str, Page], kept: dict[str, str]) -> None:
    """Told once: a return that forgets something starts the weeks again."""
    page = told["officer"]
    open_line(page, "/desk/", kept["application"])
    assert page.locator(".box .asked > li").count() == int(kept["missing"])
    press(page, "return")
    expect(page.locator(".done")).to_be_visible()
    assert page.locator("button[value=return], button[value=accept]").count() == 0


def test_3_the_exporter_completes_it(told: dict[str, Page], kept: dict[str, str]) -> None:
    """A returned application is completed where it lies; nothing is typed twice."""
    page = told["exporter"]
    open_line(page, "/counter/", kept["application"])
    assert page.locator(".ask .asked > li").count() == int(kept["missing"])
    assert "42SH-12x6x3" in page.locator("#file").input_value()
    page.locator("#file").fill((STORY / "second.yaml").read_text())
    press(page, "check")
    expect(page.locator("aside .verdict.met")).to_be_visible()
    page.locator("input[name=signed]").check()
    press(page, "submit")
    expect(page.locator(".done")).to_be_visible()
    assert last(page) == kept["application"]


def test_4_the_officer_proposes_and_cannot_sign_it(told: dict[str, Page], kept: dict[str, str]) -> None:
    """What the facts leave open is judged by a named person, and nobody signs an own proposal."""
    page = told["officer"]
    page.goto("/desk/lists/")
    page.locator("#published").fill(datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat())
    page.locator("#upload").set_input_files(STORY.parent / "lists" / "party-control.csv")
    page.locator("main form button").click()
    expect(page.locator(".done")).to_be_visible()
    open_line(page, "/desk/", kept["application"])
    press(page, "accept")
    kept["case"] = last(page)
    press(page, "take")
    page.get_by_label("Outcome").first.select_option("granted")
    page.get_by_label("Reason").first.select_option("ground-civil-use-stated")
    press(page, "propose")
    expect(page.locator(".refused")).to_be_visible()
    for field in page.locator("input[name^='judge:']").all():
        field.fill(JUDGED)
    press(page, "propose")
    expect(page.locator(".done")).to_be_visible()
    assert page.locator("button[value=sign]").count() == 0
    token = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
    forged = {"act": "sign", "password": PASSWORD, "csrfmiddlewaretoken": token}
    answer = page.request.post(page.url, form=forged, headers={"Referer": page.url})
    assert "refused" in answer.text() and not page.get_by_text("Licence CN-").count()


def test_5_the_countersigner_signs_with_the_password(told: dict[str, Page], kept: dict[str, str]) -> None:
    """A signature without a fresh proof of who signs is anybody's who finds the screen open."""
    page = told["countersigner"]
    open_line(page, "/desk/", kept["case"])
    page.locator("#password").fill("not-the-password")
    press(page, "sign")
    expect(page.locator(".refused")).to_be_visible()
    page.locator("#password").fill(PASSWORD)
    press(page, "sign")
    expect(page.locator(".done")).to_be_visible()


def test_6_the_exporter_reserves_and_takes_the_papers(told: dict[str, Page], kept: dict[str, str], tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    """The licence is in the holder's hands, with what is left and the papers that travel."""
    page = told["exporter"]
    open_line(page, "/counter/", kept["case"])
    with page.expect_navigation():
        page.get_by_role("link", name="Licence").first.click()
    kept["licence"] = last(page)
    page.locator("#shipment").fill("S-1")
    page.locator("#lot").fill("LOT-118-1")
    page.locator("#gross").fill("96.000001 kg")
    press(page, "reserve")
    expect(page.locator(".refused")).to_be_visible()
    assert page.locator("#shipment").input_value() == "S-1"
    page.locator("#gross").fill("60 kg")
    press(page, "reserve")
    expect(page.locator(".done")).to_be_visible()
    expect(left(page)).to_have_text("36.000 kg")
    page.locator("form[action='papers/'] button").click()
    with page.expect_download() as download:
        page.locator("a[href='papers/pdf']").click()
    kept["pdf"] = str(tmp_path_factory.mktemp("papers") / "licence.pdf")
    download.value.save_as(kept["pdf"])


def test_7_customs_posts_what_leaves(told: dict[str, Page], kept: dict[str, str]) -> None:
    """What a shipment does not use goes back to the licence at the gate, not in a letter weeks later."""
    page = told["customs"]
    page.goto("/gate/")
    page.locator("#q").fill(kept["licence"])
    page.locator("#q").press("Enter")
    page.wait_for_url("**/gate/licences/**")
    page.locator("input[name=gross]").fill("59.5 kg")
    press(page, "post")
    expect(page.locator(".box.done").first).to_be_visible()
    expect(left(page)).to_have_text("36.500 kg")


def test_8_anybody_can_verify_the_paper(told: dict[str, Page], kept: dict[str, str]) -> None:
    """A paper nobody can check is a paper anybody can print."""
    page = told["public"]
    page.goto("/verify/")
    page.locator("#upload").set_input_files(Path(kept["pdf"]))
    page.locator("main form button.button").click()
    expect(page.locator(".verdict-in-force")).to_be_visible()
    expect(page.locator(".verdict-in-force")).to_contain_text(kept["licence"])
    page.locator("#number").fill(kept["licence"])
    page.locator("#code").fill("AAAA-BBBB")
    page.locator("main form button.button").click()
    expect(page.locator(".verdict-not-genuine")).to_be_visible()
