"""Lodemark: an open system for a process-based export regime for rare earths.

The library holds no Django, opens no network and asks no clock: instants, ids and facts are arguments.
Start with ``ARCHITECTURE.md``; the rooms are the sub-packages, and imports run downwards in the order named there.
"""

from lodemark.trouble import Disagreement, Error, Reason, Refusal

__version__ = "0.1.0"
__all__ = ["Disagreement", "Error", "Reason", "Refusal", "__version__"]
