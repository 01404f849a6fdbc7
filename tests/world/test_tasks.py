"""Tasks of log-normal length: shares, means and chains, against simulated bundles; scaffolds that lose their worth."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.world.workers.agreement import Answer
from simlab.world.workers.scaffolding import ScaffoldingParams, horizon_factor, scaffolded_minutes
from simlab.world.workers.tasks import (
    BundleParams,
    hand_over,
    mean_answer,
    mean_minutes,
    task_reliability,
    tasks_within_fraction,
    work_within_fraction,
)

BUNDLE = BundleParams(median_minutes=20.0, log_sd=1.1)
SCAFFOLD = ScaffoldingParams(horizon_gain=2.5, fading_horizon_minutes=100.0)


@pytest.fixture(scope="module")
def lengths() -> np.ndarray:
    return 20.0 * np.exp(1.1 * np.random.default_rng(5).standard_normal(1_000_000))


@pytest.mark.parametrize("minutes", [3.0, 20.0, 90.0, 600.0])
def test_shares_of_tasks_and_of_work_are_those_of_a_simulated_bundle(lengths, minutes):
    short = lengths < minutes
    assert tasks_within_fraction(minutes, BUNDLE) == pytest.approx(short.mean(), abs=0.002)
    assert work_within_fraction(minutes, BUNDLE) == pytest.approx(lengths[short].sum() / lengths.sum(), abs=0.005)


def test_the_mean_length_is_that_of_a_simulated_bundle(lengths):
    assert mean_minutes(BUNDLE) == pytest.approx(lengths.mean(), rel=0.01)


def does(minutes):
    """A worker that is the worse the longer the task."""
    right = 1.0 / (1.0 + minutes / 60.0)
    return Answer(right, 0.2 * (1.0 - right))


@pytest.mark.parametrize("reliable", [10.0, 60.0, 400.0])
def test_what_comes_back_is_the_mean_over_the_work_handed_over(lengths, reliable):
    short = lengths[lengths < reliable]
    right = 1.0 / (1.0 + short / 60.0)
    handed = hand_over(reliable, BUNDLE, does)
    assert handed.work_fraction == pytest.approx(short.sum() / lengths.sum(), abs=0.005)
    assert handed.tasks_per_minute == pytest.approx(short.size / lengths.sum(), rel=0.01)
    assert handed.right_fraction == pytest.approx((right * short).sum() / short.sum(), abs=0.005)
    assert handed.wrong_fraction == pytest.approx(0.2 * (1.0 - handed.right_fraction))


def test_a_chain_alone_meets_tasks_as_often_as_they_come(lengths):
    assert mean_answer(BUNDLE, does).right == pytest.approx((1.0 / (1.0 + lengths / 60.0)).mean(), abs=0.01)


def test_where_nothing_is_short_enough_nothing_is_handed_over():
    handed = hand_over(1e-6, BUNDLE, does)
    assert (handed.right_fraction, handed.wrong_fraction) == (0.0, 0.0)
    assert handed.work_fraction < 1e-12


@given(st.floats(0.05, 0.999), st.floats(1.0, 100.0))
def test_the_nines_multiply_along_a_chain(required, chain):
    assert task_reliability(required, chain) ** chain == pytest.approx(required)


@given(st.floats(1.0, 1e4), st.floats(1.01, 10.0))
def test_a_longer_reach_takes_over_more(minutes, times):
    assert work_within_fraction(minutes * times, BUNDLE) >= work_within_fraction(minutes, BUNDLE)
    assert work_within_fraction(minutes, BUNDLE) <= tasks_within_fraction(minutes, BUNDLE)


# -- scaffolding ----------------------------------------------------------------------------------------------------


def test_a_scaffold_is_worth_most_to_a_weak_model_half_of_it_at_its_reference_and_nothing_in_the_end():
    assert horizon_factor(1e-6, SCAFFOLD) == pytest.approx(2.5)
    assert horizon_factor(100.0, SCAFFOLD) == pytest.approx(1.75)
    assert horizon_factor(1e9, SCAFFOLD) == pytest.approx(1.0)


@given(st.floats(0.1, 1e6), st.floats(1.001, 10.0))
def test_a_better_model_stays_better_in_its_scaffold_though_the_scaffold_gives_less(minutes, times):
    assert horizon_factor(minutes * times, SCAFFOLD) < horizon_factor(minutes, SCAFFOLD)
    assert scaffolded_minutes(minutes * times, SCAFFOLD) > scaffolded_minutes(minutes, SCAFFOLD)
    assert math.isclose(scaffolded_minutes(minutes, SCAFFOLD), minutes * horizon_factor(minutes, SCAFFOLD))
