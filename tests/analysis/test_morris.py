import numpy as np
import pytest

from simlab.analysis.morris import elementary_effects, morris
from simlab.errors import StudyError
from simlab.scenario import DesignSpec
from simlab.scenario.design import Factor
from simlab.sweep.designs import points

NAMES = ("x1", "x2", "x3")
SPEC = DesignSpec("morris", tuple(Factor(name) for name in NAMES))


def trajectories(n, seed=5, spec=SPEC):
    found = points(spec, seed, 0, n * (len(spec.factors) + 1))
    return np.array([[point.uniforms[factor.path] for factor in spec.factors] for point in found])


def row(table, factor):
    return table.filter(factor=factor).row(0, named=True)


def test_a_linear_function_has_its_slopes_and_no_sigma():
    draws = trajectories(12)
    table = morris(draws, draws @ [3.0, -2.0, 0.0], NAMES)
    assert table["factor"].to_list() == list(NAMES)
    assert table["mu_star"].to_list() == pytest.approx([3.0, 2.0, 0.0])
    assert table["mu"].to_list() == pytest.approx([3.0, -2.0, 0.0])
    assert table["sigma"].to_list() == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)
    assert table["mu_low"].to_list() == pytest.approx(table["mu_high"].to_list())


def test_an_interaction_shows_in_sigma():
    draws = trajectories(4000)
    centred = draws - 0.5
    table = morris(draws, centred[:, 0] * centred[:, 1] + draws[:, 2], NAMES)
    levels = np.array([0.125, 0.375, 0.625, 0.875]) - 0.5
    # The effect of x1 is where x2 stands: mean zero, and the levels' own spread.
    for factor in ("x1", "x2"):
        found = row(table, factor)
        assert found["mu"] == pytest.approx(0.0, abs=0.02)
        assert found["mu_star"] == pytest.approx(np.abs(levels).mean(), abs=0.01)
        assert found["sigma"] == pytest.approx(levels.std(), abs=0.01)
    assert row(table, "x3")["sigma"] == pytest.approx(0.0, abs=1e-6)


def test_effects_are_sorted_to_their_factors():
    draws = trajectories(7)
    effects = elementary_effects(draws, draws @ [3.0, -2.0, 7.0])
    assert effects == pytest.approx(np.tile([3.0, -2.0, 7.0], (7, 1)))


def test_a_few_trajectories_are_sure_of_nothing():
    draws = trajectories(4)
    table = morris(draws, draws @ [3.0, -2.0, 0.0], NAMES)
    assert table["mu_star"].to_list() == pytest.approx([3.0, 2.0, 0.0])
    assert table["mu_star_low"].to_list() == table["sigma_high"].to_list() == [None] * 3


def test_switches_count_by_their_way_through_the_range():
    spec = DesignSpec("morris", (Factor("x1"), Factor("switch", n_options=3)))
    draws = trajectories(50, spec=spec)
    option = np.floor(draws[:, 1] * 3)
    table = morris(draws, option, ("x1", "switch"))
    assert row(table, "switch")["mu"] == pytest.approx(3.0)
    assert row(table, "x1")["mu_star"] == 0.0


def test_a_failed_run_costs_the_effects_at_its_two_sides():
    draws = trajectories(10)
    values = draws @ [3.0, -2.0, 1.0]
    values[1] = np.nan
    table = morris(draws, values, NAMES)
    assert sorted(table["n_trajectories"]) == [9, 9, 10]
    assert row(table, "x1")["mu"] == pytest.approx(3.0)


@pytest.mark.parametrize(("value", "reason"), [(1.5, "the same in all runs"), (np.nan, "no run has this number")])
def test_what_is_not_defined_is_null_and_says_why(value, reason):
    draws = trajectories(6)
    table = morris(draws, np.full(len(draws), value), NAMES)
    assert table["mu_star"].to_list() == table["sigma"].to_list() == [None] * 3
    assert all(reason in why for why in table["reason"])


def test_intervals_cover_the_truth_as_often_as_they_say():
    hits = []
    for repeat in range(200):
        draws = trajectories(40, seed=repeat)
        centred = draws - 0.5
        table = morris(draws, draws[:, 0] * 2 + centred[:, 0] * centred[:, 1], NAMES, 200, repeat)
        found = row(table, "x1")
        hits.append(found["mu_low"] <= 2.0 <= found["mu_high"])
    assert np.mean(hits) == pytest.approx(0.9, abs=0.05)


def test_other_points_are_no_trajectories():
    with pytest.raises(StudyError, match="not the trajectories"):
        elementary_effects(np.random.default_rng(0).random((8, 3)), np.zeros(8))
