import numpy as np
import pytest

from simlab.analysis.tornado import tornado
from simlab.errors import StudyError
from simlab.scenario import DesignSpec
from simlab.scenario.design import Factor
from simlab.sweep.designs import points

NAMES = ("up", "bent", "still")


def design():
    spec = DesignSpec("one_at_a_time", tuple(Factor(name) for name in NAMES))
    return np.array([[point.uniforms.get(name, np.nan) for name in NAMES] for point in points(spec, 0, 0, 7)])


def outcome(draws):
    u = np.where(np.isnan(draws), 0.5, draws)
    return 10.0 * u[:, 0] + 100.0 * (u[:, 1] - 0.5) ** 2


def test_a_known_function_is_told_exactly():
    draws = design()
    table = tornado(draws, outcome(draws)[:, None], NAMES)
    assert table["factor"].to_list() == ["bent", "bent", "up", "up", "still", "still"]
    assert table["difference"].to_list() == pytest.approx([16.0, 16.0, -4.0, 4.0, 0.0, 0.0])
    assert table["span"].to_list() == pytest.approx([16.0, 16.0, 8.0, 8.0, 0.0, 0.0])
    assert table["draw"].to_list() == [0.1, 0.9] * 3
    assert table["low"].to_list() == [None] * 6


def test_luck_cancels_replicate_by_replicate():
    draws = design()
    luck = np.random.default_rng(1).normal(0.0, 1e3, size=(1, 5))
    table = tornado(draws, outcome(draws)[:, None] + luck, NAMES)
    assert table["low"].to_list() == pytest.approx(table["difference"].to_list(), abs=1e-8)
    assert table["n_pairs"].to_list() == [5] * 6


def test_intervals_cover_the_truth_as_often_as_they_say():
    draws, hits = design(), []
    for repeat in range(200):
        noise = np.random.default_rng(repeat).normal(size=(7, 4))
        up = tornado(draws, outcome(draws)[:, None] + noise, NAMES).filter(factor="up", draw=0.9).row(0, named=True)
        hits.append(up["low"] <= 4.0 <= up["high"])
    assert np.mean(hits) == pytest.approx(0.9, abs=0.05)


def test_an_end_without_a_number_is_null_and_comes_with_a_reason():
    draws = design()
    values = outcome(draws)[:, None]
    values[1:3] = np.nan
    table = tornado(draws, values, NAMES)
    up = table.filter(factor="up")
    assert up["difference"].to_list() == up["span"].to_list() == [None, None]
    assert up["reason"].to_list() == ["no run has this number"] * 2
    assert table["factor"].to_list()[-2:] == ["up", "up"]


def test_one_failed_replicate_leaves_the_other_pairs():
    draws = design()
    values = outcome(draws)[:, None] + np.zeros((7, 3))
    values[1, 0] = np.nan
    table = tornado(draws, values, NAMES).filter(factor="up")
    assert table["n_pairs"].to_list() == [2, 3]
    assert table["difference"].to_list() == pytest.approx([-4.0, 4.0])


def test_points_that_move_two_factors_are_no_tornado():
    with pytest.raises(StudyError, match="not a centre"):
        tornado(np.full((3, 2), 0.5), np.zeros((3, 1)), ("a", "b"))


def test_a_few_pairs_that_agree_on_yes_or_no_are_no_certainty():
    draws = design()
    values = np.zeros((7, 3))
    values[2] = 1.0
    up = tornado(draws, values, NAMES).filter(factor="up", draw=0.9).row(0, named=True)
    assert up["difference"] == 1.0
    assert up["low"] < 0.3
