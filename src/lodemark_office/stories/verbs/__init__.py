"""What a line of a story can say: the acts, and what an expectation can look at. One file per room it speaks to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lodemark_office.stories.play import Act, Look
from lodemark_office.stories.verbs import agreement, filing, licensing, matter, office

ROOMS = (filing, office, licensing, agreement, matter)

ACTS: Final[Mapping[str, Act]] = {verb: act for room in ROOMS for verb, act in room.ACTS.items()}
LOOKS: Final[Mapping[str, Look]] = {verb: look for room in ROOMS for verb, look in room.LOOKS.items()}
