"""Thinking: its worth against training, its limit, and the best division of a fixed total between the two."""

import math

import pytest

from simlab.world.scaling import ScalingParams, compute_optimal
from simlab.world.thinking import ThinkingParams, split_effective_flop, worth

SCALING = ScalingParams(
    parameter_exponent=0.35, token_exponent=0.37, irreducible_nats=1.8, parameter_scale=480.0, token_scale=2100.0
)


def thinking(rate=0.85, most=2.0):
    return ThinkingParams(training_decades_per_thinking_decade=rate, most_thinking_decades=most)


def test_fifteen_times_the_thinking_replaces_ten_times_the_training():
    p = thinking(rate=1.0 / math.log10(15.0))
    assert worth(math.log10(15.0), p) == pytest.approx(10.0)


def test_thinking_is_worth_nothing_beyond_its_limit_and_less_below_the_reference():
    p = thinking(rate=0.5, most=2.0)
    assert worth(0.0, p) == 1.0
    assert worth(2.0, p) == worth(9.0, p) == pytest.approx(10.0)
    assert worth(-1.0, p) == pytest.approx(10.0**-0.5)


@pytest.mark.parametrize("rate", [0.4, 0.67, 0.9])
def test_the_best_division_is_the_one_of_the_calculus(rate):
    """ln T + r (ln(C - T) - m ln T), with models that grow as T^m, is largest at T = C (1 - r m) / (1 - r m + r)."""
    m = 0.37 / (0.35 + 0.37)
    expected = (1.0 - rate * m) / (1.0 - rate * m + rate)
    total, p = 1e27, thinking(rate, most=50.0)
    shares = [i / 2000.0 for i in range(1, 2000)]
    best = max(shares, key=lambda share: split_effective_flop(total, share, 1e12, p, SCALING))
    assert best == pytest.approx(expected, abs=1.0 / 2000.0)


def test_the_tokens_of_a_division_are_what_is_left_over_the_models_size():
    total, p = 1e26, thinking(rate=1.0, most=50.0)
    model = compute_optimal(0.6 * total, SCALING)
    tokens = 0.4 * total / (2.0 * model.n_parameters)
    expected = 0.6 * total * tokens / 1e12
    assert split_effective_flop(total, 0.6, 1e12, p, SCALING) == pytest.approx(expected)


def test_at_the_limit_of_thinking_all_the_rest_goes_to_training():
    p, total = thinking(most=0.0), 1e26
    few, most = (split_effective_flop(total, share, 1.0, p, SCALING) for share in (0.5, 0.9))
    assert most == pytest.approx(few * 0.9 / 0.5)
