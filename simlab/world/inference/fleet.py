"""The fleet: a lab's accelerators that serve models, to customers and to the lab's own AI workers.

Between two changes (of size, model, demand or wants) every day is like the other, so only the days until the backlog
repeats itself are followed (`day`); the rest are booked as copies of the last. A period is cut into equal turns of the
day's rhythm of about a day each. What is served, abandoned and lost, and where the accelerators were, adds up exactly.
"""

import math
from collections.abc import Callable, Sequence

from simlab.stage import Alarm, Stage
from simlab.trace.events import FleetMetered, RequestsMetered
from simlab.world.customers import CustomersParams, Demand, Pull, Purse, rhythm
from simlab.world.inference.day import Day, Supply, Traffic, follow_day
from simlab.world.inference.delays import customers_latency_s, workers_latency_s
from simlab.world.inference.lending import Loan, loan, no_loan
from simlab.world.inference.meter import Meter
from simlab.world.inference.offers import Offers, Tariff, at_tariff, offers_on
from simlab.world.inference.params import InferenceParams
from simlab.world.inference.traffic import peak_load_fraction, supply_of, traffic_of, worker_served_fraction
from simlab.world.models import Model

_SAME = 1e-11
"""Backlogs that differ by less, in days of what is offered, are the same."""


class Fleet:
    """One lab's fleet, fluid: rates that are constant between reviews, with a rhythm within the day."""

    def __init__(
        self,
        stage: Stage,
        params: InferenceParams,
        customers: CustomersParams | None,
        lab: int,
        rent_usd2025_per_h100e_hour: float | None = None,
        purse: Purse | None = None,
        *,
        keeps_prices: bool = False,
    ) -> None:
        self.stage, self.params, self.customers, self.lab = stage, params, customers, lab
        rent = (
            params.rent_usd2025_per_h100e_hour if rent_usd2025_per_h100e_hour is None else rent_usd2025_per_h100e_hour
        )
        self.tariff = Tariff(rent, 1.0 if customers is None else customers.markup)
        """The rent it pays and the markup it takes, as things stand."""
        self.used_h100e = 0.0
        """Accelerators busy serving, mean over the last period; before the first one has passed, as things stand."""
        self.worker_served_fraction = 1.0
        """Share of the tokens wanted by AI workers that they get now."""
        self.unserved_fraction = 0.0
        """Share of what customers ask for, by value, that is not served as things stand."""
        self.lost_usd2025_per_day = 0.0
        """Revenue that goes with it."""
        self.revenue_usd2025_per_day = 0.0
        """What customers pay for what is served."""
        self.idle_fraction = 0.0
        """Share of its accelerators that stand idle, beyond the headroom that it wants."""
        self._classes = [] if customers is None else list(customers.requests.values())
        self._rhythm = rhythm(params.segments_per_day, 0.0 if customers is None else customers.daily_swing_fraction)
        self._workers_h100e = self._customers_h100e = self._wanted_tokens_per_day = 0.0
        self._model: Model | None = None
        self._offers = Offers([], None)
        self._demand: Demand | None = None
        self._purse, self._keeps_prices = purse, keeps_prices
        self._loan = no_loan(params.segments_per_day)
        self._meter = Meter(len(self._classes))
        self._day: Day | None = None
        self._settled_days = self._adopted_days = stage.env.now
        self._lend: Callable[[], None] | None = None

    @property
    def lent_h100e(self) -> float:
        """Accelerators' worth of research that the fleet lends, mean over the day."""
        return self._loan.lent_h100e

    def begin(self, lend: Callable[[], None]) -> None:
        """Start the reviews; `lend` is called when what can be lent has changed."""
        self._lend = lend
        self.stage.after(self.params.review_days, self._review)

    def resize(self, workers_h100e: float, customers_h100e: float) -> None:
        """Have these accelerators from now on, meant for AI workers and for customers."""
        self._settle()
        self._workers_h100e, self._customers_h100e = workers_h100e, customers_h100e
        self._open()
        self._loan = self._possible_loan()
        self._balance()

    def deploy(self, model: Model) -> None:
        """Serve this model from now on."""
        self._settle()
        self._model, self._offers = model, offers_on(model, self.params, self.customers, self.tariff)
        self._open()
        self._aim(model)
        self._reconsider_loan()

    def set_rent(self, usd2025_per_h100e_hour: float) -> None:
        """Accelerators cost so much from now on.

        So do tokens, and customers may want more or fewer of them; but who reviews prices keeps them until then, as
        long as they cover the rent.
        """
        before, markup = self.tariff
        if usd2025_per_h100e_hour != before:
            self._settle()
            if self._keeps_prices:
                markup = max(markup * before / usd2025_per_h100e_hour, 1.0)
            self.tariff = Tariff(usd2025_per_h100e_hour, markup)
            self._resell()

    @property
    def markup(self) -> float:
        """Price over rent at full load."""
        return self.tariff.markup

    @property
    def asked_usd2025_per_day(self) -> float:
        """What customers ask for, at the prices of the day."""
        return 0.0 if self._demand is None else self._demand.spending_usd2025_per_day

    @property
    def mean_price_usd2025_per_token(self) -> float:
        """Of the output tokens that customers ask for; not a number where there are no customers."""
        return math.nan if self._demand is None else self.asked_usd2025_per_day / sum(self._demand.tokens_per_day)

    def progress_nats(self) -> tuple[float, float]:
        """By how much the model got better and its tokens cheaper since day 0."""
        return (0.0, 0.0) if self._demand is None else (self._demand.better_nats, self._demand.cheaper_nats)

    def sell(self, markup: float, pull: Pull) -> None:
        """Take this markup from now on, next to rivals who make this of the lab's demand."""
        self._settle()
        self.tariff = self.tariff._replace(markup=markup)
        if self._demand is not None:
            self._demand.attract(pull)
        self._resell()

    def want(self, tokens_per_day: float) -> None:
        """AI workers want so many output tokens a day from now on."""
        if tokens_per_day != self._wanted_tokens_per_day:
            self._settle()
            self._wanted_tokens_per_day = tokens_per_day
            self._balance()

    def tokens_per_h100e_day(self) -> float:
        """Output tokens of AI workers' requests that one accelerator serves in a day, flat out."""
        offer = self._offers.workers
        return 0.0 if offer is None else 1.0 / offer.h100e_days_per_token

    def read_meter(self) -> list[FleetMetered | RequestsMetered]:
        """What was done since the last reading; the meters start again from nothing."""
        self._settle()
        now, meter = self.stage.env.now, self._meter
        peak = peak_load_fraction(self._traffic(), self._supply())
        fleet = meter.fleet(now, self.lab, peak, 1e6 * self._mean_rent())
        requests = meter.requests(now, self.lab, self._latencies_s())
        meter.start_again()
        return [fleet, *requests]

    def _open(self) -> None:
        """Once size and model of the first day are known, they say what customers ask for."""
        if self._demand is not None or self.customers is None or self._model is None or not self._customers_h100e:
            return
        offers = self._offers.customers
        tokens = [
            c.initial_load_fraction * self._customers_h100e / o.h100e_days_per_token
            for c, o in zip(self._classes, offers, strict=True)
        ]
        prices = [o.price_usd2025_per_token for o in offers]
        self._demand = Demand(self.customers, tokens, prices, self._model.effective_flop, self._purse)

    def _aim(self, model: Model) -> None:
        if self._demand is not None:
            self._demand.aim([o.price_usd2025_per_token for o in self._offers.customers], model.effective_flop)

    def _resell(self) -> None:
        """The same model at other prices."""
        if self._model is not None:
            self._offers = at_tariff(self._offers, self.tariff)
            self._aim(self._model)
            self._balance()

    def _review(self, alarm: Alarm) -> None:
        """Look at demand anew."""
        self._settle()
        now = self.stage.env.now
        if self._demand is not None:
            self._demand.adopt(now - self._adopted_days)
        self._adopted_days = now
        self._reconsider_loan()
        self.stage.set(alarm, self.params.review_days)

    def _reconsider_loan(self) -> None:
        """Call accelerators back or lend more, if it makes a difference and somebody is there to take them."""
        possible, capacity = self._possible_loan(), self._workers_h100e + self._customers_h100e
        change = abs(possible.lent_h100e - self.lent_h100e)
        if self._lend is not None and change > self.params.least_change_fraction * capacity:
            self._loan = possible
            self._lend()
        self._balance()

    def _traffic(self) -> Traffic:
        offered = self._work([0.0] * len(self._classes) if self._demand is None else self._demand.tokens_per_day)
        workers = self._offers.workers
        wanted = 0.0 if workers is None else self._wanted_tokens_per_day * workers.h100e_days_per_token
        return traffic_of(self._classes, offered, self._rhythm, wanted)

    def _supply(self, lending: Loan | None = None) -> Supply:
        away = (self._loan if lending is None else lending).away_h100e
        return supply_of(self.params, self._workers_h100e, self._customers_h100e, away)

    def _work(self, tokens: Sequence[float]) -> list[float]:
        """Accelerator-days in so many tokens of each class of customers; none before there is a model."""
        if self._model is None:
            return [0.0] * len(tokens)
        return [n * o.h100e_days_per_token for n, o in zip(tokens, self._offers.customers, strict=True)]

    def _settle(self) -> None:
        """Book what was done since the last change."""
        now = self.stage.env.now
        length, self._settled_days = now - self._settled_days, now
        if length <= 0.0:
            return
        traffic, supply, waiting = self._traffic(), self._supply(), self._work(self._meter.waiting_tokens)
        n = left = max(round(length), 1)
        used = 0.0
        while left:
            day = self._day = follow_day(traffic, supply, waiting, length / n)
            after = [line.waiting for line in day.lines]
            copies = left if _same(waiting, after, traffic) else 1
            self._book(day, traffic, length / n, copies)
            used += copies * _used_h100e(day)
            waiting, left = after, left - copies
        self.used_h100e = used / n

    def _book(self, day: Day, traffic: Traffic, days: float, n: int) -> None:
        self._meter.add_accelerators(day, self._workers_h100e + self._customers_h100e, self._loan, n * days)
        if self._model is not None:
            self._meter.add_customers(day, traffic.offered_h100e, self._offers.customers, days, n)
        wanted = self._wanted_tokens_per_day * n * days
        self._meter.add_workers(wanted, wanted * worker_served_fraction(day, traffic))

    def _possible_loan(self) -> Loan:
        """What could be lent as things stand. It is nights that are lent: nothing without customers."""
        p, stay = self.params, no_loan(self.params.segments_per_day)
        if self._demand is None:
            return stay
        day = follow_day(self._traffic(), self._supply(stay), self._work(self._meter.waiting_tokens))
        used = [a + b for a, b in zip(day.customers_h100e, day.workers_h100e, strict=True)]
        capacity = self._workers_h100e + self._customers_h100e
        return loan(used, capacity, p.target_load_fraction, p.switching_days)

    def _balance(self) -> None:
        """Say what the fleet does for whom from now on, by the coming day."""
        traffic = self._traffic()
        day = follow_day(traffic, self._supply(), self._work(self._meter.waiting_tokens))
        self.worker_served_fraction = worker_served_fraction(day, traffic)
        if self._day is None:
            self.used_h100e = _used_h100e(day)
        values = [o.price_usd2025_per_token / o.h100e_days_per_token for o in self._offers.customers]
        pairs = zip(values, day.lines, traffic.offered_h100e, strict=False)
        missed_asked = [(value * (line.abandoned + line.lost), value * work) for value, line, work in pairs]
        asked = sum(all_of for _, all_of in missed_asked)
        self.lost_usd2025_per_day = sum(missed for missed, _ in missed_asked)
        self.revenue_usd2025_per_day = asked - self.lost_usd2025_per_day
        self.idle_fraction = self._idle_fraction(day)
        self.unserved_fraction = self.lost_usd2025_per_day / asked if asked else 0.0

    def _idle_fraction(self, day: Day) -> float:
        capacity = self._workers_h100e + self._customers_h100e
        if not capacity:
            return 0.0
        there = sum(day.available_h100e) / len(day.available_h100e)
        return max((there - _used_h100e(day)) / capacity - (1.0 - self.params.target_load_fraction), 0.0)

    def _mean_rent(self) -> float:
        """Rent of an output token, mean over what customers ask for; 0 where there are none."""
        if self._demand is None:
            return 0.0
        tokens = self._demand.tokens_per_day
        rents = [o.rent_usd2025_per_token * n for o, n in zip(self._offers.customers, tokens, strict=True)]
        return sum(rents) / sum(tokens)

    def _latencies_s(self) -> list[float]:
        workers = self._offers.workers
        if self._day is None or workers is None:
            return [math.nan] * (len(self._classes) + 1)
        customers = customers_latency_s(self._day, self._traffic(), self._offers.customers)
        return [*customers, workers_latency_s(self._day, workers.queue)]


def _used_h100e(day: Day) -> float:
    """Accelerators busy, mean over the day."""
    return (sum(day.customers_h100e) + sum(day.workers_h100e)) / len(day.available_h100e)


def _same(before: Sequence[float], after: Sequence[float], traffic: Traffic) -> bool:
    """Whether the next day would be like this one."""
    pairs = zip(before, after, traffic.offered_h100e, strict=True)
    return all(abs(a - b) <= _SAME * work for a, b, work in pairs)


__all__ = ["Fleet", "InferenceParams"]
