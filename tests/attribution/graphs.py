"""Random genealogies that close to the milligram, small enough to solve in many ways."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

CLASSES = ("military", "unknown", "civil")


@st.composite
def tables(draw: st.DrawFn, balanced: bool = True) -> tuple[dict[str, Any], ...]:
    """Four tables: a few origins, processes that mix and split whole or part lots, some ends."""
    masses = {f"o{n}": draw(st.integers(1, 50)) for n in range(draw(st.integers(1, 4)))}
    left = dict(masses)
    inputs: list[tuple[str, str, int]] = []
    outputs: list[tuple[str, str]] = []
    processes: list[tuple[str, str | None]] = []
    for number in range(draw(st.integers(1, 7))):
        open_lots = [lot for lot, mass in left.items() if mass]
        if not open_lots:
            break
        chosen = draw(st.lists(st.sampled_from(open_lots), min_size=1, max_size=3, unique=True))
        name, total = f"p{number}", 0
        for lot in chosen:
            taken = draw(st.integers(1, left[lot]))
            left[lot] -= taken
            total += taken
            inputs.append((name, lot, taken))
        if draw(st.booleans()):
            processes.append((name, draw(st.sampled_from(CLASSES))))
            continue
        processes.append((name, None))
        rest = total if balanced else total + draw(st.integers(0, 9))
        for output in range(draw(st.integers(1, 3))):
            if rest:
                mass = draw(st.integers(1, rest))
                rest -= mass
                masses[f"l{number}.{output}"] = left[f"l{number}.{output}"] = mass
                outputs.append((name, f"l{number}.{output}"))
    return (
        {"lot": list(masses), "mass_mg": list(masses.values())},
        {"process": [i[0] for i in inputs], "lot": [i[1] for i in inputs], "mass_mg": [i[2] for i in inputs]},
        {"process": [o[0] for o in outputs], "lot": [o[1] for o in outputs]},
        {"process": [p[0] for p in processes], "sink": [p[1] for p in processes]},
    )


def renamed(tables: tuple[dict[str, Any], ...], turn: str, order: list[int]) -> tuple[dict[str, Any], ...]:
    """The same genealogy under other names and with its rows turned round."""
    lots, inputs, outputs, processes = tables

    def new(names: list[str]) -> list[str]:
        return [turn + name[::-1] for name in names]

    return (
        {"lot": new(lots["lot"])[::-1], "mass_mg": lots["mass_mg"][::-1]},
        {"process": new(inputs["process"])[::-1], "lot": new(inputs["lot"])[::-1], "mass_mg": inputs["mass_mg"][::-1]},
        {"process": new(outputs["process"])[::-1], "lot": new(outputs["lot"])[::-1]},
        {"process": new(processes["process"])[::-1], "sink": processes["sink"][::-1]},
    )
