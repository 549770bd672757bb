"""If these fail, a cheat passes, or an honest party is asked for nothing."""

from __future__ import annotations

import random
from dataclasses import fields, replace

import pytest

from lodemark.finding import DETECTORS, Observed, detect
from lodemark.finding.detectors.rooms import ASKED
from lodemark.finding.facts import Told
from lodemark.trouble import Disagreement
from lodemark.wording import LANGUAGES, has, say
from tests.finding.stories import PATTERNS, RULES, TODAY, TWINS


@pytest.mark.parametrize("kind", PATTERNS)
def test_each_pattern_is_asked_about_and_only_once(kind: str) -> None:
    """A pattern nobody asks about is a rule on paper."""
    for observed in PATTERNS[kind]:
        raised = [one for one in detect(observed, RULES) if one.kind == kind]
        assert len(raised) == 1
        assert raised[0].evidence and raised[0].exonerates and raised[0].promise


@pytest.mark.parametrize(("kind", "cause", "observed"), TWINS, ids=[f"{kind}: {cause}" for kind, cause, _ in TWINS])
def test_each_honest_twin_stays_silent(kind: str, cause: str, observed: Observed) -> None:
    """A detector that fires on its twin is wrong, however many cheats it catches."""
    assert detect(observed, RULES) == ()


def test_every_detector_has_a_pattern_and_a_twin() -> None:
    """A detector without a twin was never asked about innocence."""
    assert len(PATTERNS) == len(DETECTORS) - 1  # the last passes on what the other rooms found
    assert {kind for kind, _, _ in TWINS} == set(PATTERNS)


def _everything() -> Observed:
    merged = Observed(TODAY)
    for observed in (one for stories in PATTERNS.values() for one in stories[:1]):
        for field in fields(Observed)[1:-1]:
            merged = replace(merged, **{field.name: (*getattr(merged, field.name), *getattr(observed, field.name))})
    return merged


def test_the_order_of_arrival_changes_nothing() -> None:
    """A question that depends on who reported first would be luck."""
    merged = _everything()
    expected = detect(merged, RULES)
    assert {one.kind for one in expected} >= set(PATTERNS)
    shuffle = random.Random(7)
    for _ in range(20):
        mixed = merged
        for field in fields(Observed)[1:-1]:
            values = list(getattr(merged, field.name))
            shuffle.shuffle(values)
            mixed = replace(mixed, **{field.name: tuple(values)})
        found = detect(mixed, RULES)
        assert [(one.kind, one.subject, one.facts) for one in found] == [(o.kind, o.subject, o.facts) for o in expected]


def test_no_detector_can_see_nationality_or_size() -> None:
    """Nationality is never a reason; a field that is not there cannot become one."""
    names = {field.name for f in fields(Observed)[1:-1] for field in fields(type(getattr(_everything(), f.name)[0]))}
    assert not {"country", "nationality", "destination", "size", "employees", "turnover"} & names


@pytest.mark.parametrize("kind", PATTERNS)
def test_each_question_its_evidence_and_its_answers_are_said_in_both_languages(kind: str) -> None:
    """A party cannot answer a code; every fact the sentence names must be filled."""
    for observed in PATTERNS[kind]:
        for raised in (one for one in detect(observed, RULES) if one.kind == kind):
            for lang, unknown in (("en", "not known"), ("zh-Hans", "不明")):
                for code, facts in [(raised.question, raised.facts), *((e.statement_code, e.facts) for e in raised.evidence)]:
                    told = say(code, facts, lang)  # type: ignore[arg-type]
                    open_facts = any(value is None for value in facts.values())
                    assert told and (open_facts or unknown not in told), told
            assert all(has(code) for code in raised.exonerates)
            assert "/" in raised.promise or all(say(raised.promise, {}, lang) for lang in LANGUAGES)


def told(code: str) -> Observed:
    facts = {"thing": "urn:1", "one": "Baotou", "other": "Graz", "minutes": 5, "km": 7000}
    return Observed(TODAY, told=(Told("custody", Disagreement(code, "urn:1", facts, "d1"), "journal/1"),))


@pytest.mark.parametrize("code", ASKED)
def test_what_another_room_found_becomes_one_question_in_its_own_words(code: str) -> None:
    """A disagreement that reaches nobody is a number on a page."""
    (raised,) = detect(told(code), RULES)
    assert (raised.question, raised.evidence[0].digest) == (code, "d1")
    assert all(has(one) for one in (code, *raised.exonerates))
    assert "/" in raised.promise or has(raised.promise)


@pytest.mark.parametrize(
    "code", ["code-travel-offset", "code-consistent", "J-DUPLICATE", "J-ORDER", "A03", "assay-below-declared"]
)
def test_slips_and_agreements_of_another_room_ask_nobody(code: str) -> None:
    """A wrong time zone is a slip to be corrected where it was made, never a question to a party."""
    assert detect(told(code), RULES) == ()
