"""A condition as a sentence, in Chinese and English, from the phrases of the vocabulary.

``not`` is pushed to the leaves, nested *and* and *or* get brackets, and names of provisions carry their ids, so that two different conditions
never read the same (``canonical`` says when two are the same).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from lodemark.rules.condition import ROLES, All, Any_, Atom, Condition, ListOf, Not, Of, Op, Quantified, Select, Use
from lodemark.rules.model import SCALE, DatedValue, Fact, Provision, Range, Rulebook, WordList
from lodemark.wording import Lang, say, show

_OPPOSITE: Final[Mapping[Op, Op]] = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}
_AND: Final[Mapping[Lang, str]] = {"en": ", and ", "zh-Hans": "，且"}
_OR: Final[Mapping[Lang, str]] = {"en": ", or ", "zh-Hans": "，或者"}
_BRACKETS: Final[Mapping[Lang, str]] = {"en": "({})", "zh-Hans": "（{}）"}
# Comparisons; {0} is the fact, {1} the value. The words are those whose counting-in the law itself fixes (Civil Code art. 1259).
_COMPARE: Final[Mapping[tuple[str, Lang], str]] = {
    ("eq", "en"): "{0} is {1}",
    ("eq", "zh-Hans"): "{0}为{1}",
    ("ne", "en"): "{0} is not {1}",
    ("ne", "zh-Hans"): "{0}不为{1}",
    ("lt", "en"): "{0} is less than {1}",
    ("lt", "zh-Hans"): "{0}不满{1}",
    ("le", "en"): "{0} is {1} or less",
    ("le", "zh-Hans"): "{0}为{1}以下（含本数）",
    ("gt", "en"): "{0} is more than {1}",
    ("gt", "zh-Hans"): "{0}超过{1}",
    ("ge", "en"): "{0} is {1} or more",
    ("ge", "zh-Hans"): "{0}不低于{1}",
    ("in", "en"): "{0} is one of: {1}",
    ("in", "zh-Hans"): "{0}为下列之一：{1}",
    ("not in", "en"): "{0} is none of: {1}",
    ("not in", "zh-Hans"): "{0}不为下列任何一项：{1}",
    ("contains", "en"): "{0} reaches {1}",
    ("contains", "zh-Hans"): "{0}达到{1}",
    ("not contains", "en"): "{0} does not reach {1}",
    ("not contains", "zh-Hans"): "{0}未达到{1}",
    ("has", "en"): "{0} include {1}",
    ("has", "zh-Hans"): "{0}包括{1}",
    ("not has", "en"): "{0} do not include {1}",
    ("not has", "zh-Hans"): "{0}不包括{1}",
    ("present", "en"): "{0} is stated",
    ("present", "zh-Hans"): "已说明{0}",
    ("not present", "en"): "{0} is not stated",
    ("not present", "zh-Hans"): "未说明{0}",
}
_ROLE: Final[Mapping[str, Mapping[Lang, str]]] = {
    "exporter": {"en": "of the exporter: {0}", "zh-Hans": "就出口经营者而言，{0}"},
    "consignee": {"en": "of the consignee: {0}", "zh-Hans": "就收货人而言，{0}"},
    "end_user": {"en": "of the end user: {0}", "zh-Hans": "就最终用户而言，{0}"},
    "ultimate_end_user": {"en": "of the ultimate end user: {0}", "zh-Hans": "就最终产品的使用者而言，{0}"},
    "party": {"en": "of the party: {0}", "zh-Hans": "就该方而言，{0}"},
}
_QUANTIFIED: Final[Mapping[tuple[str, Lang], str]] = {
    ("exists", "en"): "among {0} there is one for which {1}",
    ("exists", "zh-Hans"): "{0}中至少有一项，{1}",
    ("every", "en"): "for every one of {0}, {1}",
    ("every", "zh-Hans"): "{0}中每一项均{1}",
}
_NOT_SO: Final[Mapping[Lang, str]] = {"en": "it is not so that {0}", "zh-Hans": "并非{0}"}
_APPLIES: Final[Mapping[tuple[bool, Lang], str]] = {
    (True, "en"): "“{0}” ({1}) applies",
    (True, "zh-Hans"): "适用“{0}”（{1}）",
    (False, "en"): "“{0}” ({1}) does not apply",
    (False, "zh-Hans"): "不适用“{0}”（{1}）",
}
_SOME: Final[Mapping[tuple[bool, Lang], str]] = {
    (True, "en"): "at least one {0} applies [{1}]",
    (True, "zh-Hans"): "至少适用一项{0}［{1}］",
    (False, "en"): "no {0} applies [{1}]",
    (False, "zh-Hans"): "不适用任何{0}［{1}］",
}
_OF: Final[Mapping[Lang, str]] = {"en": "{1} of {0}", "zh-Hans": "{0}的{1}"}
_OPEN: Final[Mapping[Lang, str]] = {
    "en": "a number the law leaves open, above {0} and at most {1}",
    "zh-Hans": "法律未定的数值（高于{0}，至多{1}）",
}
_ALWAYS: Final[Mapping[Lang, str]] = {"en": "always", "zh-Hans": "一律适用"}


def canonical(tree: Condition) -> Condition:
    """The normal form that is spoken: ``not`` at the leaves, ``where`` folded in, nested *all* in *all* and *any* in *any* flattened."""
    return _normal(tree, True)


def _normal(tree: Condition, positive: bool) -> Condition:
    match tree:
        case Not(part):
            return _normal(part, not positive)
        case All(parts) | Any_(parts):
            kind = All if isinstance(tree, All) == positive else Any_
            flat: list[Condition] = []
            for part in parts:
                normal = _normal(part, positive)
                flat += normal.parts if isinstance(normal, kind) else (normal,)
            return flat[0] if len(flat) == 1 else kind(tuple(flat))
        case Quantified(where=where):
            if where is not None:
                body = All((where, tree.satisfies)) if tree.kind == "exists" else Any_((Not(where), tree.satisfies))
                return _normal(replace(tree, where=None, satisfies=body), positive)
            kind_ = tree.kind if positive else "every" if tree.kind == "exists" else "exists"
            return replace(tree, kind=kind_, satisfies=_normal(tree.satisfies, positive))
        case Atom(op=op, value=bool() as value) if op in ("eq", "ne"):
            return replace(tree, op="eq", value=(value == (op == "eq")) == positive)
        case Atom(op=op) if not positive and op in _OPPOSITE:
            return replace(tree, op=_OPPOSITE[op])
    return tree if positive else Not(tree)


def sentence(tree: Condition, book: Rulebook, lang: Lang) -> str:
    """The condition as a reader's sentence, without a full stop."""
    return _say(canonical(tree), book, lang, top=True)


def provision_sentence(provision: Provision, book: Rulebook, lang: Lang) -> str:
    """What a provision says of whom: its condition, or that it has none."""
    return sentence(provision.when, book, lang) if provision.when else _ALWAYS[lang]


def _say(tree: Condition, book: Rulebook, lang: Lang, top: bool = False) -> str:
    match tree:
        case All(parts) | Any_(parts):
            joined = (_AND if isinstance(tree, All) else _OR)[lang].join(_say(part, book, lang) for part in parts)
            return joined if top else _BRACKETS[lang].format(joined)
        case Not(Use() | Select() | Atom() as part):
            return _leaf(part, book, lang, False)
        case Quantified():
            word = book.vocabulary[tree.among.fact]
            return _QUANTIFIED[tree.kind, lang].format(
                _of_role(tree.among.scope, word.phrase[lang], lang), _say(tree.satisfies, book, lang)
            )
        case Use() | Select() | Atom():
            return _leaf(tree, book, lang, True)
    raise AssertionError(f"not in normal form: {tree}")


def _leaf(tree: Use | Select | Atom, book: Rulebook, lang: Lang, positive: bool) -> str:
    match tree:
        case Use(name):
            return _APPLIES[positive, lang].format(book.provisions[name].title[lang], name)
        case Select():
            return _SOME[positive, lang].format(
                _selected(tree, book, lang), "; ".join(f"{name} {value}" for name, value in tree.given())
            )
    return _atom(tree, book, lang, positive)


def _selected(tree: Select, book: Rulebook, lang: Lang) -> str:
    """What a selector means: the kind of provision, and of which text."""
    kind = say(f"kind-{tree.kind or 'any'}", None, lang)
    home = book.instruments.get(tree.instrument or "")
    return _OF[lang].format(home.title[lang], kind) if home else kind


def _atom(atom: Atom, book: Rulebook, lang: Lang, positive: bool) -> str:
    word = book.vocabulary[atom.ref.fact]
    phrase = word.phrase[lang].replace("{key}", word_name(atom.ref.key or "", book, lang))
    if word.type == "bool" and atom.op == "eq":
        return _of_role(atom.ref.scope, phrase if atom.value is True else _NOT_SO[lang].format(phrase), lang)
    kind = "has" if atom.op == "contains" and word.type == "set" else atom.op
    template = _COMPARE[kind if positive else f"not {kind}", lang]
    return _of_role(atom.ref.scope, template.format(phrase, _operand(atom, word, book, lang)), lang)


def _of_role(scope: str, text: str, lang: Lang) -> str:
    return _ROLE[scope][lang].format(text) if scope in (*ROLES, "party") else text


def _operand(atom: Atom, word: Fact, book: Rulebook, lang: Lang) -> str:
    if atom.op == "in":
        if isinstance(atom.members, ListOf):
            return f"{book.lists[atom.members.id].title[lang]} [{atom.members.id}]"
        return show([word_name(str(item), book, lang, word) for item in atom.members], lang)
    if isinstance(atom.value, Of):
        return f"{_value(atom.value, book, lang)} [{atom.value}]" + (f" [lod {atom.lod}]" if atom.lod is not None else "")
    if isinstance(atom.value, str) and word.type in ("enum", "country", "set"):
        return word_name(atom.value, book, lang, word)
    return f"{show(atom.value, lang)} {atom.unit}" if atom.unit and atom.unit != "1" else show(atom.value, lang)


def _value(of: Of, book: Rulebook, lang: Lang) -> str:
    """The number itself while the law has set only one; the name of the provision where it changed with time."""
    provision = book.provisions[of.provision]
    values = [value for value in provision.values if value.name == of.name]
    if len(values) != 1:
        return provision.title[lang]
    return number(values[0], lang)


def number(value: DatedValue, lang: Lang) -> str:
    """A rule value as it is read: shares in per cent, other units as written, a range with both its ends."""
    _, scale = SCALE.get(value.unit or "", ("", Decimal(1)))
    suffix = f" {value.unit}" if value.unit not in (None, "1") else ""
    if value.unit == "% m/m" or (value.unit == "1" and value.basis):
        scale, suffix = Decimal("0.01"), " %"
    if isinstance(value.value, Range):
        return _OPEN[lang].format(*(show(end / scale, lang) + suffix for end in (value.value.above, value.value.at_most)))
    return show(value.value / scale, lang) + suffix if isinstance(value.value, Decimal) else show(value.value, lang)


def word_name(code: str, book: Rulebook, lang: Lang, word: Fact | None = None) -> str:
    """What a word is called: as its own list names it, else as it is written."""
    lists: list[WordList] = [book.lists[word.list]] if word and word.list else []
    return next((found.names[code][lang] for found in lists if code in found.names), code)
