"""Where the time of attribution's loops goes, on a machine that gives no counters: valgrind counts, the clock measures.

    python -m benchmarks.attribution --profile

Every loop is compiled for an older processor, because valgrind knows no AVX-512, linked alone, and called once on saved
arrays under cachegrind, which plays the first and the second cache of this machine and a predictor of branches; a run
without the call is taken off. The clock runs on what this machine really compiles. Counts are per take.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse.csgraph import maximum_flow

from lodemark.attribution import engine
from lodemark.attribution.flow import both_ways, minimum_cut
from lodemark.attribution.graph import Graph
from lodemark.attribution.network import Network

OLDER = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx,+avx2,+fma,+bmi,+bmi2", "OPENBLAS_NUM_THREADS": "1"}
TOOLS = ("valgrind", "gcc")
CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
LINE = 64

Row = Callable[[str, float | str, str], None]


def last_lot(graph: Graph) -> int:
    """Of the last lots the one with most ancestors."""
    late = range(len(graph.base_mg) - 400, len(graph.base_mg))
    return max(late, key=lambda lot: len(engine.lift(graph, graph.y, lot)[0]))


def takes_above(graph: Graph, lot: int) -> int:
    """How many takes a back trace of this lot reads."""
    makers = np.unique(graph.prod[engine.lift(graph, graph.y, lot)[0]])
    return int(np.diff(graph.in_ptr)[makers[makers >= 0]].sum())


def asked(graph: Graph) -> Mapping[str, tuple[str, int, Callable[[], Any]]]:
    """What is profiled: the compiled loop, the takes it reads, the call."""
    base, in_ptr, in_lot, taken = graph.base_mg, graph.in_ptr, graph.in_lot, graph.in_taken_mg
    taker = np.repeat(np.arange(len(graph.sink), dtype=np.int32), np.diff(in_ptr))
    lot, every = last_lot(graph), len(in_lot)
    mass, prod, processes = graph.mass_mg[:, 0], graph.prod, len(graph.sink)
    return {
        "all lots, one element": ("share_scan", every, lambda: engine.standard_shares(graph, [0], None)),
        "build: takes in both orders": ("take_tables", every, lambda: engine.take_tables(base, in_ptr, in_lot, taken)),
        "build: shares of outputs": (
            "output_shares",
            every,
            lambda: engine.output_shares(base, mass, taker, in_lot, taken, prod, processes),
        ),
        "back trace, four elements": ("lift_scan", takes_above(graph, lot), lambda: engine.lift(graph, graph.y, lot)),
    }


def profile(graph: Graph, triad: float, best: Callable[..., float], row: Row) -> None:
    """Print a table: per take what was counted, measured, and what the bytes alone would take at the triad's speed."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        row("profile", "left out", f"not installed: {', '.join(missing)}")
        return
    with tempfile.TemporaryDirectory() as place:
        calls = {what: Path(place) / loop for what, (loop, _, _) in asked(graph).items()}
        seconds = {}
        for what, (loop, _, work) in asked(graph).items():
            save_call(calls[what], loop, work)
            seconds[what] = best(work, 9)
        module = [sys.executable, "-m", "benchmarks.attribution_profile", *map(str, calls.values())]
        fresh = {"NUMBA_CACHE_DIR": place}  # what comes from a cache cannot be looked into
        subprocess.run(module, check=True, env={**os.environ, **OLDER, **fresh})
        for what, (_, takes, _) in asked(graph).items():
            empty, full = counted(calls[what]), counted(calls[what], "call")
            per = {name: (full[name] - empty[name]) / takes for name in full}
            near, far = per["D1mr"] + per["D1mw"], per["DLmr"] + per["DLmw"]
            # A line that is written is read first and written back later; a triad moves four arrays for its three.
            bytes_moved = LINE * (per["DLmr"] + 2 * per["DLmw"])
            row(
                f"profile: {what}, per take",
                f"{1e9 * seconds[what] / takes:.1f} ns",
                f"{per['Ir']:.0f} instructions, {near:.2f} misses of the first cache, {far:.2f} of the second, "
                f"{per['Bcm']:.2f} branches mispredicted; its {bytes_moved:.0f} bytes at the triad's speed "
                f"{1e9 * bytes_moved / (triad * 4 / 3):.1f} ns",
            )


def flow_parts(below: Network, into: Any, best: Callable[..., float], row: Row) -> None:
    """Of a bound on a small cone: what is scipy's own look at the arcs, and what is the answer around it."""
    source, sink = below.nodes, below.nodes + 1
    used = (below.head >= 0) | into
    ends = (below.tail[used], np.where(below.head >= 0, below.head, sink)[used])
    whole = best(lambda: minimum_cut(below, into), 30)
    shut = both_ways(*ends, np.zeros(used.sum(), np.int64), below.nodes + 2).astype(np.int32)
    making = best(lambda: both_ways(*ends, below.capacity_mg[used], below.nodes + 2), 30)
    looking = best(lambda: maximum_flow(shut, source, sink), 30)
    row(
        f"profile: a bound on {len(below.tail)} arcs",
        f"{1e3 * whole:.1f} ms",
        f"the matrix of arcs {1e3 * making:.1f} ms; scipy's flow, asked about arcs without room {1e3 * looking:.1f} ms, is asked twice",
    )


def save_call(folder: Path, loop: str, work: Callable[[], Any]) -> None:
    """What the compiled loop is called with, as it is called."""
    from lodemark.attribution import compiled

    folder.mkdir()
    original = getattr(compiled, loop)

    def kept(*arguments: Any) -> Any:
        numbers = [None if isinstance(one, np.ndarray) else int(one) for one in arguments]
        (folder / "call.json").write_text(json.dumps({"loop": loop, "numbers": numbers}))
        for n, one in enumerate(arguments):
            if isinstance(one, np.ndarray):
                np.save(folder / f"{n}.npy", one)
        return original(*arguments)

    setattr(compiled, loop, kept)
    try:
        work()
    finally:
        setattr(compiled, loop, original)


def link(folder: Path) -> None:
    """Compile the loop for its saved arguments and link it alone; what only Python's entry needs is left undefined."""
    from lodemark.attribution import compiled

    call = json.loads((folder / "call.json").read_text())
    loop = getattr(compiled, call["loop"])
    arguments = [np.load(folder / f"{n}.npy") if one is None else one for n, one in enumerate(call["numbers"])]
    loop(*arguments)
    made = loop.overloads[loop.signatures[-1]]
    text = loop.inspect_asm(loop.signatures[-1])
    (folder / "loop.s").write_text(text)
    (folder / "call.json").write_text(json.dumps({**call, "symbol": made.fndesc.llvm_func_name}))
    own = set(re.findall(r"^(\w+):", text, re.MULTILINE))
    absent = [f"-Wl,--defsym,{name}=0" for name in sorted(set(re.findall(r"\b(?:NRT|numba)_\w+", text)) - own)]
    words = ["gcc", "-shared", "-Wl,-z,notext", *absent, "-o", str(folder / "loop.so"), str(folder / "loop.s")]
    subprocess.run(words, check=True, stderr=subprocess.DEVNULL)


def counted(folder: Path, *call: str) -> dict[str, int]:
    """Everything cachegrind counted in a process that loads the arrays and calls the loop, or does not."""
    out = folder / "counted"
    words = ["valgrind", "--tool=cachegrind", "--cache-sim=yes", "--branch-sim=yes", f"--cachegrind-out-file={out}"]
    caches = [f"--{name}={size_of(CACHES / place)}" for name, place in (("D1", "index0"), ("LL", "index2")) if CACHES.exists()]
    child = [sys.executable, str(Path(__file__).with_name("_counted.py")), str(folder), *call]
    subprocess.run([*words, *caches, *child], check=True, env={**os.environ, **OLDER}, stderr=subprocess.DEVNULL)
    lines = dict(line.split(":", 1) for line in out.read_text().splitlines() if line.startswith(("events:", "summary:")))
    return dict(zip(lines["events"].split(), map(int, lines["summary"].split()), strict=True))


def size_of(cache: Path) -> str:
    """Size, ways and line of a cache, as valgrind reads them."""
    size = int((cache / "size").read_text().strip().removesuffix("K")) * 1024
    return f"{size},{(cache / 'ways_of_associativity').read_text().strip()},{LINE}"


if __name__ == "__main__":
    for each in sys.argv[1:]:
        link(Path(each))
