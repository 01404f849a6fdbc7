"""Agreement among tries: against simulated tries, and Bayes against findings whose truth is known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.world.workers.agreement import (
    TriesParams,
    agreed,
    answer,
    at_least,
    chance_true,
    majority,
    needed_success_fraction,
)

TRIES = TriesParams(most_tries=5, common_error_fraction=0.3, out_of_reach_fraction=0.6)
INDEPENDENT = TriesParams(most_tries=5, common_error_fraction=0.3, out_of_reach_fraction=0.0)
N_WORLDS = 400_000


def counted(success, n, k, c, reach):
    """Shares of simulated tasks on which k of n tries agree on the right answer, and on the common error."""
    rng = np.random.default_rng(7)
    in_reach = rng.random((N_WORLDS, 1)) < reach
    right = (rng.random((N_WORLDS, n)) < success) & in_reach
    common = ~right & (rng.random((N_WORLDS, n)) < c)
    return (right.sum(axis=1) >= k).mean(), (common.sum(axis=1) >= k).mean()


@pytest.mark.parametrize(("p", "n", "k"), [(0.7, 1, 1), (0.7, 3, 2), (0.55, 5, 3), (0.2, 9, 4)])
def test_agreement_is_what_simulated_tries_agree_on(p, n, k):
    right, wrong = counted(p, n, k, c=0.4, reach=1.0)
    assert agreed(p, 0.4, n, k) == pytest.approx((right, wrong), abs=4.0 * math.sqrt(0.25 / N_WORLDS))


@pytest.mark.parametrize("n", [1, 3, 5])
def test_tasks_out_of_reach_fail_together(n):
    success, s = 0.8, TRIES.out_of_reach_fraction
    reach = 1.0 - (1.0 - success) * s
    simulated = counted(success / reach, n, majority(n), TRIES.common_error_fraction, reach)
    assert answer(success, n, TRIES) == pytest.approx(simulated, abs=4.0 * math.sqrt(0.25 / N_WORLDS))


def test_one_try_succeeds_as_often_as_it_succeeds():
    assert answer(0.8, 1, TRIES) == pytest.approx((0.8, 0.2 * 0.3))


def test_many_tries_reach_all_that_is_in_reach_and_no_more():
    assert answer(0.8, 201, TRIES).right == pytest.approx(1.0 - 0.2 * 0.6)
    assert answer(0.8, 201, INDEPENDENT).right == pytest.approx(1.0)
    assert answer(0.3, 201, INDEPENDENT).right < 1e-6


def test_at_least_is_a_binomial_tail():
    assert at_least(0, 4, 0.3) == pytest.approx(1.0)
    assert at_least(4, 4, 0.3) == pytest.approx(0.3**4)
    assert at_least(2, 3, 0.5) == pytest.approx(0.5)


@given(st.floats(0.0, 1.0), st.sampled_from([1, 3, 5, 9]), st.floats(0.0, 1.0), st.floats(0.0, 0.95))
def test_right_and_wrong_and_nothing_are_all_there_is(success, n, common, out):
    p = TriesParams(most_tries=9, common_error_fraction=common, out_of_reach_fraction=out)
    right, wrong = answer(success, n, p)
    assert right >= 0.0
    assert wrong >= 0.0
    assert right + wrong <= 1.0 + 1e-12


@given(st.floats(0.55, 0.99), st.sampled_from([1, 3, 5]))
def test_what_is_needed_of_one_try_gives_what_is_required_of_all(required, n):
    needed = needed_success_fraction(required, n, TRIES)
    assert answer(needed, n, TRIES).right == pytest.approx(required, abs=1e-9)


def test_more_tries_need_less_of_each():
    needed = [needed_success_fraction(0.95, n, TRIES) for n in (1, 3, 5)]
    assert needed[0] == pytest.approx(0.95)
    assert needed[0] > needed[1] > needed[2] > 1.0 - 0.05 / 0.6


# -- Bayes ----------------------------------------------------------------------------------------------------------


def test_the_posterior_is_the_share_of_true_findings_among_those_found_so_often():
    rng = np.random.default_rng(3)
    is_true = rng.random(N_WORLDS) < 0.2
    found = rng.binomial(8, np.where(is_true, 0.6, 0.3))
    for k in range(2, 7):
        frequency = is_true[found == k].mean()
        error = 4.0 * math.sqrt(0.25 / (found == k).sum())
        assert chance_true(0.2, k, 8, 0.6, 0.3) == pytest.approx(frequency, abs=error)


def test_the_posterior_is_bayes_written_out():
    if_true, if_false = 0.3**20 * 0.7**80, 0.1**20 * 0.9**80
    by_hand = 0.05 * if_true / (0.05 * if_true + 0.95 * if_false)
    assert chance_true(0.05, 20, 100, 0.3, 0.1) == pytest.approx(by_hand)


def test_evidence_that_says_nothing_leaves_the_prior_and_much_evidence_does_not_underflow():
    assert chance_true(0.37, 5, 9, 0.4, 0.4) == pytest.approx(0.37)
    assert chance_true(0.5, 4_000, 10_000, 0.4, 0.1) == pytest.approx(1.0)
    assert chance_true(0.5, 1_000, 10_000, 0.4, 0.1) == pytest.approx(0.0)


@given(st.integers(0, 19))
def test_each_further_try_that_found_it_raises_the_chance(k):
    assert chance_true(0.1, k + 1, 20, 0.5, 0.2) > chance_true(0.1, k, 20, 0.5, 0.2)
