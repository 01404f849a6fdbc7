"""What holds for every lever: nothing before its date, all back after its end, in any order, together."""

import math
from collections.abc import Iterator, Mapping
from itertools import permutations
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from simlab.randomness import Streams
from simlab.run import simulate
from simlab.scenario import load_scenario
from simlab.trace.events import EVENT_CLASSES, ClusterMetered, ComputeDelivered, IdeaEnded, LeverPulled
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams, build_world
from simlab.world.policy import AnyLever, Lever
from simlab.world.policy.lever import Reversible
from simlab.world.world import World

ROOT = Path(__file__).parents[1]
DAYS, START, END = 320.0, 60.5, 250.5

LEADER, AMERICA = {"lab": "leader"}, {"nation": "united_states"}
SAYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "compute_cap": ({**LEADER, "max_h100e": 2e5}, {**AMERICA, "max_h100e": 1e5}),
    "pause": (LEADER, AMERICA),
    "training_licence": (
        {**LEADER, "max_flop": 1e24, "beyond": "stay_below", "licence_days": 1.0},
        {**AMERICA, "max_flop": 1e23, "beyond": "wait", "licence_days": 70.0},
    ),
    "export_quota": ({**AMERICA, "max_h100e_per_year": 1e4}, {**AMERICA, "max_h100e_per_year": 1e3}),
    "export_quality": ({**AMERICA, "quality_fraction": 0.5}, {**AMERICA, "quality_fraction": 0.3}),
    "compute_tax": ({**LEADER, "tax_fraction": 0.5}, {**AMERICA, "tax_fraction": -0.15}),
    "compute_reserve": ({**AMERICA, "reserved_fraction": 0.15}, {**AMERICA, "reserved_fraction": 0.1}),
    "power_build_out": ({**AMERICA, "extra_mw_per_year": 2e4}, {**AMERICA, "extra_mw_per_year": 1e4}),
    "open_publication": (
        {**LEADER, "least_published_fraction": 1.0, "most_lag_days": 1.0},
        {**AMERICA, "least_published_fraction": 0.9, "most_lag_days": 2.0},
    ),
    "closed_publication": (
        {"lab": "academia", "most_published_fraction": 0.0},
        {"nation": "elsewhere", "most_published_fraction": 0.1},
    ),
    "safety_floor": ({**LEADER, "least_fraction": 0.2}, {**AMERICA, "least_fraction": 0.3}),
    "verification_mandate": ({**LEADER, "least_people_fraction": 0.2}, {**AMERICA, "least_people_fraction": 0.3}),
    "chip_shock": ({"production_fraction": 0.3}, {"production_fraction": 0.5}),
    "breakthrough": ({"area": "data", "gain_factor": 3.0}, {"area": "data", "gain_factor": 0.5}),
    "weight_leak": (
        {**LEADER, "to_lab": "follower", "readable_fraction": 0.5},
        {"lab": "follower", "to_lab": "academia", "readable_fraction": 0.5},
    ),
}
"""Two things that each lever may say, the dates left out; both act on the same thing."""

CLASSES: dict[str, type[Lever]] = {
    get_args(kind.model_fields["lever"].annotation)[0]: kind for kind in get_args(get_args(AnyLever)[0])
}
REVERSIBLE = [name for name, kind in CLASSES.items() if issubclass(kind, Reversible)]


@pytest.fixture(scope="module")
def tree() -> dict[str, Any]:
    """The baseline's numbers, with few people, a short warm-up, and many launches."""
    data: dict[str, Any] = load_scenario(ROOT / "scenarios" / "baseline.yaml").params().model_dump()
    data["warm_up_days"] = 20.0
    data["training"] |= {"cadence_days": 110.0}
    for lab in data["labs"].values():
        lab["initial_people"] = 40.0
    return data


def said(name: str, which: int = 0, start: float = START, end: float = END) -> dict[str, Any]:
    """A lever as a scenario would say it."""
    dates = {"start_day": start, "end_day": end} if name in REVERSIBLE else {"start_day": start}
    return {"lever": name, **dates, **SAYS[name][which]}


def possible(tree: Mapping[str, Any], name: str) -> str:
    """The lever's name; the test is left out where this world has nothing that it acts on."""
    lost = [group for group in CLASSES[name].needs if tree[group] is None]
    if lost:
        pytest.skip(f"the baseline has no {lost[0]}")
    return name


def simulated(tree: Mapping[str, Any], *levers: dict[str, Any], days: float = DAYS, seed: int = 4) -> Trace:
    return simulate(WorldParams(**{**tree, "levers": levers}), days, Streams(seed), detail=True)


@pytest.fixture(scope="module")
def without(tree: dict[str, Any]) -> Trace:
    return simulated(tree)


def rows_before(trace: Trace, day: float) -> dict[str, bytes]:
    """All tables up to a day but what levers did, as they lie in memory."""
    tables = {kind: np.asarray(trace.values(kind)).reshape(-1, len(kind._fields)) for kind in EVENT_CLASSES}
    return {kind.__name__: t[t[:, 0] < day].tobytes() for kind, t in tables.items() if kind is not LeverPulled}


def differing(one: Trace, other: Trace, day: float) -> list[str]:
    """Tables that differ before a day."""
    first, second = rows_before(one, day), rows_before(other, day)
    return [name for name, rows in first.items() if rows != second[name]]


def test_every_lever_has_an_example():
    assert set(SAYS) == set(CLASSES)
    assert len(CLASSES) >= 13


@pytest.mark.parametrize("name", SAYS)
def test_a_lever_beyond_the_horizon_changes_no_byte(tree: dict[str, Any], without: Trace, name: str):
    trace = simulated(tree, said(possible(tree, name), start=DAYS + 1.0, end=DAYS + 2.0))
    assert trace.n_rows(LeverPulled) == 0
    assert differing(trace, without, math.inf) == []


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("name", SAYS)
def test_before_its_date_it_changes_no_byte_and_after_it_it_acts(
    tree: dict[str, Any], without: Trace, name: str, which: int
):
    trace = simulated(tree, said(possible(tree, name), which))
    assert differing(trace, without, START) == []
    assert differing(trace, without, DAYS) != []
    days = [START, END] if name in REVERSIBLE else [START]
    assert [row.time_days for row in trace.of(LeverPulled)] == days


# -- rules that stand beside one another ----------------------------------------------------------------------------


def opened(tree: Mapping[str, Any]) -> World:
    return build_world(WorldParams(**tree), Streams(1), Trace())


def lever(name: str, which: int) -> Any:
    return cast(Any, TypeAdapter(AnyLever).validate_python(said(name, which)))


def same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


@pytest.mark.parametrize("name", REVERSIBLE)
def test_lifting_restores_what_was(tree: dict[str, Any], name: str):
    world, one = opened(tree), lever(possible(tree, name), 0)
    before = one.holds(world)
    one.put(world, 0)
    in_force = one.holds(world)
    one.lift(world, 0)
    assert same(one.holds(world), before)
    assert not same(in_force, before)


@pytest.mark.parametrize("name", REVERSIBLE)
def test_the_first_of_two_to_end_does_not_lift_the_other(tree: dict[str, Any], name: str):
    for first, last in ((0, 1), (1, 0)):
        world, alone = opened(tree), opened(tree)
        levers = lever(possible(tree, name), 0), lever(name, 1)
        for number in (0, 1):
            levers[number].put(world, number)
        levers[first].lift(world, first)
        levers[last].put(alone, last)
        assert same(levers[last].holds(world), levers[last].holds(alone))


@pytest.mark.parametrize("name", REVERSIBLE)
def test_two_of_a_kind_hold_the_same_whoever_came_first(tree: dict[str, Any], name: str):
    held = []
    for order in ((0, 1), (1, 0)):
        world, levers = opened(tree), (lever(possible(tree, name), 0), lever(name, 1))
        for number in order:
            levers[number].put(world, number)
        held.append([one.holds(world) for one in levers])
    assert np.array_equal(held[0], held[1], equal_nan=True)


# -- the order in the file ------------------------------------------------------------------------------------------


def told(trace: Trace, levers: tuple[dict[str, Any], ...]) -> list[tuple[Any, ...]]:
    """What levers did, with their words in the place of their numbers."""
    rows = [
        (row.time_days, row.lab, row.nation, repr(row.amount), repr(levers[int(row.lever)]))
        for row in trace.of(LeverPulled)
    ]
    return sorted(rows)


TIED = (
    {"lever": "compute_cap", "start_day": 20.0, "end_day": 60.0, "lab": "leader", "max_h100e": 2e5},
    {"lever": "compute_cap", "start_day": 60.0, "end_day": 90.0, "nation": "united_states", "max_h100e": 1e5},
    {"lever": "pause", "start_day": 20.0, "end_day": 60.0, "lab": "leader"},
    {"lever": "safety_floor", "start_day": 60.0, "end_day": 90.0, "lab": "leader", "least_fraction": 0.2},
)
"""One begins when another ends."""


def test_the_order_of_levers_in_a_file_changes_nothing(tree: dict[str, Any]):
    first = simulated(tree, *TIED, days=120.0)
    for order in permutations(TIED):
        trace = simulated(tree, *order, days=120.0)
        assert differing(trace, first, math.inf) == []
        assert told(trace, order) == told(first, TIED)


def test_a_cap_that_follows_a_cap_leaves_no_gap(tree: dict[str, Any]):
    rows = simulated(tree, *TIED, days=100.0).of(ComputeDelivered)
    usable = [row.capacity_h100e for row in rows if row.lab == 0 and 20.0 <= row.time_days < 90.0]
    assert max(usable) == 2e5
    assert min(usable) == usable[-1] == 1e5


# -- any set of them ------------------------------------------------------------------------------------------------


@st.composite
def levers(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A few levers of any kind, at any time, overlapping as it comes."""
    names = draw(st.lists(st.sampled_from(sorted(SAYS)), min_size=1, max_size=6))
    days = st.floats(-50.0, 150.0).map(lambda day: round(day, 1))
    return [
        said(n, draw(st.integers(0, 1)), start := draw(days), start + draw(st.sampled_from([0.1, 30.0, 80.0])))
        for n in names
    ]


def check(world: World) -> None:
    """Nothing is lost and nobody has what there is not."""
    assert sum(world.economy.books.cents.values()) == 0
    for lab in world.labs.values():
        lab.cluster.check()
        shares = lab.rooms.plan.shares
        assert math.isclose(sum(shares), 1.0, rel_tol=1e-9)
        assert min(shares) >= 0.0
        assert lab.researchers.n_people == sum(team.n_people for team in lab.researchers.teams)


@settings(max_examples=12)
@given(chosen=levers(), seed=st.integers(0, 3))
def test_any_set_of_levers_conserves_compute_money_people_and_shares(
    tree: dict[str, Any], chosen: list[dict[str, Any]], seed: int
):
    there = [one for one in chosen if all(tree[group] is not None for group in CLASSES[one["lever"]].needs)]
    trace = Trace(detail=True)
    world = build_world(WorldParams(**{**tree, "warm_up_days": 0.0, "levers": there}), Streams(seed), trace)
    for day in (40.0, 80.0, 120.0, 160.0):
        world.stage.env.run(until=day)
        check(world)
    world.close()
    for row in trace.of(ClusterMetered):
        held = row.frontier_h100e_days + row.experiments_h100e_days
        assert math.isclose(held + row.idle_h100e_days, row.capacity_h100e_days, rel_tol=1e-9)
    for lab in world.labs.values():
        people_days = sum(row.people_days for row in trace.of(IdeaEnded) if row.lab == lab.number)
        assert people_days == pytest.approx(lab.researchers.hands.busy_people_days, rel=1e-9)


# -- what is refused ------------------------------------------------------------------------------------------------


def refusals(tree: Mapping[str, Any], name: str, **changes: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        WorldParams(**{**tree, "levers": [{**said(name), **changes}]})
    return str(refused.value)


@pytest.mark.parametrize("name", [name for name, kind in CLASSES.items() if kind.needs])
def test_a_lever_without_the_room_it_needs_is_refused(tree: dict[str, Any], name: str):
    bare = {**tree, **{field: None for field, kind in WorldParams.model_fields.items() if not kind.is_required()}}
    assert f"levers.0.lever: needs '{CLASSES[name].needs[0]}'" in refusals(bare, name)


def fields_that_name() -> Iterator[tuple[str, str]]:
    for name, (example, _) in SAYS.items():
        yield from ((name, field) for field in example if field in ("lab", "to_lab", "nation", "area"))


@pytest.mark.parametrize(("name", "field"), list(fields_that_name()))
def test_a_name_that_nobody_has_is_refused(tree: dict[str, Any], name: str, field: str):
    possible(tree, name)
    assert f"levers.0.{field}: there is no {field.removeprefix('to_')} 'nobody'" in refusals(
        tree, name, **{field: "nobody"}
    )


def test_a_lever_on_labs_names_a_lab_or_a_nation(tree: dict[str, Any]):
    assert "either a lab or a nation" in refusals(tree, "pause", nation="united_states")
    assert "either a lab or a nation" in refusals(tree, "pause", lab=None)


def test_a_lab_without_what_a_lever_acts_on_is_refused(tree: dict[str, Any]):
    said_so = refusals(tree, "safety_floor", lab="academia")
    assert (
        "levers.0.lab: 'academia' has nothing that this lever acts on; labs that have are leader, follower" in said_so
    )


def test_nobody_leaks_to_oneself(tree: dict[str, Any]):
    assert "another lab" in refusals(tree, "weight_leak", to_lab="leader")


def test_an_end_comes_after_its_start(tree: dict[str, Any]):
    assert "end_day must come after start_day" in refusals(tree, "pause", end_day=START)


# -- one scenario with all of them ----------------------------------------------------------------------------------


def test_every_lever_fires_in_the_scenario_in_which_everything_happens():
    scenario = load_scenario(ROOT / "tests" / "everything_happens.yaml")
    params = cast(WorldParams, scenario.params())
    trace = simulate(params, (scenario.end - scenario.start).days, Streams(7))
    pulled = {params.levers[int(row.lever)].lever for row in trace.of(LeverPulled)}
    there = {name for name, kind in CLASSES.items() if all(getattr(params, group) for group in kind.needs)}
    assert pulled == there
    ends = sum(isinstance(one, Reversible) for one in params.levers)
    assert trace.n_rows(LeverPulled) == len(params.levers) + ends
