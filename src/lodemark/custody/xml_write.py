"""EPCIS XML 2.0 out, from the JSON shape. Values are written as full URIs, so both forms of one event hash alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from lxml import etree

from lodemark.custody import xml_order as x
from lodemark.custody.model import Sent
from lodemark.custody.namespace import Names
from lodemark.custody.trouble import ConvertError

_XSD = "http://www.w3.org/2001/XMLSchema"
_VOCABULARY = frozenset({"bizStep", "disposition", "reason", "component", "exception"})


def write_xml(sent: Sequence[Sent], created: str) -> bytes:
    """An ``EPCISDocument`` in XML 2.0. ``sent`` are the events to write (spelling already as wanted)."""
    with _refusals():
        root = _root(f"{{{x.EPCIS_2}}}EPCISDocument", {"epcis": x.EPCIS_2}, sent, created)
        _events(etree.SubElement(root, "EPCISBody"), sent)
        return _bytes(root)


def write_query_xml(sent: Sequence[Sent], created: str, query_name: str, subscription_id: str | None) -> bytes:
    """An ``EPCISQueryDocument`` in XML 2.0 with the results of one query."""
    with _refusals():
        root = _root(f"{{{x.QUERY_2}}}EPCISQueryDocument", {"epcisq": x.QUERY_2}, sent, created)
        results = etree.SubElement(etree.SubElement(root, "EPCISBody"), f"{{{x.QUERY_2}}}QueryResults")
        _leaf(results, "queryName", query_name)
        if subscription_id:
            _leaf(results, "subscriptionID", subscription_id)
        _events(etree.SubElement(results, "resultsBody"), sent)
        return _bytes(root)


@contextmanager
def _refusals() -> Iterator[None]:
    """lxml names the tag, namespace or character that XML cannot carry: hand that on, never write something else."""
    try:
        yield
    except ValueError as error:
        raise ConvertError(detail=str(error)) from None


def _root(tag: str, own: dict[str, str], sent: Sequence[Sent], created: str) -> Any:
    spaces = {prefix: uri for one in sent for prefix, uri in one.names.prefixes.items() if _is_namespace(uri)}
    used = {uri for one in sent for uri in _spaces_used(one.body, one.names)}
    nsmap = {**own, **{p: u for p, u in spaces.items() if u in used and p not in (*own, "xml")}}
    if any(_typed(one.body) for one in sent):
        nsmap |= {"xsi": x.XSI, "xsd": _XSD}
    root = etree.Element(tag, nsmap=nsmap)
    root.set("schemaVersion", "2.0")
    root.set("creationDate", created)
    return root


def _events(parent: Any, sent: Sequence[Sent]) -> None:
    listed = etree.SubElement(parent, "EventList")
    for one in sent:
        _event(listed, one)


def _bytes(root: Any) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _is_namespace(uri: str) -> bool:
    return ":" in uri and not any(c.isspace() for c in uri)


def _spaces_used(value: object, names: Names) -> set[str]:
    found: set[str] = set()
    if isinstance(value, Mapping):
        inner = names.under(value["@context"]) if "@context" in value else names
        for key, item in value.items():
            full = inner.field(key.removeprefix("@"))
            if full.startswith("{"):
                found.add(full[1:].partition("}")[0])
            found |= _spaces_used(item, inner)
    elif isinstance(value, list):
        for item in value:
            found |= _spaces_used(item, names)
    return found


def _typed(value: object) -> bool:
    """Whether an extension holds a number, a truth value or null: XML text alone would lose it."""
    if isinstance(value, Mapping):
        return any(_typed(item) for item in value.values())
    if isinstance(value, list):
        return any(_typed(item) for item in value)
    return value is None or not isinstance(value, str)


def _event(parent: Any, sent: Sent) -> None:
    body, names = sent.body, sent.names
    kind = str(body["type"])
    element = etree.SubElement(parent, _tag(kind, names))
    order = x.ORDER.get(kind, ())
    known = [name for name in order if name in body]
    for name in (*known, *(name for name in body if name not in order and name not in ("type", "@context"))):
        _field(element, name, body[name], names)


def _tag(name: str, names: Names) -> str:
    return names.field(name)


def _leaf(parent: Any, name: str, text: object) -> None:
    etree.SubElement(parent, name).text = str(text)


def _word(value: object, names: Names) -> str:
    return names.expand(str(value))


def _field(parent: Any, name: str, value: Any, names: Names) -> None:
    if ":" in name:
        _extension(parent, name, value, names)
        return
    if name == "certificationInfo":
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Mapping):
                _extension(parent, name, item, names)
            else:
                _leaf(parent, name, item)
        return
    if isinstance(value, list) or name in ("persistentDisposition", "readPoint", "bizLocation", "ilmd", "errorDeclaration"):
        element = etree.SubElement(parent, name)
        if name in x.EPC_LISTS:
            for item in value:
                _leaf(element, "epc", item)
        elif name in x.QUANTITY_LISTS:
            for item in value:
                one = etree.SubElement(element, "quantityElement")
                for key in ("epcClass", "quantity", "uom"):
                    if key in item:
                        _leaf(one, key, item[key])
        elif name in x.MEMBERS:
            for item in value:
                _member(element, x.MEMBERS[name], item, names)
        elif name == "persistentDisposition":
            for key in ("unset", "set"):
                for item in value.get(key, []):
                    _leaf(element, key, _word(item, names))
        elif name == "sensorElementList":
            for item in value:
                _sensor(element, item, names)
        else:
            _container(element, value, names)
        return
    _leaf(parent, name, _word(value, names) if name in _VOCABULARY else value)


def _member(parent: Any, name: str, item: Mapping[str, Any], names: Names) -> None:
    element = etree.SubElement(parent, name)
    element.text = str(item[name])
    if "type" in item:
        element.set("type", _word(item["type"], names))


def _container(element: Any, value: Mapping[str, Any], names: Names) -> None:
    inner = names.under(value["@context"]) if "@context" in value else names
    for key, item in value.items():
        if key == "@context":
            continue
        if key == "correctiveEventIDs":
            listed = etree.SubElement(element, key)
            for one in item:
                _leaf(listed, "correctiveEventID", one)
        elif ":" in key:
            _extension(element, key, item, inner)
        else:
            _leaf(element, key, _word(item, inner) if key in _VOCABULARY else item)


def _sensor(parent: Any, item: Mapping[str, Any], names: Names) -> None:
    inner = names.under(item["@context"]) if "@context" in item else names
    element = etree.SubElement(parent, "sensorElement")
    if "sensorMetadata" in item:
        _attributes(etree.SubElement(element, "sensorMetadata"), item["sensorMetadata"], inner)
    for report in item.get("sensorReport", []):
        _attributes(etree.SubElement(element, "sensorReport"), report, inner)
    for key, value in item.items():
        if ":" in key:
            _extension(element, key, value, inner)


def _attributes(element: Any, value: Mapping[str, Any], names: Names) -> None:
    inner = names.under(value["@context"]) if "@context" in value else names
    for key, item in value.items():
        if key == "@context":
            continue
        if isinstance(item, (Mapping, list)) or item is None:
            _extension(element, key, item, inner)
            continue
        text = ("true" if item else "false") if isinstance(item, bool) else str(item)
        expands = key == "type" or key in _VOCABULARY
        element.set(inner.field(key), _word(text, inner) if expands else text)


def _extension(parent: Any, name: str, value: Any, names: Names) -> None:
    if isinstance(value, list):
        for item in value:
            _extension(parent, name, item, names)
        return
    element = etree.SubElement(parent, names.field(name))
    if isinstance(value, Mapping):
        inner = names.under(value["@context"]) if "@context" in value else names
        for key, item in value.items():
            if key == "@value":
                _value(element, item)
            elif key.startswith("@") and key != "@context":
                element.set(inner.field(key[1:]), str(item))
            elif key != "@context":
                _extension(element, key, item, inner)
        return
    _value(element, value)


def _value(element: Any, value: Any) -> None:
    """A leaf: numbers, truth values and null are marked, so that JSON comes back as it went."""
    if isinstance(value, (Mapping, list)):
        raise ValueError("@value holds more than one value")
    if value is None:
        element.set(f"{{{x.XSI}}}nil", "true")
        return
    if isinstance(value, bool):
        element.set(f"{{{x.XSI}}}type", "xsd:boolean")
    elif isinstance(value, (int, Decimal)):
        element.set(f"{{{x.XSI}}}type", "xsd:decimal")
    element.text = ("true" if value else "false") if isinstance(value, bool) else str(value)
