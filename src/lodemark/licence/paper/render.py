"""The paper: licence, slip and packing label by Typst, PDF/A-3b and PDF/UA-1 in one, zh-Hans and en side by side.

The same input gives the same bytes: the compile timestamp is the decision's instant, fonts are bundled and the
machine's own are not looked at. Data enters as JSON, never pasted into markup. Before a document is handed out its
symbols are read back from the rendered page.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import typst

from lodemark.licence.commodity import written
from lodemark.licence.conditions import of_line
from lodemark.licence.credential.qr import LICENCE_VERSION, SLIP_VERSION
from lodemark.licence.model import Drawdown, Line, Terms
from lodemark.licence.paper.codes import Symbol, matrix_symbol, not_read_back, qr_symbol
from lodemark.licence.paper.trouble import PaperError
from lodemark.licence.paper.words import Pair, commodity_label, condition_text, pair, visible

HERE: Final = Path(__file__).parent
FONTS: Final = HERE / "fonts"
STANDARDS: Final = ("a-3b", "ua-1")
READBACK_PPI: Final = 200


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as issued; ``digest`` (SHA-256 of the bytes) goes into the record."""

    pdf: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Printing:
    """Who issues, at which instant (the decision's), what parties are called in print, and a folder of further fonts."""

    issuer: str
    at: datetime
    names: Mapping[str, str] = field(default_factory=dict)
    fonts: Path | None = None

    def name(self, party: str) -> str:
        """The printed name of a party; its id where none is given."""
        return self.names.get(party, party)


def licence_paper(
    terms: Terms,
    check_code: str,
    codes: tuple[str, ...],
    sd_jwt: str,
    printing: Printing,
    digital_link: str | None = None,
) -> Paper:
    """The licence with its codes, the SD-JWT attached inside; ``digital_link`` adds a DataMatrix for packages.

    Raises ``PaperError``: ``glyph-missing`` or ``print-readback``.
    """
    symbols = [qr_symbol(text, LICENCE_VERSION) for text in codes]
    matrix = matrix_symbol(digital_link) if digital_link else None
    data = {
        **_titles("paper-licence", terms.number, printing),
        "number": terms.number,
        "head": _rows(_licence_rows(terms, check_code, printing)),
        "lines": [_line_block(terms, line, printing) for line in terms.lines],
        "cap_labels": [pair("paper-counted"), pair("paper-most")],
        "conditions": [condition_text(condition) for condition in terms.conditions],
        "conditions_label": pair("paper-conditions"),
        "verify_label": pair("paper-verify"),
        "notes": [pair("paper-how-to-verify"), pair("verdict-left-unknown"), pair("paper-attached")],
        "codes": [_symbol(symbol, "paper-qr-alt", terms.number) for symbol in symbols],
        "matrix": _symbol(matrix, "paper-matrix-alt", terms.number) if matrix else None,
        "sd_jwt": sd_jwt,
        "attachment": pair("paper-attachment")[0],
    }
    return _compile("licence.typ", data, [*symbols, *([matrix] if matrix else [])], printing)


def slip_paper(terms: Terms, draw: Drawdown, code: str, printing: Printing) -> Paper:
    """The slip 随货单 that travels with one shipment (A6)."""
    symbol = qr_symbol(code, SLIP_VERSION)
    line = terms.line(draw.line)
    assert line is not None
    until = draw.hold_until.astimezone(ZoneInfo(terms.zone)).isoformat(sep=" ", timespec="minutes")
    amounts = [(commodity_label(code), written(code, amount)) for code, amount in sorted(draw.amounts.items())]
    head = [
        (pair("paper-number"), terms.number),
        (pair("paper-drawdown"), f"{draw.id} / {draw.line}"),
        (pair("paper-shipment"), draw.shipment),
        (pair("paper-entry"), line.control_list_entry),
        (pair("paper-destination"), line.destination),
        *amounts,
        (pair("paper-hold-until"), until),
    ]
    data = {
        **_titles("paper-slip", draw.shipment, printing),
        "head": _rows(head),
        "code": _symbol(symbol, "paper-qr-alt", draw.shipment),
        "notes": [pair("paper-compare-goods")],
    }
    return _compile("slip.typ", data, [symbol], printing)


def label_paper(terms: Terms, draw: Drawdown, package: str, digital_link: str, printing: Printing) -> Paper:
    """The label of one drum or box: whose shipment, which package, and its DataMatrix (A7)."""
    matrix = matrix_symbol(digital_link)
    head = [
        (pair("paper-number"), terms.number),
        (pair("paper-shipment"), draw.shipment),
        (pair("paper-package"), package),
    ]
    data = {
        **_titles("paper-label", package, printing),
        "head": _rows(head),
        "matrix": _symbol(matrix, "paper-matrix-alt", package),
    }
    return _compile("label.typ", data, [matrix], printing)


def _licence_rows(terms: Terms, check_code: str, printing: Printing) -> list[tuple[Pair, str]]:
    last_day = terms.valid_until - timedelta(days=1)
    exports = str(terms.max_exports or _both(pair("paper-any-number")))
    rows = [
        (pair("paper-number"), terms.number),
        (pair("paper-check-code"), check_code),
        (pair("paper-kind"), _both(pair(f"licence-kind-{terms.kind}"))),
        (pair("paper-validity"), f"{terms.valid_from.isoformat()} – {last_day.isoformat()} ({terms.zone})"),
        (pair("paper-holder"), printing.name(terms.holder)),
        (pair("paper-exports"), exports),
        (pair("paper-decision"), terms.decision),
        *((pair(f"paper-key-{name}"), printing.name(value)) for name, value in sorted(terms.key_elements.items())),
    ]
    extra = {"paper-agreement": terms.agreement, "paper-replaces": terms.replaces}
    return rows + [(pair(code), value) for code, value in extra.items() if value]


def _line_block(terms: Terms, line: Line, printing: Printing) -> Mapping[str, Any]:
    rows = [
        (pair("paper-entry"), line.control_list_entry),
        (pair("paper-hs"), line.hs),
        (pair("paper-goods"), " · ".join(line.description[lang] for lang in ("zh-Hans", "en") if lang in line.description)),
        (pair("paper-models"), ", ".join(line.models)),
        (pair("paper-end-user"), ", ".join(map(printing.name, (line.end_user, *line.ultimate_end_users)))),
        (pair("paper-destination"), line.destination),
        (pair("paper-bound-by"), str(len(of_line(terms, line.no)))),
    ]
    caps = [(commodity_label(code), written(code, amount)) for code, amount in sorted(line.caps.items())]
    return {"title": _both(pair("paper-line", no=line.no)), "rows": _rows(rows), "caps": _rows(caps)}


def _both(words: Pair) -> str:
    return f"{words[1]} · {words[0]}"


def _titles(code: str, what: str, printing: Printing) -> Mapping[str, str]:
    english, chinese = pair(code)
    return {"title": f"{chinese} {visible(what)}", "title_en": english, "issuer": visible(printing.issuer)}


def _rows(rows: Iterable[tuple[Pair, str]]) -> list[Mapping[str, Any]]:
    return [{"label": label, "value": visible(value)} for label, value in rows]


def _symbol(symbol: Symbol, alt: str, what: str) -> Mapping[str, Any]:
    return {"svg": symbol.svg, "width_mm": symbol.width_mm, "alt": " ".join(pair(alt, what=what))}


def _compile(template: str, data: Mapping[str, Any], symbols: list[Symbol], printing: Printing) -> Paper:
    folders = [str(FONTS), *([str(printing.fonts)] if printing.fonts else [])]
    compiler = typst.Compiler(
        str(HERE / "templates" / template),
        root=str(HERE / "templates"),
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
    )
    try:
        pdf = compiler.compile(format="pdf", pdf_standards=list(STANDARDS), timestamp=printing.at)
    except typst.TypstError as error:
        raise _explained(error, template) from None
    pages = compiler.compile(format="png", ppi=READBACK_PPI)
    lost = not_read_back([page for page in (pages if isinstance(pages, list) else [pages]) if page], symbols)
    if lost:
        raise PaperError("print-readback", template=template, symbols=len(lost))
    assert isinstance(pdf, bytes)
    return Paper(pdf, hashlib.sha256(pdf).hexdigest())


def _explained(error: typst.TypstError, template: str) -> PaperError:
    missing = re.search(r'the text `"(.+?)"` could not be displayed', str(error))
    assert missing, str(error)  # the templates themselves are ours
    return PaperError("glyph-missing", text=missing[1], template=template)
