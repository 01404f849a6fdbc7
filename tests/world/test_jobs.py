"""Checkpoints and interruptions, as arithmetic: known answers of the formulas the machines use."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.world.jobs import GRAIN_H100E, Job, daly_interval_days, grains_h100e, n_writes, spent, young_interval_days

HOUR = 1.0 / 24.0
MINUTE = HOUR / 60.0

days = st.floats(0.0, 100.0)


@pytest.mark.parametrize(
    ("write", "mtbf", "young", "daly"),
    [(1 * MINUTE, 54.0 / 419.0, 0.321096, 0.310081), (5 * MINUTE, 7.9 * HOUR, 1.147461, 1.092578)],
)
def test_young_and_daly_intervals_are_the_published_ones(write: float, mtbf: float, young: float, daly: float):
    assert young_interval_days(write, mtbf) / HOUR == pytest.approx(young, abs=5e-7)
    assert daly_interval_days(write, mtbf) / HOUR == pytest.approx(daly, abs=5e-7)


@given(write=st.floats(1e-6, 0.01), mtbf=st.floats(0.1, 1e4))
def test_dalys_interval_loses_less_than_one_a_tenth_longer_or_shorter(write: float, mtbf: float):
    def cost(interval: float) -> float:
        return math.expm1((interval + write) / mtbf) / interval

    best = daly_interval_days(write, mtbf)
    assert cost(best) < cost(1.1 * best)
    assert cost(best) < cost(0.9 * best)


def test_daly_at_the_edges():
    assert daly_interval_days(0.0, 5.0) == 0.0  # a write that costs nothing: always
    assert daly_interval_days(0.1, math.inf) == math.inf  # nothing fails: never
    assert daly_interval_days(10.0, 5.0) == 5.0


def test_nodes_in_series_fail_in_proportion():
    # 6.5 failures per 1,000 nodes of 8 and day: a job on 16,384 lives 1.803 hours, one on 131,072 lives 0.2254.
    per_h100e_day = 6.5 / 1000.0 / 8.0
    assert 1.0 / (16_384 * per_h100e_day) / HOUR == pytest.approx(1.803, abs=5e-4)
    assert 1.0 / (131_072 * per_h100e_day) / HOUR == pytest.approx(0.2254, abs=5e-5)


def test_there_is_a_write_between_every_two_intervals_and_none_at_the_end():
    assert [n_writes(work, 2.0) for work in (0.0, 1.0, 2.0, 2.1, 4.0, 10.0)] == [0, 0, 0, 1, 1, 4]
    assert n_writes(10 * HOUR, 2 * HOUR) == 4
    assert n_writes(5.0, math.inf) == n_writes(5.0, 0.0) == 0


def test_a_stint_is_split_into_restart_writes_saved_and_unsaved_work():
    # restart 1, then 4 of work and 1 of writing in turn
    assert spent(0.5, 1.0, 4.0, 1.0) == (0.5, 0.0, 0.0, 0.0)
    assert spent(3.0, 1.0, 4.0, 1.0) == (1.0, 0.0, 0.0, 2.0)
    assert spent(5.5, 1.0, 4.0, 1.0) == (1.0, 0.5, 0.0, 4.0)  # a write cut short saves nothing
    assert spent(6.0, 1.0, 4.0, 1.0) == (1.0, 1.0, 4.0, 0.0)
    assert spent(13.0, 1.0, 4.0, 1.0) == (1.0, 2.0, 8.0, 2.0)


def test_an_interval_that_rounding_makes_a_hair_too_long_is_saved_all_the_same():
    assert 0.3 / 0.1 < 3.0
    assert spent(0.3, 0.0, 0.1, 0.0).unsaved_days == pytest.approx(0.0, abs=1e-12)


@given(elapsed=days, restart=days, interval=days | st.just(math.inf), write=days)
def test_the_parts_of_a_stint_add_up_to_it_and_none_is_negative(
    elapsed: float, restart: float, interval: float, write: float
):
    parts = spent(elapsed, restart, interval, write)
    assert sum(parts) == pytest.approx(elapsed, abs=1e-9)
    assert min(parts) >= -1e-9
    assert parts.unsaved_days <= interval or interval == 0.0


@given(parts=st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=20))
def test_parts_rounded_down_never_add_up_to_more_than_their_whole(parts: list[float]):
    assert sum(grains_h100e(part) for part in parts) <= grains_h100e(math.fsum(parts) + GRAIN_H100E / 2)


def test_an_amount_below_a_grain_is_a_grain():
    assert Job(None, 0, 1e-12, 1.0, lambda job: None, number=0).n_h100e == GRAIN_H100E


@pytest.mark.parametrize(
    ("n_h100e", "run_days"), [(0.0, 1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, math.inf), (math.nan, 1.0), (1.0, math.nan)]
)
def test_a_job_without_accelerators_or_length_is_refused(n_h100e: float, run_days: float):
    with pytest.raises(ValueError, match="a job needs"):
        Job(None, 0, n_h100e, run_days, lambda job: None, number=0)


def test_an_interval_next_to_nothing_saves_all_work_as_it_is_done():
    assert spent(3.0, 1.0, 5e-324, 0.0) == (1.0, 0.0, 2.0, 0.0)
    assert n_writes(3.0, 5e-324) == 0
