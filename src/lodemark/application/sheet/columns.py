"""The columns of a sheet of goods lines: a stable id, where its value stands in an application, how a cell is read.

Headings are said in both languages (``sheet-column-<id>``); the id in the first row is what counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lodemark.application.block import NOT_SAID
from lodemark.application.sheet.values import count, flag, mass, share, text, texts
from lodemark.measure import ELEMENTS, RARE_EARTHS
from lodemark.wording import Lang, say

Read = Callable[[str], object]
"""From the folded text of a cell to the JSON value of an application; raises ``lodemark.Error`` with what is wrong."""


@dataclass(frozen=True, slots=True)
class Column:
    """``path``: where the value stands in a goods line; ``words``: the rulebook's list it is chosen from."""

    id: str
    path: tuple[str, ...]
    read: Read = text
    words: str = ""

    def heading(self, lang: Lang) -> str:
        """What the column is called."""
        if self.path[:2] == ("composition", "declared"):
            return say("sheet-column-share", {"element": self.id}, lang)
        return say(f"sheet-column-{self.id}", {}, lang)

    def value(self, folded: str) -> object:
        """The value of a cell; ``None`` where people write that they do not know."""
        return None if folded.casefold() in NOT_SAID else self.read(folded)


_FIXED: Final = (
    Column("line", ("id",)),
    Column("declaration_item", ("declaration_item",), count),
    Column("model", ("model",)),
    Column("name_zh", ("names", "zh-Hans")),
    Column("name_en", ("names", "en")),
    Column("family", ("material", "family"), words="list/families"),
    Column("form", ("material", "form"), words="list/forms"),
    Column("system", ("material", "system"), words="list/systems"),
    Column("magnetised", ("material", "magnetised"), flag),
    Column("pieces", ("quantity", "pieces"), count),
    Column("gross_mass", ("quantity", "gross"), mass),
    Column("origin", ("origin",)),
    Column("value_amount", ("value", "amount")),
    Column("value_currency", ("value", "currency")),
    Column("hs_hint", ("hs_hint",)),
    Column("use", ("use",)),
    Column("node", ("node",)),
    Column("end_users", ("end_users",), texts),
    Column("composition_complete", ("composition", "complete"), flag),
)
SHOWN_ELEMENTS: Final = (*(one for one in ELEMENTS if one in RARE_EARTHS), "Fe", "B", "Co", "Al", "Cu", "Ga", "Nb", "Sm")
"""The elements the template offers; any other may be added as a column under its symbol."""
COLUMNS: Final = {
    one.id: one for one in (*_FIXED, *(Column(each, ("composition", "declared", each), share) for each in ELEMENTS))
}
"""Every column that is read, by id."""
TEMPLATE: Final = (*(one.id for one in _FIXED), *dict.fromkeys(SHOWN_ELEMENTS))
NEEDED: Final = ("line",)
