"""Coordination drag in closed form."""

import math

import pytest

from simlab.world.organisation import OrganisationParams, coordination_drag

P = OrganisationParams(span_of_control=7.0, coordination_fraction_per_layer=0.04, merge_people_days=2.0)


@pytest.mark.parametrize("layers", [0, 1, 2, 4])
def test_each_layer_of_the_hierarchy_takes_its_share_of_the_day(layers):
    assert coordination_drag(7.0**layers, P) == pytest.approx(1.0 / (1.0 - 0.04 * layers))


@pytest.mark.parametrize("n_people", [0.0, 0.5, 1.0])
def test_one_person_needs_no_coordination(n_people):
    assert coordination_drag(n_people, P) == 1.0


def test_nothing_lost_per_layer_is_no_drag():
    assert coordination_drag(1e6, P.__class__(**{**P.model_dump(), "coordination_fraction_per_layer": 0.0})) == 1.0


def test_more_people_drag_more_but_a_tenth_of_the_day_remains():
    drags = [coordination_drag(10.0**k, P) for k in range(40)]
    assert drags == sorted(drags)
    assert drags[-1] == pytest.approx(10.0)


def test_twice_the_people_give_more_than_before_and_less_than_twice():
    def output(n: float) -> float:
        return n / coordination_drag(n, P)

    for n in (10.0, 100.0, 1000.0):
        assert 1.0 < output(2.0 * n) / output(n) < 2.0


def test_a_wider_span_is_a_flatter_hierarchy():
    wide = OrganisationParams(**{**P.model_dump(), "span_of_control": 49.0})
    lost = [1.0 - 1.0 / coordination_drag(343.0, p) for p in (P, wide)]
    assert lost[1] == pytest.approx(lost[0] * math.log(7.0) / math.log(49.0))
