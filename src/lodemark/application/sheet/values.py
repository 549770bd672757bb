"""From the text of a cell to a value of an application, exactly; what a cell means is never guessed."""

from __future__ import annotations

import re
from typing import Final

from lodemark.measure import read_decimal, read_fraction, read_mass_mg
from lodemark.trouble import Error

_SECOND: Final = re.compile(r"\d[\d.,\s]*[^\W\d_]+[^\d]*\d[\d.,\s]*[^\W\d_]+")
_PERCENT: Final = re.compile(r"\s*%(\s*m/m)?\s*$")
_YES: Final = frozenset({"yes", "true", "y", "是"})
_NO: Final = frozenset({"no", "false", "n", "否"})


class CellUnreadable(Error):
    """A cell that is not of its column's kind."""

    code = "sheet-cell-unreadable"


def text(cell: str) -> object:
    """Text as written."""
    return cell


def texts(cell: str) -> object:
    """Ids, divided by commas or semicolons of either script."""
    return [one for one in re.split(r"[,;\s]+", cell) if one]


def flag(cell: str) -> object:
    """Yes or no."""
    if (word := cell.casefold()) in _YES | _NO:
        return word in _YES
    raise CellUnreadable("sheet-flag", text=cell)


def count(cell: str) -> object:
    """A whole number above zero."""
    number = read_decimal(cell)
    if number <= 0 or number != number.to_integral_value():
        raise CellUnreadable("sheet-count", text=cell)
    return int(number)


def mass(cell: str) -> object:
    """A mass with its one unit, exact to the milligram; kept as written."""
    if _SECOND.search(cell):
        raise CellUnreadable("sheet-second-unit", text=cell)
    read_mass_mg(cell)
    return cell


def share(cell: str) -> object:
    """Per cent by mass, with or without the sign; kept as written, without it."""
    bare = _PERCENT.sub("", cell)
    read_fraction(bare, "% m/m")
    return bare
