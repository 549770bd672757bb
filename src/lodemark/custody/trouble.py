"""What the world can do wrong to this room."""

from __future__ import annotations

from typing import ClassVar

from lodemark.trouble import Error


class ReadError(Error):
    """A document that cannot be read at all: no JSON, a DOCTYPE, too deep, a key that stands twice.

    ``facts`` carry ``pointer`` and ``line`` where they are known.
    """

    code: ClassVar[str] = "document-unreadable"


class ConvertError(Error):
    """A document that the wanted form cannot carry: an undeclared prefix, a name or character XML does not know."""

    code: ClassVar[str] = "document-not-convertible"


class CaptureConflict(Error):
    """The idempotency key or the event id was used before for something else."""

    code: ClassVar[str] = "capture-key-reused"
    kind: ClassVar[str] = "conflict"


class JournalError(Error):
    """The journal's store failed or is not a journal of this version."""

    code: ClassVar[str] = "journal-unusable"
    kind: ClassVar[str] = "storage"


class NotInJournal(Error):
    """The journal does not know this event, job, lot or query (the same answer whether hidden or missing)."""

    code: ClassVar[str] = "not-in-journal"
    kind: ClassVar[str] = "unknown"


class QueryError(Error):
    """A query that cannot be run as asked; ``exception`` is the name the EPCIS 2.0 contract gives it."""

    code: ClassVar[str] = "query-parameter"
    exception: ClassVar[str] = "QueryParameterException"


class QueryTooLarge(QueryError):
    """More events match than ``maxEventCount`` allows, or than this server carries."""

    code: ClassVar[str] = "query-too-large"
    exception: ClassVar[str] = "QueryTooLargeException"


class SubscriptionError(Error):
    """A subscription that cannot be kept as asked."""

    code: ClassVar[str] = "subscription-schedule"


class QueryNameTaken(Error):
    """A named query with this name exists."""

    code: ClassVar[str] = "query-name-taken"
    kind: ClassVar[str] = "conflict"
