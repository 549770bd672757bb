"""The world of one seed: the office on its store, the people, the letters on their way, and what was really so.

People see what they may see and send letters; the office answers by the same five steps as ever. What the office was
told, what it answered and what it forgot is kept here, because the invariants ask for it::

    world = World(plan(7, 200, ...), MemoryStore(7))
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, cached_property
from random import Random
from typing import Any

from lodemark import Error
from lodemark.ledger import Actor, canonical, instant
from lodemark.rules import Rulebook, load
from lodemark_office.acts import state
from lodemark_office.acts.office import Office, Sent
from lodemark_office.acts.scanning import Verdict
from lodemark_office.acts.store import Answer, Written
from lodemark_office.acts.write import Decided
from tests.simulation.faults import JUMPS, Crash, Tripwire
from tests.simulation.log import Log
from tests.simulation.people import PARTIES
from tests.simulation.plan import Plan, Step
from tests.simulation.truth import Truth

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
Send = Callable[[Office, Sent], "Answer | list[Answer]"]
AGAIN = timedelta(seconds=7)
NOTICE = ("house/notice-of-intent", "answer_workdays")


@dataclass(frozen=True)
class Letter:
    """A message on its way: which act, by whom, under which key; ``send`` hands it to the office that is open then.

    ``scope`` is the dossier it speaks to (empty where it speaks to several). ``happened`` is what the world takes note of once the office has taken it (and only then).
    """

    act: str
    who: Actor
    key: str
    text: str
    send: Send
    scope: str = ""
    happened: Callable[[Answer], None] | None = None


@dataclass
class Told:
    """One delivery and what came of it."""

    at: datetime
    letter: Letter
    outcome: str
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class Simulated(Office):
    """An office whose rulebook can change from one day to the next."""

    book_now: Rulebook | None = None

    @cached_property
    def book(self) -> Rulebook:
        return self.book_now or load(self.regime)


@cache
def changed(book: Rulebook, start: date) -> Rulebook:
    """The rulebook of the day the house gave parties other days to answer a notice: a value is added, the old one stays."""
    provision, name = NOTICE
    old = book.provisions[provision]
    last = max((one for one in old.values if one.name == name), key=lambda one: one.start)
    if last.start >= start:
        return book
    days = Decimal(15) if last.value == 10 else Decimal(10)
    values = (
        *(one for one in old.values if one is not last),
        replace(last, until=start),
        replace(last, start=start, value=days),
    )
    digest = hashlib.sha256(f"{book.digest} {start}".encode()).hexdigest()
    return replace(book, provisions={**book.provisions, provision: replace(old, values=values)}, digest=digest)


def clean(data: bytes) -> Verdict:
    """A scanner that finds nothing."""
    return Verdict("clean", engine="simulated")


@dataclass
class World:
    """Everything of one run; see the module."""

    plan: Plan
    inner: Any
    now: datetime = START
    skew: timedelta = timedelta()
    reached: Counter[str] = field(default_factory=Counter)
    trace: list[str] = field(default_factory=list)
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    post: list[tuple[int, Letter]] = field(default_factory=list)
    bytes_of: dict[str, list[bytes]] = field(default_factory=dict)
    acknowledged: dict[str, list[bytes]] = field(default_factory=dict)
    answered: dict[str, list[Answer]] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    seen: dict[str, int] = field(default_factory=dict)
    touched: list[str] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    played: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Tripwire(self.inner)
        self.truth = Truth(Random(f"truth {self.plan.seed}"), self.plan.mix)
        self.log = Log(self.plan.seed)
        self.book = load("cn-ann18")
        self.office = self.opened()
        with self.store.transaction():
            for party, names in PARTIES.items():
                self.store.register_party(party, {lang: names[lang] for lang in ("en", "zh-Hans")}, {"gln": [names["gln"]]})

    def opened(self) -> Office:
        """The office after a start of its process: nothing remembered but what lies in the store."""
        self.store.states.forget()
        return Simulated(self.store, scan=clean, book_now=self.book)  # type: ignore[arg-type]

    @property
    def clock(self) -> datetime:
        """What the office's clock shows, right or wrong."""
        return self.now + self.skew

    def of(self, noun: str) -> Mapping[str, Any]:
        """The dossiers of a noun with their states, oldest first."""
        return self.states.get(noun, {})

    def befall(self, fault: str, chance: Random) -> None:
        """What befalls the office itself."""
        self.reached[f"fault {fault}"] += 1
        self.say(f"! {fault}")
        match fault:
            case "restart":
                self.office = self.opened()
            case "rules":
                # Published before it holds, as law is; nothing decided by then is decided otherwise when it is run again.
                self.book = changed(self.book, (self.office.day(self.now) + timedelta(days=36)).replace(day=1))
                self.office = self.opened()
            case "clock":
                self.skew = chance.choice(JUMPS)
            case "stale":
                self.store.states._known.update(self._old_views(chance))
            case "rotation":
                self.log.rotate()

    def _old_views(self, chance: Random) -> dict[str, tuple[int, Any]]:
        """What a process that slept remembers: states of a while ago, which it has to catch up from."""
        found = {}
        for dossier in sorted({one for noun in self.states.values() for one in noun}):
            entries = list(self.store.entries(dossier))
            number = chance.randrange(1, len(entries) + 1)
            before = state.advance(dossier, entries[:number], None)
            if before is not None:
                found[dossier] = (number, before)
        return found

    def deliver(self, letter: Letter, step: int, fault: str = "") -> None:
        """Hand a letter to the office, once or as often as the fault says."""
        if fault:
            self.reached[f"fault {fault}"] += 1
        if fault == "delayed":
            self.post.append((step + 1 + len(letter.key) % 5, letter))
            self.say(f"  {letter.act} is delayed")
            return
        self.store.trip = fault if fault in ("busy", "before", "torn", "after") else ""
        self._once(letter)
        self.store.trip = ""
        if letter.key in self.unanswered or fault == "doubled":
            self.now += AGAIN
            self._once(letter)  # whoever got no answer sends the same again, under the same key
        if fault == "changed" and letter.scope and letter.key in self.answered:
            self._once(replace(letter, text=f"{letter.text}, but something else", send=_other(letter), happened=None))

    def _once(self, letter: Letter) -> None:
        sent = Sent(letter.key, letter.who, self.clock)
        try:
            found = letter.send(self.office, sent)
            answers = tuple(found) if isinstance(found, list) else (found,)
            outcome = ", ".join(dict.fromkeys(code for one in answers for code in one.codes)) or "done"
        except Crash:
            self.unanswered.add(letter.key)
            self.office = self.opened()
            self.say(f"{letter.text} -> no answer")
            if not letter.scope:
                self._look_around()
            return
        except Error as error:
            if error.reason.code == "store-busy":
                self.unanswered.add(letter.key)
            answers, outcome = (), error.reason.code
        if outcome != "store-busy":
            self.unanswered.discard(letter.key)
        self._note(letter, answers, outcome)

    def _note(self, letter: Letter, answers: tuple[Answer, ...], outcome: str) -> None:
        if answers:
            self.answered.setdefault(letter.key, []).extend(answers)
        for code in outcome.split(", "):
            self.reached[f"code {code}"] += 1
        done = [one for one in answers if one.done and not one.replayed]
        if done:
            self.reached[f"act {letter.act}"] += 1
        self.told.append(Told(self.clock, letter, outcome, answers))
        self.say(f"{letter.text} -> {outcome}")
        for answer in answers:
            self._follow(answer)
        if letter.happened and done:
            letter.happened(done[0])

    def _look_around(self) -> None:
        """A job that does many things died among them: what it wrote is found, since asking again does only the rest."""
        for noun in state.ROOMS:
            for dossier in self.store.dossiers(noun):
                links = self.store.chained(dossier)[self.seen.get(dossier, 0) :]
                kinds = [entry.record.kind for entry in self.store.entries(dossier, self.seen.get(dossier, 0))]
                written = tuple(
                    Written(dossier, link.number, kind, link.chain_digest.hex())
                    for link, kind in zip(links, kinds, strict=True)
                )
                if written:
                    self.answered.setdefault("looked around", []).append(Answer("done", written))
                    self._follow(self.answered["looked around"][-1])

    def _follow(self, answer: Answer) -> None:
        new = [one for one in answer.written if one.number > self.seen.get(one.dossier, 0)]
        for one in new:
            self.seen[one.dossier] = one.number
            self.log.append(bytes.fromhex(one.chain))
            self.say(f"    {one.dossier} {one.number} {one.kind} {one.chain[:16]}")
        for dossier in dict.fromkeys(one.dossier for one in new):
            self.touched.append(dossier)
            noun = dossier.partition("/")[0]
            if noun in state.ROOMS:
                now = self.states.setdefault(noun, {})[dossier] = self.store.states(dossier)
                self.reached[f"state {noun} {_named(now)}"] += 1

    def say(self, text: str) -> None:
        """One line of the trace, at the instant of the office's clock."""
        self.trace.append(f"{instant(self.clock)} {text}")

    @property
    def digest(self) -> str:
        """Two runs with this digest were the same run."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()

    def pass_time(self, step: Step) -> None:
        """Minutes go by; a clock that was wrong for a while is set right again."""
        self.now += timedelta(minutes=step.minutes)
        self.skew = timedelta()


def _named(now: Any) -> str:
    for name in ("ending", "outcome", "state", "status"):
        value = getattr(now, name, "")
        if value:
            return str(getattr(value, "act", value))
    return ""


def _other(letter: Letter) -> Send:
    """The same key with other content: one of the two letters is not what its sender thinks."""
    return lambda office, sent: office.act(sent, letter.scope, {"act": "something else"}, lambda: (Decided([]), {}))


def canonical_answer(answer: Answer) -> bytes:
    """The bytes of an answer, whether given for the first time or again."""
    return canonical(replace(answer, replayed=False))
