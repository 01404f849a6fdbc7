"""A lab's memory: what it holds adopted, what a new idea is worth to it, shadow prices, meters, and the last page."""

import math

import pytest

from simlab.trace.events import Cause, IdeaEnded
from simlab.world.projects import Stage7

MEMORY_DAYS = 200.0
YIELDS = {"knowledge.memory_days": MEMORY_DAYS, "knowledge.expected_gain_nats_per_day": 0.01}


def at(bench, day: float) -> None:
    if day > bench.stage.env.now:
        bench.stage.env.run(until=day)


# -- what a new idea is worth ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("start_days", [0.0, -270.0])
def test_a_lab_that_has_seen_nothing_expects_what_it_was_given(new_bench, start_days):
    bench = new_bench(YIELDS, start_days=start_days)
    assert bench.knowledge.value_of_a_new_idea_nats_per_day() == pytest.approx(0.01)


def test_what_ideas_yielded_fades_over_the_memory(new_bench):
    bench = new_bench(YIELDS)
    at(bench, MEMORY_DAYS)
    assert bench.knowledge.value_of_a_new_idea_nats_per_day() == pytest.approx(0.01 / math.e)


def test_a_steady_yield_is_what_a_new_idea_is_worth(new_bench):
    bench = new_bench(YIELDS)
    for k in range(2000):
        at(bench, 2.0 * (k + 1))
        bench.knowledge.adopt(bench.project(idea=k, believed=(0.06, 0.001)))
    # 0.06 every 2 days; just after one the average stands half a step high
    assert bench.knowledge.value_of_a_new_idea_nats_per_day() == pytest.approx(0.03, rel=1.0 / MEMORY_DAYS + 1e-3)


def test_the_weight_of_all_that_was_seen_is_one(new_bench):
    bench = new_bench(YIELDS | {"knowledge.expected_gain_nats_per_day": 1e-12})
    at(bench, 50.0)
    bench.knowledge.adopt(bench.project(believed=(0.5, 0.001)))
    area, step = 0.0, 1.0
    for day in range(51, 2500):
        at(bench, float(day))
        area += bench.knowledge.value_of_a_new_idea_nats_per_day() * step
    assert area == pytest.approx(0.5, rel=5e-3)


# -- shadow prices --------------------------------------------------------------------------------------------------


def test_where_all_is_waited_for_prices_are_shares_of_the_waiting(new_bench):
    bench = new_bench()
    knowledge = bench.knowledge
    knowledge.meter[Stage7.WAITING_COMPUTE], knowledge.meter[Stage7.RUNNING] = 299.0, 20.0
    knowledge.meter[Stage7.WAITING_PEOPLE], knowledge.meter[Stage7.BUILDING] = 99.0, 300.0
    knowledge.price(n_people=50, experiment_h100e=2000.0)
    compute, people = 300.0 / 320.0, 100.0 / 400.0
    assert knowledge.compute_price_per_h100e_day * 2000.0 == pytest.approx(compute / (compute + people))
    assert knowledge.people_price_per_day * 50 == pytest.approx(people / (compute + people))


def test_what_is_not_scarce_costs_less_than_its_share_of_the_lab(new_bench):
    """A quarter and a fifth of the time: the lab has room for more, and a test costs less than a test's share of it."""
    knowledge = new_bench().knowledge
    knowledge.meter[Stage7.WAITING_COMPUTE], knowledge.meter[Stage7.RUNNING] = 99.0, 300.0
    knowledge.meter[Stage7.WAITING_PEOPLE], knowledge.meter[Stage7.THINKING] = 99.0, 100.0
    knowledge.meter[Stage7.READING] = 300.0
    knowledge.price(n_people=50, experiment_h100e=2000.0)
    assert knowledge.compute_price_per_h100e_day * 2000.0 == pytest.approx(0.25)
    assert knowledge.people_price_per_day * 50 == pytest.approx(0.2)


def test_a_resource_that_nobody_waits_for_is_nearly_free(new_bench):
    knowledge = new_bench().knowledge
    knowledge.meter[Stage7.WAITING_COMPUTE] = knowledge.meter[Stage7.BUILDING] = 1e6
    knowledge.price(50, 2000.0)
    assert knowledge.people_price_per_day * 50 < 1e-5


def test_a_day_of_all_people_and_all_compute_is_a_day_of_the_lab(new_bench):
    knowledge = new_bench().knowledge
    for compute, people in ((0.0, 0.0), (12.0, 700.0), (1e5, 3.0)):
        knowledge.meter[Stage7.WAITING_COMPUTE], knowledge.meter[Stage7.WAITING_PEOPLE] = compute, people
        knowledge.price(20, 500.0)
        assert 20 * knowledge.people_price_per_day + 500.0 * knowledge.compute_price_per_h100e_day == pytest.approx(1.0)


# -- adopted, kept, reverted ----------------------------------------------------------------------------------------


def test_what_is_adopted_counts_and_makes_the_next_idea_harder_in_its_area_alone(new_bench):
    bench = new_bench({"ideas.difficulty_exponent": 0.5})
    knowledge = bench.knowledge
    for idea, (area, true) in enumerate(((1, 0.2), (1, -0.05), (3, 0.1))):
        knowledge.adopt(bench.project(idea=idea, area=area, true_gain_nats=true, believed=(0.3, 0.01)))
    assert knowledge.stock_nats == pytest.approx([0.0, 0.15, 0.0, 0.1, 0.0])
    assert knowledge.algorithmic_gain_nats == pytest.approx(0.25)
    assert knowledge.believed_nats == pytest.approx(0.9)
    assert knowledge.difficulty == pytest.approx([1.0, math.exp(-0.5 * 5 * 0.15), 1.0, math.exp(-0.5 * 5 * 0.1), 1.0])
    assert knowledge.landed == [0, 2, 0, 1, 0]
    assert (knowledge.n_adopted, knowledge.n_in_flight) == (3, 0)


def test_reverting_undoes_all_that_adopting_did_but_the_landing(new_bench):
    bench = new_bench()
    knowledge = bench.knowledge
    kept = bench.project(idea=0, area=2, true_gain_nats=0.1, believed=(0.2, 0.01))
    harmful = bench.project(idea=1, area=2, true_gain_nats=-0.3, believed=(0.1, 0.01))
    knowledge.adopt(kept)
    before = list(knowledge.stock_nats), list(knowledge.difficulty), knowledge.believed_nats
    knowledge.adopt(harmful)
    knowledge.revert(harmful)
    assert knowledge.stock_nats == pytest.approx(before[0])
    assert knowledge.difficulty == pytest.approx(before[1])
    assert knowledge.believed_nats == pytest.approx(before[2])
    assert list(knowledge.adopted) == [(2, 0)]
    row = bench.stage.trace.of(IdeaEnded)[-1]
    assert (row.idea, row.cause, row.true_gain_nats) == (1, Cause.REVERTED, -0.3)


def test_a_harmful_stock_does_not_make_ideas_better_than_they_are(new_bench):
    bench = new_bench()
    bench.knowledge.adopt(bench.project(true_gain_nats=-2.0))
    assert bench.knowledge.difficulty[0] == 1.0


def test_adopting_names_the_others_in_the_lab_who_work_on_the_same_idea(new_bench):
    bench = new_bench()
    winner, rival, other = (bench.project(idea=idea) for idea in (5, 5, 6))
    assert bench.knowledge.adopt(winner) == [rival]
    assert bench.knowledge.adopt(other) == []


# -- memory ---------------------------------------------------------------------------------------------------------


def test_a_lab_knows_what_was_told_and_what_was_adopted(new_bench):
    bench = new_bench()
    knowledge = bench.knowledge
    silent = bench.project(idea=7)
    assert not knowledge.knows(0, 7)
    knowledge.adopt(silent)
    knowledge.remember(3, 123_456)
    assert knowledge.knows(0, 7)
    assert knowledge.knows(3, 123_456)
    assert not knowledge.knows(3, 123_455)
    assert not knowledge.knows(3, 999_999_999)
    assert not knowledge.knows(1, 7)


# -- meters and the end ---------------------------------------------------------------------------------------------


def test_the_meters_count_every_day_of_every_idea_in_flight(new_bench):
    bench = new_bench()
    knowledge = bench.knowledge
    projects = [bench.project(idea=0)]
    at(bench, 10.0)
    projects.append(bench.project(idea=1))
    at(bench, 25.0)
    projects[0].move(Stage7.BUILDING, 25.0, knowledge.meter)
    at(bench, 40.0)
    knowledge.settle()
    taken = knowledge.take_meter()
    assert taken[Stage7.THINKING] == pytest.approx(25.0 + 30.0)
    assert taken[Stage7.BUILDING] == pytest.approx(15.0)
    at(bench, 42.0)
    knowledge.settle()
    assert sum(knowledge.take_meter()) == pytest.approx(2 * 2.0)
    assert [sum(project.days) for project in projects] == pytest.approx([42.0, 32.0])


def test_reading_the_meters_in_the_middle_of_a_campaign_counts_no_day_twice(new_bench):
    bench = new_bench()
    project = bench.project()
    bench.experiments.enter(project, 2)
    bench.test(project)
    for day in (3.0, 11.0):
        at(bench, day)
        bench.knowledge.settle()
    bench.stage.env.run()
    assert project.days[Stage7.RUNNING] == pytest.approx(bench.stage.env.now)
    assert sum(project.days) == pytest.approx(bench.stage.env.now)


def test_at_the_end_everything_alive_is_written_down_once(new_bench):
    bench = new_bench()
    thinking, running, adopted, carried, buried = (bench.project(idea=idea) for idea in range(5))
    bench.knowledge.adopt(carried)
    bench.knowledge.launch()
    bench.knowledge.adopt(adopted)
    bench.knowledge.bury(buried, Cause.NO_GAIN_SEEN)
    bench.experiments.enter(running, 2)
    bench.test(running)
    at(bench, 10.0)
    bench.knowledge.close()
    rows = {row.idea: row for row in bench.stage.trace.of(IdeaEnded)}
    assert len(rows) == bench.stage.trace.n_rows(IdeaEnded) == 5
    assert {idea for idea, row in rows.items() if row.cause == Cause.IN_FLIGHT} == {0, 1, 2, 3}
    assert rows[thinking.idea].thinking_days == rows[carried.idea].waiting_run_days == 10.0
    assert (rows[running.idea].running_days, rows[running.idea].waiting_compute_days) == (10.0, 0.0)
