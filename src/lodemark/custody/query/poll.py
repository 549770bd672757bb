"""An EPCIS query in XML (``Poll``), as SOAP and AS2 clients write it; the binding around it is not ours."""

from __future__ import annotations

from lxml import etree

from lodemark.custody.limit import LIMITS, Limits
from lodemark.custody.query.grammar import Query
from lodemark.custody.trouble import QueryError, ReadError
from lodemark.custody.xml import parse_xml


def read_poll(data: bytes, limits: Limits = LIMITS) -> Query:
    """Read a poll of ``SimpleEventQuery``. Raises ``ReadError`` for no poll, ``QueryError`` for a parameter."""
    root = parse_xml(data, limits)
    poll = next((el for el in root.iter() if etree.QName(el).localname == "Poll"), None)
    if poll is None:
        raise ReadError("document-kind", found=str(etree.QName(root).localname))
    name = (poll.findtext("queryName") or "").strip()
    if name != "SimpleEventQuery":
        raise QueryError("query-value", name="queryName", value=name, near="SimpleEventQuery")
    told: dict[str, object] = {}
    for param in poll.iterfind("params/param"):
        key, value = (param.findtext("name") or "").strip(), param.find("value")
        if value is None or not key:
            raise QueryError("query-no-value", name=key)
        texts = [(item.text or "").strip() for item in value] or [(value.text or "").strip()]
        told[key] = texts
    return Query.from_json(told)
