"""What must hold of the law as typed in, whatever it says: sourced, quoted, bilingual, asked for, and nothing beyond."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lodemark import rules
from lodemark.rules.condition import Atom, Quantified, walk
from lodemark.rules.shelf import Document
from tests.rulebooks.probe import books, conditions, provisions, shipped

ROOT = Path(__file__).resolve().parents[2]
# The statutes whose official text was read article by article; everything else is a reprint, a summary or a recollection.
READ = {
    "cn/ecl-2020",
    "cn/duir-2024",
    "cn/all-2019",
    "cn/arl-2023",
    "cn/apl-2017",
    "cn/apl-2021",
    "cn/remr-2024",
    "cn/civil-code-2020",
}
HAN = re.compile(r"[\u4e00-\u9fff]")


def all_provisions() -> Iterator[Document]:
    return (one for one in shipped() if one.kind == "provision")


def test_the_shelf_is_sound() -> None:
    """A rulebook that does not load stops the office."""
    assert [str(problem) for problem in rules.check()] == []


def test_every_provision_belongs_to_a_regime() -> None:
    """Law that no regime rests on is never put to anybody, and nobody would notice that it is wrong."""
    assert {one.id for one in all_provisions()} == set(provisions())


def test_only_texts_that_were_read_are_called_primary() -> None:
    """'Primary' means that somebody read the law itself; a reprint passed off as that would decide cases."""
    for one in all_provisions():
        if one.raw["evidence"] == "primary":
            assert one.raw["reference"]["instrument"] in READ, one.id
    for one in shipped():
        if one.kind == "instrument":
            assert (one.raw["evidence"] == "primary") == (one.id in READ), one.id


def test_a_primary_provision_quotes_the_law() -> None:
    """Without the words beside it a reader cannot check the rule."""
    for one in all_provisions():
        if one.raw["evidence"] == "primary":
            assert one.raw["quote"]["lang"] == "zh-Hans", one.id
            assert HAN.search(one.raw["quote"]["text"]), one.id


def test_boundary_words_stand_in_the_quote() -> None:
    """The word that sets whether a number is included must be one the reader sees."""
    for one in all_provisions():
        quote = one.raw.get("quote", {})
        words = quote.get("boundary", [])
        for word in [words] if isinstance(words, str) else words:
            assert word in quote["text"], one.id


def test_unconfirmed_text_is_never_quoted() -> None:
    """What nobody has confirmed must not look like the words of the law."""
    assert [one.id for one in all_provisions() if one.raw["evidence"] == "unconfirmed" and "quote" in one.raw] == []


def test_a_reference_names_its_own_instrument() -> None:
    """A provision filed under one text and citing another would be shown under the wrong law."""
    for one in all_provisions():
        if "reference" in one.raw:
            assert one.id.startswith(one.raw["reference"]["instrument"] + "/"), one.id


def test_house_rules_say_why() -> None:
    """Our own procedure must never pass for law: it rests on a stated reason and has no legal reference."""
    for one in all_provisions():
        if one.id.startswith("house/"):
            assert "basis" in one.raw and "reference" not in one.raw, one.id


@pytest.mark.parametrize("kind", ["provision", "fact", "list", "instrument", "regime"])
def test_both_languages_are_their_own(kind: str) -> None:
    """A Chinese text without a Chinese character, or an English one with them, was pasted into the wrong place."""
    for one in shipped():
        if one.kind == kind:
            for place, pair in texts(one.raw, one.id):
                assert HAN.search(pair["zh-Hans"]), (place, pair)
                assert not HAN.search(re.sub(r"'[^']*'|以上 以下 以内 届满|不满 超过 以外", "", pair["en"])), (place, pair)


def texts(value: object, place: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every text for a reader below a value."""
    if isinstance(value, dict):
        if set(value) == {"zh-Hans", "en"}:
            yield place, value
        for key, item in value.items():
            yield from texts(item, f"{place}/{key}")
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, place)


def test_every_question_is_asked_for_by_a_provision() -> None:
    """ALL art. 29 and 31: a question that no provision needs is an unlawful one."""
    used = set()
    for book in books().values():
        for _, tree in conditions(book):
            for part in walk(tree):
                if isinstance(part, Atom):
                    used.add(part.ref.fact)
                if isinstance(part, Quantified):
                    used.add(part.among.fact)
        used |= {among.fact for _, among in book.regime.cells}
        used |= {"application.kind"} if any(provision.for_ for provision in book.provisions.values()) else set()
    vocabulary = books()["cn-ann18"].vocabulary
    used |= {base for word in vocabulary.values() if word.id in used for base in word.derived_from}
    assert set(vocabulary) - used == set()


def test_hs_codes_decide_nothing() -> None:
    """Controlled and free magnets share one HS code; a condition on it would be wrong for one of them."""
    assert not [name for name in books()["cn-ann18"].vocabulary if "hs" in name.partition(".")[2].split("_")]


def test_stories_named_by_a_provision_exist() -> None:
    """A reader who follows the story of a provision must find one."""
    for one in all_provisions():
        for story in one.raw.get("stories", []):
            assert (ROOT / "scenarios" / story / "story.txt").exists(), (one.id, story)


CITED = re.compile(r"[\"'`]((?:house|cn|us|eu|uk|nl)/[a-z0-9-]+(?:[/#][A-Za-z0-9().-]+)?)[\"'`]")


def test_what_the_rooms_cite_stands_on_the_shelf() -> None:
    """A reason whose provision nobody can open is no reason (ALL art. 38)."""
    missing = {}
    for path in [*(ROOT / "src").rglob("*.py"), *(ROOT / "src").rglob("*.toml")]:
        for cited in CITED.findall(path.read_text(encoding="utf-8")):
            if not is_on_the_shelf(cited):
                missing[cited] = path.relative_to(ROOT).as_posix()
    assert missing == {}


def is_on_the_shelf(cited: str) -> bool:
    """Whether a citation names an instrument, a provision, or (``cn/duir-2024#18(2)``) an article that has provisions."""
    known = set(provisions()) | {one.id for one in shipped() if one.kind == "instrument"}
    if cited in known:
        return True
    text, _, article = cited.partition("#")
    name = f"{text}/{article.replace('(', '-').replace(')', '')}"
    return bool(article) and any(one == name or one.startswith(f"{name}-") for one in known)
