"""What the benchmarks of marks and balances share: processor seconds, and a line with its peer, ratio, goal and verdict."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent


def alone(name: str) -> None:
    """Start again with one thread for linear algebra: processor seconds are compared, so nobody may spread them."""
    if "OPENBLAS_NUM_THREADS" not in os.environ:
        command = [sys.executable, "-m", f"benchmarks.{name}", *sys.argv[1:]]
        os.execve(sys.executable, command, {**os.environ, "OPENBLAS_NUM_THREADS": "1"})


def best(work: Callable[[], Any], times: int = 3) -> float:
    """Shortest of a few runs, seconds of processor: other work on the machine then disturbs ours and peers alike."""
    shortest = float("inf")
    for _ in range(times):
        begin = time.process_time()
        work()
        shortest = min(shortest, time.process_time() - begin)
    return shortest


@dataclass(frozen=True)
class Goal:
    """``faster``: the peer takes at least ``times`` as long; otherwise ours takes at most ``times`` as long."""

    times: float
    faster: bool

    def __str__(self) -> str:
        return f">= {self.times:,.0f} x" if self.faster else f"<= {self.times:g} x"

    def met(self, ours: float, peer: float) -> bool:
        """Whether the specification's ratio is reached."""
        return peer / ours >= self.times if self.faster else ours / peer <= self.times


def faster(times: float) -> Goal:
    """At least so many times faster than the peer."""
    return Goal(times, True)


def within(times: float) -> Goal:
    """At most so many times what the peer, or the limit, takes."""
    return Goal(times, False)


@dataclass
class Table:
    """The lines as they come; ``close`` counts what was met."""

    verdicts: list[bool] = field(default_factory=list)

    def head(self) -> None:
        """The first line."""
        print(f"{'job':<46}{'ours':>12}{'peer':>13}{'ratio':>12}  {'goal':<12}{'verdict':<9}beside", flush=True)

    def line(self, job: str, ours: float, peer: float | None, name: str, goal: Goal | None = None, note: str = "") -> None:
        """One job; a goal is judged only beside the peer that it names, so a stand-in comes without one."""
        if peer is None:
            print(f"{job:<46}{ours:10.5f} s{'-':>13}{'-':>12}  {goal or '-'!s:<12}{'-':<9}{name}", flush=True)
            return
        ratio = peer / ours if goal is None or goal.faster else ours / peer
        verdict = "-"
        if goal is not None:
            self.verdicts.append(goal.met(ours, peer))
            verdict = "met" if self.verdicts[-1] else "MISSED"
        beside = f"{name}; {note}" if note else name
        print(f"{job:<46}{ours:10.5f} s{peer:11.4f} s{ratio:10.1f} x  {goal or '-'!s:<12}{verdict:<9}{beside}", flush=True)

    def close(self) -> None:
        """How many of the goals that could be judged here were met."""
        print(f"{sum(self.verdicts)} of {len(self.verdicts)} goals met beside the peers that are here")


def elsewhere(python: str, script: str, arrays: Mapping[str, Any], *words: str) -> Mapping[str, Any] | None:
    """Arrays to a script in another interpreter and its arrays back; ``None`` where it could not do it."""
    with tempfile.TemporaryDirectory() as folder:
        into, out = Path(folder) / "in.npz", Path(folder) / "out.npz"
        np.savez(into, **arrays)
        command = [python, str(HERE / script), *words, str(into), str(out)]
        if not python or subprocess.call(command, stderr=subprocess.DEVNULL) or not out.exists():
            return None
        return dict(np.load(out))


def spent_by(command: list[str], folder: str) -> float | None:
    """Processor seconds of a program run in a folder; ``None`` where it failed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    if subprocess.call(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        return None
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
