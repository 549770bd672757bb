"""The list of what is missing, for a reader: the question, the rule with its quote, the cure, who can supply it, a field to answer in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lodemark.application import Application, Deficiency, answer_place
from lodemark.rules import Fact, Rulebook
from lodemark.rules.facts import word_of
from lodemark.wording import Lang, has, say
from lodemark_office.doors.parts.blank import Blank, blank_of

SAID = "said:"
"""Fields of answers to items begin with this, and end with the place of the answer in the file."""
_NOT_ONE = ("instances", "set")
_NUMBER = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Answer:
    """Where an item can be answered: the place in the file, the type of its fact, the blank on the page."""

    place: str
    type: str
    blank: Blank


@dataclass(frozen=True, slots=True)
class Asked:
    """One item to cure. ``who`` names those of the applicant's side who can supply it; ``answer`` is ``None`` where one field
    cannot hold it."""

    text: str
    path: str
    provision: str
    title: str
    quote: str
    quote_lang: str
    cure: str
    who: tuple[str, ...]
    answer: Answer | None = None


def asked(items: Iterable[Deficiency], book: Rulebook, lang: Lang, app: Application | None = None) -> list[Asked]:
    """The list in a language; a question is asked in the rulebook's own words, with fields where the file is being written."""
    return [_item(item, book, lang, app) for item in items]


def said(items: Iterable[Asked], form: Mapping[str, str]) -> dict[str, object]:
    """What was typed into the fields of these items, by its place in the file; a field left empty says nothing."""
    fields = [item.answer for item in items if item.answer]
    typed = {field: form.get(field.blank.name, "").strip() for field in fields}
    return {field.place: _value(field, text) for field, text in typed.items() if text}


def _value(field: Answer, text: str) -> object:
    """A number alone is in the unit that stands beside the field."""
    if field.type == "bool":
        return text == "true"
    return f"{text} {field.blank.unit}" if field.blank.unit and _NUMBER.fullmatch(text) else text


def _item(item: Deficiency, book: Rulebook, lang: Lang, app: Application | None) -> Asked:
    provision = book.provisions.get(item.provision)
    quote = provision.quote if provision else None
    facts = {**item.facts, "path": item.path, "evidence": [paper_name(book, kind, lang) for kind in _evidence(item)]}
    return Asked(
        text=_question(item, book, facts, lang),
        path=item.path,
        provision=item.provision,
        title=provision.title[lang] if provision else item.provision,
        quote=quote.text if quote else "",
        quote_lang=quote.lang if quote else "",
        cure=say(item.cure, facts, lang) if item.cure else "",
        who=tuple(each for each in item.audience if each != "authority"),
        answer=_answer(item, book, lang, app) if app else None,
    )


def _answer(item: Deficiency, book: Rulebook, lang: Lang, app: Application) -> Answer | None:
    word = _word(item, book)
    place = answer_place(app, item.rule_id) if word and word.type not in _NOT_ONE else None
    if not word or not place:
        return None
    return Answer(place, word.type, blank_of(SAID + place, say("page-answer-here", {}, lang), word, book, lang))


def _question(item: Deficiency, book: Rulebook, facts: dict[str, object], lang: Lang) -> str:
    word = _word(item, book)
    if word is None:
        return say(item.code, facts, lang)
    return word.question[lang].replace("{key}", item.rule_id.rpartition("[")[2].rstrip("]"))


def _word(item: Deficiency, book: Rulebook) -> Fact | None:
    """The fact that is asked, where the item is a question and not a finding of ours."""
    return book.vocabulary.get(word_of(item.rule_id)) if item.code.startswith("answer-") else None


def _evidence(item: Deficiency) -> list[str]:
    found = item.facts.get("evidence")
    return [str(kind) for kind in found] if isinstance(found, list | tuple) else []


def paper_name(book: Rulebook, kind: str, lang: Lang) -> str:
    """What a kind of document is called: in the rulebook's words, in ours, or as it was written."""
    names = book.lists["list/document-kinds"].names if "list/document-kinds" in book.lists else {}
    ours = f"evidence-kind-{kind}"
    return names[kind][lang] if kind in names else say(ours, {}, lang) if has(ours) else kind
