"""The genealogy as plain column tables (name -> lists), ready for ``attribution.build``, Parquet or a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lodemark.custody.genealogy import Genealogy

Table = dict[str, list[Any]]

# ISO 22095: blends are homogeneous; book-keeping models end physical statements.
_BLENDS = frozenset({"controlled-blending"})


def tables(g: Genealogy) -> dict[str, Table]:
    """``lots inputs outputs processes`` in the columns attribution reads; ``lot_facts containment holdings statements
    gaps assays losses`` beside them. Masses are int mg, None is not weighed; times are microseconds UTC. Rows of exactly 0 mg
    are left out: they carry nothing."""
    lots = [lot for lot in g.lots.values() if lot.mass_mg != 0]
    kept = {lot.id for lot in lots}
    inputs = [f for f in g.inputs if f.lot in kept and f.mass_mg != 0]
    outputs = [f for f in g.outputs if f.lot in kept]
    nodes = sorted(g.nodes.values(), key=lambda n: (n.time_us, n.id))
    model_of = {node.id: node.custody_model for node in nodes}
    return {
        "lots": {
            "lot": [lot.id for lot in lots],
            "mass_mg": [lot.mass_mg for lot in lots],
            "licensed": [lot.thing in g.licensed for lot in lots],
            "pool": [model_of.get(lot.producer) in _BLENDS for lot in lots],
        },
        "inputs": _table(inputs, "process lot mass_mg lo hi event", lo="mass_lo", hi="mass_hi"),
        "outputs": _table(outputs, "process lot mass_mg lo hi event", lo="mass_lo", hi="mass_hi"),
        "processes": {
            **_table(
                nodes, "id kind time_us custody_model party site step unaccounted_mg rounding_mg", id="process", time_us="time"
            ),
            "sink": ["loss" if node.kind == "destruction" else None for node in nodes],
            "tolerance_mg": [abs(node.rounding_mg) for node in nodes],
            "loop": [g.loops.get(f"p:{node.id}") for node in nodes],
        },
        "lot_facts": {
            **_table(lots, "id thing version left_mg lo hi since_us open", id="lot", lo="mass_lo", hi="mass_hi"),
            "loop": [g.loops.get(f"l:{lot.id}") for lot in lots],
        },
        "containment": _table(g.stays, "parent child mass_mg whole from_us to_us opened_by closed_by built_in"),
        "holdings": _table(g.holdings(), "lot thing mass_mg outermost site party since_us"),
        "statements": _table(g.facts, "key kind action step status party occurred_us site"),
        "gaps": _table(g.gaps(), "kind subject mass_mg who process"),
        "assays": {
            **_table(g.assays, "lot element basis time_us event sample lab"),
            "fraction": [float(a.fraction) for a in g.assays],
            "sigma": [None if a.sigma is None else float(a.sigma) for a in g.assays],
            "lo": [None if a.lo is None else float(a.lo) for a in g.assays],
            "hi": [None if a.hi is None else float(a.hi) for a in g.assays],
        },
        "losses": {
            "process": [p for p, _, _ in g.losses],
            "reason": [r for _, r, _ in g.losses],
            "mass_mg": [m for _, _, m in g.losses],
        },
    }


def _table(rows: Iterable[object], names: str, **renamed: str) -> Table:
    listed: Sequence[object] = list(rows)
    return {renamed.get(name, name): [getattr(row, name) for row in listed] for name in names.split()}
