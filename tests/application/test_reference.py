"""The reference page is what people copy from: an example there that no longer reads would be copied a hundred times."""

import re
from pathlib import Path

from lodemark.application import read
from tests.application.test_read import example

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "application-file.md"


def test_examples_of_the_page_are_the_shipped_ones() -> None:
    """Minimal and full, word for word in meaning."""
    minimal, full = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert read(minimal.encode()).content == example("minimal").content
    assert read(full.encode()).content == example("full").content
