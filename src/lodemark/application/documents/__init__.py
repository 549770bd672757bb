"""A document as it arrives: what it is by its content, and why it cannot be taken. Names and sender are not believed.

kind = kind_of(data)          # PDF, PNG, JPEG, TIFF, XLSX, CSV, JSON, XML; raises FileRejected with the cause
shown = readable_name(name)   # for eyes; nothing is ever stored under a name somebody sent
"""

from lodemark.application.documents.archive import Archive, open_archive
from lodemark.application.documents.kinds import KINDS, MOST_BYTES, Kind, kind_of
from lodemark.application.documents.name import readable_name
from lodemark.application.documents.trouble import FileRejected

__all__ = ["KINDS", "MOST_BYTES", "Archive", "FileRejected", "Kind", "kind_of", "open_archive", "readable_name"]
