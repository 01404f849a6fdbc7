"""Staffing: heads are counted, the pace is the given one, and leaving has its rate."""

import math

import pytest
from pydantic import ValidationError

from simlab.trace.events import StaffChanged
from simlab.units import DAYS_PER_YEAR
from simlab.world.researchers import Researchers
from simlab.world.staffing import Staffing

ASLEEP = {"researchers.thinking_people_days": 1e12, "researchers.people_per_team": 5}
"""Nobody ever finishes a thought, so that only comings and goings happen."""


def staffed(bench, initial_people: float, relative_growth: float = 1.0):
    p = bench.params
    researchers = Researchers(
        bench.stage, p.researchers, bench.pool, bench.experiments, bench.knowledge, "lab", lambda _: None
    )
    learning = p.researchers.learning
    staffing = Staffing(bench.stage, p.staffing, learning, researchers, "lab", 0, initial_people, relative_growth)
    staffing.begin()
    return staffing, researchers


def pace(*periods: tuple[float, float]) -> list[dict[str, float]]:
    return [{"from_day": day, "factor_per_year": factor} for day, factor in periods]


def test_heads_are_the_initial_ones_plus_the_hired_less_those_who_left(new_bench):
    changes = {"staffing.growth": pace((0.0, 1.7), (700.0, 0.9), (900.0, 1.1)), "staffing.leaving_per_day": 0.002}
    bench = new_bench(ASLEEP | changes)
    staffing, researchers = staffed(bench, 33.0)
    bench.stage.env.run(until=1500.0)
    rows = bench.stage.trace.of(StaffChanged)
    heads = 33
    for row in rows:
        heads += row.n_hired - row.n_left
        assert row.n_people == heads
    assert staffing.n_people == heads
    assert (staffing.n_hired, staffing.n_left) == (sum(r.n_hired for r in rows), sum(r.n_left for r in rows))
    assert sum(team.n_people for team in researchers.teams) == researchers.n_people == heads - staffing.n_unassigned
    assert all(team.n_people == team.experience.n_seniors + team.experience.n_juniors for team in researchers.teams)
    assert all(0 < team.n_people <= 5 for team in researchers.teams)


def test_people_multiply_by_the_factor_in_a_year(new_bench):
    changes = {"staffing.growth": pace((0.0, 2.0)), "staffing.leaving_per_day": 0.0}
    bench = new_bench(ASLEEP | changes | {"staffing.review_days": DAYS_PER_YEAR / 10.0})
    staffing, _ = staffed(bench, 100.0)
    bench.stage.env.run(until=3.0 * DAYS_PER_YEAR + 1.0)
    assert staffing.n_people == 800


def test_a_lab_of_half_the_relative_growth_grows_by_the_root(new_bench):
    changes = {"staffing.growth": pace((0.0, 4.0)), "staffing.leaving_per_day": 0.0}
    bench = new_bench(ASLEEP | changes | {"staffing.review_days": DAYS_PER_YEAR / 10.0})
    staffing, _ = staffed(bench, 100.0, relative_growth=0.5)
    bench.stage.env.run(until=DAYS_PER_YEAR + 1.0)
    assert staffing.n_people == 200


def test_each_period_has_its_pace(new_bench):
    changes = {"staffing.growth": pace((0.0, 2.0), (500.0, 1.0), (1000.0, 3.0)), "staffing.leaving_per_day": 0.0}
    bench = new_bench(ASLEEP | changes | {"staffing.review_days": 10.0})
    staffing, _ = staffed(bench, 200.0)
    heads = []
    for day in (501.0, 991.0, 1501.0):
        bench.stage.env.run(until=day)
        heads.append(staffing.n_people)
    grown = 200.0 * 2.0 ** (500.0 / DAYS_PER_YEAR)
    assert heads[:2] == [round(grown)] * 2
    assert heads[2] == round(grown * 3.0 ** (500.0 / DAYS_PER_YEAR))


def test_before_day_0_the_staff_is_what_it_is_on_day_0(new_bench):
    changes = {"staffing.growth": pace((0.0, 10.0)), "staffing.leaving_per_day": 0.0}
    bench = new_bench(ASLEEP | changes, start_days=-300.0)
    staffing, _ = staffed(bench, 50.0)
    bench.stage.env.run(until=-0.5)
    assert staffing.n_people == 50
    bench.stage.env.run(until=100.0)
    assert staffing.n_people > 50


def test_leavers_are_replaced_and_as_many_leave_as_the_rate_says(new_bench):
    rate, days, months = 0.001, 30.0, 40
    changes = {"staffing.growth": pace((0.0, 1.0)), "staffing.leaving_per_day": rate, "staffing.review_days": days}
    bench = new_bench(ASLEEP | changes)
    staffing, _ = staffed(bench, 200.0)
    bench.stage.env.run(until=months * days + 1.0)
    assert staffing.n_people == 200
    assert staffing.n_left == int(200 * (1.0 - math.exp(-rate * days)) * months)
    assert staffing.n_hired == staffing.n_left


def test_without_hiring_a_staff_decays_exponentially(new_bench):
    changes = {"staffing.growth": pace((0.0, 1e-9)), "staffing.leaving_per_day": 0.002, "staffing.review_days": 10.0}
    bench = new_bench(ASLEEP | changes | {"researchers.people_per_team": 10})
    staffing, researchers = staffed(bench, 1000.0)
    bench.stage.env.run(until=301.0)
    assert researchers.n_people == pytest.approx(1000.0 * math.exp(-0.002 * 300.0), abs=3)
    assert staffing.n_hired == 0


def test_the_last_one_can_leave_and_the_lab_begins_anew(new_bench):
    changes = {"staffing.growth": pace((0.0, 1e-9), (200.0, 1e32)), "staffing.leaving_per_day": 0.05}
    bench = new_bench(ASLEEP | changes | {"staffing.review_days": 10.0})
    staffing, researchers = staffed(bench, 7.0)
    bench.stage.env.run(until=199.0)
    assert (staffing.n_people, researchers.teams) == (0, [])
    bench.stage.env.run(until=260.0)
    assert staffing.n_people > 0
    assert researchers.teams


def test_seniors_are_hired_and_seated_in_their_share(new_bench):
    changes = {"staffing.growth": pace((0.0, 1.5)), "staffing.leaving_per_day": 0.0}
    learning = {"senior_fraction": 0.3, "mentor_hours_per_senior_day": 0.0, "heard_fraction": 0.0}
    bench = new_bench(ASLEEP | changes | {f"researchers.learning.{name}": value for name, value in learning.items()})
    _, researchers = staffed(bench, 101.0)
    for day in (0.5, 400.0, 1200.0):
        bench.stage.env.run(until=day)
        seniors = sum(team.experience.n_seniors for team in researchers.teams)
        assert abs(seniors - 0.3 * researchers.n_people) <= 1.0


def test_short_teams_are_filled_before_new_ones_are_founded(new_bench):
    changes = {"staffing.growth": pace((0.0, 1.0)), "staffing.leaving_per_day": 0.004}
    bench = new_bench(ASLEEP | changes)
    staffing, researchers = staffed(bench, 50.0)
    bench.stage.env.run(until=2000.0)
    assert staffing.n_left > 100
    assert [team.n_people for team in researchers.teams] == [5] * 10
    assert staffing.n_unassigned == 0


def test_who_does_not_fill_a_team_waits_and_counts_as_a_head(new_bench):
    bench = new_bench(ASLEEP | {"staffing.leaving_per_day": 0.0})
    staffing, researchers = staffed(bench, 13.0)
    assert [team.n_people for team in researchers.teams] == [5, 5]
    assert (researchers.n_people, staffing.n_unassigned, staffing.n_people) == (10, 3, 13)


def test_a_lab_smaller_than_a_team_is_one_short_team(new_bench):
    bench = new_bench(ASLEEP | {"staffing.leaving_per_day": 0.0})
    staffing, researchers = staffed(bench, 2.0)
    assert [team.n_people for team in researchers.teams] == [2]
    assert staffing.n_unassigned == 0


def test_periods_out_of_order_are_refused(params, change):
    with pytest.raises(ValidationError, match=r"1\.from_day: a period must begin after"):
        change(params, {"staffing.growth.1.from_day": 0.0})
