"""``lodemark trust``: standing from a list of obligations, a sampling plan, an allocation of inspection days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

import orjson
import typer

from lodemark.case.read import Unreadable, read
from lodemark.cli.answer import emit, language
from lodemark.measure import read_mass_mg
from lodemark.parties.standing import Standing
from lodemark.rules import load
from lodemark.trust import Item, Obligation, Site, TrustRules, sampling_plan
from lodemark.trust import allocation as allocate_days
from lodemark.trust import standing as standing_of
from lodemark.trust.trouble import PlanImpossible
from lodemark.wording import Lang, say

app = typer.Typer(no_args_is_help=True)
JSON = typer.Option(False, "--json")
LANG = typer.Option("en", "--lang")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Owing:
    """The file of ``standing``: a party and what it owed."""

    party: str
    obligations: tuple[Obligation, ...]


@app.command()
def standing(
    file: Path,
    on: datetime = typer.Option(..., "--on", formats=["%Y-%m-%d"], help="The day. 日期。"),
    regime: str = typer.Option("cn-ann18", "--regime", help="Whose rule values. 规则。"),
    json: bool = JSON,
    lang: str = LANG,
) -> None:
    """What kept promises show on a day, what moved it, what would raise it. 信用状况。"""
    record = _read(Owing, file)
    shown = standing_of(record.party, record.obligations, on.date(), TrustRules.of(load(regime), on.date()))
    emit(shown, json, lambda: _told(shown, language(lang)))


@app.command()
def plan(
    file: Path,
    significant: str = typer.Option(..., "--significant", help="A significant quantity, such as 5 kg. 显著量。"),
    probability: str = typer.Option("0.9", "--probability", help="Of finding it. 发现概率。"),
    seed: str = typer.Option(..., "--seed", help="At least 16 bytes, in hex. 种子（十六进制）。"),
    json: bool = JSON,
    lang: str = LANG,
) -> None:
    """Draw shipments or sites to verify; the file is a list of {id, mass_mg, risk}. 抽样方案。"""
    items = _read(tuple[Item, ...], file)
    drawn = sampling_plan(items, read_mass_mg(significant), _number("probability", probability), _bytes(seed))
    facts = {
        "count": len(drawn.sample),
        "population": len(items),
        "expected": round(drawn.expected, 2),
        "commitment": drawn.commitment,
    }
    said = language(lang)
    lines = [say("plan-drawn", facts, said), *drawn.sample, *(say(code, {}, said) for code in drawn.cannot_show)]
    emit(drawn, json, "\n".join(lines))


@app.command()
def allocate(
    file: Path,
    days: str = typer.Option(..., "--days", help="Inspection days there are. 可用核查天数。"),
    json: bool = JSON,
    lang: str = LANG,
) -> None:
    """Spend inspection days so that the worst site is least bad; the file lists {id, value_mg, days, detection}. 核查分配。"""
    found = allocate_days(_read(tuple[Site, ...], file), _number("days", days))
    said = language(lang)
    lines = [say("allocation-site", {"site": site, "visit": visit}, said) for site, visit in found.visit.items()]
    emit(found, json, "\n".join([say("allocation-made", {"days": found.days, "worst_mg": found.worst_mg}, said), *lines]))


def _read(kind: type[T], file: Path) -> T:
    try:
        return read(kind, orjson.loads(file.read_bytes()))
    except orjson.JSONDecodeError as error:
        raise Unreadable(path=f"{file}, character {error.pos}", expected="JSON") from None
    except OSError as error:
        raise Unreadable(path=str(file), expected=f"a file that can be read ({error.strerror})") from None


def _number(what: str, text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise PlanImpossible(what=what, value=text, cure="a decimal number") from None


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise PlanImpossible(what="seed", value=text, cure="hex digits") from None


def _told(shown: Standing, lang: Lang) -> str:
    """Tier and bound first, then kinds, items by effect, what would raise it, and what a tier never changes."""
    lines = [
        say(
            "standing-line", {"party": shown.party, "on": shown.on, "tier": _tier(shown.tier, lang), "lower": shown.lower}, lang
        )
    ]
    for kind, bounds in shown.per_kind.items():
        facts = {"kept": bounds.kept, "missed": bounds.missed, "lower": bounds.lower, "upper": bounds.upper}
        lines.append("  " + say("standing-kind", {"kind": kind, **facts}, lang))
    for move in shown.moved_by:
        facts_of_move = {"obligation": move.obligation, "kind": move.kind, "effect": move.effect}
        lines.append("  " + say("standing-move", facts_of_move, lang))
    for one in shown.would_raise:
        facts_of_raise = {"tier": _tier(one.tier, lang), "count": one.count, "kind": one.kind, "by": one.by}
        lines.append("  " + say("standing-raise", facts_of_raise, lang))
    return "\n".join([*lines, say("standing-scope", {}, lang)])


def _tier(tier: str, lang: Lang) -> str:
    return say(f"tier-{tier}", {}, lang)
