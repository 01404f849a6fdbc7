"""Teaching: seniors' hours are shared out and not multiplied; what is told reaches everybody once."""

import pytest

from simlab.world.learning import mentored_ideas
from simlab.world.teaching import Teaching, mean_taste_bits

HOURS = {
    "researchers.learning.mentor_hours_per_senior_day": 0.5,
    "researchers.learning.mentored_hours_per_junior_day": 2.0,
    "researchers.learning.heard_fraction": 0.01,
}


def school(bench, *sizes: tuple[int, int]):
    teaching = Teaching(bench.stage, bench.params.researchers.learning, bench.knowledge)
    teams = [bench.team(n_seniors, n_juniors, number) for number, (n_seniors, n_juniors) in enumerate(sizes)]
    for team in teams:
        teaching.enrol(team)
    return teaching, teams


def test_seniors_give_their_hours_once(new_bench):
    teaching, teams = school(new_bench(HOURS), (3, 4), (1, 6))
    teaching.organise(teams)
    assert teaching.hours_per_junior_day * 10 == pytest.approx(0.5 * 4)


def test_juniors_take_no_more_than_they_can_use(new_bench):
    teaching, teams = school(new_bench(HOURS), (40, 1))
    teaching.organise(teams)
    assert teaching.hours_per_junior_day == 2.0


def test_without_seniors_nobody_is_taught(new_bench):
    bench = new_bench(HOURS)
    teaching, teams = school(bench, (0, 5))
    teaching.organise(teams)
    bench.stage.env.run(until=100.0)
    teaching.catch_up(teams[0])
    assert teams[0].experience.ideas_seen == bench.params.researchers.learning.new_hire_ideas


def test_a_month_of_mentoring_is_its_hours(new_bench):
    bench = new_bench(HOURS)
    teaching, teams = school(bench, (2, 4))
    teaching.organise(teams)
    bench.stage.env.run(until=30.0)
    teaching.catch_up(teams[0])
    p = bench.params.researchers.learning
    assert teams[0].experience.junior_ideas == pytest.approx(
        mentored_ideas(p.new_hire_ideas, p.senior_ideas, 30.0 * 0.5 * 2 / 4, p)
    )


def test_looking_up_often_teaches_no_more_than_looking_up_once(new_bench):
    seen = []
    for days in ([30.0], [1.0, 7.5, 7.5, 29.0, 30.0]):
        bench = new_bench(HOURS)
        teaching, teams = school(bench, (2, 4))
        teaching.organise(teams)
        for day in days:
            if day > bench.stage.env.now:
                bench.stage.env.run(until=day)
            teaching.catch_up(teams[0])
        seen.append(teams[0].experience.ideas_seen)
    assert seen[0] == pytest.approx(seen[1])


def test_what_is_told_is_heard_once_and_only_by_those_who_are_there(new_bench):
    bench = new_bench(HOURS | {"researchers.learning.mentor_hours_per_senior_day": 0.0})
    teaching, (early, late) = school(bench, (2, 0), (2, 0))
    bench.knowledge.heard_ideas = 300.0
    teaching.catch_up(early)
    teaching.catch_up(early)
    teaching.enrol(late)
    teaching.catch_up(late)
    seniors = bench.params.researchers.learning.senior_ideas
    assert early.experience.ideas_seen == pytest.approx(seniors + 3.0)
    assert late.experience.ideas_seen == seniors


def test_the_mean_taste_counts_heads(new_bench):
    bench = new_bench()
    veterans, novices = bench.team(1, 0), bench.team(0, 3)
    mean = (veterans.taste_bits + 3 * novices.taste_bits) / 4
    assert mean_taste_bits([veterans, novices]) == pytest.approx(mean)
    assert mean_taste_bits([]) == 0.0
