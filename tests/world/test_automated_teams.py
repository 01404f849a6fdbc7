"""People and automated teams in one lab with a desk and frontier runs: nothing is lost, looked at after every event."""

import math
from collections import Counter
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from simlab.trace.events import Cause, IdeaEnded, IdeaProposed
from simlab.world.automation import Automation, AutomationParams
from simlab.world.projects import Project, Stage7
from simlab.world.researchers import Researchers
from simlab.world.training import Training
from simlab.world.verification import Desk, Verdict, VerificationParams
from simlab.world.workers.help import Help

VERIFICATION = {
    "people_fraction": 0.1,
    "verify_fraction": 0.1,
    "least_people_days": 1.0,
    "verifying_cv": 0.7,
    "sensitivity_fraction": 0.6,
    "false_alarm_fraction": 0.1,
    "tools_fraction": 0.02,
    "patience_days": 20.0,
    "unverified": "adopt",
}
AUTOMATION = {
    "review_days": 30.0,
    "members_per_team": 10.0,
    "max_teams": 12,
    "least_success_fraction": 0.5,
    "fed_fraction": 0.9,
    "starved_fraction": 0.5,
    "waiting_limit_fraction": 0.9,
    "growth_fraction": 1.0,
    "talent": 1.0,
    "agency": 1.0,
    "paranoia_se": 1.0,
    "initial_ideas": 60.0,
    "continual_learning": "weights",
    "evidence_kept_fraction": 0.5,
    "forgotten_fraction": 0.5,
}
QUICK = {
    "researchers.thinking_people_days": 10.0,
    "researchers.building_people_days": 20.0,
    "researchers.reading_people_days": 5.0,
    "researchers.people_per_team": 6,
    "experiments.runs_per_repeat": 3.0,
    "knowledge.expected_gain_nats_per_day": 0.0005,
    "experiments.crashing_fraction": 0.2,
    "experiments.patience_days": 15.0,
    "cluster.failures_per_h100e_day": 1e-5,
    "training.cadence_days": 60.0,
    "training.run_days": 30.0,
}


class FakeWorkers:
    """They do half of the work beside people, all of it alone, and leave a flaw in every twelfth piece."""

    def __init__(self) -> None:
        self.loop_success_fraction, self.pace_people_per_worker = 1.0, 1.0
        self.fleet = SimpleNamespace(worker_served_fraction=1.0)
        self.n_automated_teams, self.automated_ideas_seen = 0, 0.0
        self.people_days, self.n_pieces = 0.0, 0

    def help(self, step: Stage7, *, alone: bool) -> Help:
        return Help(1.2, 1.2, 0.1) if alone else Help(0.6, 0.5, 0.1)

    def work(self, project: Project, step: Stage7, people_days: float, flaw_fraction: float) -> None:
        project.automated_people_days += people_days
        self.people_days += people_days
        self.n_pieces += 1
        if flaw_fraction and self.n_pieces % 12 == 0:
            project.flaw_nats += 0.02


@dataclass
class Account:
    """A lab, and what its desk was given and said."""

    bench: Any
    researchers: Researchers
    workers: FakeWorkers
    desk: Desk
    handed_in: Counter[int] = field(default_factory=Counter)
    settled: list[tuple[Project, Verdict]] = field(default_factory=list)
    withdrawn: list[Project] = field(default_factory=list)
    lives: list[Project] = field(default_factory=list)

    def watch(self) -> None:
        """Note what passes over the desk and who is born."""
        hand_in, withdraw, begin = self.desk.hand_in, self.desk.withdraw, self.bench.knowledge.begin

        def noted_hand_in(project: Project, settled: Any) -> None:
            def noted(project: Project, verdict: Verdict) -> None:
                self.settled.append((project, verdict))
                settled(project, verdict)

            self.handed_in[id(project)] += 1
            hand_in(project, noted)

        def noted_withdraw(project: Project) -> None:
            if project in self.desk._cases:
                self.withdrawn.append(project)
            withdraw(project)

        def noted_begin(project: Project) -> None:
            self.lives.append(project)
            begin(project)

        self.desk.hand_in, self.desk.withdraw = noted_hand_in, noted_withdraw
        self.bench.knowledge.begin = noted_begin

    @property
    def teams(self) -> list[Any]:
        return [*self.researchers.teams, *self.researchers.automated]

    def check(self) -> None:
        """What must be true after every event."""
        knowledge, trace = self.bench.knowledge, self.bench.stage.trace
        self.bench.cluster.check()
        in_flight = [project for team in self.teams for project in team.in_flight]
        assert knowledge.n_in_flight == len(in_flight)
        alive = len(in_flight) + len(knowledge.waiting_for_run) + len(knowledge.in_run)
        assert trace.n_rows(IdeaProposed) == alive + trace.n_rows(IdeaEnded)
        self.check_desk(in_flight)
        assert self.researchers.n_people == sum(team.n_people for team in self.researchers.teams)

    def check_desk(self, in_flight: list[Project]) -> None:
        desk = self.desk
        n = len(self.handed_in)
        assert n == len(self.settled) + len(self.withdrawn) + len(desk._cases)
        assert max(self.handed_in.values(), default=1) == 1
        assert 0 <= desk.n_busy + desk.n_waiting <= len(desk._cases)
        flying = set(map(id, in_flight))
        for project in desk._cases:
            assert id(project) in flying
            assert project.job is None
            assert project is not project.team.at_hand
            assert project not in project.team.inbox

    def run(self, days: float) -> int:
        env, n_events = self.bench.stage.env, 0
        while env.peek() < days:
            env.step()
            self.check()
            n_events += 1
        env.run(days)
        return n_events


@pytest.fixture
def new_lab(new_bench):
    def make(
        *, seed: int = 1, detection: float = 0.3, automation: Any = None, automated: bool = True, **verification: Any
    ) -> Account:
        bench = new_bench(QUICK, capacity_h100e=2e5, seed=seed, shares=(0.3, 0.7))
        p, stage, pool, workers = bench.params, bench.stage, bench.pool, FakeWorkers()
        params = VerificationParams(**{**VERIFICATION, **verification})
        oversight: Any = SimpleNamespace(flaw_detection_fraction=detection)
        desk = Desk(stage, params, oversight, workers, "test", 0, [a.name for a in pool.areas])  # pyright: ignore[reportArgumentType]
        rooms = pool, bench.experiments, bench.knowledge, "test", lambda project: None, workers, desk, 0.9
        researchers = Researchers(stage, p.researchers, *rooms)
        laws = p.training, p.throughput, p.scaling, p.capability
        places = pool, bench.cluster, bench.experiments, bench.knowledge
        training = Training(stage, *laws, *places, "test", 0.3, 1e25, 0.0)
        account = Account(bench, researchers, workers, desk)
        account.watch()
        training.begin(5.0)
        for _ in range(4):
            researchers.found(2, 4)
        desk.staff(24.0)
        bench.knowledge.price(24, 1.4e5)
        changes = {**AUTOMATION, **(automation or {})}
        if automated:
            Automation(stage, AutomationParams(**changes), researchers, workers).begin()  # pyright: ignore[reportArgumentType]
        return account

    return make


def shake(lab: Account) -> None:
    """Everything that disturbs: people leave, the fleet starves, the loop fails, the staff of the desk changes."""
    stage, researchers, workers = lab.bench.stage, lab.researchers, lab.workers

    def at(day: float, do: Any) -> None:
        stage.after(day, lambda _: do())

    for k in range(40):
        at(60.0 + 7.0 * k, lambda: researchers.lose(researchers.teams[0], senior=False) if researchers.teams else None)
        at(63.0 + 7.0 * k, lambda k=k: lab.desk.staff(float(5 * (k % 8))))
    at(200.0, lambda: setattr(workers.fleet, "worker_served_fraction", 0.3))
    at(260.0, lambda: setattr(workers.fleet, "worker_served_fraction", 1.0))
    at(390.0, lambda: setattr(workers, "loop_success_fraction", 0.1))
    at(430.0, lambda: setattr(workers, "loop_success_fraction", 0.9))
    at(111.0, lambda: setattr(workers, "pace_people_per_worker", 2.5))


@pytest.mark.parametrize("rule", ["adopt", "discard", "wait"])
def test_nothing_is_lost_at_any_event_whatever_disturbs(new_lab, rule):
    lab = new_lab(unverified=rule, verify_fraction=0.6)
    shake(lab)
    assert lab.run(500.0) > 2_000
    causes = Counter(Cause(int(e.cause)) for e in lab.bench.stage.trace.of(IdeaEnded))
    assert causes[Cause.REFUTED] > 0
    assert causes[Cause.CANCELLED] > 0
    assert (causes[Cause.UNVERIFIED] > 0) == (rule == "discard")
    assert len({verdict for _, verdict in lab.settled}) == (2 if rule == "wait" else 3)


def test_what_passed_is_adopted_and_what_did_not_is_buried(new_lab):
    lab = new_lab()
    lab.run(400.0)
    adopted = {id(p) for p in lab.bench.knowledge.adopted.values()}
    ended = Counter(Cause(int(e.cause)) for e in lab.bench.stage.trace.of(IdeaEnded))
    verdicts = Counter(verdict for _, verdict in lab.settled)
    believed = [p for p, verdict in lab.settled if verdict in (Verdict.PASSED, Verdict.ADOPTED_UNVERIFIED)]
    assert ended[Cause.REFUTED] == verdicts[Verdict.REFUTED] > 0
    reverted = sum(id(p) not in adopted for p in believed)
    assert len(believed) > 5
    assert reverted <= ended[Cause.REVERTED]
    # all work here had AI workers in it: nothing was adopted that had not been at the desk
    assert adopted <= {id(p) for p in believed}


def test_the_work_of_ai_workers_and_the_days_of_people_are_two_accounts(new_lab):
    lab = new_lab()
    lab.run(400.0)
    people = [p for p in lab.lives if not p.team.is_automated]
    machines = [p for p in lab.lives if p.team.is_automated]
    hands = lab.researchers.hands
    for team in lab.researchers.teams:
        hands.stop(team)
    assert sum(p.people_days for p in people) == pytest.approx(hands.busy_people_days, rel=1e-9)
    assert hands.busy_people_days > 0.0
    assert sum(p.people_days for p in machines) == 0.0
    assert sum(p.automated_people_days for p in lab.lives) == pytest.approx(lab.workers.people_days, rel=1e-9)
    assert sum(p.automated_people_days for p in machines) > 0.0


def test_automated_teams_have_ideas_that_end_like_others(new_lab):
    lab = new_lab()
    lab.run(400.0)
    rows = [e for e in lab.bench.stage.trace.of(IdeaEnded) if e.team < 0]
    causes = {Cause(int(e.cause)) for e in rows}
    assert {Cause.NO_GAIN_SEEN, Cause.REFUTED, Cause.ADOPTED} <= causes
    born = {(e.team, e.area, e.idea): e.time_days for e in lab.bench.stage.trace.of(IdeaProposed)}
    for e in rows:
        spent = sum(getattr(e, name) for name in IdeaEnded._fields[11:18])
        assert spent == pytest.approx(e.time_days - born[e.team, e.area, e.idea], abs=1e-6)


def test_the_meter_of_the_desk_adds_up_over_readings(new_lab):
    lab = new_lab()
    shake(lab)
    before = 0
    for day in range(30, 500, 30):
        lab.bench.stage.env.run(float(day))
        r = lab.desk.read_meter()
        settled = r.n_passed + r.n_refuted + r.n_adopted_unverified + r.n_discarded
        assert before + r.n_handed_in == settled + r.n_withdrawn + r.n_waiting
        assert r.n_slipped <= r.n_passed + r.n_adopted_unverified
        assert math.isnan(r.verified_fraction) if not settled else 0.0 <= r.verified_fraction <= 1.0
        before = r.n_waiting
    assert lab.desk._counted_days == 480.0


def test_automated_teams_that_are_never_founded_move_nobody(new_lab):
    def story(**kwargs: Any) -> list[tuple[float, ...]]:
        lab = new_lab(**kwargs)
        lab.bench.stage.env.run(200.0)
        return [tuple(e) for e in lab.bench.stage.trace.of(IdeaEnded)]

    without = story(automated=False)
    assert without
    assert without == story(automation={"max_teams": 0})
    assert without != story()
