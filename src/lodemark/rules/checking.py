"""``rules check``: everything wrong with a shelf, from syntax to idle questions, sorted by place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lodemark.rules import references, workdays
from lodemark.rules.lint import lint
from lodemark.rules.loader import assemble, draft, shelf
from lodemark.rules.shelf import SHIPPED
from lodemark.rules.trouble import Problem


def check(shelves: Sequence[Path] = (SHIPPED,)) -> list[Problem]:
    """All problems; empty for a sound shelf. What needs a loaded regime (the boundary lint, unsatisfiable conditions) is asked only of sound ones."""
    documents, wrong = shelf(tuple(shelves))
    found = list(wrong)
    for document in documents:
        if document.kind == "calendar":
            found += workdays.problems(document)
    names = [document.id for document in documents if document.kind == "regime"]
    broken = {name: references.check(draft(name, documents)) for name in names}
    found += [problem for problems in broken.values() for problem in problems]
    if not found:
        books = [assemble(name, documents) for name in names]
        found += lint(books, {(document.kind, document.id): document for document in documents})
    return sorted(set(found))
