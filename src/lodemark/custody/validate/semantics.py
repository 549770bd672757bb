"""Layer M: does one event make sense by itself? One function per rule; ``RULES`` is the list.

A rule sees the interpreted event and when the office recorded it, and yields (pointer below the event, facts, value).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

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


def _quantities(event: Event) -> Iterator[tuple[str, Mapping[str, object], Decimal | None]]:
    for _, name in _LISTS.values():
        listed = event.sent.body.get(name)
        for i, item in enumerate(listed if isinstance(listed, list) else []):
            yield f"/{name}/{i}", item, decimal(item.get("quantity"))


def negative(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-NEGATIVE: a quantity below zero is no observation of goods."""
    for at, item, quantity in _quantities(event):
        if quantity is not None and quantity < 0:
            yield f"{at}/quantity", {}, item.get("quantity")


def unit_missing(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-UNIT: a material lot with a quantity and no unit; it is never assumed to be in kilograms."""
    for at, item, quantity in _quantities(event):
        if quantity is not None and "uom" not in item and _is_lot(str(item.get("epcClass", ""))):
            yield f"{at}/uom", {"quantity": quantity}, None


def _is_lot(text: str) -> bool:
    try:
        return parse(text).level == "lot"
    except IdentifierError:
        return False


def unit_unknown(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-UNIT-UNKNOWN: no Rec 20 code we know; a word for a unit names the code to write."""
    for at, item, quantity in _quantities(event):
        uom = item.get("uom")
        if quantity is not None and isinstance(uom, str) and uom not in UNITS and uom not in GROSS:
            yield f"{at}/uom", {"write": code_for(uom) or _SUCH_AS}, uom


def gross_weight(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-GROSS: a code for gross weight says what the package weighs, not what the lot is."""
    for at, item, _quantity in _quantities(event):
        if item.get("uom") in GROSS:
            yield f"{at}/uom", {}, item["uom"]


def vanishes(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-VANISHES: a mass above zero that would be 0 mg."""
    for at, item, quantity in _quantities(event):
        exact = exact_mg(quantity, str(item.get("uom"))) if quantity else None
        if exact is not None and round(exact) == 0:
            yield f"{at}/quantity", {"uom": item.get("uom")}, item.get("quantity")


def out_of_range(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-RANGE: more than 2^63-1 mg."""
    for at, item, quantity in _quantities(event):
        exact = exact_mg(quantity, str(item.get("uom"))) if quantity else None
        if exact is not None and abs(exact) > LARGEST_MG:
            yield f"{at}/quantity", {"uom": item.get("uom")}, str(item.get("quantity"))[:60]


def remainder(event: Event, _: datetime | None) -> Iterator[Hit]:
    """M-REMAINDER: a metric mass with a remainder below one milligram (a note; the exact text is kept)."""
    for at, item, quantity in _quantities(event):
        uom = str(item.get("uom"))
        exact = exact_mg(quantity, uom) if quantity else None
        if exact is not None and exact.denominator != 1 and UNITS[uom].metric and 1 <= abs(exact) <= LARGEST_MG:
            yield f"{at}/quantity", {"mass_mg": round(exact)}, item.get("quantity")


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
        times = metadata if isinstance(metadata, Mapping) and {"startTime", "endTime"} <= metadata.keys() else None
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
            if isinstance(metadata, Mapping) and isinstance(metadata.get(name), str):
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


RULES: tuple[tuple[str, Callable[[Event, datetime | None], Iterable[Hit]]], ...] = (
    ("M-NEGATIVE", negative),
    ("M-UNIT", unit_missing),
    ("M-UNIT-UNKNOWN", unit_unknown),
    ("M-GROSS", gross_weight),
    ("M-VANISHES", vanishes),
    ("M-RANGE", out_of_range),
    ("M-REMAINDER", remainder),
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


def check_semantics(event: Event, index: int, recorded_at: datetime | None) -> Iterator[Finding]:
    """Every rule over one event."""
    for rule, check in RULES:
        for at, facts, value in check(event, recorded_at):
            yield Finding(rule, f"{event.sent.pointer}{at}", facts, value, index)
