"""A lab: accelerators by schedule, people, a plan that divides compute, and the months' readings."""

from typing import Annotated

from annotated_types import Ge, Gt, Le

from simlab.parameters import Day, Params, Unit
from simlab.stage import Alarm, Stage
from simlab.trace.events import LabMetered
from simlab.world.chips import Deliveries
from simlab.world.cluster import Cluster
from simlab.world.experiments import Experiments
from simlab.world.knowledge import Knowledge
from simlab.world.publication import PublicationParams
from simlab.world.researchers import Researchers
from simlab.world.staffing import Staffing
from simlab.world.teaching import mean_taste_bits
from simlab.world.training import Training


class LabParams(Params):
    """One lab on day 0, and its plan."""

    initial_h100e: Annotated[float, Gt(0), Unit("H100e")]
    """Accelerators in use on day 0."""
    chips_relative_growth: Annotated[float, Ge(0), Unit("1")]
    """Growth of its stock relative to the schedule's, in logarithms: 1 is the schedule, 0 no growth."""
    serving_fraction: Annotated[float, Ge(0), Le(0.99), Unit("1")]
    """Share of its accelerators that serve customers and are not for research."""
    frontier_fraction: Annotated[float, Gt(0), Le(0.99), Unit("1")]
    """Share of the research compute reserved for frontier runs, lent to experiments between them."""
    initial_people: Annotated[float, Ge(1), Unit("person")]
    """People who work on ideas on day 0."""
    people_relative_growth: Annotated[float, Ge(0), Unit("1")]
    """Growth of its staff relative to the schedule's, in logarithms."""
    initial_run_flop: Annotated[float, Gt(0), Unit("FLOP")]
    """Training compute of its best model on day 0."""
    initial_gain_nats: Annotated[float, Unit("nat")]
    """Algorithmic efficiency of that model relative to the leader's of the day; negative for a laggard."""
    first_launch_day: Day
    """When its next frontier run may start."""
    publication: PublicationParams


class Lab:
    """One lab and its rooms. It reads the meters every month; the rooms do the work."""

    def __init__(
        self,
        stage: Stage,
        params: LabParams,
        name: str,
        number: int,
        deliveries: Deliveries,
        cluster: Cluster,
        knowledge: Knowledge,
        experiments: Experiments,
        researchers: Researchers,
        training: Training,
        staffing: Staffing,
        meter_days: float,
    ) -> None:
        self.stage, self.params, self.name, self.number = stage, params, name, number
        self.deliveries, self.cluster, self.knowledge = deliveries, cluster, knowledge
        self.experiments, self.researchers = experiments, researchers
        self.training, self.staffing = training, staffing
        self.meter_days = meter_days
        self._busy_before = 0.0
        experiments.share_fraction = 1.0 - params.frontier_fraction

    def begin(self) -> None:
        """Open the lab: deliveries, the model of the day, people, meters."""
        self.deliveries.begin(self._use)
        self.training.begin(self.params.first_launch_day)
        self._price()
        self.staffing.begin()
        first = -self.stage.env.now % self.meter_days or self.meter_days
        self.stage.after(first, self._read_meters)

    def close(self) -> None:
        """The simulation ends: write down what is still alive."""
        self.knowledge.close()

    def _use(self, usable_h100e: float) -> None:
        self.cluster.resize(usable_h100e * (1.0 - self.params.serving_fraction))

    def _price(self) -> None:
        self.knowledge.price(self.researchers.n_people, self.experiments.experiment_h100e)

    def _read_meters(self, alarm: Alarm) -> None:
        machines = self.cluster.read_meter()
        counts = self.knowledge.n_proposed, self.knowledge.n_buried, self.knowledge.n_adopted
        people = self._reading(counts, self._settled_days())
        if self.stage.env.now > 0.5 * self.meter_days:  # the reading at day 0 ends the warm-up
            self.stage.trace.record(machines)
            self.stage.trace.record(people)
        self.stage.set(alarm, self.meter_days)

    def _settled_days(self) -> list[float]:
        self.knowledge.settle()
        self._price()
        return self.knowledge.take_meter()

    def _reading(self, counts: tuple[int, int, int], days: list[float]) -> LabMetered:
        knowledge, n_people, booked = self.knowledge, self.researchers.n_people, self.researchers.hands.busy_people_days
        busy, self._busy_before = booked - self._busy_before, booked
        return LabMetered._make(
            (
                self.stage.env.now,
                self.number,
                self.staffing.n_people,
                len(self.researchers.teams),
                knowledge.n_in_flight,
                mean_taste_bits(self.researchers.teams),
                min(busy / (max(n_people, 1) * self.meter_days), 1.0),
                *counts,
                *days,
                knowledge.algorithmic_gain_nats,
                knowledge.believed_nats,
            )
        )
