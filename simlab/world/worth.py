"""What accelerators are worth in each of their uses, in nats of progress a day, as a lab can measure it itself.

The lab knows what its ideas have lately yielded, y nats a day, who waited for what, and its own monthly meters. Three
things it must not forget:

- Each idea found makes the next one harder. With the exponent b of that, y itself falls at the rate b y per nat, so a
  nat found now is worth (1 - exp(-b y T)) / (b y) days of a nat over the planning horizon T, not T.
- A customer's dollar buys compute at the rent of the day.
- Serving has two sides. Of a step of D accelerators that are added, those are worth something that will be lacking at
  the next review; of a step that is taken away, those are missed that will not be to spare.
"""

import math
from collections.abc import Callable, Iterable
from statistics import fmean
from typing import Annotated, NamedTuple

from annotated_types import Ge, Gt

from simlab.parameters import Params, Unit
from simlab.trace.events import FleetMetered, RequestsMetered, WorkersMetered
from simlab.units import HOURS_PER_DAY
from simlab.world.headroom import Headroom
from simlab.world.knowledge import Knowledge
from simlab.world.oversight import Oversight
from simlab.world.researchers import Researchers
from simlab.world.training import Training


class WorthParams(Params):
    """What a lab cares for."""

    planning_horizon_days: Annotated[float, Gt(0), Unit("day")]
    """How long a nat found by research counts; a nat bought with a larger run counts until the next run."""
    blind_discount_fraction: Annotated[float, Ge(0), Unit("1")]
    """Progress that the lab writes off for a model of which it understands nothing, relative to all progress."""


class Values(NamedTuple):
    """Nats a day of an accelerator, use by use."""

    frontier: float
    experiments: float
    workers: float
    customers: float
    oversight: float


NOTHING = Values(0.0, 0.0, 0.0, 0.0, 0.0)


class Around(NamedTuple):
    """What a lab's rooms know of the lab as a whole, as things stand."""

    usable_h100e: Callable[[], float]
    rent_usd2025_per_h100e_hour: Callable[[], float]


class Worth:
    """One lab's measuring of what its accelerators are worth. It reads; it changes nothing."""

    def __init__(
        self,
        params: WorthParams,
        knowledge: Knowledge,
        training: Training,
        researchers: Researchers,
        oversight: Oversight | None,
        around: Around,
        headroom: Headroom,
        meter_days: float,
    ) -> None:
        self.params, self.knowledge, self.training = params, knowledge, training
        self.researchers, self.oversight, self.meter_days = researchers, oversight, meter_days
        self._around, self._headroom = around, headroom
        self._workers: WorkersMetered | None = None
        self._workers_h100e = self._usd2025_per_h100e_hour = 0.0

    def read(self, readings: Iterable[NamedTuple]) -> None:
        """Take in the month's meters."""
        revenue = sum(r.revenue_usd2025 for r in readings if isinstance(r, RequestsMetered))
        for reading in readings:
            if isinstance(reading, FleetMetered):
                self._headroom.read(reading, self._around.usable_h100e())
                self._workers_h100e = reading.workers_h100e_days / self.meter_days
                sold_hours = reading.customers_h100e_days * HOURS_PER_DAY
                self._usd2025_per_h100e_hour = revenue / sold_hours if sold_hours else 0.0
            elif isinstance(reading, WorkersMetered):
                self._workers = reading

    def gains(self, step_h100e: float) -> Values:
        """All five as things stand, per accelerator of a step of so many that is added to one of them."""
        n_short = self._short_of_workers_h100e(), self._headroom.short_h100e()
        return self._values(*(min(max(n / step_h100e, 0.0), 1.0) for n in n_short))

    def losses(self, step_h100e: float) -> Values:
        """The same for a step that is taken away."""
        missed = min(max(1.0 + self._headroom.short_h100e() / step_h100e, 0.0), 1.0)
        return self._values(min(missed, self._workers_h100e / step_h100e), missed)

    def _values(self, used_by_workers: float, used_by_customers: float) -> Values:
        """With these shares of the step in use, if it goes to, or comes from, the AI workers or the customers."""
        y = self.knowledge.value_of_a_new_idea_nats_per_day()
        lasting = self._lasting(y)
        research = self._frontier(), self._experiments(lasting)
        workers = used_by_workers * self._for_workers(lasting)
        customers = used_by_customers * self._accelerators_paid() * fmean(research)
        return Values(*research, workers, customers, self._unseen(y))

    def _lasting(self, y: float) -> float:
        """What of y is not found at the cost of what would be found later: y (1 - exp(-b y T)) / (b y T)."""
        lost = self.knowledge.pool.params.difficulty_exponent * y * self.params.planning_horizon_days
        return y * -math.expm1(-lost) / lost if lost else y

    def _frontier(self) -> float:
        """1 / (H T): a run gains d ln H = 1 / H for a cadence per H100e-cadence, spread over the horizon T."""
        return 1.0 / (max(self.training.frontier_h100e, 1e-6) * self.params.planning_horizon_days)

    def _experiments(self, y: float) -> float:
        """Value y p: what ideas yield, times the share of their waiting that an H100e-day takes away (the price p)."""
        return y * self.knowledge.compute_price_per_h100e_day

    def _for_workers(self, y: float) -> float:
        """Value y w a / ((1 - a) H): with the share a of their work done, hands do 1 / (1 - a) as much.

        w is the share of waiting that is for hands. H accelerators give a / (1 - a) more, so one more gives that / H.
        """
        if self._workers is None or not self._workers_h100e:
            return 0.0
        helped = self._helped_fraction(self._workers)
        if helped >= 1.0:
            return 0.0  # nobody waits for hands
        waited_for = self.knowledge.people_price_per_day * self.researchers.n_people
        return y * waited_for * helped / ((1.0 - helped) * self._workers_h100e)

    def _short_of_workers_h100e(self) -> float:
        """With the share s of wants served, H (1 - s) / s more accelerators find something to do."""
        if self._workers is None or not self._workers.served_fraction > 0.0:
            return 0.0  # nothing was wanted
        served = self._workers.served_fraction
        return self._workers_h100e * (1.0 - served) / served

    def _helped_fraction(self, seen: WorkersMetered) -> float:
        """Share of all human work of an idea that workers do: the mean over its steps, weighted by their work."""
        work = self.researchers.hands.work
        steps = (
            (work.thinking_people_days, seen.thinking_automated_fraction),
            (work.building_people_days, seen.building_automated_fraction),
            (work.reading_people_days, seen.reading_automated_fraction),
        )
        return sum(days * part for days, part in steps) / sum(days for days, _ in steps)

    def _accelerators_paid(self) -> float:
        """What an accelerator that serves customers earns, in accelerators at the rent of the day.

        They are worth what the lab's research is, the mean of its two uses, which are equal in balance.
        """
        return self._usd2025_per_h100e_hour / self._around.rent_usd2025_per_h100e_hour()

    def _unseen(self, y: float) -> float:
        """Value b y dc/dH: progress y counts 1 - b (1 - c) where the share c of the model's features is known."""
        if self.oversight is None:
            return 0.0
        return self.params.blind_discount_fraction * y * self.oversight.coverage_per_h100e()
