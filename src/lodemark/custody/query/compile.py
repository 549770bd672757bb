"""From conditions to SQL: every value is a parameter, every condition one clause on the event ``e``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from lodemark.custody.gs1 import URN_SCHEMES
from lodemark.custody.identifier import canonical
from lodemark.custody.query.grammar import Condition
from lodemark.custody.query.parameter import COMPARISONS
from lodemark.custody.sortable import sort_key
from lodemark.custody.unit import to_base

Clause = tuple[str, list[Any]]
_BELOW = (
    "e.{column} IN (WITH RECURSIVE below (id) AS (SELECT {first} UNION "
    "SELECT m.value FROM custody_master_data m JOIN below b ON m.id = b.id WHERE m.name = 'child') SELECT id FROM below)"
)


def clause(condition: Condition) -> Clause:
    """(SQL, values) of one condition."""
    return _TARGETS[condition.target](condition)


def _marks(values: tuple[Any, ...]) -> str:
    return ", ".join("?" * len(values))


def _column(c: Condition) -> Clause:
    # One value as equality: then the index also gives the order.
    test = "= ?" if len(c.values) == 1 else f"IN ({_marks(c.values)})"
    return f"e.{c.field} {test}", list(c.values)


def _time(c: Condition) -> Clause:
    return f"e.{c.field} {COMPARISONS[c.op]} ?", list(c.values)


def _below(c: Condition) -> Clause:
    """WD_: the place itself or any below it in the master data."""
    first = " UNION SELECT ".join("?" * len(c.values))
    return _BELOW.format(column=c.field, first=first), list(c.values)


def _id(c: Condition) -> Clause:
    hashes = [bytes.fromhex(m[1]) for v in c.values if (m := re.match(r"ni:///sha-256;([0-9a-f]{64})", v))]
    sql = (
        f"(e.event_id IN ({_marks(c.values)}) "
        f"OR e.seq IN (SELECT event FROM custody_event_alias WHERE event_id IN ({_marks(c.values)}))"
    )
    if hashes:
        sql += f" OR e.cbv_hash IN ({_marks(tuple(hashes))})"
    return sql + ")", [*c.values, *c.values, *hashes]


def _declared(c: Condition) -> Clause:
    return f"e.declaration IS {'NOT ' if c.values[0] else ''}NULL", []


def _thing(c: Condition) -> Clause:
    roles = c.field.split()
    level = {
        "instance": "(t.role = 'parent' OR (t.count = 1 AND t.quantity IS NULL)) AND ",
        "class": "(t.count IS NULL OR t.quantity IS NOT NULL) AND ",
        "any": "",
    }[c.op]
    exact = tuple(v for v in c.values if not v.startswith("urn:epc:idpat:"))
    ways: list[str] = []
    values: list[Any] = []
    if exact:
        ways.append(f"x.uri IN ({_marks(exact)})")
        values += exact
    for pattern in c.values:
        if pattern not in exact:
            for sql, more in _ranges(pattern, c.op):
                ways.append(sql)
                values += more
    sql = (
        "e.seq IN (SELECT t.event FROM custody_thing x JOIN custody_event_thing t ON t.thing = x.id WHERE "
        f"{level}t.role IN ({_marks(tuple(roles))}) AND ({' OR '.join(ways)}))"
    )
    return sql, [*roles, *values]


def _ranges(text: str, level: str) -> list[Clause]:
    """An EPC pure identity pattern (TDS 8, ``urn:epc:idpat:sgtin:4012345.*.*``) as ranges of canonical identifiers.

    Ranges, not LIKE: an index serves them, and engines differ about case in LIKE.
    """
    name, _, body = text.removeprefix("urn:epc:idpat:").partition(":")
    scheme = URN_SCHEMES.get(name)
    if scheme is None:
        return [("1 = 0", [])]
    own = canonical(text)
    if own != text and level == "class":  # one class: itself and its lots
        return [("x.uri = ?", [own]), _range(f"{own}/10/")]
    if own != text:
        return [_range(f"{own}/{scheme.qualifier}/" if scheme.qualifier else own)]
    prefix = body.split(".")[0]
    marker = f"/{scheme.qualifier}/" if scheme.qualifier and scheme.ai != "414" else ""
    # The indicator or extension digit stands before the company prefix: ten ranges.
    leads = "0123456789" if scheme.indicator and prefix != "*" else "0" if scheme.ai == "8003" else ""
    heads = [f"https://id.gs1.org/{scheme.ai}/{lead}{'' if prefix == '*' else prefix}" for lead in leads or [""]]
    return [_range(head, marker) for head in heads]


def _range(head: str, marker: str = "") -> Clause:
    end = head[:-1] + chr(ord(head[-1]) + 1)
    if not marker:
        return "(x.uri >= ? AND x.uri < ?)", [head, end]
    return "(x.uri >= ? AND x.uri < ? AND x.uri LIKE ?)", [head, end, f"%{marker}%"]


def _field(c: Condition) -> Clause:
    """A named field with canonical text; without values: it is there."""
    scope, name = (c.scope, c.field) if c.scope else tuple(c.field.split(" ", 1))
    where, values = _scope(scope)
    sql = f"e.seq IN (SELECT f.event FROM custody_event_field f WHERE {where} AND f.name = ?"
    values = [*values, name]
    if c.values:
        sql += f" AND f.text IN ({_marks(c.values)})"
        values += c.values
    return sql + ")", values


def _scope(scope: str) -> Clause:
    if scope == "SENSOR":  # the reading says it, or the metadata of all readings does
        return "f.scope IN ('SENSORREPORT', 'SENSORMETADATA')", []
    return "f.scope = ?", [scope]


def _field_time(c: Condition) -> Clause:
    scope, name = c.field.split(" ", 1)
    where, values = _scope(scope)
    sql = (
        f"e.seq IN (SELECT f.event FROM custody_event_field f WHERE {where} AND f.name = ? AND f.time_us {COMPARISONS[c.op]} ?)"
    )
    return sql, [*values, name, *c.values]


def _depth(c: Condition) -> str:
    return "f.depth > 0" if c.inner else "f.depth = 0"


def _field_value(c: Condition) -> Clause:
    sql = (
        f"e.seq IN (SELECT f.event FROM custody_event_field f WHERE f.scope = ? AND {_depth(c)} AND f.name = ? "
        f"AND f.text IN ({_marks(c.values)}))"
    )
    return sql, [c.scope, c.field, *c.values]


def _field_exists(c: Condition) -> Clause:
    sql = f"e.seq {'' if c.values[0] else 'NOT '}IN (SELECT f.event FROM custody_event_field f WHERE f.scope = ? AND {_depth(c)} AND f.name = ?)"
    return sql, [c.scope, c.field]


def _field_compare(c: Condition) -> Clause:
    bound = c.values[0]
    column, value = ("number", sort_key(bound)) if isinstance(bound, Decimal) else ("time_us", bound)
    sql = (
        f"e.seq IN (SELECT f.event FROM custody_event_field f WHERE f.scope = ? AND {_depth(c)} AND f.name = ? "
        f"AND f.{column} {COMPARISONS[c.op]} ?)"
    )
    return sql, [c.scope, c.field, value]


def _quantity(c: Condition) -> Clause:
    where, values = _amount(c, "t", "amount")
    return f"e.seq IN (SELECT t.event FROM custody_event_thing t WHERE {where})", values


def _measure(c: Condition) -> Clause:
    where, values = _amount(c, "f", "number")
    return f"e.seq IN (SELECT f.event FROM custody_event_field f WHERE f.scope = 'SENSORREPORT' AND f.name = ? AND {where})", [
        c.field,
        *values,
    ]


def _amount(c: Condition, table: str, column: str) -> Clause:
    """Compared within one quantity kind after conversion (GS1 TCR-53); an unknown unit only with its own code."""
    op, number = COMPARISONS[c.op], c.values[0]
    if c.uom is None:
        return f"{table}.{column} {op} ?", [sort_key(number)]
    based = to_base(number, c.uom)
    if based is None:
        return f"{table}.uom = ? AND {table}.{column} {op} ?", [c.uom, sort_key(number)]
    return f"{table}.kind = ? AND {table}.base {op} ?", [based[0], sort_key(based[1])]


def _attribute(c: Condition) -> Clause:
    if c.op == "has":
        sql = f"e.{c.field} IN (SELECT m.id FROM custody_master_data m WHERE m.name IN ({_marks(c.values)}) AND m.value IS NOT NULL)"
        return sql, list(c.values)
    sql = f"e.{c.field} IN (SELECT m.id FROM custody_master_data m WHERE m.name = ? AND m.value IN ({_marks(c.values)}))"
    return sql, [c.scope, *c.values]


_TARGETS: Mapping[str, Callable[[Condition], Clause]] = {
    "column": _column,
    "time": _time,
    "below": _below,
    "id": _id,
    "declared": _declared,
    "thing": _thing,
    "field": _field,
    "field-time": _field_time,
    "field-value": _field_value,
    "field-exists": _field_exists,
    "field-compare": _field_compare,
    "quantity": _quantity,
    "measure": _measure,
    "attribute": _attribute,
}
