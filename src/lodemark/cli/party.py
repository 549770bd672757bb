"""``lodemark party``: screen a party, explain a comparison, load and compare lists, who owns whom."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Final, cast

import typer

from lodemark.cli.answer import FINDINGS, emit, language
from lodemark.parties import (
    Contradiction,
    Feature,
    Match,
    Name,
    Party,
    Screening,
    Share,
    build_index,
    compare,
    identifier,
    policy,
    screen,
    shelf,
)
from lodemark.parties import diff as list_diff
from lodemark.parties import load as load_list
from lodemark.parties.model import PartyKind
from lodemark.parties.ownership import OwnershipRule, cascade
from lodemark.parties.score import Comparison
from lodemark.parties.trouble import OwnershipUnreadable
from lodemark.wording import Lang, say

app = typer.Typer(no_args_is_help=True)
lists_app = typer.Typer(no_args_is_help=True)
app.add_typer(lists_app, name="list", help="load, accept, compare lists · 名单")

Json = Annotated[bool, typer.Option("--json", help="Machine-readable answer. 机器可读。")]
Language = Annotated[str, typer.Option("--lang", help="en | zh")]
Lists = Annotated[Path, typer.Option("--lists", help="Folder of lists. 名单目录。")]
On = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day; today when left out. 日期。")]
Published = Annotated[datetime, typer.Option("--published", formats=["%Y-%m-%d"], help="Day of publication. 发布日期。")]
DEFAULT: Final = Path("lists")


@app.command("screen")
def screen_(
    name: Annotated[list[str], typer.Option("--name", help="A name; may be repeated. 名称，可重复。")],
    country: Annotated[list[str] | None, typer.Option("--country", help="ISO code. 国家或地区代码。")] = None,
    ids: Annotated[list[str] | None, typer.Option("--id", help="SCHEME=VALUE. 识别号。")] = None,
    kind: Annotated[str, typer.Option("--kind", help="organisation | person")] = "organisation",
    lists: Lists = DEFAULT,
    on: On = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Is this party on a list, under any of its names? Exit 0 only for CLEAR. 筛查一方。"""
    pairs = (text.partition("=") for text in ids or ())
    if kind not in ("organisation", "person"):
        raise typer.BadParameter(f"--kind {kind}: organisation or person")
    party = Party(
        id=name[0],
        names=tuple(Name(text) for text in name),
        kind=cast(PartyKind, kind),
        identifiers=tuple(identifier(scheme, value) for scheme, _, value in pairs),
        countries=tuple(code.upper() for code in country or ()),
    )
    found = screen(party, build_index(shelf.active(lists, policy())), on=_day(on))
    emit(found, as_json, lambda: _told(found, language(lang)))
    if found.outcome != "CLEAR":
        raise typer.Exit(FINDINGS)


@app.command()
def explain(
    one: Annotated[str, typer.Argument(help="A name. 名称。")],
    other: Annotated[str, typer.Argument(help="Another name. 另一名称。")],
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """What two names have in common and what speaks against it, step by step. 比对两个名称。"""
    found = compare(Party("1", (Name(one),)), Party("2", (Name(other),)))
    parts = [_part(part, language(lang)) for part in _parts(found)]
    left = [f"? {text}" for text in found.unexplained]
    emit(found, as_json, "\n".join([f"{found.level}  {found.score}", *parts, *left]))


@lists_app.command("load")
def load_(
    file: Annotated[Path, typer.Argument(help="CSV or FtM JSON lines. 名单文件。")],
    list_id: Annotated[str, typer.Option("--list", help="Which list. 名单代号。")],
    published: Published,
    profile: Annotated[str, typer.Option("--profile", help="ftm | simple-csv | mofcom-annex | …")] = "simple-csv",
    lists: Lists = DEFAULT,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Take a version of a list into the folder; exit 1 when it is held. 载入名单。"""
    version, held = shelf.put(file, lists, list_id=list_id, profile=profile, published=published.date(), policy=policy())
    rows = [say(row.code, row.facts, language(lang)) for row in version.refused]
    told = [f"{list_id}: {len(version.listings)}", *rows, *(reason.explain(language(lang)) for reason in held)]
    answer = {
        "list": list_id,
        "digest": version.digest,
        "listings": len(version.listings),
        "refused": version.refused,
        "held": held,
    }
    emit(answer, as_json, "\n".join(told))
    if held:
        raise typer.Exit(FINDINGS)


@lists_app.command("accept")
def accept_(
    list_id: Annotated[str, typer.Argument(help="Which list. 名单代号。")],
    published: Published,
    reason: Annotated[str, typer.Option("--reason", help="Why it may be used all the same. 理由。")],
    lists: Lists = DEFAULT,
    as_json: Json = False,
) -> None:
    """Take a held version into use, with a reason. 接受暂缓的版本。"""
    mark = shelf.take(lists, list_id, published.date(), reason)
    emit({"accepted": mark.name, "reason": reason}, as_json, mark.name)


@lists_app.command("diff")
def diff_(
    one: Annotated[Path, typer.Argument()],
    other: Annotated[Path, typer.Argument()],
    profile: Annotated[str, typer.Option("--profile")] = "simple-csv",
    as_json: Json = False,
) -> None:
    """What changed from one version of a list to another; exit 1 when something did. 比较两个版本。"""
    day = _day(None)
    found = list_diff(*(load_list(path, list_id="list", profile=profile, published=day) for path in (one, other)))
    told = [f"+ {listing.id}  {listing.party.names[0].text}" for listing in found.added]
    told += [f"- {listing.id}  {listing.party.names[0].text}" for listing in found.removed]
    told += [f"~ {new.id}  {', '.join(fields)}" for _, new, fields in found.changed]
    emit(found, as_json, "\n".join([*told, f"= {found.same_count}"]))
    if told:
        raise typer.Exit(FINDINGS)


@app.command()
def owners(
    party: Annotated[str, typer.Argument(help="Whose owners. 被持有方。")],
    graph: Annotated[Path, typer.Option("--graph", help="CSV: owner,owned,low,high,kind")],
    listed: Annotated[list[str], typer.Option("--listed", help="A listed party; may be repeated. 列名方，可重复。")],
    threshold: Annotated[str, typer.Option("--threshold", help="A share of one. 比例。")] = "0.5",
    strict: Annotated[bool, typer.Option("--strict", help="More than the threshold. 须超过。")] = False,
    per_person: Annotated[bool, typer.Option("--per-person", help="Each listed party by itself. 逐一计算。")] = False,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Whether listed parties own a party, with certainty and bounds; exit 1 unless it is excluded. 股权核查。"""
    rule = OwnershipRule("asked", Fraction(threshold), strict, "per-person" if per_person else "all")
    found = cascade(read_shares(graph), listed, rule).get(party)
    told = say("owned-excluded", {"party": party, "low": Fraction(0), "high": Fraction(0)}, language(lang))
    if found is not None:
        facts = {"party": party, "low": found.low, "high": found.high, "owners": found.owners}
        told = say(f"owned-{found.certainty}", facts, language(lang))
    emit(found, as_json, told)
    if found is not None and found.certainty != "excluded":
        raise typer.Exit(FINDINGS)


def read_shares(path: Path) -> list[Share]:
    """Holdings from a CSV table; ``high`` left empty is the same as ``low``, both empty is not known (0 to 1)."""
    shares = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), 2):
            try:
                low = Fraction(row["low"]) if row["low"] else Fraction(0)
                high = Fraction(row["high"]) if row["high"] else low if row["low"] else Fraction(1)
                if not 0 <= low <= high <= 1 or row["kind"] not in ("", "capital", "voting", "branch"):
                    raise ValueError(f"{row['low']} .. {row['high']} {row['kind']}")
                shares.append(Share(row["owner"], row["owned"], low, high, row["kind"] or "capital"))  # type: ignore[arg-type]
            except (KeyError, ValueError, TypeError, ZeroDivisionError) as problem:
                raise OwnershipUnreadable(line=line, problem=str(problem)) from None
    return shares


def _told(found: Screening, lang: Lang) -> str:
    lines = [say(f"party-{found.outcome}", {"party": found.party}, lang)]
    lines += [say(unknown.code, unknown.facts, lang) for unknown in found.unknowns]
    for match in (*found.matches, *found.near_misses):
        lines.append(_head(match))
        lines += [f"    {_part(part, lang)}" for part in _parts(match)]
        lines += [f"    ? {text}" for text in match.unexplained]
    return "\n".join(lines)


def _head(match: Match) -> str:
    names = " / ".join(name.text for name in match.listing.party.names)
    measures = ", ".join(match.listing.measures)
    return f"  {match.outcome}  {match.level}  {match.score}  {match.listing.list_id}#{match.listing.id}  {names}  [{match.status}: {measures}]"


def _part(part: Feature | Contradiction, lang: Lang) -> str:
    facts = {name: getattr(part, name, "") for name in ("party_text", "list_text", "detail")}
    return say(part.code, facts, lang)


def _parts(found: Match | Comparison) -> tuple[Feature | Contradiction, ...]:
    return (*found.features, *found.contradictions)


def _day(on: datetime | None) -> date:
    return (on or datetime.now(UTC)).date()
