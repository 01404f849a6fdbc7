"""What tokens cost: the fitted law against the published table, moments by brute force, compaction."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.world.inference.costs import ServerParams, server_of, speed_of, tokens_per_h100e_day
from simlab.world.inference.shapes import Shape, partial_moment, shape

PARAMS = ServerParams(
    reference_parameters=1e11,
    prefill_s_per_token=2.0e-4,
    decode_s_per_token=2.1e-4,
    attention_s_per_token_per_context_token=1.82e-7,
    attention_exponent=0.79,
    achieved_fraction=1.0,
    parameters_per_h100e=4e10,
    max_batch=512,
    step_fraction=0.4,
    memory_fraction=0.5,
    context_limit_tokens=128_000.0,
)


@pytest.mark.parametrize(("parameters", "attention_ns"), [(8e9, 25.5), (70e9, 137.0), (405e9, 561.0)])
def test_attention_goes_with_size_as_the_published_table_says(parameters, attention_ns):
    assert speed_of(parameters, PARAMS, 0.0).attention_s * 1e9 == pytest.approx(attention_ns, rel=0.05)


@pytest.mark.parametrize(
    ("parameters", "tokens_per_s_h100e"), [(8e9, 15_220.0), (70e9, 4_205.0 / 2), (405e9, 2_919.0 / 8)]
)
def test_throughput_is_that_of_the_published_table(parameters, tokens_per_s_h100e):
    """1,000 tokens in and 1,000 out on H100 in FP8 (TensorRT-LLM v1.0)."""
    thousand = Shape(1_000.0, 1_000.0, 1_500.0)
    rate = tokens_per_h100e_day(speed_of(parameters, PARAMS, 0.0), thousand) / 86_400
    assert rate == pytest.approx(tokens_per_s_h100e, rel=0.15)


@pytest.mark.parametrize("parameters", [5e10, 1e11, 4.05e11, 2e12])
@pytest.mark.parametrize(("read", "written"), [(128, 128), (500, 2_000), (1_000, 1_000), (5_000, 500), (20_000, 2_000)])
def test_a_server_spends_what_the_law_says(parameters, read, written):
    """The same constants, read as a server with a batch limit and a memory, give the same time within a fifth."""
    server = server_of(parameters, PARAMS, 0.0)
    law_s = written * speed_of(parameters, PARAMS, 0.0).per_token_s(Shape(read, written, read + written / 2))
    assert server.n_h100e * server.request_s(read, written) == pytest.approx(law_s, rel=0.2)


def test_room_for_context_is_about_what_memory_leaves():
    on_two = server_of(70e9, PARAMS, 0.0)
    assert on_two.kv_tokens * 2 / on_two.n_h100e == pytest.approx(0.45e6, rel=0.25)
    on_eight = server_of(405e9, PARAMS, 0.0)
    assert on_eight.kv_tokens * 8 / on_eight.n_h100e == pytest.approx(0.66e6, rel=0.25)


@given(gain=st.floats(-1, 6), parameters=st.floats(1e9, 1e14))
def test_research_multiplies_tokens_per_accelerator(gain, parameters):
    kind = Shape(500.0, 300.0, 2_000.0)
    with_it, without = (tokens_per_h100e_day(speed_of(parameters, PARAMS, g), kind) for g in (gain, 0.0))
    assert with_it == pytest.approx(without * math.exp(gain))
    server, old = server_of(parameters, PARAMS, gain), server_of(parameters, PARAMS, 0.0)
    assert server.request_s(500, 300) == pytest.approx(old.request_s(500, 300) * math.exp(-gain))
    assert server.kv_tokens == pytest.approx(old.kv_tokens)


def test_a_fleet_that_achieves_half_serves_half():
    half = PARAMS.model_copy(update={"achieved_fraction": 0.5})
    kind = Shape(500.0, 300.0, 2_000.0)
    assert speed_of(1e11, half, 0.0).per_token_s(kind) == pytest.approx(
        2 * speed_of(1e11, PARAMS, 0.0).per_token_s(kind)
    )


# -- shapes ---------------------------------------------------------------------------------------------------------


def carried(start: float, written: np.ndarray, limit: float) -> np.ndarray:
    """Token-steps of context by summing over every token's own context, in the continuum."""
    t = np.linspace(0.0, 1.0, 4_001)[:, None] * written
    return np.trapezoid(np.minimum(start + t, limit), t, axis=0)


@settings(max_examples=25, deadline=None)
@given(
    start=st.floats(1, 2_000),
    median=st.floats(10, 5_000),
    log_sd=st.floats(0.05, 1.5),
    limit=st.floats(2_500, 20_000),
)
def test_mean_context_is_the_brute_force_mean(start, median, log_sd, limit):
    z = np.linspace(-8.0, 8.0, 2_001)
    weights = np.exp(-0.5 * z**2)
    written = median * np.exp(log_sd * z)
    context = (weights * carried(start, written, limit)).sum() / (weights * written).sum()
    found = shape(start, 0.25, median, log_sd, limit)
    assert found.context_tokens == pytest.approx(context, rel=1e-3)
    assert found.output_tokens == pytest.approx((weights * written).sum() / weights.sum(), rel=1e-6)
    assert found.read_tokens == 0.75 * start


def test_a_fixed_output_carries_half_of_itself():
    assert shape(1_000.0, 0.0, 500.0, 0.0, 1e9) == Shape(1_000.0, 500.0, 1_250.0)


def test_a_billion_tokens_cost_as_their_number_not_as_its_square():
    short, long = (shape(1_000.0, 0.0, n, 0.0, 128_000.0) for n in (1e8, 1e9))
    assert long.context_tokens == pytest.approx(short.context_tokens, rel=1e-3)
    assert long.context_tokens < 128_000.0


def test_input_beyond_the_limit_is_read_but_not_carried():
    assert shape(500_000.0, 0.0, 100.0, 0.0, 128_000.0) == Shape(500_000.0, 100.0, 128_000.0)


@pytest.mark.parametrize("order", [0, 1, 2])
def test_partial_moments_add_up_to_the_whole(order):
    whole = 300.0**order * math.exp(0.5 * (order * 1.2) ** 2)
    assert partial_moment(order, 1e30, 300.0, 1.2) == pytest.approx(whole)
    assert partial_moment(order, 0.0, 300.0, 1.2) == 0.0
    assert partial_moment(0, 300.0, 300.0, 1.2) == pytest.approx(0.5)
