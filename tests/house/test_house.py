"""The shape of the house: what a newcomer relies on when looking for the room by its noun."""

import ast
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
ROOMS = sorted(folder.name for folder in (SRC / "lodemark").iterdir() if (folder / "__init__.py").exists())
CLOCKS = {"now", "utcnow", "today", "time", "monotonic"}
# Names under which packages declare the licences that the project accepts.
ACCEPTED = re.compile(
    r"MIT|BSD|Apache|ISC|0BSD|PSF|Python Software Foundation|MPL.?2|Mozilla Public License 2|OFL|Zlib|Unlicense|CC0|Artistic",
    re.IGNORECASE,
)
# LGPL, only in the extra [postgres]; see docs/decisions.
BY_DECISION = {"psycopg", "psycopg-binary"}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_locks_name_no_address_and_hash_everything(lock: str) -> None:
    """An address in a lock would tie every user to one machine's network; a package without a hash could be swapped."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text and "index-url" not in text
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))


def test_the_tests_run_on_what_users_install() -> None:
    """Two versions of one package would mean that nobody tested what is shipped."""
    core, test = pins("requirements.lock"), pins("requirements-test.lock")
    assert core.items() <= test.items()
    assert len(core) <= 75


@pytest.mark.parametrize("name", sorted(pins("requirements.lock")))
def test_licences_of_the_core_are_accepted(name: str) -> None:
    """One copyleft dependency would change what users may do with the whole."""
    try:
        found = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return  # locked for another platform
    said = [found.get("License-Expression", ""), (found.get("License") or "")[:300], *(found.get_all("Classifier") or [])]
    stated = " ".join(line for line in said if line and (not line.startswith("Classifier") or "License" in line))
    assert ACCEPTED.search(stated) or name in BY_DECISION, (name, said[:2])
    assert not re.search(r"\bA?GPL", stated.replace("LGPL", "")) or name in BY_DECISION, name


@pytest.mark.parametrize("room", [room for room in ROOMS if room not in ("cli",)])
def test_every_room_says_what_it_answers(room: str) -> None:
    """A room without a README is found only by those who built it."""
    assert len((SRC / "lodemark" / room / "README.md").read_text(encoding="utf-8")) > 200


def test_the_map_for_newcomers_names_only_what_exists() -> None:
    """A map with a wrong turn is worse than none."""
    text = (ROOT / "docs" / "where-to-change.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:src|docs|tests|scenarios|benchmarks)/[^`]*)`", text)
    assert len(paths) > 20
    missing = [path for path in paths if not list(ROOT.glob(path.rstrip("/")))]
    assert not missing, missing


def test_the_library_asks_no_clock() -> None:
    """A decision that asks what time it is cannot be recomputed years later."""
    asked = []
    for file in (SRC / "lodemark").rglob("*.py"):
        if "cli" in file.relative_to(SRC / "lodemark").parts[:1]:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id in ("datetime", "date", "time", "timezone"):
                    asked.append(f"{file.relative_to(SRC)}:{node.lineno}")
    assert not asked, asked


def test_files_stay_short_enough_to_be_read() -> None:
    """A long file usually holds two nouns."""
    long = {
        str(file.relative_to(ROOT)): count for file in SRC.rglob("*.py") if (count := len(file.read_bytes().splitlines())) > 450
    }
    assert not long, long


def test_tables_live_in_one_place() -> None:
    """Two places that own tables would make two truths."""
    assert [str(file.relative_to(SRC)) for file in SRC.rglob("models.py")] == ["lodemark_office/store/models.py"]


def test_the_two_readmes_have_the_same_commands() -> None:
    """A reader of either language must get the same two commands."""
    commands = [
        re.findall(r"^\s*(\./run \S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        for name in ("README.md", "README.zh-CN.md")
    ]
    assert commands[0] == commands[1] and {"./run demo", "./run test"} == set(commands[0])


def test_vendored_files_are_what_their_manifest_says() -> None:
    """A changed file under a kept name is how foreign code enters."""
    import hashlib

    for manifest in SRC.rglob("MANIFEST.toml"):
        for entry in (entry for table in tomllib.loads(manifest.read_text(encoding="utf-8")).values() for entry in table):
            data = (manifest.parent / entry["file"]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == entry["sha256"], entry["file"]
            assert entry["licence"] and (manifest.parent / entry["licence_file"]).exists(), entry["file"]
