"""Exposure of a large product tree against a plain MRP in networkx and dictionaries, same run, same answers.

python -m benchmarks.exposure [--items 100000] [--draws 1000]
"""

from __future__ import annotations

import argparse
import random
import time
from typing import Any

from lodemark.exposure import Application, Item, Programme, Source, World, exposure


def world(items: int, seed: int = 1) -> World:
    """Products of about four levels; a tenth of the bought parts wait for one of 40 applications."""
    rng = random.Random(seed)
    names = [f"i{n}" for n in range(items)]
    made = items // 4
    rows = {}
    for n, name in enumerate(names):
        if n < made:
            low = 4 * n + 1
            parts = {names[min(low + k, items - 1)]: rng.randint(1, 4) for k in range(4)}
            parts[names[rng.randrange(max(made, low), items)]] = 1  # a common part
            parts.pop(name, None)
        else:
            parts = {}
        rows[name] = Item(name, parts, {} if parts else {"Nd": rng.randrange(5_000)}, rng.randrange(8), rng.randrange(3))
    bought = [name for name in names if not rows[name].parts]
    sources = {
        f"s{n}": Source(f"s{n}", name, 1e6, "CN", "CN", f"A{n % 40}", rng.randrange(30))
        for n, name in enumerate(rng.sample(bought, len(bought) // 10))
    }
    for source in sources.values():
        rows[source.item] = Item(source.item, {}, rows[source.item].elements_mg, 0, int(10 ** rng.uniform(2, 7)))
    applications = {f"A{n}": Application(f"A{n}", tuple(range(20, 90, 3)), 0.1) for n in range(40)}
    programmes = {f"p{n}": Programme(f"p{n}", names[n], 2.0) for n in range(20)}
    return World(rows, programmes, sources, applications)


def plain(asked: World, horizon: int, draws: int, seed: int) -> tuple[dict[str, int], float]:
    """MRP day by day over a networkx tree; returns stop days at the median and the seconds of one draw."""
    import networkx as nx

    tree: Any = nx.DiGraph()
    for name, item in asked.items.items():
        tree.add_node(name)
        tree.add_weighted_edges_from((name, part, quantity) for part, quantity in item.parts.items())
    order = list(nx.topological_sort(tree))
    leads: dict[str, int] = {}
    for name in reversed(order):
        leads[name] = max((asked.items[name].lead_days + leads[part] for part in tree[name]), default=0)
    days = horizon + max(leads.values()) + max(item.lead_days for item in asked.items.values())
    gross: dict[str, list[float]] = {name: [0.0] * days for name in order}
    for programme in asked.programmes.values():
        gross[programme.item] = [programme.units_per_day * max(day + 1 - programme.from_day, 0) for day in range(days)]
    made = {}
    for name in order:
        item = asked.items[name]
        made[name] = [max(need - item.on_hand, 0.0) for need in gross[name]]
        for _, part, quantity in tree.out_edges(name, data="weight"):
            for day in range(days):
                gross[part][day] += quantity * made[name][min(day + item.lead_days, days - 1)]
    sources: dict[str, list[Source]] = {}
    for source in asked.sources.values():
        sources.setdefault(source.item, []).append(source)

    def once(decided: dict[str, int]) -> dict[str, int]:
        stop: dict[str, int] = {}
        for name in reversed(order):
            item = asked.items[name]
            if name in sources:
                for day in range(days):
                    have = float(item.on_hand)
                    for source in sources[name]:
                        have += source.units_per_day * max(day + 1 - decided[source.paper or ""] - source.lead_days, 0)
                    if gross[name][day] > have + 1e-6:
                        stop[name] = day
                        break
            for part in tree[name]:
                if part in stop:
                    day = min(stop[part] + item.lead_days, days - 1)
                    while day < days and made[name][day] <= (made[name][day - 1] if day else 0.0):
                        day += 1
                    if day < days:
                        stop[name] = min(stop.get(name, days), day)
        return {name: day for name, day in stop.items() if day < horizon}

    median = {name: sorted(a.decision_days)[len(a.decision_days) // 2] for name, a in asked.applications.items()}
    found = once(median)
    rng, begin = random.Random(seed), time.process_time()
    for _ in range(draws):
        once({name: rng.choice(a.decision_days) for name, a in asked.applications.items()})
    return found, (time.process_time() - begin) / draws


def main() -> None:
    """Print the table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--items", type=int, default=100_000)
    words.add_argument("--draws", type=int, default=1_000)
    words.add_argument("--horizon", type=int, default=365)
    asked = words.parse_args()
    large = world(asked.items)
    begin = time.process_time()
    answer = exposure(large, horizon_days=asked.horizon)
    schedule = time.process_time() - begin
    begin = time.process_time()
    exposure(large, horizon_days=asked.horizon, draws=asked.draws)
    whole = time.process_time() - begin
    begin = time.process_time()
    found, per_draw = plain(large, asked.horizon, 3, 1)
    peer = time.process_time() - begin - 3 * per_draw + asked.draws * per_draw
    assert found == {stop.item: stop.day for stop in answer.stops}, "the peer finds other stops"
    print(f"{asked.items} items x {asked.horizon} days: {len(found)} stop; the same in the peer")
    print(f"schedule {schedule:.2f} s; with {asked.draws} draws {whole:.2f} s")
    print(
        f"plain MRP (networkx, dictionaries): {peer:.0f} s for the same draws, extrapolated from 3: {peer / whole:.0f}x (goal 50x)"
    )


if __name__ == "__main__":
    main()
