"""Playing a story: each line is one act through the write path or one expectation, and each tells what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lodemark import Error
from lodemark.ledger import Actor
from lodemark_office.acts.office import Office, Sent
from lodemark_office.acts.store import Answer
from lodemark_office.stories.read import Cast, Step, Story, StoryUnreadable


class StoryFailed(AssertionError):
    """Something came out otherwise than the story says."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a line came to: the answer of an act, or a figure that an expectation looked at."""

    step: Step
    answer: Answer | None = None
    error: Error | None = None
    seen: object = None


Act = Callable[["Player", Step], Answer]
Look = Callable[["Player", Step], object]


@dataclass
class Player:
    """A story on its stage. ``names`` maps the story's short names to dossiers; ``made`` keeps what acts handed back."""

    office: Office
    cast: Cast
    story: Story
    acts: Mapping[str, Act]
    looks: Mapping[str, Look]
    names: dict[str, str] = field(default_factory=dict)
    made: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def play(self) -> Iterator[Told]:
        """Play line by line; what comes out otherwise raises ``StoryFailed`` with file and line."""
        for step in self.story.steps:
            yield Told(step, seen=self._look(step)) if step.expects else self._act(step)

    def _look(self, step: Step) -> object:
        if step.verb not in self.looks:
            raise StoryUnreadable(file=self.story.name, line=step.line, text=step.verb)
        return self.looks[step.verb](self, step)

    def _act(self, step: Step) -> Told:
        if step.verb not in self.acts:
            raise StoryUnreadable(file=self.story.name, line=step.line, text=step.verb)
        try:
            answer = self.acts[step.verb](self, step)
        except Error as error:
            if not step.error:
                raise
            if error.reason.code != step.error:
                self.fail(step, f"expected the error {step.error}, got {error.reason.code}: {error.explain()}")
            return Told(step, error=error)
        if step.error:
            self.fail(step, f"expected the error {step.error}, but it was taken")
        if set(answer.codes) != set(step.refused):
            told = "; ".join(reason.explain() for reason in answer.reasons)
            self.fail(step, f"expected refusal {sorted(step.refused)}, got {sorted(set(answer.codes))}: {told}")
        return Told(step, answer)

    def fail(self, step: Step, why: str) -> None:
        """Stop the story at a line."""
        raise StoryFailed(f"{self.story.name}/story.txt:{step.line}: {step.who} {step.verb}: {why}")

    def expect(self, step: Step, what: str, seen: object, wanted: object) -> None:
        """Compare one thing with what the line says."""
        if seen != wanted:
            self.fail(step, f"{what} is {seen!r}, the story says {wanted!r}")

    def sent(self, step: Step) -> Sent:
        """The message of a line; its key is the line itself unless the line names one."""
        return Sent(step.words.get("key", f"{self.story.name}:{step.line}"), self.actor(step), step.at)

    def actor(self, step: Step) -> Actor:
        """Who acts, from the cast."""
        if step.who not in self.cast.people:
            raise StoryUnreadable(file=self.story.name, line=step.line, text=step.who)
        return self.cast.people[step.who]

    def dossier(self, step: Step, noun: str) -> str:
        """The dossier that the line names as ``noun=...``."""
        return self.names[f"{noun}/{step.words[noun]}"]

    def file(self, step: Step, word: str = "file") -> bytes:
        """A file of the story."""
        return (self.story.folder / step.words[word]).read_bytes()
