"""Grid and one-at-a-time against the plain loops they stand for."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simlab.scenario import DesignSpec
from simlab.scenario.design import GRID, ONE_AT_A_TIME, Factor
from simlab.sweep.designs import changed_factor, n_points, points


def factors_of(kinds):
    return tuple(Factor(f"f{i}", n_options, is_held) for i, (n_options, is_held) in enumerate(kinds))


FACTOR_LISTS = st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=4).map(factors_of)


def all_points(spec):
    return list(points(spec, 1, 0, n_points(spec, 7)))


def option(draw, n_options):
    return int(np.floor(draw * n_options))


@given(FACTOR_LISTS, st.integers(1, 5))
def test_a_grid_is_every_combination_once(factors, n_levels):
    free = [factor for factor in factors if not factor.is_held]
    loops = product(*(range(factor.n_options or n_levels) for factor in free))
    found = [
        tuple(option(point.uniforms[factor.path], factor.n_options or n_levels) for factor in free)
        for point in all_points(DesignSpec(GRID, factors, n_levels))
    ]
    assert found == list(loops)


def test_a_grid_has_the_middles_of_its_levels():
    spec = DesignSpec(GRID, (Factor("a"), Factor("b", 2)), n_levels=2)
    assert [tuple(point.uniforms.values()) for point in all_points(spec)] == [
        (0.25, 0.25),
        (0.25, 0.75),
        (0.75, 0.25),
        (0.75, 0.75),
    ]


@given(FACTOR_LISTS)
def test_one_at_a_time_is_the_centre_and_each_end_alone(factors):
    found = [point.uniforms for point in all_points(DesignSpec(ONE_AT_A_TIME, factors))]
    expected = [{}]
    for factor in factors:
        if factor.is_held:
            continue
        ends = [0.1, 0.9] if not factor.n_options else [(i + 0.5) / factor.n_options for i in range(factor.n_options)]
        expected += [{factor.path: end} for end in ends]
    assert found == expected


@given(FACTOR_LISTS)
def test_one_at_a_time_says_which_factor_is_off_its_value(factors):
    spec = DesignSpec(ONE_AT_A_TIME, factors)
    for number, point in enumerate(all_points(spec)):
        changed = changed_factor(spec, 1, number)
        assert list(point.uniforms) == ([] if changed is None else [changed])


def test_every_option_of_a_long_switch_is_met():
    spec = DesignSpec(GRID, (Factor("switch", 997),))
    assert [option(point.uniforms["switch"], 997) for point in all_points(spec)] == list(range(997))


def test_a_grid_changes_no_single_factor():
    assert changed_factor(DesignSpec(GRID, (Factor("a"),)), 1, 1) is None
