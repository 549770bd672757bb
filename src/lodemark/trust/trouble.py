"""What can go wrong outside: input that the rules cannot weigh, or a plan that cannot be made from it."""

from __future__ import annotations

from typing import ClassVar

from lodemark.trouble import Error


class KindUnknown(Error):
    """An obligation of a kind the rules do not weigh; counting it as nothing would hide it."""

    code: ClassVar[str] = "obligation-kind-unknown"


class PlanImpossible(Error):
    """A sampling plan or allocation asked for with values that make none."""

    code: ClassVar[str] = "plan-impossible"
