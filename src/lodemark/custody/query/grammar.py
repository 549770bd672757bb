"""From parameters to conditions: one grammar, no class per parameter (EPCIS 2.0 section 8.2.7).

param = fixed | list "_" type | cmp "_" ("quantity" | measure) ["_" uom] | cmp "_percRank"
      | (cmp | "EXISTS") ["_INNER"] ["_" scope] "_" field | "HASATTR_" field | "EQATTR_" field "_" attribute
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from lodemark.custody.identifier import canonical
from lodemark.custody.interpret import decimal
from lodemark.custody.model import KINDS
from lodemark.custody.namespace import Names
from lodemark.custody.query.parameter import COMPARISONS, CONTROLS, FAMILIES, FIXED, LISTS, MEASURES, SCOPES, Fixed
from lodemark.custody.status import STATUSES
from lodemark.custody.trouble import QueryError
from lodemark.custody.value import instant, microseconds, uri
from lodemark.custody.vocabulary import FIELDS, is_bare
from lodemark.ledger import canonical as canonical_bytes
from lodemark.ledger import jsonable

DEFAULT_PAGE, LARGEST_PAGE = 30, 1_000
MOST_VALUES = 1_000
_PARTS = re.compile(r"(EQ|GT|GE|LT|LE|EXISTS)_(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold. ``values`` are canonical text, exact decimals, or microseconds; ``group`` the field group."""

    parameter: str
    target: str
    op: str
    field: str = ""
    scope: str = ""
    values: tuple[Any, ...] = ()
    uom: str | None = None
    inner: bool = False
    group: str = "base"


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed question. ``digest`` is the same for every spelling that asks the same."""

    conditions: tuple[Condition, ...] = ()
    order_by: str = ""
    descending: bool = True
    limit: int | None = None
    most: int | None = None
    per_page: int = DEFAULT_PAGE
    token: str | None = None
    as_of_us: int | None = None
    known_at: datetime | None = None
    statuses: tuple[str, ...] = ()
    sent: Mapping[str, object] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 over what is asked, without page size and token."""
        told = [
            [[c.parameter, c.op, c.field, c.scope, [str(v) for v in c.values], c.uom or "", c.inner] for c in self.conditions],
            self.order_by, self.descending, self.limit, self.most, self.as_of_us,
            self.known_at.isoformat() if self.known_at else None, list(self.statuses),
        ]  # fmt: skip
        return hashlib.sha256(canonical_bytes(jsonable(told))).hexdigest()

    @classmethod
    def from_params(cls, params: Mapping[str, str | list[str]], extensions: str | None = None) -> Query:
        """From a URL's parameters: lists are pipe-delimited; ``extensions`` is the header ``ex=https://ns/, …``.

        A parameter sent twice is one list. Raises ``QueryError`` naming the parameter and the nearest known one.
        """
        context: dict[str, str] = {}
        for part in (extensions or "").split(","):
            prefix, found, space = part.strip().partition("=")
            if found:
                context[prefix.strip()] = space.strip()
        split: dict[str, object] = {}
        for name, value in params.items():
            texts = value if isinstance(value, list) else [value]
            split[name] = [item for text in texts for item in text.split("|")]
        return _parse(split, Names().under(context))

    @classmethod
    def from_json(cls, body: Mapping[str, object]) -> Query:
        """From a JSON query: lists are arrays, prefixes come from its ``@context``."""
        inner = body.get("query")
        told = inner if isinstance(inner, Mapping) else body
        context = told.get("@context", body.get("@context"))
        return _parse(told, Names().under(context) if context is not None else Names())


def _parse(told: Mapping[str, object], names: Names) -> Query:
    conditions = [_condition(name, value, names) for name, value in told.items() if name not in CONTROLS]
    order = _one(told, "orderBy") or ""
    if order and order not in ("eventTime", "recordTime"):
        order = names.field(order)
        if not order.startswith("{"):
            raise QueryError("query-value", name="orderBy", value=order, near="eventTime, recordTime")
    direction = _one(told, "orderDirection") or "DESC"
    if direction not in ("ASC", "DESC"):
        raise QueryError("query-value", name="orderDirection", value=direction, near="ASC, DESC")
    limit, most = _count(told, "eventCountLimit"), _count(told, "maxEventCount")
    if limit is not None and most is not None:
        raise QueryError("query-two-limits", name="maxEventCount")
    if limit is not None and not order:
        raise QueryError("query-limit-order", name="eventCountLimit", near="orderBy")
    page = _count(told, "perPage")
    if page is not None and not 1 <= page <= LARGEST_PAGE:
        raise QueryError("query-page-size", name="perPage", limit=LARGEST_PAGE)
    statuses = tuple(_texts(told["lode_status"])) if "lode_status" in told else ()
    for status in statuses:
        if status not in STATUSES:
            raise QueryError("query-value", name="lode_status", value=status, near=", ".join(STATUSES))
    as_of, known = _one(told, "lode_asOf"), _one(told, "lode_knownAt")
    return Query(
        conditions=tuple(sorted(conditions, key=lambda c: (c.parameter, str(c.values)))),
        order_by=order,
        # Without an order the journal's own is kept, oldest first: a page then never moves.
        descending=bool(order) and direction == "DESC",
        limit=limit,
        most=most,
        per_page=page or DEFAULT_PAGE,
        token=_one(told, "nextPageToken"),
        as_of_us=_us("lode_asOf", as_of) if as_of else None,
        known_at=_instant("lode_knownAt", known) if known else None,
        statuses=statuses,
        sent=dict(told),
    )


def _condition(name: str, value: object, names: Names) -> Condition:
    fixed = FIXED.get(name)
    if fixed is not None:
        return _fixed(name, fixed, value, names)
    family = _family(name, value, names)
    if family is None:
        near = difflib.get_close_matches(name, [*FIXED, *CONTROLS, *FAMILIES], n=1, cutoff=0.5)
        raise QueryError(name=name, near=near[0] if near else "eventType")
    return family


def _fixed(name: str, fixed: Fixed, value: object, names: Names) -> Condition:
    texts = _texts(value)
    if not texts:
        raise QueryError("query-no-value", name=name)
    if fixed.target in ("time", "field-time"):
        return Condition(
            name, fixed.target, fixed.op, fixed.field, values=(_us(name, _single(name, texts)),), group=fixed.group
        )
    if fixed.op == "exists":
        return Condition(name, fixed.target, fixed.op, values=(_boolean(name, texts),), group=fixed.group)
    if fixed.word == "boolean":
        _boolean(name, texts)
    _check_enum(name, texts)
    spelled = tuple(sorted({_spell(name, fixed.word, text, names) for text in texts}))
    return Condition(name, fixed.target, fixed.op, fixed.field, values=spelled, group=fixed.group)


def _check_enum(name: str, texts: list[str]) -> None:
    allowed = {"EQ_action": ("ADD", "OBSERVE", "DELETE"), "eventType": KINDS}.get(name)
    for text in texts:
        if allowed and text not in allowed and ":" not in text:
            raise QueryError("query-value", name=name, value=text, near=", ".join(allowed))


def _spell(name: str, word: str, text: str, names: Names) -> str:
    """Values are canonicalised before comparing: a URN finds a Digital Link, a word its URI."""
    if word == "epc" and text.startswith("urn:epc:idpat:"):
        return text
    if not word or word == "boolean":
        return canonical(text) if name in ("EQ_eventID", "EQ_correctiveEventID") else text
    if word in FIELDS and is_bare(text) and text not in FIELDS[word].words:
        near = difflib.get_close_matches(text, sorted(FIELDS[word].words), n=1)
        raise QueryError("query-word", name=name, value=text, near=near[0] if near else min(FIELDS[word].words))
    return uri(word, text, names)


def _family(name: str, value: object, names: Names) -> Condition | None:
    if name.startswith(("HASATTR_", "EQATTR_")):
        return _attribute(name, value, names)
    parts = _PARTS.fullmatch(name)
    if not parts:
        return None
    op, rest = parts.groups()
    head, _, tail = rest.partition("_")
    if op == "EQ" and head in LISTS and tail:
        scope, word, group = LISTS[head]
        kind = _spell(name, f"{word}.type", tail, names)
        values = tuple(sorted({_spell(name, word, text, names) for text in _texts(value)}))
        return Condition(name, "field", "in", kind, scope, values, group=group)
    if op in COMPARISONS and (head == "quantity" or head in MEASURES or rest == "percRank"):
        number = decimal(_single(name, _texts(value)))
        if number is None:
            raise QueryError("query-number", name=name)
        target = "quantity" if head == "quantity" else "measure"
        group = "mass" if target == "quantity" else "assay"
        return Condition(name, target, op, head, values=(number,), uom=tail or None, group=group)
    return _extension(name, op, rest, value, names)


def _extension(name: str, op: str, rest: str, value: object, names: Names) -> Condition | None:
    inner = rest.startswith("INNER_")
    rest = rest.removeprefix("INNER_")
    scope = next((s for s in SCOPES if s and rest.startswith(f"{s}_")), "")
    rest = rest.removeprefix(f"{scope}_") if scope else rest
    full = names.field(rest)
    if not full.startswith("{"):
        if ":" in rest and not rest.startswith("http"):
            prefix = rest.partition(":")[0]
            raise QueryError("query-prefix", name=name, prefix=prefix)
        return None
    stored, group = SCOPES[scope]
    if op == "EXISTS":
        return Condition(name, "field-exists", op, full, stored, (_boolean(name, _texts(value)),), inner=inner, group=group)
    texts = _texts(value)
    if op == "EQ":
        spelled = tuple(sorted({uri(full, text, names) for text in texts}))
        return Condition(name, "field-value", "in", full, stored, spelled, inner=inner, group=group)
    text = _single(name, texts)
    number = decimal(text)
    bound: Decimal | int = number if number is not None else _us(name, text)
    return Condition(name, "field-compare", op, full, stored, (bound,), inner=inner, group=group)


def _attribute(name: str, value: object, names: Names) -> Condition | None:
    """HASATTR and EQATTR ask the master data of the place or word a field names (EPCIS 8.2.7.1)."""
    kind, _, rest = name.partition("_")
    head = rest.partition("_")[0]
    columns = {"readPoint": "read_point", "bizLocation": "location"}
    if head not in columns:
        raise QueryError("query-master-data", name=name)
    texts = tuple(sorted(_texts(value)))
    if kind == "HASATTR":
        return Condition(name, "attribute", "has", columns[head], values=texts, group="place")
    attribute = rest[len(head) + 1 :]
    if not attribute:
        raise QueryError("query-attribute", name=name, near=f"EQATTR_{head}_<attribute>")
    return Condition(name, "attribute", "in", columns[head], attribute, texts, group="place")


def _texts(value: object) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    found = []
    for item in listed:
        if isinstance(item, bool):
            found.append("true" if item else "false")
        elif isinstance(item, (str, int, Decimal, float)):
            found.append(str(item).strip())
        else:
            raise QueryError("query-value-type", type=type(item).__name__)
    if len(found) > MOST_VALUES:
        raise QueryError("query-too-complex", values=len(found), limit=MOST_VALUES)
    return [text for text in found if text]


def _single(name: str, texts: list[str]) -> str:
    if len(texts) != 1:
        raise QueryError("query-one-value", name=name)
    return texts[0]


def _one(told: Mapping[str, object], name: str) -> str | None:
    return _single(name, _texts(told[name])) if name in told else None


def _count(told: Mapping[str, object], name: str) -> int | None:
    text = _one(told, name)
    if text is None:
        return None
    if not text.isdecimal() or len(text) > 9:
        raise QueryError("query-whole", name=name)
    return int(text)


def _boolean(name: str, texts: list[str]) -> bool:
    text = _single(name, texts)
    if text not in ("true", "false"):
        raise QueryError("query-value", name=name, value=text, near="true, false")
    return text == "true"


def _instant(name: str, text: str) -> datetime:
    try:
        return instant(text.replace(" ", "+"))  # an unescaped + in a URL arrives as a space
    except ValueError:
        raise QueryError("query-instant", name=name, value=text) from None


def _us(name: str, text: str) -> int:
    return microseconds(_instant(name, text))
