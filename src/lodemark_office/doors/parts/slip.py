"""A slip for a reader: what it is for, in both languages side by side, and its code to scan."""

from __future__ import annotations

import re

from lodemark.licence import Licence
from lodemark.licence.credential.qr import SLIP_VERSION
from lodemark.licence.paper import qr_symbol
from lodemark_office.acts import slips
from lodemark_office.acts.papers import NotIssued
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.doors.parts.acting import office
from lodemark_office.doors.parts.bars import amount
from lodemark_office.doors.parts.issuer import issuer


def shown_slip(dossier: str, drawdown: str) -> dict[str, object]:
    """The parts of the page of a slip; without ``code`` it was not issued yet."""
    state: Licence = office().store.states(dossier)
    draw = state.drawdowns.get(drawdown)
    if draw is None:
        raise UnknownDossier(dossier=f"{dossier} {drawdown}")
    shown: dict[str, object] = {
        "state": state,
        "draw": draw,
        "line": state.terms.line(draw.line),
        "amounts": [(code, amount(code, value)) for code, value in sorted(draw.amounts.items())],
    }
    try:
        made = slips.slip(office(), dossier, drawdown, issuer())
    except NotIssued:
        return shown
    return {**shown, "code": made.code, "svg": _scaled(qr_symbol(made.code, SLIP_VERSION).svg), "slip_id": made.slip_id}


def _scaled(svg: str) -> str:
    """The symbol as a picture that a page can enlarge; its figure has the words."""
    return re.sub(r'width="(\d+)" height="(\d+)"', r'viewBox="0 0 \1 \2" aria-hidden="true"', svg, count=1)
