"""The order in which EPCIS 2.0 XML lists the fields of an event, and which of them are written how. Data for reader and writer."""

from __future__ import annotations

from collections.abc import Mapping

EPCIS_2 = "urn:epcglobal:epcis:xsd:2"
EPCIS_1 = "urn:epcglobal:epcis:xsd:1"
QUERY_2 = "urn:epcglobal:epcis-query:xsd:2"
QUERY_1 = "urn:epcglobal:epcis-query:xsd:1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

_HEAD = ("eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "errorDeclaration", "certificationInfo")
_WHERE = ("bizStep", "disposition", "readPoint", "bizLocation")
_PARTIES = ("sourceList", "destinationList")
_TAIL = ("sensorElementList", "persistentDisposition")

ORDER: Mapping[str, tuple[str, ...]] = {
    "ObjectEvent": (
        *_HEAD, "epcList", "action", *_WHERE, "bizTransactionList", "quantityList", *_PARTIES, "ilmd", *_TAIL,
    ),
    "AggregationEvent": (
        *_HEAD, "parentID", "childEPCs", "action", *_WHERE, "bizTransactionList", "childQuantityList", *_PARTIES, *_TAIL,
    ),
    "TransactionEvent": (
        *_HEAD, "bizTransactionList", "parentID", "epcList", "action", *_WHERE, "quantityList", *_PARTIES, *_TAIL,
    ),
    "TransformationEvent": (
        *_HEAD, "inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID", *_WHERE,
        "bizTransactionList", *_PARTIES, "ilmd", *_TAIL,
    ),
    "AssociationEvent": (
        *_HEAD, "parentID", "childEPCs", "childQuantityList", "action", *_WHERE, "bizTransactionList", *_PARTIES, *_TAIL,
    ),
}  # fmt: skip

EPC_LISTS = frozenset({"epcList", "inputEPCList", "outputEPCList", "childEPCs"})
QUANTITY_LISTS = frozenset({"quantityList", "inputQuantityList", "outputQuantityList", "childQuantityList"})
MEMBERS: Mapping[str, str] = {
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
}
NUMBERS = frozenset(["value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"])
WRAPPERS = frozenset({"extension", "baseExtension"})
