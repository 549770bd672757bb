"""Why a file cannot be taken: one error, its code names the cause, and each cause has a cure in its sentence."""

from __future__ import annotations

from lodemark.trouble import Error


class FileRejected(Error):
    """The file is not of a kind that is taken, or holds what no evidence needs: code, a lock, more than it admits to."""

    code = "file-kind-unknown"
    kind = "bad-input"
