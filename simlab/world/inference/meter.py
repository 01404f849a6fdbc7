"""A fleet's books: what was asked, served and lost since the last reading, and where the accelerators went."""

from collections.abc import Sequence
from math import fsum

from simlab.trace.events import FleetMetered, RequestsMetered
from simlab.world.inference.day import Day
from simlab.world.inference.lending import Loan
from simlab.world.inference.offers import Offer


class Meter:
    """Sums over days since the last reading: tokens and money by class, accelerator-days by use."""

    def __init__(self, n_classes: int) -> None:
        self.n_classes = n_classes
        self.waiting_tokens = [0.0] * n_classes
        self.start_again()

    def start_again(self) -> None:
        """Begin from nothing; who waits goes on waiting."""
        zeros = [0.0] * (self.n_classes + 1)
        self.offered, self.served, self.abandoned, self.lost = ([*zeros] for _ in range(4))
        self.revenue, self.lost_revenue = [*zeros], [*zeros]
        self.capacity = self.customers = self.workers = self.lent = self.switching = self.idle = 0.0

    def add_customers(self, day: Day, offered: Sequence[float], offers: Sequence[Offer], days: float, n: int) -> None:
        """Book `n` equal days of `days` each, which offered so many accelerators' worth of work."""
        for i, line in enumerate(day.lines):
            tokens = n / offers[i].h100e_days_per_token
            served, gone, lost = line.served * tokens, line.abandoned * tokens, line.lost * tokens
            self.offered[i] += offered[i] * days * tokens
            self.served[i] += served
            self.abandoned[i] += gone
            self.lost[i] += lost
            self.revenue[i] += served * offers[i].price_usd2025_per_token
            self.lost_revenue[i] += (gone + lost) * offers[i].price_usd2025_per_token
            self.waiting_tokens[i] = line.waiting / offers[i].h100e_days_per_token

    def add_workers(self, wanted_tokens: float, served_tokens: float) -> None:
        """Book what AI workers wanted and got; they do not wait for the rest."""
        self.offered[-1] += wanted_tokens
        self.served[-1] += served_tokens
        self.lost[-1] += wanted_tokens - served_tokens

    def add_accelerators(self, day: Day, capacity_h100e: float, loan: Loan, days: float) -> None:
        """Book where the accelerators were over `days` days like this one."""
        part = days / len(day.available_h100e)
        customers, workers = sum(day.customers_h100e), sum(day.workers_h100e)
        self.capacity += capacity_h100e * days
        self.customers += customers * part
        self.workers += workers * part
        self.lent += loan.lent_h100e * days
        self.switching += loan.switching_h100e * days
        self.idle += fsum([*day.available_h100e, -customers, -workers]) * part

    def fleet(self, now: float, lab: int, peak_load: float, cost: float) -> FleetMetered:
        """The reading of the accelerators."""
        uses = self.customers, self.workers, self.lent, self.switching, self.idle
        return FleetMetered(now, lab, self.capacity, *uses, peak_load, cost)

    def requests(self, now: float, lab: int, latencies_s: Sequence[float]) -> list[RequestsMetered]:
        """The reading of each class, the AI workers' last."""
        books = self.offered, self.served, self.abandoned, self.lost, [*self.waiting_tokens, 0.0], latencies_s
        columns = *books, self.revenue, self.lost_revenue
        return [RequestsMetered._make((now, lab, i, *row)) for i, row in enumerate(zip(*columns, strict=True))]
