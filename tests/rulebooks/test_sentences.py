"""Every provision as a reader meets it, in both languages, kept in ``tests/golden/rulebooks/sentences.md`` and reviewed by its diff.

After a change of law or of the words, write it anew with ``python -m tests.rulebooks.test_sentences`` and read what moved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from lodemark.rules import sentence
from lodemark.rules.condition import plain
from lodemark.rules.sentence import canonical, provision_sentence
from tests.rulebooks.probe import books, conditions, home, provisions

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "rulebooks" / "sentences.md"


def spoken() -> Iterator[str]:
    """One block per provision, in the order of their ids."""
    for name, provision in sorted(provisions().items()):
        book = home(name)
        yield f"## {name}"
        yield f"{provision.title['zh-Hans']} · {provision.title['en']} · {provision.kind}, {provision.evidence}, {provision.modality}"
        if provision.quote:
            yield f"> {provision.quote.text}"
        yield f"zh-Hans: {provision_sentence(provision, book, 'zh-Hans')}"
        yield f"en: {provision_sentence(provision, book, 'en')}"
        yield ""


def test_every_provision_reads_as_it_was_reviewed() -> None:
    """A changed word in a condition must be seen by a person before it is said to an applicant."""
    assert GOLDEN.read_text(encoding="utf-8").splitlines() == list(spoken())


def test_no_two_conditions_read_the_same() -> None:
    """If two different rules gave one sentence, a reader could not tell which one was applied."""
    for lang in ("zh-Hans", "en"):
        said = defaultdict(set)
        for book in books().values():
            for _, tree in conditions(book):
                said[sentence(tree, book, lang)].add(str(plain(canonical(tree))))
        twice = {words: trees for words, trees in said.items() if len(trees) > 1}
        assert not twice, twice


def main() -> None:
    """Write the golden file anew."""
    GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    GOLDEN.write_text("\n".join(spoken()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
