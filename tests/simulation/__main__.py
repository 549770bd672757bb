"""``python -m tests.simulation --seed 7 --steps 200``: one seed, many seeds, or a kept story again.

A seed that fails is told, shrunk, and kept in ``regressions/``; the exit code is 1 then.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from tests.simulation.coverage import holes
from tests.simulation.plan import Plan
from tests.simulation.run import drawn, run
from tests.simulation.shrink import kept, shrunk, story
from tests.simulation.stores import NAMES, opened


def main() -> int:
    """See the module."""
    asked = _asked()
    plans = (
        [Plan.load(asked.replay)] if asked.replay else [drawn(asked.seed + more, asked.steps) for more in range(asked.seeds)]
    )
    reached, failed = Counter[str](), 0
    for plan in plans:
        with opened(asked.store) as store:
            outcome = run(plan, store)
        reached += outcome.world.reached
        if asked.trace:
            print("\n".join(outcome.world.trace))
        print(
            f"seed {plan.seed}  {len(plan.steps)} steps  {outcome.world.digest[:16]}  {outcome.broken or 'every invariant held'}"
        )
        if outcome.broken:
            failed += 1
            if asked.store == "model" and not asked.replay:
                short = shrunk(plan, outcome.name)
                print(story(run(short)))
                print(f"kept in {kept(short, outcome.name)}; again: python -m tests.simulation --replay FILE")
    if asked.coverage:
        for hole in holes(reached):
            print(f"never reached: {hole}")
    return 1 if failed else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds")
    parser.add_argument("--steps", type=int, default=200, help="steps of a seed")
    parser.add_argument("--store", choices=NAMES, default="model")
    parser.add_argument("--trace", action="store_true", help="tell everything that happened")
    parser.add_argument("--coverage", action="store_true", help="name what was never reached")
    parser.add_argument("--replay", type=Path, help="a kept plan instead of a seed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
