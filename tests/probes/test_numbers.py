"""Numbers read off speeds whose law is known."""

import numpy as np
import pytest

from simlab.probes.literature import BANDS, PUBLISHED, band
from simlab.probes.numbers import SAID, numbers
from simlab.probes.plan import COPIES, FALLING, THIRTY, TIMES, World
from simlab.probes.reasons import reasons
from simlab.probes.steady import STAGES, Speed

N_SEEDS = 4
LUCK = 1.0 + np.array([-0.02, 0.01, 0.02, -0.01])


def table(people, compute):
    """Numbers of a Cobb-Douglas lab with these exponents, under a Jones law of difficulty 0.5."""
    grid = [World(p, c) for p in TIMES for c in TIMES]
    speeds = {world: 2.0 * world.people**people * world.compute**compute * LUCK for world in grid}
    speeds[World(COPIES, 1.0, THIRTY)] = 2.0 * 900.0**people * LUCK
    times = np.arange(0.0, 20.0, 1.0)
    stocks = np.log1p(0.5 * times) / 0.5
    return {number.key: number for number in numbers(speeds, np.tile(stocks, (N_SEEDS, 2, 1)))}


def test_the_numbers_of_a_known_law_come_out():
    found = {key: number.found.value for key, number in table(0.4, 0.5).items()}
    assert found["more_compute"] == pytest.approx(10.0**0.5)
    assert found["less_compute"] == pytest.approx(10.0**0.5)
    assert found["parallel_exponent"] == pytest.approx(0.4)
    assert found["compute_exponent"] == pytest.approx(0.5)
    assert found["both_exponent"] == pytest.approx(0.9)
    assert found["people_share"] == pytest.approx(0.4 / 0.9)
    assert found["rho"] == pytest.approx(0.0, abs=1e-9)
    assert found["sigma"] == pytest.approx(1.0)
    assert found["people_limit"] == np.inf
    assert found["thirty_by_thirty"] == pytest.approx(900.0**0.4)
    assert found["difficulty"] == pytest.approx(0.5, rel=0.05)
    assert found["returns"] == pytest.approx(0.4 / found["difficulty"])


def test_intervals_hold_their_value():
    for number in table(0.4, 0.5).values():
        low, high = number.found.low, number.found.high
        assert low <= number.found.value <= high or number.found.value == pytest.approx(low)


def test_a_number_is_inside_or_outside_what_is_published():
    found = table(0.4, 0.5)
    assert found["more_compute"].is_inside
    assert found["parallel_exponent"].is_inside
    assert not table(0.9, 0.05)["parallel_exponent"].is_inside
    assert not table(0.9, 0.05)["more_compute"].is_inside


def test_every_number_has_what_is_published_and_a_formula():
    assert set(SAID) == set(PUBLISHED)
    assert set(BANDS) <= set(PUBLISHED)
    assert band("returns") == (0.4, 3.6)
    assert band("compute_exponent") is None  # one number is no range
    for rows in PUBLISHED.values():
        assert all(row.low is None or row.high is None or row.low < row.high for row in rows)


def speed(nats, stage):
    shares = tuple(0.7 if name == stage else 0.06 for name in STAGES)
    return Speed(nats, 300.0, 20.0, 0.5, shares)


def test_the_reason_names_where_ideas_are_and_the_mechanism_that_moves_the_number():
    """Compute does nothing, unless people's work is taken out: then it does three times as much."""
    speeds = {World(p, c): [speed(1.0, "waiting_people")] for p in TIMES for c in TIMES}
    speeds[World(COPIES, 1.0, THIRTY)] = [speed(5.0, "running")]
    for name, far in (("hands", 3.0), (FALLING, 0.9)):
        for compute in (0.1, 1.0, 10.0):
            speeds[World(1.0, compute, name)] = [speed(far if compute == 10.0 else 1.0, "running")]
    outside = [number for number in table(0.4, 0.05).values() if number.key == "more_compute"]
    said = reasons(outside, speeds, 0.65, 0.9)["more_compute"]
    assert "70% of their lives waiting for people" in said
    assert "3.0 with hands all but taken out" in said
    assert "0.9 with ideas that get harder and run out let in" in said
    assert said.endswith("what brings it nearest to 2.5 to 5 is hands.")


def test_what_lies_inside_needs_no_reason():
    inside = [number for number in table(0.4, 0.5).values() if number.key == "more_compute"]
    assert reasons(inside, {}, 0.65, 0.9) == {}
