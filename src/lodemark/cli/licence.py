"""``lodemark licence``: is this paper genuine, and where does a licence stand. Works without a network."""

from __future__ import annotations

import hashlib
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import typer

from lodemark.cli.answer import emit, language
from lodemark.ledger import NoteKey, Record, read_body, unpack
from lodemark.licence import Licence, fold, transfers_of
from lodemark.licence.commodity import written
from lodemark.licence.credential import (
    BadCredential,
    Expected,
    KeySet,
    StatusList,
    Trust,
    Verdict,
    open_dead_slips,
    open_issued,
    open_status,
    read_jwk,
    read_keys,
    verify,
    witnessed,
)
from lodemark.licence.paper import credentials_in
from lodemark.licence.paper.words import commodity_label
from lodemark.trouble import Error
from lodemark.wording import Lang, say

app = typer.Typer(no_args_is_help=True)
JSON = typer.Option(False, "--json")
LANG = typer.Option("en", "--lang")
LICENCE = typer.Option(None, "--licence", help="Which dossier, if the bundle holds several. 卷宗编号。")


class Unreachable(Error):
    """The address given with ``--online`` did not answer."""

    code = "office-unreachable"
    kind = "storage"


class NoLicence(Error):
    """The bundle holds no licence, several, or not the one asked for."""

    code = "bundle-licence-unclear"
    kind = "unknown"


@app.command("verify")
def verify_command(
    evidence: str = typer.Argument(help="PDF, picture, text, a folder of them, or - for stdin. 文件、文件夹或 -。"),
    keys: Path = typer.Option(None, "--keys", envvar="LODEMARK_KEYS", help="The keys you trust (JWKS). 可信密钥集。"),
    root: Path = typer.Option(None, "--root", help="Root key (JWK) that signed the key set. 根密钥。"),
    status: list[Path] = typer.Option([], "--status", help="A status list of today. 当日状态清单。"),
    dead: list[Path] = typer.Option([], "--dead", help="The list of dead slips. 失效随货单清单。"),
    issued: list[Path] = typer.Option([], "--issued", help="The published list of issued digests. 签发摘要清单。"),
    receipt: list[Path] = typer.Option([], "--receipt", help="A bundle with the receipt of issue. 含签发回执的卷宗包。"),
    log_key: list[str] = typer.Option([], "--log-key", help="A log key you trust: name+id+key. 可信日志密钥。"),
    shipment: str = typer.Option(None, "--shipment", help="The shipment in front of you. 现场货物批号。"),
    packing_list: Path = typer.Option(None, "--packing-list", help="Its packing list. 装箱单文件。"),
    at: str = typer.Option(None, "--at", help="Judge as of this instant (ISO 8601). 核验时点。"),
    online: str = typer.Option(None, "--online", help="Load keys and status from this office. 从该机关载入密钥和状态。"),
    json: bool = JSON,
    lang: str = LANG,
) -> None:
    """Whether a paper is genuine and in force. 核验许可证、证面码或随货单。"""
    now = _instant(at)
    root_key = read_jwk(orjson.loads(root.read_bytes())) if root else None
    texts = list(_texts(evidence))
    known = _keys(keys, root_key, online, now)
    trust = Trust(
        keys=known,
        statuses=(*(open_status(path.read_bytes(), known) for path in status), *_online_status(online, texts, known)),
        dead_slips=frozenset().union(*(open_dead_slips(path.read_text(encoding="ascii"), known) for path in dead)),
        issued=_issued(issued, receipt, log_key, known),
    )
    packed = hashlib.sha256(packing_list.read_bytes()).digest() if packing_list else None
    verdicts = [(name, verify(text, trust, now, Expected(shipment, packed)) if text else _empty(name)) for name, text in texts]
    told = "\n\n".join(_told(name, verdict, language(lang)) for name, verdict in verdicts)
    emit([{"file": name, **_facts(verdict)} for name, verdict in verdicts], json, told)
    raise typer.Exit(max(verdict.exit_code for _, verdict in verdicts))


@app.command()
def show(bundle: Path, licence: str = LICENCE, json: bool = JSON, lang: str = LANG) -> None:
    """Terms, state and drawdowns of a licence in a bundle. 显示许可证。"""
    found = fold(_records(bundle, licence))
    terms = found.terms
    head = f"{terms.number}  {terms.kind}  {found.state}  [{terms.valid_from} .. {terms.valid_until})"
    draws = [f"  {d.id}  {d.shipment}  {d.state}" for d in found.drawdowns.values()]
    facts = {"terms": terms, "state": found.state, "drawdowns": dict(found.drawdowns), "outside": found.outside}
    emit(facts, json, "\n".join((head, *draws, _balance(found, language(lang)))))


@app.command()
def balance(bundle: Path, licence: str = LICENCE, json: bool = JSON, lang: str = LANG) -> None:
    """What is granted, left, reserved, posted and lapsed. 余额。"""
    found = fold(_records(bundle, licence))
    rows = [
        {"line": line, "commodity": code, "available": account.available, **_plain(account)}
        for (line, code), account in sorted(found.accounts.items())
    ]
    emit(rows, json, _balance(found, language(lang)))


@app.command()
def replay(bundle: Path, licence: str = LICENCE, json: bool = JSON, lang: str = LANG) -> None:
    """The licence record by record, with what was left after each. 逐条重放。"""
    steps, state = [], None
    for record in _records(bundle, licence):
        state = fold((record,), state)
        left = {f"{line}/{code}": account.available for (line, code), account in sorted(state.accounts.items())}
        steps.append({"on": record.on, "kind": record.kind, "moved": len(transfers_of(record)), "left": left})
    lines = (f"{s['on']}  {s['kind']:<28} {_left(s['left'])}" for s in steps)
    emit(steps, json, "\n".join(lines))


def _instant(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(text, param_hint="--at") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _texts(evidence: str) -> Iterator[tuple[str, str]]:
    """Name and credential of everything handed in; a file without any yields an empty text and is told as such."""
    if evidence == "-":
        yield from (("-", text) for text in credentials_in(sys.stdin.buffer.read()))
        return
    path = Path(evidence)
    for file in sorted(part for part in path.iterdir() if part.is_file()) if path.is_dir() else [path]:
        try:
            yield from ((file.name, text) for text in credentials_in(file.read_bytes(), file.name))
        except BadCredential:
            if not path.is_dir():
                raise
            yield file.name, ""


def _empty(name: str) -> Verdict:
    return Verdict("not-genuine", (BadCredential("evidence-none", file=name).reason,))


def _keys(file: Path | None, root: Any, online: str | None, now: datetime) -> KeySet:
    if file is None and online is None:
        raise typer.BadParameter("keys you trust, or --online", param_hint="--keys")
    if file is None and root is None:
        raise typer.BadParameter("keys from the network count only with the root that signed them", param_hint="--root")
    text = file.read_text(encoding="utf-8") if file else _fetch(f"{online}/.well-known/lodemark-keys").decode()
    return read_keys(text, root, now)


def _online_status(online: str | None, texts: list[tuple[str, str]], keys: KeySet) -> Iterator[StatusList]:
    # Only addresses under the office the *verifier* named: what a credential names is never fetched by itself.
    if online is None:
        return
    verdicts = (verify(text, Trust(keys), datetime.now(UTC)) for _, text in texts if text)
    for uri in sorted({verdict.status_uri for verdict in verdicts if verdict.status_uri.startswith(f"{online}/")}):
        yield open_status(_fetch(uri), keys)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An office that sends the verifier elsewhere is not the office the verifier named."""

    def redirect_request(self, *arguments: Any) -> None:
        return None


def _fetch(address: str) -> bytes:
    try:
        if not address.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError(address)
        with urllib.request.build_opener(_NoRedirect).open(address, timeout=10) as answer:
            data: bytes = answer.read(5_000_000)
    except (urllib.error.URLError, OSError, ValueError):
        raise Unreachable(address=address) from None
    return data


def _issued(lists: list[Path], bundles: list[Path], log_keys: list[str], keys: KeySet) -> dict[str, int]:
    found: dict[str, int] = {}
    for path in lists:
        found |= open_issued(path.read_text(encoding="ascii"), keys)
    trusted = [NoteKey.parse(text) for text in log_keys]
    for path in bundles:
        content = unpack(path.read_bytes())
        bodies = {(dossier, record.number): record.body for dossier, rows in content.dossiers.items() for record in rows}
        for receipt in content.receipts:
            body = bodies.get((receipt.dossier, receipt.number))
            if body is not None:
                found |= witnessed(body, receipt, trusted)
    return found


def _records(bundle: Path, licence: str | None) -> list[Record]:
    dossiers = {
        dossier: [read_body(row.number, row.body).record for row in rows]
        for dossier, rows in unpack(bundle.read_bytes()).dossiers.items()
    }
    granted = [dossier for dossier, records in dossiers.items() if records and records[0].kind == "licence-granted"]
    wanted = [dossier for dossier in granted if licence in (None, dossier)]
    if len(wanted) != 1:
        raise NoLicence(found=granted, wanted=licence)
    return dossiers[wanted[0]]


def _facts(verdict: Verdict) -> dict[str, Any]:
    reasons = [
        {"code": r.code, "facts": r.facts, "said": {x: r.explain(x) for x in ("en", "zh-Hans")}} for r in verdict.reasons
    ]
    return {
        "result": verdict.result,
        "reasons": reasons,
        "shown": verdict.shown,
        "kid": verdict.kid,
        "status_age_s": verdict.status_age_s,
    }


def _told(name: str, verdict: Verdict, lang: Lang) -> str:
    lines = [f"{name}: {say(f'verdict-{verdict.result}', {}, lang)}"]
    lines += [f"  {reason.explain(lang)}" for reason in verdict.reasons]
    if verdict.shown is not None:
        shown = verdict.shown
        days = f"  {shown.first_day} – {shown.last_day}" if shown.last_day else ""
        lines.append(f"  {shown.form}  {shown.number}  {shown.kind}{days}")
        lines += [f"  {_line(dict(line), lang)}" for line in shown.lines]
        lines.append(f"  {say('verdict-left-unknown', {}, lang)}")
    return "\n".join(lines)


def _line(line: dict[str, Any], lang: Lang) -> str:
    amounts = line.pop("caps", None) or line.pop("amounts", None) or {}
    counted = "; ".join(f"{_commodity(code, lang)} {written(code, amount)}" for code, amount in amounts.items())
    said = ", ".join(
        str(line[name]) for name in ("no", "control_list_entry", "shipment", "end_user", "destination") if name in line
    )
    return f"{said}  {counted}"


def _commodity(code: str, lang: Lang) -> str:
    return commodity_label(code)[0 if lang == "en" else 1]


def _balance(licence: Licence, lang: Lang) -> str:
    rows = []
    for (line, code), account in sorted(licence.accounts.items()):
        parts = {**_plain(account), "available": account.available}
        told = "  ".join(f"{say(f'account-{name}', {}, lang)} {written(code, amount)}" for name, amount in parts.items())
        rows.append(f"{line}  {_commodity(code, lang)}: {told}")
    return "\n".join(rows)


def _plain(account: Any) -> dict[str, int]:
    return {name: getattr(account, name) for name in ("granted", "reserved", "posted", "lapsed")}


def _left(left: Any) -> str:
    return "  ".join(f"{name} {written(name.partition('/')[2], amount)}" for name, amount in left.items())
