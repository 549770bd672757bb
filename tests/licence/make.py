"""A small licence for tests: fictional parties, one line of two models, caps on mass and dysprosium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from lodemark.ledger import Actor, Record
from lodemark.licence import (
    AskedMass,
    Command,
    DecidedLine,
    Facts,
    Grant,
    Licence,
    Line,
    Post,
    Proceeding,
    Reserve,
    Rules,
    decide,
    fold,
    licence_number,
    rules_on,
)
from lodemark.trouble import Refusal

KG = 1_000_000
RULES: Rules = rules_on("cn", date(2026, 3, 1))
HOLDER = Actor("p-1", "beichen", "signatory")
CUSTOMS = Actor("c-1", "customs", "customs")
OFFICER = Actor("o-1", "office", "officer")
OTHER = Actor("o-2", "office", "officer")
TIMER = Actor.system("clock", "cn/all-2019/70")
FACTS = Facts(confirm_by=date(2026, 6, 2))
PROCEEDING = Proceeding("N-1", proposed_by="o-1", signed_by=("o-2",), notice_over=True, hearing_offered=True)

LINE = Line(
    no=1,
    control_list_entry="1C905.a.4",
    hs="8505.11",
    description={"en": "sintered NdFeB magnets", "zh-Hans": "烧结钕铁硼磁体"},
    models=("P1179", "P1180"),
    end_user="alder",
    destination="CH",
    caps={"gross": 500 * KG, "element:Dy": 13 * KG, "reo:Dy": 15 * KG},
    composition={"P1179": {"Dy": Fraction("0.026"), "Nd": Fraction("0.29")}, "P1180": {"Dy": Fraction("0.0036")}},
)


def at(day: str, hour: int = 2) -> datetime:
    """An instant on a day: 02:00 UTC is 10:00 in Beijing."""
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


def when(day: str, by: Actor) -> dict[str, Any]:
    return {"on": date.fromisoformat(day), "at": at(day), "by": by}


def grant(**changes: Any) -> Grant:
    base = Grant(
        **when("2026-03-01", OFFICER),
        id="licence/1",
        number=licence_number("CN", 2026, 4217),
        kind="general",
        holder="beichen",
        decision="case/1#9",
        lines=(DecidedLine(LINE, "granted"),),
        valid_from=date(2026, 3, 1),
        valid_until=date(2027, 3, 1),
        key_elements={"item_type": "1C905.a.4", "destination": "CH", "end_user": "alder", "end_use": "robot joints"},
    )
    return replace(base, **changes)


def granted(rules: Rules = RULES, **changes: Any) -> Licence:
    return fold(records(decide(None, grant(**changes), Facts(), rules)))


def masses(gross_mg: int, model: str = "P1179") -> tuple[AskedMass, ...]:
    return (AskedMass(model, "LOT-7", gross_mg),)


def amounts(gross_mg: int, line: Line = LINE, model: str = "P1179", **stated: int) -> Mapping[str, int]:
    from lodemark.licence import counted, weigh

    return {**counted(line, weigh(line, masses(gross_mg, model))), **stated}


def reserve(drawdown: str = "D-1", gross_mg: int = 200 * KG, day: str = "2026-05-01", **changes: Any) -> Reserve:
    base = Reserve(
        **when(day, HOLDER),
        drawdown=drawdown,
        line=1,
        shipment=f"S-{drawdown}",
        control_list_entry="1C905.a.4",
        end_user="alder",
        destination="CH",
        masses=masses(gross_mg),
        amounts=amounts(gross_mg),
        hold_until=at(day) + timedelta(days=31),
    )
    return replace(base, **changes)


def post(drawdown: str = "D-1", gross_mg: int = 199 * KG, day: str = "2026-05-02", **changes: Any) -> Post:
    base = Post(
        **when(day, CUSTOMS),
        drawdown=drawdown,
        masses=masses(gross_mg),
        amounts=amounts(gross_mg),
        released_at=at(day, hour=1),
        presented=f"gate-1/{drawdown}",
    )
    return replace(base, **changes)


def records(answer: object) -> tuple[Record, ...]:
    assert isinstance(answer, tuple), answer
    return answer


def codes(answer: object) -> set[str]:
    assert isinstance(answer, Refusal), answer
    return set(answer.codes)


def run(licence: Licence, *commands: Command, facts: Facts = FACTS, rules: Rules = RULES) -> Licence:
    """The licence after commands that must all be granted."""
    for command in commands:
        licence = fold(records(decide(licence, command, facts, rules)), licence)
        balanced(licence)
    return licence


def refused(licence: Licence, command: Command, facts: Facts = FACTS, rules: Rules = RULES) -> set[str]:
    return codes(decide(licence, command, facts, rules))


def balanced(licence: Licence) -> None:
    """granted = available + reserved + posted + lapsed, nothing below zero, and granted is what the line caps."""
    for (no, commodity), account in licence.accounts.items():
        line = licence.terms.line(no)
        assert line is not None
        assert account.granted == line.caps[commodity]
        assert min(account.available, account.reserved, account.posted, account.lapsed) >= 0
        assert account.granted == account.available + account.reserved + account.posted + account.lapsed
