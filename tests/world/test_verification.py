"""Verification: a queue with patience, errors of both kinds, tools that look first, and an exact account."""

import math
from collections import Counter
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from simlab.errors import WorldError
from simlab.randomness import Streams
from simlab.stage import Stage
from simlab.trace.recorder import Trace
from simlab.world.projects import Project, Stage7
from simlab.world.verification import Desk, Verdict, VerificationParams

PLAIN: dict[str, Any] = {
    "people_fraction": 0.1,
    "verify_fraction": 0.1,
    "least_people_days": 1.0,
    "verifying_cv": 0.0,
    "sensitivity_fraction": 1.0,
    "false_alarm_fraction": 0.0,
    "tools_fraction": 0.02,
    "patience_days": 50.0,
    "unverified": "discard",
}
"""Verifiers that make no mistakes and take 10 days for 100 days of automated work."""


@dataclass
class Room:
    """A desk on a bench, and what it was told."""

    bench: Any
    desk: Desk
    verdicts: list[tuple[float, int, Verdict]] = field(default_factory=list)
    told_inside: bool = False

    def hand_in(self, idea: int, automated: float = 100.0, flaw_nats: float = 0.0) -> Project:
        project = self.bench.project(idea=idea)
        project.automated_people_days, project.flaw_nats = automated, flaw_nats
        before = len(self.verdicts)
        self.desk.hand_in(project, self._settled)
        self.told_inside |= len(self.verdicts) > before
        return project

    def _settled(self, project: Project, verdict: Verdict) -> None:
        self.verdicts.append((self.bench.stage.env.now, project.idea, verdict))

    def at(self, day: float, do: Any) -> None:
        self.bench.stage.after(day - self.bench.stage.env.now, lambda _: do())

    def run(self, until: float | None = None) -> None:
        self.bench.stage.env.run(until)

    def share(self, verdict: Verdict) -> float:
        return Counter(v for _, _, v in self.verdicts)[verdict] / len(self.verdicts)


@pytest.fixture
def new_room(new_bench):
    def make(n_people: float = 10.0, *, oversight: Any = None, workers: Any = None, seed: int = 1, **changes: Any):
        bench = new_bench(seed=seed)
        areas = [area.name for area in bench.pool.areas]
        params = VerificationParams(**{**PLAIN, **changes})
        desk = Desk(bench.stage, params, oversight, workers, "test", 0, areas)
        desk.staff(n_people)
        return Room(bench, desk)

    return make


def tools(chance: float) -> SimpleNamespace:
    return SimpleNamespace(flaw_detection_fraction=chance)


# -- the queue --------------------------------------------------------------------------------------------------------


def test_one_verifier_takes_what_came_first_and_each_takes_its_share_of_the_automated_work(new_room):
    room = new_room(n_people=10.0)
    for idea, automated in enumerate((100.0, 50.0, 200.0)):
        room.hand_in(idea, automated)
    room.run()
    assert room.verdicts == [
        (10.0, 0, Verdict.PASSED),
        (15.0, 1, Verdict.PASSED),
        (35.0, 2, Verdict.PASSED),
    ]


@pytest.mark.parametrize(("n_people", "fraction", "n"), [(100, 0.05, 5), (3, 0.01, 1), (100, 0.0, 0), (0, 0.5, 0)])
def test_there_are_as_many_verifiers_as_the_share_of_the_people_and_one_at_least(new_room, n_people, fraction, n):
    room = new_room(n_people=n_people, people_fraction=fraction)
    assert room.desk.n_verifiers == n
    for idea in range(20):
        room.hand_in(idea)
    assert room.desk.n_busy == n
    assert room.desk.n_waiting == 20 - n


def test_small_work_takes_the_least_time(new_room):
    room = new_room(least_people_days=3.0)
    room.hand_in(0, automated=1.0)
    room.run()
    assert room.verdicts[0][0] == 3.0


def test_the_verdict_comes_from_the_event_loop_even_where_nothing_takes_time(new_room):
    room = new_room(oversight=tools(1.0), verify_fraction=0.0, least_people_days=0.0)
    room.hand_in(0)
    room.hand_in(1, flaw_nats=0.1)
    assert not room.told_inside
    room.run()
    assert {(idea, verdict) for _, idea, verdict in room.verdicts} == {(0, Verdict.PASSED), (1, Verdict.REFUTED)}
    assert room.bench.stage.env.now == 0.0


def test_verifiers_hired_take_what_waits_and_those_too_many_finish_their_work(new_room):
    room = new_room(n_people=10.0)
    for idea in range(4):
        room.hand_in(idea)
    room.at(2.0, lambda: room.desk.staff(30.0))
    room.at(5.0, lambda: room.desk.staff(10.0))
    room.run()
    # the first from day 0, two more from day 2; the fourth waits until one verifier at most is at work
    assert [time for time, _, _ in room.verdicts] == [10.0, 12.0, 12.0, 22.0]


def test_an_idea_waits_for_people_and_is_then_being_read(new_room):
    room = new_room()
    first, second = room.hand_in(0), room.hand_in(1)
    assert (first.stage, second.stage) == (Stage7.READING, Stage7.WAITING_PEOPLE)
    room.run()
    for project in (first, second):
        project.move(Stage7.WAITING_RUN, 20.0, project.team.meter)
    assert second.days[Stage7.WAITING_PEOPLE] == 10.0
    assert second.days[Stage7.READING] == 10.0
    assert first.days[Stage7.WAITING_PEOPLE] == 0.0


def test_the_queue_has_the_mean_wait_of_pollaczek_and_khinchine(new_room):
    """M/G/1: W = rate * E[S^2] / (2 (1 - load)), with gamma service of cv 0.5 and mean 8 days, load 0.6."""
    room = new_room(verifying_cv=0.5, least_people_days=0.0, unverified="wait", seed=5)
    rate, mean, n = 0.075, 8.0, 20_000
    gaps = room.bench.stage.streams.rows("arrivals", lambda rng, shape: rng.standard_exponential(shape), 1)
    day = 0.0
    for idea in range(n):
        day += gaps[idea][0] / rate
        room.at(day, lambda idea=idea: room.hand_in(idea % 4000, automated=10.0 * mean))
    room.run()
    waited = room.desk.read_meter().waiting_days / n
    expected = rate * mean**2 * (1.0 + 0.5**2) / (2.0 * (1.0 - rate * mean))
    assert waited == pytest.approx(expected, rel=0.08)


# -- patience and the rule --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rule", "verdict"), [("adopt", Verdict.ADOPTED_UNVERIFIED), ("discard", Verdict.DISCARDED)])
def test_what_nobody_got_to_in_time_is_settled_by_the_rule(new_room, rule, verdict):
    room = new_room(unverified=rule, patience_days=15.0)
    for idea in range(4):
        room.hand_in(idea)
    room.run()
    # verified on days 10 and 20; the third would have begun on day 20
    assert room.verdicts == [
        (10.0, 0, Verdict.PASSED),
        (15.0, 2, verdict),
        (15.0, 3, verdict),
        (20.0, 1, Verdict.PASSED),
    ]


def test_by_the_rule_to_wait_everything_is_verified_in_the_end(new_room):
    room = new_room(unverified="wait", patience_days=1.0)
    for idea in range(30):
        room.hand_in(idea)
    room.run()
    assert [(time, verdict) for time, _, verdict in room.verdicts] == [
        (10.0 * (k + 1), Verdict.PASSED) for k in range(30)
    ]


def test_work_that_a_verifier_has_begun_with_is_not_taken_away_by_patience(new_room):
    room = new_room(patience_days=2.0)
    room.hand_in(0, automated=900.0)
    room.run()
    assert room.verdicts == [(90.0, 0, Verdict.PASSED)]


def test_a_lab_without_verifiers_settles_everything_by_the_rule(new_room):
    room = new_room(people_fraction=0.0, unverified="adopt")
    for idea in range(5):
        room.hand_in(idea, flaw_nats=0.1)
    room.run()
    assert [verdict for _, _, verdict in room.verdicts] == [Verdict.ADOPTED_UNVERIFIED] * 5
    assert room.desk.read_meter().verified_fraction == 0.0


# -- errors -----------------------------------------------------------------------------------------------------------


def many(room: Room, n: int, flaw_nats: float) -> Room:
    for idea in range(n):
        room.hand_in(idea, flaw_nats=flaw_nats)
    room.run()
    return room


def within(share: float, chance: float, n: int) -> bool:
    return abs(share - chance) <= 4.0 * math.sqrt(chance * (1.0 - chance) / n)


@pytest.mark.parametrize(("sensitivity", "false_alarm"), [(0.6, 0.1), (0.9, 0.02)])
def test_flaws_are_found_and_sound_work_is_refuted_as_often_as_they_say(new_room, sensitivity, false_alarm):
    n, kwargs = 3000, {"sensitivity_fraction": sensitivity, "false_alarm_fraction": false_alarm, "unverified": "wait"}
    flawed = many(new_room(**kwargs), n, flaw_nats=0.05)
    assert within(flawed.share(Verdict.REFUTED), sensitivity, n)
    sound = many(new_room(**kwargs), n, flaw_nats=0.0)
    assert within(sound.share(Verdict.REFUTED), false_alarm, n)
    assert flawed.desk.read_meter().n_slipped == round(flawed.share(Verdict.PASSED) * n)
    assert sound.desk.read_meter().n_slipped == 0


def test_tools_and_people_miss_only_what_both_miss(new_room):
    n, chance, sensitivity = 3000, 0.5, 0.6
    room = new_room(oversight=tools(chance), sensitivity_fraction=sensitivity, unverified="wait")
    many(room, n, flaw_nats=0.05)
    assert within(room.share(Verdict.REFUTED), 1.0 - (1.0 - chance) * (1.0 - sensitivity), n)


def test_tools_alone_find_their_part_of_what_nobody_verifies(new_room):
    n, chance = 3000, 0.5
    room = many(new_room(oversight=tools(chance), people_fraction=0.0, unverified="adopt"), n, flaw_nats=0.05)
    assert within(room.share(Verdict.REFUTED), chance, n)
    assert room.share(Verdict.ADOPTED_UNVERIFIED) + room.share(Verdict.REFUTED) == pytest.approx(1.0)


def test_tools_refute_no_sound_work_and_take_no_verifiers_time_for_what_they_find(new_room):
    room = new_room(oversight=tools(1.0))
    room.hand_in(0)
    room.hand_in(1, flaw_nats=0.1)
    room.run()
    assert sorted(room.verdicts) == [(0.0, 1, Verdict.REFUTED), (10.0, 0, Verdict.PASSED)]
    assert room.desk.read_meter().people_days == 10.0


def test_the_work_of_the_tools_is_booked_with_the_ai_workers(new_room):
    booked: list[tuple[int, Stage7, float, float]] = []
    workers = SimpleNamespace(work=lambda project, step, days, flaw: booked.append((project.idea, step, days, flaw)))
    room = new_room(oversight=tools(0.5), workers=workers)
    room.hand_in(0, automated=100.0)
    room.hand_in(1, automated=300.0)
    assert booked == [(0, Stage7.READING, 2.0, 0.0), (1, Stage7.READING, 6.0, 0.0)]
    assert room.desk.read_meter().worker_people_days == 8.0


def test_without_tools_that_find_anything_ai_workers_do_nothing_here(new_room):
    room = new_room(oversight=tools(0.0))
    room.hand_in(0)
    assert room.desk.read_meter().worker_people_days == 0.0


def test_luck_is_the_ideas_own_whatever_else_is_handed_in(new_room):
    kwargs = {"sensitivity_fraction": 0.5, "unverified": "wait", "verifying_cv": 0.5}
    few, all_ = new_room(**kwargs), new_room(**kwargs)
    for idea in range(0, 200, 7):
        few.hand_in(idea, flaw_nats=0.1)
    for idea in range(200):
        all_.hand_in(idea, flaw_nats=0.1)
    few.run()
    all_.run()
    verdict_of = {idea: verdict for _, idea, verdict in all_.verdicts}
    assert all(verdict_of[idea] == verdict for _, idea, verdict in few.verdicts)


# -- withdrawing and the account --------------------------------------------------------------------------------------


def test_an_idea_can_be_withdrawn_from_the_queue_from_the_table_and_from_the_tools(new_room):
    room = new_room(oversight=tools(1.0))
    on_table, waiting, last, found = (room.hand_in(k, flaw_nats=0.1 * (k == 3)) for k in range(4))
    room.desk.withdraw(waiting)
    room.desk.withdraw(found)
    room.at(4.0, lambda: room.desk.withdraw(on_table))
    room.run()
    assert room.verdicts == [(14.0, last.idea, Verdict.PASSED)]
    reading = room.desk.read_meter()
    assert (reading.n_handed_in, reading.n_withdrawn, reading.n_waiting) == (4, 3, 0)
    assert reading.people_days == pytest.approx(4.0 + 10.0)


def test_withdrawing_what_is_not_there_does_nothing(new_room):
    room = new_room()
    project = room.hand_in(0)
    room.run()
    room.desk.withdraw(project)
    room.desk.withdraw(room.bench.project(idea=5))
    assert room.desk.read_meter().n_withdrawn == 0


def test_nothing_is_handed_in_twice(new_room):
    room = new_room()
    project = room.hand_in(0)
    with pytest.raises(WorldError, match="twice"):
        room.desk.hand_in(project, lambda *_: None)


def test_withdrawing_a_rival_while_being_told_a_verdict_is_safe(new_room):
    """What the lab does on adoption: scoop those who work on the same idea, who may stand in the same queue."""
    room = new_room()
    rivals: list[Project] = []
    first = room.bench.project(idea=0)
    first.automated_people_days = 100.0
    room.desk.hand_in(first, lambda *_: [room.desk.withdraw(rival) for rival in rivals])
    rivals += [room.hand_in(1), room.hand_in(2)]
    bystander = room.hand_in(3)
    room.run()
    assert room.verdicts == [(20.0, bystander.idea, Verdict.PASSED)]


def test_waiting_and_peoples_days_are_metered_between_readings(new_room):
    room = new_room(unverified="wait")
    for idea in range(3):
        room.hand_in(idea)
    room.run(15.0)
    first = room.desk.read_meter()
    # two wait for 10 days, then one for 5; one verifier is at work all the time
    assert (first.time_days, first.waiting_days, first.people_days) == (15.0, 25.0, 15.0)
    room.run(40.0)
    second = room.desk.read_meter()
    assert (second.waiting_days, second.people_days) == (5.0, 15.0)
    assert (second.n_handed_in, second.n_passed, second.verified_fraction) == (0, 2, 1.0)


def test_a_share_of_nothing_is_none(new_room):
    assert math.isnan(new_room().desk.read_meter().verified_fraction)


def light_room(**changes: Any) -> Room:
    """A desk without the rest of a bench: hypothesis makes many."""
    stage = Stage(simpy.Environment(), Streams(1), Trace())
    oversight = changes.pop("oversight")
    desk = Desk(stage, VerificationParams(**{**PLAIN, **changes}), oversight, None, "light", 0, ["area"])
    desk.staff(10.0)
    meter = [0.0] * len(Stage7)
    team, area = SimpleNamespace(meter=meter), SimpleNamespace(number=0)

    def project(idea: int) -> Project:
        return Project(team, area, idea, 0.1, None, stage.env.now)  # pyright: ignore[reportArgumentType]

    return Room(SimpleNamespace(stage=stage, project=project), desk)


STEPS = st.lists(
    st.tuples(st.sampled_from(["hand_in", "withdraw", "staff", "wait", "read"]), st.integers(0, 40), st.booleans()),
    max_size=80,
)


@given(STEPS, st.sampled_from(["adopt", "discard", "wait"]), st.sampled_from([0.0, 0.4]))
def test_the_account_is_exact_whatever_happens(steps, rule, tool_chance):
    room = light_room(unverified=rule, oversight=tools(tool_chance), sensitivity_fraction=0.5)
    at_desk: dict[int, Project] = {}
    waiting_before, n_handed_in = 0, 0
    for what, number, flag in steps:
        env = room.bench.stage.env
        if what == "hand_in":
            at_desk[n_handed_in] = room.hand_in(n_handed_in, 10.0 * number, 0.1 * flag)
            n_handed_in += 1
        elif what == "withdraw" and at_desk:
            room.desk.withdraw(at_desk[sorted(at_desk)[number % len(at_desk)]])
        elif what == "staff":
            room.desk.staff(float(number))
        elif what == "wait":
            env.run(env.now + number + 0.5)
        else:
            r = room.desk.read_meter()
            ended = r.n_passed + r.n_refuted + r.n_adopted_unverified + r.n_discarded + r.n_withdrawn
            assert waiting_before + r.n_handed_in == ended + r.n_waiting
            assert r.people_days >= 0.0
            waiting_before = r.n_waiting
        assert room.desk.n_busy >= 0
        assert room.desk.n_waiting == 0 or room.desk.n_busy >= room.desk.n_verifiers
    told = [idea for _, idea, _ in room.verdicts]
    assert len(told) == len(set(told))


# -- mandates ---------------------------------------------------------------------------------------------------------


def test_under_a_mandate_nothing_is_adopted_that_nobody_looked_at(new_room):
    room = new_room(unverified="adopt", patience_days=12.0)
    room.desk.mandates.put(0, 0.0)
    for idea in range(4):
        room.hand_in(idea)
    room.run()
    assert room.verdicts == [(10.0 * (k + 1), k, Verdict.PASSED) for k in range(4)]


def test_a_lab_that_throws_away_what_waits_may_go_on_doing_so_under_a_mandate(new_room):
    room = new_room(unverified="discard", patience_days=12.0)
    room.desk.mandates.put(0, 0.0)
    for idea in range(3):
        room.hand_in(idea)
    room.run()
    assert room.verdicts == [(10.0, 0, Verdict.PASSED), (12.0, 2, Verdict.DISCARDED), (20.0, 1, Verdict.PASSED)]


def test_when_the_last_mandate_is_lifted_what_waits_too_long_already_is_settled_by_the_rule(new_room):
    room = new_room(unverified="adopt", patience_days=12.0)
    for number in (0, 1):
        room.desk.mandates.put(number, 0.0)
    for idea in range(6):
        room.hand_in(idea)
    room.at(21.0, lambda: room.desk.mandates.lift(0))
    room.at(25.0, lambda: room.desk.mandates.lift(1))
    room.run()
    assert [time for time, _, v in room.verdicts if v is Verdict.ADOPTED_UNVERIFIED] == [25.0] * 3
    assert [time for time, _, v in room.verdicts if v is Verdict.PASSED] == [10.0, 20.0, 30.0]


def test_a_mandate_calls_people_away_and_its_end_sends_them_back(new_room):
    room, told = new_room(n_people=100.0, people_fraction=0.05), []
    room.desk.called_away = lambda: told.append(room.desk.people_fraction)
    room.desk.mandates.put(0, 0.2)
    assert room.desk.n_verifiers == 20
    room.desk.mandates.put(1, 0.1)
    room.desk.mandates.lift(0)
    assert room.desk.n_verifiers == 10
    room.desk.mandates.lift(1)
    assert room.desk.n_verifiers == 5
    assert told == [0.2, 0.2, 0.1, 0.05]
