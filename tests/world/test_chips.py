"""Deliveries: stocks at given dates, lots, caps."""

import math
from itertools import pairwise

import pytest
from pydantic import ValidationError

from simlab.trace.events import ComputeDelivered
from simlab.units import DAYS_PER_YEAR
from simlab.world.chips import ChipsParams, Deliveries
from simlab.world.growth import PaceParams, growth_nats


def periods(*pairs: tuple[float, float]) -> tuple[PaceParams, ...]:
    return tuple(PaceParams(from_day=day, factor_per_year=factor) for day, factor in pairs)


TWO = periods((0.0, 3.0), (400.0, 1.5))


def opened(bench, growth=TWO, interval_days: float = 91.0, initial_h100e: float = 1000.0, relative: float = 1.0):
    params = ChipsParams(growth=growth, delivery_interval_days=interval_days)
    deliveries, used = Deliveries(bench.stage, params, 0, initial_h100e, relative), []
    deliveries.begin(lambda h100e: used.append((bench.stage.env.now, h100e)))
    return deliveries, used


def test_a_year_of_growth_is_its_factor():
    assert math.exp(growth_nats(periods((0.0, 2.6)), DAYS_PER_YEAR)) == pytest.approx(2.6)


def test_growth_adds_up_over_the_periods():
    expected = (math.log(3.0) * 400.0 + math.log(1.5) * 600.0) / DAYS_PER_YEAR
    assert growth_nats(TWO, 1000.0) == pytest.approx(expected)
    assert growth_nats(TWO, 400.0) == pytest.approx(math.log(3.0) * 400.0 / DAYS_PER_YEAR)


def test_nothing_grows_before_day_0():
    assert growth_nats(TWO, 0.0) == growth_nats(TWO, -100.0) == 0.0


def test_before_the_first_date_its_pace_holds_as_well():
    assert growth_nats(periods((100.0, 2.0)), 50.0) == pytest.approx(math.log(2.0) * 50.0 / DAYS_PER_YEAR)


def test_a_period_that_began_before_day_0_counts_from_day_0():
    assert growth_nats(periods((-500.0, 9.0), (-100.0, 2.0)), 200.0) == growth_nats(periods((0.0, 2.0)), 200.0)


def test_growth_never_jumps():
    days = [growth_nats(TWO, 390.0 + 0.01 * k) for k in range(2000)]
    assert max(b - a for a, b in pairwise(days)) < 1e-4


def test_accelerators_arrive_in_lots_on_the_schedule(new_bench):
    bench = new_bench()
    _, used = opened(bench)
    bench.stage.env.run(until=1000.0)
    days = [0.0, *(91.0 * k for k in range(11))]
    assert used == [(day, pytest.approx(1000.0 * math.exp(growth_nats(TWO, day)))) for day in days]


def test_relative_growth_scales_the_logarithm(new_bench):
    bench = new_bench()
    _, used = opened(bench, relative=0.5)
    bench.stage.env.run(until=950.0)
    assert used[-1] == (910.0, pytest.approx(1000.0 * math.exp(0.5 * growth_nats(TWO, 910.0))))


def test_a_lab_of_no_growth_keeps_what_it_has(new_bench):
    bench = new_bench()
    _, used = opened(bench, relative=0.0)
    bench.stage.env.run(until=2000.0)
    assert {h100e for _, h100e in used} == {1000.0}


def test_nothing_arrives_before_day_0(new_bench):
    bench = new_bench(start_days=-270.0)
    _, used = opened(bench)
    bench.stage.env.run(until=95.0)
    assert [day for day, _ in used] == [-270.0, 0.0, 91.0]
    assert used[0][1] == used[1][1] == 1000.0
    assert [row.time_days for row in bench.stage.trace.of(ComputeDelivered)] == [0.0, 91.0]


def test_what_was_delivered_adds_up_to_the_capacity(new_bench):
    bench = new_bench()
    deliveries, _ = opened(bench)
    bench.stage.after(200.0, lambda _: deliveries.caps_h100e.put(0, 1100.0))
    bench.stage.after(700.0, lambda _: deliveries.caps_h100e.lift(0))
    bench.stage.env.run(until=1500.0)
    capacity = 1000.0
    for row in bench.stage.trace.of(ComputeDelivered):
        capacity += row.delivered_h100e
        assert row.capacity_h100e == pytest.approx(capacity)


def test_a_cap_binds_at_once_and_while_more_arrives_and_lifting_it_gives_all_back(new_bench):
    bench = new_bench()
    deliveries, used = opened(bench)
    bench.stage.env.run(until=200.0)
    assert used[-1][1] > 1500.0
    deliveries.caps_h100e.put(0, 1100.0)
    assert used[-1] == (200.0, 1100.0)
    bench.stage.env.run(until=800.0)
    assert {h100e for day, h100e in used if day > 200.0} == {1100.0}
    deliveries.caps_h100e.lift(0)
    # what has arrived by the lot of day 728
    assert used[-1] == (800.0, pytest.approx(1000.0 * math.exp(growth_nats(TWO, 728.0))))


def test_a_cap_above_the_stock_binds_nothing(new_bench):
    bench = new_bench()
    deliveries, used = opened(bench)
    deliveries.caps_h100e.put(0, 1e12)
    assert deliveries.usable_h100e == 1000.0
    bench.stage.env.run(until=95.0)
    assert used[-1][1] == pytest.approx(1000.0 * 3.0 ** (91.0 / DAYS_PER_YEAR))


def test_periods_out_of_order_are_refused(params, change):
    with pytest.raises(ValidationError, match=r"1\.from_day: a period must begin after"):
        change(params, {"chips.growth.1.from_day": 0.0})
