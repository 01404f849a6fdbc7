"""A replica under load: the same requests at every rate, and what is measured against what must come out."""

import math

import numpy as np
import pytest

from simlab.randomness import Streams
from simlab.world.inference.replica_loads import Kind, draw, fluid, measure, most_per_s
from simlab.world.inference.server import Server

WIDE = Server(1.0, 6e-5, 0.013, 4e-5, 4e-8, 64, 1e9)
CHAT = Kind(4_000.0, 0.5, 300.0, 1.0, 128_000.0)
EQUAL = Kind(1_000.0, 1.0, 200.0, 0.0)


def test_another_rate_brings_the_same_requests_nearer_together():
    slow, fast = draw(CHAT, 1.0, 1_000, Streams(1)), draw(CHAT, 4.0, 1_000, Streams(1))
    assert fast.arrived_s == pytest.approx([t / 4.0 for t in slow.arrived_s])
    assert fast[1:] == slow[1:]
    assert draw(CHAT, 1.0, 1_000, Streams(2)).output_tokens != slow.output_tokens


def test_more_requests_leave_those_before_them_as_they_were():
    few, many = draw(CHAT, 1.0, 100, Streams(1)), draw(CHAT, 1.0, 40_000, Streams(1))
    assert [column[:100] for column in many] == list(few)


def test_drawn_requests_have_the_means_of_their_shape():
    requests = draw(CHAT, 2.0, 200_000, Streams(3))
    shape = CHAT.shape()
    error = shape.output_tokens * math.sqrt(math.e - 1.0) / math.sqrt(200_000)
    assert np.mean(requests.output_tokens) == pytest.approx(shape.output_tokens, abs=4.0 * error)
    assert set(requests.input_tokens) == {4_000}
    assert set(requests.read_tokens) == {round(shape.read_tokens)}
    assert requests.arrived_s[-1] == pytest.approx(100_000, rel=4.0 / math.sqrt(200_000))


def test_flat_out_equal_requests_are_served_at_the_rate_of_a_full_batch():
    step_s = 0.013 + 64 * (4e-5 + 4e-8 * (1_000 + 199 / 2))
    assert most_per_s(WIDE, EQUAL, 64 * 100, Streams(1)) == pytest.approx(64 / (200 * step_s), rel=0.02)


def test_below_its_capacity_a_replica_serves_what_is_asked():
    found = measure(WIDE, CHAT, 0.6, 20_000, Streams(1))
    asked = found.served.output_tokens.sum() / found.window_s
    assert found.output_tokens / found.window_s == pytest.approx(asked, rel=0.01)
    stays_s = found.served.ended_s - found.served.started_s
    per_s = found.served.arrived_s.size / found.window_s
    assert found.mean_running == pytest.approx(per_s * stays_s.mean(), rel=0.02)
    assert found.n_stops == 0


@pytest.mark.parametrize("memory", ["reserve", "recompute"])
def test_little_memory_serves_less_and_is_nearly_full(memory):
    narrow = WIDE._replace(kv_tokens=60_000)
    assert most_per_s(narrow, CHAT, 5_000, Streams(1), memory) < 0.6 * most_per_s(WIDE, CHAT, 5_000, Streams(1))
    found = measure(narrow, CHAT, 0.98, 5_000, Streams(1), memory)
    assert 0.7 < found.held_fraction <= 1.0
    assert (found.n_stops > 0) == (memory == "recompute")


def test_a_context_longer_than_the_whole_memory_is_compacted_there():
    narrow = WIDE._replace(kv_tokens=6_000)
    served = measure(narrow, CHAT, 0.3, 2_000, Streams(1)).served
    assert served.output_tokens.max() > 6_000 - 4_000
    assert np.isfinite(served.ended_s).all()


@pytest.mark.parametrize("load", [0.3, 0.7])
def test_where_memory_does_not_bind_the_fluid_form_has_the_mean_time(load):
    means = []
    for seed in range(6):
        served = measure(WIDE, CHAT, load, 10_000, Streams(seed)).served
        means.append((served.ended_s - served.arrived_s).mean())
    queue = fluid(WIDE, CHAT)
    assert np.mean(means) == pytest.approx(queue.mean_s(load * queue.max_per_s), rel=0.03)
