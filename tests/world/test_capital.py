"""Capital: money that adds up, cash that is never short, a ceiling that is never passed, wages, taxes, funding."""

import math
from dataclasses import dataclass, field

import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.errors import WorldError
from simlab.randomness import Streams
from simlab.stage import Stage
from simlab.trace.economy import MoneyMetered, SpendingMetered
from simlab.trace.events import RequestsMetered
from simlab.trace.recorder import Trace
from simlab.world.books import CLOUDS, INVESTORS, STATES, Books
from simlab.world.capital import CapitalParams, Investors, Treasury
from simlab.world.capital.expectation import Expectation
from simlab.world.capital.talent import Talent
from simlab.world.saturation import Saturation

NUMBERS = {
    "review_days": 30.0,
    "world_product_usd2025_per_year": 1.0e14,
    "world_product_growth_factor_per_year": 1.03,
    "ceiling_fraction": 0.02,
    "runway_days": 365.0,
    "contract_days": 90.0,
    "other_costs_fraction": 0.25,
    "initial_growth_factor_per_year": 3.0,
    "growth_memory_days": 365.0,
    "valuation_ratio": 30.0,
    "dilution_per_day": 0.1 / 365.25,
    "wage_usd2025_per_person_year": 1.5e6,
    "grant_wage_usd2025_per_person_year": 1.5e5,
    "labour_supply_elasticity": 2.0,
    "talent_growth_factor_per_year": 1.3,
    "grant_growth_factor_per_year": 1.2,
    "others": {
        "initial_growth_factor_per_year": 1.6,
        "min_growth_factor_per_year": 0.7,
        "max_growth_factor_per_year": 3.0,
    },
}
RENT, H100E, PEOPLE = 2.0, 386_000.0, 250.0
COMPUTE = H100E * 24.0 * RENT


def params(**changes: float) -> CapitalParams:
    return CapitalParams(**{**NUMBERS, **changes})


@dataclass
class Town:
    """Labs, all other buyers and a market of a given stock, without anything else."""

    revenues: dict[str, float]
    """Of each lab on day 0, a day."""
    numbers: CapitalParams = field(default_factory=params)
    others_h100e: float = 4e6
    stock_growth: float = 1.0
    """Of the accelerators there are, a quarter."""
    lost_ratio: float = 0.0
    """Revenue lost for each dollar of revenue."""

    def __post_init__(self):
        self.stage = Stage(simpy.Environment(), Streams(0), Trace())
        self.books = Books()
        self.investors = Investors(self.stage, self.numbers, self.books)
        self.labs = {
            name: Treasury(self.stage, self.numbers, i, name, self.books, self.investors)
            for i, name in enumerate(self.revenues)
        }
        self.rent, self.held = RENT, dict.fromkeys(self.labs, H100E)
        self.others = self.investors.other_buyers([self.others_h100e], [RENT])
        self.stock = self.others_h100e + H100E * len(self.labs)
        for name, lab in self.labs.items():
            lab.begin(H100E, PEOPLE, RENT, self.revenues[name])
        self.investors.begin()
        self.least_cents = 0

    def run(self, months, revenue_factors, people=lambda month: PEOPLE):
        """Month by month, customers pay day 0's revenue times a factor; the market clears every third month."""
        first = round(self.stage.env.now / 30.0) + 1
        for month in range(first, months + 1):
            self.stage.env.run(until=30.0 * month)
            if month % 3 == 0:
                self._clear(90.0)
            for name, lab in self.labs.items():
                self.pay(name, lab, 30.0 * self.revenues[name] * revenue_factors(month), people(month))
        return self

    def pay(self, name, lab, revenue, n_people):
        lost = self.lost_ratio * revenue
        meter = self.stage.env.now, lab.lab, 0, 0.0, 0.0, 0.0, 0.0, 0.0, math.nan, revenue, lost
        lab.read([RequestsMetered(*meter)], n_people)
        self.least_cents = min(self.least_cents, self.books.cents[name])

    def _clear(self, days):
        for name, h100e in self.held.items():
            self.books.pay(name, CLOUDS, h100e * 24.0 * self.rent * days)
            self.least_cents = min(self.least_cents, self.books.cents[name])
        self.stock *= self.stock_growth
        budgets = {name: lab.compute_budget_usd2025_per_day() for name, lab in self.labs.items()}
        other = self.others[0].budget_usd2025_per_day()
        total = sum(budgets.values()) + other
        assert total < self.investors.ceiling_usd2025_per_day
        self.rent = total / self.stock / 24.0
        for name, lab in self.labs.items():
            self.held[name] = budgets[name] / 24.0 / self.rent
            lab.rented(self.held[name], self.rent)
        self.others[0].receive(other / 24.0 / self.rent, self.rent)

    def rows(self, kind):
        return list(self.stage.trace.of(kind))


def one(revenue=0.5 * COMPUTE, **changes):
    return Town({"leader": revenue}, params(**changes))


# -- money adds up --------------------------------------------------------------------------------------------------

worlds = st.fixed_dictionaries(
    {
        "ceiling_fraction": st.floats(0.003, 0.5),
        "runway_days": st.floats(182.0, 900.0),
        "other_costs_fraction": st.floats(0.0, 0.5),
        "valuation_ratio": st.floats(0.0, 60.0),
        "labour_supply_elasticity": st.floats(0.3, 5.0),
    }
)
stories = st.lists(st.floats(0.0, 5.0) | st.just(0.0), min_size=12, max_size=24)
revenue = st.floats(0.0, 5.0 * COMPUTE)


@settings(max_examples=60, deadline=None)
@given(worlds, stories, revenue, revenue, st.floats(0.5, 2.0), st.floats(-0.5, 2.0))
def test_money_is_conserved_and_cash_never_negative_whatever_customers_do(numbers, story, first, second, growth, tax):
    town = Town({"leader": first, "follower": second}, params(**numbers), stock_growth=growth)
    town.labs["leader"].compute_taxes.put(0, tax)
    before = dict(town.books.cents)
    assert math.isclose(sum(before.values()), 0.0)
    town.run(len(story), lambda month: story[month - 1], lambda month: PEOPLE * 1.05**month)
    assert sum(town.books.cents.values()) == 0
    assert town.least_cents >= 0
    for number, name in enumerate(town.labs):
        cash = before[name]
        for row in town.rows(MoneyMetered):
            if row.lab == number:
                flows = row.revenue_usd2025, row.raised_usd2025
                costs = row.rent_usd2025, row.taxes_usd2025, row.wages_usd2025, row.other_costs_usd2025
                cash += sum(round(100 * x) for x in flows) - sum(round(100 * x) for x in costs)
                assert cash == round(100 * row.cash_usd2025)


@settings(max_examples=40, deadline=None)
@given(worlds, st.floats(1.0, 1.5))
def test_spending_never_passes_the_ceiling(numbers, monthly_growth):
    town = Town({"leader": COMPUTE}, params(**numbers), stock_growth=1.3)
    town.run(60, lambda month: monthly_growth**month)
    for row in town.rows(SpendingMetered):
        assert row.spending_fraction == pytest.approx(
            row.spending_usd2025_per_year / row.world_product_usd2025_per_year
        )
        assert row.spending_fraction < row.ceiling_fraction


def test_what_is_wanted_of_the_ceiling_and_what_is_paid():
    """At a tenth of the ceiling on day 0, the scale is 1 / 0.9; wanting nine times as much gives a half."""
    soft = Saturation("all", 0.1, 1.0, 0.0)
    assert 0.1 * soft.paid_fraction(0.1, 1.0) == pytest.approx(0.1)
    assert 0.9 * soft.paid_fraction(0.9, 1.0) == pytest.approx(0.5)
    assert 1e9 * soft.paid_fraction(1e9, 1.0) == pytest.approx(1.0)
    with pytest.raises(WorldError, match="beyond their ceiling"):
        Saturation("all", 1.0, 0.9, 0.0)


# -- day 0 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("revenue_factor", [0.0, 0.1, 0.7, 1.4, 5.0])
def test_day_0_is_reproduced(revenue_factor):
    """Whether a lab lives on grants, loses money or earns more than it spends."""
    town = one(revenue_factor * COMPUTE)
    lab = town.labs["leader"]
    assert lab.compute_budget_usd2025_per_day() == pytest.approx(COMPUTE, rel=1e-12)
    assert lab.affordable_people() == pytest.approx(PEOPLE, rel=1e-12)
    assert lab.spending_usd2025_per_day == pytest.approx(lab.wanted_usd2025_per_day, rel=1e-9)
    assert town.others[0].budget_usd2025_per_day() == pytest.approx(4e6 * 24.0 * RENT)
    assert town.books.usd2025("leader") >= 90.0 * COMPUTE


def test_a_lab_that_loses_money_has_the_cash_that_its_losses_imply():
    """A year of what it spends beyond what it earns: compute and wages, over 0.75, less revenue."""
    spending = (COMPUTE + PEOPLE * 1.5e6 / 365.25) / 0.75
    assert one().books.usd2025("leader") == pytest.approx(365.0 * (spending - 0.5 * COMPUTE))


# -- budgets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tax", [0.25, 1.0, -0.2])
def test_a_tax_buys_so_much_less_compute(tax):
    plain, taxed = one(), one()
    taxed.labs["leader"].compute_taxes.put(7, tax)
    budgets = [town.labs["leader"].compute_budget_usd2025_per_day() for town in (plain, taxed)]
    assert budgets[1] == pytest.approx(budgets[0] / (1.0 + tax))


def test_taxes_go_to_the_state_at_the_rate_at_which_compute_was_rented():
    town = one()
    town.labs["leader"].compute_taxes.put(7, 0.5)
    town.run(3, lambda month: 1.0)
    assert town.books.cents[STATES] == 0
    town.run(6, lambda month: 1.0)
    taxes = [row.taxes_usd2025 for row in town.rows(MoneyMetered)][3:6]
    budget = town.rows(MoneyMetered)[4].compute_budget_usd2025_per_day
    assert taxes == pytest.approx([30.0 * 0.5 * budget] * 3)


def test_subsidies_of_all_compute_are_refused():
    town = one()
    for lever in (1, 2):
        town.labs["leader"].compute_taxes.put(lever, -0.5)
    with pytest.raises(WorldError, match="subsidies"):
        town.labs["leader"].compute_budget_usd2025_per_day()


def test_a_lab_whose_customers_leave_shrinks_and_lives():
    town = one(4.0 * COMPUTE).run(36, lambda month: 0.0)
    rows = town.rows(MoneyMetered)
    budgets = [row.compute_budget_usd2025_per_day for row in rows]
    assert budgets[-1] < 0.05 * budgets[0]
    assert budgets[-1] > 0.0
    assert town.least_cents >= 0


def test_growth_in_revenue_attracts_funding():
    raised = [
        sum(row.raised_usd2025 for row in one().run(24, lambda month: pace**month).rows(MoneyMetered))  # noqa: B023
        / sum(30.0 * 0.5 * COMPUTE * pace**month for month in range(1, 25))
        for pace in (1.0, 1.05, 1.1)
    ]
    assert raised[0] < raised[1] < raised[2]


def test_customers_who_ask_in_vain_are_growth_to_come():
    """As many again unserved is ln 2 over a year, on top of ln 3: the first month's round is larger by so much."""
    short, plain = (
        Town({"leader": 0.2 * COMPUTE}, params(growth_memory_days=365.25), lost_ratio=r) for r in (1.0, 0.0)
    )
    raised = [town.run(1, lambda month: 1.0).rows(MoneyMetered)[0].raised_usd2025 for town in (short, plain)]
    growth = math.exp(-30.0 / 365.25) * math.log(3.0)
    assert raised[0] / raised[1] == pytest.approx((growth + math.log(2.0)) / growth)


def test_what_investors_offer_is_valuation_times_dilution():
    """30 times annual revenue at a nat a year, a tenth of that bought a year: 3 times revenue."""
    investors = one().investors
    assert investors.funding_usd2025_per_day(1e6, 1.0) == pytest.approx(3e6)
    assert investors.funding_usd2025_per_day(1e6, -0.5) == 0.0


def test_cash_beyond_the_runway_goes_back_to_investors():
    """At a ceiling just above day 0's spending, a lab that earns ever more cannot spend it."""
    town = one(2.0 * COMPUTE, ceiling_fraction=0.002).run(48, lambda month: 1.1**month)
    assert town.books.cents[INVESTORS] > 0
    last = town.rows(MoneyMetered)[-1]
    spending = town.labs["leader"].spending_usd2025_per_day
    assert last.cash_usd2025 <= 1.5 * 365.0 * spending


# -- growth, wages, others ------------------------------------------------------------------------------------------


@given(st.floats(0.3, 5.0), st.lists(st.floats(1.0, 90.0), min_size=1, max_size=20))
def test_steady_growth_is_expected_to_go_on(factor, steps):
    expected, flow = Expectation(1e6, factor, 365.0), 1e6
    for days in steps:
        flow *= factor ** (days / 365.25)
        expected.see(flow, days)
    assert expected.growth_nats_per_year == pytest.approx(math.log(factor), abs=1e-9)


def test_a_jump_is_forgotten():
    expected = Expectation(1.0, 1.0, 365.0)
    expected.see(math.e, 30.0)
    seen = expected.growth_nats_per_year
    assert seen == pytest.approx((1.0 - math.exp(-30.0 / 365.0)) * 365.25 / 30.0)
    expected.see(math.e, 365.0)
    assert expected.growth_nats_per_year == pytest.approx(seen / math.e)


def test_wages_rise_when_labs_hire_faster_than_the_pool_grows():
    """Four times the people in a year in which the pool grows 1.3 times, at an elasticity of 2."""
    talent = Talent(params())
    for lab in (0, 1):
        talent.join(lab, 100.0)
    talent.employ(0, 700.0)
    assert talent.wage_factor(365.25) == pytest.approx(math.sqrt(4.0 / 1.3))
    talent.employ(0, 100.0)
    assert talent.wage_factor(365.25) == 1.0


def test_dearer_people_leave_less_for_compute():
    few, many = (one().run(12, lambda month: 1.05**month, lambda month: n) for n in (250, 1_500))  # noqa: B023
    wages = [town.rows(MoneyMetered)[-1].wage_usd2025_per_year for town in (few, many)]
    assert wages[0] == pytest.approx(1.5e6)
    assert wages[1] == pytest.approx(1.5e6 * math.sqrt(6.0 / 1.3 ** (360 / 365.25)))
    compute = [town.rows(MoneyMetered)[-1].compute_budget_usd2025_per_day for town in (few, many)]
    assert compute[1] < compute[0]


def test_others_follow_the_revenue_of_labs_between_limits():
    def growth(pace):
        town = one(ceiling_fraction=1.0).run(60, lambda month: pace**month)
        wanted = town.others[0].budget_usd2025_per_day() / town.investors.paid_fraction()
        return (wanted / (4e6 * 24.0 * RENT)) ** (365.25 / 1_800.0)

    still, fast, faster = growth(1.0), growth(1.06), growth(1.4)
    assert 1.0 < still < 1.3
    assert still < fast < faster <= 3.0 * 1.01
    assert growth(0.8) < 1.0
