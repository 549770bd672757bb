"""Lines about agreements: propose, sign, evidence, the timers, and batch licences by rule."""

from __future__ import annotations

ACTS = {}
LOOKS = {}
