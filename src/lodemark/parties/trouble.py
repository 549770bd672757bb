"""What can go wrong with a list: the world's fault, never an answer about a party."""

from __future__ import annotations

from typing import ClassVar

from lodemark.trouble import Error


class ListUnreadable(Error):
    """Nothing can be made of a list file; the version before stays in use until it is too old."""

    code: ClassVar[str] = "list-unreadable"


class OwnershipUnreadable(Error):
    """An ownership file that is not a table of holdings."""

    code: ClassVar[str] = "ownership-unreadable"
