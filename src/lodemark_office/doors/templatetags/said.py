"""Sentences and figures in templates: ``{% t "code" fact=value %}``, ``{{ mass|kg }}``, ``{{ reason|explain:lang }}``."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from django import template

from lodemark import Error, Reason
from lodemark.application.sheet import CellFault
from lodemark.attribution import Bounds
from lodemark.attribution.explain import explained
from lodemark.wording import Lang, has, say, show
from lodemark_office.doors.parts.asked import paper_name
from lodemark_office.doors.parts.figure import number
from lodemark_office.store import models

register = template.Library()


@register.simple_tag(takes_context=True)
def t(context: template.Context, code: str, **facts: object) -> str:
    """The sentence for a code in the language of the page."""
    return say(code, facts, _lang(context))


@register.simple_tag(takes_context=True)
def word(context: template.Context, code: str, prefix: str = "") -> str:
    """The word for a value (a state, a verdict); a value without one is shown as it is, so nothing is hidden."""
    full = f"{prefix}{code}"
    return say(full, {}, _lang(context)) if has(full) else code


@register.simple_tag(takes_context=True)
def party(context: template.Context, party_id: str) -> str:
    """A party's name in the language of the page; its id where it is not registered. One query per party and page."""
    known = context.render_context.setdefault("parties", {})
    if party_id not in known:
        known[party_id] = models.Party.objects.filter(id=party_id).first()
    row = known[party_id]
    return party_id if row is None else row.name_zh if _lang(context) == "zh-Hans" else row.name_en


@register.simple_tag(takes_context=True)
def commodity(context: template.Context, code: str) -> str:
    """What is counted, with its basis: gross mass, contained element, oxide equivalent, pieces, value."""
    family, _, what = code.partition(":")
    return say(f"commodity-{family}", {"what": what}, _lang(context))


def _lang(context: template.Context) -> Lang:
    return "zh-Hans" if context.get("lang") == "zh-Hans" else "en"


@register.simple_tag
def fresh_key() -> str:
    """A key for one form, as shown: pressing twice is counted once."""
    return uuid.uuid4().hex


@register.filter
def kg(mass_mg: int | None) -> str:
    """Milligrams as kilograms, number and unit never split."""
    return show(mass_mg, "en", "kg").replace(" ", "\N{NO-BREAK SPACE}")


@register.filter
def explain(reason: Reason | Error, lang: str) -> str:
    """The sentence of a reason, or of an error with all its faults, one a line."""
    return reason.explain("zh-Hans" if lang == "zh-Hans" else "en")


@register.filter
def cure(fault: CellFault, lang: str) -> str:
    """What to write instead of what is wrong in a cell."""
    return fault.remedy("zh-Hans" if lang == "zh-Hans" else "en")


@register.filter
def shown(value: object, lang: str) -> str:
    """Any fact as text in a language."""
    return show(value, "zh-Hans" if lang == "zh-Hans" else "en")


@register.filter
def get(mapping: Any, key: str) -> Any:
    """One item of a mapping; nothing where it has none."""
    return mapping.get(key, "")


@register.filter
def in_lang(text: Any, lang: str) -> str:
    """A text that comes in several languages, in this one or in the one it has."""
    return text.get(lang) or next(iter(text.values()), "")


@register.simple_tag(takes_context=True)
def sentence(context: template.Context, code: str, facts: Any) -> str:
    """The sentence of a code with the facts of what carries it (a piece of evidence, a limit)."""
    return say(code, facts, _lang(context))


@register.simple_tag(takes_context=True)
def paper(context: template.Context, kind: str) -> str:
    """What a kind of document is called in the rulebook of the page."""
    return paper_name(context["book"], kind, _lang(context))


@register.simple_tag(takes_context=True)
def state_word(context: template.Context, noun: str, state: str) -> str:
    """The word for the state of a noun."""
    return say(f"state-{noun}-{state}", {}, _lang(context))


@register.filter
def day_before(day: date) -> date:
    """The last day of a half-open period."""
    return day - timedelta(days=1)


@register.filter
def percent(share: Any) -> str:
    """A mass share of one in per cent by mass."""
    return f"{float(share) * 100:.4g} %"


@register.filter
def figure(value: float | None, digits: int = 4) -> str:
    """A measured number as figures write it; nothing for what is not known."""
    return number(value, digits)


@register.filter
def thing(uri: str) -> str:
    """The last steps of a GS1 address, which people know a lot by; the whole stands in its link."""
    return "/".join(uri.rsplit("/", 3)[-3:]) if uri.startswith("http") else uri


@register.simple_tag
def word_in(lang: Lang, code: str, prefix: str = "") -> str:
    """A word in a named language: for pages that show both side by side."""
    return say(f"{prefix}{code}", {}, lang)


@register.simple_tag(takes_context=True)
def proof(context: template.Context, bounds: Bounds) -> list[tuple[str, tuple[str, ...]]]:
    """A range and why it is no wider: sentences, each with the receipts it speaks of."""
    lang = _lang(context)
    return explained(bounds, lang, lot=_called, use=lambda name: say(f"use-{name}", {}, lang))


def _called(name: object) -> str:
    """A lot or a process as a sentence calls it: an address by its last steps, a digest by its first letters."""
    said = thing(str(name))
    return said if "/" in said or len(said) < len("sha256:") + 32 else f"{said[:12]}…"


@register.simple_tag(takes_context=True)
def stops(context: template.Context, programme: str, stop: Any) -> str:
    """When a programme stops, for want of what, and which papers that waits for."""
    lang = _lang(context)
    papers = say("exposure-waits", {"papers": list(stop.papers)}, lang) if stop.papers else ""
    return say(
        "exposure-programme-stops", {"programme": programme, "day": stop.day, "cause": stop.cause, "papers": papers}, lang
    )
