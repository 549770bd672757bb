"""Names of organisations and persons across scripts, read into comparable parts.

forms("北辰磁材（集团）有限公司")      # brand 北辰, sector magnet, unit group, legal form limited
"""

from lodemark.parties.names.forms import Form, NameForms, Unit, forms

__all__ = ["Form", "NameForms", "Unit", "forms"]
