"""If this fails, a refusal cites a text that is not there, or a number of the law stands in the code."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import lodemark.licence
from lodemark.licence import Facts, RegimeUnknown, decide, rules_on
from lodemark.licence.rules import CN_GROUNDS, CN_PROVISIONS
from lodemark.rules import NoVersionOnDate, load
from lodemark.trouble import Refusal
from lodemark.wording import has
from tests.licence.make import CUSTOMS, RULES, granted, reserve

SOURCE = Path(lodemark.licence.__file__).parent


def test_every_provision_that_is_cited_stands_in_the_rulebook() -> None:
    cited = {provision for grounds in CN_GROUNDS.values() for provision in grounds.values()} | set(CN_PROVISIONS.values())
    text = "\n".join(file.read_text(encoding="utf-8") for file in SOURCE.rglob("*.py"))
    cited |= set(re.findall(r'"(house/[a-z-]+)"', text)) | {kind.provision for kind in RULES.kinds.values()}
    assert cited <= load("cn-ann18").provisions.keys()


def test_every_code_with_a_provision_is_spoken() -> None:
    assert all(has(code) for code in CN_PROVISIONS)


def test_the_kinds_follow_the_regulation() -> None:
    """Regulation 15: one export, one end user, one year; many exports, three years; a registration before each export."""
    kinds = {name: (kind.years, kind.exports, kind.end_users) for name, kind in RULES.kinds.items()}
    assert kinds == {"single": (1, 1, 1), "general": (3, None, None), "registration": (None, 1, None)}


def test_a_refusal_names_what_it_rests_on() -> None:
    answer = decide(granted(), replace(reserve(end_user="fjordline"), by=CUSTOMS), Facts(), RULES)
    assert isinstance(answer, Refusal)
    assert {reason.code: reason.provision for reason in answer.reasons} == {
        "holder-acts": "house/rights",
        "licence-line-differs": "cn/duir-2024/15",
    }


def test_before_the_regulation_there_are_no_values_and_elsewhere_none_of_ours() -> None:
    with pytest.raises(NoVersionOnDate):
        rules_on("cn", date(2024, 11, 30))
    assert rules_on("cn", date(2024, 12, 1)).kinds["single"].years == 1
    with pytest.raises(RegimeUnknown) as error:
        rules_on("xx", date(2026, 3, 1))
    assert "xx" in error.value.explain("en")
