"""The rule values this room needs, read from a rulebook as they stand on a day.

The code names what it needs; years, grounds of each act and their provisions are data, so an old licence is judged again
by the values of its day. House values carry ids under ``house/`` and are never shown as law::

    rules = rules_on("cn", date(2026, 3, 1))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from lodemark.case.rules import ZONE, Day
from lodemark.rules import Rulebook, load
from lodemark.trouble import Error


class RegimeUnknown(Error):
    """No licence rules for this jurisdiction."""

    code = "licence-regime-unknown"
    kind = "unknown"


@dataclass(frozen=True, slots=True)
class Kind:
    """Limits of a kind of licence; ``None`` means the text sets none."""

    years: int | None
    exports: int | None
    end_users: int | None
    provision: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Values in force on one day. ``grounds[act][ground]`` is the provision the act then rests on.

    ``reverse_alone[family]``: the largest reversal one customs officer may make alone, in mg, pieces or minor units.
    ``provisions``: what a refusal rests on, by its code, where the guard itself does not say.
    """

    regime: str
    zone: str
    kinds: Mapping[str, Kind]
    batch_kinds: tuple[str, ...]
    grounds: Mapping[str, Mapping[str, str]]
    key_elements: tuple[str, ...]
    drawdown: str
    longest_hold_days: int
    reverse_alone: Mapping[str, int]
    standing_days: int
    screening_days: int
    provisions: Mapping[str, str]

    @classmethod
    def of(cls, book: Rulebook, on: date) -> Rules:
        """The values of the Chinese dual-use regime on a day; raises ``NoVersionOnDate`` for a day before the texts."""
        day = Day(book, on)
        alone = {family: day.number(DRAWDOWN, f"reverse_alone_{family}") for family in ("gross", "element", "reo", "piece")}
        return cls(
            regime="cn",
            zone=ZONE,
            kinds={
                "single": Kind(
                    years=day.number(DUAL_USE + "15-2", "valid_years"),
                    exports=day.number(DUAL_USE + "15-2", "exports"),
                    end_users=day.number(DUAL_USE + "15-2", "end_users"),
                    provision=DUAL_USE + "15-2",
                ),
                "general": Kind(day.number(DUAL_USE + "15-3", "valid_years"), None, None, DUAL_USE + "15-3"),
                # "before each export": one registration, one export; the text sets no validity.
                "registration": Kind(None, 1, None, DUAL_USE + "15-4"),
            },
            batch_kinds=_words(day, BATCH, "vehicles"),
            grounds=CN_GROUNDS,
            key_elements=_words(day, DUAL_USE + "18-2", "key_elements"),
            drawdown=DRAWDOWN,
            longest_hold_days=day.number(DRAWDOWN, "longest_hold_days"),
            reverse_alone={**alone, "value": 100 * day.number(DRAWDOWN, "reverse_alone_value")},
            standing_days=day.number(BATCH, "standing_days"),
            screening_days=day.number(BATCH, "screening_days"),
            provisions=CN_PROVISIONS,
        )

    def ground(self, act: str, ground: str) -> str | None:
        """The provision behind ``ground`` of ``act``; ``None`` if the regime has no such ground."""
        return self.grounds.get(act, {}).get(ground)


@lru_cache(maxsize=64)
def rules_on(regime: str, on: date) -> Rules:
    """The values of a jurisdiction on a day; raises ``RegimeUnknown``, or ``NoVersionOnDate`` before the texts."""
    if regime not in BOOKS:
        raise RegimeUnknown(regime=regime, on=on)
    return Rules.of(load(BOOKS[regime]), on)


def _words(day: Day, provision: str, name: str) -> tuple[str, ...]:
    found = day.value(provision, name)
    assert isinstance(found, tuple), f"{provision} {name} is no list"
    return tuple(map(str, found))


BOOKS: Final[Mapping[str, str]] = {"cn": "cn-ann18"}
"""The rulebook that carries a jurisdiction's licence values."""

DUAL_USE, LICENSING, CONTROL, PENALTY = "cn/duir-2024/", "cn/all-2019/", "cn/ecl-2020/", "cn/apl-2021/"
DRAWDOWN, BATCH, RIGHTS = "house/drawdown", "house/batch-licence", "house/rights"

CN_GROUNDS: Final[Mapping[str, Mapping[str, str]]] = {
    "suspend": {"circumstances-changed": DUAL_USE + "18-4", "use-or-user-changed": DUAL_USE + "25"},
    "freeze": {"amendment-accepted": DUAL_USE + "18-3", "re-application": DUAL_USE + "18-2"},
    "withdraw": dict.fromkeys(("law-changed", "facts-changed", "public-interest"), LICENSING + "8"),
    "annul": {
        "wrongly-granted": LICENSING + "69",
        "deceit": LICENSING + "69-2",
        "general-eligibility-lost": DUAL_USE + "20-2",
    },
    "revoke": {"penalty-on-licence": PENALTY + "9", "penalty-on-export-right": CONTROL + "34"},
    "close": {
        **dict.fromkeys(("expired", "exhausted", "handed-back", "holder-gone"), LICENSING + "70"),
        "export-completed": DUAL_USE + "15-2",
        "replaced": DUAL_USE + "18-3",
    },
}
"""Grounds of each act. Deceit leads to *annul*, not to *revoke*."""

CN_PROVISIONS: Final[Mapping[str, str]] = {
    "licence-suspended": DUAL_USE + "18-4",
    "licence-frozen": DUAL_USE + "18-3",
    "licence-ended": LICENSING + "70",
    **dict.fromkeys(("licence-not-yet-valid", "licence-expired", "licence-exhausted"), DUAL_USE + "15"),
    **dict.fromkeys(("licence-line-unknown", "licence-line-differs", "licence-kind-unknown"), DUAL_USE + "15"),
    **dict.fromkeys(("holder-acts", "customs-acts", "licence-not-this-role"), RIGHTS),
    **dict.fromkeys(("amount-not-whole", "amount-differs", "commodities-incomplete", "commodity-unknown"), DRAWDOWN),
    **dict.fromkeys(("composition-unknown", "drawdown-known", "drawdown-unknown", "drawdown-not-open"), DRAWDOWN),
    **dict.fromkeys(("drawdown-not-posted", "more-than-net", "slip-presented-twice", "release-bookable"), DRAWDOWN),
    **dict.fromkeys(("released-before-reservation", "released-in-the-future", "hold-over"), DRAWDOWN),
    **dict.fromkeys(("licence-key-elements-missing", "more-than-carried-over"), DUAL_USE + "18-2"),
    "licence-act-without-reason": LICENSING + "38",
    **dict.fromkeys(("licence-suspended-already", "no-suspension-to-confirm", "nothing-to-resume"), "house/suspension"),
    **dict.fromkeys(("agreement-signature", "agreement-state", "agreement-notice-first", "duty-unknown"), "house/agreement"),
}
"""Provision behind a refusal code whose guard names none."""
