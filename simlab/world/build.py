"""Wiring: from parameters to a world whose clock is at 0."""

from collections.abc import Callable
from typing import Annotated, Self

import simpy
from annotated_types import Ge, Gt, MinLen
from pydantic import model_validator

from simlab.parameters import Params, Unit
from simlab.randomness import Streams
from simlab.stage import Stage
from simlab.trace.recorder import Trace
from simlab.world.capability import CapabilityParams
from simlab.world.chips import ChipsParams, Deliveries
from simlab.world.cluster import Cluster, ClusterParams
from simlab.world.experiments import Experiments, ExperimentsParams
from simlab.world.ideas import IdeaPool, IdeasParams
from simlab.world.knowledge import Knowledge, KnowledgeParams
from simlab.world.lab import Lab, LabParams
from simlab.world.policy import AnyLever
from simlab.world.projects import Project
from simlab.world.publication import Press, PublicationParams, Reader
from simlab.world.researchers import Researchers, ResearchersParams
from simlab.world.scaling import ScalingParams
from simlab.world.staffing import Staffing, StaffingParams
from simlab.world.throughput import ThroughputParams
from simlab.world.training import Training, TrainingParams
from simlab.world.world import World


class WorldParams(Params):
    """Everything the world needs to know."""

    ideas: IdeasParams
    researchers: ResearchersParams
    experiments: ExperimentsParams
    knowledge: KnowledgeParams
    cluster: ClusterParams
    throughput: ThroughputParams
    chips: ChipsParams
    staffing: StaffingParams
    training: TrainingParams
    scaling: ScalingParams
    capability: CapabilityParams
    labs: Annotated[dict[str, LabParams], MinLen(1)]
    levers: tuple[AnyLever, ...]
    meter_days: Annotated[float, Gt(0), Unit("day")]
    """How often labs read their meters: the time step of the monthly series."""
    warm_up_days: Annotated[float, Ge(0), Unit("day")]
    """Days simulated before day 0 on that day's people and compute, so that labs open with ideas under way and with
    the ideas adopted since their last frontier run began; nothing of them is recorded."""

    @model_validator(mode="after")
    def _levers_name_labs(self) -> Self:
        for number, lever in enumerate(self.levers):
            if lever.lab not in self.labs:
                known = ", ".join(self.labs)
                raise ValueError(f"levers.{number}.lab: there is no lab '{lever.lab}'; labs are {known}")
        return self


def build_world(params: WorldParams, streams: Streams, trace: Trace) -> World:
    """Wire the actors together. The clock is at the start of the warm-up; the labs have opened."""
    stage = Stage(simpy.Environment(-params.warm_up_days), streams, trace)
    pool = IdeaPool(stage, params.ideas, len(params.experiments.ladder))
    press = Press(stage, pool)
    labs = {name: _build_lab(stage, params, name, number, pool, press) for number, name in enumerate(params.labs)}
    world = World(stage, pool, press, labs)
    for lab in labs.values():
        lab.begin()
    for number, lever in enumerate(params.levers):
        stage.env.process(lever.enact(world, number))
    return world


def _build_lab(stage: Stage, params: WorldParams, name: str, number: int, pool: IdeaPool, press: Press) -> Lab:
    lab = params.labs[name]
    deliveries = Deliveries(stage, params.chips, number, lab.initial_h100e, lab.chips_relative_growth)
    shares = (lab.frontier_fraction, 1.0 - lab.frontier_fraction)
    research_h100e = lab.initial_h100e * (1.0 - lab.serving_fraction)
    cluster = Cluster(stage, params.cluster, number, research_h100e, shares, name=f"{name}.cluster")
    knowledge = Knowledge(stage, params.knowledge, pool, number)
    experiments = Experiments(stage, params.experiments, params.ideas, params.throughput, cluster, number)
    tell = _teller(press, number, lab.publication)
    researchers = Researchers(stage, params.researchers, pool, experiments, knowledge, name, tell)
    training = Training(
        stage,
        params.training,
        params.throughput,
        params.scaling,
        params.capability,
        pool,
        cluster,
        experiments,
        knowledge,
        name,
        lab.frontier_fraction,
        lab.initial_run_flop,
        lab.initial_gain_nats,
    )
    people, growth = lab.initial_people, lab.people_relative_growth
    learning = params.researchers.learning
    staffing = Staffing(stage, params.staffing, learning, researchers, name, number, people, growth)
    press.subscribe(number, name, Reader(knowledge, experiments, researchers.scoop))
    rooms = deliveries, cluster, knowledge, experiments, researchers, training, staffing
    return Lab(stage, lab, name, number, *rooms, params.meter_days)


def _teller(press: Press, lab: int, openness: PublicationParams) -> Callable[[Project], None]:
    def tell(project: Project) -> None:
        press.hear_of(project, lab, openness)

    return tell
