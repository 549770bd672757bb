"""Blocks of processes, in one process and on local Spark, give the kernel's answers."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lodemark.attribution import Genealogy, blocks, build
from lodemark.attribution.generate import Shape, generate


def made_up(edges: int) -> tuple[Genealogy, Any]:
    genealogy = build(**generate(edges, 4, Shape(window=60)))
    lots = genealogy.graph.lot_ids.tolist()
    return genealogy, genealogy.sink_shares(["Dy"], lots)[:, 0][:, [0, 1, 2, 4]]


@pytest.mark.parametrize("number", [1, 2, 7, 400])
def test_any_number_of_blocks_gives_the_same(number: int) -> None:
    """Lost: grams that fall between two machines."""
    genealogy, expected = made_up(1_500)
    np.testing.assert_allclose(blocks.shares(genealogy.graph, 0, number), expected, atol=1e-12)


def test_blocks_cover_every_process_once_and_end_first() -> None:
    """Lost: a process that no block holds, or one solved before what it depends on."""
    plan = blocks.schedule(10, 3)
    assert [n for block in reversed(plan) for n in range(block.first, block.stop)] == list(range(10))
    assert [block.number for block in plan] == [2, 1, 0]


@pytest.mark.long  # a Java machine takes ten seconds to come up, so even the small one waits for ./run test --long
@pytest.mark.parametrize(("takes", "number"), [(3_000, 4), (1_200_000, 6)])
def test_spark_equals_the_kernel(takes: int, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost: an answer that changes when the genealogy outgrows one machine."""
    pytest.importorskip("pyspark", reason="Spark was not compared: extra [spark] is missing")
    if shutil.which("java") is None:
        pytest.skip("Spark was not compared: no Java on this machine")
    from pyspark.sql import SparkSession

    from lodemark.attribution import spark

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    genealogy, expected = made_up(takes)
    assert takes < 10**6 or len(genealogy.graph.in_lot) >= 10**6
    folder = tmp_path / "blocks"
    spark.write_blocks(genealogy.graph, 0, folder, number)
    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", "2g")
        .getOrCreate()
    )
    try:
        rows = spark.lot_shares(session, folder).toArrow()
    finally:
        session.stop()
    found = np.zeros(expected.shape)
    lots = rows["lot"].to_numpy()
    for column, name in enumerate(("military", "unknown", "civil", "loss")):
        found[lots, column] = rows[name].to_numpy()
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
