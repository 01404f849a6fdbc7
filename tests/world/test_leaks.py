"""Leaks and breakthroughs: weights that come into other hands, and areas that suddenly give more."""

import pytest

from simlab.randomness import Streams
from simlab.run import finish, simulate
from simlab.trace.events import EVENT_CLASSES, IdeaProposed, ModelDeployed, Secret, SecretLeaked
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams, build_world
from simlab.world.candidates import pick
from simlab.world.projects import Project
from simlab.world.world import World

DAYS, LEAK_DAY = 440.0, 360.5


@pytest.fixture(scope="module")
def small(everything, change) -> WorldParams:
    """Everything there is, with few people, quick runs, closed labs and many good ideas."""
    changes: dict[str, object] = {f"labs.{lab}.initial_people": 90.0 for lab in everything.labs}
    changes |= {"labs.follower.initial_h100e": 2e4, "labs.follower.initial_run_flop": 1e24}  # a leak would help it
    for area in everything.ideas.areas:
        changes |= {f"ideas.areas.{area}.helpful_fraction": 0.5, f"ideas.areas.{area}.helpful_median_nats": 0.04}
    for lab in everything.labs:
        changes |= {f"labs.{lab}.publication.{name}": 1e-9 for name in ("published_fraction", "leaks_per_day")}
    return change(everything, changes | {"warm_up_days": 20.0, "training.cadence_days": 110.0})


def at_leak(small: WorldParams) -> tuple[World, Trace]:
    """The world on the day of the leak."""
    trace = Trace(detail=True)
    world = build_world(small, Streams(3), trace)
    world.stage.env.run(LEAK_DAY)
    return world, trace


def rows(trace: Trace, until: float) -> list[list[str]]:
    """As text, for NaN differs from itself."""
    return [[repr(tuple(row)) for row in trace.of(kind) if row.time_days < until] for kind in EVENT_CLASSES]


def test_the_taker_has_a_model_at_least_as_good_and_the_giver_none_the_worse(small):
    world, trace = at_leak(small)
    leader, follower = world.labs["leader"], world.labs["follower"]
    given, had = leader.deployed, follower.deployed
    assert given is not None
    assert had is not None
    assert given.effective_flop > had.effective_flop
    world.leak_weights("leader", "follower")
    world.stage.env.run(LEAK_DAY + 60.0)  # its audit takes a while
    assert follower.deployed is not None
    assert follower.deployed.effective_flop >= given.effective_flop
    assert leader.deployed is not None
    assert leader.deployed.effective_flop >= given.effective_flop
    assert trace.of(SecretLeaked) == [(LEAK_DAY, leader.number, follower.number, Secret.WEIGHTS)]
    deployed = [e for e in trace.of(ModelDeployed) if e.lab == follower.number and e.time_days > LEAK_DAY]
    assert deployed[0].horizon_50_minutes == given.horizon_50_minutes
    finish(world, DAYS)


def test_a_worse_model_is_not_put_to_use(small):
    world, trace = at_leak(small)
    leader, given = world.labs["leader"], world.labs["academia"].deployed
    assert leader.deployed is not None
    assert given is not None
    assert given.effective_flop < leader.deployed.effective_flop
    world.leak_weights("academia", "leader")
    finish(world, DAYS)
    horizons = {e.horizon_50_minutes for e in trace.of(ModelDeployed) if e.lab == leader.number}
    assert horizons
    assert given.horizon_50_minutes not in horizons


def test_before_its_date_a_leak_changes_nothing_and_it_never_changes_the_givers_past(small):
    world, trace = at_leak(small)
    world.leak_weights("leader", "follower")
    finish(world, DAYS)
    without = simulate(small, DAYS, Streams(3), detail=True)
    assert rows(trace, LEAK_DAY) == rows(without, LEAK_DAY)
    assert rows(trace, DAYS) != rows(without, DAYS)


def test_ideas_of_trained_models_can_be_read_off_and_no_others(small):
    world, _ = at_leak(small)
    leader, follower = world.labs["leader"].knowledge, world.labs["follower"].knowledge
    inside = {(p.area.number, p.idea) for p in leader.trained()}
    untrained = {(p.area.number, p.idea) for p in (*leader.waiting_for_run, *leader.in_run)}
    assert inside
    assert untrained
    assert inside | untrained == set(leader.adopted)
    world.leak_weights("leader", "follower")
    assert follower.told == inside - set(follower.adopted)
    assert not any(sum(area.public) for area in world.pool.areas)
    assert not world.labs["academia"].knowledge.told


def test_the_share_that_can_be_read_grows_with_the_fraction_and_is_a_part_of_the_larger_share(small):
    told = []
    for fraction in (0.0, 0.3, 0.7, 1.0):
        world, _ = at_leak(small)
        world.leak_weights("leader", "follower", readable_fraction=fraction)
        told.append(world.labs["follower"].knowledge.told)
    assert not told[0]
    assert told[0] <= told[1] <= told[2] < told[3]


def test_what_was_read_is_taken_up_in_time(small):
    world, trace = at_leak(small)
    follower = world.labs["follower"]
    world.leak_weights("leader", "follower")
    told = set(follower.knowledge.told)
    finish(world, DAYS)
    begun = {(e.area, e.idea) for e in trace.of(IdeaProposed) if e.lab == follower.number and e.time_days > LEAK_DAY}
    assert begun & told


def test_nobody_leaks_to_oneself(small):
    world, _ = at_leak(small)
    with pytest.raises(ValueError, match="leader cannot leak to itself"):
        world.leak_weights("leader", "leader")


def test_a_breakthrough_multiplies_what_ideas_of_its_area_promise_and_is_taken_back(new_bench):
    bench = new_bench()
    knowledge, factors = bench.knowledge, bench.pool.gain_factors
    before = list(knowledge.difficulty)
    factors[1].put(4, 3.0)
    factors[1].put(2, 0.5)
    assert knowledge.difficulty == pytest.approx([before[0], 1.5 * before[1], *before[2:]])
    factors[1].lift(4)
    factors[1].lift(2)
    assert knowledge.difficulty == before


def test_a_breakthrough_scales_the_prior_of_the_very_same_candidate(new_bench):
    plain, scaled = new_bench(), new_bench()
    for factors in scaled.pool.gain_factors:
        factors.put(0, 2.5)
    pairs = zip(*([pick(b.team(), b.pool, b.knowledge, 6) for _ in range(20)] for b in (plain, scaled)), strict=True)
    for one, other in pairs:
        assert (one.area.number, one.idea) == (other.area.number, other.idea)
        assert other[:3] == pytest.approx([2.5 * number for number in one[:3]])


def test_a_breakthrough_scales_the_truth_of_ideas_begun_while_it_holds(small, change):
    # where ideas do not get harder, the true gain is that of the score times the factor in force at the beginning
    world = build_world(change(small, {"ideas.difficulty_exponent": 0.0}), Streams(3), Trace(detail=True))
    leader, pool, env = world.labs["leader"].knowledge, world.pool, world.stage.env
    begun: dict[Project, float] = {}
    for until, factor in ((100.0, 1.0), (120.0, 4.0), (140.0, 1.0)):
        if factor == 4.0:
            for factors in pool.gain_factors:
                factors.put(0, factor)
        elif begun:
            for factors in pool.gain_factors:
                factors.lift(0)
        env.run(until)
        alive = [p for projects in leader.in_flight.values() for p in projects]
        new = [p for p in alive if p not in begun]
        assert new
        begun |= dict.fromkeys(new, factor)
        for project in alive:
            gain = project.area.gain_nats(project.idea)
            assert project.true_gain_nats == pytest.approx(begun[project] * gain)
