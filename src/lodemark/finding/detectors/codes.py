"""Questions that codes raise: one serial in two places, a code nobody issued, a serial after its end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from lodemark.finding.facts import Observed, Sighting
from lodemark.finding.model import Evidence, Raised
from lodemark.finding.rules import FindingRules
from lodemark.ledger import digest

EARTH_KM = 6371.0  # mean radius; the haversine error of half a per cent is far below any carrier's margin


def cloned_code(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """One serial read at two places, faster apart than any carrier: EMVS shows most such alerts are clock or upload slips,
    so readings with an unknown clock never count, nor two readers at one gate."""
    for serial, path in _paths(one for one in seen.sightings if one.clock_known):
        for first, second in pairwise(path):
            km, hours = _km(first, second), Decimal((second.at - first.at).total_seconds()) / 3600
            if second.act in ("returned", "corrected") or km <= rules.gate_km or km <= hours * rules.fastest_km_h:
                continue
            facts = {"serial": serial, "first": first.place, "second": second.place, "km": int(km), "minutes": int(hours * 60)}
            yield Raised(
                "cloned-code",
                serial,
                "promise-one-serial",
                facts,
                _evidence("sighting-two-places", facts, first, second),
                ("reader-clock-record", "return-record"),
            )


def unissued_code(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """The check character fits, so it was no misreading, and yet the signature fails or the issuer never issued it."""
    for read in seen.codes:
        if not read.check_fits or read.issue_pending or (read.signature_holds is not False and read.issued is not False):
            continue
        facts = {"code": read.code, "signature_holds": read.signature_holds, "issued": read.issued}
        evidence = Evidence("custody", read.ref, digest(facts), "code-not-issued", facts)
        yield Raised("unissued-code", read.code, "promise-issued-codes", facts, (evidence,), ("issue-record",))


def code_after_end(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """A serial seen after it was consumed, unless the end was corrected or the unit commissioned again on record."""
    for serial, path in _paths(seen.sightings):
        ended: Sighting | None = None
        for one in path:
            if one.act == "consumed":
                ended = one
            elif one.act in ("corrected", "commissioned"):
                ended = None
            elif ended is not None:
                facts = {"serial": serial, "ended_at": ended.at, "seen_at": one.at, "place": one.place}
                evidence = _evidence("seen-after-end", facts, ended, one)
                exonerates = ("terminal-event-correction", "recommissioning-record")
                yield Raised("code-after-end", serial, "promise-end", facts, evidence, exonerates)
                break


def _paths(sightings: Iterable[Sighting]) -> list[tuple[str, list[Sighting]]]:
    """Per serial, its sightings in the order of the world, so that the order of arrival changes nothing."""
    by_serial: dict[str, list[Sighting]] = defaultdict(list)
    for one in sightings:
        by_serial[one.serial].append(one)
    return [(serial, sorted(path, key=lambda s: (s.at, s.place, s.act, s.ref))) for serial, path in sorted(by_serial.items())]


def _evidence(code: str, facts: dict[str, object], *sightings: Sighting) -> tuple[Evidence, ...]:
    return tuple(Evidence("custody", one.ref, digest(one), code, facts) for one in sightings)


def _km(a: Sighting, b: Sighting) -> Decimal:
    """Great-circle distance (haversine)."""
    lat_a, lon_a, lat_b, lon_b = (radians(float(d)) for d in (a.latitude, a.longitude, b.latitude, b.longitude))
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return Decimal(2 * EARTH_KM * asin(min(1.0, sqrt(h))))
