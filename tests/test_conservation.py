"""H100e-days, people-days and ideas are conserved, looked at after every single event of a whole world."""

import math
from pathlib import Path

import pytest

from simlab.randomness import Streams
from simlab.scenario import load_scenario
from simlab.trace.events import (
    ClusterMetered,
    ComputeDelivered,
    ExperimentEnded,
    IdeaEnded,
    IdeaProposed,
    LabMetered,
    StaffChanged,
)
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams, build_world
from simlab.world.lab import Lab
from simlab.world.world import World

BASELINE = Path(__file__).parents[1] / "scenarios" / "baseline.yaml"
DAYS = 300.0


def small_world(seed: int) -> tuple[World, Trace]:
    """The baseline with a tenth of the people, no warm-up, frequent failures and quick turnover."""
    p = load_scenario(BASELINE).params().model_dump()
    p["warm_up_days"] = 0.0
    p["cluster"] |= {"failures_per_h100e_day": 1e-5}
    p["staffing"] |= {"leaving_per_day": 0.003}
    p["experiments"] |= {"patience_days": 10.0, "crashing_fraction": 0.3}
    for lab in p["labs"].values():
        lab["initial_people"] *= 0.3
    trace = Trace(detail=True)
    return build_world(WorldParams(**p), Streams(seed), trace), trace


def check_people(lab: Lab, now: float) -> None:
    researchers = lab.researchers
    assert researchers.n_people == sum(t.experience.n_seniors + t.experience.n_juniors for t in researchers.teams)
    assert lab.staffing.n_people == researchers.n_people + lab.staffing.n_unassigned
    for team in researchers.teams:
        assert team.n_people > 0
        assert (team.hands is None) == (team.at_hand is None)
        assert team.at_hand is None or team.at_hand in team.in_flight
        assert team.work_left_people_days >= 0.0


def check_ideas_alive(world: World, trace: Trace) -> None:
    """Proposed = in flight + waiting for a run + in a run + ended, over all labs."""
    known = [lab.knowledge for lab in world.labs.values()]
    alive = sum(k.n_in_flight + len(k.waiting_for_run) + len(k.in_run) for k in known)
    assert trace.n_rows(IdeaProposed) == alive + trace.n_rows(IdeaEnded)


def check_ideas_of(lab: Lab, trace: Trace) -> None:
    knowledge = lab.knowledge
    in_teams = [p for team in lab.researchers.teams for p in team.in_flight]
    assert knowledge.n_in_flight == len(in_teams) == sum(len(v) for v in knowledge.in_flight.values())
    assert len(set(map(id, in_teams))) == len(in_teams)
    assert math.isclose(
        sum(knowledge.stock_nats), sum(p.true_gain_nats for p in knowledge.adopted.values()), abs_tol=1e-9
    )
    alive = len(in_teams) + len(knowledge.waiting_for_run) + len(knowledge.in_run)
    proposed = sum(1 for e in trace.of(IdeaProposed) if e.lab == lab.number)
    ended = sum(1 for e in trace.of(IdeaEnded) if e.lab == lab.number)
    assert proposed == alive + ended


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_lost_at_any_event(seed: int):
    world, trace = small_world(seed)
    env, n_events = world.stage.env, 0
    while env.peek() < DAYS:
        before = env.now
        env.step()
        assert env.now >= before
        n_events += 1
        for lab in world.labs.values():
            lab.cluster.check()
            check_people(lab, env.now)
            if n_events % 50 == 0:
                check_ideas_of(lab, trace)
        check_ideas_alive(world, trace)
    assert n_events > 1_000


@pytest.fixture(scope="module")
def year() -> tuple[World, Trace]:
    """A year of the small world, closed."""
    world, trace = small_world(3)
    world.stage.env.run(until=365.25)
    world.close()
    return world, trace


def test_every_h100e_day_is_productive_lost_written_restarting_or_idle(year: tuple[World, Trace]):
    for row in year[1].of(ClusterMetered):
        held = row.frontier_h100e_days + row.experiments_h100e_days
        assert math.isclose(held + row.idle_h100e_days, row.capacity_h100e_days, rel_tol=1e-9)
        assert 0.0 <= row.lost_h100e_days + row.checkpoint_h100e_days + row.restart_h100e_days <= held * (1 + 1e-9)


def test_capacity_is_what_was_delivered(year: tuple[World, Trace]):
    world, trace = year
    for lab in world.labs.values():
        rows = [e for e in trace.of(ComputeDelivered) if e.lab == lab.number]
        delivered = sum(e.delivered_h100e for e in rows)
        assert rows[-1].capacity_h100e == pytest.approx(lab.params.initial_h100e + delivered, rel=1e-12)
        fleet = lab.rooms.fleet
        research = rows[-1].capacity_h100e * lab.rooms.plan.shares.research
        lent = fleet.lent_h100e if fleet is not None else 0.0
        assert lab.cluster.capacity_h100e == pytest.approx(research + lent, abs=1e-5)


def test_every_person_day_of_hands_is_on_some_idea(year: tuple[World, Trace]):
    world, trace = year
    for lab in world.labs.values():
        ended = [e for e in trace.of(IdeaEnded) if e.lab == lab.number]
        assert sum(e.people_days for e in ended) == pytest.approx(lab.researchers.hands.busy_people_days, rel=1e-9)


def test_hands_are_never_busier_than_there_are_people(year: tuple[World, Trace]):
    world, trace = year
    for lab in world.labs.values():
        rows = [e for e in trace.of(LabMetered) if e.lab == lab.number]
        available = sum(e.n_people for e in rows) * lab.meter_days * 1.1  # heads change by a few per cent a month
        assert 0.3 * available < lab.researchers.hands.busy_people_days < available


def test_heads_are_those_of_the_start_plus_hired_less_left(year: tuple[World, Trace]):
    world, trace = year
    for lab in world.labs.values():
        rows = [e for e in trace.of(StaffChanged) if e.lab == lab.number]
        start = max(round(lab.params.initial_people), 1)
        assert rows[-1].n_people == start + sum(e.n_hired - e.n_left for e in rows)


def test_the_days_of_an_idea_are_the_days_of_its_life(year: tuple[World, Trace]):
    born = {(e.lab, e.area, e.idea, e.team): e.time_days for e in year[1].of(IdeaProposed)}
    for e in year[1].of(IdeaEnded):
        spent = sum(getattr(e, name) for name in IdeaEnded._fields[11:18])
        assert spent == pytest.approx(e.time_days - born[e.lab, e.area, e.idea, e.team], abs=1e-6)


def test_an_ideas_compute_is_that_of_its_experiments(year: tuple[World, Trace]):
    used: dict[tuple[float, ...], float] = {}
    for e in year[1].of(ExperimentEnded):
        key = e.lab, e.area, e.idea, e.team
        used[key] = used.get(key, 0.0) + e.used_h100e_days
    for e in year[1].of(IdeaEnded):
        if e.n_experiments and not math.isnan(e.used_h100e_days):
            key = e.lab, e.area, e.idea, e.team
            assert e.used_h100e_days == pytest.approx(used.get(key, 0.0), rel=1e-9, abs=1e-9)


def test_the_stage_days_of_the_labs_are_those_of_their_ideas(year: tuple[World, Trace]):
    world, trace = year
    ended = trace.of(IdeaEnded)
    for lab in world.labs.values():
        rows = [e for e in trace.of(LabMetered) if e.lab == lab.number]
        since_last_reading = sum(lab.knowledge.meter)
        metered = sum(sum(getattr(e, n) for n in IdeaEnded._fields[11:18]) for e in rows) + since_last_reading
        lived = sum(sum(getattr(e, n) for n in IdeaEnded._fields[11:18]) for e in ended if e.lab == lab.number)
        assert metered == pytest.approx(lived, rel=1e-9)
