"""Automated teams: when they are founded and dissolved, how fast they work, and what they go on learning."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from simlab.world.automation import Automation, AutomationParams
from simlab.world.jobs import Job
from simlab.world.projects import Stage7
from simlab.world.researchers import Researchers
from simlab.world.teams import Team
from simlab.world.workers.help import Help

PLAIN: dict[str, Any] = {
    "review_days": 30.0,
    "members_per_team": 10.0,
    "max_teams": 1000,
    "least_success_fraction": 0.5,
    "fed_fraction": 0.9,
    "starved_fraction": 0.5,
    "waiting_limit_fraction": 0.5,
    "growth_fraction": 0.5,
    "talent": 1.2,
    "agency": 2.0,
    "paranoia_se": 1.5,
    "initial_ideas": 20.0,
    "continual_learning": "off",
    "evidence_kept_fraction": 0.25,
    "forgotten_fraction": 0.4,
}
ASLEEP = {"researchers.thinking_people_days": 1e12}


class FakeWorkers:
    """AI workers as automation and hands see them: they do all of a step alone."""

    def __init__(self) -> None:
        self.loop_success_fraction = 1.0
        self.pace_people_per_worker = 2.0
        self.fleet = SimpleNamespace(worker_served_fraction=1.0)
        self.n_automated_teams = 0
        self.automated_ideas_seen = 0.0

    def help(self, step: Stage7, *, alone: bool) -> Help:
        return Help(1.0, 1.0, 0.0)

    def work(self, project: Any, step: Stage7, people_days: float, flaw_fraction: float) -> None:
        project.automated_people_days += people_days


@dataclass
class Room:
    """Automation on a bench with fake workers; `review` lets months pass."""

    bench: Any
    researchers: Researchers
    workers: Any
    automation: Automation

    @property
    def teams(self) -> list[Team]:
        return self.researchers.automated

    def review(self, n: int = 1) -> int:
        self.bench.stage.env.run(self.bench.stage.env.now + 30.0 * n)
        return len(self.teams)

    def end(self, team: Team, n_ideas: int) -> None:
        """Let a team see the fate of so many ideas."""
        for _ in range(n_ideas):
            self.researchers.loop.endings.fleet_sees(team)


@pytest.fixture
def new_room(new_bench):
    def make(changes: Any = None, **automation: Any) -> Room:
        bench = new_bench(ASLEEP if changes is None else changes)
        workers: Any = FakeWorkers()
        rooms = bench.pool, bench.experiments, bench.knowledge, "test", lambda project: None, workers
        researchers = Researchers(bench.stage, bench.params.researchers, *rooms)
        params = AutomationParams(**{**PLAIN, **automation})
        room = Room(bench, researchers, workers, Automation(bench.stage, params, researchers, workers))
        room.automation.begin()
        bench.stage.env.run(1.0)
        return room

    return make


# -- how many ---------------------------------------------------------------------------------------------------------


def test_nobody_is_founded_before_the_workers_come_through_the_loop(new_room):
    room = new_room()
    room.workers.loop_success_fraction = 0.49
    assert room.review(5) == 0
    room.workers.loop_success_fraction = 0.5
    assert room.review() == 1


def test_teams_grow_by_their_share_a_month_and_by_one_at_least(new_room):
    room = new_room()
    assert [room.review() for _ in range(8)] == [1, 2, 3, 4, 6, 9, 13, 19]


def test_there_are_never_more_teams_than_the_limit(new_room):
    room = new_room(max_teams=5)
    assert [room.review() for _ in range(7)] == [1, 2, 3, 4, 5, 5, 5]


def test_a_fleet_short_of_tokens_gets_no_more_teams_and_a_starving_one_loses_the_last(new_room):
    room = new_room()
    room.review(6)
    first = room.teams[:5]
    room.workers.fleet.worker_served_fraction = 0.7
    assert room.review(3) == 9
    room.workers.fleet.worker_served_fraction = 0.4
    assert room.review() == 5
    assert room.teams == first
    room.workers.fleet.worker_served_fraction = 0.95
    assert room.review() == 7


def test_when_the_loop_no_longer_comes_through_all_teams_are_dissolved(new_room):
    room = new_room()
    room.review(6)
    room.workers.loop_success_fraction = 0.3
    assert room.review() == 0
    assert room.bench.knowledge.n_in_flight == 0


def test_no_team_is_founded_while_more_than_the_limit_of_their_ideas_stand_in_a_queue(new_room):
    room = new_room()
    room.review()
    (team,) = room.teams
    at_hand = team.at_hand
    assert at_hand is not None
    assert room.automation._waiting_fraction() == 0.0
    waiting = [room.bench.project(idea=100 + k, team=team) for k in range(2)]
    for project in waiting:
        project.stage = Stage7.WAITING_PEOPLE
    assert room.automation._waiting_fraction() == pytest.approx(2 / 3)
    assert room.review(2) == 1
    team.inbox.append(waiting[0])  # waits for its own team, which is no queue
    assert room.automation._waiting_fraction() == pytest.approx(1 / 3)
    team.inbox.clear()
    room.researchers.loop.endings.cancel(waiting[0])
    assert room.automation._waiting_fraction() == pytest.approx(1 / 2)
    assert room.review() == 2


def test_ideas_that_wait_for_compute_stand_in_a_queue_and_those_that_run_do_not(new_room):
    room = new_room()
    room.review()
    (team,) = room.teams
    project = room.bench.project(idea=100, team=team)
    room.bench.experiments.enter(project, 0)
    room.bench.test(project)
    assert project.job is not None
    assert room.automation._waiting_fraction() == 0.0
    held: list[Any] = []
    blocker = Job(None, 1, room.bench.cluster.capacity_h100e, 1e3, held.append, number=10**6)
    room.researchers.loop.endings.cancel(project)
    room.bench.cluster.submit(blocker)
    late = room.bench.project(idea=101, team=team)
    room.bench.experiments.enter(late, 0)
    room.bench.test(late)
    assert room.automation._waiting_fraction() == pytest.approx(1 / 2)


# -- what they are ----------------------------------------------------------------------------------------------------


def test_a_team_has_the_skills_the_pace_and_the_number_of_ai_workers(new_room):
    room = new_room()
    room.review(2)
    first, second = room.teams
    assert (first.number, second.number) == (-1, -2)
    assert first.skills == (1.2, 1.0, 2.0, 1.5, 1.0)
    assert (first.pace_people, first.n_people, first.is_automated) == (20.0, 0, True)
    assert room.researchers.n_people == 0
    assert room.researchers.teams == []


def test_the_pace_follows_the_workers_and_work_in_hand_goes_on_at_the_new_pace(new_room):
    room = new_room({"researchers.thinking_people_days": 1000.0, "researchers.stage_cv": 0.0}, max_teams=1)
    room.review()  # founded on day 30, at 20 people
    (team,) = room.teams
    project = team.at_hand
    room.bench.stage.env.run(40.0)
    room.workers.pace_people_per_worker = 4.0
    room.automation.deploy(None)  # pyright: ignore[reportArgumentType]
    assert team.pace_people == 40.0
    # 200 of 1,000 people-days are done by day 40; the rest takes 20 days more
    room.bench.stage.env.run(59.9)
    assert project is not None
    assert project.stage is Stage7.THINKING
    room.bench.stage.env.run(60.1)
    assert project.stage is Stage7.BUILDING


def test_an_automated_teams_work_is_nobodys_people_days(new_room):
    room = new_room({})
    room.review(6)
    ideas = [project for team in room.teams for project in team.in_flight]
    assert sum(project.automated_people_days for project in ideas) > 100.0
    assert room.researchers.hands.busy_people_days == 0.0
    assert all(project.people_days == 0.0 for project in ideas)


def test_dissolving_cancels_what_is_in_flight_and_teaches_nothing(new_room):
    room = new_room({}, continual_learning="weights", max_teams=1)
    room.review(3)
    (team,) = room.teams
    assert team.in_flight
    seen = team.experience.ideas_seen
    room.researchers.dissolve_automated(team)
    assert (team.in_flight, room.teams, team.at_hand) == ([], [], None)
    assert room.bench.knowledge.n_in_flight == 0
    assert team.experience.ideas_seen == seen
    room.bench.stage.env.run(until=room.bench.stage.env.now + 5.0)
    assert team.in_flight == []


# -- what they learn --------------------------------------------------------------------------------------------------


def taste_after(room: Room, n_ideas_each: int, n_deployments: int = 0) -> list[float]:
    room.review(3)
    for team in room.teams:
        room.end(team, n_ideas_each)
    for _ in range(n_deployments):
        room.automation.deploy(None)  # pyright: ignore[reportArgumentType]
    return [team.experience.ideas_seen for team in room.teams]


def test_without_continual_learning_they_know_what_training_gave_them(new_room):
    assert taste_after(new_room(), 100, 2) == [20.0] * 3


def test_notes_grow_with_a_teams_own_ideas_and_a_new_model_loses_part_of_them(new_room):
    assert taste_after(new_room(continual_learning="text_memory"), 8) == [22.0] * 3
    left = 20.0 + 2.0 * 0.6**2
    assert taste_after(new_room(continual_learning="text_memory"), 8, 2) == pytest.approx([left] * 3)


def test_weights_share_what_every_team_saw_and_lose_nothing(new_room):
    assert taste_after(new_room(continual_learning="weights"), 8, 2) == [20.0 + 3 * 2.0] * 3


def test_a_team_founded_later_knows_what_the_weights_know_but_has_no_notes(new_room):
    for mode, ideas in (("off", 20.0), ("text_memory", 20.0), ("weights", 25.0)):
        room = new_room(continual_learning=mode)
        room.review()
        room.end(room.teams[0], 20)
        room.review()
        assert room.teams[1].experience.ideas_seen == ideas


def test_taste_grows_most_in_the_weights_and_not_at_all_without(new_room):
    changes = {"researchers.thinking_people_days": 5.0, "researchers.building_people_days": 5.0}
    tastes = {}
    for mode in ("off", "text_memory", "weights"):
        room = new_room(changes, continual_learning=mode, max_teams=4)
        room.review(12)
        tastes[mode] = sum(team.taste_bits for team in room.teams) / len(room.teams)
    assert tastes["off"] < tastes["text_memory"] < tastes["weights"]


def test_the_workers_are_told_how_many_teams_there_are_and_what_they_have_seen(new_room):
    room = new_room(continual_learning="text_memory")
    room.review(2)
    room.end(room.teams[0], 8)
    room.review()
    assert room.workers.n_automated_teams == 3
    assert room.workers.automated_ideas_seen == pytest.approx(20.0 + 2.0 / 3)
    room.workers.loop_success_fraction = 0.0
    room.review()
    assert (room.workers.n_automated_teams, room.workers.automated_ideas_seen) == (0, 0.0)
