"""What the operating system says of a file, told as every other trouble: a sentence with its cure, an exit code by the table."""

from __future__ import annotations

from lodemark.trouble import Error


class NotThere(Error):
    """A file that was named does not exist."""

    code = "file-not-there"
    kind = "unknown"


class NotReadable(Error):
    """A folder where a file is wanted, or a file closed to this person."""

    code = "file-not-readable"


class StorageFailed(Error):
    """The disk or its connection, not the person, is at fault."""

    code = "file-storage-failed"
    kind = "storage"


def told(failed: OSError) -> Error:
    """The trouble that an ``OSError`` about a file means."""
    name = str(failed.filename)
    match failed:
        case FileNotFoundError():
            return NotThere(name=name)
        case IsADirectoryError() | NotADirectoryError() | PermissionError():
            return NotReadable(name=name)
        case _:
            return StorageFailed(name=name, cause=failed.strerror or type(failed).__name__)
