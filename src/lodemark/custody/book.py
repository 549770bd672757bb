"""Lot versions and balances: every process takes from and gives to dated versions of lots, and mass closes by naming.

``attribution`` needs one producer per lot. A later inflow (second commissioning, give-back) therefore makes version n+1 by
a ``pool`` process from what was left of n plus the inflow. What is taken beyond a balance is ``undeclared origin``, never
clipped; what has no producer is ``not-recorded``, a gap of its own. The result does not depend on the order of arrival.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from lodemark.custody.process import UNSTATED, Move, Process

SKEW_US = 24 * 3600 * 1_000_000
# A chain of events each dated after its use is followed this far; past it the origin reads "not recorded".
DEEPEST = 200


@dataclass(slots=True)
class Lot:
    """One version of a lot. ``left_mg`` is what no process has taken; None means not weighed."""

    id: str
    thing: str
    version: int
    mass_mg: int | None
    lo: int | None
    hi: int | None
    left_mg: int | None
    producer: str
    since_us: int
    open: bool = False  # without recorded origin: as heavy as what was taken from it


@dataclass(frozen=True, slots=True)
class Flow:
    """A lot into or out of a process, in mg; ``lo``/``hi`` span contradicting statements."""

    process: str
    lot: str
    mass_mg: int | None
    lo: int | None
    hi: int | None
    event: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A process in the genealogy, closed: in = out + losses + unaccounted (+ rounding)."""

    id: str
    kind: str
    time_us: int
    party: str
    site: str | None
    step: str | None
    custody_model: str
    events: tuple[str, ...] = ()
    unaccounted_mg: int | None = 0
    rounding_mg: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """Something nobody told: its kind, where, the mass at stake (None: unknown), who could fill it."""

    kind: str
    subject: str
    mass_mg: int | None
    who: str
    process: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding of the journal layer, with the events it rests on."""

    rule: str
    subject: str
    facts: tuple[tuple[str, object], ...]
    events: tuple[str, ...] = ()


@dataclass(slots=True)
class Book:
    """The open ledger of lots while processes are booked."""

    lots: dict[str, Lot] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    inputs: list[Flow] = field(default_factory=list)
    outputs: list[Flow] = field(default_factory=list)
    losses: list[tuple[str, str, int]] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    current: dict[str, Lot] = field(default_factory=dict)
    inside: dict[tuple[str, str], int | None] = field(default_factory=dict)


def book(listed: Sequence[Process]) -> Book:
    """Book every process, in order of time and dependency."""
    return _Booking(listed).run()


class _Booking:
    def __init__(self, listed: Sequence[Process]) -> None:
        self.book = Book()
        self.by_id = {process.id: process for process in listed}
        moves = [(m.time_us, m.out, p.id, m.thing, place, m) for p in listed for place, m in enumerate(p.moves)]
        self.moves = [(m, place) for *_, place, m in sorted(moves, key=lambda x: x[:5])]
        self.done: set[tuple[str, int]] = set()
        self.running: set[tuple[str, int]] = set()
        self.coming: dict[str, deque[tuple[Move, int]]] = defaultdict(deque)
        for move, place in self.moves:
            if move.out:
                self.coming[move.thing].append((move, place))
        self.took: dict[str, list[Flow]] = defaultdict(list)
        self.gave: dict[str, list[Flow]] = defaultdict(list)
        self.users: dict[str, list[str]] = defaultdict(list)

    def run(self) -> Book:
        for move, place in self.moves:
            self.move(move, place)
        for process in self.by_id.values():
            self.close(process)
        for lot in self.book.lots.values():
            if lot.open:
                self.output(Flow(lot.producer, lot.id, lot.mass_mg, lot.mass_mg, lot.mass_mg))
                gap = Gap("not-recorded", lot.thing, lot.mass_mg, self.book_party(lot), lot.producer)
                self.book.gaps.append(gap)
        return self.book

    def book_party(self, lot: Lot) -> str:
        """Who used a lot of unknown origin is who can say where it came from."""
        return min((self.by_id[name].party for name in self.users[lot.id] if name in self.by_id), default="")

    def input(self, flow: Flow) -> None:
        self.book.inputs.append(flow)
        self.took[flow.process].append(flow)
        self.users[flow.lot].append(flow.process)

    def output(self, flow: Flow) -> None:
        self.book.outputs.append(flow)
        self.gave[flow.process].append(flow)

    def move(self, move: Move, place: int) -> None:
        mark = (move.process, place)
        if mark in self.done or mark in self.running:
            return
        self.running.add(mark)
        process = self.by_id[move.process]
        if move.out:
            # What comes out of an event depends on what the same event took in.
            for other_place, other in enumerate(process.moves):
                if not other.out and other.time_us <= move.time_us:
                    self.move(other, other_place)
            self.give(process, move)
        else:
            self.take(process, move)
        self.running.discard(mark)
        self.done.add(mark)

    # -- out of a lot ------------------------------------------------------------------------------------------------

    def take(self, process: Process, move: Move) -> None:
        if process.kind == "disassembly":
            mass = self.given_back(process)
            need, lo, hi = mass, mass, mass
        else:
            need, lo, hi = move.mass_mg, move.lo, move.hi
        lot = self.pull_forward(self.book.current.get(move.thing), move, need)
        if lot is None:
            lot = self.unknown_origin(move)
        if need is None and move.whole:
            need, lo, hi = lot.left_mg, lot.left_mg, lot.left_mg
        if need is None:
            self.book.gaps.append(Gap("mass-missing", move.thing, lot.left_mg, process.party, process.id))
        elif lot.open:
            lot.mass_mg = (lot.mass_mg or 0) + need
        elif lot.left_mg is not None and need > lot.left_mg:
            lot = self.overdraw(process, move, lot, need)
        if not lot.open:
            lot.left_mg = None if need is None or lot.left_mg is None else lot.left_mg - need
        self.input(Flow(process.id, lot.id, need, lo, hi, move.event))
        if process.kind == "assembly" and process.parent:
            self.book.inside[process.parent, move.thing] = need

    def given_back(self, process: Process) -> int | None:
        """What a disassembly takes out of its parent: the stated masses, else what was built in."""
        total = 0
        for move in process.moves:
            if move.out:
                mass = self.mass_built_in(process, move)
                if mass is None:
                    return None
                total += mass
        return total

    def mass_built_in(self, process: Process, move: Move) -> int | None:
        if move.mass_mg is not None:
            return move.mass_mg
        return self.book.inside.get((process.parent or "", move.thing))

    def pull_forward(self, lot: Lot | None, move: Move, need: int | None) -> Lot | None:
        """Use an inflow that is dated later: within a day it is clock skew, beyond it is said (J-ORDER), same result."""
        queue = self.coming[move.thing]
        while queue:
            short = lot is None or (need is not None and lot.left_mg is not None and lot.left_mg < need)
            following, place = queue[0]
            mark = (following.process, place)
            if mark in self.done:
                queue.popleft()
                continue
            late = following.time_us - move.time_us
            if (
                not short
                or len(self.running) > DEEPEST
                or mark in self.running
                or following.process == move.process
                or (lot and late > SKEW_US)
            ):
                break
            queue.popleft()
            self.move(following, place)
            lot = self.book.current.get(move.thing)
            if late > SKEW_US:
                self.remark("J-ORDER", move.thing, {"used_us": move.time_us, "made_us": following.time_us}, move, following)
        return lot

    def unknown_origin(self, move: Move) -> Lot:
        process = self.synthetic("not-recorded", move.thing, move.time_us)
        lot = Lot(move.thing, move.thing, 1, None, None, None, None, process, move.time_us, open=True)
        self.book.lots[lot.id] = self.book.current[move.thing] = lot
        return lot

    def overdraw(self, process: Process, move: Move, lot: Lot, need: int) -> Lot:
        """More was taken than was there: the excess is undeclared origin from this moment on."""
        assert lot.left_mg is not None
        excess = need - lot.left_mg
        extra = self.undeclared(f"{move.thing}#{lot.version + 1}", excess, move.time_us)
        made = self.pool(lot, [extra], need, move.time_us)
        self.remark("J-OVERDRAW", move.thing, {"taken_mg": need, "left_mg": lot.left_mg, "excess_mg": excess}, move)
        lot.left_mg = 0
        return made

    # -- into a lot --------------------------------------------------------------------------------------------------

    def give(self, process: Process, move: Move) -> None:
        mass, lo, hi = move.mass_mg, move.lo, move.hi
        if process.kind == "assembly":
            mass = self.built(process)
            lo = hi = mass
        elif process.kind == "disassembly":
            mass = self.mass_built_in(process, move)
            lo = hi = mass
        before = self.book.current.get(move.thing)
        version = before.version + 1 if before else 1
        name = move.thing if version == 1 else f"{move.thing}#{version}"
        if before is None or before.left_mg == 0:
            lot = Lot(name, move.thing, version, mass, lo, hi, mass, process.id, move.time_us)
            self.book.lots[name] = self.book.current[move.thing] = lot
        else:
            part = Lot(f"{name}+", move.thing, version, mass, lo, hi, 0, process.id, move.time_us)
            self.book.lots[part.id] = part
            total = None if mass is None or before.left_mg is None else mass + before.left_mg
            self.pool(before, [part], total, move.time_us)
            before.left_mg = None if before.left_mg is None else 0
            lot = part
        self.output(Flow(process.id, lot.id, mass, lo, hi, move.event))

    def built(self, process: Process) -> int | None:
        """An assembly weighs, in traced material, what went into it."""
        taken = [flow.mass_mg for flow in self.took[process.id]]
        return None if any(m is None for m in taken) else sum(m or 0 for m in taken)

    def pool(self, before: Lot, more: Sequence[Lot], total: int | None, time_us: int) -> Lot:
        name = f"{before.thing}#{before.version + 1}"
        process = self.synthetic("pool", name, time_us)
        for part, mass in [(before, before.left_mg), *((lot, lot.mass_mg) for lot in more)]:
            if mass != 0:
                self.input(Flow(process, part.id, mass, mass, mass))
        lot = Lot(name, before.thing, before.version + 1, total, total, total, total, process, time_us)
        self.book.lots[name] = self.book.current[before.thing] = lot
        self.output(Flow(process, name, total, total, total))
        return lot

    def undeclared(self, near: str, mass: int, time_us: int) -> Lot:
        process = self.synthetic("undeclared-origin", near, time_us)
        lot = Lot(f"undeclared:{near}", f"undeclared:{near}", 1, mass, mass, mass, 0, process, time_us)
        self.book.lots[lot.id] = lot
        self.output(Flow(process, lot.id, mass, mass, mass))
        return lot

    def synthetic(self, kind: str, near: str, time_us: int) -> str:
        name = f"{kind}:{near}"
        self.book.nodes.append(Node(name, kind, time_us, "", None, None, UNSTATED))
        return name

    # -- closing -----------------------------------------------------------------------------------------------------

    def close(self, process: Process) -> None:
        took = self.took[process.id]
        gave = self.gave[process.id]
        lost = list(process.losses)
        unaccounted, rounding = self.balance(process, took, gave, lost)
        for reason, mass in lost:
            if mass:
                self.book.losses.append((process.id, reason, mass))
        self.book.nodes.append(
            Node(
                process.id,
                process.kind,
                process.time_us,
                process.party,
                process.site,
                process.step,
                process.custody_model,
                process.events,
                unaccounted,
                rounding,
            )
        )
        for flow in gave:
            if flow.mass_mg is None and process.kind != "origin":
                self.book.gaps.append(Gap("mass-missing", flow.lot, None, process.party, process.id))

    def balance(
        self, process: Process, took: list[Flow], gave: list[Flow], lost: list[tuple[str, int | None]]
    ) -> tuple[int | None, int]:
        if process.kind in ("origin", "destruction", "assembly", "disassembly"):
            return 0, 0
        masses = [f.mass_mg for f in (*took, *gave)] + [mass for _, mass in lost]
        if any(mass is None for mass in masses):
            return None, 0
        came = sum(f.mass_mg or 0 for f in took)
        went = sum(f.mass_mg or 0 for f in gave) + sum(mass or 0 for _, mass in lost)
        # Each line was rounded to whole milligrams once: half a milligram a line is arithmetic, not matter.
        if abs(came - went) * 2 <= len(took) + len(gave) and took and gave:
            return 0, came - went
        if went > came:
            extra = self.undeclared(process.id, went - came, process.time_us)
            self.input(Flow(process.id, extra.id, went - came, went - came, went - came))
            facts = {"in_mg": came, "out_mg": went, "excess_mg": went - came}
            self.book.remarks.append(Remark("M-GAIN", process.id, tuple(facts.items()), process.events))
            return 0, 0
        return came - went, 0

    def remark(self, rule: str, subject: str, facts: dict[str, object], *moves: Move) -> None:
        self.book.remarks.append(Remark(rule, subject, tuple(facts.items()), tuple(m.event for m in moves)))
