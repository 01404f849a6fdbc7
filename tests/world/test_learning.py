"""Learning: saturation, the mentor's differential equation, and heads that come and go."""

from itertools import pairwise

import pytest

from simlab.world.learning import Experience, LearningParams, mentored_ideas, taste_bits

P = LearningParams(
    taste_ceiling_bits=1.5,
    half_ceiling_ideas=30.0,
    senior_ideas=60.0,
    new_hire_ideas=3.0,
    senior_fraction=0.3,
    heard_fraction=0.005,
    mentor_hours_per_senior_day=0.3,
    mentored_hours_per_junior_day=0.3,
    ideas_per_mentor_hour=0.5,
)


def test_who_has_seen_nothing_has_no_taste():
    assert taste_bits(0.0, P) == 0.0


def test_half_the_ceiling_comes_with_half_the_ceilings_ideas():
    assert taste_bits(30.0, P) == pytest.approx(0.75)


def test_taste_rises_ever_slower_and_never_passes_its_ceiling():
    tastes = [taste_bits(10.0 * n, P) for n in range(200)]
    steps = [b - a for a, b in pairwise(tastes)]
    assert all(step > 0.0 for step in steps)
    assert steps == sorted(steps, reverse=True)
    assert tastes[-1] < P.taste_ceiling_bits
    assert taste_bits(1e9, P) == pytest.approx(P.taste_ceiling_bits)


@pytest.mark.parametrize(("junior", "mentor", "hours"), [(3.0, 60.0, 40.0), (0.0, 200.0, 500.0), (20.0, 25.0, 3.0)])
def test_mentoring_solves_its_differential_equation(junior, mentor, hours):
    steps, seen = 20_000, junior
    for _ in range(steps):  # midpoint rule
        middle = seen + 0.5 * hours / steps * P.ideas_per_mentor_hour * (1.0 - seen / mentor)
        seen += hours / steps * P.ideas_per_mentor_hour * (1.0 - middle / mentor)
    assert mentored_ideas(junior, mentor, hours, P) == pytest.approx(seen, rel=1e-6)


def test_a_mentors_first_hours_teach_as_the_rate_says():
    hours = 1e-4
    learned = mentored_ideas(0.0, 60.0, hours, P)
    assert learned / hours == pytest.approx(P.ideas_per_mentor_hour, rel=1e-4)


def test_nobody_passes_the_mentor():
    for hours in (1.0, 1e2, 1e4, 1e6):
        assert mentored_ideas(3.0, 60.0, hours, P) <= 60.0
    assert mentored_ideas(3.0, 60.0, 1e6, P) == pytest.approx(60.0)


def test_a_mentor_who_knows_less_teaches_nothing():
    assert mentored_ideas(40.0, 30.0, 100.0, P) == 40.0
    assert mentored_ideas(40.0, 0.0, 100.0, P) == 40.0


def test_mentoring_in_two_sittings_is_mentoring_in_one():
    once = mentored_ideas(3.0, 60.0, 50.0, P)
    twice = mentored_ideas(mentored_ideas(3.0, 60.0, 20.0, P), 60.0, 30.0, P)
    assert twice == pytest.approx(once)


def test_ideas_seen_are_counted_per_head():
    team = Experience(P, n_seniors=2, n_juniors=4)
    assert team.ideas_seen == pytest.approx((2 * 60.0 + 4 * 3.0) / 6)
    before = team.ideas_seen
    team.see(0.7)
    assert team.ideas_seen == pytest.approx(before + 0.7)


def test_an_empty_team_has_seen_nothing():
    assert Experience(P, 0, 0).ideas_seen == 0.0


def test_new_people_dilute_what_a_team_has_seen_and_lose_none_of_it():
    team = Experience(P, n_seniors=3, n_juniors=3)
    team.see(10.0)
    total = team.ideas_seen * team.n_people
    before = team.ideas_seen
    team.join(1, 2)
    assert team.ideas_seen < before
    assert team.ideas_seen * team.n_people == pytest.approx(total + 60.0 + 2 * 3.0)
    assert (team.n_people, team.n_seniors, team.n_juniors) == (9, 4, 5)


def test_joining_apart_is_joining_together():
    apart, together = Experience(P, 1, 1), Experience(P, 1, 1)
    for team in (apart, together):
        team.see(5.0)
    apart.join(1, 0)
    apart.join(1, 3)
    together.join(2, 3)
    assert apart.ideas_seen == pytest.approx(together.ideas_seen)


def test_juniors_become_seniors_when_they_have_seen_half_as_much_and_nothing_is_forgotten():
    team = Experience(P, n_seniors=2, n_juniors=2)
    team.be_mentored(30.0, 60.0)
    assert (team.n_seniors, team.n_juniors) == (2, 2)
    team.be_mentored(30.0, 60.0)
    total = (2 * 60.0 + 2 * mentored_ideas(3.0, 60.0, 60.0, P)) / 4
    assert mentored_ideas(3.0, 60.0, 60.0, P) < 30.0 < mentored_ideas(3.0, 60.0, 90.0, P)
    assert team.ideas_seen == pytest.approx(total)
    team.be_mentored(30.0, 60.0)
    assert (team.n_seniors, team.n_juniors) == (4, 0)
    assert team.ideas_seen == pytest.approx((2 * 60.0 + 2 * mentored_ideas(3.0, 60.0, 90.0, P)) / 4)


def test_a_team_of_seniors_only_cannot_be_mentored():
    team = Experience(P, 3, 0)
    team.be_mentored(1000.0, 500.0)
    assert team.ideas_seen == 60.0


@pytest.mark.parametrize(
    ("seniors", "juniors", "senior", "left"),
    [(2, 2, True, (1, 2)), (2, 2, False, (2, 1)), (0, 2, True, (0, 1)), (2, 0, False, (1, 0))],
)
def test_the_one_who_leaves_is_of_the_kind_asked_for_if_there_is_one(seniors, juniors, senior, left):
    team = Experience(P, seniors, juniors)
    team.leave(senior=senior)
    assert (team.n_seniors, team.n_juniors) == left
    assert team.n_people == sum(left)
