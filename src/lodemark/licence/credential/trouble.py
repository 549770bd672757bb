"""What can be wrong with a credential as presented: never accepted, and the first failing check is named."""

from __future__ import annotations

from lodemark.trouble import Error


class BadCredential(Error):
    """A text that is no credential of ours, or one whose signature, key or content does not hold."""

    code = "credential-unreadable"
