"""Sampled audit that binds the office: nobody can be picked or spared.

The office commits to ``SHA-256(seed)`` when a period starts and publishes the seed after it. A batch licence is
sampled when ``HMAC-SHA256(seed, key) < rate * 2^256``; the holder chose ``key`` without knowing the seed.
"""

from __future__ import annotations

import hashlib
import hmac
from fractions import Fraction


def commitment(seed: bytes) -> str:
    """The digest published at the start of a period; ``seed`` is 32 random bytes."""
    assert len(seed) == 32, "a short seed could be guessed from its commitment"
    return hashlib.sha256(seed).hexdigest()


def sampled(seed: bytes, key: str, rate: Fraction) -> bool:
    """Whether the ask with this command key is in the sample at this rate; exact integer arithmetic."""
    drawn = int.from_bytes(hmac.digest(seed, key.encode(), "sha256"))
    return drawn * rate.denominator < rate.numerator << 256
