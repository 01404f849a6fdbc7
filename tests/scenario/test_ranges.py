"""Three numbers from an expert become a distribution with exactly these quantiles, inside the limits."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simlab.scenario.ranges import FAMILIES, RangeRefusedError, default_family, quantiles
from simlab.scenario.shapes import Limits

ANY, POSITIVE, SHARE = Limits(), Limits(low=0.0, low_open=True), Limits(0.0, 1.0)
CASES = [
    ("lognormal", 10.0, 2.0, 90.0, POSITIVE),
    ("lognormal", 3.0, 2.9, 9.0, Limits(low=1.0)),
    ("lognormal", 10.0, 2.0, 14.0, Limits(0.0, 20.0)),
    ("normal", -3.0, -10.0, 1.0, ANY),
    ("normal", 3.0, 1.0, 9.0, POSITIVE),
    ("logitnormal", 0.1, 0.01, 0.7, SHARE),
    ("logitnormal", 30.0, 2.0, 90.0, Limits(0.0, 100.0)),
    ("uniform", 5.0, 2.0, 6.0, POSITIVE),
    ("loguniform", 5.0, 2.0, 60.0, POSITIVE),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]:g}")
def test_draws_have_the_quantiles_that_were_asked_for(case):
    family, value, low, high, limits = case
    draw = quantiles(family, value, low, high, limits)
    rng = np.random.default_rng(0)
    draws = np.array([draw(u) for u in (np.arange(2**14) + rng.random(2**14)) / 2**14])
    assert np.quantile(draws, [0.1, 0.5, 0.9]) == pytest.approx([low, value, high], rel=0.01)
    assert draws.min() >= limits.low
    assert draws.max() <= limits.high


ordered = st.lists(st.floats(1e-3, 1e6), min_size=3, max_size=3, unique=True).map(sorted)
limits = st.sampled_from([ANY, POSITIVE, Limits(low=1e-4), Limits(0.0, 1e7), Limits(-5.0, 2e6, high_open=True)])


@given(st.sampled_from(FAMILIES), ordered, limits, st.lists(st.floats(0, 1), max_size=20))
def test_quantiles_are_exact_rise_and_stay_inside(family, three, limits, more):
    low, value, high = three
    try:
        draw = quantiles(family, value, low, high, limits)
    except RangeRefusedError:
        assume(False)
        return
    assert [draw(u) for u in (0.1, 0.5, 0.9)] == pytest.approx([low, value, high], rel=1e-6)
    values = [draw(u) for u in sorted(more)]
    assert all(limits.allow(x) for x in values)
    assert all(b - a >= -1e-9 * abs(a) for a, b in pairwise(values))


@given(ordered, limits)
def test_the_usual_reading_of_a_positive_range_is_never_refused_inside_the_limits(three, limits):
    low, value, high = three
    assume(limits.low < low and high < limits.high)
    draw = quantiles(default_family(value, low, limits), value, low, high, limits)
    assert math.isfinite(draw(1e-9))
    assert math.isfinite(draw(1 - 1e-9))


def test_whole_numbers_are_drawn_whole_and_within_their_limits():
    draw = quantiles("lognormal", 2.0, 1.0, 6.0, POSITIVE, whole=True)
    values = [draw(u) for u in np.linspace(0, 1, 999)]
    assert all(x.is_integer() and x >= 1 for x in values)


def test_a_side_without_width_is_a_single_value():
    draw = quantiles("normal", 5.0, 5.0, 8.0, ANY)
    assert draw(0.01) == draw(0.5) == 5.0
    assert draw(0.9) == pytest.approx(8.0)


def test_the_usual_families():
    assert default_family(0.5, 0.2, SHARE) == "logitnormal"
    assert default_family(5.0, 2.0, POSITIVE) == "lognormal"
    assert default_family(5.0, -2.0, ANY) == "normal"


@pytest.mark.parametrize(
    ("family", "three", "limits", "says"),
    [
        ("uniform", (0.5, 0.05, 0.9), SHARE, "cross the lower limit 0"),
        ("normal", (1.0, 0.05, 3.0), POSITIVE, "so near the lower limit 0"),
        ("lognormal", (1.0, -1.0, 3.0), ANY, "all lie above 0"),
        ("logitnormal", (0.5, 0.0, 0.9), SHARE, "between 0 and 1"),
    ],
)
def test_what_no_distribution_of_the_family_can_do_is_refused(family, three, limits, says):
    value, low, high = three
    with pytest.raises(RangeRefusedError, match=says):
        quantiles(family, value, low, high, limits)
