"""A lab's plan for its money, as the state of day 0 implies it."""

from typing import NamedTuple

from simlab.units import DAYS_PER_YEAR
from simlab.world.capital.params import CapitalParams

_WORKING_CAPITAL = 1.5
"""Cash of a lab that spends on day 0 what it earns, in contracts of spending: one, and half of another for the months
in which a quarter's revenue comes in."""


class MoneyPlan(NamedTuple):
    """What follows from the compute, people and income of day 0."""

    sells: bool
    """Whether its income is what customers pay; else it lives on grants."""
    income_usd2025_per_day: float
    compute_usd2025_per_day: float
    wage_usd2025_per_day: float
    """Of a researcher."""
    spending_usd2025_per_day: float
    """Compute, people who work on ideas, and the rest."""
    cash_usd2025: float
    people_fraction: float
    """Share of spending for people who work on ideas."""
    reinvested_fraction: float
    """Share of its income that a lab spends at once; the rest passes through its cash."""


def plan_of(p: CapitalParams, compute: float, n_people: float, revenue: float) -> MoneyPlan:
    """The plan of a lab that pays `compute` a day for accelerators and whose customers pay `revenue` a day."""
    sells = revenue > 0.0
    wage = (p.wage_usd2025_per_person_year if sells else p.grant_wage_usd2025_per_person_year) / DAYS_PER_YEAR
    wages = n_people * wage
    spending = (compute + wages) / (1.0 - p.other_costs_fraction)
    income = revenue if sells else spending
    cash = max(p.runway_days * (spending - income), _WORKING_CAPITAL * p.contract_days * spending)
    reinvested = (spending - cash / p.runway_days) / income
    return MoneyPlan(sells, income, compute, wage, spending, cash, wages / spending, reinvested)
