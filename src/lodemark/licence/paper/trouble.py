"""What can stop a document from being printed."""

from __future__ import annotations

from lodemark.trouble import Error


class PaperError(Error):
    """A document that must not go out: a missing glyph, or a code that does not read back from the page."""

    code = "print-readback"
