"""What one more accelerator is worth in each of its uses, in nats of progress a day, as a lab can measure it itself.

The lab knows what its ideas have lately yielded, y nats a day, who waited for what, and its own monthly meters. Serving
is worth something only as far as tokens are short: of a step of D accelerators, those that find something to serve.
"""

from collections.abc import Iterable
from typing import Annotated, NamedTuple

from annotated_types import Ge, Gt

from simlab.parameters import Params, State, Unit
from simlab.trace.events import FleetMetered, RequestsMetered, WorkersMetered
from simlab.world.knowledge import Knowledge
from simlab.world.oversight import Oversight
from simlab.world.researchers import Researchers
from simlab.world.training import Training


class WorthParams(Params):
    """What a lab cares for."""

    planning_horizon_days: Annotated[float, Gt(0), Unit("day")]
    """How long a nat found by research counts; a nat bought with a larger run counts until the next run."""
    usd2025_per_nat: Annotated[float, Gt(0), Unit("USD2025/nat"), State()]
    """Revenue that the lab forgoes for a nat of progress."""
    blind_discount_fraction: Annotated[float, Ge(0), Unit("1")]
    """Progress that the lab writes off for a model of which it understands nothing, relative to all progress."""


class Values(NamedTuple):
    """Nats a day of one more accelerator, use by use."""

    frontier: float
    experiments: float
    workers: float
    customers: float
    oversight: float


class Worth:
    """One lab's measuring of what its accelerators are worth. It reads; it changes nothing."""

    def __init__(
        self,
        params: WorthParams,
        knowledge: Knowledge,
        training: Training,
        researchers: Researchers,
        oversight: Oversight | None,
        meter_days: float,
    ) -> None:
        self.params, self.knowledge, self.training = params, knowledge, training
        self.researchers, self.oversight, self.meter_days = researchers, oversight, meter_days
        self._fleet: FleetMetered | None = None
        self._workers: WorkersMetered | None = None
        self._revenue_usd2025 = self._lost_usd2025 = 0.0

    def read(self, readings: Iterable[NamedTuple]) -> None:
        """Take in the month's meters."""
        requests = [r for r in readings if isinstance(r, RequestsMetered)]
        self._revenue_usd2025 = sum(r.revenue_usd2025 for r in requests)
        self._lost_usd2025 = sum(r.lost_revenue_usd2025 for r in requests)
        for reading in readings:
            if isinstance(reading, FleetMetered):
                self._fleet = reading
            elif isinstance(reading, WorkersMetered):
                self._workers = reading

    def values(self, step_h100e: float) -> Values:
        """All five as things stand, per accelerator of a step of so many."""
        y = self.knowledge.value_of_a_new_idea_nats_per_day()
        serving = self._for_workers(y, step_h100e), self._customers(step_h100e)
        return Values(self._frontier(), self._experiments(y), *serving, self._unseen(y))

    def _frontier(self) -> float:
        """1 / (H T): a run gains d ln H = 1 / H for a cadence per H100e-cadence, spread over the horizon T."""
        return 1.0 / (max(self.training.frontier_h100e, 1e-6) * self.params.planning_horizon_days)

    def _experiments(self, y: float) -> float:
        """Value y p: what ideas yield, times the share of their waiting that an H100e-day takes away (the price p)."""
        return y * self.knowledge.compute_price_per_h100e_day

    def _for_workers(self, y: float, step_h100e: float) -> float:
        """Value y w a / ((1 - a) H) min(1, U / D): with the share a of their work done, hands do 1 / (1 - a) as much.

        w is the share of waiting that is for hands. H accelerators give a / (1 - a) more, so one more gives that / H,
        and with the share s of wants served, U = H (1 - s) / s more find something to do.
        """
        if self._workers is None or self._fleet is None or not self._fleet.workers_h100e_days:
            return 0.0
        helped, served = self._helped_fraction(self._workers), self._workers.served_fraction
        if helped >= 1.0 or not served > 0.0:
            return 0.0  # nobody waits for hands, or nothing was wanted
        waited_for = self.knowledge.people_price_per_day * self.researchers.n_people
        n_h100e = self._fleet.workers_h100e_days / self.meter_days
        short = min(n_h100e * (1.0 - served) / (served * step_h100e), 1.0)
        return y * waited_for * helped / ((1.0 - helped) * n_h100e) * short

    def _helped_fraction(self, seen: WorkersMetered) -> float:
        """Share of all human work of an idea that workers do: the mean over its steps, weighted by their work."""
        work = self.researchers.hands.work
        steps = (
            (work.thinking_people_days, seen.thinking_automated_fraction),
            (work.building_people_days, seen.building_automated_fraction),
            (work.reading_people_days, seen.reading_automated_fraction),
        )
        return sum(days * part for days, part in steps) / sum(days for days, _ in steps)

    def _customers(self, step_h100e: float) -> float:
        """Value r min(1, U / D) / (USD per nat): revenue r of an H100e-day of serving, as far as it is turned away.

        What is lost for each dollar earned, times the accelerators that earned it, is U.
        """
        if self._fleet is None or not self._fleet.customers_h100e_days or not self._revenue_usd2025:
            return 0.0
        served_h100e_days = self._fleet.customers_h100e_days
        n_short = self._lost_usd2025 / self._revenue_usd2025 * served_h100e_days / self.meter_days
        worth_nats = self._revenue_usd2025 / served_h100e_days / self.params.usd2025_per_nat
        return worth_nats * min(n_short / step_h100e, 1.0)

    def _unseen(self, y: float) -> float:
        """Value b y dc/dH: progress y counts 1 - b (1 - c) where the share c of the model's features is known."""
        if self.oversight is None:
            return 0.0
        return self.params.blind_discount_fraction * y * self.oversight.coverage_per_h100e()
