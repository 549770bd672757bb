"""When a standing query runs: the schedule of EPCIS 2.0 section 8.2.5.3, in UTC."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from lodemark.custody.trouble import SubscriptionError

_FIELDS: Mapping[str, tuple[int, int]] = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "dayOfMonth": (1, 31),
    "month": (1, 12),
    "dayOfWeek": (1, 7),
}
_ELEMENT = re.compile(r"(\d+)|\[(\d+)-(\d+)\]")


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a query runs: sets of allowed values per field, as in EPCIS 2.0 8.2.5.3; a field not given allows all."""

    allowed: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @classmethod
    def read(cls, told: Mapping[str, object]) -> Schedule:
        """From ``{second..dayOfWeek}``. Raises ``SubscriptionError`` naming the field."""
        found = {}
        for name, value in told.items():
            if name not in _FIELDS:
                raise SubscriptionError(field=name, value=str(value))
            found[name] = _values(name, str(value))
        if not found:
            raise SubscriptionError(field="schedule", value="")
        # A field smaller than the finest given one is fixed at its start: {"hour": "1"} is 01:00:00, not 3,600 times.
        order = list(_FIELDS)[:3]
        given = [order.index(name) for name in found if name in order]
        for name in order[: min(given, default=3)]:
            found.setdefault(name, frozenset({0}))
        return cls(found)

    def next_after(self, now: datetime) -> datetime | None:
        """The first instant after ``now`` (UTC) that fits; None when none does within five years."""
        at = now.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        end = at + timedelta(days=5 * 366)
        while at < end:
            if not self._fits("month", at.month):
                at = (at.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0)
            elif not (self._fits("dayOfMonth", at.day) and self._fits("dayOfWeek", at.isoweekday())):
                at = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0)
            elif not self._fits("hour", at.hour):
                at = (at + timedelta(hours=1)).replace(minute=0, second=0)
            elif not self._fits("minute", at.minute):
                at = (at + timedelta(minutes=1)).replace(second=0)
            elif not self._fits("second", at.second):
                at += timedelta(seconds=1)
            else:
                return at
        return None

    def _fits(self, name: str, value: int) -> bool:
        return name not in self.allowed or value in self.allowed[name]


def _values(name: str, text: str) -> frozenset[int]:
    low, high = _FIELDS[name]
    found: set[int] = set()
    for element in text.split(","):
        match = _ELEMENT.fullmatch(element.strip())
        first, last = (int(match[1] or match[2]), int(match[1] or match[3])) if match else (-1, -1)
        if not low <= first <= last <= high:
            raise SubscriptionError(field=name, value=text)
        found.update(range(first, last + 1))
    return frozenset(found)
