"""What has to be cured before an application is complete: the answers the law needs, the papers, and checks that do not hold.

The list a page shows while somebody writes is the list ``submit`` refuses with and ``return`` is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from lodemark.application.checks import CHECKS, Check
from lodemark.application.diff import within
from lodemark.application.facts import facts
from lodemark.application.model import Application
from lodemark.application.place import places_of
from lodemark.application.state import Deficiency
from lodemark.application.tree import leaf_of
from lodemark.ledger import jsonable
from lodemark.rules import Assessment, CheckResult, Fact, Missing, Rulebook, assess
from lodemark.rules.value import FactValue, Plain
from lodemark.wording import LANGUAGES, Lang, say

APPLICANTS: Final = frozenset({"exporter", "end_user", "laboratory"})
"""Who can cure something in the file; what only the office can find out is no deficiency of the applicant."""

_BY_CODE: Final[Mapping[str, Check]] = {check.code: check for check in CHECKS}


def missing(
    app: Application,
    book: Rulebook,
    on: date,
    *,
    gathered: Mapping[str, FactValue | Plain] | None = None,
    as_seen_by: str = "authority",
) -> tuple[Deficiency, ...]:
    """The exact list for a file as it stands: what the law of ``on`` still needs to be told, and by whom. Before filing, too."""
    return unanswered(app, assess(book, facts(app, book, on), on=on, gathered=gathered, as_seen_by=as_seen_by))


def unanswered(app: Application, assessment: Assessment) -> tuple[Deficiency, ...]:
    """The answers that can still change an outcome or that a required paper needs, in the order of the questions."""
    words = assessment.vocabulary
    return tuple(_answer(app, item, words) for item in assessment.missing if APPLICANTS.intersection(item.may_answer))


def defects(app: Application, assessment: Assessment, checks: Iterable[CheckResult]) -> tuple[Deficiency, ...]:
    """Everything to cure, each item once: answers, requirements that are not met, checks that do not hold or stay open.

    Of a line that needs no licence nothing further is asked; a check that is *not met* is told all the same, because the
    outcome rests on what it contradicts.
    """
    found = [*unanswered(app, assessment), *_requirements(assessment), *_checks(app, assessment, checks)]
    return tuple({item.key: item for item in found if not _of_somebody_else(app, item)}.values())


def _of_somebody_else(app: Application, item: Deficiency) -> bool:
    """What is answered under seal is no item for whoever filed: it is awaited, or judged by a person who opens it.

    A check stays *not known* where what it reads is sealed; only that it cannot be cured by the supplier is said here.
    """
    if item.path in app.sealed:
        return True
    return item.code.endswith("-not-known") and any(within(path, item.reopens) for path in app.sealed)


def _answer(app: Application, item: Missing, words: Mapping[str, Fact]) -> Deficiency:
    places = places_of(app, item.fact_ref)
    path = places[0]
    told: dict[str, object] = {
        "fact": item.fact_ref,
        "asked": _question(item.fact_ref, words.get(item.question_code)),
        "question": item.question_code,
        "provision": item.why[0] if item.why else "",
    }
    told |= {
        "path": path,
        "evidence": list(item.evidence_kinds),
        "may_answer": list(item.may_answer),
        "cells": list(item.cells),
    }
    if item.via:
        told["via"] = item.via
    unread = app.unread.get(path)
    return Deficiency(
        rule_id=item.fact_ref,
        provision=item.why[0] if item.why else "",
        path=path,
        code="answer-missing" if unread is None else "answer-unread",
        facts=told if unread is None else {**told, "text": unread},
        cure="answer-missing-cure" if item.evidence_kinds else "answer-missing-cure-plain",
        reopens=places,
        audience=item.audience,
    )


def spoken(item: Deficiency, book: Rulebook, lang: Lang) -> str:
    """An item for a reader: the question itself where an answer is missing, else what is wrong; then the cure."""
    facts = {
        **spoken_facts(item.facts, lang),
        "evidence": [_paper(book, str(kind), lang) for kind in _listed(item.facts.get("evidence"))],
    }
    return " ".join([say(item.code, facts, lang), say(item.cure, facts, lang)])


def _question(ref: str, word: Fact | None) -> Mapping[str, str]:
    """The rulebook's own question in both languages; a fact without one is named by its reference."""
    key = ref.rpartition("[")[2].rstrip("]")
    return {lang: word.question[lang].replace("{key}", key) if word else ref for lang in LANGUAGES}


def spoken_facts(facts: Mapping[str, object], lang: Lang) -> dict[str, object]:
    """The facts of a check with its aspects in words: ``units:robot`` is "units made (robot)"."""
    named = {name: [_aspect(str(one), lang) for one in _listed(facts.get(name))] for name in ("lacking", "open", "differ")}
    return {**facts, **{name: words for name, words in named.items() if name in facts}}


def _aspect(code: str, lang: Lang) -> str:
    name, _, subject = code.partition(":")
    word = say(f"aspect-{name}", {}, lang)
    return f"{word} ({subject})" if subject else word


def _paper(book: Rulebook, kind: str, lang: Lang) -> str:
    """What a kind of document is called in the list of the rulebook, else its code."""
    names = book.lists["list/document-kinds"].names if "list/document-kinds" in book.lists else {}
    return names[kind][lang] if kind in names else kind


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _requirements(assessment: Assessment) -> Iterator[Deficiency]:
    """Papers and conditions of the licence kind that the file itself says are not there: bring them, or ask for another kind."""
    for check in assessment.checks:
        if check.verdict == "not_met" and check.code not in _BY_CODE:
            yield Deficiency(
                rule_id=check.code,
                provision=check.provision or check.code,
                path="/kind",
                code="requirement-not-met",
                facts={**_json(check), "provision": check.provision or check.code},
                cure="requirement-not-met-cure",
                reopens=("/kind", "/documents", "/answers"),
            )


def _checks(app: Application, assessment: Assessment, checks: Iterable[CheckResult]) -> Iterator[Deficiency]:
    free = {cell.line for cell in assessment.cells} - {
        cell.line for cell in assessment.cells if cell.licence_needed != "not_met"
    }
    for result in checks:
        check = _BY_CODE[result.code]
        open_ = result.verdict == "not_known" and check.asked and result.facts.get("line") not in free
        if result.verdict != "not_met" and not open_:
            continue
        places = tuple(dict.fromkeys(_places(app, check, result)))
        state = result.verdict.replace("_", "-")
        yield Deficiency(
            rule_id=check.code,
            provision=result.provision or "",
            path=places[0],
            code=f"{check.code}-{state}",
            facts=_json(result),
            cure=f"{check.code}-cure",
            reopens=places,
        )


def _places(app: Application, check: Check, result: CheckResult) -> Iterator[str]:
    """The pointers a check opens, with its subject filled in; a place whose subject is not there is left out."""
    line, node = result.facts.get("line"), result.facts.get("node")
    index = next((place for place, one in enumerate(app.lines) if one.id == line), None)
    if node is None and isinstance(line, str) and index is not None:
        node = leaf_of(app, line)
    blocks = {"line": None if index is None else f"/lines/{index}", "node": node and f"/tree/nodes/{node}"}
    for place in check.places:
        wanted = [name for name in blocks if f"{{{name}}}" in place]
        if all(blocks[name] for name in wanted):
            yield place.format(**blocks)


def _json(check: CheckResult) -> dict[str, object]:
    plain = jsonable({**check.facts, **check.numbers})
    assert isinstance(plain, dict)
    return plain
