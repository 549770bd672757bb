"""Assessments, questions and rules for readers: plain JSON values for programs, text in either language for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from lodemark.ledger import digest, jsonable
from lodemark.rules.condition import plain as plain_condition
from lodemark.rules.day import Day
from lodemark.rules.difference import Difference
from lodemark.rules.facts import split
from lodemark.rules.model import Provision, Regime, Rulebook
from lodemark.rules.result import Assessment, Cell, Missing
from lodemark.rules.sentence import number, provision_sentence, sentence
from lodemark.wording import Lang, has, say
from lodemark.wording import show as shown

_CELL: Final = (
    "line",
    "end_user",
    "crossing",
    "outcome",
    "reachable",
    "licence_needed",
    "modality",
    "fired",
    "missing",
    "waiting_for",
    "because",
    "weakest_evidence",
    "caveats",
    "relevance",
)
_TOP: Final = ("regime", "on", "rulebook_digest", "facts_digest", "assumptions", "as_seen_by", "cells", "admissible", "missing", "waiting_for", "unneeded", "checks", "advice", "relevance")  # fmt: skip


def assessment_json(found: Assessment) -> dict[str, Any]:
    """The whole assessment as canonical JSON values; same inputs, same bytes."""
    cells = [{name: getattr(cell, name) for name in _CELL} for cell in found.cells]
    return {name: jsonable(cells if name == "cells" else getattr(found, name)) for name in _TOP}


def is_open(found: Assessment) -> bool:
    """Whether something is not known, missing, or a check not met."""
    undecided = any(cell.outcome == "not_known" for cell in found.cells)
    return undecided or found.admissible in ("not_known", "not_met") or any(check.verdict != "met" for check in found.checks)


def assessment_text(book: Rulebook, found: Assessment, lang: Lang) -> str:
    """The assessment for a reader: outcome and ground of each cell, then what is missing."""
    lines = [f"{book.regime.title[lang]} · {found.on.isoformat()}"]
    if found.assumptions:
        lines.append(
            say("rules-assumed", {"assumptions": [f"{name} = {value}" for name, value in found.assumptions.items()]}, lang)
        )
    for cell in found.cells:
        lines += ["", *_cell_lines(book, cell, lang)]
    if found.admissible is not None:
        lines += ["", say("rules-papers", {"verdict": say(found.admissible, None, lang)}, lang)]
    lines += [
        say("rules-check", {"check": check.code, "verdict": say(check.verdict, None, lang)}, lang)
        for check in found.checks
        if check.verdict != "met"
    ]
    lines += [reason.explain(lang) for reason in found.advice]
    for heading, items in (("rules-missing", found.missing), ("rules-waiting-for", found.waiting_for)):
        if items:
            lines += [
                "",
                say(heading, {"count": len(items)}, lang),
                *(f"  {question_text(book, item, lang)}" for item in items),
            ]
    if found.unneeded:
        lines += ["", say("rules-unneeded", {"facts": found.unneeded}, lang)]
    caveats = dict.fromkeys(caveat.explain(lang) for cell in found.cells for caveat in cell.caveats)
    return "\n".join([*lines, *(["", *caveats] if caveats else [])])


def _cell_lines(book: Rulebook, cell: Cell, lang: Lang) -> list[str]:
    outcome = say(cell.outcome, None, lang)
    if cell.outcome == "not_known":
        outcome += f" ({shown([say(one, None, lang) for one in cell.reachable], lang)})"
    need = say(f"rules-licence-{cell.licence_needed}", None, lang)
    lines = [
        f"{cell.key}: {outcome}. {need}",
        say(
            "rules-grade",
            {
                "grade": say(f"law-grade-{cell.weakest_evidence}", None, lang),
                "modality": say(f"law-modality-{cell.modality}", None, lang),
            },
            lang,
        ),
    ]
    for fired in cell.fired:
        provision = book.provisions[fired.provision]
        quote = f" “{provision.quote.text}”" if provision.quote else ""
        house = say("rules-house", None, lang) + " " if provision.is_house else ""
        lines.append(f"  {house}{fired.provision}: {provision.title[lang]}{quote}")
    if cell.because:
        lines.append("  " + say("rules-because", {"facts": cell.because}, lang))
    return lines


def question_json(book: Rulebook, item: Missing) -> dict[str, Any]:
    """A missing fact with its question in both languages."""
    plain = jsonable(item)
    assert isinstance(plain, dict)
    return {**plain, "question": {lang: question(book, item, lang) for lang in ("en", "zh-Hans")}}


def question(book: Rulebook, item: Missing, lang: Lang) -> str:
    """The question of a missing fact, with its key filled in."""
    word = book.vocabulary.get(item.question_code)
    if word is None:
        return say(item.question_code, None, lang)
    key = split(item.fact_ref)[3]
    return word.question[lang].replace("{key}", key or "")


def question_text(book: Rulebook, item: Missing, lang: Lang) -> str:
    """One line: what is asked, about what, under which provisions, and who may answer."""
    facts = {
        "ref": item.fact_ref,
        "question": question(book, item, lang),
        "why": item.why,
        "who": [say(f"who-{one}", None, lang) for one in item.may_answer],
    }
    return say("rules-question", facts, lang)


def questions_text(book: Rulebook, items: Sequence[Missing], lang: Lang) -> str:
    """The questions of a regime in the order given."""
    if not items:
        return f"{book.regime.title[lang]}: {say('rules-nothing-missing', None, lang)}"
    return "\n".join(
        [book.regime.title[lang], *(f"{number}. {question_text(book, item, lang)}" for number, item in enumerate(items, 1))]
    )


def regime_json(book: Rulebook, on: date) -> dict[str, Any]:
    """A regime with the status of its instruments' provisions on a day."""
    day = Day(book, on)
    counts: dict[str, int] = {}
    for provision in book.provisions.values():
        counts[day.status(provision)] = counts.get(day.status(provision), 0) + 1
    checked = min((one.checked_until for one in book.instruments.values()), default=None)
    return {
        "id": book.regime.id,
        "title": dict(book.regime.title),
        "digest": book.digest,
        "on": on.isoformat(),
        "provisions": dict(sorted(counts.items())),
        "checked_until": jsonable(checked),
    }


def regime_text(book: Rulebook, on: date, lang: Lang) -> str:
    """One line of ``rules list``."""
    counts: Mapping[str, int] = regime_json(book, on)["provisions"]
    states = shown([f"{say(f'law-status-{name}', None, lang)} {count}" for name, count in counts.items()], lang)
    return f"{book.regime.id}: {book.regime.title[lang]} ({states})"


def fingerprint(rule: Provision) -> str:
    """The digest of one check: SHA-256 of everything that is written of it, so that a reader can tell whether it is still the same."""
    written = jsonable(replace(rule, when=None))
    assert isinstance(written, dict)
    return digest({**written, "when": jsonable(plain_condition(rule.when)) if rule.when else None})


def rule_json(book: Rulebook, rule: Provision | Regime, on: date) -> dict[str, Any]:
    """A provision or regime as JSON values, a provision with its status on the day and its sentence in both languages."""
    plain = jsonable(rule)
    assert isinstance(plain, dict)
    if isinstance(rule, Regime):
        return plain
    said = {lang: provision_sentence(rule, book, lang) for lang in ("en", "zh-Hans")}
    return {
        **plain,
        "digest": fingerprint(rule),
        "on": on.isoformat(),
        "status_on": Day(book, on).status(rule),
        "sentence": said,
    }


def rule_text(book: Rulebook, rule: Provision | Regime, on: date, lang: Lang) -> str:
    """A provision or regime for a reader."""
    return "\n".join(_regime_lines(book, on, lang) if isinstance(rule, Regime) else _provision_lines(book, rule, on, lang))


def _regime_lines(book: Rulebook, on: date, lang: Lang) -> Iterable[str]:
    yield regime_text(book, on, lang)
    for stage in book.regime.stages:
        condition = sentence(stage.when, book, lang) if stage.when else say("rules-otherwise", None, lang)
        yield f"  {say(stage.outcome, None, lang)}: {condition}"
        yield f"    {stage.why[lang]}"


def _provision_lines(book: Rulebook, rule: Provision, on: date, lang: Lang) -> Iterable[str]:
    house = say("rules-house", None, lang) + " " if rule.is_house else ""
    yield f"{house}{rule.id}: {rule.title[lang]}"
    if rule.quote:
        yield f"  “{rule.quote.text}”"
    if rule.reference:
        yield f"  {rule.reference.instrument} {rule.reference.locator} {rule.reference.source}".rstrip()
    if rule.basis:
        yield f"  {rule.basis[lang]}"
    yield "  " + say(
        "rules-grade",
        {"grade": say(f"law-grade-{rule.evidence}", None, lang), "modality": say(f"law-modality-{rule.modality}", None, lang)},
        lang,
    )
    yield f"  {provision_sentence(rule, book, lang)}"
    for part in rule.status:
        by = f" {part.by}" if part.by else ""
        yield f"  [{part.start}, {part.until or '…'}) {say(f'law-status-{part.is_}', None, lang)}{by}"
        if part.text_says:
            yield "    " + say("rules-text-says", {"status": say(f"law-status-{part.text_says}", None, lang)}, lang)
    for value in rule.values:
        yield f"  {value.name} [{value.start}, {value.until or '…'}) = {number(value, lang)}"
    if rule.hs_hints:
        yield "  " + say("rules-hs-hints", {"codes": rule.hs_hints}, lang)
    if rule.note:
        yield f"  {rule.note[lang]}"
    yield "  " + say("rules-status-on", {"on": on, "status": say(f"law-status-{Day(book, on).status(rule)}", None, lang)}, lang)


def difference_json(found: Difference) -> dict[str, Any]:
    """A difference as JSON values."""
    plain = jsonable(found)
    assert isinstance(plain, dict)
    return plain


def difference_text(found: Difference, examples: Sequence[Mapping[str, str]], lang: Lang) -> str:
    """A difference for a reader: first whether anybody fares differently, then what is written differently."""
    before, after = (say(outcome, None, lang) for outcome in found.outcomes) if found.outcomes else ("", "")
    lines = [say(f"rules-diff-{found.meaning}", {"before": before, "after": after, "witness": found.witness}, lang)]
    for one in examples:
        lines.append(
            say(
                "rules-diff-example",
                {**one, "before": _outcome(one["before"], lang), "after": _outcome(one["after"], lang)},
                lang,
            )
        )
    for change in found.changes:
        facts = {"what": say(f"change-{change.what}", None, lang), "id": change.id, "parts": change.parts}
        lines.append("  " + say("rules-diff-change", facts, lang))
    return "\n".join(lines)


def _outcome(code: str, lang: Lang) -> str:
    return say(code, None, lang) if has(code) else code
