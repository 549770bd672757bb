"""Two sizes of one simulation: small in every run, large behind ``--long``."""

from collections.abc import Callable
from typing import Any

import pytest

Marked = Callable[[Callable[..., Any]], Callable[..., Any]]


def sizes(small: int, large: int) -> Marked:
    """Parametrise ``n`` with both sizes; the bands of the test have to follow from ``n``."""
    return pytest.mark.parametrize("n", [small, pytest.param(large, marks=pytest.mark.long)])
