"""Levers: they do what they say from their date to their end, and not one digit before or beyond."""

import math

import pytest
from pydantic import ValidationError

from simlab.randomness import Streams
from simlab.run import simulate
from simlab.trace.events import EVENT_CLASSES, ComputeDelivered, FrontierRunStarted, LeverPulled
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams

DAYS = 400.0


@pytest.fixture(scope="module")
def small(params, change) -> WorldParams:
    """The baseline with few people, a short warm-up and many launches."""
    changes = {f"labs.{lab}.initial_people": 30.0 for lab in params.labs}
    changes |= {"warm_up_days": 20.0, "training.cadence_days": 110.0, "chips.delivery_interval_days": 30.0}
    return change(params, changes)


def simulated(small: WorldParams, change, *levers: dict, days: float = DAYS) -> Trace:
    return simulate(change(small, {"levers": list(levers)}), days, Streams(4), detail=True)


@pytest.fixture(scope="module")
def without(small, change) -> Trace:
    return simulated(small, change)


def cap(start: float, end: float, h100e: float = 200_000.0, lab: str = "leader") -> dict:
    return {"lever": "compute_cap", "lab": lab, "start_day": start, "end_day": end, "max_h100e": h100e}


def pause(start: float, end: float, lab: str = "leader") -> dict:
    return {"lever": "pause", "lab": lab, "start_day": start, "end_day": end}


def rows_before(trace: Trace, day: float) -> list[list[str]]:
    """As text, for NaN differs from itself."""
    return [[repr(tuple(row)) for row in trace.of(kind) if row.time_days < day] for kind in EVENT_CLASSES]


@pytest.mark.parametrize("lever", [cap(DAYS + 1.0, DAYS + 2.0), pause(DAYS + 1.0, DAYS + 2.0)])
def test_a_lever_beyond_the_horizon_changes_no_byte(small, change, without, lever):
    trace = simulated(small, change, lever)
    for kind in EVENT_CLASSES:
        assert trace.values(kind).tobytes() == without.values(kind).tobytes()


@pytest.mark.parametrize("lever", [cap(150.5, 250.5), pause(110.5, 250.5)])
def test_nothing_before_its_date_differs_and_something_after_it_does(small, change, without, lever):
    trace = simulated(small, change, lever)
    day = lever["start_day"]
    assert rows_before(trace, day) == rows_before(without, day)
    assert rows_before(trace, DAYS + 1.0) != rows_before(without, DAYS + 1.0)


@pytest.mark.parametrize("lever", [cap(150.5, 250.5), pause(110.5, 250.5)])
def test_the_same_where_models_are_served_and_work(everything, change, lever):
    whole = change(everything, {"warm_up_days": 20.0, "training.cadence_days": 110.0})
    trace, without = simulated(whole, change, lever), simulated(whole, change)
    day = lever["start_day"]
    assert rows_before(trace, day) == rows_before(without, day)
    assert rows_before(trace, DAYS + 1.0) != rows_before(without, DAYS + 1.0)


def test_a_cap_binds_from_its_date_to_its_end_and_gives_everything_back(small, change, without):
    trace = simulated(small, change, cap(150.5, 250.5))
    capacity = {row.time_days: row.capacity_h100e for row in trace.of(ComputeDelivered) if row.lab == 0}
    free = {row.time_days: row.capacity_h100e for row in without.of(ComputeDelivered) if row.lab == 0}
    assert {h100e for day, h100e in capacity.items() if 150.5 <= day < 250.5} == {200_000.0}
    assert min(h100e for day, h100e in capacity.items() if day < 150.5) > 300_000.0
    assert capacity[250.5] == free[240.0]
    assert {day: h100e for day, h100e in capacity.items() if day > 251.0} == {
        day: h100e for day, h100e in free.items() if day > 251.0
    }


def test_a_cap_touches_the_accelerators_of_its_lab_alone(small, change, without):
    trace = simulated(small, change, cap(150.5, 250.5))
    for lab in (1, 2):
        capped, free = ([row for row in t.of(ComputeDelivered) if row.lab == lab] for t in (trace, without))
        assert capped == free


def test_a_cap_makes_the_next_run_smaller(small, change, without):
    trace = simulated(small, change, cap(50.5, 390.5))
    runs, free = ([row for row in t.of(FrontierRunStarted) if row.lab == 0] for t in (trace, without))
    share = small.labs["leader"].frontier_fraction * (1.0 - small.labs["leader"].serving_fraction)
    later = [row for row in runs if row.time_days > 50.5]
    assert len(later) >= 2
    assert all(row.n_h100e == pytest.approx(share * 200_000.0) for row in later)
    assert all(row.n_h100e > share * 300_000.0 for row in free)


def test_a_pause_launches_nothing_in_between_and_one_that_fell_due_at_its_end(small, change, without):
    trace = simulated(small, change, pause(110.5, 250.5))
    starts, free = ([row.time_days for row in t.of(FrontierRunStarted) if row.lab == 0] for t in (trace, without))
    assert any(110.5 <= day < 250.5 for day in free)
    assert not any(110.5 <= day < 250.5 for day in starts)
    assert 250.5 in starts


def test_a_pause_leaves_the_other_labs_launches_alone(small, change, without):
    trace = simulated(small, change, pause(110.5, 250.5))
    for lab in (1, 2):
        paused, free = ([r.time_days for r in t.of(FrontierRunStarted) if r.lab == lab] for t in (trace, without))
        assert paused == pytest.approx(free)


def test_a_pause_in_which_no_launch_falls_due_changes_no_launch(small, change, without):
    starts = [row.time_days for row in without.of(FrontierRunStarted) if row.lab == 0]
    gap = starts[1] - 5.0, starts[1] - 2.0
    trace = simulated(small, change, pause(*gap))
    assert [row.time_days for row in trace.of(FrontierRunStarted) if row.lab == 0] == starts


def test_every_pull_is_written_down_with_its_place_and_amount(small, change):
    trace = simulated(small, change, cap(50.5, 120.5), pause(60.5, 80.5, lab="follower"), days=150.0)
    pulls = [tuple(row) for row in trace.of(LeverPulled)]
    assert [pull[:3] for pull in pulls] == [(50.5, 0, 0), (60.5, 1, 1), (80.5, 1, 1), (120.5, 0, 0)]
    assert pulls[0][3] == 200_000.0
    assert pulls[3][3] > 300_000.0
    assert (pulls[1][3], pulls[2][3]) == (0.0, 1.0)


def test_a_cap_that_begins_before_the_world_holds_from_its_first_day(small, change):
    trace = simulated(small, change, cap(-1000.0, 50.5), days=60.0)
    first = next(row for row in trace.of(ComputeDelivered) if row.lab == 0)
    assert (first.time_days, first.capacity_h100e) == (0.0, 200_000.0)


def test_a_lever_needs_a_lab_that_exists(small, change):
    with pytest.raises(ValidationError, match="there is no lab 'nobody'"):
        change(small, {"levers": [pause(1.0, 2.0, lab="nobody")]})


@pytest.mark.parametrize("lever", [cap(1.0, 2.0, h100e=0.0), cap(1.0, 2.0, h100e=math.inf), {"lever": "magic"}])
def test_a_lever_of_impossible_numbers_is_refused(small, change, lever):
    with pytest.raises(ValidationError):
        change(small, {"levers": [lever]})
