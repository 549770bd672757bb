"""The appeal file: a case with everything it rested on, in one file that another person can check and run again.

``lodemark case replay`` and ``lodemark-verify`` read it without an office and without a network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from lodemark.ledger import Bundle, Receipt, read_body
from lodemark_office.acts.documents import party_of
from lodemark_office.acts.office import Office


def bundle(office: Office, case_id: str, receipts: Sequence[Receipt] = ()) -> Bundle:
    """The case, its application and licences; the facts of every act and every filed version, by their digests."""
    state = office.store.states(case_id)
    names = [state.application, case_id, *office.store.about("licence", case_id)]
    dossiers = {name: office.store.chained(name) for name in names}
    wanted = {state.content_digest} if state.content_digest else set()
    for links in dossiers.values():
        for link in links:
            entry = read_body(link.number, link.body)
            digests = (entry.stamp.basis.facts, str(entry.record.facts.get("content_digest", "")))
            wanted.update(digest for digest in digests if digest)
    documents = {name: office.store.document(name) for name in sorted(wanted)}
    documents |= _files(office, documents, party_of(office, state.application))
    return Bundle(dossiers, documents, receipts)


def _files(office: Office, documents: Mapping[str, bytes], party: str) -> dict[str, bytes]:
    """The files that the filed versions name, by the digests that are part of them; what may not be opened is left out."""
    named: set[str] = set()
    for content in documents.values():
        value = orjson.loads(content)
        listed = value.get("documents") if isinstance(value, dict) and "lines" in value else None
        named.update(str(one.get("sha256") or "") for one in listed or [] if isinstance(one, dict))
    held = office.store.handed_in(sorted(named), party)
    return {name: office.store.file(name) for name in sorted(held) if held[name].state in ("received", "clean")}
