"""What can be wrong with a ledger, a proof or a note."""

from __future__ import annotations

from lodemark.trouble import Error


class NotCanonical(Error):
    """A value that has no canonical bytes; ``path`` and ``why`` are facts."""

    code = "not-canonical"


class BrokenChain(Error):
    """A dossier whose digests do not follow from its bytes."""

    code = "chain-broken"


class BadProof(Error):
    """An inclusion or consistency proof that proves nothing."""

    code = "proof-bad"


class BadNote(Error):
    """A signed note that is malformed or carries no trusted signature."""

    code = "note-bad"


class UnknownKind(Error):
    """A record kind or version that this program does not know; it is never guessed."""

    code = "record-kind-unknown"
    kind = "unknown"
