"""Reading a story.

A story is a folder with ``story.txt`` and the files it names. The head gives titles; then one line per act::

    2026-03-16 09:00  exporter   submit   application=A file=first.yaml channel=paper
                      expect     application=A status=returned
    2026-05-02 10:00  exporter   reserve  licence=L shipment=S-9 gross="1 kg"      -> refused no-room

``WHO`` is a name of the cast, ``key=value`` words may be quoted, ``-> refused CODE...`` says that the law says no and why;
``-> error CODE`` that the message itself could not be taken. ``#`` begins a remark. A line without a date happens at the
time of the one above.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from lodemark import Error
from lodemark.ledger import Actor

_LINE = re.compile(r"(?P<when>\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?)?\s+(?P<who>[\w-]+)\s+(?P<verb>[\w-]+)\s*(?P<rest>.*)")
_EXPECT = re.compile(r"\s+expect\s+(?P<verb>[\w-]+)\s*(?P<rest>.*)")
ZONE = ZoneInfo("Asia/Shanghai")


class StoryUnreadable(Error):
    """A line that is no line of a story; file and line are facts."""

    code = "story-unreadable"


@dataclass(frozen=True, slots=True)
class Step:
    """One line: who does what with which words, when; ``refused`` and ``error`` are the codes that must come back."""

    line: int
    at: datetime
    who: str
    verb: str
    words: Mapping[str, str]
    refused: tuple[str, ...] = ()
    error: str = ""

    @property
    def expects(self) -> bool:
        """Whether the line states what must hold instead of doing something."""
        return self.who == "expect"


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the stories, and their organisations with names in both languages."""

    people: Mapping[str, Actor]
    parties: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Story:
    """Titles by language, the folder its files lie in, and its lines."""

    name: str
    titles: Mapping[str, str]
    folder: Path
    steps: tuple[Step, ...] = field(repr=False)


def read_cast(path: Path) -> Cast:
    """``cast.toml``: ``[parties.NAME] en, zh-Hans`` and ``[people.NAME] person, party, role``."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    people = {name: Actor(each["person"], each["party"], each["role"]) for name, each in data["people"].items()}
    return Cast(people, data["parties"])


def read_story(folder: Path) -> Story:
    """Read a story; the first line that cannot be read is ``StoryUnreadable``."""
    file = folder / "story.txt"
    titles: dict[str, str] = {}
    steps: list[Step] = []
    at: datetime | None = None
    for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        if not steps and (head := re.fullmatch(r"(en|zh-Hans):\s*(.+)", text)):
            titles[head[1]] = head[2]
            continue
        step = _step(number, text, at)
        if step is None:
            raise StoryUnreadable(file=file.name, line=number, text=text.strip())
        at = step.at
        steps.append(step)
    return Story(folder.name, titles, folder, tuple(steps))


def _step(number: int, text: str, before: datetime | None) -> Step | None:
    found = _EXPECT.fullmatch(text) or _LINE.fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    when = _instant(parts.get("when")) or before
    words, _, outcome = parts["rest"].partition("->")
    try:
        pairs = [word.partition("=") for word in shlex.split(words, comments=True)]
    except ValueError:
        return None
    codes = outcome.split()
    if when is None or any(not mark for _, mark, _ in pairs) or (codes and codes[0] not in ("refused", "error")):
        return None
    return Step(
        line=number,
        at=when,
        who=parts.get("who", "expect"),
        verb=parts["verb"],
        words={key: value for key, _, value in pairs},
        refused=tuple(codes[1:]) if codes[:1] == ["refused"] else (),
        error=codes[1] if codes[:1] == ["error"] else "",
    )


def _instant(text: str | None) -> datetime | None:
    if not text:
        return None
    day, _, time = text.partition(" ")
    return datetime.fromisoformat(f"{day}T{time or '09:00'}").replace(tzinfo=ZONE).astimezone(UTC)
