"""The list of what is missing, for a reader: the question, the rule with its quote, the cure, who can supply it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lodemark.application import Deficiency
from lodemark.rules import Rulebook
from lodemark.rules.facts import word_of
from lodemark.wording import Lang, has, say


@dataclass(frozen=True, slots=True)
class Asked:
    """One item to cure. ``who`` names those of the applicant's side who can supply it."""

    text: str
    path: str
    provision: str
    title: str
    quote: str
    quote_lang: str
    cure: str
    who: tuple[str, ...]


def asked(items: Iterable[Deficiency], book: Rulebook, lang: Lang) -> list[Asked]:
    """The list in a language; a question is asked in the rulebook's own words."""
    return [_item(item, book, lang) for item in items]


def _item(item: Deficiency, book: Rulebook, lang: Lang) -> Asked:
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
    )


def _question(item: Deficiency, book: Rulebook, facts: dict[str, object], lang: Lang) -> str:
    word = book.vocabulary.get(word_of(item.rule_id)) if item.code.startswith("answer-") else None
    if word is None:
        return say(item.code, facts, lang)
    return word.question[lang].replace("{key}", item.rule_id.rpartition("[")[2].rstrip("]"))


def _evidence(item: Deficiency) -> list[str]:
    found = item.facts.get("evidence")
    return [str(kind) for kind in found] if isinstance(found, list | tuple) else []


def paper_name(book: Rulebook, kind: str, lang: Lang) -> str:
    """What a kind of document is called: in the rulebook's words, in ours, or as it was written."""
    names = book.lists["list/document-kinds"].names if "list/document-kinds" in book.lists else {}
    ours = f"evidence-kind-{kind}"
    return names[kind][lang] if kind in names else say(ours, {}, lang) if has(ours) else kind
