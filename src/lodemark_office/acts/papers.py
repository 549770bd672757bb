"""The papers of a licence: SD-JWT, code and PDF, issued once and made again, byte for byte, whenever they are asked for.

Salts, check code and place in the status list come from the office's own secret, so nothing private is stored: the
record keeps digests, and what is made again must have them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lodemark import Error
from lodemark.ledger import Entry
from lodemark.licence import IssuedCredential, Licence
from lodemark.licence.commands import Command
from lodemark.licence.credential import (
    Issuance,
    Signer,
    StatusList,
    build,
    credential_digest,
    issued_record,
    licence_codes,
    licence_sd_jwt,
    status_of,
)
from lodemark.licence.credential.status import SMALLEST
from lodemark.licence.number import check_code
from lodemark.licence.paper import Printing, licence_paper
from lodemark_office.acts.office import Office, Outcome, Sent, drafted
from lodemark_office.acts.store import Answer, Store
from lodemark_office.acts.write import Decided

HALF_BITS: Final = 9
SERIES: Final = "status-index"


class NotIssued(Error):
    """Nobody has asked for the papers of this licence yet."""

    code = "papers-not-issued"
    kind = "unknown"


class PapersDiffer(Error):
    """What was made again is not what was issued: the office's keys are not those of then."""

    code = "papers-differ"
    kind = "conflict"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues: name as printed, public address, the key."""

    name: str
    url: str
    signer: Signer

    @property
    def status_uri(self) -> str:
        """Where the status list stands."""
        return f"{self.url}/status/1"


@dataclass(frozen=True, slots=True)
class Papers:
    """What the holder carries: one credential, the texts of its codes, the check code on the paper."""

    sd_jwt: str
    codes: tuple[str, ...]
    check_code: str
    at: datetime


def paper_code(store: Store, number: str) -> str:
    """The check code of a licence: it is printed, its digest is in the dossier, and only this office can derive it."""
    return check_code(store.secret(f"check-code/{number}")[:10])


def issue(office: Office, sent: Sent, dossier: str, issuer: Issuer) -> Answer:
    """Issue the papers of a licence once; asked again, nothing is written."""

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        state: Licence = office.store.states(dossier)
        if state.issued:
            return Decided([]), {}
        index = _place(office.store, office.store.next_number(SERIES))
        made = _make(office, state, issuer, sent.at, index)
        by = Command(on=office.day(sent.at), by=sent.actor, at=sent.at)
        digests = [("sd-jwt", made.sd_jwt), *(("code", text) for text in made.codes)]
        records = tuple(
            issued_record(by, IssuedCredential(credential_digest(text), form, index))  # type: ignore[arg-type]
            for form, text in digests
        )
        return drafted(dossier, records), {}

    return office.act(sent, dossier, {"act": "issue-papers", "licence": dossier}, decided)


def papers(office: Office, dossier: str, issuer: Issuer) -> Papers:
    """The papers as issued, made again and compared with the record."""
    state: Licence = office.store.states(dossier)
    entry = _issued(office.store, dossier)
    made = _make(office, state, issuer, entry.stamp.recorded_at, state.issued[0].status_index)
    known = {each.digest for each in state.issued}
    if any(credential_digest(text) not in known for text in (made.sd_jwt, *made.codes)):
        raise PapersDiffer(licence=state.terms.number)
    return made


def pdf(office: Office, dossier: str, issuer: Issuer) -> bytes:
    """The paper licence, with the credential inside."""
    state: Licence = office.store.states(dossier)
    made = papers(office, dossier, issuer)
    parties = [state.terms.holder, *(user for line in state.terms.lines for user in (line.end_user, *line.ultimate_end_users))]
    known = office.store.party_names(list(dict.fromkeys(parties)))
    names = {party: " · ".join(dict.fromkeys(text.values())) for party, text in known.items()}
    printed = licence_paper(state.terms, made.check_code, made.codes, made.sd_jwt, Printing(issuer.name, made.at, names))
    return printed.pdf


def status_list(office: Office, issuer: Issuer, at: datetime, dossiers: tuple[str, ...] | None = None) -> StatusList:
    """The status of every licence with papers, or of the ones named, among decoys that are the same in every edition."""
    wanted = office.store.dossiers("licence") if dossiers is None else dossiers
    states = [office.store.states(dossier) for dossier in wanted]
    statuses = {state.issued[0].status_index: status_of(state) for state in states if state.issued}
    return build(issuer.status_uri, statuses, office.store.secret("status-decoys"), at)


def _issued(store: Store, dossier: str) -> Entry:
    found = next((entry for entry in store.entries(dossier) if entry.record.kind == "credential-issued"), None)
    if found is None:
        raise NotIssued(licence=dossier.partition("/")[2])
    return found


def _make(office: Office, state: Licence, issuer: Issuer, at: datetime, index: int) -> Papers:
    at = at.replace(microsecond=0)  # tokens and PDF carry whole seconds
    issuance = Issuance(issuer.url, at, issuer.status_uri, index)
    entropy = _entropy(office.store, f"salts/{state.terms.number}")
    sd_jwt = licence_sd_jwt(state.terms, issuance, issuer.signer, entropy)
    codes = licence_codes(state.terms, issuance, issuer.signer)
    return Papers(sd_jwt, codes, paper_code(office.store, state.terms.number), at)


def _entropy(store: Store, name: str) -> Callable[[int], bytes]:
    drawn = 0

    def draw(count: int) -> bytes:
        nonlocal drawn
        blocks = [store.secret(f"{name}/{drawn + block}") for block in range(-(-count // 32))]
        drawn += len(blocks)
        return b"".join(blocks)[:count]

    return draw


def _place(store: Store, serial: int) -> int:
    """The serial's place in the list: a secret shuffle (four Feistel rounds), so that places tell no order and never meet."""
    assert 0 < serial <= SMALLEST, "the list is full: a second address is needed"
    value, half = serial - 1, 1 << HALF_BITS
    while True:
        left, right = divmod(value, half)
        for turn in range(4):
            left, right = right, left ^ int.from_bytes(store.secret(f"status/{turn}/{right}")[:2]) % half
        value = left * half + right
        if value < SMALLEST:
            return value
