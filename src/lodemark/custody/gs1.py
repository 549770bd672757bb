"""GS1 keys as tables: what each key's value looks like, where its check digit stands, how its URN is cut.

Sources: GS1 General Specifications 24 (application identifiers, character sets 82 and 39), EPC Tag Data Standard 2.0
section 6.3 (URN forms). A new key is one line in ``KEYS`` and one in ``URN_SCHEMES``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_82 = r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]"  # GS1 AI encodable character set 82
_39 = r"[#\-/0-9A-Z]"  # set 39
TEXT = re.compile(_82 + r"{1,20}")


@dataclass(frozen=True, slots=True)
class KeyForm:
    """The shape of one key: its value, the 1-based place of its check digit, its qualifiers (finest first)."""

    value: re.Pattern[str]
    check_at: int | None = None
    qualifiers: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    class_length: int | None = None  # a value of exactly this length names a class, a longer one an instance


@dataclass(frozen=True, slots=True)
class UrnScheme:
    """How ``urn:epc:id:<name>:`` maps to a key. ``digits`` is the sum of prefix and reference (0: free length)."""

    name: str
    ai: str
    digits: int
    body: re.Pattern[str]
    qualifier: str | None = None
    indicator: bool = False  # the reference opens with a digit that stands *before* the prefix in the key
    plain: bool = False  # no serial part


def _of(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_SERIAL = _of(_82 + r"{1,20}")
_UPUI = _of(_82 + r"{1,28}")
KEYS: Mapping[str, KeyForm] = {
    "00": KeyForm(_of(r"\d{18}"), 18),
    "01": KeyForm(_of(r"\d{14}"), 14, {"21": _SERIAL, "235": _UPUI, "10": _SERIAL}),
    "253": KeyForm(_of(r"\d{13}" + _82 + "{0,17}"), 13, class_length=13),
    "255": KeyForm(_of(r"\d{13}\d{0,12}"), 13, class_length=13),
    "401": KeyForm(_of(_82 + "{1,30}")),
    "402": KeyForm(_of(r"\d{17}"), 17),
    "414": KeyForm(_of(r"\d{13}"), 13, {"254": _SERIAL}),
    "417": KeyForm(_of(r"\d{13}"), 13),
    "8003": KeyForm(_of(r"0\d{13}" + _82 + "{0,16}"), 14, class_length=14),
    "8004": KeyForm(_of(_82 + "{1,30}")),
    "8006": KeyForm(_of(r"\d{18}"), 14, {"21": _SERIAL, "10": _SERIAL}),
    "8010": KeyForm(_of(_39 + "{1,30}"), None, {"8011": _of(r"\d{1,12}")}),
    "8017": KeyForm(_of(r"\d{18}"), 18),
    "8018": KeyForm(_of(r"\d{18}"), 18),
}

SHORT_NAMES: Mapping[str, str] = {
    "sscc": "00",
    "gtin": "01",
    "lot": "10",
    "ser": "21",
    "cpv": "22",
    "gdti": "253",
    "gcn": "255",
    "ginc": "401",
    "gsin": "402",
    "gln": "414",
    "glnx": "254",
    "party": "417",
    "grai": "8003",
    "giai": "8004",
    "itip": "8006",
    "cpid": "8010",
    "cpsn": "8011",
    "gsrnp": "8017",
    "gsrn": "8018",
    "tpx": "235",
}

_P = r"(\d{6,12})\."
_ESC = r"(?:%[0-9A-Fa-f]{2}|[^%])"


def _urn(name: str, ai: str, digits: int, rest: str, **more: object) -> UrnScheme:
    return UrnScheme(name, ai, digits, _of(_P + rest), **more)  # type: ignore[arg-type]


URN_SCHEMES: Mapping[str, UrnScheme] = {
    scheme.name: scheme
    for scheme in (
        _urn("sgtin", "01", 13, rf"(\d+)\.({_ESC}+)", qualifier="21", indicator=True),
        _urn("lgtin", "01", 13, rf"(\d+)\.({_ESC}+)", qualifier="10", indicator=True),
        _urn("upui", "01", 13, rf"(\d+)\.({_ESC}+)", qualifier="235", indicator=True),
        _urn("sscc", "00", 17, r"(\d+)", indicator=True, plain=True),
        _urn("sgln", "414", 12, rf"(\d*)\.({_ESC}+)", qualifier="254"),
        _urn("pgln", "417", 12, r"(\d*)", plain=True),
        _urn("grai", "8003", 12, rf"(\d*)\.({_ESC}+)"),
        _urn("giai", "8004", 0, rf"({_ESC}+)", plain=True),
        _urn("gsrn", "8018", 17, r"(\d+)", plain=True),
        _urn("gsrnp", "8017", 17, r"(\d+)", plain=True),
        _urn("gdti", "253", 12, rf"(\d*)\.({_ESC}+)"),
        _urn("cpi", "8010", 0, r"((?:%23|%2[Ff]|[#\-/0-9A-Z])+)\.(\d+|\*)", qualifier="8011"),
        _urn("sgcn", "255", 12, r"(\d*)\.(\d+|\*)"),
        _urn("ginc", "401", 0, rf"({_ESC}+)", plain=True),
        _urn("gsin", "402", 16, r"(\d+)", plain=True),
        _urn("itip", "8006", 13, rf"(\d+)\.(\d\d)\.(\d\d)\.({_ESC}+)", qualifier="21", indicator=True),
    )
}

# Element strings: AI -> fixed length of its value, 0 = up to the next FNC1. Only AIs a goods label is expected to carry.
ELEMENT_LENGTHS: Mapping[str, int] = {
    "00": 18,
    "01": 14,
    "02": 14,
    "10": 0,
    "11": 6,
    "12": 6,
    "13": 6,
    "15": 6,
    "16": 6,
    "17": 6,
    "20": 2,
    "21": 0,
    "22": 0,
    "30": 0,
    "37": 0,
    "235": 0,
    "240": 0,
    "241": 0,
    "250": 0,
    "253": 0,
    "254": 0,
    "255": 0,
    "400": 0,
    "401": 0,
    "402": 17,
    "403": 0,
    "410": 13,
    "411": 13,
    "412": 13,
    "413": 13,
    "414": 13,
    "415": 13,
    "416": 13,
    "417": 13,
    "8003": 0,
    "8004": 0,
    "8006": 18,
    "8010": 0,
    "8011": 0,
    "8017": 18,
    "8018": 18,
    **{f"310{n}": 6 for n in range(6)},  # net weight in kg with n decimals
}
