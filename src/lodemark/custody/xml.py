"""EPCIS XML in: 2.0 and 1.2, mapped to the JSON shape so that one schema and one hash serve both.

A DOCTYPE or an entity is refused before the content is parsed; nothing external is ever opened; processing instructions
are dropped. The wrappers of 1.2 (``extension``, ``baseExtension``) are transparent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from lodemark.custody import xml_order as x
from lodemark.custody.jsonld import LARGEST_EXPONENT, assemble
from lodemark.custody.limit import Limits
from lodemark.custody.model import KINDS, Document
from lodemark.custody.namespace import BUILT_IN, Names
from lodemark.custody.trouble import ReadError

_DECLARED = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']""")
_FORMS = {x.EPCIS_2: "xml-2.0", x.QUERY_2: "xml-2.0", x.EPCIS_1: "xml-1.2", x.QUERY_1: "xml-1.2"}
Note = tuple[str, str, Mapping[str, object]]


def read_xml(data: bytes, *, lenient: bool, limits: Limits) -> Document:
    """Read EPCIS XML. Raises ``ReadError``; ``lenient`` takes event fields in any order and says so."""
    root = parse_xml(data, limits)
    name = _local(root)
    if name in KINDS:
        form = next((_FORMS[space] for space in root.nsmap.values() if space in _FORMS), "xml-2.0")
    else:
        form = _FORMS.get(etree.QName(root).namespace or "", "")
        if not form or name not in ("EPCISDocument", "EPCISQueryDocument"):
            raise ReadError("document-kind", found=name)
    mapping = _Mapping(lenient, form == "xml-2.0", limits.depth)
    body = mapping.document(root)
    names = Names({**BUILT_IN, **mapping.prefixes}, form="xml")
    document = assemble(body, data, form, names, limits)
    lines = [element.sourceline for element in _event_elements(root)]
    sent = tuple(replace(s, line=line) for s, line in zip(document.sent, lines, strict=False))
    return replace(document, sent=sent, notes=tuple(mapping.notes))


def parse_xml(data: bytes, limits: Limits) -> Any:
    """The root of a hardened parse. Raises ``ReadError`` for anything declared, external, or not UTF-8."""
    if len(data) > limits.document_bytes:
        raise ReadError("document-too-large", found=len(data), limit=limits.document_bytes)
    declared = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii")):
        raise ReadError("document-not-utf8", at=0)  # another encoding could hide a DOCTYPE from the next line
    if _DECLARED.search(data):
        raise ReadError("xml-doctype")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ReadError("xml-syntax", line=error.lineno, detail=error.msg) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ReadError("xml-doctype")
    return root


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)


def _event_elements(root: Any) -> list[Any]:
    if _local(root) in KINDS:
        return [root]
    lists = list(root.iter("EventList"))
    return list(lists[0]) if lists else []


@dataclass
class _Mapping:
    """One document's mapping: prefixes are made unique, notes are collected."""

    lenient: bool
    ordered: bool
    depth: int
    prefixes: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    _spaces: dict[str, str] = field(default_factory=dict)

    def document(self, root: Any) -> dict[str, Any]:
        if _local(root) in KINDS:
            return self.event(root, "")
        kind = _local(root)
        body: dict[str, Any] = {"@context": {}, "type": kind}
        body.update((k, v) for k, v in root.attrib.items() if not k.startswith("{"))
        body["epcisBody"] = {}
        for child in root:
            if _local(child) == "EPCISHeader":
                body["epcisHeader"] = self.header(child)
            elif etree.QName(child).namespace and _local(child) != "EPCISBody":
                body[self.name(child)] = self.extension(child, 1)
        lists = list(root.iter("EventList"))
        if not lists:
            found = next((el for el in root.iter() if _local(el) not in (kind, "EPCISBody", "EPCISHeader")), root)
            raise ReadError("xml-element", element=_local(found), line=found.sourceline)
        at = "/epcisBody/queryResults/resultsBody/eventList" if kind == "EPCISQueryDocument" else "/epcisBody/eventList"
        events = []
        for place, element in enumerate(lists[0]):
            events.append(self.event(element, f"{at}/{place}"))
        if kind == "EPCISDocument":
            body["epcisBody"] = {"eventList": events}
        else:
            results = {"resultsBody": {"eventList": events}}
            results.update((name, root.findtext(f".//{name}")) for name in ("queryName", "subscriptionID") if root.find(f".//{name}") is not None)  # fmt: skip
            body["epcisBody"] = {"queryResults": results}
        body["@context"] = dict(self.prefixes)
        return body

    def header(self, header: Any) -> dict[str, Any]:
        """Master data; the business document header (SBDH) is kept with the document's bytes."""
        lists = []
        for vocabulary in header.iter("Vocabulary"):
            elements = []
            for element in vocabulary.iter("VocabularyElement"):
                attributes = [{"id": a.get("id"), "attribute": (a.text or "").strip()} for a in element.iter("attribute")]
                children = [(c.text or "").strip() for c in element.iterfind("children/id")]
                elements.append({"id": element.get("id"), "attributes": attributes, "children": children})
            lists.append({"type": vocabulary.get("type"), "vocabularyElementList": elements})
        return {"epcisMasterData": {"vocabularyList": lists}} if lists else {}

    def name(self, node: Any, attribute: str | None = None) -> str:
        """``prefix:local`` with a prefix that means one namespace in the whole document."""
        qname = etree.QName(attribute if attribute is not None else node)
        space = qname.namespace
        if not space:
            return str(qname.localname)
        if space not in self._spaces:
            wanted = next((p for p, s in node.nsmap.items() if s == space and p), "ns")
            prefix, number = wanted, 1
            while prefix in self.prefixes:
                number += 1
                prefix = f"{wanted}{number}"
            self._spaces[space] = prefix
            self.prefixes[prefix] = space
        return f"{self._spaces[space]}:{qname.localname}"

    def event(self, element: Any, at: str) -> dict[str, Any]:
        kind = self.name(element)
        if kind == "extension" and len(element):  # 1.2 wraps later kinds of event
            element = next(iter(element))
            kind = self.name(element)
        body: dict[str, Any] = {"type": kind}
        order = x.ORDER.get(kind)
        last = -1
        if self.ordered and any(child.tag in x.WRAPPERS for child in element):
            rule = "S-ORDER-LENIENT" if self.lenient else "S-WRAPPER"
            self.notes.append((rule, f"{at}/extension", {"field": "extension"}))
        for child in self.flat(element):
            name = self.name(child)
            self.field(body, name, child)
            if order and self.ordered and ":" not in name and name in order:
                place = order.index(name)
                if place < last:
                    self.notes.append(("S-ORDER-LENIENT" if self.lenient else "S-ORDER", f"{at}/{name}", {"field": name}))
                last = max(last, place)
        return body

    def flat(self, element: Any, depth: int = 0) -> Iterator[Any]:
        """Child elements with the wrappers of 1.2 opened."""
        if depth > self.depth:
            raise ReadError("document-too-deep", found=depth, limit=self.depth)
        for child in element:
            if child.tag in x.WRAPPERS:
                yield from self.flat(child, depth + 1)
            else:
                yield child

    def field(self, body: dict[str, Any], name: str, child: Any) -> None:
        value = self.value(name, child)
        if name == "certificationInfo" or ":" in name:
            if name in body:
                known = body[name] if isinstance(body[name], list) else [body[name]]
                body[name] = [*known, value]
                return
        elif name in body:
            raise ReadError("xml-element", element=name, line=child.sourceline)
        if name in x.EPC_LISTS and not value:
            return  # <epcList/> is how 1.2 says that there is none
        body[name] = value

    def value(self, name: str, child: Any) -> Any:
        if name in x.EPC_LISTS:
            return [_text(item) for item in child]
        if name in x.QUANTITY_LISTS:
            return [self.quantity(item) for item in child]
        if name in x.MEMBERS:
            return [self.member(item, x.MEMBERS[name]) for item in child]
        if name in ("readPoint", "bizLocation", "ilmd"):
            return self.children(child)
        if name == "persistentDisposition":
            found: dict[str, list[str]] = {}
            for item in child:
                found.setdefault(_local(item), []).append(_text(item))
            return found
        if name == "errorDeclaration":
            return self.declaration(child)
        if name == "sensorElementList":
            return [self.sensor(item) for item in child]
        return self.extension(child, 1) if ":" in name or len(child) else _text(child)

    def quantity(self, item: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for child in item:
            name = self.name(child)
            found[name] = _number(_text(child)) if name == "quantity" else _text(child)
        return found

    def member(self, item: Any, name: str) -> dict[str, Any]:
        found = {k: v for k, v in item.attrib.items() if not k.startswith("{")}
        return {**found, name if _local(item) == name else self.name(item): _text(item)}

    def children(self, element: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for child in self.flat(element):
            name = self.name(child)
            _add(found, name, self.extension(child, 1) if ":" in name else _text(child))
        return found

    def declaration(self, element: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for child in self.flat(element):
            name = self.name(child)
            if name == "correctiveEventIDs":
                found[name] = [_text(item) for item in child]
            else:
                _add(found, name, self.extension(child, 1) if ":" in name else _text(child))
        return found

    def sensor(self, element: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for child in element:
            name = self.name(child)
            if name == "sensorMetadata":
                found[name] = self.attributes(child)
            elif name == "sensorReport":
                found.setdefault(name, []).append(self.attributes(child))
            else:
                _add(found, name, self.extension(child, 1))
        return found

    def attributes(self, element: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, text in element.attrib.items():
            name = self.name(element, key)
            found[name] = _number(text) if name in x.NUMBERS else _boolean(text) if name == "booleanValue" else text
        for child in element:
            _add(found, self.name(child), self.extension(child, 1))
        return found

    def extension(self, element: Any, depth: int) -> Any:
        """A field nothing is known about: text, or an object of its children and attributes."""
        if depth > self.depth:
            raise ReadError("document-too-deep", found=depth, limit=self.depth)
        kind = element.get(f"{{{x.XSI}}}type", "").rpartition(":")[2]
        if element.get(f"{{{x.XSI}}}nil") in ("true", "1"):
            return None
        attributes = {
            f"@{self.name(element, key)}": text for key, text in element.attrib.items() if not key.startswith(f"{{{x.XSI}}}")
        }
        if len(element) == 0:
            text: Any = _text(element)
            # Our own writer marks numbers and truth values, so that JSON comes back as it went.
            text = _number(text) if kind in ("decimal", "integer") else _boolean(text) if kind == "boolean" else text
            return {"@value": text, **attributes} if attributes else text
        found: dict[str, Any] = dict(attributes)
        for child in element:
            _add(found, self.name(child), self.extension(child, depth + 1))
        return found


def _add(found: dict[str, Any], name: str, value: Any) -> None:
    if name in found:
        known = found[name] if isinstance(found[name], list) else [found[name]]
        found[name] = [*known, value]
    else:
        found[name] = value


def _text(element: Any) -> str:
    return (element.text or "").strip()


def _number(text: str) -> Any:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return text
    return value if value.is_finite() and abs(value.adjusted()) <= LARGEST_EXPONENT else text


def _boolean(text: str) -> Any:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.strip(), text)


def places(data: bytes, pointers: Iterable[str], limits: Limits) -> dict[str, tuple[str, int | None]]:
    """(XPath, line) of JSON pointers in XML as sent: the nearest element that exists."""
    root = parse_xml(data, limits)
    return {pointer: _place(root, pointer) for pointer in pointers}


def _place(root: Any, pointer: str) -> tuple[str, int | None]:
    steps = pointer.split("/")[1:]
    numbers = [place for place, step in enumerate(steps) if step.isdigit()]
    events = _event_elements(root)
    element, rest = root, steps
    if _local(root) not in KINDS and numbers and int(steps[numbers[0]]) < len(events):
        element, rest = events[int(steps[numbers[0]])], steps[numbers[0] + 1 :]
    for step in rest:
        if step.isdigit():
            found = element[int(step)] if int(step) < len(element) else None
        else:
            local = step.rpartition(":")[2]
            found = next((child for child in element.iter() if child is not element and _local(child) == local), None)
        if found is None:
            if step in element.attrib:
                return f"{_path(element)}/@{step}", element.sourceline
            break
        element = found
    return _path(element), element.sourceline


def _path(element: Any) -> str:
    return str(element.getroottree().getpath(element))
