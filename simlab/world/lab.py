"""A lab: its rooms, the plan by which it divides its compute among them, and the months' readings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from annotated_types import Ge, Gt, Le

from simlab.parameters import Day, Params, State, Unit
from simlab.stage import Alarm, Stage
from simlab.trace.events import LabMetered, ModelDeployed
from simlab.world.automation import Automation
from simlab.world.capital import Treasury
from simlab.world.chips import Deliveries
from simlab.world.cluster import Cluster
from simlab.world.experiments import Experiments
from simlab.world.hardware import Hardware
from simlab.world.inference.fleet import Fleet
from simlab.world.knowledge import Knowledge
from simlab.world.models import Model
from simlab.world.oversight import NO_AUDIT, Audit, Oversight
from simlab.world.plan import Plan
from simlab.world.publication import PublicationParams
from simlab.world.recipe import Recipes
from simlab.world.researchers import Researchers
from simlab.world.staffing import Staffing
from simlab.world.teaching import mean_taste_bits
from simlab.world.training import Training
from simlab.world.verification import Desk
from simlab.world.workers.workers import Workers


class LabParams(Params):
    """One lab on day 0, and its plan."""

    nation: str
    """Where it is, and rents its accelerators."""
    initial_h100e: Annotated[float, Gt(0), Unit("H100e"), State()]
    """Accelerators in use on day 0."""
    chips_relative_growth: Annotated[float, Ge(0), Unit("1")]
    """Growth of its stock relative to the schedule's, in logarithms: 1 is the schedule, 0 no growth."""
    serving_fraction: Annotated[float, Ge(0), Le(0.99), Unit("1"), State()]
    """Share of its accelerators on day 0 that serve models, to customers and to its own AI workers."""
    frontier_fraction: Annotated[float, Gt(0), Le(0.99), Unit("1"), State()]
    """Share of the research compute reserved for frontier runs, lent to experiments between them."""
    initial_people: Annotated[float, Ge(1), Unit("person"), State()]
    """People who work on ideas on day 0."""
    people_relative_growth: Annotated[float, Ge(0), Unit("1")]
    """Growth of its staff relative to the schedule's, in logarithms."""
    initial_run_flop: Annotated[float, Gt(0), Unit("FLOP"), State()]
    """Training compute of its best model on day 0."""
    initial_gain_nats: Annotated[float, Unit("nat"), State()]
    """Algorithmic efficiency of that model relative to the leader's of the day; negative for a laggard."""
    first_launch_day: Day
    """When its next frontier run may start."""
    publication: PublicationParams


@dataclass(slots=True)
class Rooms:
    """What a lab consists of. The optional rooms are None where the scenario, or the lab, goes without them."""

    deliveries: Deliveries
    cluster: Cluster
    knowledge: Knowledge
    experiments: Experiments
    researchers: Researchers
    training: Training
    staffing: Staffing
    plan: Plan
    recipes: Recipes | None
    fleet: Fleet | None
    workers: Workers | None
    desk: Desk | None
    automation: Automation | None
    oversight: Oversight | None
    treasury: Treasury | None
    hardware: Hardware | None


class Lab:
    """One lab and its rooms. It divides the compute and reads the meters every month; the rooms do the work."""

    def __init__(
        self, stage: Stage, params: LabParams, name: str, number: int, rooms: Rooms, meter_days: float
    ) -> None:
        self.stage, self.params, self.name, self.number = stage, params, name, number
        self.rooms, self.meter_days = rooms, meter_days
        self.deliveries, self.cluster, self.knowledge = rooms.deliveries, rooms.cluster, rooms.knowledge
        self.experiments, self.researchers = rooms.experiments, rooms.researchers
        self.training, self.staffing = rooms.training, rooms.staffing
        self.deployed: Model | None = None
        self._busy_before = 0.0
        self.failures_fraction: Callable[[], float] = lambda: 1.0
        """How often machines stop a job, relative to those of day 0."""

    def begin(self) -> None:
        """Open the lab: deliveries, the model of the day, people, meters."""
        rooms = self.rooms
        self.deliveries.begin(lambda usable_h100e: self.divide())
        rooms.plan.begin(self.divide)
        self.training.begin(self.params.first_launch_day, self._released)
        self._deploy(self.training.initial_model(), NO_AUDIT)
        self._price()
        self.staffing.begin()
        self._staff()
        if rooms.fleet is not None:
            rooms.fleet.begin(self.divide)
        for room in (rooms.workers, rooms.automation):
            if room is not None:
                room.begin()
        first = -self.stage.env.now % self.meter_days or self.meter_days
        self.stage.after(first, self._read_meters)

    def close(self) -> None:
        """The simulation ends: write down what is still alive."""
        self.knowledge.close()

    def receive(self, h100e: float, rent_usd2025_per_h100e_hour: float) -> None:
        """Have so many accelerators from now on, at this rent."""
        if self.rooms.hardware is not None and self.rooms.hardware.look():
            self._serve()
        if self.rooms.fleet is not None:
            self.rooms.fleet.set_rent(rent_usd2025_per_h100e_hour)
        if self.rooms.treasury is not None:
            self.rooms.treasury.rented(h100e, rent_usd2025_per_h100e_hour)
        self.cluster.set_failure_rate(self.cluster.params.failures_per_h100e_day * self.failures_fraction())
        self.deliveries.receive(h100e)

    def take_over(self, model: Model) -> None:
        """Have the weights of another lab's model: one that is better than one's own is audited and put to use."""
        if self.deployed is None or model.effective_flop > self.deployed.effective_flop:
            self._released(model)

    def divide(self) -> None:
        """Give every room its part of the accelerators that may be used, by the plan as it stands."""
        usable, shares, rooms = self.deliveries.usable_h100e, self.rooms.plan.shares, self.rooms
        lent = 0.0
        if rooms.fleet is not None:
            rooms.fleet.resize(usable * shares.workers, usable * shares.customers)
            lent = rooms.fleet.lent_h100e
        if rooms.oversight is not None:
            rooms.oversight.resize(usable * shares.oversight)
        research = shares.frontier + shares.experiments
        self.training.frontier_fraction = shares.frontier / research
        self.experiments.share_fraction = shares.experiments / research
        self.cluster.set_shares((shares.frontier / research, shares.experiments / research))
        self.cluster.resize(usable * shares.research + lent)

    def _released(self, model: Model) -> None:
        """A frontier run ended: its model is audited, then deployed."""
        if self.rooms.oversight is None:
            self._deploy(model, NO_AUDIT)
        else:
            self.rooms.oversight.audit(model, self._deploy)

    def _deploy(self, model: Model, audit: Audit) -> None:
        """Put a model to use, unless a better one is in use already."""
        if self.deployed is not None and model.effective_flop <= self.deployed.effective_flop:
            return
        self.deployed = model
        self._serve()
        rooms = [room for room in (self.rooms.oversight, self.rooms.workers, self.rooms.automation) if room]
        for room in rooms:
            room.deploy(model)
        if rooms or self.rooms.fleet:
            who = self.stage.env.now, self.number, model.generation
            self.stage.trace.record(ModelDeployed(*who, *audit, model.n_active_parameters, model.horizon_50_minutes))

    def _serve(self) -> None:
        """Serve the deployed model, as fast as the lab's chips can."""
        fleet, hardware, model = self.rooms.fleet, self.rooms.hardware, self.deployed
        if fleet is not None and model is not None:
            fleet.deploy(model if hardware is None else hardware.serving(model))

    def _staff(self) -> None:
        """Tell the rooms whose people are set aside how many people there are."""
        for room in (self.rooms.desk, self.rooms.oversight, self.rooms.recipes):
            if room is not None:
                room.staff(self.staffing.n_people)

    def _price(self) -> None:
        self.knowledge.price(self.researchers.n_people, self.experiments.experiment_h100e)

    def _read_meters(self, alarm: Alarm) -> None:
        self._staff()
        readings = [self.cluster.read_meter(), *self._read_rooms()]
        self.rooms.plan.read(readings)
        if self.rooms.treasury is not None:
            self.rooms.treasury.read(readings, self.staffing.n_people)
        counts = self.knowledge.n_proposed, self.knowledge.n_buried, self.knowledge.n_adopted
        readings.append(self._reading(counts, self._settled_days()))
        if self.stage.env.now > 0.5 * self.meter_days:  # the reading at day 0 ends the warm-up
            for reading in readings:
                self.stage.trace.record(reading)
        self.stage.set(alarm, self.meter_days)

    def _read_rooms(self) -> list[NamedTuple]:
        rooms = self.rooms
        readings: list[NamedTuple] = list(rooms.fleet.read_meter()) if rooms.fleet is not None else []
        return readings + [r.read_meter() for r in (rooms.workers, rooms.desk, rooms.oversight) if r is not None]

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
