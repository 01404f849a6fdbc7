"""The plan: what an accelerator is worth in each use, and how a lab moves compute toward what binds."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from simlab.randomness import Streams
from simlab.stage import Stage
from simlab.trace.events import FleetMetered, PlanChanged, RequestsMetered, WorkersMetered
from simlab.trace.recorder import Trace
from simlab.world.plan import Plan, PlanParams, Shares, moved
from simlab.world.worth import Values, Worth, WorthParams

WORTH = {"planning_horizon_days": 1000.0, "usd2025_per_nat": 1e9, "blind_discount_fraction": 0.2}
PLAN: dict[str, Any] = {
    "review_days": 90.0,
    "step_fraction": 0.05,
    "floor_fraction": 0.01,
    "least_ratio": 1.5,
    "worth": WORTH,
}
SHARES = Shares(0.2, 0.3, 0.1, 0.35, 0.05)
ALL = range(5)


def plan_params(**changes: float) -> PlanParams:
    return PlanParams(**{**PLAN, **changes})


# -- moving compute -------------------------------------------------------------------------------------------------


def test_a_step_goes_from_the_least_to_the_most_valuable_use():
    after = moved(SHARES, (2.0, 9.0, 3.0, 1.0, 4.0), ALL, plan_params())
    assert after == pytest.approx((0.2, 0.35, 0.1, 0.30, 0.05))


def test_no_use_falls_below_the_floor_and_one_at_the_floor_gives_nothing():
    shares = Shares(0.2, 0.3, 0.03, 0.46, 0.01)
    assert moved(shares, (2.0, 9.0, 1.0, 3.0, 0.5), ALL, plan_params()) == pytest.approx((0.2, 0.32, 0.01, 0.46, 0.01))
    assert moved(Shares(0.97, 0.01, 0.01, 0.005, 0.005), (9.0, 1, 1, 1, 1), ALL, plan_params())[0] == 0.97


def test_differences_too_small_to_act_on_move_nothing():
    assert moved(SHARES, (1.0, 1.4, 1.2, 1.1, 1.3), ALL, plan_params()) is SHARES
    assert moved(SHARES, (0.0,) * 5, ALL, plan_params()) is SHARES


def test_what_a_lab_has_no_room_for_is_left_alone():
    after = moved(SHARES, (2.0, 3.0, 99.0, 0.0, 99.0), (0, 1), plan_params())
    assert after == pytest.approx((0.2, 0.3, 0.1, 0.35, 0.05))
    after = moved(SHARES, (1.0, 3.0, 99.0, 0.0, 99.0), (0, 1), plan_params())
    assert after == pytest.approx((0.15, 0.35, 0.1, 0.35, 0.05))


values = st.lists(st.floats(0.0, 1e3), min_size=5, max_size=5)


@given(st.lists(values, max_size=60))
def test_shares_add_up_and_keep_their_floors_whatever_is_measured(measured: list[list[float]]):
    shares = SHARES
    for one in measured:
        shares = moved(shares, one, ALL, plan_params())
    assert sum(shares) == pytest.approx(1.0, abs=1e-12)
    assert min(shares) >= 0.01 - 1e-12
    assert shares.research == pytest.approx(shares.frontier + shares.experiments)


@given(st.lists(st.floats(0.05, 20.0), min_size=5, max_size=5))
def test_falling_marginal_values_are_brought_together(weights: list[float]):
    """With values w / share a plan of small steps ends where they lie within its least ratio, floors aside."""
    p = plan_params(step_fraction=0.002, floor_fraction=0.0001, least_ratio=1.5)
    shares = SHARES
    for _ in range(1500):
        shares = moved(shares, [w / s for w, s in zip(weights, shares, strict=True)], ALL, p)
    ends = [w / s for w, s in zip(weights, shares, strict=True) if s > 0.01]
    assert max(ends) / min(ends) < 1.5 * (1.0 + 0.002 / 0.01) ** 2


# -- what an accelerator is worth -----------------------------------------------------------------------------------


def knowledge(y: float, compute_share: float, n_h100e: float, n_people: float) -> Any:
    return SimpleNamespace(
        value_of_a_new_idea_nats_per_day=lambda: y,
        compute_price_per_h100e_day=compute_share / n_h100e,
        people_price_per_day=(1.0 - compute_share) / n_people,
    )


def new_worth(coverage_per_h100e: float | None = 0.0) -> Worth:
    """A lab that finds 0.004 nats a day and waits for compute a quarter of the time."""
    work = SimpleNamespace(thinking_people_days=60.0, building_people_days=180.0, reading_people_days=30.0)
    researchers = SimpleNamespace(n_people=100.0, hands=SimpleNamespace(work=work))
    training = SimpleNamespace(frontier_h100e=5000.0)
    oversight = None if coverage_per_h100e is None else SimpleNamespace(coverage_per_h100e=lambda: coverage_per_h100e)
    rooms = knowledge(0.004, 0.25, 8000.0, 100.0), training, researchers, oversight
    return Worth(WorthParams(**WORTH), *cast(Any, rooms), meter_days=30.0)


def fleet_row(customers_h100e_days: float = 60_000.0, workers_h100e_days: float = 30_000.0) -> FleetMetered:
    return FleetMetered(0.0, 0, 1e5, customers_h100e_days, workers_h100e_days, 0.0, 0.0, 0.0, 0.5, 1.0)


def requests_row(revenue: float, lost: float) -> RequestsMetered:
    return RequestsMetered(0.0, 0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, revenue, lost)


def workers_row(wanted: float, served: float, thinking: float, building: float, reading: float) -> WorkersMetered:
    return WorkersMetered(0.0, 0, 1.0, wanted, served, 0.0, 60.0, thinking, building, reading, 1.0, 0, 0.0)


def test_frontier_and_experiments_are_worth_what_their_formulas_say():
    found = new_worth().values(100.0)
    assert found.frontier == pytest.approx(1.0 / (5000.0 * 1000.0))
    assert found.experiments == pytest.approx(0.004 * 0.25 / 8000.0)
    assert found[2:] == (0.0, 0.0, 0.0)  # nothing was metered yet


def test_customers_are_worth_the_revenue_turned_away():
    worth = new_worth()
    worth.read([fleet_row(), requests_row(2e6, 5e5), requests_row(1e6, 5e5)])
    rate = 3e6 / 60_000.0 / 1e9
    assert worth.values(100.0).customers == pytest.approx(rate)  # 2,000 accelerators serve, 667 more would find buyers
    assert worth.values(2000.0).customers == pytest.approx(rate / 3.0)
    worth.read([fleet_row(), requests_row(3e6, 0.0)])
    assert worth.values(100.0).customers == 0.0


def test_workers_are_worth_what_their_unserved_tokens_would_do():
    worth = new_worth()
    worth.read([fleet_row(), workers_row(1e12, 0.8, 0.3, 0.5, 0.1)])
    helped = (60.0 * 0.3 + 180.0 * 0.5 + 30.0 * 0.1) / 270.0
    one = 0.004 * 0.75 * helped / (1.0 - helped) / 1000.0  # 1,000 accelerators served four fifths
    assert worth.values(100.0).workers == pytest.approx(one)
    assert worth.values(1000.0).workers == pytest.approx(one / 4.0)
    worth.read([fleet_row(), workers_row(1e12, 1.0, 0.3, 0.5, 0.1)])
    assert worth.values(100.0).workers == 0.0


def test_wanting_nothing_and_helping_with_nothing_are_worth_nothing():
    worth = new_worth()
    for row in (workers_row(0.0, float("nan"), 0.0, 0.0, 0.0), workers_row(1e9, 0.5, 0.0, 0.0, 0.0)):
        worth.read([fleet_row(), row])
        assert worth.values(100.0).workers == 0.0
    worth.read([fleet_row(workers_h100e_days=0.0), workers_row(1e9, 0.0, 0.0, 0.0, 0.0)])
    assert worth.values(100.0).workers == 0.0


def test_oversight_is_worth_its_weight_in_coverage():
    assert new_worth(1e-5).values(100.0).oversight == pytest.approx(0.2 * 0.004 * 1e-5)
    assert new_worth(None).values(100.0).oversight == 0.0


# -- reviews --------------------------------------------------------------------------------------------------------


class FixedWorth:
    """A lab that finds one use more valuable than the others, until told otherwise."""

    def __init__(self, *found: float) -> None:
        self.found = Values(*found)

    def values(self, step_h100e: float) -> Values:
        assert step_h100e == 0.05 * 1e5
        return self.found


def new_plan(params: PlanParams | None, worth: FixedWorth, start_days: float = 0.0) -> tuple[Plan, list[Shares]]:
    stage = Stage(simpy.Environment(start_days), Streams(1), Trace())
    plan = Plan(stage, params, 3, SHARES, cast(Any, worth), ALL, lambda: 1e5)
    divided: list[Shares] = []
    plan.begin(lambda: divided.append(plan.shares))
    return plan, divided


def test_a_fixed_plan_is_told_once_and_never_changes():
    plan, divided = new_plan(None, FixedWorth(1, 9, 1, 1, 1), start_days=-100.0)
    plan.stage.env.run(until=1000.0)
    assert plan.stage.trace.of(PlanChanged) == [PlanChanged(0.0, 3, *SHARES)]
    assert divided == []


def test_each_change_is_an_event_and_the_rooms_are_told():
    plan, divided = new_plan(plan_params(), FixedWorth(1, 9, 2, 2, 2), start_days=-100.0)
    plan.stage.env.run(until=300.0)
    rows = plan.stage.trace.of(PlanChanged)
    assert [row.time_days for row in rows] == [0.0, 90.0, 180.0, 270.0]
    assert [row.experiments_fraction for row in rows] == pytest.approx([0.30, 0.35, 0.40, 0.45])
    assert [row[2:] for row in rows[1:]] == [tuple(shares) for shares in divided]
    assert all(sum(row[2:]) == pytest.approx(1.0) for row in rows)


def test_a_review_that_finds_nothing_to_move_leaves_no_trace():
    plan, divided = new_plan(plan_params(), FixedWorth(1, 1, 1, 1, 1))
    plan.stage.env.run(until=1000.0)
    assert len(plan.stage.trace.of(PlanChanged)) == 1
    assert divided == []


# -- safety floors --------------------------------------------------------------------------------------------------


def test_a_floor_is_kept_at_once_and_all_others_give_in_proportion():
    plan, divided = new_plan(None, FixedWorth(1, 1, 1, 1, 1))
    plan.safety_floors.put(0, 0.24)
    assert plan.shares == pytest.approx((0.16, 0.24, 0.08, 0.28, 0.24))
    assert divided == [plan.shares]
    plan.safety_floors.lift(0)
    assert plan.shares == SHARES


def test_a_floor_below_what_there_is_changes_no_share():
    plan, _ = new_plan(None, FixedWorth(1, 1, 1, 1, 1))
    plan.safety_floors.put(0, 0.04)
    assert plan.shares == SHARES


@pytest.mark.parametrize("first", [0, 1])
def test_the_higher_of_two_floors_holds_until_it_is_lifted(first: int):
    plan, _ = new_plan(None, FixedWorth(1, 1, 1, 1, 1))
    for number in (first, 1 - first):
        plan.safety_floors.put(number, (0.1, 0.2)[number])
    assert plan.shares.oversight == 0.2
    plan.safety_floors.lift(1)
    assert plan.shares.oversight == 0.1
    assert sum(plan.shares) == pytest.approx(1.0, abs=1e-15)


def test_no_review_brings_oversight_below_the_floor_and_each_may_bring_it_above():
    plan, _ = new_plan(plan_params(), FixedWorth(5, 9, 4, 3, 1))
    plan.safety_floors.put(0, 0.12)
    plan.stage.env.run(until=3000.0)
    assert plan.shares == pytest.approx((0.01, 0.85, 0.01, 0.01, 0.12))
    cast(FixedWorth, plan._worth).found = Values(1, 2, 1, 1, 9)
    plan.stage.env.run(until=3700.0)
    assert plan.shares.oversight > 0.3
