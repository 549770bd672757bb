"""Layer M: does one event make sense by itself? One function per rule; ``QUANTITY_RULES`` and ``EVENT_RULES`` are the lists.

A rule over an event sees it interpreted, with when the office recorded it, and yields (pointer below it, facts, value).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from lodemark.custody.identifier import IdentifierError, parse
from lodemark.custody.interpret import decimal
from lodemark.custody.model import Event, Line
from lodemark.custody.namespace import CBV, LODE
from lodemark.custody.unit import GROSS, UNITS, code_for, exact_mg
from lodemark.custody.validate.report import Finding
from lodemark.custody.value import instant, uri
from lodemark.measure.mass import LARGEST_MG

Hit = tuple[str, Mapping[str, object], object]
_LISTS = {
    "object": ("epcList", "quantityList"),
    "in": ("inputEPCList", "inputQuantityList"),
    "out": ("outputEPCList", "outputQuantityList"),
    "child": ("childEPCs", "childQuantityList"),
}
SKEW = timedelta(hours=24)
SAMPLING = CBV + "BizStep-sampling"
MASS_FRACTION = LODE + "MassFraction"
_SUCH_AS = "KGM, GRM, TNE"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity element: its pointer below the event, as sent, its number, unit and exact mass in mg if it is one."""

    at: str
    item: Mapping[str, object]
    number: Decimal
    uom: str | None
    exact: Fraction | None


def _quantities(event: Event) -> Iterator[Quantity]:
    body = event.sent.body
    for _, name in _LISTS.values():
        listed = body.get(name)
        if isinstance(listed, list):
            for i, item in enumerate(listed):
                number = decimal(item.get("quantity"))
                if number is not None:
                    uom = item.get("uom")
                    yield Quantity(f"/{name}/{i}", item, number, uom, exact_mg(number, uom) if uom else None)


# One function per rule over one quantity: (rule, where in the element, facts) or None.


def negative(q: Quantity) -> tuple[str, Mapping[str, object]] | None:
    """M-NEGATIVE: a quantity below zero is no observation of goods."""
    return ("quantity", {}) if q.number < 0 else None


def unit_missing(q: Quantity) -> tuple[str, Mapping[str, object]] | None:
    """M-UNIT: a material lot with a quantity and no unit; it is never assumed to be in kilograms."""
    return ("uom", {"quantity": q.number}) if q.uom is None and _is_lot(str(q.item.get("epcClass", ""))) else None


def _is_lot(text: str) -> bool:
    try:
        return parse(text).level == "lot"
    except IdentifierError:
        return False


def unit_unknown(q: Quantity) -> tuple[str, Mapping[str, object]] | None:
    """M-UNIT-UNKNOWN: no Rec 20 code we know; a word for a unit names the code to write."""
    unknown = q.uom is not None and q.uom not in UNITS and q.uom not in GROSS
    return ("uom", {"write": code_for(q.uom or "") or _SUCH_AS}) if unknown else None


def gross_weight(q: Quantity) -> tuple[str, Mapping[str, object]] | None:
    """M-GROSS: a code for gross weight says what the package weighs, not what the lot is."""
    return ("uom", {}) if q.uom in GROSS else None


def vanishes(q: Quantity) -> tuple[str, Mapping[str, object]] | None:
    """M-VANISHES: a mass above zero that would be 0 mg."""
    return ("quantity", {"uom": q.uom}) if q.exact and round(q.exact) == 0 else None


def out_of_range(q: Quantity) -> tuple[str, Mapping[str, object]] | None:
    """M-RANGE: more than 2^63-1 mg."""
    return ("quantity", {"uom": q.uom}) if q.exact and abs(q.exact) > LARGEST_MG else None


def remainder(q: Quantity) -> tuple[str, Mapping[str, object]] | None:
    """M-REMAINDER: a metric mass with a remainder below one milligram (a note; the exact text is kept)."""
    if q.exact is None or q.exact.denominator == 1 or not 1 <= abs(q.exact) <= LARGEST_MG:
        return None
    return ("quantity", {"mass_mg": round(q.exact)}) if UNITS[q.uom or ""].metric else None


def future(event: Event, recorded_at: datetime | None) -> Iterator[Hit]:
    """M-FUTURE: later than the office's clock by more than a day."""
    if recorded_at is not None and event.occurred_at > recorded_at + SKEW:
        yield "/eventTime", {"recorded_at": recorded_at}, event.sent.body.get("eventTime")


def sensor_time(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-SENSOR-TIME: a measurement later than the event that reports it."""
    for at, name, text in _sensor_times(event):
        if name in ("time", "startTime") and instant(text) > event.occurred_at:
            yield f"{at}/{name}", {"eventTime": event.sent.body.get("eventTime")}, text


def interval(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-INTERVAL: an interval that ends before it starts, or a minimum above its maximum."""
    for i, element in enumerate(event.sensors):
        metadata = element.get("sensorMetadata")
        times = metadata if isinstance(metadata, dict) and {"startTime", "endTime"} <= metadata.keys() else None
        if times and instant(str(times["endTime"])) < instant(str(times["startTime"])):
            yield f"/sensorElementList/{i}/sensorMetadata/endTime", {}, times["endTime"]
    for at, report in _reports(event):
        low, high = decimal(report.get("minValue")), decimal(report.get("maxValue"))
        if low is not None and high is not None and low > high:
            yield f"{at}/minValue", {"maximum": high}, report["minValue"]


def _sensor_times(event: Event) -> Iterator[tuple[str, str, str]]:
    for i, element in enumerate(event.sensors):
        metadata = element.get("sensorMetadata")
        for name in ("time", "startTime", "endTime"):
            if isinstance(metadata, dict) and isinstance(metadata.get(name), str):
                yield f"/sensorElementList/{i}/sensorMetadata", name, metadata[name]
    for at, report in _reports(event):
        if isinstance(report.get("time"), str):
            yield at, "time", str(report["time"])


def _reports(event: Event) -> Iterator[tuple[str, Mapping[str, object]]]:
    for i, element in enumerate(event.sensors):
        listed = element.get("sensorReport")
        for j, report in enumerate(listed if isinstance(listed, list) else []):
            yield f"/sensorElementList/{i}/sensorReport/{j}", report


def inside_itself(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-SELF: a thing packed into or built into itself."""
    parents = {line.thing for line in event.what if line.role == "parent"}
    for at, line in _placed(event):
        if line.role == "child" and line.thing in parents:
            yield at, {}, line.text


def repeated(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-REPEAT: one thing named twice in one list (a finding: an honest repeat counts twice)."""
    seen: Counter[tuple[str, str]] = Counter()
    for at, line in _placed(event):
        seen[line.role, line.thing] += 1
        if seen[line.role, line.thing] == 2:
            yield at, {}, line.text


def in_is_out(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-IN-IS-OUT: one lot on both sides of a transformation (a finding; the campaign is netted)."""
    inputs = {line.thing for line in event.what if line.role == "in"}
    for at, line in _placed(event):
        if line.role == "out" and line.thing in inputs:
            yield at, {}, line.text


def gain(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-GAIN: more mass out than in, in one closed transformation (a finding: the excess becomes undeclared origin)."""
    if event.kind != "TransformationEvent" or event.transformation_id:
        return  # a campaign of several events is weighed as a whole in the genealogy
    sides: dict[str, list[int | None]] = {"in": [], "out": []}
    for line in event.what:
        if line.role in sides and line.count is None:
            sides[line.role].append(line.mass_mg)
    if None in sides["in"] or None in sides["out"] or not sides["in"]:
        return
    came, went = sum(m or 0 for m in sides["in"]), sum(m or 0 for m in sides["out"])
    if went > came:
        yield "/outputQuantityList", {"in_mg": came, "out_mg": went, "excess_mg": went - came}, None


def _placed(event: Event) -> Iterator[tuple[str, Line]]:
    counters: Counter[str] = Counter()
    for line in event.what:
        if line.role == "parent":
            continue
        epcs, quantities = _LISTS[line.role]
        # ``interpret`` yields the EPCs of a role before its quantities.
        body = event.sent.body.get(epcs)
        size = len(body) if isinstance(body, list) else 0
        at = counters[line.role]
        counters[line.role] += 1
        yield (f"/{epcs}/{at}" if at < size else f"/{quantities}/{at - size}/epcClass"), line


def assay_one_lot(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-ASSAY-ONE-LOT: sensor values belong to the event, so an assay must speak of exactly one lot."""
    if _is_assay(event) and len(event.what) != 1:
        yield "/quantityList", {"found": len(event.what)}, None


def _is_assay(event: Event) -> bool:
    return any(_kind(event, report) == MASS_FRACTION for _, report in _reports(event))


def _kind(event: Event, report: Mapping[str, object]) -> str:
    return uri("sensorReport.type", str(report.get("type", "")), event.sent.names)


def _lode(event: Event, report: Mapping[str, object], term: str) -> object:
    names = event.sent.names
    return next((v for k, v in report.items() if ":" in k and names.field(k) == f"{{{LODE}}}{term}"), None)


def basis(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-BASIS: a mass fraction that does not say whether it counts the element or its oxide."""
    for at, report in _reports(event):
        if _kind(event, report) == MASS_FRACTION and _lode(event, report, "basis") not in ("element", "oxide"):
            yield at, {"element": _lode(event, report, "element")}, _lode(event, report, "basis")


def fraction(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-FRACTION: mass fractions of one lot that sum above 1 beyond two sigma."""
    total, variance = Decimal(0), Decimal(0)
    for _at, report in _reports(event):
        if _kind(event, report) != MASS_FRACTION:
            continue
        unit = UNITS.get(str(report.get("uom")))
        if unit is None or unit.kind != "fraction":
            continue
        value, sigma = decimal(report.get("value")), decimal(report.get("sDev"))
        factor = Decimal(unit.factor.numerator) / Decimal(unit.factor.denominator)
        total += (value or Decimal(0)) * factor
        variance += ((sigma or Decimal(0)) * factor) ** 2
    spread = variance.sqrt()
    if total > 1 + 2 * spread:
        yield "/sensorElementList", {"sum": total, "sigma": round(spread, 6)}, None


def fraction_unit(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-FRACTION-UNIT: GS1's schema does not look at this unit; a fraction in kilograms is no fraction."""
    for at, report in _reports(event):
        unit = UNITS.get(str(report.get("uom")))
        if _kind(event, report) == MASS_FRACTION and (unit is None or unit.kind != "fraction"):
            yield f"{at}/uom", {"write": code_for(str(report.get("uom"))) or "M29, P1, 59"}, report.get("uom")


QUANTITY_RULES: tuple[tuple[str, Callable[[Quantity], tuple[str, Mapping[str, object]] | None]], ...] = (
    ("M-NEGATIVE", negative),
    ("M-UNIT", unit_missing),
    ("M-UNIT-UNKNOWN", unit_unknown),
    ("M-GROSS", gross_weight),
    ("M-VANISHES", vanishes),
    ("M-RANGE", out_of_range),
    ("M-REMAINDER", remainder),
)
EVENT_RULES: tuple[tuple[str, Callable[[Event, datetime | None], Iterable[Hit]]], ...] = (
    ("M-FUTURE", future),
    ("M-SENSOR-TIME", sensor_time),
    ("M-INTERVAL", interval),
    ("M-SELF", inside_itself),
    ("M-REPEAT", repeated),
    ("M-IN-IS-OUT", in_is_out),
    ("M-GAIN", gain),
    ("M-ASSAY-ONE-LOT", assay_one_lot),
    ("M-BASIS", basis),
    ("M-FRACTION", fraction),
    ("M-FRACTION-UNIT", fraction_unit),
)
RULES: tuple[str, ...] = tuple(rule for rule, _ in (*QUANTITY_RULES, *EVENT_RULES))


def check_semantics(event: Event, index: int, recorded_at: datetime | None) -> Iterator[Finding]:
    """Every rule over one event."""
    root = event.sent.pointer
    for q in _quantities(event):
        for rule, judge in QUANTITY_RULES:
            hit = judge(q)
            if hit is not None:
                yield Finding(rule, f"{root}{q.at}/{hit[0]}", hit[1], q.item.get(hit[0]), index)
    for rule, check in EVENT_RULES:
        for at, facts, value in check(event, recorded_at):
            yield Finding(rule, f"{root}{at}", facts, value, index)
