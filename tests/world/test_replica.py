"""The exact replica against closed forms, against a simulation of every single step, and against its own accounts."""

import math
import pickle
from collections import deque
from itertools import accumulate, pairwise

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.randomness import Streams
from simlab.stage import Alarm, Stage
from simlab.trace.recorder import Trace
from simlab.world.inference.replica import Memory, Replica
from simlab.world.inference.server import Server

ENDLESS = math.inf
TOY = Server(1.0, 2.0**-10, 2.0**-6, 2.0**-9, 2.0**-13, 4, 60)
"""Binary fractions: every sum of them is exact, so that two ways of adding must agree to the last bit."""


def writer(alpha_s, beta_s, max_batch, delta_s=0.0, kv_tokens=ENDLESS, prefill_s=0.0):
    return Server(1.0, prefill_s, alpha_s, beta_s, delta_s, max_batch, kv_tokens)


def serve(server, requests, memory: Memory = "reserve", limit=ENDLESS):
    """Served requests; `requests` are (arrivals, inputs, outputs, and, if not all of the input, what is read of it)."""
    replica = Replica(server, memory, context_limit_tokens=limit)
    replica.offer(*(list(column) for column in requests))
    replica.advance()
    return replica.served()


# -- every single step ----------------------------------------------------------------------------------------------


class Request:
    """A request of the simulation below."""

    def __init__(self, number, limit, arrived_s, n_in, n_out, n_read=None):
        self.number, self.limit, self.arrived_s, self.n_in, self.n_out = number, limit, arrived_s, n_in, n_out
        self.n_read, self.written = n_in if n_read is None else n_read, 0
        self.started_s = self.first_s = self.ended_s = math.nan

    def context(self, more=0):
        return min(self.n_in + self.written + more, self.limit)


def step_by_step(server, requests, memory="reserve", limit=ENDLESS):
    """The same replica without any jump: every step is made, every token written."""
    coming = deque(Request(i, limit, *row) for i, row in enumerate(zip(*requests, strict=True)))
    everybody, line, batch, now = list(coming), deque(), [], 0.0

    def welcome():
        while coming and coming[0].arrived_s <= now:
            line.append(coming.popleft())

    def fits(request):
        ahead = [r.n_out if memory == "reserve" else r.written + 1 for r in [*batch, request]]
        return sum(min(r.n_in + a, limit) for r, a in zip([*batch, request], ahead, strict=True)) <= server.kv_tokens

    while coming or line or batch:
        if not (line or batch):
            now = max(now, coming[0].arrived_s)
        welcome()
        while line and len(batch) < server.max_batch and fits(line[0]):
            request = line.popleft()
            now_s, request.started_s = now, now if math.isnan(request.started_s) else request.started_s
            batch.append(request)
            now = now_s + server.prefill_s * request.n_read
            welcome()
        while memory == "recompute" and sum(r.context(1) for r in batch) > server.kv_tokens:
            newest = max(batch, key=lambda r: r.number)
            newest.n_read = newest.context()
            batch.remove(newest)
            line.appendleft(newest)
        context = sum(r.context() for r in batch)
        now += server.step_s + server.step_per_request_s * len(batch) + server.step_per_context_token_s * context
        for request in batch:
            request.written += 1
            request.first_s = now if request.written == 1 else request.first_s
            request.ended_s = now if request.written == request.n_out else request.ended_s
        batch = [r for r in batch if r.written < r.n_out]
    return np.array([[r.started_s, r.first_s, r.ended_s] for r in everybody]).T


def drawn(seed, n, per_s, n_in=6, n_out=8.0):
    rng = np.random.default_rng(seed)
    arrived_s = np.cumsum(rng.exponential(1.0 / per_s, n))
    return arrived_s.tolist(), rng.integers(0, 2 * n_in, n).tolist(), rng.geometric(1.0 / n_out, n).tolist()


@pytest.mark.parametrize("memory", ["reserve", "recompute"])
@pytest.mark.parametrize("per_s", [0.5, 3.0, 30.0])
@pytest.mark.parametrize("kv_tokens", [120, 300, 1e9])
def test_jumps_give_what_every_single_step_gives(memory, per_s, kv_tokens):
    server = Server(1.0, 0.003, 0.031, 0.0017, 0.00023, 9, kv_tokens)
    requests = drawn(1, 300, per_s)
    for limit in (20, ENDLESS):
        served = serve(server, requests, memory, limit)
        found = np.array([served.started_s, served.first_token_s, served.ended_s])
        assert found == pytest.approx(step_by_step(server, requests, memory, limit), rel=1e-9, abs=0.0)


ONE = st.tuples(st.integers(0, 60), st.integers(0, 20), st.integers(1, 40), st.integers(0, 20))
REQUESTS = st.lists(ONE, min_size=1, max_size=25).map(
    lambda rows: (list(accumulate(row[0] / 64 for row in rows)), *zip(*[row[1:] for row in rows], strict=True))
)


@given(
    REQUESTS,
    st.sampled_from(["reserve", "recompute"]),
    st.integers(1, 6),
    st.integers(60, 100),
    st.sampled_from([10, 25, 60, ENDLESS]),
)
@settings(max_examples=400, deadline=None)
def test_they_do_so_to_the_last_bit_where_sums_are_exact(requests, memory, max_batch, kv_tokens, limit):
    server = TOY._replace(max_batch=max_batch, kv_tokens=kv_tokens)
    served = serve(server, requests, memory, limit)
    found = np.array([served.started_s, served.first_token_s, served.ended_s])
    assert np.array_equal(found, step_by_step(server, requests, memory, limit))


@given(REQUESTS, st.sampled_from(["reserve", "recompute"]))
@settings(max_examples=100, deadline=None)
def test_a_limit_of_context_as_small_as_the_memory_lets_everybody_through(requests, memory):
    server = TOY._replace(kv_tokens=15)
    assert np.isfinite(serve(server, requests, memory, limit=15).ended_s).all()


def test_a_long_jump_into_a_long_context_ends_at_the_right_step():
    server = Server(1.0, 0.0, 0.01, 0.001, 1e-7, 8, 1e9)
    requests = [0.0, 1e4 / 3.0], [200_000, 1], [400_000, 1]
    served = serve(server, requests)
    steps = np.cumsum(0.011 + 1e-7 * (200_000 + np.arange(400_000)))
    begins = steps[np.searchsorted(steps, requests[0][1])]
    assert served.started_s[1] == pytest.approx(begins, rel=1e-9)


def test_who_comes_at_the_very_end_of_a_step_does_not_wait_for_the_next():
    ends_s = [steps * 0.1 for steps in range(1, 3_000)]
    for arrived_s in ends_s[::7]:
        assert serve(writer(0.1, 0.0, 2), ([0.0, arrived_s], [0, 0], [3_000, 1])).started_s[1] == arrived_s


# -- accounts -------------------------------------------------------------------------------------------------------


@given(REQUESTS, st.sampled_from(["reserve", "recompute"]), st.integers(60, 90))
@settings(max_examples=150, deadline=None)
def test_nobody_is_lost_and_memory_is_never_overdrawn(requests, memory, kv_tokens):
    replica = Replica(TOY._replace(kv_tokens=kv_tokens), memory)
    replica.changes = []
    replica.offer(*(list(column) for column in requests))
    for until_s in np.arange(0.0, 8.0, 0.37).tolist():
        replica.advance(until_s)
        served = replica.served()
        n_waiting = np.isnan(served.started_s).sum() + replica.n_started - replica.n_running - replica.n_ended
        assert replica.n_ended + replica.n_running + n_waiting == len(requests[0])
        assert replica.n_ended == np.isfinite(served.ended_s).sum()
    replica.advance()
    served = replica.served()
    assert replica.n_ended == len(requests[0])
    assert (replica.n_running, replica.context_tokens, replica.held_tokens) == (0, 0, 0)
    assert (served.arrived_s <= served.started_s).all()
    assert (served.started_s < served.first_token_s).all()
    assert (served.first_token_s <= served.ended_s).all()
    assert all(change.n_running <= TOY.max_batch for change in replica.changes)
    assert all(change.context_tokens <= change.held_tokens <= kv_tokens for change in replica.changes)
    assert all(before.time_s <= after.time_s for before, after in pairwise(replica.changes))


def test_tokens_in_are_tokens_out():
    requests = drawn(2, 200, 5.0)
    served = serve(TOY, ([*requests[0]], requests[1], [min(out, 40) for out in requests[2]]))
    assert served.input_tokens.tolist() == requests[1]
    assert np.isfinite(served.ended_s).all()
    assert served.output_tokens.tolist() == [min(out, 40) for out in requests[2]]


def test_littles_law_holds_exactly_for_the_batch():
    replica = Replica(writer(0.03, 0.002, 8, 1e-4, 400, 0.002))
    replica.changes = []
    replica.offer(*drawn(3, 2_000, 3.0))
    replica.advance()
    served = replica.served()
    area = sum(before.n_running * (after.time_s - before.time_s) for before, after in pairwise(replica.changes))
    stays_s = served.ended_s - served.started_s
    assert area == pytest.approx(stays_s.sum(), rel=1e-9)
    assert replica.running_request_s == pytest.approx(stays_s.sum(), rel=1e-9)
    reserved = served.input_tokens + served.output_tokens
    assert replica.held_token_s == pytest.approx((reserved * stays_s).sum(), rel=1e-9)


def test_littles_law_holds_exactly_for_the_system():
    served = serve(writer(0.03, 0.002, 8, 1e-4, 400, 0.002), drawn(3, 2_000, 3.0))
    moves = sorted([(t, 1) for t in served.arrived_s] + [(t, -1) for t in served.ended_s])
    present = list(accumulate(change for _, change in moves))
    assert min(present) == 0 == present[-1]
    area = sum(n * (after[0] - before[0]) for n, (before, after) in zip(present, pairwise(moves), strict=False))
    assert area == pytest.approx((served.ended_s - served.arrived_s).sum(), rel=1e-9)


def test_twice_as_slow_is_the_same_at_half_the_speed_to_the_last_bit():
    server, requests = Server(1.0, 0.003, 0.031, 0.0017, 0.00023, 9, 150), drawn(4, 500, 3.0)
    slower = Server(1.0, 0.006, 0.062, 0.0034, 0.00046, 9, 150)
    once, twice = serve(server, requests), serve(slower, ([2.0 * t for t in requests[0]], *requests[1:]))
    for at_once, later in zip(once[:4], twice[:4], strict=True):
        assert np.array_equal(2.0 * at_once, later)


@pytest.mark.parametrize("memory", ["reserve", "recompute"])
def test_looking_changes_nothing_not_even_a_last_bit(memory):
    server, requests = Server(1.0, 0.03, 0.031, 0.0017, 0.00023, 9, 100), drawn(5, 400, 2.0)
    replica = Replica(server, memory)
    begin = 0
    for until_s in np.arange(0.0, 300.0, 0.77).tolist():
        end = int(np.searchsorted(requests[0], until_s))
        replica.offer(*(column[begin:end] for column in requests))
        replica.advance(until_s)
        replica, begin = pickle.loads(pickle.dumps(replica)), end
    replica.advance()
    straight = serve(server, requests, memory)
    assert begin == 400
    for looked, left_alone in zip(replica.served(), straight, strict=True):
        assert np.array_equal(looked, left_alone)


def test_it_can_be_read_by_whoever_stands_on_simpys_clock():
    requests = drawn(6, 300, 2.0)
    replica, stage = Replica(TOY._replace(kv_tokens=200)), Stage(simpy.Environment(), Streams(1), Trace())
    replica.offer(*requests)
    ended_by = []

    def read(alarm: Alarm) -> None:
        replica.advance(stage.env.now)
        ended_by.append(replica.n_ended)
        stage.set(alarm, 10.0)

    stage.after(10.0, read)
    stage.env.run(until=101.0)
    ended_s = serve(TOY._replace(kv_tokens=200), requests).ended_s
    assert ended_by == [(ended_s < 10.0 * (i + 1)).sum() for i in range(10)]


# -- closed forms ---------------------------------------------------------------------------------------------------


def test_a_full_batch_of_equal_requests_writes_what_arithmetic_says():
    n = 64 * 50
    served = serve(writer(0.03, 0.0003, 64), ([0.0] * n, [0] * n, [256] * n))
    duration_s = served.ended_s.max()
    assert 256 * n / duration_s == pytest.approx(64 / (0.03 + 0.0003 * 64), rel=1e-12)
    assert 256 * n / duration_s == pytest.approx(1300.8, abs=0.05)
    assert n / duration_s == pytest.approx(5.0813, abs=5e-5)


def test_a_full_batch_takes_the_time_that_the_fluid_form_says():
    server = Server(1.0, 2e-4, 0.02, 0.0005, 2e-7, 32, 1e9)
    rng = np.random.default_rng(7)
    n_in, n_out = rng.integers(100, 2_000, 20_000), rng.geometric(1 / 300, 20_000)
    served = serve(server, ([0.0] * 20_000, n_in.tolist(), n_out.tolist()))
    squares = (n_out * (n_in + n_out / 2.0)).mean()
    fluid_s = 2e-4 * n_in.mean() + n_out.mean() * (0.02 / 32 + 0.0005) + 2e-7 * squares
    assert served.ended_s.max() / 20_000 == pytest.approx(fluid_s, rel=3e-3)


def test_one_at_a_time_is_a_queue_with_one_server():
    """Lindley: whoever comes waits for the end of the one before, whatever the laws."""
    server, requests = writer(0.02, 0.001, 1, 1e-5, prefill_s=0.001), drawn(8, 2_000, 2.0, 300, 20.0)
    times = [0.001 * i + o * (0.021 + 1e-5 * (i + (o - 1) / 2.0)) for i, o in zip(*requests[1:], strict=True)]
    free_s, started_s = 0.0, []
    for arrived_s, service_s in zip(requests[0], times, strict=True):
        started_s.append(max(free_s, arrived_s))
        free_s = started_s[-1] + service_s
    assert serve(server, requests).started_s == pytest.approx(started_s, rel=1e-9)


def test_alone_a_request_takes_its_reading_and_its_steps():
    served = serve(Server(1.0, 0.001, 0.02, 0.005, 1e-4, 8, 1e6), ([1.0], [50], [11]))
    assert served.first_token_s[0] == pytest.approx(1.0 + 0.05 + 0.025 + 1e-4 * 50)
    assert served.ended_s[0] == pytest.approx(1.0 + 0.05 + 11 * 0.025 + 1e-4 * (11 * 50 + 55))


def birth_and_death(per_s, tokens, alpha_s, beta_s, max_batch, most=20_000):
    """Mean number in a server that finishes requests at rate n / (L (alpha + beta n)), n at most `max_batch`."""
    weight, total, mean = 1.0, 1.0, 0.0
    for number in range(1, most):
        n = min(number, max_batch)
        weight *= per_s * tokens * (alpha_s + beta_s * n) / n
        total, mean = total + weight, mean + number * weight
    return mean / total


def sojourns(server, per_s, lengths, n, n_runs):
    """Mean sojourn, seconds, over `n_runs` runs of `n` requests without their first tenth, and its standard error."""
    means = []
    for seed in range(n_runs):
        rng = np.random.default_rng((9, seed))
        arrived_s = np.cumsum(rng.exponential(1.0 / per_s, n)).tolist()
        served = serve(server, (arrived_s, [0] * n, lengths(rng, n).tolist()))
        means.append((served.ended_s - served.arrived_s)[n // 10 :].mean())
    return float(np.mean(means)), float(np.std(means, ddof=1)) / math.sqrt(n_runs)


def geometric(tokens):
    return lambda rng, n: rng.geometric(1.0 / tokens, n)


def fixed(tokens):
    return lambda rng, n: np.full(n, tokens)


def log_normal(tokens, cv):
    sd = math.sqrt(math.log(1.0 + cv * cv))
    return lambda rng, n: np.ceil(rng.lognormal(math.log(tokens) - sd * sd / 2.0, sd, n)).astype(int)


@pytest.mark.parametrize("lengths", [geometric(256), fixed(256)], ids=["geometric", "fixed"])
def test_a_batch_server_below_its_limit_has_the_mean_of_the_birth_and_death_chain(lengths):
    theory_s = birth_and_death(1.0, 256, 0.03, 0.0003, 64)
    assert theory_s == pytest.approx(8.40208, abs=5e-6)
    mean_s, error_s = sojourns(writer(0.03, 0.0003, 64), 1.0, lengths, 5_000, 24)
    step_s = 0.03 + 0.0003 * theory_s  # who comes waits half a step for the batch to open
    assert mean_s == pytest.approx(theory_s + 0.5 * step_s, abs=4.0 * error_s)
    assert error_s < 0.01 * theory_s


def test_a_batch_server_at_its_limit_has_the_mean_of_the_birth_and_death_chain():
    theory = birth_and_death(2.0, 400, 0.02, 0.0005, 32)
    assert theory == pytest.approx(30.3509, abs=5e-5)
    mean_s, error_s = sojourns(writer(0.02, 0.0005, 32), 2.0, geometric(400), 20_000, 16)
    assert 2.0 * mean_s == pytest.approx(theory, abs=8.0 * error_s + 0.04)
    assert 2.0 * error_s < 0.02 * theory


def test_at_the_limit_the_law_of_lengths_begins_to_matter():
    mean_s, error_s = sojourns(writer(0.02, 0.0005, 32), 2.0, fixed(400), 20_000, 16)
    assert 2.0 * (mean_s + 4.0 * error_s) < 30.3509


@pytest.mark.parametrize(
    "lengths", [geometric(2_000), fixed(2_000), log_normal(2_000, 2.0)], ids=["exponential", "fixed", "log-normal"]
)
def test_without_weights_to_read_it_shares_the_processor_whatever_the_law(lengths):
    """A step of beta n seconds gives each its n-th part: mean sojourn 1 / (mu - lambda) = 5 s at load 0.8."""
    mean_s, error_s = sojourns(writer(0.0, 1.0 / 2_000, 10**9), 0.8, lengths, 10_000, 24)
    assert mean_s == pytest.approx(5.0, abs=4.0 * error_s)
    assert error_s < 0.2


def test_what_can_never_be_served_is_refused():
    replica = Replica(TOY)
    with pytest.raises(ValueError, match="never fit"):
        replica.offer([0.0], [30], [31])
    with pytest.raises(ValueError, match="at least one token"):
        replica.offer([0.0], [30], [0])
    replica.advance(5.0)
    with pytest.raises(ValueError, match="from 5"):
        replica.offer([4.0], [1], [1])
    with pytest.raises(ValueError, match="take time"):
        Replica(writer(0.0, 0.0, 4))
