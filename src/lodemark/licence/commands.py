"""What people, customs and timers may ask of a licence. Every command carries ``on``, ``by`` and the instant ``at``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from lodemark.ledger import Actor
from lodemark.licence.model import Condition, Line

Outcome = Literal["granted", "granted_with_conditions", "refused", "not_required"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Common to all: the legal day, who acts, and the instant the office received it (aware UTC)."""

    on: date
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """A line of the decision with its outcome; only granted ones enter the licence."""

    line: Line
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(Command):
    """Mint the licence in the decision's transaction. ``check_digest`` belongs to the code on the paper."""

    id: str
    number: str
    kind: str
    holder: str
    decision: str
    lines: tuple[DecidedLine, ...]
    valid_from: date
    valid_until: date
    key_elements: Mapping[str, str]
    max_exports: int | None = None
    conditions: tuple[Condition, ...] = ()
    agreement: str | None = None
    marks: tuple[str, ...] = ()
    check_digest: str = ""


@dataclass(frozen=True, slots=True)
class AskedMass:
    """A model of a lot as declared for a shipment; element masses follow from the line's composition."""

    model: str
    lot: str
    gross_mg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve(Command):
    """Set amounts aside for a shipment. ``amounts`` states every capped commodity, in its integer unit."""

    drawdown: str
    line: int
    shipment: str
    control_list_entry: str
    end_user: str
    destination: str
    masses: tuple[AskedMass, ...]
    amounts: Mapping[str, int]
    hold_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(Command):
    """Customs: the goods of a reservation left at ``released_at``; ``presented`` is the message (or gate and slip)."""

    drawdown: str
    masses: tuple[AskedMass, ...]
    amounts: Mapping[str, int]
    released_at: datetime
    presented: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Void(Command):
    """Release a reservation that will not be used."""

    drawdown: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverse(Command):
    """Customs: take back a posting, whole or in part; above the rulebook's size a second person joins."""

    drawdown: str
    amounts: Mapping[str, int]
    reason: str
    second: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRelease(Command):
    """Record that goods left although ``post`` is refused; facts are never refused."""

    post: Post
    shipment: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounded(Command):
    """An act that rests on a named ground of the regime (``Rules.grounds``)."""

    ground: str


@dataclass(frozen=True, slots=True)
class Proceeding:
    """What went before an adverse act, as gathered from the case: notice, signatures, hearing."""

    id: str
    proposed_by: str
    signed_by: tuple[str, ...]
    notice_over: bool
    hearing_offered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Adverse(Grounded):
    """An act against the holder: proposed by one person, signed by another, after notice."""

    proceeding: Proceeding


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend(Grounded):
    """暂停使用: stop at once while circumstances are verified; a second person confirms or it falls."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmSuspension(Command):
    """The second person behind a suspension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DropSuspension(Command):
    """The timer: a suspension nobody confirmed in time falls by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Command):
    """恢复使用: lift a suspension, or put back into use a paper whose re-application was refused."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze(Grounded):
    """变更期间停用: an amendment or re-application was accepted, so the paper rests until it is decided."""

    application: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandBack(Command):
    """交回: the holder hands the paper back; it rests at once and is closed as a formality."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseAmendment(Command):
    """The amendment was refused: the old terms stand. After a refused re-application the paper stays stopped."""

    application: str
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend(Command):
    """The amendment was granted: a new licence takes over what is left, the old one is closed."""

    application: str
    grant: Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Adverse):
    """撤回: the law or the facts changed, or the public interest asks for it; says whether compensation is due."""

    compensation: Literal["due", "not-due"] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annul(Adverse):
    """撤销: wrongly granted or got by deceit; not where annulling would gravely harm the public."""

    gravely_harms_public: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke(Adverse):
    """吊销: a penalty; it names the penalty decision and follows an offered hearing."""

    penalty_decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Grounded):
    """注销: the formality when a licence is expired, used up, handed back, or its holder is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore(Command):
    """An appeal annulled the ending act: what that act let lapse comes back."""

    appeal: str
    proceeding: Proceeding


@dataclass(frozen=True, slots=True)
class Facts:
    """What a drawdown or act may look at beyond the licence; ``None`` is *not known*.

    ``confirm_by``: last day for the second person (from ``rules.due``). ``judged``: a person's judgement per manual
    condition, by its ``judge`` parameter. ``holder_gone``: whether the register says the holder no longer exists.
    """

    route: tuple[str, ...] | None = None
    customs_office: str | None = None
    packages_coded: bool | None = None
    assayed_lots: frozenset[str] | None = None
    judged: Mapping[str, bool] = field(default_factory=dict)
    confirm_by: date | None = None
    holder_gone: bool | None = None
