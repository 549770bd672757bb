"""If this fails, somebody hears a code instead of a sentence."""

import re
from pathlib import Path

import lodemark.licence
from lodemark.wording import catalog

SOURCE = Path(lodemark.licence.__file__).parent


def test_every_code_of_the_room_has_both_sentences() -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in SOURCE.rglob("*.py"))
    codes = set(re.findall(r'(?:Reason|Disagreement|Error|Unreadable|BadNumber|_no)\(\s*"([a-z0-9-]+)"', text))
    codes |= set(re.findall(r'code = "([a-z0-9-]+)"', text))
    codes |= {f"licence-{state}" for state in ("suspended", "frozen", "ended")}
    assert len(codes) > 60
    assert codes <= catalog().keys()
