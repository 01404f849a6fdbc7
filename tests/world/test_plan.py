"""The plan: what an accelerator is worth in each use, and how a lab moves compute toward what binds."""

import math
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
from simlab.world.headroom import Headroom
from simlab.world.plan import Plan, PlanParams, Shares, TwoSided, moved
from simlab.world.worth import Around, Values, Worth, WorthParams

WORTH = {"planning_horizon_days": 1000.0, "blind_discount_fraction": 0.2}
PLAN: dict[str, Any] = {
    "review_days": 90.0,
    "step_fraction": 0.05,
    "floor_fraction": 0.01,
    "least_ratio": 1.5,
    "worth": WORTH,
}
SHARES = Shares(0.2, 0.3, 0.1, 0.35, 0.05)
ALL = range(5)


def alike(*values: float) -> TwoSided:
    """An accelerator more brings what one less costs."""
    return TwoSided(values, values)


def plan_params(**changes: float) -> PlanParams:
    return PlanParams(**{**PLAN, **changes})


# -- moving compute -------------------------------------------------------------------------------------------------


def test_a_step_goes_from_the_least_to_the_most_valuable_use():
    after = moved(SHARES, alike(2.0, 9.0, 3.0, 1.0, 4.0), ALL, plan_params())
    assert after == pytest.approx((0.2, 0.35, 0.1, 0.30, 0.05))


def test_no_use_falls_below_the_floor_and_one_at_the_floor_gives_nothing():
    shares = Shares(0.2, 0.3, 0.03, 0.46, 0.01)
    assert moved(shares, alike(2.0, 9.0, 1.0, 3.0, 0.5), ALL, plan_params()) == pytest.approx(
        (0.2, 0.32, 0.01, 0.46, 0.01)
    )
    assert moved(Shares(0.97, 0.01, 0.01, 0.005, 0.005), alike(9.0, 1, 1, 1, 1), ALL, plan_params())[0] == 0.97


def test_differences_too_small_to_act_on_move_nothing():
    assert moved(SHARES, alike(1.0, 1.4, 1.2, 1.1, 1.3), ALL, plan_params()) is SHARES
    assert moved(SHARES, alike(0.0, 0.0, 0.0, 0.0, 0.0), ALL, plan_params()) is SHARES


def test_what_is_given_is_judged_by_what_it_costs_and_what_is_got_by_what_it_brings():
    """Serving that has all it needs brings nothing more, and is missed all the same."""
    gains, losses = (2.0, 4.0, 0.0, 0.0, 3.0), (2.0, 4.0, 9.0, 9.0, 3.0)
    assert moved(SHARES, TwoSided(gains, losses), ALL, plan_params()) == pytest.approx((0.15, 0.35, 0.1, 0.35, 0.05))


def test_what_a_lab_has_no_room_for_is_left_alone():
    after = moved(SHARES, alike(2.0, 3.0, 99.0, 0.0, 99.0), (0, 1), plan_params())
    assert after == pytest.approx((0.2, 0.3, 0.1, 0.35, 0.05))
    after = moved(SHARES, alike(1.0, 3.0, 99.0, 0.0, 99.0), (0, 1), plan_params())
    assert after == pytest.approx((0.15, 0.35, 0.1, 0.35, 0.05))


values = st.lists(st.floats(0.0, 1e3), min_size=5, max_size=5)


@given(st.lists(values, max_size=60))
def test_shares_add_up_and_keep_their_floors_whatever_is_measured(measured: list[list[float]]):
    shares = SHARES
    for one in measured:
        shares = moved(shares, alike(*one), ALL, plan_params())
    assert sum(shares) == pytest.approx(1.0, abs=1e-12)
    assert min(shares) >= 0.01 - 1e-12
    assert shares.research == pytest.approx(shares.frontier + shares.experiments)


@given(st.lists(st.floats(0.05, 20.0), min_size=5, max_size=5))
def test_falling_marginal_values_are_brought_together(weights: list[float]):
    """With values w / share a plan of small steps ends where they lie within its least ratio, floors aside."""
    p = plan_params(step_fraction=0.002, floor_fraction=0.0001, least_ratio=1.5)
    shares = SHARES
    for _ in range(1500):
        shares = moved(shares, alike(*(w / s for w, s in zip(weights, shares, strict=True))), ALL, p)
    ends = [w / s for w, s in zip(weights, shares, strict=True) if s > 0.01]
    assert max(ends) / min(ends) < 1.5 * (1.0 + 0.002 / 0.01) ** 2


# -- what an accelerator is worth -----------------------------------------------------------------------------------


def knowledge(y: float, compute_share: float, n_h100e: float, n_people: float, exponent: float) -> Any:
    return SimpleNamespace(
        value_of_a_new_idea_nats_per_day=lambda: y,
        compute_price_per_h100e_day=compute_share / n_h100e,
        people_price_per_day=(1.0 - compute_share) / n_people,
        pool=SimpleNamespace(params=SimpleNamespace(difficulty_exponent=exponent)),
    )


def new_worth(coverage_per_h100e: float | None = 0.0, exponent: float = 0.0) -> Worth:
    """A lab of 20,000 accelerators at 2 dollars an hour.

    It finds 0.004 nats a day and waits for compute a quarter of the time.
    """
    work = SimpleNamespace(thinking_people_days=60.0, building_people_days=180.0, reading_people_days=30.0)
    researchers = SimpleNamespace(n_people=100.0, hands=SimpleNamespace(work=work))
    training = SimpleNamespace(frontier_h100e=5000.0)
    oversight = None if coverage_per_h100e is None else SimpleNamespace(coverage_per_h100e=lambda: coverage_per_h100e)
    rooms = knowledge(0.004, 0.25, 8000.0, 100.0, exponent), training, researchers, oversight
    know, train, people, oversee = cast(tuple[Any, Any, Any, Any], rooms)
    around = Around(lambda: 20_000.0, lambda: 2.0)
    return Worth(WorthParams(**WORTH), know, train, people, oversee, around, Headroom(30.0, 90.0), 30.0)


def fleet_row(
    customers_h100e_days: float = 60_000.0, workers_h100e_days: float = 30_000.0, peak: float = 0.5
) -> FleetMetered:
    """A fleet of 4,000 accelerators for 30 days, if nothing else is said half of them busy at the peak."""
    return FleetMetered(0.0, 0, 1.2e5, customers_h100e_days, workers_h100e_days, 0.0, 0.0, 0.0, peak, 1.0)


def requests_row(revenue: float) -> RequestsMetered:
    return RequestsMetered(0.0, 0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, revenue, 0.0)


def workers_row(wanted: float, served: float, thinking: float, building: float, reading: float) -> WorkersMetered:
    return WorkersMetered(0.0, 0, 1.0, wanted, served, 0.0, 60.0, thinking, building, reading, 1.0, 0, 0.0)


def test_frontier_and_experiments_are_worth_what_their_formulas_say():
    found = new_worth().gains(100.0)
    assert found.frontier == pytest.approx(1.0 / (5000.0 * 1000.0))
    assert found.experiments == pytest.approx(0.004 * 0.25 / 8000.0)
    assert found[2:] == (0.0, 0.0, 0.0)  # nothing was metered yet
    assert new_worth().losses(100.0)[:2] == found[:2]


def test_what_is_found_now_is_partly_what_would_have_been_found_later():
    """The rate falls as y' = -b y per nat: a nat more now is worth the integral of exp(-b y t) over the horizon."""
    times = [(i + 0.5) for i in range(1000)]
    days = sum(math.exp(-0.5 * 0.004 * t) for t in times)
    found = new_worth(exponent=0.5).gains(100.0).experiments
    assert found == pytest.approx(0.004 * days / 1000.0 * 0.25 / 8000.0, rel=1e-6)


def test_customers_are_worth_the_compute_that_they_pay_for_as_far_as_it_will_be_lacking():
    """3 million dollars from 60,000 accelerator-days are 25/24 of the rent."""
    worth = new_worth()
    worth.read([fleet_row(peak=1.1), requests_row(2e6), requests_row(4e6)])
    research = (1.0 / 5e6 + 0.004 * 0.25 / 8000.0) / 2.0
    one = 6e6 / 60_000.0 / 24.0 / 2.0 * research
    assert worth.gains(100.0).customers == pytest.approx(one)  # 400 more would find buyers
    assert worth.gains(1000.0).customers == pytest.approx(0.4 * one)
    assert worth.losses(100.0).customers == pytest.approx(one)


def test_what_is_to_spare_brings_nothing_and_is_not_missed():
    worth = new_worth()
    worth.read([fleet_row(peak=0.85), requests_row(6e6)])  # 600 of 4,000 were idle
    assert worth.gains(100.0).customers == 0.0
    assert worth.losses(600.0).customers == 0.0
    one = 6e6 / 60_000.0 / 24.0 / 2.0 * (1.0 / 5e6 + 0.004 * 0.25 / 8000.0) / 2.0
    assert worth.losses(1000.0).customers == pytest.approx(0.4 * one)


def test_growth_since_the_last_review_is_expected_to_go_on():
    headroom = Headroom(30.0, 90.0)
    assert headroom.short_h100e() == 0.0
    for peak in (0.2, 0.4, 0.5, 0.6, 0.8):
        headroom.read(fleet_row(peak=peak), 20_000.0)
    assert headroom.short_h100e() == pytest.approx(4000.0 * (0.8 * 0.8 / 0.4 - 1.0))  # it doubled in three months


def test_what_grows_as_the_lab_does_stays_enough():
    headroom = Headroom(30.0, 90.0)
    for peak, lab in ((0.4, 10_000.0), (0.8, 20_000.0)):
        headroom.read(fleet_row(peak=peak), lab)
    assert headroom.short_h100e() == pytest.approx(-800.0)


def test_workers_are_worth_what_their_unserved_tokens_would_do():
    worth = new_worth()
    worth.read([fleet_row(), workers_row(1e12, 0.8, 0.3, 0.5, 0.1)])
    helped = (60.0 * 0.3 + 180.0 * 0.5 + 30.0 * 0.1) / 270.0
    one = 0.004 * 0.75 * helped / (1.0 - helped) / 1000.0  # 1,000 accelerators served four fifths
    assert worth.gains(100.0).workers == pytest.approx(one)
    assert worth.gains(1000.0).workers == pytest.approx(one / 4.0)
    worth.read([fleet_row(), workers_row(1e12, 1.0, 0.3, 0.5, 0.1)])
    assert worth.gains(100.0).workers == 0.0


def test_wanting_nothing_and_helping_with_nothing_are_worth_nothing():
    worth = new_worth()
    for row in (workers_row(0.0, float("nan"), 0.0, 0.0, 0.0), workers_row(1e9, 0.5, 0.0, 0.0, 0.0)):
        worth.read([fleet_row(), row])
        assert worth.gains(100.0).workers == 0.0
    worth.read([fleet_row(workers_h100e_days=0.0), workers_row(1e9, 0.0, 0.0, 0.0, 0.0)])
    assert worth.gains(100.0).workers == 0.0


def test_oversight_is_worth_its_weight_in_coverage():
    assert new_worth(1e-5).gains(100.0).oversight == pytest.approx(0.2 * 0.004 * 1e-5)
    assert new_worth(None).gains(100.0).oversight == 0.0


# -- reviews --------------------------------------------------------------------------------------------------------


class FixedWorth:
    """A lab that finds one use more valuable than the others, until told otherwise."""

    def __init__(self, *found: float) -> None:
        self.found = Values(*found)

    def gains(self, step_h100e: float) -> Values:
        assert step_h100e == 0.05 * 1e5
        return self.found

    losses = gains


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
