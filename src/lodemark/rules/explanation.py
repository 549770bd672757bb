"""One provision explained: what it says, since when, how well it is known, who must say what, and a pair of cases on its two sides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from lodemark.ledger import jsonable
from lodemark.rules.anyone import turning_point
from lodemark.rules.condition import Atom, Quantified, walk
from lodemark.rules.day import Day
from lodemark.rules.loader import find
from lodemark.rules.model import Fact, Provision, Regime, Rulebook
from lodemark.rules.sentence import provision_sentence, word_name
from lodemark.rules.show import rule_json, rule_text
from lodemark.wording import Lang, say


def explain(name: str, on: date, lang: Lang = "en") -> str:
    """A provision or regime of the shipped shelf, explained for a reader as of ``on``; ``UnknownRule`` with the nearest names."""
    book, rule = find(name)
    return explain_text(book, rule, on, lang)


def explain_json(book: Rulebook, rule: Provision | Regime, on: date) -> dict[str, Any]:
    """The explanation as JSON values: the rule, the facts it needs, and the pair of cases."""
    plain = rule_json(book, rule, on)
    if isinstance(rule, Regime):
        return plain
    needs = [{"fact": word.id, "may_answer": list(word.may_answer), "burden": word.burden} for word in needed(book, rule)]
    return {**plain, "needs": needs, "turning_point": jsonable(turning_point(book, rule.id, on))}


def explain_text(book: Rulebook, rule: Provision | Regime, on: date, lang: Lang) -> str:
    """The explanation as text."""
    lines = [rule_text(book, rule, on, lang)]
    return "\n".join([*lines, *(_more(book, rule, on, lang) if isinstance(rule, Provision) else ())])


def papers(book: Rulebook, kind: str, on: date) -> tuple[Provision, ...]:
    """All that an application for a licence of ``kind`` must hold on a day, by id: the list an office has to publish (Administrative Licensing
    Law art. 30), generated from the provisions that make an application incomplete.
    """
    return tuple(one for one in Day(book, on).active if one.kind == "requires" and (not one.for_ or kind in one.for_))


def papers_text(book: Rulebook, kind: str, on: date, lang: Lang) -> str:
    """The list for a reader."""
    named = word_name(kind, book, lang, book.vocabulary.get("application.kind"))
    lines = [say("rules-papers-of", {"kind": named, "regime": book.regime.title[lang], "on": on}, lang)]
    for one in papers(book, kind, on):
        house = say("rules-house", None, lang) + " " if one.is_house else ""
        lines.append(f"- {house}{one.title[lang]} ({one.id}): {provision_sentence(one, book, lang)}")
    return "\n".join(lines)


def needed(book: Rulebook, rule: Provision) -> list[Fact]:
    """The words its condition reads itself, in vocabulary order."""
    parts = list(walk(rule.when)) if rule.when else []
    names = {part.ref.fact for part in parts if isinstance(part, Atom)} | {
        part.among.fact for part in parts if isinstance(part, Quantified)
    }
    return sorted((book.vocabulary[name] for name in names), key=lambda word: word.order)


def _more(book: Rulebook, rule: Provision, on: date, lang: Lang) -> Iterator[str]:
    for word in needed(book, rule):
        who = [say(f"who-{one}", None, lang) for one in word.may_answer]
        yield "  " + say(
            "rules-needs", {"fact": word.id, "question": word.question[lang].replace("{key}", "…"), "who": who}, lang
        )
    turn = turning_point(book, rule.id, on)
    if turn is not None:
        yield "  " + say(
            "rules-turning-point", {"facts": turn.facts, "ref": turn.ref, "met": turn.met, "otherwise": turn.otherwise}, lang
        )
    if rule.stories:
        yield "  " + say("rules-stories", {"stories": rule.stories}, lang)
