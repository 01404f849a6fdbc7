"""A lab divides its accelerators among its rooms, and its models pass an audit before they are put to use."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, cast

import pytest

from simlab.randomness import Streams
from simlab.run import simulate
from simlab.stage import Stage
from simlab.trace.events import (
    ClusterMetered,
    ComputeDelivered,
    FleetMetered,
    ModelDeployed,
    ModelReleased,
    OversightMetered,
    PlanChanged,
)
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams, build_world
from simlab.world.lab import Lab
from simlab.world.models import Model
from simlab.world.oversight import Oversight, OversightParams
from simlab.world.plan import Shares

SHARES = Shares(0.2, 0.3, 0.15, 0.3, 0.05)
FEATURES: dict[str, Any] = {
    "reference_parameters": 1e11,
    "reference_features": 1e6,
    "features_exponent": 0.5,
    "cost_exponent": 1.0,
    "features_per_h100e_day": 10.0,
    "features_per_person_day": 1000.0,
    "people_exponent": 0.5,
    "carried_fraction": 0.4,
}
OVERSIGHT: dict[str, Any] = {
    "people_fraction": 0.1,
    "compute_fraction": 0.05,
    "audit_people_days": 120.0,
    "task_median_minutes": 60.0,
    "task_log_sd": 1.5,
    "worker_pace": 40.0,
    "base_detection_fraction": 0.2,
    "limit_detection_fraction": 0.9,
    "features": FEATURES,
}


class FakeFleet:
    """A fleet that lends a stated amount and writes down what it is given."""

    def __init__(self, lent_h100e: float) -> None:
        self.lent_h100e, self.used_h100e = lent_h100e, 0.0
        self.workers_h100e = self.customers_h100e = 0.0
        self.served: list[int] = []

    def resize(self, workers_h100e: float, customers_h100e: float) -> None:
        self.workers_h100e, self.customers_h100e = workers_h100e, customers_h100e

    def deploy(self, model: Model) -> None:
        self.served.append(model.generation)

    def read_meter(self) -> list[Any]:
        return []

    def begin(self, lend: Callable[[], None]) -> None:
        pass


@pytest.fixture(scope="module")
def params(everything: WorldParams) -> WorldParams:
    """These labs have all their rooms."""
    return everything


def lone_lab(params: WorldParams, **rooms: Any) -> Lab:
    """The leader without a warm-up, some rooms put in by hand; the plan gives every use a part."""
    data: dict[str, Any] = params.model_dump() | {"warm_up_days": 0.0}
    data["labs"] = {"leader": data["labs"]["leader"]}
    lab = build_world(WorldParams(**data), Streams(1), Trace(detail=True)).labs["leader"]
    for name, room in rooms.items():
        setattr(lab.rooms, name, room)
    lab.rooms.plan.shares = SHARES
    return lab


def oversight_of(stage: Stage) -> Oversight:
    return Oversight(stage, OversightParams(**OVERSIGHT), None, 0)


def plain(params: WorldParams) -> WorldParams:
    """The research of the baseline alone, whatever else the baseline has."""
    kept = ("text", "sizing", "reinforcement")
    later = [name for name, field in WorldParams.model_fields.items() if not field.is_required() and name not in kept]
    data: dict[str, Any] = params.model_dump()
    return WorldParams(**{**data, **dict.fromkeys(later)})


def test_every_accelerator_is_in_one_room(params: WorldParams):
    lab = lone_lab(plain(params))
    fleet = FakeFleet(lent_h100e=1234.0)
    oversight = oversight_of(lab.stage)
    lab.rooms.fleet, lab.rooms.oversight = cast(Any, fleet), oversight
    lab.divide()
    usable = lab.deliveries.usable_h100e
    assert fleet.workers_h100e == pytest.approx(0.15 * usable)
    assert fleet.customers_h100e == pytest.approx(0.30 * usable)
    assert oversight.capacity_h100e == pytest.approx(0.05 * usable)
    there = fleet.workers_h100e + fleet.customers_h100e + oversight.capacity_h100e + lab.cluster.capacity_h100e
    assert there == pytest.approx(usable + 1234.0)  # what is lent counts where it works


def test_the_research_cluster_keeps_the_proportion_of_runs_and_experiments(params: WorldParams):
    lab = lone_lab(plain(params))
    lab.divide()
    assert lab.training.frontier_fraction == pytest.approx(0.4)
    assert lab.experiments.share_fraction == pytest.approx(0.6)
    assert lab.experiments.experiment_h100e == pytest.approx(0.6 * lab.cluster.capacity_h100e)


def test_a_changed_plan_is_followed_in_the_middle_of_a_run(params: WorldParams):
    """Compute goes from experiments to the fleet and back while a frontier run holds its part; nothing is lost."""
    lab = lone_lab(plain(params))
    env = lab.stage.env
    lab.divide()
    env.run(until=60.0)
    assert lab.training.running is not None
    held = lab.cluster.held_h100e(0)
    for shares in (Shares(0.1, 0.2, 0.3, 0.35, 0.05), SHARES):
        lab.rooms.plan.shares = shares
        lab.divide()
        lab.cluster.check()
        assert lab.cluster.held_h100e(0) == held
        env.run(until=env.now + 5.0)


def test_cluster_days_add_up_to_research_days_over_every_change(params: WorldParams):
    lab = lone_lab(plain(params))
    env, expected = lab.stage.env, 0.0
    lab.cluster.read_meter()
    for k in range(6):
        lab.rooms.plan.shares = Shares(0.2, 0.3 - 0.04 * k, 0.15, 0.3 + 0.03 * k, 0.05 + 0.01 * k)
        lab.divide()
        expected += 3.0 * lab.deliveries.usable_h100e * lab.rooms.plan.shares.research
        env.run(until=env.now + 3.0)
    assert lab.cluster.read_meter().capacity_h100e_days == pytest.approx(expected)


# -- from release to use --------------------------------------------------------------------------------------------


def model(generation: int, effective_flop: float) -> Model:
    return Model(generation, effective_flop, effective_flop, 1e11, 30.0 * generation, 0.0, 0.0)


def release(lab: Lab, one: Model) -> None:
    lab._released(one)


def test_a_model_serves_once_its_audit_is_over(params: WorldParams):
    lab = lone_lab(plain(params))
    fleet, oversight = FakeFleet(0.0), oversight_of(lab.stage)
    oversight.deploy(model(0, 1e25))
    oversight.staff(60.0)
    lab.rooms.fleet, lab.rooms.oversight = cast(Any, fleet), oversight
    release(lab, model(1, 1e27))
    lab.stage.env.run(until=19.9)
    assert fleet.served == []
    lab.stage.env.run(until=20.1)
    assert fleet.served == [1]
    (row,) = lab.stage.trace.of(ModelDeployed)
    assert (row.time_days, row.generation, row.audit_days, row.audit_people_days) == (20.0, 1, 20.0, 120.0)


def test_without_oversight_a_model_serves_the_day_it_is_released(params: WorldParams):
    lab = lone_lab(plain(params))
    fleet = FakeFleet(0.0)
    lab.rooms.fleet = cast(Any, fleet)
    release(lab, model(1, 1e27))
    assert fleet.served == [1]


def test_a_model_that_is_no_better_is_not_put_to_use(params: WorldParams):
    lab = lone_lab(plain(params))
    fleet = FakeFleet(0.0)
    lab.rooms.fleet = cast(Any, fleet)
    for generation, flop in ((1, 1e27), (2, 1e26), (3, 1e28)):
        release(lab, model(generation, flop))
    assert fleet.served == [1, 3]
    assert [row.generation for row in lab.stage.trace.of(ModelDeployed)] == [1, 3]


# -- everything on --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole_world(params: WorldParams) -> tuple[WorldParams, Trace]:
    """The baseline with all its mechanisms, a plan that moves often, and no warm-up; 300 days."""
    data: dict[str, Any] = params.model_dump() | {"warm_up_days": 0.0}
    data["plan"] |= {"review_days": 20.0, "step_fraction": 0.03, "least_ratio": 1.0}
    changed = WorldParams(**data)
    return changed, simulate(changed, 300.0, Streams(4), detail=True)


def usable_h100e_days(trace: Trace, lab: int, until_days: float) -> float:
    """Integral of what was delivered and allowed."""
    rows = [row for row in trace.of(ComputeDelivered) if row.lab == lab]
    ends = [row.time_days for row in rows[1:]] + [until_days]
    return sum(
        row.capacity_h100e * max(min(end, until_days) - row.time_days, 0.0) for row, end in zip(rows, ends, strict=True)
    )


def test_the_meters_of_all_rooms_add_up_to_what_may_be_used(whole_world: tuple[WorldParams, Trace]):
    params, trace = whole_world
    for number, name in enumerate(params.labs):
        kinds = FleetMetered, ClusterMetered, OversightMetered
        fleet, cluster, oversight = ([e for e in trace.of(kind) if e.lab == number] for kind in kinds)
        there = sum(e.capacity_h100e_days for e in (*fleet, *cluster, *oversight))
        lent = sum(e.lent_h100e_days for e in fleet)
        usable = usable_h100e_days(trace, number, cluster[-1].time_days)
        assert there - lent == pytest.approx(usable, rel=1e-9), name
        assert bool(fleet) == bool(oversight) == (params.labs[name].serving_fraction > 0.0)


def test_shares_add_up_and_compute_flows_from_one_use_to_another(whole_world: tuple[WorldParams, Trace]):
    params, trace = whole_world
    for number in range(len(params.labs)):
        rows = [row[2:] for row in trace.of(PlanChanged) if row.lab == number]
        assert len(rows) > 3
        for before, after in pairwise(rows):
            flows = [b - a for a, b in zip(before, after, strict=True) if b != a]
            assert len(flows) == 2
            assert sum(flows) == pytest.approx(0.0, abs=1e-15)
        assert all(sum(row) == pytest.approx(1.0, abs=1e-12) for row in rows)


def test_every_deployed_model_was_released_and_audited_first(whole_world: tuple[WorldParams, Trace]):
    params, trace = whole_world
    released = {(row.lab, row.generation): row.time_days for row in trace.of(ModelReleased)}
    overseen = [n for n, lab in enumerate(params.labs.values()) if lab.serving_fraction > 0.0]
    rows = [row for row in trace.of(ModelDeployed) if row.generation > 0]
    assert {row.lab for row in rows} == set(overseen)
    for row in rows:
        assert row.time_days >= released[row.lab, row.generation] + row.audit_days - 1e-9
        assert row.audit_days > 0.0
