"""What no single answer holds, added one at a time: what the goods are, a party, a part of the product, a border that is crossed, a paper.

The forms write into the same blocks that ``docs/reference/application-file.md`` describes; whether the result can be read
is for the room ``application`` to say.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lodemark import Error
from lodemark.application import Application
from lodemark.application.model import ROLES
from lodemark.rules import Rulebook
from lodemark.wording import Lang, say
from lodemark_office.doors.parts.blank import Blank, Choices, blank_of

ADD = "add:"
SAYS = ("end_user", "model", "quantity", "destination")
"""What a signed end-use statement states, to be compared with the application."""
Content = dict[str, Any]
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LETTERS = re.compile(r"[^a-z0-9]+")


class UnderSeal(Error):
    """Something was to be added to what its owner answers under seal."""

    code = "page-add-under-seal"


@dataclass(frozen=True, slots=True)
class Adding:
    """One form: what it adds, and its blanks."""

    noun: str
    blanks: tuple[Blank, ...]


def addings(app: Application, book: Rulebook, lang: Lang) -> tuple[Adding, ...]:
    """The forms for this file: a part can be built into the parts that are there, and a border is crossed by one of them."""

    def asked(name: str, word: str) -> Blank:
        return blank_of(ADD + name, book.vocabulary[word].question[lang], book.vocabulary[word], book, lang)

    def said(name: str, code: str, choices: Choices = ()) -> Blank:
        return Blank(ADD + name, say(code, {}, lang), choices=choices)

    parts = tuple((name, f"{name} · {node.function}" if node.function else name) for name, node in app.tree.nodes.items())
    lines = tuple((line.id, f"{line.id} · {line.model}" if line.model else line.id) for line in app.lines)
    roles = tuple((role, say(f"role-{role}", {}, lang)) for role in ROLES)
    every = (("true", say("answer-true", {}, lang)),)
    goods = (
        said("goods:line", "page-add-goods-line", lines),
        said("goods:model", "page-add-model"),
        said("goods:pieces", "page-add-pieces"),
        said("goods:gross", "page-add-gross"),
    )
    party = (
        said("party:role", "page-add-role", roles),
        said("party:name", "page-add-name"),
        asked("party:country", "party.country"),
        asked("party:military", "party.military"),
        said("party:all", "page-add-all-parties", every),
    )
    part = (
        asked("part:function", "node.function"),
        said("part:line", "page-add-line", lines),
        said("part:parent", "page-add-parent", parts),
        said("part:per", "page-add-per"),
        said("part:units", "page-add-units"),
        said("part:spares", "page-add-spares"),
        said("part:scrap", "page-add-scrap"),
        asked("part:onward", "node.onward_export"),
        asked("part:destinations", "node.destinations"),
        said("part:all", "page-add-all-parts", every),
    )
    crossing = (
        said("crossing:item", "page-add-item", parts),
        asked("crossing:from", "crossing.from"),
        asked("crossing:to", "crossing.to"),
    )
    paper = (
        asked("paper:kind", "document.kind"),
        said("paper:signed_on", "page-add-signed-on"),
        said("paper:lang", "page-add-lang"),
        *(said(f"paper:{each}", f"page-add-says-{each}") for each in SAYS),
    )
    forms = {"goods": goods, "party": party, "part": part, "crossing": crossing, "paper": paper}
    return tuple(Adding(noun, blanks) for noun, blanks in forms.items() if noun != "crossing" or parts)


def added(content: Mapping[str, object], form: Mapping[str, str]) -> Content:
    """The content with what the forms say; a form whose first blank is empty adds nothing. Raises ``UnderSeal``."""
    made: Content = copy.deepcopy(dict(content))
    typed = {name.removeprefix(ADD): text.strip() for name, text in form.items() if name.startswith(ADD) and text.strip()}
    for first, add in _ADD.items():
        if first in typed:
            add(made, typed)
    for block, close in (("parties", "party:all"), ("tree", "part:all")):
        if close in typed:
            _block(made, block)["complete"] = True
    return made


def _party(made: Content, typed: Mapping[str, str]) -> None:
    role, name, parties = typed["party:role"], typed.get("party:name", ""), _block(made, "parties")
    _unsealed(parties, role)
    held = parties.get(role)
    # The end user of the short form has a country and no name yet: it is the one that is named now.
    nameless = next((one for one in _all(held) if "names" not in one), None) if name else None
    party: Content = nameless if nameless is not None else {"id": _free("p", _ids(parties))}
    party |= {"names": {"zh-Hans" if _CHINESE.search(name) else "en": name}} if name else {}
    party |= {"country": typed["party:country"].upper()} if "party:country" in typed else {}
    party |= {"military": typed["party:military"] == "true"} if "party:military" in typed else {}
    if nameless is None:
        parties[role] = (
            [*held, party] if isinstance(held, list) else [held, party] if _all(held) or _named(held, parties) else party
        )


def _goods(made: Content, typed: Mapping[str, str]) -> None:
    for line in _all(made.get("lines")):
        if line.get("id") == typed["goods:line"]:
            quantity = {"pieces": _whole(typed["goods:pieces"])} if "goods:pieces" in typed else {}
            quantity |= {"gross": typed["goods:gross"]} if "goods:gross" in typed else {}
            line.update({"model": typed["goods:model"]} if "goods:model" in typed else {})
            if quantity:
                _block(line, "quantity").update(quantity)


def _part(made: Content, typed: Mapping[str, str]) -> None:
    nodes = _block(_block(made, "tree"), "nodes")
    function = typed["part:function"]
    node: Content = {"function": function}
    if "part:line" in typed:
        node["line"] = typed["part:line"]
    if "part:parent" in typed:
        node["in"] = [{"parent": typed["part:parent"], "per_parent": _whole(typed.get("part:per", "1"))}]
    else:
        node["final"] = True
        node |= {"units": _whole(typed["part:units"])} if "part:units" in typed else {}
        node |= {each: typed[f"part:{each}"] for each in ("spares", "scrap") if f"part:{each}" in typed}
        node |= {"onward_export": typed["part:onward"] == "true"} if "part:onward" in typed else {}
        countries = re.split(r"[\s,;，、]+", typed.get("part:destinations", "").upper())
        node |= {"destinations": [one for one in countries if one]} if any(countries) else {}
    name = _LETTERS.sub("-", function.lower()).strip("-")[:40]
    name = name if name and name not in nodes else _free("n", nodes)
    nodes[name] = node
    for line in _all(made.get("lines")):
        if "part:line" in typed and line.get("id") == typed["part:line"]:
            line["node"] = name


def _crossing(made: Content, typed: Mapping[str, str]) -> None:
    ends = {end: typed[f"crossing:{end}"].upper() for end in ("from", "to") if f"crossing:{end}" in typed}
    _list(_block(made, "tree"), "crossings").append({"item": typed["crossing:item"], **ends})


def _paper(made: Content, typed: Mapping[str, str]) -> None:
    papers = _list(made, "documents")
    taken = [one.get("id") for one in papers if isinstance(one, dict)]
    paper: Content = {"id": _free("d", taken), "kind": typed["paper:kind"]}
    paper |= {each: typed[f"paper:{each}"] for each in ("signed_on", "lang") if f"paper:{each}" in typed}
    says = {each: typed[f"paper:{each}"] for each in SAYS if f"paper:{each}" in typed}
    papers.append({**paper, **({"says": says} if says else {})})
    for use in _all(made.get("end_use")) if paper["kind"] == "end_use_statement" else ():
        use.setdefault("statement", paper["id"])


_ADD: Mapping[str, Callable[[Content, Mapping[str, str]], None]] = {
    "goods:line": _goods,
    "party:role": _party,
    "part:function": _part,
    "crossing:item": _crossing,
    "paper:kind": _paper,
}
"""The blank without which a form adds nothing -> how it adds."""


def _free(letter: str, taken: Any) -> str:
    return next(name for number in range(1, len(taken) + 2) if (name := f"{letter}{number}") not in taken)


def _ids(parties: Mapping[str, Any]) -> list[str]:
    return [str(one.get("id")) for held in parties.values() for one in _all(held)]


def _all(held: Any) -> list[Content]:
    """What is written out under a name: one thing, or each of a list."""
    return [one for one in (held if isinstance(held, list) else [held]) if isinstance(one, dict)]


def _whole(text: str) -> int | str:
    """A count; anything else is left for the reader of the file to name."""
    return int(text) if text.isdecimal() else text


def _named(held: Any, parties: Mapping[str, Any]) -> bool:
    """Whether a text names a party that is written out in another role; "TBD" and the like are not known, and give way."""
    return isinstance(held, str) and held in _ids(parties)


def _block(made: Content, name: str) -> Content:
    """The block of this name; what was left open there (nothing, "TBD") becomes one."""
    _unsealed(made, name)
    if not isinstance(made.get(name), dict):
        made[name] = {}
    found: Content = made[name]
    return found


def _list(made: Content, name: str) -> list[Any]:
    """The list of this name, likewise."""
    _unsealed(made, name)
    if not isinstance(made.get(name), list):
        made[name] = []
    found: list[Any] = made[name]
    return found


def _unsealed(made: Content, name: str) -> None:
    held = made.get(name)
    if isinstance(held, dict) and "sealed" in held:
        raise UnderSeal(name=name)
