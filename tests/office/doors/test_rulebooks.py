"""The rulebooks as pages: what a text says on a day, and what is different between two days."""

from __future__ import annotations

import pytest
from django.test import Client

from lodemark import rules
from lodemark_office.doors.public.rulebooks import example

pytestmark = pytest.mark.django_db
DIFF = "/rules/cn-ann61/diff/"


def read(path: str, lang: str = "en", **query: str) -> str:
    """A page as an unknown visitor reads it."""
    answer = Client(HTTP_ACCEPT_LANGUAGE=lang).get(path, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_end_of_a_suspension_is_seen_between_two_days() -> None:
    """Without it nobody would notice that a duty may be back: from suspended to not known, on exactly that day."""
    html = read(DIFF, **{"from": "2026-11-10", "to": "2026-11-11"})
    assert "cn/ann61-2025/1-3" in html and "suspended" in html and "status not known" in html
    assert "There is a set of facts with which the outcome changes" in html
    same = read(DIFF, **{"from": "2026-11-09", "to": "2026-11-10"})
    assert "Nothing of this regime is different on the two days." in same and "No file whatever is treated differently." in same


def test_the_page_of_a_difference_is_chinese_for_who_reads_chinese() -> None:
    """Half of the readers would be shut out."""
    html = read(DIFF, "zh-CN", **{"from": "2025-11-06", "to": "2025-11-07"})
    assert "两个日期之间的变化" in html and "不再施行，或者效力不明" in html and "暂停实施" in html


def test_every_day_of_change_is_a_link_to_its_difference() -> None:
    """A reader would have to know the days beforehand."""
    html = read("/rules/cn-ann61/")
    for day in rules.days_of_change(rules.load("cn-ann61")):
        assert f"&amp;to={day}" in html


def test_a_day_before_the_first_text_says_so() -> None:
    """A table of 'not yet in force' without a word would look like a fault."""
    said = "No text of this regime is in the rulebook for so early a day"
    assert said in read("/rules/nl-litho/", on="2020-01-01") and said in read("/rules/nl-litho/diff/", **{"from": "2023-08-31"})
    assert said not in read("/rules/nl-litho/", on="2023-09-01")


def test_a_check_has_an_address_and_a_digest() -> None:
    """Who cites a check must be able to show later that it is still the same one."""
    name = "cn/ann18-2025/1C905.a.4"
    html = read("/rules/provision/", id=name)
    assert rules.fingerprint(rules.load("cn-ann18").provision(name)) in html and f"/rules/provision/?id={name}" in html


def test_a_regime_that_is_not_there_has_no_difference() -> None:
    """A page about nothing would pretend that there is a law."""
    assert Client().get("/rules/no-such/diff/").status_code == 404


def test_a_comparison_names_the_deciding_fact_and_claims_no_status_of_nothing() -> None:
    """Without a provision met there is nothing whose status could be unknown; the fact that decides stands there instead."""
    asked = {"regime": ["nl-litho"], "file": example("full"), "differing": ""}
    html = Client(HTTP_ACCEPT_LANGUAGE="en").post("/compare/", asked).content.decode()
    cell = html.partition("Outcome for")[2].partition("</tr>")[0]
    assert "Decided by" in cell and "line[L1].family" in cell and "status not known" not in cell
