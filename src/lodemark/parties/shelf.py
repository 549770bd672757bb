"""Lists in a folder: ``<list>/<published>.<profile>.<csv|jsonl>``, the newest usable version of each counts.

A version that is held stays beside the one before it; ``<file>.accepted`` with a reason inside takes it into use. The
office keeps lists as records instead; this is for a desk without an office, and for tests.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from lodemark.parties.listing import accept, hold_reasons, load
from lodemark.parties.model import ListVersion
from lodemark.parties.tables import Policy
from lodemark.parties.trouble import ListUnreadable
from lodemark.trouble import Reason


def put(
    file: Path, folder: Path, *, list_id: str, profile: str, published: date, policy: Policy
) -> tuple[ListVersion, tuple[Reason, ...]]:
    """Load a file, keep its bytes in the folder, and tell why it is held, if it is."""
    new = load(file, list_id=list_id, profile=profile, published=published)
    old = newest(folder / list_id, policy) if (folder / list_id).is_dir() else None
    target = folder / list_id / f"{published.isoformat()}.{profile}{file.suffix}"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    return new, hold_reasons(new, old, policy)


def take(folder: Path, list_id: str, published: date, reason: str) -> Path:
    """Take a held version into use, with a reason that stays beside it."""
    found = sorted((folder / list_id).glob(f"{published.isoformat()}.*.*"))
    files = [file for file in found if file.suffix != ".accepted"]
    if not files:
        raise ListUnreadable("list-version-unknown", list=list_id, published=published)
    mark = files[0].with_name(files[0].name + ".accepted")
    mark.write_text(reason, encoding="utf-8")
    return mark


def active(folder: Path, policy: Policy) -> tuple[ListVersion, ...]:
    """The version in use of every list in the folder, by list id."""
    if not folder.is_dir():
        return ()
    found = (newest(part, policy) for part in sorted(folder.iterdir()) if part.is_dir())
    return tuple(version for version in found if version is not None)


def newest(part: Path, policy: Policy) -> ListVersion | None:
    """The newest version of one list that is not held; if every one is held, the newest held one, which clears nobody."""
    usable: ListVersion | None = None
    held: ListVersion | None = None
    for file in sorted(part.iterdir()):
        pieces = file.name.split(".")
        if len(pieces) != 3:
            continue
        version = load(file, list_id=part.name, profile=pieces[1], published=date.fromisoformat(pieces[0]))
        if file.with_name(file.name + ".accepted").exists():
            version = accept(version)
        if version.accepted or not hold_reasons(version, usable, policy):
            usable = version
        else:
            held = version
    return usable or held
