"""The fixed parameters of EPCIS 2.0 as a table, and the families the contract describes in words.

``group`` is the field group a parameter looks into: a viewer who may not see a group must not learn from filters either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fixed:
    """A named parameter: where it looks, how it compares, which vocabulary its values come from."""

    target: str
    op: str
    field: str = ""
    word: str = ""  # the vocabulary or identifier field its values are spelled by
    group: str = "base"


def _match(*roles: str, level: str) -> Fixed:
    return Fixed("thing", level, " ".join(roles), "epc", "goods")


FIXED: Mapping[str, Fixed] = {
    "eventType": Fixed("column", "in", "kind"),
    "GE_eventTime": Fixed("time", "GE", "occurred_us"),
    "LT_eventTime": Fixed("time", "LT", "occurred_us"),
    "GE_recordTime": Fixed("time", "GE", "recorded_us"),
    "LT_recordTime": Fixed("time", "LT", "recorded_us"),
    "EQ_action": Fixed("column", "in", "action"),
    "EQ_bizStep": Fixed("column", "in", "step", "bizStep"),
    "EQ_disposition": Fixed("column", "in", "disposition", "disposition"),
    "EQ_persistentDisposition_set": Fixed("field", "in", "persistent set", "set"),
    "EQ_persistentDisposition_unset": Fixed("field", "in", "persistent unset", "unset"),
    "EQ_readPoint": Fixed("column", "in", "read_point", "id", "place"),
    "WD_readPoint": Fixed("below", "in", "read_point", "id", "place"),
    "EQ_bizLocation": Fixed("column", "in", "location", "id", "place"),
    "WD_bizLocation": Fixed("below", "in", "location", "id", "place"),
    "EQ_transformationID": Fixed("column", "in", "transformation", "transformationID", "document"),
    "MATCH_epc": _match("object", "child", level="instance"),
    "MATCH_parentID": _match("parent", level="any"),
    "MATCH_inputEPC": _match("in", level="instance"),
    "MATCH_outputEPC": _match("out", level="instance"),
    "MATCH_anyEPC": _match("object", "child", "in", "out", "parent", level="instance"),
    "MATCH_epcClass": _match("object", "child", level="class"),
    "MATCH_inputEPCClass": _match("in", level="class"),
    "MATCH_outputEPCClass": _match("out", level="class"),
    "MATCH_anyEPCClass": _match("object", "child", "in", "out", level="class"),
    "EQ_eventID": Fixed("id", "in", group="document"),
    "EXISTS_errorDeclaration": Fixed("declared", "exists"),
    "GE_errorDeclarationTime": Fixed("field-time", "GE", "ERROR_DECLARATION declarationTime"),
    "LT_errorDeclarationTime": Fixed("field-time", "LT", "ERROR_DECLARATION declarationTime"),
    "EQ_errorReason": Fixed("field", "in", "ERROR_DECLARATION reason", "reason"),
    "EQ_correctiveEventID": Fixed("field", "in", "ERROR_DECLARATION correctiveEventIDs"),
    "GE_time": Fixed("field-time", "GE", "SENSOR time", group="assay"),
    "LT_time": Fixed("field-time", "LT", "SENSOR time", group="assay"),
    "GE_startTime": Fixed("field-time", "GE", "SENSORMETADATA startTime", group="assay"),
    "LT_startTime": Fixed("field-time", "LT", "SENSORMETADATA startTime", group="assay"),
    "GE_endTime": Fixed("field-time", "GE", "SENSORMETADATA endTime", group="assay"),
    "LT_endTime": Fixed("field-time", "LT", "SENSORMETADATA endTime", group="assay"),
    "EQ_type": Fixed("field", "in", "SENSORREPORT type", "sensorReport.type", "assay"),
    "EQ_deviceID": Fixed("field", "in", "SENSOR deviceID", "deviceID", "assay"),
    "EQ_dataProcessingMethod": Fixed("field", "in", "SENSOR dataProcessingMethod", "dataProcessingMethod", "assay"),
    "EQ_bizRules": Fixed("field", "in", "SENSOR bizRules", "bizRules", "assay"),
    "EQ_microorganism": Fixed("field", "in", "SENSORREPORT microorganism", "microorganism", "assay"),
    "EQ_chemicalSubstance": Fixed("field", "in", "SENSORREPORT chemicalSubstance", "chemicalSubstance", "assay"),
    "EQ_stringValue": Fixed("field", "in", "SENSORREPORT stringValue", "", "assay"),
    "EQ_hexBinaryValue": Fixed("field", "in", "SENSORREPORT hexBinaryValue", "", "assay"),
    "EQ_uriValue": Fixed("field", "in", "SENSORREPORT uriValue", "uriValue", "assay"),
    "EQ_booleanValue": Fixed("field", "in", "SENSORREPORT booleanValue", "boolean", "assay"),
    "EQ_exception": Fixed("field", "in", "SENSORREPORT exception", "exception", "assay"),
    "EQ_component": Fixed("field", "in", "SENSORREPORT component", "component", "assay"),
}  # fmt: skip

COMPARISONS: Mapping[str, str] = {"EQ": "=", "GT": ">", "GE": ">=", "LT": "<", "LE": "<="}
MEASURES = ("value", "minValue", "maxValue", "meanValue", "sDev", "percValue")
LISTS: Mapping[str, tuple[str, str, str]] = {
    "bizTransaction": ("transaction", "bizTransaction", "licence"),
    "source": ("source", "source", "party"),
    "destination": ("destination", "destination", "party"),
}
SCOPES: Mapping[str, tuple[str, str]] = {  # scope -> (scope in the journal, group)
    "ILMD": ("ILMD", "extension"),
    "ERROR_DECLARATION": ("ERROR_DECLARATION", "document"),
    "SENSORELEMENT": ("SENSORELEMENT", "assay"),
    "SENSORMETADATA": ("SENSORMETADATA", "assay"),
    "SENSORREPORT": ("SENSORREPORT", "assay"),
    "readPoint": ("readPoint", "place"),
    "bizLocation": ("bizLocation", "place"),
    "": ("", "extension"),
}
CONTROLS = frozenset(
    {
        "orderBy", "orderDirection", "eventCountLimit", "maxEventCount", "perPage", "nextPageToken", "@context",
        "queryName", "lode_asOf", "lode_knownAt", "lode_status",
    }
)  # fmt: skip
FAMILIES = (
    "EQ_bizTransaction_", "EQ_source_", "EQ_destination_", "GE_quantity_", "GE_value_", "EQ_percRank", "EXISTS_", "EQ_INNER_",
    "EQ_ILMD_", "HASATTR_", "EQATTR_",
)  # fmt: skip
