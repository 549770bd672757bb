"""Example A as the files a plant would send."""

import csv
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.accountancy.examples import components_a, flows_a, inventories_a


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([{name: "" if value is None else str(value) for name, value in row.items()} for row in rows])


def example_folder(folder: Path) -> Path:
    write(folder / "flows.csv", [asdict(flow) for flow in flows_a()])
    write(folder / "inventory.csv", [asdict(item) for item in inventories_a()])
    write(folder / "components.csv", [asdict(part) for part in components_a()])
    return folder
