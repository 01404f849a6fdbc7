"""The fleet: lines solved exactly, a day shared by priority, books that add up whatever happens, nights lent."""

import math
from typing import Any

import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.randomness import Streams
from simlab.stage import Stage
from simlab.trace.events import FleetMetered, RequestsMetered
from simlab.trace.recorder import Trace
from simlab.world.customers import CustomersParams, Pull
from simlab.world.inference.day import Supply, Traffic, follow_day
from simlab.world.inference.fleet import Fleet
from simlab.world.inference.lending import loan
from simlab.world.inference.params import InferenceParams
from simlab.world.inference.sharing import fill_valleys, share
from simlab.world.inference.waiting import stretch
from simlab.world.models import Model

# -- a line ---------------------------------------------------------------------------------------------------------

rates = st.floats(0.0, 100.0)


def small_steps(waiting, offered, capacity, impatience, limit, days, n=20_000):
    """The same line in `n` steps of time."""
    h, served, abandoned, lost = days / n, 0.0, 0.0, 0.0
    for _ in range(n):
        gone = impatience * waiting * h
        got = min(capacity * h, waiting - gone + offered * h)
        after = waiting - gone + offered * h - got
        turned = max(after - limit, 0.0)
        served, abandoned, lost, waiting = served + got, abandoned + gone, lost + turned, after - turned
    return served, abandoned, lost, waiting


@settings(max_examples=40, deadline=None)
@given(st.floats(0.0, 20.0), rates, rates, st.floats(0.01, 50.0), st.floats(0.1, 20.0), st.floats(0.01, 2.0))
def test_a_line_is_what_small_steps_of_time_make_of_it(waiting, offered, capacity, impatience, limit, days):
    exact = stretch(waiting, offered, capacity, impatience, limit, days)
    size = waiting + offered * days + 1e-9
    rough = small_steps(waiting, offered, capacity, impatience, limit, days)
    assert [got / size for got in exact] == pytest.approx([got / size for got in rough], abs=0.01)


@given(st.floats(0.0, 20.0), rates, rates, st.floats(1e-3, 1e4), st.floats(0.0, 20.0), st.floats(1e-3, 30.0))
def test_a_line_keeps_everybody(waiting, offered, capacity, impatience, limit, days):
    line = stretch(waiting, offered, capacity, impatience, limit, days)
    size = waiting + offered * days
    assert sum(line) == pytest.approx(size, rel=1e-9, abs=1e-12)
    assert min(line) >= -1e-9 * (size + capacity * days)
    assert line.waiting <= limit * (1 + 1e-12) or line.waiting <= waiting
    assert line.served <= capacity * days * (1 + 1e-12) + 1e-12


@given(st.floats(0.0, 20.0), rates, rates, st.floats(0.01, 50.0), st.floats(0.1, 20.0), st.floats(0.01, 0.99))
def test_a_line_may_be_looked_at_half_way(waiting, offered, capacity, impatience, limit, part):
    whole = stretch(waiting, offered, capacity, impatience, limit, 1.0)
    first = stretch(waiting, offered, capacity, impatience, limit, part)
    second = stretch(first.waiting, offered, capacity, impatience, limit, 1.0 - part)
    together = [a + b for a, b in zip(first[:3], second[:3], strict=True)] + [second.waiting]
    assert together == pytest.approx(list(whole), rel=1e-6, abs=1e-6)


def test_an_overloaded_line_comes_to_the_level_of_the_fluid_queue():
    """(lambda - mu) / theta wait, and lambda - mu abandon."""
    line = stretch(0.0, 10.0, 8.0, 0.5, 100.0, 200.0)
    assert line.waiting == pytest.approx(4.0)
    assert stretch(4.0, 10.0, 8.0, 0.5, 100.0, 1.0).abandoned == pytest.approx(2.0)


# -- sharing --------------------------------------------------------------------------------------------------------

loads = st.lists(st.floats(0.0, 10.0), min_size=1, max_size=8)


@given(loads, st.floats(0.0, 12.0), st.floats(0.0, 10.0))
def test_valleys_are_filled_to_one_level(base, amount, ceiling):
    room = [max(ceiling - load, 0.0) for load in base]
    put = fill_valleys(amount, base, room)
    assert sum(put) == pytest.approx(min(amount * len(base), sum(room)))
    level = max([a + b for a, b in zip(base, put, strict=True) if b > 1e-9], default=0.0)
    for load, more, free in zip(base, put, room, strict=True):
        assert 0.0 <= more <= free
        assert more == pytest.approx(free) or load + more >= level - 1e-6


def test_filling_goes_to_the_lowest_first():
    assert fill_valleys(1.0, [5.0, 1.0, 3.0], [9.0, 9.0, 9.0]) == pytest.approx([0.0, 2.5, 0.5])


def test_sharing_is_in_proportion_when_there_is_too_little():
    assert share([1.0, 3.0], 10.0) == [1.0, 3.0]
    assert share([1.0, 3.0], 2.0) == [0.5, 1.5]


# -- a day ----------------------------------------------------------------------------------------------------------

RHYTHM = [1.5, 0.5]


def a_day(guaranteed, offered=100.0, wanted=80.0, capacity=120.0):
    traffic = Traffic([offered], [24.0], [offered / 24.0], RHYTHM, wanted)
    return follow_day(traffic, Supply(capacity, guaranteed, [0.0, 0.0]), [0.0])


def test_customers_first_leaves_workers_the_night():
    day = a_day(guaranteed=0.0)
    assert day.customers_h100e[0] == 120.0
    assert day.workers_h100e[0] == 0.0
    assert day.customers_h100e[1] + day.workers_h100e[1] == pytest.approx(120.0)


def test_workers_first_take_the_night_before_the_day():
    """All 80 of theirs: up to the whole fleet by night, the rest by day from customers."""
    day = a_day(guaranteed=120.0)
    assert sum(day.workers_h100e) == pytest.approx(160.0)
    assert day.workers_h100e == pytest.approx([40.0, 120.0])
    assert day.customers_h100e[0] == pytest.approx(80.0)


def test_by_plan_each_has_its_part_and_what_the_other_leaves():
    """A plan of 60 and 60 leaves customers 60 by day at the least and workers 60 on the mean."""
    day = a_day(guaranteed=60.0)
    assert sum(day.workers_h100e) / 2 >= 60.0
    assert day.customers_h100e[0] >= 60.0
    assert day.customers_h100e[0] + day.workers_h100e[0] == pytest.approx(120.0)


@pytest.mark.parametrize("guaranteed", [0.0, 40.0, 120.0])
def test_enough_for_all_is_enough_under_any_priority(guaranteed):
    day = a_day(guaranteed, offered=50.0, wanted=60.0)
    assert day.lines[0].served == pytest.approx(50.0)
    assert sum(day.workers_h100e) / 2 == pytest.approx(60.0)


# -- lending --------------------------------------------------------------------------------------------------------


def test_what_is_not_needed_is_lent_less_the_switching():
    """At a target of 0.8, 40 and 80 used of 100 leave 50 and 0; two moves of 50 a day at 0.01 days."""
    found = loan([40.0, 80.0], 100.0, 0.8, 0.01)
    assert found.away_h100e == pytest.approx([50.0, 0.0])
    assert found.switching_h100e == pytest.approx(1.0)
    assert found.lent_h100e == pytest.approx(24.0)


def test_a_loan_that_never_changes_costs_no_switching():
    assert loan([40.0, 40.0], 100.0, 0.8, 0.01).switching_h100e == 0.0


def test_nothing_is_lent_where_switching_would_eat_it_up():
    assert loan([79.0, 80.0], 100.0, 0.8, 0.6).lent_h100e == 0.0


# -- the fleet ------------------------------------------------------------------------------------------------------

SERVER = {
    "reference_parameters": 1e11,
    "prefill_s_per_token": 2.0e-4,
    "decode_s_per_token": 2.0e-4,
    "attention_s_per_token_per_context_token": 1.8e-7,
    "attention_exponent": 0.8,
    "achieved_fraction": 0.6,
    "parameters_per_h100e": 4e10,
    "max_batch": 512,
    "step_fraction": 0.4,
    "memory_fraction": 0.5,
    "context_limit_tokens": 128_000.0,
}
CHAT = {
    "input_tokens": 4_000.0,
    "cached_fraction": 0.5,
    "branches": 1.0,
    "output_median_tokens": 300.0,
    "output_log_sd": 1.0,
    "size_fraction": 0.2,
    "initial_load_fraction": 0.5,
    "patience_minutes": 5.0,
    "backlog_minutes": 10.0,
    "capability_elasticity": 0.5,
    "price_elasticity": 1.0,
}
DEEP = {
    **CHAT,
    "output_median_tokens": 2e5,
    "output_log_sd": 2.0,
    "initial_load_fraction": 0.1,
    "patience_minutes": 400.0,
    "backlog_minutes": 300.0,
}


def inference(**changes: Any) -> InferenceParams:
    numbers = {
        "server": SERVER,
        "worker": {"input_tokens": 4_500.0, "cached_fraction": 0.9, "output_tokens": 1_000.0, "size_fraction": 0.3},
        "priority": "by_plan",
        "segments_per_day": 8,
        "target_load_fraction": 0.8,
        "switching_days": 0.01,
        "least_change_fraction": 0.02,
        "rent_usd2025_per_h100e_hour": 1.5,
        "review_days": 30.0,
    }
    return InferenceParams(**{**numbers, **changes})


def customers(**changes: Any) -> CustomersParams:
    requests = {"chat": {**CHAT, **changes}, "deep": DEEP}
    return CustomersParams(requests=requests, daily_swing_fraction=0.3, adoption_days=300.0, markup=4.0)


def model(generation: int = 0, better_nats: float = 0.0, size: float = 5e11, gain_nats: float = 0.0) -> Model:
    return Model(generation, 1e25, 1e25 * math.exp(better_nats), size, 60.0, gain_nats, 0.0)


class Room:
    """A fleet of 1,000 accelerators on a stage of its own."""

    def __init__(self, params: InferenceParams, who: CustomersParams | None, *, keeps_prices: bool = False) -> None:
        self.stage = Stage(simpy.Environment(), Streams(1), Trace())
        self.fleet = Fleet(self.stage, params, who, 0, keeps_prices=keeps_prices)
        self.fleet.resize(200.0, 800.0)
        self.fleet.deploy(model())
        self.n_calls = 0
        self.lent = [self.fleet.lent_h100e]
        self.fleet.begin(self._lend)

    def _lend(self) -> None:
        self.n_calls += 1
        self.lent.append(self.fleet.lent_h100e)

    def to(self, days: float) -> None:
        self.stage.env.run(days)

    def read(self) -> tuple[FleetMetered, list[RequestsMetered]]:
        fleet, *requests = self.fleet.read_meter()
        assert isinstance(fleet, FleetMetered)
        return fleet, [r for r in requests if isinstance(r, RequestsMetered)]


def uses(f: FleetMetered) -> float:
    return (
        f.customers_h100e_days + f.workers_h100e_days + f.lent_h100e_days + f.switching_h100e_days + f.idle_h100e_days
    )


def became(r: RequestsMetered) -> float:
    return r.served_tokens + r.abandoned_tokens + r.lost_tokens + r.waiting_tokens


changes = st.one_of(
    st.tuples(st.just("resize"), st.floats(0.0, 2_000.0), st.floats(0.0, 2_000.0)),
    st.tuples(st.just("want"), st.floats(0.0, 1e11), st.just(0.0)),
    st.tuples(st.just("deploy"), st.floats(-1.0, 6.0), st.floats(11.0, 13.0)),
    st.tuples(st.just("read"), st.just(0.0), st.just(0.0)),
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.just(0.0) | st.floats(1e-3, 45.0), changes), min_size=1, max_size=12),
    st.sampled_from(["customers_first", "workers_first", "by_plan"]),
)
def test_the_books_add_up_whatever_happens(story, priority):
    room = Room(inference(priority=priority), customers())
    waiting, now = [0.0, 0.0, 0.0], 0.0
    capacity = 0.0
    size = 1_000.0
    for step, (what, a, b) in [*story, (1.0, ("read", 0.0, 0.0))]:
        now += step
        capacity += size * step
        if step:
            room.to(now)
        if what == "resize":
            size = a + b
            room.fleet.resize(a, b)
        elif what == "want":
            room.fleet.want(a)
        elif what == "deploy":
            room.fleet.deploy(model(1, a, 10.0**b, 0.1))
        else:
            fleet, requests = room.read()
            assert fleet.capacity_h100e_days == pytest.approx(capacity, rel=1e-9)
            assert uses(fleet) == pytest.approx(capacity, rel=1e-9)
            assert fleet.idle_h100e_days >= -1e-9 * capacity
            for before, r in zip(waiting, requests, strict=True):
                assert became(r) == pytest.approx(before + r.offered_tokens, rel=1e-9)
                assert min(r[3:8]) >= -1e-9 * (before + r.offered_tokens)
            waiting, capacity = [r.waiting_tokens for r in requests], 0.0


def test_without_customers_and_workers_the_fleet_is_idle():
    room = Room(inference(), None)
    room.to(100.0)
    fleet, requests = room.read()
    assert fleet.idle_h100e_days == pytest.approx(100_000.0)
    assert room.fleet.lent_h100e == room.fleet.used_h100e == 0.0
    assert [r.request for r in requests] == [0]
    assert math.isnan(requests[0].latency_seconds)


def test_on_day_0_customers_take_their_part_and_what_they_pay_follows_from_it():
    """0.6 of 800 accelerators busy for ten days; price is four rents of the accelerators' time."""
    room = Room(inference(), customers())
    room.to(10.0)
    fleet, requests = room.read()
    assert fleet.customers_h100e_days == pytest.approx(0.6 * 800.0 * 10.0)
    revenue = sum(r.revenue_usd2025 for r in requests)
    assert revenue == pytest.approx(4.0 * 1.5 * 24.0 * fleet.customers_h100e_days)
    assert room.fleet.unserved_fraction == room.fleet.lost_usd2025_per_day == 0.0
    assert room.fleet.used_h100e == pytest.approx(480.0)


def test_what_is_used_is_known_before_the_first_day_is_over():
    assert Room(inference(), customers()).fleet.used_h100e == pytest.approx(480.0)


def test_what_is_lent_is_called_back_when_a_dearer_model_needs_it():
    room = Room(inference(), customers())
    room.fleet.resize(200.0, 800.0)
    before = room.fleet.lent_h100e
    room.to(10.0)
    room.fleet.deploy(model(1, 0.0, 7e11))
    assert room.n_calls == 1
    assert room.fleet.lent_h100e < before - 20.0
    assert room.fleet.unserved_fraction == 0.0


def test_workers_get_as_many_tokens_as_an_accelerator_serves():
    room = Room(inference(), None)
    room.fleet.want(2.0 * 1_000.0 * room.fleet.tokens_per_h100e_day())
    assert room.fleet.worker_served_fraction == pytest.approx(0.5)
    room.to(5.0)
    fleet, requests = room.read()
    assert fleet.workers_h100e_days == pytest.approx(5_000.0)
    assert requests[-1].lost_tokens == pytest.approx(requests[-1].served_tokens)
    assert requests[-1].latency_seconds > 0.0


@pytest.mark.parametrize(
    ("priority", "workers_suffer", "customers_suffer"),
    [("customers_first", True, False), ("workers_first", False, True)],
)
def test_a_shortage_hits_those_first_who_come_last(priority, workers_suffer, customers_suffer):
    room = Room(inference(priority=priority), customers())
    room.fleet.want(300.0 * room.fleet.tokens_per_h100e_day())
    room.fleet.resize(100.0, 600.0)
    assert (room.fleet.worker_served_fraction != 1.0) == workers_suffer
    assert (room.fleet.unserved_fraction > 0.0) == customers_suffer
    assert (room.fleet.lost_usd2025_per_day > 0.0) == customers_suffer


def test_a_larger_model_takes_more_of_the_fleet_until_customers_see_the_price():
    room = Room(inference(), customers(capability_elasticity=0.0))
    room.to(1.0)
    room.read()
    before = room.fleet.used_h100e
    room.fleet.deploy(model(1, 0.0, 6e11))
    room.to(2.0)
    room.read()
    assert room.fleet.used_h100e > before
    room.to(5_000.0)
    room.read()
    assert room.fleet.used_h100e == pytest.approx(before, rel=0.02)


def test_research_into_inference_makes_tokens_cheaper():
    room = Room(inference(), customers())
    old = room.read()[0].cost_usd2025_per_million_tokens
    tokens = room.fleet.tokens_per_h100e_day()
    room.fleet.deploy(model(1, 0.0, 5e11, 1.0))
    assert room.read()[0].cost_usd2025_per_million_tokens == pytest.approx(old / math.e)
    assert room.fleet.tokens_per_h100e_day() == pytest.approx(tokens * math.e)


def test_nights_are_lent_and_called_back_when_customers_come():
    room = Room(inference(), customers())
    room.fleet.resize(200.0, 800.0)
    lent = room.fleet.lent_h100e
    assert lent > 100.0
    room.to(20.0)
    fleet, _ = room.read()
    assert fleet.lent_h100e_days == pytest.approx(20.0 * lent)
    assert fleet.switching_h100e_days > 0.0
    room.fleet.deploy(model(1, 3.0))
    room.to(400.0)
    assert room.fleet.lent_h100e < 0.8 * lent
    assert 1 <= room.n_calls <= 400 / 30
    jumps = [abs(b - a) for a, b in zip(room.lent[1:], room.lent[2:], strict=False)]
    assert min(jumps, default=1e9) > 0.02 * 1_000.0


def test_what_is_lent_disturbs_nobody_on_the_day_it_is_lent():
    room = Room(inference(), customers())
    room.fleet.want(100.0 * room.fleet.tokens_per_h100e_day())
    room.fleet.resize(200.0, 800.0)
    assert room.fleet.lent_h100e > 0.0
    assert room.fleet.worker_served_fraction == pytest.approx(1.0)
    assert room.fleet.unserved_fraction == 0.0


def test_a_fleet_of_nothing_serves_nobody():
    room = Room(inference(), customers())
    room.fleet.want(1e9)
    room.fleet.resize(0.0, 0.0)
    assert room.fleet.worker_served_fraction == 0.0
    room.to(3.0)
    _, requests = room.read()
    assert all(r.served_tokens == 0.0 and math.isnan(r.latency_seconds) for r in requests)
    assert room.fleet.unserved_fraction == pytest.approx(1.0, abs=0.1)


def test_a_day_of_much_is_slower_than_a_day_of_little():
    def chat_seconds(load: float) -> float:
        room = Room(inference(), customers(initial_load_fraction=load))
        room.to(30.0)
        return room.read()[1][0].latency_seconds

    seconds = [chat_seconds(load) for load in (0.3, 0.7, 0.9, 1.2)]
    assert seconds == sorted(seconds)
    assert seconds[-1] > 2.0 * seconds[0]


def test_reading_twice_gives_nothing_the_second_time():
    room = Room(inference(), customers())
    room.to(7.0)
    room.read()
    fleet, requests = room.read()
    assert uses(fleet) == fleet.capacity_h100e_days == 0.0
    assert all(r.offered_tokens == r.served_tokens == r.revenue_usd2025 == 0.0 for r in requests)


# -- rents and prices -----------------------------------------------------------------------------------------------


def money(room: Room) -> float:
    return sum(r.revenue_usd2025 for r in room.read()[1])


def test_the_same_rent_changes_nothing_and_another_is_passed_on():
    """Until customers react, half the rent halves what they pay; the days before are paid at the old price."""
    same, cheaper = Room(inference(), customers()), Room(inference(), customers())
    for room, rent in ((same, 1.5), (cheaper, 0.75)):
        room.to(10.0)
        room.fleet.set_rent(rent)
        room.to(20.0)
    assert same.fleet.revenue_usd2025_per_day == pytest.approx(4.0 * 1.5 * 24.0 * 480.0)
    assert cheaper.fleet.revenue_usd2025_per_day == pytest.approx(4.0 * 0.75 * 24.0 * 480.0)
    assert money(cheaper) == pytest.approx(0.75 * money(same))


def test_customers_want_more_of_what_got_cheaper():
    room = Room(inference(), customers(price_elasticity=1.0))
    before = room.fleet.asked_usd2025_per_day
    room.fleet.set_rent(0.75)
    for days in range(30, 3_000, 30):
        room.to(days + 1.0)
    assert room.fleet.progress_nats() == pytest.approx((0.0, math.log(2.0)))
    assert room.fleet.asked_usd2025_per_day == pytest.approx(before, rel=1e-3)


@pytest.mark.parametrize(("rent", "markup"), [(0.75, 8.0), (3.0, 2.0), (60.0, 1.0)])
def test_who_reviews_prices_keeps_them_as_long_as_they_cover_the_rent(rent, markup):
    room = Room(inference(), customers(), keeps_prices=True)
    price = room.fleet.mean_price_usd2025_per_token
    room.fleet.set_rent(rent)
    assert room.fleet.markup == pytest.approx(markup)
    assert room.fleet.mean_price_usd2025_per_token == pytest.approx(price * rent * markup / 6.0)


def test_a_markup_is_taken_from_the_next_token_on():
    room = Room(inference(), customers())
    room.to(10.0)
    room.fleet.sell(2.0, Pull())
    room.to(20.0)
    assert money(room) == pytest.approx(1.5 * 24.0 * 480.0 * 10.0 * (4.0 + 2.0))


def test_what_stands_idle_is_counted_beyond_the_headroom():
    """480 of 1,000 are busy and nothing is lent before the first review: 0.52 idle, of which 0.2 are wanted."""
    room = Room(inference(least_change_fraction=1.0), customers())
    assert room.fleet.idle_fraction == pytest.approx(0.52 - 0.2)
