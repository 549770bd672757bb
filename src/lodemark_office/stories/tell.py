"""Telling a story in the terminal: when, who, what was decided, on which ground; refusals with every reason, once each."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from lodemark.wording import Lang, has, say
from lodemark_office.acts.store import Answer
from lodemark_office.stories.play import Told
from lodemark_office.stories.read import Cast

ZONE = ZoneInfo("Asia/Shanghai")
MOST_REASONS = 4


def headline(titles: Mapping[str, str], lang: Lang) -> str:
    """The title of a story."""
    return titles.get(lang, titles["en"])


def line(told: Told, cast: Cast, lang: Lang) -> list[str]:
    """The lines that tell one step."""
    step = told.step
    if step.expects:
        words = " ".join(f"{key}={value}" for key, value in step.words.items() if len(value) < 60)
        return [f"{'':17}  = {step.verb} {words}"]
    when = step.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
    head = f"{when}  {_who(step.who, cast, lang)}: {step.verb}"
    if told.error is not None:
        return [head, f"{'':17}  ! {told.error.explain(lang)}"]
    assert told.answer is not None
    return [head, *(f"{'':17}  {text}" for text in _came_to(told.answer, lang))]


def _who(name: str, cast: Cast, lang: Lang) -> str:
    actor = cast.people[name]
    party = cast.parties.get(actor.party, {}).get(lang, actor.party)
    return f"{name} ({party})"


def _came_to(answer: Answer, lang: Lang) -> list[str]:
    if answer.reasons:
        sentences = list(dict.fromkeys(reason.explain(lang) for reason in answer.reasons))
        more = len(sentences) - MOST_REASONS
        shown = [f"✕ {sentence}" for sentence in sentences[:MOST_REASONS]]
        return shown + ([say("story-more-reasons", {"count": more}, lang)] if more > 0 else [])
    kinds: dict[tuple[str, str], int] = {}
    for each in answer.written:
        kinds[each.kind, each.dossier] = kinds.get((each.kind, each.dossier), 0) + 1
    shown = [
        f"✓ {say(f'record-{kind}', {}, lang) if has(f'record-{kind}') else kind}  {dossier}"
        + (f"  ×{count}" if count > 1 else "")
        for (kind, dossier), count in kinds.items()
    ]
    if answer.replayed:
        shown.append(say("page-receipt-again", {}, lang))
    return shown or [say("story-nothing", {}, lang)]
