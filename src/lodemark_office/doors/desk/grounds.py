"""Why a line is granted or refused, and the provision each reason rests on: what officers and advisers choose from."""

from __future__ import annotations

from typing import Final

GROUNDS: Final = {
    "ground-civil-use-stated": "cn/ecl-2020/13-6",
    "ground-end-use-checkable": "cn/ecl-2020/13-6",
    "ground-end-use-not-stated": "cn/ecl-2020/13-6",
    "ground-quantity-not-explained": "cn/ecl-2020/13-6",
    "ground-end-user-not-verified": "cn/ecl-2020/13-6",
    "ground-in-principle-refused": "cn/ecl-2020/13-6",
}
