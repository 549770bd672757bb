"""Every sentence a person reads, zh-Hans and English side by side; the rooms return codes and facts.

One TOML file per room lies in ``sentences/``. A sentence is looked up by its code and filled with facts::

    say("licence-exhausted", {"remaining_mg": 301_000_000}, "en")

Rule trees are spoken by ``lodemark.rules``, which builds on this room.
"""

from lodemark.wording.catalog import LANGUAGES, Catalog, catalog, has, say
from lodemark.wording.show import Lang, show

__all__ = ["LANGUAGES", "Catalog", "Lang", "catalog", "has", "say", "show"]
