"""The nouns of this room: a licence and its lines, accounts, transfers, drawdowns.

A ``Licence`` is what its dossier folds to. Its terms never change after the grant: a changed term is a new licence.
Nothing here decides; ``decide.py`` does, and ``fold.py`` builds these values from records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

Stage = Literal["reserve", "post", "report", "manual"]
State = Literal["active", "suspended", "frozen", "ended"]
DrawdownState = Literal["reserved", "posted", "voided", "lapsed"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One promise attached to a licence. ``lines`` empty means every line; ``code`` is one of ``conditions.CODES``."""

    code: str
    params: Mapping[str, object]
    checked_at: Stage
    provision: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """Goods for one end user. ``caps`` in the commodity's own integer unit; ``composition`` is per *model*.

    ``composition[model][element]`` is an exact mass share of one. A model without composition cannot be drawn where
    an element or oxide is capped: one controlled model in a mixed consignment is the everyday failure.
    """

    no: int
    control_list_entry: str
    hs: str
    description: Mapping[str, str]
    models: tuple[str, ...]
    end_user: str
    destination: str
    caps: Mapping[str, int]
    composition: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    ultimate_end_users: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transfer:
    """An amount from one account of a line to another; the sum of transfers is the truth.

    Accounts: ``granted``, ``available``, ``reserved/<drawdown>``, ``posted/<drawdown>``, ``lapsed``.
    ``corrects`` names the drawdown whose earlier transfer this one takes back.
    """

    line: int
    commodity: str
    amount: int
    source: str
    target: str
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Where the grant of one commodity on one line stands now."""

    granted: int = 0
    reserved: int = 0
    posted: int = 0
    lapsed: int = 0

    @property
    def available(self) -> int:
        """What may still be reserved; never below zero."""
        return self.granted - self.reserved - self.posted - self.lapsed


@dataclass(frozen=True, slots=True)
class ModelMass:
    """One model of one lot in a shipment, with the milligrams of each element its composition names."""

    model: str
    lot: str
    gross_mg: int
    element_mg: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Drawdown:
    """A shipment's share of a line. ``amounts`` as reserved; ``net`` posted and not reversed since."""

    id: str
    line: int
    shipment: str
    masses: tuple[ModelMass, ...]
    amounts: Mapping[str, int]
    hold_until: datetime
    state: DrawdownState
    reserved_at: datetime
    net: Mapping[str, int] = field(default_factory=dict)
    released_at: datetime | None = None
    presented: str | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Something that keeps an open licence from being used: a suspension or a freeze."""

    state: Literal["suspended", "frozen"]
    since: datetime
    ground: str
    by: str
    confirm_by: date | None = None
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """The act that ended the licence, and what it let lapse (so that an appeal can give exactly that back)."""

    act: Literal["withdrawn", "annulled", "revoked", "closed"]
    at: datetime
    on: date
    ground: str
    lapsed: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """From ``at`` on the stored state was ``state``: a late message is judged by the state when goods left."""

    at: datetime
    state: State


@dataclass(frozen=True, slots=True)
class OutsideRelease:
    """Goods that left although the booking was refused: a fact, kept whatever the balance says."""

    shipment: str
    line: int
    amounts: Mapping[str, int]
    released_at: datetime
    reasons: tuple[str, ...]
    presented: str


@dataclass(frozen=True, slots=True)
class IssuedCredential:
    """A credential that went out: its digest, its form, its place in the status list; for a slip also its id."""

    digest: str
    form: Literal["sd-jwt", "code", "slip"]
    status_index: int
    slip_id: str | None = None
    drawdown: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What was granted. ``[valid_from, valid_until)`` in ``zone``; ``max_exports`` ``None`` means any number."""

    id: str
    number: str
    regime: str
    zone: str
    kind: str
    holder: str
    decision: str
    lines: tuple[Line, ...]
    valid_from: date
    valid_until: date
    max_exports: int | None
    key_elements: Mapping[str, str]
    conditions: tuple[Condition, ...] = ()
    agreement: str | None = None
    marks: tuple[str, ...] = ()
    replaces: str | None = None
    check_digest: str = ""

    def line(self, no: int) -> Line | None:
        """The line with this number, if the licence has it."""
        return next((line for line in self.lines if line.no == no), None)


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as its dossier stands: terms, holds and ending, accounts, drawdowns.

    ``gate`` rises with every act that is not a drawdown. ``exports`` are the shipments that count: those with
    something posted and not wholly reversed. ``latest`` is the latest instant any record names.
    """

    terms: Terms
    granted_at: datetime
    latest: datetime
    accounts: Mapping[tuple[int, str], Account] = field(default_factory=dict)
    drawdowns: Mapping[str, Drawdown] = field(default_factory=dict)
    exports: frozenset[str] = frozenset()
    holds: tuple[Hold, ...] = ()
    ending: Ending | None = None
    changes: tuple[Change, ...] = ()
    outside: tuple[OutsideRelease, ...] = ()
    issued: tuple[IssuedCredential, ...] = ()
    gate: int = 0

    @property
    def state(self) -> State:
        """The stored state: ended, else suspended, else frozen, else active."""
        if self.ending:
            return "ended"
        held = {hold.state for hold in self.holds}
        return "suspended" if "suspended" in held else "frozen" if "frozen" in held else "active"

    def hold(self, state: str) -> Hold | None:
        """The open suspension or freeze, if there is one."""
        return next((hold for hold in self.holds if hold.state == state), None)

    def account(self, line: int, commodity: str) -> Account:
        """The account of a capped commodity; an empty one where nothing is capped."""
        return self.accounts.get((line, commodity), Account())

    def open_drawdowns(self) -> tuple[Drawdown, ...]:
        """Reservations neither posted nor voided, by id."""
        return tuple(draw for _, draw in sorted(self.drawdowns.items()) if draw.state == "reserved")
