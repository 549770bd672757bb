"""The facts as one assessment may see them: with the office's facts laid over, sealed answers hidden, and a note of everything read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lodemark.rules.facts import FactSet, Statement, word_of
from lodemark.rules.model import Fact, Is, Provision
from lodemark.rules.value import UNKNOWN, FactValue, Known, Plain, Unknown, as_value

if TYPE_CHECKING:
    from lodemark.rules.formula import Formula


class View:
    """One reading of a ``FactSet``; lives as long as one assessment and is not shared.

    ``log`` lists every ground reference, collection and house value read, ``fired`` every provision found met with its status and its stretch of ``log``, in order; ``memo`` holds the
    verdicts of provisions by binding, with the stretches of ``log`` and ``fired`` they account for; ``promised`` are the facts this reader may not see but knows are sealed.
    """

    __slots__ = ("derived", "facts", "fired", "hidden", "log", "memo", "promised", "statements", "via", "vocabulary")

    def __init__(
        self,
        facts: FactSet,
        vocabulary: Mapping[str, Fact],
        over: Mapping[str, FactValue | Plain] | None = None,
        as_seen_by: str = "authority",
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        self.facts, self.vocabulary, self.hidden = facts, vocabulary, hidden
        laid_over = {ref: Statement(as_value(value), "gathered") for ref, value in (over or {}).items()}
        everything = {**facts.statements, **laid_over} if laid_over else facts.statements
        suspects = facts.sealed if as_seen_by == "authority" else everything
        self.promised = frozenset(ref for ref in suspects if not _may_see(ref, everything[ref], vocabulary, as_seen_by))
        unseen = self.promised | hidden
        self.statements = {ref: said for ref, said in everything.items() if ref not in unseen} if unseen else everything
        self.log: list[str] = []
        self.fired: list[tuple[Provision, Is, int, int]] = []
        self.memo: dict[object, tuple[Formula, int, int, int, int]] = {}
        self.derived: dict[str, tuple[FactValue, tuple[str, ...]]] = {}
        self.via: dict[str, tuple[str, ...]] = {}

    def value(self, ref: str) -> FactValue:
        """The set of values still possible, as this reader sees it."""
        self.log.append(ref)
        found = self.statements.get(ref)
        if found is not None:
            return found.value
        if ref in self.promised or ref in self.hidden or not self.facts.is_absent(ref):
            return UNKNOWN
        keys = ref.rpartition("[")[0]
        self.log[-1] = keys  # the zero rests on the collection of keys being complete
        return UNKNOWN if keys in self.hidden else Known(0)

    def instances(self, scope: str, among: str) -> tuple[tuple[str, ...], bool]:
        """The members of a collection; a hidden collection is open."""
        self.log.append(among)
        ids, complete = self.facts.instances(scope, among)
        return ids, complete and among not in self.hidden

    def visible(self) -> FactSet:
        """The facts as this reader has them: of what is sealed or not for this reader only that it exists."""
        everything = {**self.statements}
        for ref in self.promised:
            said = self.facts.statements.get(ref)
            everything[ref] = Statement(UNKNOWN, "", said.seal if said else "")
        return FactSet(everything, self.facts.collections, self.facts.derive)

    def derive(self, ref: str, by: str, instance: str, key: str | None) -> FactValue:
        """A derived fact: stated outright if somebody did, else computed; its open inputs are remembered under ``via``."""
        if ref in self.statements or ref in self.promised:
            return self.value(ref)
        if ref in self.derived:
            value, read = self.derived[ref]
            self.log.extend(read)
            return value
        function = self.facts.derive.get(by)
        start = len(self.log)
        value = function(self, instance, key) if function and ref not in self.hidden else UNKNOWN
        read = tuple(dict.fromkeys(self.log[start:]))
        self.derived[ref] = value, read
        self.via[ref] = tuple(name for name in read if self._is_open(name))
        return value

    def _is_open(self, name: str) -> bool:
        if name in self.facts.collections:
            return not self.facts.collections[name].complete
        found = self.statements.get(name)
        return not isinstance(found.value if found else UNKNOWN, Known) and not self.facts.is_absent(name)


def _may_see(ref: str, said: Statement, vocabulary: Mapping[str, Fact], reader: str) -> bool:
    """A sealed answer whose value is not here is seen by nobody; a sealed or foreign one not by readers outside its audience."""
    if said.seal and isinstance(said.value, Unknown):
        return False
    if reader == "authority":
        return True
    word = vocabulary.get(word_of(ref))
    return not said.seal and (word is None or reader in word.audience)
