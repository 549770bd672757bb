"""The stage table: what chemistry can say at each stage, and where it has nothing to say.

``limits("oxide")`` belongs into every answer; ``assessable("oxide", "ore-pattern")`` is False: that claim is not assessable.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import ClassVar, Literal

from lodemark.trouble import Error, Reason


class UnknownStage(Error):
    """A stage that is not in the table; without its row no answer is built."""

    code: ClassVar[str] = "assay-stage-unknown"


@dataclass(frozen=True, slots=True)
class Stage:
    """One row: propositions composition can and cannot support, analytes the process has reset, grade and source."""

    id: str
    can: tuple[str, ...]
    cannot: tuple[str, ...]
    lost: tuple[str, ...]
    basis_matters: bool
    evidence: Literal["established", "plausible"]
    source: str


def table(name: str) -> Mapping[str, Mapping[str, object]]:
    """A TOML table of this room's data folder."""
    return tomllib.loads((resources.files("lodemark.assay") / "data" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def stages() -> Mapping[str, Stage]:
    """All stages, from ore to device."""
    return {
        name: Stage(id=name, **{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()})  # type: ignore[arg-type]
        for name, row in table("stages").items()
    }


def stage(name: str) -> Stage:
    """The row of a stage; raises ``UnknownStage`` naming the ones that exist."""
    try:
        return stages()[name]
    except KeyError:
        raise UnknownStage(stage=name or None, known=list(stages())) from None


def assessable(name: str, proposition: str) -> bool:
    """Whether composition can speak to ``proposition`` at this stage."""
    return proposition in stage(name).can


def limits(name: str) -> tuple[Reason, ...]:
    """What an answer at this stage cannot show, as sentences by code."""
    return tuple(Reason(f"mark-cannot-{proposition}") for proposition in stage(name).cannot)
