"""Streams: the same address is the same luck, whoever looks, in whatever order, and whatever else is looked at."""

import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from simlab.randomness import (
    Rows,
    Streams,
    columns,
    exponentials,
    gammas,
    normal_cdf,
    normal_quantile,
    normals,
    uniforms,
)
from simlab.run import finish, simulate
from simlab.scenario import load_scenario
from simlab.trace.events import EVENT_CLASSES
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams, build_world

BASELINE = Path(__file__).parents[1] / "scenarios" / "baseline.yaml"


GOLDEN = [
    [0.5400451114214616, 0.5712364957367048, 0.7019924258235951],
    [0.7540558659997753, 0.6565506331138055, 0.036784964572816214],
    [0.5237747564537125, 0.03482170011009145, 0.3305649471641401],
]
GOLDEN_NORMALS = [-1.4738910870241333, -0.5127556699352541]


def test_the_streams_are_the_ones_they_always_were():
    """Golden draws: a change here changes the luck of every study ever run."""
    rows = Streams(2025, 3, 1).rows("golden", uniforms, 3)
    assert rows[0] == GOLDEN[0]
    assert rows[1023] == GOLDEN[1]
    assert rows[1024] == GOLDEN[2]
    assert Streams(0).rows("golden", normals, 2)[5] == pytest.approx(GOLDEN_NORMALS, rel=1e-12)


def test_a_row_is_the_same_in_whatever_order_rows_are_looked_at():
    forward, backward = (Streams(1).rows("a", normals, 4, 16) for _ in range(2))
    ahead = {row: forward[row] for row in range(100)}
    assert {row: backward[row] for row in reversed(range(100))} == ahead
    assert forward[7] == ahead[7]


def test_a_row_far_away_needs_none_of_those_before_it():
    near = Streams(1).rows("a", normals, 2, 16)
    assert [near[row] for row in range(5000)][4999] == Streams(1).rows("a", normals, 2, 16)[4999]


def test_other_streams_do_not_touch_this_one():
    alone, streams = Streams(1).rows("a", normals, 2), Streams(1)
    busy, other = streams.rows("a", normals, 2), streams.rows("b", uniforms, 7)
    for row in range(50):
        assert other[row * 13]
        assert busy[row] == alone[row]


@pytest.mark.parametrize("other", [Streams(2), Streams(1, 1), Streams(1, 0, 1)])
def test_seed_sample_and_replicate_are_all_part_of_the_address(other):
    assert other.rows("a", normals, 3)[0] != Streams(1).rows("a", normals, 3)[0]


def test_neighbouring_addresses_are_not_neighbouring_luck():
    draws = [
        np.array([Streams(seed, sample).rows(name, normals, 500)[0]])
        for seed in (0, 1)
        for sample in (0, 1)
        for name in ("ideas.a.score", "ideas.b.score")
    ]
    r = np.corrcoef(np.concatenate(draws))
    assert np.max(np.abs(r - np.eye(len(draws)))) < 4.5 / math.sqrt(500)  # 28 pairs, so a little wider


def test_rows_of_one_stream_are_independent_across_blocks_too():
    rows = Streams(9).rows("a", normals, 1, 64)
    z = np.array([rows[row][0] for row in range(20_000)])
    assert abs(np.mean(z)) < 4.0 / math.sqrt(len(z))
    for lag in (1, 63, 64, 65):
        assert abs(np.mean(z[:-lag] * z[lag:])) < 4.0 / math.sqrt(len(z))


@pytest.mark.parametrize("address", [(-1,), (0, -1), (0, 0, -2)])
def test_addresses_are_counts_from_0(address):
    with pytest.raises(ValueError, match="counts from 0"):
        Streams(*address)


def moments(draw: Callable, n: int = 100_000) -> tuple[np.ndarray, float, float]:
    x = draw(np.random.default_rng(5), (n, 1))[:, 0]
    return x, float(np.mean(x)), float(np.var(x))


@pytest.mark.parametrize("cv", [0.3, 0.71, 1.0, 1.6])
def test_gammas_have_mean_one_and_the_given_coefficient_of_variation(cv):
    x, mean, variance = moments(gammas(cv))
    k = 1.0 / cv**2  # shape; fourth central moment of a gamma of mean 1: 3 (k + 2) / k^3
    assert mean == pytest.approx(1.0, abs=4.0 * cv / math.sqrt(len(x)))
    fourth = 3.0 * (k + 2.0) / k**3
    assert variance == pytest.approx(cv**2, abs=4.0 * math.sqrt((fourth - cv**4) / len(x)))
    assert np.all(x >= 0.0)


def test_a_gamma_of_cv_one_is_exponential():
    x, _, _ = moments(gammas(1.0))
    for t in (0.1, 1.0, 3.0):
        p = math.exp(-t)
        assert float(np.mean(x > t)) == pytest.approx(p, abs=4.0 * math.sqrt(p * (1.0 - p) / len(x)))


def test_a_gamma_of_cv_zero_is_the_constant_one():
    assert set(Streams(1).rows("a", gammas(0.0), 5)[3]) == {1.0}


def test_uniforms_are_never_zero_and_may_be_one():
    class Zero:
        def random(self, shape):
            return np.zeros(shape)

    assert uniforms(Zero(), (1, 2)).tolist() == [[1.0, 1.0]]  # pyright: ignore[reportArgumentType]
    x, mean, variance = moments(uniforms)
    assert np.all((x > 0.0) & (x <= 1.0))
    assert mean == pytest.approx(0.5, abs=4.0 / math.sqrt(12 * len(x)))
    assert variance == pytest.approx(1.0 / 12.0, abs=4.0 * math.sqrt(1.0 / 180.0 / len(x)))


def test_exponentials_and_normals_are_standard():
    x, mean, variance = moments(exponentials)
    assert mean == pytest.approx(1.0, abs=4.0 / math.sqrt(len(x)))
    assert variance == pytest.approx(1.0, abs=4.0 * math.sqrt(8.0 / len(x)))
    x, mean, variance = moments(normals)
    assert mean == pytest.approx(0.0, abs=4.0 / math.sqrt(len(x)))
    assert variance == pytest.approx(1.0, abs=4.0 * math.sqrt(2.0 / len(x)))


def test_columns_are_their_parts_side_by_side():
    row = Streams(1).rows("a", columns((gammas(0.0), 2), (normals, 3), (uniforms, 1)), 6)[0]
    assert len(row) == 6
    assert row[:2] == [1.0, 1.0]
    assert 0.0 < row[5] <= 1.0


def test_the_normal_cdf_and_its_inverse_know_their_tables():
    assert [normal_cdf(x) for x in (-1.959964, 0.0, 1.0)] == pytest.approx([0.025, 0.5, 0.8413447], abs=1e-7)
    assert [normal_quantile(p) for p in (0.025, 0.5, 0.8413447)] == pytest.approx([-1.959964, 0.0, 1.0], abs=1e-6)
    xs = [normal_cdf(-9.0 + 0.1 * k) for k in range(180)]
    assert all(a < b or b == 1.0 for a, b in pairwise(xs))


class Listening(Streams):
    """Streams that write down which names were asked for."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.asked: list[str] = []

    def rows(self, name: str, draw: Callable, width: int, n_rows_per_block: int = 1024) -> Rows:
        self.asked.append(name)
        return super().rows(name, draw, width, n_rows_per_block)


@pytest.fixture(scope="module")
def params() -> WorldParams:
    p = load_scenario(BASELINE).params().model_dump()
    for lab in p["labs"].values():
        lab["initial_people"] = 30.0
    p["warm_up_days"] = 30.0
    p["cluster"]["failures_per_h100e_day"] = 1e-5
    return WorldParams(**p)


def test_no_two_actors_of_a_world_share_a_stream(params):
    streams = Listening(1)
    simulate(params, 200.0, streams)
    assert len(streams.asked) > 50
    assert sorted(set(streams.asked)) == sorted(streams.asked)


def test_a_stream_that_nobody_used_before_changes_nothing(params):
    plain = simulate(params, 150.0, Streams(8), detail=True)
    streams, trace = Streams(8), Trace(detail=True)
    world = build_world(params, streams, trace)
    news, looked = streams.rows("some.new.actor", normals, 3), []
    for day in range(1, 150, 7):
        world.stage.after(day + params.warm_up_days - 0.5, lambda alarm: looked.append(news[alarm.owner]), day)
    finish(world, 150.0)
    assert len(looked) == 22
    for kind in EVENT_CLASSES:
        assert trace.values(kind).tobytes() == plain.values(kind).tobytes()


def test_first_draws_in_bulk_are_those_of_the_rows():
    rows = Streams(3).rows("bulk", normals, 2, 16)
    assert rows.firsts(5, 60) == [rows[i][0] for i in range(5, 60)]
    assert rows.firsts(7, 7) == []
