"""One call of a compiled loop on saved arrays, with nothing else loaded: what ``attribution_profile`` runs under valgrind.

python _counted.py FOLDER [call]     # without the word, everything but the call
"""

from __future__ import annotations

import ctypes
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np


def spread(value: Any) -> list[Any]:
    """An argument as numba's own calls take it: a number, or an array as owner, parent, size, item, data, shape, strides."""
    if isinstance(value, int):
        return [ctypes.c_int64(value)]
    whole = [0, 0, value.size, value.itemsize, value.ctypes.data, *value.shape, *value.strides]
    return [ctypes.c_void_p(number) for number in whole]


folder = Path(sys.argv[1])
call = json.loads((folder / "call.json").read_text())
values = [np.load(folder / f"{n}.npy") if number is None else number for n, number in enumerate(call["numbers"])]
loop = getattr(ctypes.CDLL(str(folder / "loop.so")), call["symbol"])
answer, fault = ctypes.c_int64(), ctypes.c_void_p()
if sys.argv[2:] == ["call"]:
    assert loop(ctypes.byref(answer), ctypes.byref(fault), *(part for value in values for part in spread(value))) == 0
