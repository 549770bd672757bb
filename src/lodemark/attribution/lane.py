"""One vector instruction for one row of four shares, which numba does not find by itself.

Three classes and loss are 32 bytes, the width of a vector register. Numba keeps LLVM's search for such rows switched off,
so the loop over a row became four loads, products and stores each; written once as vectors here, a pass over all takes
is a third shorter (docs/decisions/attribution-readings.md). ``compiled`` uses it; nothing else should need to. Numba's cache watches the file of the loop, not this one: after a
change here, touch ``compiled.py``.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

WIDTH = 4
_ROW = ir.VectorType(ir.DoubleType(), WIDTH)
_FIRST = ir.IntType(32)(0)
_SAME = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)


def _hand_on(context: Any, f: Any, taker: Any, part: Any, held: Any, lot: Any, maker: Any, share: Any) -> Any:
    """``came = part * f[taker:taker + 4]; held[lot:lot + 4] += came; f[maker:maker + 4] += share * came``.

    Float64 arrays without gaps, places counted flat and unsigned (no bounds are checked, none wraps round). A product and a sum are rounded
    apart, as numpy does, so the answers do not depend on whether a processor has the fused instruction.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        f, taker, part, held, lot, maker, share = arguments
        f_type, held_type = signature.args[0], signature.args[3]

        def row(array: Any, kind: Any, place: Any) -> Any:
            data = context.make_array(kind)(context, builder, array).data
            return builder.bitcast(builder.gep(data, [place]), _ROW.as_pointer())

        def spread(number: Any) -> Any:
            one = builder.insert_element(ir.Constant(_ROW, ir.Undefined), number, _FIRST)
            return builder.shuffle_vector(one, one, _SAME)

        def add(to: Any, more: Any) -> None:
            builder.store(builder.fadd(builder.load(to, align=8), more), to, align=8)

        came = builder.fmul(spread(part), builder.load(row(f, f_type, taker), align=8))
        add(row(held, held_type, lot), came)
        add(row(f, f_type, maker), builder.fmul(spread(share), came))
        return context.get_dummy_value()

    return types.void(f, taker, part, held, lot, maker, share), generate


hand_on: Any = intrinsic(_hand_on)
