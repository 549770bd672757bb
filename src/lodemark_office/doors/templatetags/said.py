"""Sentences and figures in templates: ``{% t "code" fact=value %}``, ``{{ mass|kg }}``, ``{{ reason|explain:lang }}``."""

from __future__ import annotations

from typing import Any

from django import template

from lodemark import Reason
from lodemark.wording import has, say, show

register = template.Library()


@register.simple_tag(takes_context=True)
def t(context: template.Context, code: str, **facts: object) -> str:
    """The sentence for a code in the language of the page."""
    return say(code, facts, context.get("lang", "en"))


@register.simple_tag(takes_context=True)
def word(context: template.Context, code: str, prefix: str = "") -> str:
    """The word for a value (a state, a verdict); a value without one is shown as it is, so nothing is hidden."""
    full = f"{prefix}{code}"
    return say(full, {}, context.get("lang", "en")) if has(full) else code


@register.filter
def kg(mass_mg: int | None) -> str:
    """Milligrams as kilograms, number and unit never split."""
    return show(mass_mg, "en", "kg").replace(" ", "\N{NO-BREAK SPACE}")


@register.filter
def explain(reason: Reason, lang: str) -> str:
    """The sentence of a reason."""
    return reason.explain("zh-Hans" if lang == "zh-Hans" else "en")


@register.filter
def shown(value: object, lang: str) -> str:
    """Any fact as text in a language."""
    return show(value, "zh-Hans" if lang == "zh-Hans" else "en")


@register.filter
def get(mapping: Any, key: str) -> Any:
    """One item of a mapping."""
    return mapping.get(key)
