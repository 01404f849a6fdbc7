"""Hands: how long work takes, and person-days that are neither lost nor invented when people come and go."""

import pytest

from simlab.world.hands import Hands, Work
from simlab.world.projects import Stage7

WORK = Work(
    thinking_people_days=60.0,
    building_people_days=180.0,
    rebuilding_people_days=36.0,
    reading_people_days=30.0,
    merging_people_days=2.0,
)


@pytest.fixture
def workshop(new_bench):
    bench = new_bench()
    done: list[tuple[float, object]] = []
    hands = Hands(bench.stage, bench.knowledge, WORK, lambda team, project: done.append((bench.stage.env.now, project)))
    return bench, hands, done


@pytest.mark.parametrize("n_people", [1, 5, 12])
def test_work_takes_its_people_days_over_the_heads(workshop, n_people):
    bench, hands, done = workshop
    team = bench.team(n_people)
    project = bench.project(team=team)
    hands.think(team, project)
    bench.stage.env.run()
    assert done == [(pytest.approx(60.0 / n_people), project)]
    assert project.people_days == hands.busy_people_days == pytest.approx(60.0)
    assert (team.hands, team.at_hand) == (None, None)


@pytest.mark.parametrize(
    ("kind", "stage", "people_days"),
    [("think", Stage7.THINKING, 60.0), ("build", Stage7.BUILDING, 180.0), ("read", Stage7.READING, 30.0)],
)
def test_each_kind_of_work_has_its_size_and_its_stage(workshop, kind, stage, people_days):
    bench, hands, _ = workshop
    team = bench.team(4)
    project = bench.project(team=team)
    getattr(hands, kind)(team, project)
    assert project.stage is stage
    bench.stage.env.run()
    assert bench.stage.env.now == pytest.approx(people_days / 4)


def test_drag_luck_and_engineering_scale_the_work(workshop):
    bench, hands, _ = workshop
    hands.drag = 1.25
    fast = bench.team(3)
    fast.skills = fast.skills._replace(engineering=2.0)
    project = bench.project(team=fast)
    project.draws[0] = 1.6
    hands.think(fast, project)
    bench.stage.env.run()
    assert bench.stage.env.now == pytest.approx(60.0 / 3 * 1.25 * 1.6 / 2.0)
    assert hands.busy_people_days == pytest.approx(60.0 * 1.25 * 1.6 / 2.0)


def test_each_piece_of_work_has_luck_of_its_own(workshop):
    bench, hands, done = workshop
    team = bench.team(1)
    project = bench.project(team=team)
    project.draws[0:3] = [0.5, 2.0, 3.0]
    for kind in (hands.think, hands.build, hands.read):
        kind(team, project)
        bench.stage.env.run()
    times = [time for time, _ in done]
    assert times == pytest.approx([30.0, 30.0 + 360.0, 30.0 + 360.0 + 90.0])


def test_building_again_takes_the_rebuilding(workshop):
    bench, hands, _ = workshop
    team = bench.team(1)
    project = bench.project(team=team)
    project.n_experiments = 1
    hands.build(team, project)
    bench.stage.env.run()
    assert bench.stage.env.now == pytest.approx(36.0)


def test_every_change_that_landed_meanwhile_is_merged_once(workshop):
    bench, hands, done = workshop
    team = bench.team(1)
    project = bench.project(team=team, area=1)
    bench.knowledge.landed[1] += 10
    bench.knowledge.landed[0] += 99
    for _ in range(2):
        hands.build(team, project)
        bench.stage.env.run()
    assert [time for time, _ in done] == pytest.approx([180.0 + 20.0, 2 * 180.0 + 20.0])


def test_people_days_are_conserved_when_people_join_and_leave_in_the_middle(workshop):
    """4 people for 5 days, 8 for 2, 3 for 3, nobody for 7, 5 for the rest: 60 in all."""
    bench, hands, done = workshop
    team = bench.team(0, 4)
    project = bench.project(team=team)
    hands.think(team, project)

    def at(day: float, change: int) -> None:
        bench.stage.env.run(until=day)
        hands.stop(team)
        for _ in range(max(-change, 0)):
            team.experience.leave(senior=False)
        if change > 0:
            team.experience.join(0, change)
        if team.n_people:
            hands.resume(team)

    at(5.0, +4)
    assert project.people_days == pytest.approx(20.0)
    at(7.0, -5)
    at(10.0, -3)
    assert project.people_days == pytest.approx(45.0)
    at(17.0, +5)
    bench.stage.env.run()
    assert done == [(pytest.approx(17.0 + 15.0 / 5), project)]
    assert project.people_days == hands.busy_people_days == pytest.approx(60.0)


def test_work_laid_down_for_good_books_only_what_was_done(workshop):
    bench, hands, done = workshop
    team = bench.team(3)
    project = bench.project(team=team)
    hands.think(team, project)
    bench.stage.env.run(until=4.0)
    hands.stop(team)
    team.at_hand = None
    bench.stage.env.run()
    assert done == []
    assert project.people_days == pytest.approx(12.0)


def test_stopping_twice_books_once_and_idle_hands_book_nothing(workshop):
    bench, hands, _ = workshop
    team, idle = bench.team(2), bench.team(2, number=1)
    project = bench.project(team=team)
    hands.think(team, project)
    bench.stage.env.run(until=3.0)
    for _ in range(2):
        hands.stop(team)
        hands.stop(idle)
    hands.resume(idle)
    assert project.people_days == hands.busy_people_days == pytest.approx(6.0)


def test_resuming_what_runs_already_does_not_start_it_twice(workshop):
    bench, hands, done = workshop
    team = bench.team(2)
    hands.think(team, bench.project(team=team))
    bench.stage.env.run(until=3.0)
    hands.resume(team)
    bench.stage.env.run()
    assert len(done) == 1
    assert done[0][0] == pytest.approx(30.0)
