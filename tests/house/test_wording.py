"""Two languages, always: a code without both sentences would meet a reader as a bare word."""

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

from lodemark.wording import LANGUAGES, catalog

SRC = Path(__file__).resolve().parents[2] / "src"
SPEAKING = {"Reason", "Disagreement", "say"}
CODE = re.compile(r"[a-z0-9]+([-./][a-zA-Z0-9]+)*")
_SPEAK = (ast.Call, ast.ClassDef)
TAG = re.compile(r"""\{%\s*t\s+"([^"]+)\"""")


def spoken_codes() -> Iterator[tuple[str, str]]:
    """(place, code) for every literal code in the source that some reader may be shown."""
    for file in sorted(SRC.rglob("*.py")):
        nodes = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, _SPEAK)]
        errors = {node.name for node in nodes if isinstance(node, ast.ClassDef) and _is_error(node)}
        for node in nodes:
            place = f"{file.relative_to(SRC)}:{node.lineno}"
            if isinstance(node, ast.Call) and node.args:
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                first = node.args[0]
                if name in SPEAKING | errors and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield place, first.value
            if isinstance(node, ast.ClassDef) and node.name in errors:
                for line in node.body:
                    if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "code":
                        assert isinstance(line.value, ast.Constant)
                        yield place, str(line.value.value)
    for file in sorted(SRC.rglob("*.html")):
        for code in TAG.findall(file.read_text(encoding="utf-8")):
            yield str(file.relative_to(SRC)), code


def _is_error(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id.endswith("Error") for base in node.bases)


def test_every_spoken_code_has_both_sentences() -> None:
    """A missing sentence shows only when something goes wrong, which is the worst time."""
    missing = sorted({f"{place}: {code}" for place, code in spoken_codes() if CODE.fullmatch(code) and code not in catalog()})
    assert not missing, "\n".join(missing)


def test_a_code_stands_in_one_file_with_both_languages() -> None:
    """Two sentences under one code: which one a reader sees would depend on the names of files."""
    seen: dict[str, str] = {}
    for file in sorted((SRC / "lodemark" / "wording" / "sentences").glob("*.toml")):
        for code, pair in tomllib.loads(file.read_text(encoding="utf-8")).items():
            assert code not in seen, f"{code} stands in {seen[code]} and {file.name}"
            assert set(pair) == set(LANGUAGES), f"{file.name}: {code}"
            seen[code] = file.name


def test_both_languages_name_the_same_facts() -> None:
    """A fact told in one language only would treat two readers unequally."""
    unequal = {
        code: fields for code, pair in catalog().items() if len({*(fields := [_facts(pair[lang]) for lang in LANGUAGES])}) != 1
    }
    assert not unequal
    assert all(pair[lang].strip() for pair in catalog().values() for lang in LANGUAGES)


def _facts(sentence: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def test_chinese_sentences_are_chinese() -> None:
    """An English sentence in the Chinese column passes every other check."""
    bare = [
        code
        for code, pair in catalog().items()
        if not re.search(r"[一-鿿]", pair["zh-Hans"]) and pair["zh-Hans"] == pair["en"] and " " in pair["en"].strip()
    ]
    assert not bare, bare
