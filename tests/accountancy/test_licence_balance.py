"""Example C: a licence's feed, the plant's yields, and what was shipped."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from lodemark.accountancy import BadInput, Component, Feed, Flow, LicenceBalance, Yield, licence_balance
from lodemark.measure import contained_mg, oxide_factor, read_mass_mg

QUARTERS = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 4, 7, 10)] + [datetime(2027, 1, 1, tzinfo=UTC)]
SHIPPED = [131.0, 142.0, 139.0, 150.5]
YIELDS = [
    Yield("P", "oxide-metal", Decimal("0.955"), Decimal("0.010")),
    Yield("P", "metal-alloy", Decimal("0.965"), Decimal("0.010")),
    Yield("P", "alloy-magnet", Decimal("0.80"), Decimal("0.03"), Decimal("0.03")),
]
ERRORS = [
    Component("out", "scale", "random", Decimal("0.008"), source="certificate"),
    Component("out", "laboratory", "systematic", Decimal("0.006"), group="laboratory", source="certificate"),
]


def balance(shipped: list[float], yields: list[Yield], feed_mg: int = 740_622_000, alpha: float = 0.05) -> LicenceBalance:
    feeds = [Feed(start, end, feed_mg // 4) for start, end in pairwise(QUARTERS)]
    flows = [
        Flow(f"S-{n}", "P", "Dy", "shipment", round(kg * 1e6), QUARTERS[n] + timedelta(days=20), "out")
        for n, kg in enumerate(shipped)
    ]
    return licence_balance(feeds, flows, yields, date(2027, 1, 1), components=ERRORS, element="Dy", alpha=alpha)


def scaled(total: float) -> list[float]:
    return [kg * total / sum(SHIPPED) for kg in SHIPPED]


def test_an_honest_licence_is_explained() -> None:
    """A plant whose yield is a point above its mean must not be asked where the point came from."""
    found = balance(SHIPPED, YIELDS)
    assert found.explained_kg == pytest.approx(546.03097572, rel=1e-9)
    assert (found.cumuf_kg, found.u_kg, found.z) == pytest.approx((-16.46902428, 23.82289672, 0.69131074), rel=1e-7)
    assert found.sitmuf == pytest.approx((0.788950, -1.656750, -0.503674, -2.759757), abs=1e-6)
    assert found.verdict == "explained" and not found.found


def test_more_than_the_feed_explains_is_found_and_named_without_accusing() -> None:
    """Unlicensed feed shows only here: the cap stays silent long after the yields speak."""
    more = balance(scaled(640), YIELDS)
    assert more.z == pytest.approx(3.92773741, rel=1e-7)
    assert more.verdict == "more-shipped-than-explained"
    assert more.over_cap_sigma is not None and more.over_cap_sigma < -20
    far = balance(scaled(745), YIELDS)
    assert (far.z, far.over_cap_sigma) == pytest.approx((8.26210957, 0.81461692), rel=1e-7)
    said = more.found[0].explain("en")
    assert "640" in said and "diverted" not in said and more.found[0].explain("zh-Hans")


def test_leaving_out_a_yield_component_accuses_the_honest_plant() -> None:
    """Both parts of a yield's error are needed: without either, this honest year is a finding."""
    known = [replace(step, u=Decimal("1e-9")) for step in YIELDS]
    assert balance(SHIPPED, known).z == pytest.approx(1.8018, abs=5e-5)
    bare = [replace(step, scatter=Decimal(0)) for step in known]
    assert balance(SHIPPED, bare).z == pytest.approx(4.0586, abs=5e-5)


def test_a_yield_from_a_band_says_so() -> None:
    """A published band is nobody's plant."""
    found = balance(SHIPPED, [replace(YIELDS[0], source="band"), *YIELDS[1:]])
    assert [caveat.code for caveat in found.caveats] == ["licence-yield-from-band"]


def test_scrap_returned_is_a_flow_not_a_yield() -> None:
    """Recycled feed booked as receipt explains as many grams as it holds."""
    feeds = [Feed(QUARTERS[0], QUARTERS[4], 100_000_000)]
    at = QUARTERS[0] + timedelta(days=5)
    out = Flow("S", "P", "Dy", "shipment", 95_000_000, at, "out")
    back = Flow("R", "P", "Dy", "receipt", 15_000_000, at, "out")
    one = [Yield("P", "alloy-magnet", Decimal("0.80"), Decimal("0.01"), Decimal("0.01"))]
    alone = licence_balance(feeds, [out], one, date(2026, 12, 31), components=ERRORS, element="Dy")
    both = licence_balance(feeds, [out, back], one, date(2026, 12, 31), components=ERRORS, element="Dy")
    assert alone.verdict == "more-shipped-than-explained" and both.verdict == "explained"


def test_bad_input_is_listed_at_once() -> None:
    """A yield of 1.2, a shipment in no period and a stream without error are three answers to one question."""
    feeds = [Feed(QUARTERS[0], QUARTERS[1], 100_000_000)]
    late = Flow("S", "P", "Dy", "shipment", 1, QUARTERS[2], "elsewhere")
    with pytest.raises(BadInput) as caught:
        licence_balance(
            feeds, [late], [Yield("P", "x", Decimal("1.2"), Decimal(1))], date(2026, 12, 31), components=ERRORS, element="Dy"
        )
    codes = {reason.code for reason in caught.value.problems}
    assert codes == {"licence-shipment-outside-periods", "licence-yield-out-of-range", "balance-stream-without-error"}


def test_the_feed_is_the_licence_in_metal() -> None:
    """850 kg of oxide is 740.62 kg of metal; read as metal it would explain 15 % too much."""
    assert contained_mg(read_mass_mg("850 kg"), oxide_factor("Dy2O3")) == pytest.approx(740_622_000, abs=5_000)


def test_a_licence_of_which_nothing_was_shipped_yet_is_explained() -> None:
    """The first week of every licence."""
    found = licence_balance(
        [Feed(QUARTERS[0], QUARTERS[1], 100_000_000)], [], YIELDS, date(2026, 1, 8), components=ERRORS, element="Dy"
    )
    assert found.verdict == "explained" and found.shipped_kg == pytest.approx(0.0) and found.over_cap_sigma is None


def test_an_unused_licence_has_nothing_to_be_set_beside() -> None:
    """A division by nothing is our failure; a period in which nothing happened is the asker's choice."""
    with pytest.raises(BadInput) as caught:
        licence_balance([Feed(QUARTERS[0], QUARTERS[1], 0)], [], YIELDS, date(2026, 12, 31), components=ERRORS, element="Dy")
    assert [reason.code for reason in caught.value.problems] == ["licence-balance-empty"]


def test_percentages_for_shares_are_refused() -> None:
    """Three per cent of scatter typed as 3 would explain any shipment."""
    per_cent = [replace(YIELDS[0], scatter=Decimal(3)), *YIELDS[1:]]
    with pytest.raises(BadInput) as caught:
        balance(SHIPPED, per_cent)
    assert [reason.code for reason in caught.value.problems] == ["licence-yield-out-of-range"]
