"""What can be wrong with a quantity as sent."""

from __future__ import annotations

from lodemark.trouble import Error


class UnitError(Error):
    """A unit that is missing or not known; a unit is never assumed."""

    code = "unit-unknown"


class NumberError(Error):
    """A text that is no number, or a number that cannot be a mass or a share."""

    code = "number-unreadable"


class FormulaError(Error):
    """A chemical formula or element symbol that cannot be read."""

    code = "formula-unreadable"
