"""Text: repetition, generation, and the best mixture of the two."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.world.text import TextParams, diet, fresh, unique_tokens

REPEATS = TextParams(
    stock_tokens=1e14,
    stock_growth_per_year=1.05,
    accessible_fraction=0.5,
    repetition_epochs=15.4,
    generation="none",
    verifier_pass_fraction=0.5,
    generated_worth_fraction=0.4,
)
MAKES = REPEATS.model_copy(update={"generation": "where_it_pays"})
UNIQUE = 1e13
budgets = st.floats(1e11, 1e17)


def test_a_lab_has_its_share_of_a_growing_stock():
    assert unique_tokens(0.0, REPEATS) == pytest.approx(5e13)
    assert unique_tokens(2 * 365.25, REPEATS) == pytest.approx(5e13 * 1.05**2)


@pytest.mark.parametrize("p", [REPEATS, MAKES])
def test_text_read_once_is_worth_itself(p):
    assert diet(UNIQUE, UNIQUE, p) == (UNIQUE, UNIQUE, 1.0)
    assert diet(1e9, UNIQUE, p) == fresh(1e9)


def test_four_epochs_are_worth_nearly_four_and_endless_ones_at_most_the_decay():
    assert diet(4 * UNIQUE, UNIQUE, REPEATS).effective_tokens == pytest.approx(3.73 * UNIQUE, rel=0.01)
    assert diet(1e4 * UNIQUE, UNIQUE, REPEATS).effective_tokens == pytest.approx(16.4 * UNIQUE)


@pytest.mark.parametrize("p", [REPEATS, MAKES])
@pytest.mark.parametrize("epochs", [0.5, 3.0, 12.0, 60.0, 300.0])
def test_the_marginal_worth_is_the_derivative_of_the_effective_tokens(p, epochs):
    budget, step = epochs * UNIQUE, 1e-5 * UNIQUE
    slope = diet(budget + step, UNIQUE, p).effective_tokens - diet(budget - step, UNIQUE, p).effective_tokens
    assert diet(budget, UNIQUE, p).marginal_fraction == pytest.approx(slope / (2 * step), rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("epochs", [5.0, 30.0, 100.0])
def test_no_other_mixture_of_repeated_and_generated_text_is_worth_more(epochs):
    budget, cost = epochs * UNIQUE, 1.0 + 1.0 / (3.0 * 0.5)
    read = np.linspace(UNIQUE, budget, 4001)
    repetitions = read / UNIQUE - 1.0
    worth = UNIQUE * (1.0 + 15.4 * (1.0 - np.exp(-repetitions / 15.4))) + 0.4 * (budget - read) / cost
    best = diet(budget, UNIQUE, MAKES)
    assert best.effective_tokens == pytest.approx(worth.max(), rel=1e-5)
    assert best.effective_tokens >= worth.max() * (1.0 - 1e-12)


@given(budgets)
def test_compute_is_spent_once(budget):
    """What is trained on, and what generating it took, is the budget."""
    eaten = diet(budget, UNIQUE, MAKES)
    read = min(budget, UNIQUE * (1.0 + 15.4 * math.log((5.0 / 3.0) / 0.4)))
    made = eaten.n_tokens - read
    assert read + made * 5.0 / 3.0 == pytest.approx(budget)


@given(budgets, budgets)
def test_more_compute_is_never_worth_less_and_each_token_never_more(one, other):
    low, high = sorted((one, other))
    few, many = diet(low, UNIQUE, MAKES), diet(high, UNIQUE, MAKES)
    assert few.effective_tokens <= many.effective_tokens <= high
    assert few.marginal_fraction >= many.marginal_fraction > 0.0


@given(budgets)
def test_who_may_generate_is_never_worse_off(budget):
    assert diet(budget, UNIQUE, MAKES).effective_tokens >= diet(budget, UNIQUE, REPEATS).effective_tokens
