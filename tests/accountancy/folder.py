"""Example A as the files a plant would send."""

import csv
from pathlib import Path
from typing import Any

from lodemark.accountancy import write_tables
from tests.accountancy.examples import components_a, flows_a, inventories_a


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    """A table as a person left it, faults and all."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([{name: "" if value is None else str(value) for name, value in row.items()} for row in rows])


def example_folder(folder: Path) -> Path:
    for name, data in write_tables(flows_a(), inventories_a(), components_a()).items():
        (folder / name).write_bytes(data)
    return folder
