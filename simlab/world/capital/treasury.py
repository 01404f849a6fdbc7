"""A lab's treasury: what it earns, raises and pays, and what is left for compute and for people.

A lab would spend, a day,

    reinvested fraction * income + net cash / runway

where income is what customers pay (or, for a lab that has none on day 0, grants) and net cash is cash less rent owed.
So spending follows funding with a lag of the runway, and cash that is not refilled runs down exponentially. The state
of day 0 is reproduced: a lab that spends more than it earns has the cash that its spending implies; one that earns
more has working capital, and reinvests the part of its income that its spending implies. Of what it would spend, the
ceiling (`Investors.paid_fraction`) lets a part through; other costs take a fixed share of that, wages what they are,
and compute the rest. No more is rented than cash in hand pays for over `contract_days`, so cash is never negative.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

from simlab.errors import WorldError
from simlab.stage import Stage
from simlab.trace.economy import MoneyMetered
from simlab.trace.events import RequestsMetered
from simlab.units import DAYS_PER_YEAR, HOURS_PER_DAY
from simlab.world.books import CUSTOMERS, INVESTORS, OTHERS, STAFF, STATES, Books
from simlab.world.capital.account import Account
from simlab.world.capital.dues import Dues
from simlab.world.capital.expectation import Expectation
from simlab.world.capital.investors import Investors
from simlab.world.capital.params import CapitalParams
from simlab.world.capital.plan import MoneyPlan, plan_of
from simlab.world.standing import Standing

_LEAST = 1e-3
"""A lab keeps this part of day 0's compute whatever happens; who owns it pays for it if it cannot."""
_AT_ONCE_DAYS = 1e-6
_PETTY_CASH_USD2025 = 1.0
"""Never spent: it takes up the rounding to cents."""


class Treasury:
    """One lab's money."""

    def __init__(
        self, stage: Stage, params: CapitalParams, lab: int, name: str, books: Books, investors: Investors
    ) -> None:
        self.stage, self.params, self.lab, self.name = stage, params, lab, name
        self.investors = investors
        self.compute_taxes = Standing()
        """By lever: tax on what is spent on compute, as a share of it; a subsidy is negative."""
        self.revenue_usd2025_per_day = 0.0
        """What customers paid last month, a day."""
        self._account = Account(books, name)
        self._plan: MoneyPlan | None = None
        self._growth = Expectation(0.0, 1.0, params.growth_memory_days)
        self._rent = self._taxes = Dues(0.0, 0.0, params.contract_days)
        self._others_per_day = self._lost_per_day = self._n_people = 0.0
        self._raised = self._rent_paid = self._read_days = 0.0

    def begin(
        self,
        initial_h100e: float,
        initial_people: float,
        rent_usd2025_per_h100e_hour: float,
        revenue_usd2025_per_day: float = 0.0,
    ) -> None:
        """Open on day 0 with what the lab has then, at that day's rent, and with what customers pay that day."""
        p, now = self.params, self.stage.env.now
        compute = initial_h100e * HOURS_PER_DAY * rent_usd2025_per_h100e_hour
        plan = self._plan = plan_of(p, compute, initial_people, revenue_usd2025_per_day)
        self.revenue_usd2025_per_day, self._n_people = revenue_usd2025_per_day, initial_people
        self._growth = Expectation(revenue_usd2025_per_day, p.initial_growth_factor_per_year, p.growth_memory_days)
        self._rent = Dues(now, compute, p.contract_days)
        self._taxes = Dues(now, self._tax() * compute, p.contract_days)
        self._others_per_day = p.other_costs_fraction * plan.spending_usd2025_per_day
        self._account.get(INVESTORS, plan.cash_usd2025)
        self._read_days = now
        self.investors.talent.join(self.lab, initial_people)
        self.investors.join(self)

    # -- what is wanted and spent -------------------------------------------------------------------------------------

    @property
    def wanted_usd2025_per_day(self) -> float:
        """What the lab would spend without a ceiling."""
        net = self._account.usd2025 - self._rent.owed(self.stage.env.now)
        return max(self._opened.reinvested_fraction * self._income() + net / self.params.runway_days, 0.0)

    @property
    def spending_usd2025_per_day(self) -> float:
        """What it spends as things stand, taxes included."""
        return self._rent.usd2025_per_day + self._taxes.usd2025_per_day + self._wages() + self._others_per_day

    def compute_budget_usd2025_per_day(self) -> float:
        """What the lab would spend on accelerators from now on, rent without tax."""
        self._look()
        tax, days = self._tax(), self.params.contract_days
        compute = (1.0 - self.params.other_costs_fraction) * self._granted() - self._wages()
        wage_days = days + self.stage.env.now - self._read_days
        in_hand = (self._in_hand(ahead=False) - wage_days * self._wages()) / (days * (1.0 + max(tax, 0.0)))
        budget, least = min(compute / (1.0 + tax), in_hand), _LEAST * self._opened.compute_usd2025_per_day
        if budget < least:
            missing = days * (1.0 + max(tax, 0.0)) * (least - in_hand)
            self._raised += self._account.get(INVESTORS, max(missing, 0.0))
        return max(budget, least)

    def rented(self, h100e: float, rent_usd2025_per_h100e_hour: float) -> None:
        """The lab has so many accelerators from now on, at this rent; tax is due at the rate of today."""
        if self._plan is not None:
            self._look()
            rent = h100e * HOURS_PER_DAY * rent_usd2025_per_h100e_hour
            self._rent.agree(self.stage.env.now, rent)
            self._taxes.agree(self.stage.env.now, self._tax() * rent)

    def affordable_people(self) -> float:
        """Heads that the lab can pay for what it means to spend on people, at today's wages."""
        if self._plan is None:
            return math.inf
        return self._plan.people_fraction * self._granted() / self._wage()

    # -- the month ----------------------------------------------------------------------------------------------------

    def read(self, readings: Iterable[NamedTuple], n_people: int) -> None:
        """Take in the month's meters: book what customers paid, pay wages."""
        days = self.stage.env.now - self._read_days
        if self._plan is None or days < _AT_ONCE_DAYS:
            return
        self._look()
        self._n_people, self._read_days = n_people, self.stage.env.now
        self.investors.talent.employ(self.lab, n_people)
        requests = [r for r in readings if isinstance(r, RequestsMetered)]
        revenue = self._account.get(CUSTOMERS, sum(r.revenue_usd2025 for r in requests))
        self._lost_per_day = sum(r.lost_revenue_usd2025 for r in requests) / days
        self.revenue_usd2025_per_day = revenue / days
        self._growth.see(self.revenue_usd2025_per_day, days)
        self._tell(revenue, *self._spend(days))

    def _spend(self, days: float) -> tuple[float, float, float]:
        """Pay the month's taxes, wages and other costs, wages and others as far as there is money; then raise more."""
        taxes = self._account.pay(STATES, self._taxes.owed(self.stage.env.now))
        self._taxes.paid(taxes)
        wages = self._account.pay(STAFF, min(self._wages() * days, self._in_hand()))
        self._others_per_day = self._other_costs()
        others = self._account.pay(OTHERS, min(self._others_per_day * days, self._in_hand()))
        self._raised += self._raise(days)
        return taxes, wages, others

    def _other_costs(self) -> float:
        """Their share of spending, or what compute and wages leave of it until the next clearing."""
        granted = self._granted()
        left = granted - self._rent.usd2025_per_day - self._taxes.usd2025_per_day - self._wages()
        return max(min(self.params.other_costs_fraction * granted, left), 0.0)

    def _raise(self, days: float) -> float:
        """Grants, or the month's part of a round, as far as the runway asks for it; cash beyond that goes back."""
        if not self._opened.sells:
            return self._account.get(STATES, self._income() * days)
        offered = days * self.investors.funding_usd2025_per_day(self.revenue_usd2025_per_day, self._expected_growth())
        asked = self.params.runway_days * self._granted() - self._account.usd2025
        return self._account.get(INVESTORS, max(min(offered, asked), -self._in_hand()))

    def _expected_growth(self) -> float:
        """Nats a year: what revenue did, and what customers ask for in vain, as revenue that is there to be earned."""
        revenue, years = self.revenue_usd2025_per_day, self.params.growth_memory_days / DAYS_PER_YEAR
        waiting = math.log1p(self._lost_per_day / revenue) / years if revenue > 0.0 else 0.0
        return self._growth.growth_nats_per_year + waiting

    def _tell(self, revenue: float, taxes: float, wages: float, others: float) -> None:
        """Write down where the money came from and went."""
        flows = self._account.usd2025, revenue, self._raised, self._rent_paid, taxes, wages, others
        plan = self._rent.usd2025_per_day, self._wage() * DAYS_PER_YEAR, self.affordable_people()
        self._raised = self._rent_paid = 0.0
        self.stage.trace.record(MoneyMetered(self.stage.env.now, self.lab, *flows, *plan))

    # -- small sums ---------------------------------------------------------------------------------------------------

    @property
    def _opened(self) -> MoneyPlan:
        if self._plan is None:
            raise WorldError(f"{self.name} has not opened its treasury", self.stage.env.now)
        return self._plan

    def _look(self) -> None:
        """See what the market has taken for rent."""
        paid = self._account.taken()
        self._rent.paid(paid)
        self._rent_paid += paid
        if self._account.usd2025 < 0.0:
            raise WorldError(f"{self.name} owes more than it has: {self._account.usd2025} USD", self.stage.env.now)

    def _granted(self) -> float:
        return self.wanted_usd2025_per_day * self.investors.paid_fraction()

    def _income(self) -> float:
        """What comes in a day without asking investors."""
        if self._opened.sells:
            return self.revenue_usd2025_per_day
        grown = self.params.grant_growth_factor_per_year ** (self.stage.env.now / DAYS_PER_YEAR)
        return self._opened.income_usd2025_per_day * grown

    def _in_hand(self, *, ahead: bool = True) -> float:
        """Cash that neither rent nor tax has a claim on, those of the contract's days ahead included unless it ends."""
        now, both = self.stage.env.now, (self._rent, self._taxes)
        claims = sum(max(dues.owed(now) + (dues.ahead(now) if ahead else 0.0), 0.0) for dues in both)
        return max(self._account.usd2025 - claims - _PETTY_CASH_USD2025, 0.0)

    def _wage(self) -> float:
        """A researcher's, a day."""
        return self._opened.wage_usd2025_per_day * self.investors.talent.wage_factor(self.stage.env.now)

    def _wages(self) -> float:
        return self._n_people * self._wage()

    def _tax(self) -> float:
        tax = self.compute_taxes.total()
        if tax <= -1.0:
            raise WorldError(f"{self.name}: subsidies pay for more than all of its compute", self.stage.env.now)
        return tax
