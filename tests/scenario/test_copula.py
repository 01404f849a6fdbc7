"""Correlated numbers: the ranks correlate as asked, each number keeps its own distribution."""

import numpy as np
import pytest
from scipy.stats import qmc, spearmanr

from simlab.scenario.copula import ImpossibleError, Pair, copula

UNIFORMS = qmc.Sobol(4, rng=1).random(2**12)
NAMES = ("a", "b", "c", "d")


def mixed(pairs) -> dict[str, np.ndarray]:
    mix = copula(pairs)
    rows = [mix(dict(zip(NAMES, row, strict=True))) for row in UNIFORMS.tolist()]
    return {name: np.array([row[name] for row in rows]) for name in NAMES}


def test_ranks_correlate_as_asked():
    columns = mixed([Pair("a", "b", 0.7), Pair("b", "c", -0.4)])
    rank = {(x, y): spearmanr(columns[x], columns[y])[0] for x, y in [("a", "b"), ("b", "c"), ("a", "c"), ("a", "d")]}
    assert list(rank.values()) == pytest.approx([0.7, -0.4, 0.0, 0.0], abs=0.02)


def test_each_stays_uniform_and_the_others_stay_the_same():
    columns = mixed([Pair("a", "b", 0.9)])
    for name in NAMES:
        assert np.quantile(columns[name], [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.01)
    assert (columns["c"] == UNIFORMS[:, 2]).all()


def test_an_impossible_set_is_named_by_the_pair_that_contradicts():
    with pytest.raises(ImpossibleError) as found:
        copula([Pair("a", "b", 0.9), Pair("b", "c", 0.9), Pair("a", "c", -0.9)])
    assert found.value.pair == Pair("a", "c", -0.9)
    assert found.value.possible == pytest.approx((0.63, 0.99), abs=0.03)


def test_three_that_go_together_need_all_three_pairs():
    copula([Pair("a", "b", 0.9), Pair("b", "c", 0.9), Pair("a", "c", 0.8)])
    with pytest.raises(ImpossibleError):
        copula([Pair("a", "b", 0.9), Pair("b", "c", 0.9)])


def test_where_no_single_change_helps_the_last_pair_is_named():
    pairs = [Pair(x, y, -0.9) for x, y in [("a", "b"), ("a", "c"), ("b", "c"), ("c", "d"), ("a", "d"), ("b", "d")]]
    with pytest.raises(ImpossibleError) as found:
        copula(pairs)
    assert (found.value.pair, found.value.possible) == (pairs[-1], None)


def test_a_path_left_out_is_central():
    assert copula([Pair("a", "b", 0.9)])({"a": 0.9})["b"] > 0.8
    assert copula([Pair("a", "b", 0.9)])({"a": 0.5})["b"] == pytest.approx(0.5)
    assert copula([Pair("a", "b", 0.9)])({"c": 0.3}) == {"c": 0.3}
