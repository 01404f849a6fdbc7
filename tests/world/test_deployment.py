"""Deployment beyond labs: what models can do, are let do and have machines and compute for, sector by sector."""

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from simlab.errors import WorldError
from simlab.randomness import Streams
from simlab.run import simulate
from simlab.stage import Stage
from simlab.trace.events import EVENT_CLASSES, SectorMetered
from simlab.trace.recorder import Trace
from simlab.units import DAYS_PER_YEAR
from simlab.world.build import WorldParams
from simlab.world.capability import CapabilityParams, horizon_minutes, success_fraction
from simlab.world.deployment import Deployment, DeploymentParams, Frontier
from simlab.world.deployment.allocation import allot
from simlab.world.deployment.experience import Experience
from simlab.world.deployment.params import WorkParams, wage_shares
from simlab.world.deployment.reach import reach, required_success_fraction
from simlab.world.deployment.work import Part, Work, parts_of

CAPABILITY = CapabilityParams(
    reference_horizon_minutes=40.0,
    reference_effective_flop=4e25,
    decades_per_doubling=0.6,
    horizon_slope=0.8,
    chain_length=10.0,
)
EASY: dict[str, Any] = {
    "tasks": {"median_minutes": 30.0, "log_sd": 1.0},
    "verifiable_fraction": 0.9,
    "data": {"initial_horizon_fraction": 1.0, "shown_fraction": 0.0, "sufficient_people_days": 1e6},
    "machines": {
        "physical_fraction": 0.0,
        "initial_stock_fraction": 1.0,
        "most_factor_per_year": 1.0,
        "delivery_days": 30.0,
    },
    "adoption_days": 200.0,
    "relative_wage": 1.0,
    "tokens_per_work_minute": 1000.0,
}
"""A sector that nothing but the horizon holds back."""
HARDER: dict[str, Any] = {
    "verifiable_fraction": 0.2,
    "data": {"initial_horizon_fraction": 0.01, "shown_fraction": 1e-5, "sufficient_people_days": 1e8},
    "machines": {
        "physical_fraction": 0.9,
        "initial_stock_fraction": 0.001,
        "most_factor_per_year": 2.0,
        "delivery_days": 600.0,
    },
}
"""Each property at which it is harder than the other."""
PLENTY = 1e12


def deployment_params(sectors: dict[str, dict[str, Any]], nations=("here",), **changes: float) -> DeploymentParams:
    """Sectors that share nine tenths of the wages of each nation: 80 dollars a day for each of a million people."""
    work = {name: {"wages_fraction": 0.9 / len(sectors)} for name in sectors}
    labour = {"wages_usd2025_per_day": 8e7, "wage_usd2025_per_hour": 10.0, "sectors": work}
    numbers = {
        "review_days": 30.0,
        "tolerated_error_fraction": 0.05,
        "least_success_fraction": 0.5,
        "learning_exponent": 0.5,
        "kept_fraction": 0.1,
        "initial_adopted_fraction": 0.2,
        "available_fraction": 0.5,
    }
    return DeploymentParams(**{**numbers, **changes}, sectors=sectors, nations=dict.fromkeys(nations, labour))  # pyright: ignore[reportArgumentType]


def sector(**changes: Any):
    return deployment_params({"one": EASY | changes}).sectors["one"]


@dataclass
class Closed:
    """Sectors alone, with a model that improves at a steady pace and accelerators that stay."""

    params: DeploymentParams
    h100e: dict[int, float] = field(default_factory=dict)
    horizon: float = 40.0
    doubling_days: float = 180.0
    tokens: float = 1e6

    def run(self, years: float) -> "Closed":
        env = simpy.Environment()
        self.trace = Trace()
        stage = Stage(env, Streams(0), self.trace)
        frontier = Frontier(
            lambda: self.horizon * 2.0 ** (env.now / self.doubling_days),
            lambda: self.tokens,
            lambda nation: self.h100e.get(nation, PLENTY),
        )
        self.deployment = Deployment(stage, self.params, CAPABILITY, tuple(self.params.nations), frontier)
        self.deployment.begin()
        env.run(until=years * DAYS_PER_YEAR)
        return self

    def rows(self, nation: int = 0, number: int = 0) -> list[SectorMetered]:
        return [row for row in self.trace.of(SectorMetered) if (row.nation, row.sector) == (nation, number)]

    def last(self, nation: int = 0, number: int = 0) -> SectorMetered:
        return self.rows(nation, number)[-1]

    def days_to(self, fraction: float, number: int = 0) -> float:
        """First reading at which that much is automated."""
        return next((row.time_days for row in self.rows(0, number) if row.automated_fraction >= fraction), math.inf)


# -- what models can do ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("horizon", [20.0, 300.0, 5000.0])
def test_the_capable_share_is_the_work_in_tasks_that_succeed_often_enough(horizon):
    p = deployment_params({"one": EASY | {"verifiable_fraction": 0.6}})
    lengths = 30.0 * np.exp(np.linspace(-12.0, 12.0, 200_001))
    weights = np.exp(-0.5 * np.log(lengths / 30.0) ** 2) * lengths  # density in log length, times the length
    enough = success_fraction(lengths, horizon, CAPABILITY) >= 1.0 - 0.05 / 0.4  # pyright: ignore[reportArgumentType]
    expected = weights[enough].sum() / weights.sum()
    assert reach(horizon, p.sectors["one"], p, CAPABILITY).capable_fraction == pytest.approx(expected, abs=1e-4)


def test_tokens_are_those_of_the_tries_until_a_result_is_not_noticed_to_be_wrong():
    p = deployment_params({"one": EASY})
    got = reach(500.0, p.sectors["one"], p, CAPABILITY)
    rng = np.random.default_rng(3)
    lengths = 30.0 * np.exp(rng.standard_normal(400_000))
    given_away = lengths[lengths <= horizon_minutes(500.0, 0.5, CAPABILITY)]
    p_right = success_fraction(given_away, 500.0, CAPABILITY)  # pyright: ignore[reportArgumentType]
    accepted = (given_away * (p_right + 0.1 * (1.0 - p_right))).sum() / given_away.sum()
    assert got.tokens_per_work_minute == pytest.approx(1000.0 / accepted, rel=0.01)
    assert got.tokens_per_work_minute > 1000.0


@pytest.mark.parametrize(("verifiable", "required"), [(1.0, 0.5), (0.95, 0.5), (0.9, 0.5), (0.8, 0.75), (0.0, 0.95)])
def test_what_is_seldom_noticed_must_seldom_be_wrong(verifiable, required):
    p = deployment_params({"one": EASY | {"verifiable_fraction": verifiable}})
    assert required_success_fraction(p.sectors["one"], p) == pytest.approx(required)


@given(st.floats(0.0, 0.999), st.floats(0.01, 0.5))
def test_at_the_required_success_harm_stays_within_what_is_tolerated(verifiable, tolerated):
    p = deployment_params({"one": EASY | {"verifiable_fraction": verifiable}}, tolerated_error_fraction=tolerated)
    required = required_success_fraction(p.sectors["one"], p)
    assert required >= 0.5
    assert (1.0 - required) * (1.0 - verifiable) <= tolerated + 1e-12


@given(st.floats(1e-3, 1e8), st.floats(1.01, 100.0), st.floats(0.0, 1.0))
def test_a_longer_horizon_never_does_less(horizon, times, verifiable):
    p = deployment_params({"one": EASY | {"verifiable_fraction": verifiable}})
    shorter, longer = (reach(h, p.sectors["one"], p, CAPABILITY) for h in (horizon, times * horizon))
    assert 0.0 <= shorter.capable_fraction <= longer.capable_fraction <= 1.0


def test_without_a_model_nothing_can_be_done_and_with_an_endless_one_all():
    p = deployment_params({"one": EASY})
    assert reach(0.0, p.sectors["one"], p, CAPABILITY).capable_fraction == 0.0
    assert reach(1e12, p.sectors["one"], p, CAPABILITY).capable_fraction == pytest.approx(1.0)


# -- experience -----------------------------------------------------------------------------------------------------


def new_experience(**data: float) -> Experience:
    p = deployment_params({"one": EASY | {"data": HARDER["data"] | data}})
    return Experience(p.sectors["one"].data, p)


def test_experience_opens_at_the_horizon_of_day_0_and_grows_as_a_learning_curve():
    experience = new_experience()
    assert experience.horizon_fraction == pytest.approx(0.01)
    experience.people_days *= 100.0
    assert experience.horizon_fraction == pytest.approx(0.1)


def test_experience_is_what_people_show_and_a_share_of_what_models_do():
    experience = new_experience()
    before = experience.people_days
    experience.see(4e6, 700.0)
    assert experience.people_days - before == pytest.approx(4e6 * 1e-5 + 0.1 * 700.0)


@given(st.lists(st.tuples(st.floats(0.0, 1e13), st.floats(0.0, 1e13)), max_size=20))
def test_experience_never_shrinks_and_ends_where_there_is_enough(works):
    experience = new_experience()
    before = experience.people_days
    for human, automated in works:
        experience.see(human, automated)
        assert before <= experience.people_days <= 1e8
        before = experience.people_days
    assert experience.horizon_fraction <= 1.0


# -- adoption and machines ------------------------------------------------------------------------------------------


def work(adopted: float, *, physical: bool = True, **machines: float) -> Work:
    return Work(Part(0, sector(machines=HARDER["machines"] | machines), physical, 0.5), adopted)


def test_a_sector_has_desk_work_and_physical_work_as_far_as_there_is_any():
    sectors = [sector(machines=HARDER["machines"] | {"physical_fraction": share}) for share in (0.0, 0.7, 1.0)]
    parts = [(part.number, part.physical, part.share_fraction) for part in parts_of(sectors)]
    assert parts == [(0, False, 1.0), (1, False, pytest.approx(0.3)), (1, True, 0.7), (2, True, 1.0)]


def test_adoption_is_a_first_order_lag_however_often_one_looks():
    once, often = work(0.1), work(0.1)
    once.advance(0.7, 300.0)
    for _ in range(100):
        often.advance(0.7, 3.0)
    assert once.adopted_fraction == pytest.approx(0.7 - 0.6 * math.exp(-1.5))
    assert often.adopted_fraction == pytest.approx(once.adopted_fraction)


def test_machines_that_are_few_multiply_at_their_pace():
    robots = work(1.0)
    for _ in range(40):
        robots.advance(1.0, DAYS_PER_YEAR / 10.0)
    assert robots.machines_fraction == pytest.approx(0.001 * 2.0**4)


def test_machines_that_are_quickly_built_come_with_the_lag_of_delivery():
    robots = work(1.0, most_factor_per_year=1e30)
    for _ in range(1200):
        robots.advance(1.0, 1.0)
    assert robots.machines_fraction == pytest.approx(1.0 - math.exp(-2.0), rel=0.01)


@given(st.lists(st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 500.0)), min_size=1, max_size=15))
def test_shares_keep_their_order_and_machines_their_pace(months):
    robots, capable = work(0.0), 0.0
    for more, days in months:
        capable, stock = max(capable, more), robots.machines_fraction
        robots.advance(capable, days)
        assert stock <= robots.machines_fraction <= stock * 2.0 ** (days / DAYS_PER_YEAR) * (1 + 1e-12)
        assert robots.machines_fraction <= max(robots.adopted_fraction, 0.001) + 1e-12
        assert 0.0 <= robots.ready_fraction(capable) <= capable + 1e-12


def test_desk_work_does_not_wait_for_machines_and_physical_work_does():
    desk, robots = work(0.4, physical=False), work(0.4)
    assert desk.ready_fraction(0.6) == 0.4
    assert robots.ready_fraction(0.6) == 0.001
    robots.machines_fraction = 0.9
    assert robots.ready_fraction(0.6) == 0.4
    assert robots.ready_fraction(0.2) == 0.2


def test_desk_work_teaches_no_hands():
    """With many desks and few machines, models learn the one and not the other."""
    few = {"physical_fraction": 0.5, "initial_stock_fraction": 1e-9, "most_factor_per_year": 1.0, "delivery_days": 1.0}
    data = {"initial_horizon_fraction": 0.1, "shown_fraction": 0.0, "sufficient_people_days": 1e8}
    world = Closed(deployment_params({"one": EASY | {"machines": few, "data": data}})).run(8.0)
    desk, hands = (experience.horizon_fraction for experience in world.deployment.experience)
    assert desk > 0.3
    assert hands == pytest.approx(0.1, rel=1e-3)


# -- compute --------------------------------------------------------------------------------------------------------


def test_compute_goes_to_the_best_paid_first():
    assert allot([10.0, 20.0, 30.0], [1.0, 3.0, 2.0], 35.0) == [0.0, 20.0, 15.0]
    assert allot([10.0, 20.0, 30.0], [1.0, 3.0, 2.0], 100.0) == [10.0, 20.0, 30.0]


@given(st.lists(st.tuples(st.floats(0.0, 1e6), st.floats(0.0, 100.0)), min_size=1, max_size=6), st.floats(0.0, 3e6))
def test_compute_is_conserved_and_nowhere_better_used(sectors, available):
    wanted, worth = [w for w, _ in sectors], [v for _, v in sectors]
    used = allot(wanted, worth, available)
    assert all(0.0 <= u <= w for u, w in zip(used, wanted, strict=True))
    assert sum(used) == pytest.approx(min(sum(wanted), available))
    short = [v for u, w, v in zip(used, wanted, worth, strict=True) if u < w - 1e-6]
    assert all(v >= max(short, default=0.0) for u, v in zip(used, worth, strict=True) if u > 1e-6)


def test_accelerators_wanted_are_minutes_of_work_times_tokens_a_minute():
    world = Closed(deployment_params({"one": EASY}), horizon=1e12).run(10.0)
    people_minutes = 0.9 * 8e7 / 10.0 * 60.0
    assert world.last().ready_fraction == pytest.approx(1.0, abs=1e-6)
    assert world.last().wanted_h100e == pytest.approx(people_minutes * 1000.0 / 1e6, rel=1e-6)


def test_where_compute_binds_half_of_it_does_half_and_elsewhere_nothing_changes():
    params = deployment_params({"one": EASY, "two": EASY | {"verifiable_fraction": 0.5}}, ("bound", "free"))
    some = Closed(params, {0: 1e5}).run(6.0)
    half = Closed(params, {0: 0.5e5}).run(6.0)
    shares = [world.deployment.automated_fraction(0) for world in (half, some)]
    assert shares[0] / shares[1] == pytest.approx(0.5, abs=0.02)
    less = Closed(params, {0: 1e5, 1: PLENTY / 2.0}).run(6.0)
    assert [row[3:] for row in less.rows(1)] == [row[3:] for row in some.rows(1)]
    assert some.deployment.automated_fraction(0) < 0.5 * some.deployment.automated_fraction(1)


# -- all of it ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mixed() -> Closed:
    """Three sectors in two nations, one of them short of accelerators, over ten years."""
    sectors = {"easy": EASY, "seen": EASY | {"data": HARDER["data"]}, "hard": EASY | HARDER}
    return Closed(deployment_params(sectors, ("rich", "poor")), {1: 1e5}).run(10.0)


def test_every_month_every_sector_of_every_nation_is_read(mixed):
    times = sorted({row.time_days for row in mixed.trace.of(SectorMetered)})
    assert times == [30.0 * i for i in range(122)]
    assert len(mixed.trace.of(SectorMetered)) == 122 * 3 * 2


def test_capable_ready_and_automated_keep_their_order_and_compute_its_bounds(mixed):
    used: dict[tuple[float, int], float] = {}
    for row in mixed.trace.of(SectorMetered):
        assert (
            0.0 <= row.automated_fraction <= row.ready_fraction + 1e-12 <= row.capable_fraction + 2e-12 <= 1.0 + 3e-12
        )
        assert row.used_h100e <= row.wanted_h100e
        if row.nation == 1:
            used[row.time_days, 1] = used.get((row.time_days, 1), 0.0) + row.used_h100e
    assert max(used.values()) == pytest.approx(0.5e5)


def test_capable_and_ready_never_fall_while_models_improve(mixed):
    for nation in range(2):
        for number in range(3):
            rows = mixed.rows(nation, number)
            for name in ("capable_fraction", "ready_fraction"):
                values = [getattr(row, name) for row in rows]
                assert all(a <= b + 1e-12 for a, b in pairwise(values))


def test_what_others_are_told_is_the_sum_of_what_is_written_down(mixed):
    told, rows = mixed.deployment, [mixed.last(nation, number) for nation in range(2) for number in range(3)]
    assert told.automated_wages_usd2025_per_year == pytest.approx(sum(r.automated_wages_usd2025_per_year for r in rows))
    wages = sum(mixed.last(1, number).automated_fraction * 0.3 for number in range(3))
    assert told.automated_fraction(1) == pytest.approx(wages)


def test_experience_of_one_nation_serves_all():
    sectors = {"seen": EASY | {"data": HARDER["data"]}}
    alone = Closed(deployment_params(sectors), {0: 0.0}).run(5.0)
    beside = Closed(deployment_params(sectors, ("here", "there")), {0: 0.0}).run(5.0)
    assert beside.last().capable_fraction > alone.last().capable_fraction


def test_the_initial_share_is_what_is_let_of_what_can_be_done():
    first = Closed(deployment_params({"one": EASY})).run(0.01).last()
    assert first.time_days == 0.0
    assert first.capable_fraction > 0.1
    assert first.automated_fraction == pytest.approx(0.2 * first.capable_fraction)


@pytest.mark.parametrize("harder", list(HARDER))
def test_the_sector_with_the_harder_property_comes_later_and_swapping_it_swaps_them(harder):
    changed = EASY | {harder: HARDER[harder]}
    one = Closed(deployment_params({"first": EASY, "second": changed})).run(12.0)
    other = Closed(deployment_params({"first": changed, "second": EASY})).run(12.0)
    assert one.days_to(0.3, 0) < one.days_to(0.3, 1)
    assert one.days_to(0.3, 0) < math.inf
    assert other.days_to(0.3, 0) == one.days_to(0.3, 1)
    assert other.days_to(0.3, 1) == one.days_to(0.3, 0)


def test_a_better_paid_sector_keeps_its_compute_when_there_is_less():
    sectors = {"poor": EASY, "rich": EASY | {"relative_wage": 3.0}}
    world = Closed(deployment_params(sectors), {0: 2e5}).run(6.0)
    assert world.last(0, 1).used_h100e == world.last(0, 1).wanted_h100e
    assert world.last(0, 0).used_h100e < 0.5 * world.last(0, 0).wanted_h100e


def test_without_a_model_nothing_is_done_and_nothing_asked_for():
    last = Closed(deployment_params({"one": EASY}), horizon=0.0, tokens=0.0).run(1.0).last()
    assert last.wages_usd2025_per_year == pytest.approx(0.9 * 8e7 * DAYS_PER_YEAR)
    assert last._replace(wages_usd2025_per_year=0.0)[3:] == (0.0,) * 7


def test_a_model_that_nobody_serves_is_an_impossible_state():
    with pytest.raises(WorldError, match="no accelerator serves"):
        Closed(deployment_params({"one": EASY}), tokens=0.0).run(1.0)


# -- parameters -----------------------------------------------------------------------------------------------------


def test_shares_of_wages_that_come_to_more_than_all_give_way_in_proportion():
    assert wage_shares([WorkParams(wages_fraction=f) for f in (0.3, 0.5)]) == [0.3, 0.5]
    assert wage_shares([WorkParams(wages_fraction=f) for f in (0.9, 0.6)]) == pytest.approx([0.6, 0.4])


def test_nations_have_the_sectors_there_are():
    tree = deployment_params({"one": EASY, "two": EASY}).model_dump()
    del tree["nations"]["here"]["sectors"]["one"]
    with pytest.raises(ValidationError, match="must be the sectors of deployment, in order: one, two"):
        DeploymentParams(**tree)


# -- in the world ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(everything, change):
    """The baseline, if it looks at work outside labs, with a short warm-up."""
    if everything.deployment is None:
        pytest.skip("the baseline has no work outside labs")
    return change(everything, {"warm_up_days": 30.0})


def test_nobody_else_hears_of_it(whole, change):
    beside, without = (simulate(p, 100.0, Streams(4)) for p in (whole, change(whole, {"deployment": None})))
    differing = [kind for kind in EVENT_CLASSES if beside.values(kind).tobytes() != without.values(kind).tobytes()]
    assert differing == [SectorMetered]
    assert len(without.of(SectorMetered)) == 0


def test_work_is_in_the_nations_of_the_market(whole):
    tree = whole.model_dump()
    tree["deployment"]["nations"]["atlantis"] = tree["deployment"]["nations"].pop("china")
    with pytest.raises(ValidationError, match="differs in atlantis, china"):
        WorldParams(**tree)
