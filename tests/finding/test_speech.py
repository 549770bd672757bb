"""If these fail, a page, mail or letter would accuse somebody, or say a thing in one language only."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from typing import get_args

import pytest

from lodemark.case.machine import code
from lodemark.finding.decide import FINDING
from lodemark.finding.fold import STEPS
from lodemark.finding.grade import TABLE, limits
from lodemark.finding.model import ClosedAs, Limit, Reach, Strands
from lodemark.wording import LANGUAGES, has

NEVER_EN = r"\b(military|weapons?|arms|fakes?|faked|fraud\w*|forged|forger\w*|smuggl\w*|suspect\w*|violat\w*|guilty|evasion|proves|proven|diverted|lost|scores?)\b"
NEVER_ZH = r"(军用|军事|武器|伪造|假冒|欺诈|走私|嫌疑|可疑|违规|违法|有罪|规避|流失|评分)"
OWN_FILES = ("finding.toml", "trust.toml")
NO_NUMBER = Strands(Reach(None, None, None, 1, conflict=Limit("limit-gaps")))
LIMITS = {
    one.code
    for s in (Strands(), Strands(Reach(1, 1, 1, 1, crosses=("x",), gaps=("y",)), markable=False), NO_NUMBER)
    for one in limits(s)
}
SPOKEN = (
    {code(guard) for row in FINDING.rows for guard in row.guards}
    | set(STEPS)
    | {f"grade-{name}" for name, _ in TABLE}
    | {f"closed-{name}" for name in get_args(ClosedAs)}
    | LIMITS
)


def _sentences() -> list[tuple[str, str, str]]:
    folder = resources.files("lodemark.wording") / "sentences"
    return [
        (f"{name}#{key}", lang, text)
        for name in OWN_FILES
        if (folder / name).is_file()
        for key, pair in tomllib.loads((folder / name).read_text(encoding="utf-8")).items()
        for lang, text in pair.items()
    ]


def test_no_sentence_accuses() -> None:
    """One word of accusation in a question, and the answer is a lawyer's."""
    wrong = [where for where, lang, text in _sentences() if re.search(NEVER_EN if lang == "en" else NEVER_ZH, text, re.I)]
    assert wrong == []


def test_the_patterns_find_what_they_are_for() -> None:
    """A word list that matches nothing protects nobody."""
    assert re.search(NEVER_EN, "This proves smuggling.", re.I) and re.search(NEVER_ZH, "涉嫌走私")
    assert not re.search(NEVER_EN, "It is consistent with the declaration.", re.I)


@pytest.mark.parametrize("spoken", sorted(SPOKEN))
def test_each_code_is_a_sentence_in_both_languages(spoken: str) -> None:
    """A code on a page is an office that does not speak."""
    assert has(spoken) and len(LANGUAGES) == 2
