"""Is a code what it says? Each check reads facts and answers *consistent*, *question* or *not assessable*; none says "fake".

Every check has an honest twin it must stay silent on: late uploads, two readers at one gate, a registered subcontractor.

    answer = check_code(thing, CodeFacts(facts=journal.facts(), register=register))
    answer.outcome    # "consistent", "question" or "not-assessable"
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lodemark.custody.containment import intervals
from lodemark.custody.facts import Fact
from lodemark.custody.identifier import canonical
from lodemark.custody.namespace import CBV, MDA
from lodemark.custody.status import CONTRADICTED
from lodemark.trouble import Reason

CONSISTENT, QUESTION, NOT_ASSESSABLE = "consistent", "question", "not-assessable"
MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US


@dataclass(frozen=True, slots=True)
class Issued:
    """One line of an issuer's register: a serial, or a prefix of serials when ``span`` is true."""

    thing: str
    issuer: str
    registered_us: int
    span: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """One check of a label by somebody: when, where, on which device."""

    time_us: int
    place: str
    device: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What is tolerated before a question is asked; every value is a rule of the office, not of nature."""

    gate_us: int = 10 * MINUTE_US  # two readers at one gate
    delay_us: int = 7 * DAY_US  # late registration, late feeds
    speed_km_h: float = 900.0
    handling_us: int = 2 * HOUR_US
    burst_places: int = 5
    burst_us: int = HOUR_US


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """Everything a check may see. ``register`` None: the issuer keeps none. ``places``: site -> (lat, lon) degrees.

    ``owners``: company prefix (as it opens a key's digits) -> party; ``contractors``: party -> parties it may issue for.
    ``proof``: verdict of the keyed tag or signature (``None``: the code carries none).
    """

    facts: Sequence[Fact]
    register: Sequence[Issued] | None = None
    places: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    contractors: Mapping[str, frozenset[str]] = field(default_factory=dict)
    scans: Sequence[Scan] = ()
    devices: frozenset[str] = frozenset()
    proof: str | None = None
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Seed:
    """What one check found: its name, the outcome, the sentence with its facts, and the events it rests on."""

    check: str
    outcome: str
    reason: Reason
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """All checks of one code. A question weighs more than a check that could not be made."""

    thing: str
    seeds: tuple[Seed, ...]

    @property
    def outcome(self) -> str:
        """``question`` if any check asks one, else ``consistent`` if any could be made, else ``not-assessable``."""
        found = {seed.outcome for seed in self.seeds}
        return next(o for o in (QUESTION, CONSISTENT, NOT_ASSESSABLE) if o in found or o == NOT_ASSESSABLE)


def places_from(master_data: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[float, float]]:
    """Site -> (lat, lon) from the CBV attributes latitude and longitude, where both are numbers."""
    found = {}
    for site, told in master_data.items():
        try:
            found[site] = (float(told[f"{MDA}latitude"]), float(told[f"{MDA}longitude"]))
        except (KeyError, ValueError):
            continue
    return found


def check_code(text: str, told: CodeFacts) -> CodeAnswer:
    """Run every check on a code in any spelling."""
    thing = canonical(text)
    about = sorted(
        (
            f
            for f in told.facts
            if f.status in ("active", CONTRADICTED) and not f.declaration and any(p.thing == thing for p in f.parts)
        ),
        key=lambda f: (f.occurred_us, f.key),
    )
    seeds: list[Seed] = []
    for name, check in CHECKS:
        found = list(check(thing, about, told))
        if not found:
            found = [Seed(name, CONSISTENT, Reason("code-consistent", None, {"check": name, "thing": thing}))]
        seeds.extend(found)
    return CodeAnswer(thing, tuple(seeds))


def _ask(check: str, thing: str, events: Iterable[str], **facts: object) -> Seed:
    return Seed(check, QUESTION, Reason(f"code-{check}", None, {"thing": thing, **facts}), tuple(events))


def _cannot(check: str, thing: str, why: str) -> Seed:
    return Seed(check, NOT_ASSESSABLE, Reason("code-not-assessable", None, {"thing": thing, "check": check, "why": why}))


_LEAVING = frozenset(CBV + "BizStep-" + word for word in ("shipping", "departing", "transporting", "loading", "removing"))
_ARRIVING = frozenset(CBV + "BizStep-" + word for word in ("receiving", "arriving", "commissioning", "unloading"))
_ENDING = frozenset(CBV + "BizStep-" + word for word in ("destroying", "decommissioning", "killing"))


def clone(thing: str, about: Sequence[Fact], told: CodeFacts) -> Iterator[Seed]:
    """One serial in two stays whose times overlap beyond tolerance. Twin: one read uploaded twice, two readers at a gate."""
    stays = _stays(about)
    for i, (site, start, end, event) in enumerate(stays):
        for other, begin, finish, event2 in stays[i + 1 :]:
            overlap = min(end, finish) - max(start, begin)
            inside = max(start, begin) - min(start, begin) > told.limits.gate_us
            later = abs(end - finish) > told.limits.gate_us
            if _gate(site) != _gate(other) and overlap >= 0 and inside and later:
                yield _ask("clone", thing, (event, event2), one=site, other=other)
                return


def _gate(site: str) -> str:
    """Two readers at one gate share the location number and differ in its extension."""
    return site.split("/254/", maxsplit=1)[0]


def _stays(about: Sequence[Fact]) -> list[tuple[str, int, int, str]]:
    """(site, from, to, event): seen at one site until a leaving step there, an arrival elsewhere starting another."""
    open_now: dict[str, tuple[int, int, str]] = {}
    found = []
    for fact in about:
        if fact.site is None:
            continue
        site = _gate(fact.site)
        if fact.step in _ARRIVING and site in open_now:
            found.append((site, *open_now.pop(site)))
        start, _, event = open_now.get(site, (fact.occurred_us, 0, fact.key))
        open_now[site] = (start, fact.occurred_us, event)
        if fact.step in _LEAVING:
            found.append((site, *open_now.pop(site)))
    found.extend((site, *stay) for site, stay in open_now.items())
    return sorted(found, key=lambda s: (s[1], s[0]))


def travel(thing: str, about: Sequence[Fact], told: CodeFacts) -> Iterator[Seed]:
    """Faster than an aircraft between two sites. Twin: a local time sent as UTC, explained to the minute by the offset."""
    seen = [f for f in about if f.site]
    pairs = [(a, b) for a, b in itertools.pairwise(seen) if _gate(a.site or "") != _gate(b.site or "")]
    known = [(a, b) for a, b in pairs if a.site in told.places and b.site in told.places]
    if pairs and not known:
        yield _cannot("travel", thing, "sites without coordinates")
    for a, b in known:
        km = _distance_km(told.places[a.site or ""], told.places[b.site or ""])
        needed = int(km / told.limits.speed_km_h * HOUR_US) + told.limits.handling_us
        if b.occurred_us - a.occurred_us >= needed:
            continue
        shifts = [off * MINUTE_US for off in (a.offset_min, -a.offset_min, b.offset_min, -b.offset_min) if off]
        if any(b.occurred_us - a.occurred_us + shift >= needed for shift in shifts):
            reason = Reason("code-travel-offset", None, {"thing": thing, "one": a.site, "other": b.site})
            yield Seed("travel", CONSISTENT, reason, (a.key, b.key))
        else:
            minutes = (b.occurred_us - a.occurred_us) // MINUTE_US
            yield _ask("travel", thing, (a.key, b.key), one=a.site, other=b.site, km=round(km), minutes=minutes)


def _distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great circle, haversine; a sphere of 6371 km is good to half a percent."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*a, *b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(h))


def unissued(thing: str, about: Sequence[Fact], told: CodeFacts) -> Iterator[Seed]:
    """Not in the issuer's register. Twin: a range registered after first use, within its delay."""
    if told.register is None:
        yield _cannot("unissued", thing, "no register")
        return
    lines = [line for line in told.register if line.thing == thing or (line.span and thing.startswith(line.thing))]
    if not lines:
        yield _ask("unissued", thing, (f.key for f in about[:1]))
        return
    late = min(line.registered_us for line in lines) - (about[0].occurred_us if about else 0)
    if about and late > told.limits.delay_us:
        yield _ask("unissued", thing, (about[0].key,))


def forged(thing: str, about: Sequence[Fact], told: CodeFacts) -> Iterator[Seed]:
    """The keyed tag or signature does not fit. Twin: a key rotated while labels were in stock (the old key still verifies)."""
    if told.proof is None:
        yield _cannot("forged", thing, "no tag or signature")
    elif told.proof != "ok":
        yield _ask("forged", thing, (), proof=told.proof)


def reuse(thing: str, about: Sequence[Fact], told: CodeFacts) -> Iterator[Seed]:
    """Seen after it was destroyed or used up. Twin: a correction, a recommissioning, a late upload of earlier work."""
    ended: Fact | None = None
    for fact in about:
        if ended and _begins(fact):
            ended = None  # a new commissioning is a statement that it lives again
        elif ended and fact.occurred_us - ended.occurred_us > told.limits.gate_us:
            yield _ask("reuse", thing, (ended.key, fact.key), ended=ended.step, step=fact.step)
            return
        if _ends(fact, thing):
            ended = fact


def _begins(fact: Fact) -> bool:
    return fact.kind == "ObjectEvent" and fact.action == "ADD"


def _ends(fact: Fact, thing: str) -> bool:
    consumed = any(p.thing == thing and p.role == "in" and p.count == 1 for p in fact.parts)
    return consumed or fact.step in _ENDING or (fact.kind == "ObjectEvent" and fact.action == "DELETE")


def early(thing: str, about: Sequence[Fact], told: CodeFacts) -> Iterator[Seed]:
    """Used before it was commissioned. Twin: a late feed within the party's allowed delay."""
    born = next((f for f in about if _begins(f) or any(p.thing == thing and p.role == "out" for p in f.parts)), None)
    if born is None:
        yield _cannot("early", thing, "no commissioning recorded")
    elif born.occurred_us - about[0].occurred_us > told.limits.delay_us:
        yield _ask("early", thing, (about[0].key, born.key), step=about[0].step)


def ghost(thing: str, about: Sequence[Fact], told: CodeFacts) -> Iterator[Seed]:
    """Unpacked from something it was never packed into. Twin: a feed that starts in the middle (nothing earlier known)."""
    stays, _ = intervals(about)
    for stay in stays:
        unexplained = stay.child == thing and stay.opened_by is None and stay.to_us is not None
        if unexplained and any(f.occurred_us < (stay.to_us or 0) for f in about):
            yield _ask("ghost", thing, (stay.closed_by or "",), parent=stay.parent)


def swap(thing: str, about: Sequence[Fact], told: CodeFacts) -> Iterator[Seed]:
    """Built into a second parent without removal from the first. Twin: a repair whose two events came late."""
    stays, _ = intervals(about)
    mine = sorted((s for s in stays if s.child == thing and s.built_in), key=lambda s: s.from_us or 0)
    for one, other in itertools.pairwise(mine):
        if one.parent != other.parent and one.holds(other.from_us or 0):
            yield _ask("swap", thing, (one.opened_by or "", other.opened_by or ""), one=one.parent, other=other.parent)


def prefix(thing: str, about: Sequence[Fact], told: CodeFacts) -> Iterator[Seed]:
    """Issued under the company prefix of another party. Twin: a registered subcontractor."""
    digits = thing.split("/")[4].lstrip("0") if thing.startswith("https://id.gs1.org/") else ""
    found = [(p, owner) for p, owner in told.owners.items() if digits[: len(p)] == p or digits[1 : len(p) + 1] == p]
    owner = max(found, key=lambda item: len(item[0]))[1] if found else None
    if owner is None:
        yield _cannot("prefix", thing, "owner of the prefix not known")
        return
    for fact in about:
        allowed = fact.party in told.contractors.get(owner, frozenset())
        if _begins(fact) and fact.party != owner and not allowed:
            yield _ask("prefix", thing, (fact.key,), owner=owner, party=fact.party)
            return


def burst(thing: str, about: Sequence[Fact], told: CodeFacts) -> Iterator[Seed]:
    """One label checked from many places in a short time. Twin: a known test or trade-fair device."""
    scans = sorted((s for s in told.scans if s.device not in told.devices), key=lambda s: s.time_us)
    for i, first in enumerate(scans):
        window = [s for s in scans[i:] if s.time_us - first.time_us <= told.limits.burst_us]
        places = sorted({s.place for s in window})
        if len(places) >= told.limits.burst_places:
            yield _ask("burst", thing, (), places=len(places), minutes=told.limits.burst_us // MINUTE_US)
            return


Check = Callable[[str, Sequence[Fact], CodeFacts], Iterator[Seed]]
CHECKS: tuple[tuple[str, Check], ...] = (
    ("clone", clone),
    ("travel", travel),
    ("unissued", unissued),
    ("forged", forged),
    ("reuse", reuse),
    ("early", early),
    ("ghost", ghost),
    ("swap", swap),
    ("prefix", prefix),
    ("burst", burst),
)
