"""The batch server as a birth-death process: known values, brute force, limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.world.inference.delays import replica_s
from simlab.world.inference.latency import BatchQueue, batch_queue, mean_number
from simlab.world.inference.server import Server
from simlab.world.inference.shapes import Shape


def batch_server(alpha_s: float, beta_s: float, length: float, max_batch: int) -> BatchQueue:
    return BatchQueue(length * alpha_s, length * beta_s, max_batch)


def brute_force(arrivals: float, queue: BatchQueue, n_states: int = 20_000) -> float:
    """E[N] by the balance equations, state by state, far into the tail."""
    weight, total, moment = 1.0, 1.0, 0.0
    for n in range(1, n_states):
        busy = min(n, queue.max_batch)
        weight *= arrivals / (busy / (queue.fixed_s + queue.each_s * busy))
        total, moment = total + weight, moment + n * weight
    return moment / total


@pytest.mark.parametrize(
    ("arrivals", "queue", "expected"),
    [
        (1.0, batch_server(0.03, 0.0003, 256, 64), 8.40208),
        (2.0, batch_server(0.02, 0.0005, 400, 32), 30.3509),
    ],
)
def test_known_numbers_at_hand(arrivals, queue, expected):
    """An independent simulation of single steps agrees: 8.391 (16) and 30.70 (27)."""
    assert mean_number(arrivals, queue) == pytest.approx(expected, rel=1e-5)
    assert queue.mean_s(arrivals) * arrivals == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("max_batch", [1, 2, 64])
@pytest.mark.parametrize("load", [0.1, 0.5, 0.8, 0.95])
def test_without_a_step_of_its_own_it_is_processor_sharing(load, max_batch):
    """M/G/1-PS: mean time 1 / (mu - lambda), 5 at load 0.8 and service time 1."""
    assert BatchQueue(0.0, 1.0, max_batch).mean_s(load) == pytest.approx(1.0 / (1.0 - load))


@pytest.mark.parametrize(("servers", "load", "wait"), [(8, 0.8, 0.286028), (2, 0.8, 1.777778), (64, 0.9, 0.0485411)])
def test_with_nothing_but_steps_it_is_a_queue_of_many_servers(servers, load, wait):
    """M/M/c: mean wait C(c, a) / (c mu - lambda)."""
    queue = BatchQueue(1.0, 0.0, servers)
    assert mean_number(servers * load, queue) / (servers * load) == pytest.approx(1.0 + wait, rel=1e-5)


@given(load=st.floats(0.01, 0.97), fixed=st.floats(0.0, 50.0), each=st.floats(1e-4, 2.0), max_batch=st.integers(1, 300))
def test_the_closed_tail_is_the_brute_force_tail(load, fixed, each, max_batch):
    queue = BatchQueue(fixed, each, max_batch)
    arrivals = load * queue.max_per_s
    assert mean_number(arrivals, queue) == pytest.approx(brute_force(arrivals, queue, 3_000), rel=1e-6)


@given(load=st.floats(0.01, 0.97), fixed=st.floats(0.0, 50.0), each=st.floats(1e-4, 2.0))
def test_the_short_cut_far_below_the_limit_is_the_sum(load, fixed, each):
    queue = BatchQueue(fixed, each, 512)
    arrivals = load * queue.max_per_s
    assert queue.mean_s(arrivals) * arrivals == pytest.approx(mean_number(arrivals, queue), rel=1e-6)


@given(loads=st.lists(st.floats(0.0, 0.999), min_size=2, max_size=2), max_batch=st.integers(1, 600))
def test_more_load_takes_longer(loads, max_batch):
    queue = BatchQueue(8.0, 0.1, max_batch)
    low, high = (queue.mean_s(load * queue.max_per_s) for load in sorted(loads))
    assert low <= high * (1.0 + 1e-9)
    assert low >= (queue.fixed_s + queue.each_s) * (1.0 - 1e-9)


def test_a_large_batch_makes_no_number_too_large():
    queue = BatchQueue(2_000.0, 0.5, 20_000)
    assert queue.mean_s(0.9999 * queue.max_per_s) > queue.full_s * 0.9


def test_full_load_has_no_mean():
    queue = BatchQueue(8.0, 0.1, 4)
    with pytest.raises(ValueError, match="not below"):
        queue.mean_s(queue.max_per_s)


def test_nobody_waits_beyond_his_patience():
    queue = BatchQueue(8.0, 0.1, 4)
    assert replica_s(queue, 0.99999, 60.0) == queue.full_s + 60.0
    assert replica_s(queue, 1.0, 60.0) == queue.full_s


def test_the_queue_of_a_server_is_full_when_the_server_is():
    """At most as many requests a second as the server's own full batch gives."""
    server = Server(2.5, 1e-4, 0.02, 1e-4, 4e-8, 512, 4e5)
    queue = batch_queue(server, Shape(1_000.0, 400.0, 1_200.0))
    assert queue.max_batch == 333
    assert queue.max_per_s == pytest.approx(1.0 / server.request_s(1_000, 400), rel=0.1)
