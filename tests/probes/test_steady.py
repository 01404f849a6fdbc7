"""The closed lab: nothing in it moves but what was asked for."""

from pathlib import Path

import pytest

from simlab.probes.crew import answers
from simlab.probes.plan import FALLING, THIRTY, TIMES, World, question, without, worlds
from simlab.probes.steady import STAGES, Question, closed_lab, held_stock, inputs, speed_of, stocks_of, years_for
from simlab.probes.worlds import changed
from simlab.randomness import Streams
from simlab.scenario import load_scenario
from simlab.trace.recorder import Trace
from simlab.world.build import build_world

BASELINE = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"


@pytest.fixture(scope="module")
def base():
    return load_scenario(BASELINE).params()


def test_a_closed_lab_is_alone_and_does_not_grow(base):
    lab = closed_lab(base)
    assert list(lab.labs) == [next(iter(base.labs))]
    assert {pace.factor_per_year for pace in (*lab.chips.growth, *lab.staffing.growth)} == {1.0}
    assert lab.workers is lab.inference is lab.market is None
    assert lab.levers == ()


def test_inputs_are_multiples_of_the_baselines(base):
    lab = closed_lab(base, inputs(base, 3.0, 10.0))
    (name,) = lab.labs
    assert lab.labs[name].initial_people == pytest.approx(3.0 * base.labs[name].initial_people)
    assert lab.experiments.runs_per_repeat == pytest.approx(base.experiments.runs_per_repeat / 10.0)


def test_where_the_stock_is_held_an_idea_is_worth_the_same_whatever_was_adopted(base):
    lab = closed_lab(base, held_stock(base))
    pool = build_world(lab, Streams(0), Trace()).pool
    assert pool.difficulty(0, 5.0) == 1.0
    assert build_world(closed_lab(base), Streams(0), Trace()).pool.difficulty(0, 5.0) < 0.1
    for name, area in lab.ideas.areas.items():
        assert area.n_open_ideas == pytest.approx(10.0 * base.ideas.areas[name].n_open_ideas)


def test_a_speed_is_what_was_adopted_after_the_warm_up(base):
    lab = closed_lab(base, held_stock(base) | inputs(base, 0.1, 1.0))
    found = speed_of(Question(lab, 0, 6.0))
    assert found == speed_of(Question(lab, 0, 6.0))
    assert found.nats_per_year != speed_of(Question(lab, 1, 6.0)).nats_per_year
    assert sum(found.stages) == pytest.approx(1.0)
    assert len(found.stages) == len(STAGES)
    assert 0.0 < found.busy_fraction < 1.0
    assert found.adopted_per_year < found.proposed_per_year


def test_stocks_begin_with_the_end_of_the_warm_up(base):
    lab = closed_lab(base, inputs(base, 0.2, 1.0))
    stocks = stocks_of(Question(lab, 0, 10.0))
    assert len(stocks) == 5
    speed = speed_of(Question(lab, 0, 10.0))
    assert (stocks[-1] - stocks[0]) / 8.0 == pytest.approx(speed.nats_per_year, rel=0.02)


def test_the_plan_holds_a_grid_and_each_mechanism_taken_out(base):
    plan = worlds(base)
    assert len(set(plan)) == len(plan)
    assert {world for world in plan if not world.without} == {World(p, c) for p in TIMES for c in TIMES}
    assert {world.without for world in plan} == {"", FALLING, THIRTY, *without(base)}
    assert len(without(base)) == 3


def test_a_mechanism_that_a_scenario_does_not_know_is_left_out(base, monkeypatch):
    monkeypatch.setattr("simlab.probes.plan.HANDS", ("no_such_people_days",))
    assert "people’s work on each idea" not in without(base)


def test_thirty_workers_at_thirty_times_speed_are_nine_hundred_times_the_labour(base):
    one, thirty = (question(base, world, 0).params for world in (World(1.0, 1.0), World(30.0, 1.0, THIRTY)))
    (name,) = one.labs
    people = thirty.labs[name].initial_people / one.labs[name].initial_people
    pace = one.researchers.building_people_days / thirty.researchers.building_people_days
    assert people * pace == pytest.approx(900.0)
    assert thirty.experiments == one.experiments


def test_many_people_need_not_be_looked_at_as_long():
    assert years_for(0.1) > years_for(1.0) > years_for(10.0) > 4.0


def test_changes_are_by_name_and_leave_the_rest(base):
    found = changed(base, {"experiments.ladder.1.run_days": lambda days: 2.0 * days, "deployment": None})
    assert found.experiments.ladder[1].run_days == 2.0 * base.experiments.ladder[1].run_days
    assert found.experiments.ladder[0] == base.experiments.ladder[0]
    assert found.deployment is None
    assert found.market == base.market
    assert found.ideas == base.ideas


def test_answers_come_in_the_order_of_the_questions_also_from_other_processes():
    told = []
    assert answers(abs, [-3, 2, -1], 1, told.append) == [3, 2, 1]
    assert told == [1, 2, 3]
    assert answers(abs, [-3, 2, -1], 2) == [3, 2, 1]
