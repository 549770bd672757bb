"""``lodemark ledger``: check bundles, receipts and the growth of the log, offline."""

from __future__ import annotations

from pathlib import Path

import typer

from lodemark.cli.answer import FINDINGS, OK, emit, language
from lodemark.ledger import Checkpoint, NoteKey, Receipt, Tree, contradicted, unpack, verify_consistency, verify_dossier
from lodemark.trouble import Disagreement, Error
from lodemark.wording import say

app = typer.Typer(no_args_is_help=True)
KEYS = typer.Option(..., "--key", help="A key you trust: name+id+key. 可信密钥。")
JSON = typer.Option(False, "--json")
LANG = typer.Option("en", "--lang")


@app.command()
def verify(bundle: Path, key: list[str] = KEYS, json: bool = JSON, lang: str = LANG) -> None:
    """Check every chain, proof and signature of a bundle. 核验卷宗包。"""
    content = unpack(bundle.read_bytes())
    keys = [NoteKey.parse(text) for text in key]
    breaks = [item for dossier, records in content.dossiers.items() for item in verify_dossier(dossier, records).breaks]
    breaks += contradicted(content)
    for receipt in content.receipts:
        try:
            receipt.verify(keys)
        except Error as error:
            breaks.append(Disagreement(error.reason.code, receipt.dossier, error.facts))
    counts = {
        "dossiers": len(content.dossiers),
        "records": sum(map(len, content.dossiers.values())),
        "receipts": len(content.receipts),
    }
    told = [item.explain(language(lang)) for item in breaks] or [say("ledger-whole", counts, language(lang))]
    emit({**counts, "breaks": breaks}, json, "\n".join(told))
    raise typer.Exit(FINDINGS if breaks else OK)


@app.command("receipt")
def check_receipt(receipt: Path, key: list[str] = KEYS, json: bool = JSON, lang: str = LANG) -> None:
    """Check that a receipt's record is in the signed log. 核验回执。"""
    read = Receipt.parse(receipt.read_text(encoding="utf-8"))
    found = read.verify([NoteKey.parse(text) for text in key])
    facts = {"dossier": read.dossier, "number": read.number, "origin": found.origin, "size": found.size}
    emit(facts, json, say("receipt-holds", facts, language(lang)))


@app.command()
def consistency(
    old: Path,
    new: Path,
    leaves: Path = typer.Option(..., "--leaves", help="The published leaves: 32 bytes each, in order. 已发布的叶。"),
    key: list[str] = KEYS,
    json: bool = JSON,
    lang: str = LANG,
) -> None:
    """Whether the log of the second checkpoint continues that of the first. 两个检查点是否连续。"""
    keys = [NoteKey.parse(text) for text in key]
    first, second = (Checkpoint.open(path.read_text(encoding="utf-8"), keys) for path in (old, new))
    data = leaves.read_bytes()
    tree = Tree.of(data[place : place + 32] for place in range(0, len(data), 32))
    continued = (
        0 < first.size <= second.size <= tree.size
        and tree.root(second.size) == second.root
        and verify_consistency(first.size, second.size, tree.consistency(first.size, second.size), first.root, second.root)
    )
    facts = {"old": first.size, "new": second.size}
    emit(
        {**facts, "consistent": continued},
        json,
        say("log-consistent" if continued else "log-rewritten", facts, language(lang)),
    )
    raise typer.Exit(OK if continued else FINDINGS)
