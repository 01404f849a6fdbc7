"""Wiring of a lab: which of its rooms hears from which."""

from collections.abc import Callable
from typing import NamedTuple

from simlab.stage import Stage
from simlab.world.automation import Automation
from simlab.world.chips import Deliveries
from simlab.world.cluster import Cluster
from simlab.world.experiments import Experiments
from simlab.world.ideas import IdeaPool
from simlab.world.inference.fleet import Fleet
from simlab.world.knowledge import Knowledge
from simlab.world.lab import Lab, LabParams, Rooms
from simlab.world.oversight import Oversight
from simlab.world.plan import Plan, Shares
from simlab.world.projects import Project
from simlab.world.publication import Press, PublicationParams, Reader
from simlab.world.recipe import Recipes, Start
from simlab.world.researchers import Researchers
from simlab.world.staffing import Staffing
from simlab.world.training import Training
from simlab.world.verification import Desk
from simlab.world.workers.workers import Workers
from simlab.world.world_params import WorldParams
from simlab.world.worth import Worth


class Serving(NamedTuple):
    """The rooms that only a lab with a fleet has."""

    fleet: Fleet | None = None
    workers: Workers | None = None
    oversight: Oversight | None = None
    desk: Desk | None = None


def build_lab(stage: Stage, params: WorldParams, name: str, number: int, pool: IdeaPool, press: Press) -> Lab:
    """Build one lab's rooms and introduce them to one another. Nobody has started yet."""
    lab = params.labs[name]
    serving = _serving(stage, params, name, number, pool) if lab.serving_fraction else Serving()
    shares = _shares(params, lab, serving)
    deliveries = Deliveries(stage, params.chips, number, lab.initial_h100e, lab.chips_relative_growth)
    cluster = _cluster(stage, params, name, number, shares)
    knowledge = Knowledge(stage, params.knowledge, pool, number)
    experiments = Experiments(stage, params.experiments, params.ideas, params.throughput, cluster, number)
    researchers = _researchers(stage, params, name, pool, experiments, knowledge, press, serving)
    recipes = _recipes(stage, params, lab)
    load = _load(serving.fleet, deliveries, lab)
    training = _training(stage, params, name, pool, cluster, experiments, knowledge, recipes, load)
    people, growth, learning = lab.initial_people, lab.people_relative_growth, params.researchers.learning
    staffing = Staffing(stage, params.staffing, learning, researchers, name, number, people, growth)
    press.subscribe(number, name, Reader(knowledge, experiments, researchers.scoop))
    automation = _automation(stage, params, researchers, serving)
    plan = _plan(stage, params, deliveries, knowledge, training, researchers, serving, shares)
    research = deliveries, cluster, knowledge, experiments, researchers, training, staffing
    rooms = Rooms(*research, plan, recipes, serving.fleet, serving.workers, serving.desk, automation, serving.oversight)
    return Lab(stage, lab, name, number, rooms, params.meter_days)


def _serving(stage: Stage, params: WorldParams, name: str, number: int, pool: IdeaPool) -> Serving:
    if params.inference is None:
        return Serving()
    fleet = Fleet(stage, params.inference, params.customers, number)
    workers = oversight = desk = None
    areas = [area.name for area in pool.areas]
    if params.workers is not None:
        who = fleet, name, number, areas
        workers = Workers(stage, params.workers, params.thinking, params.capability, *who)
    if params.oversight is not None:
        oversight = Oversight(stage, params.oversight, workers, number)
    if params.verification is not None:
        desk = Desk(stage, params.verification, oversight, workers, name, number, areas)
    return Serving(fleet, workers, oversight, desk)


def _shares(params: WorldParams, lab: LabParams, serving: Serving) -> Shares:
    """How the lab divides its compute on day 0."""
    to_workers = params.workers.fleet_fraction if params.workers is not None and serving.workers else 0.0
    to_oversight = params.oversight.compute_fraction if params.oversight is not None and serving.oversight else 0.0
    research = 1.0 - lab.serving_fraction
    oversight = research * to_oversight
    frontier = (research - oversight) * lab.frontier_fraction
    workers = lab.serving_fraction * to_workers
    return Shares(frontier, research - oversight - frontier, workers, lab.serving_fraction - workers, oversight)


def _cluster(stage: Stage, params: WorldParams, name: str, number: int, shares: Shares) -> Cluster:
    research = shares.frontier + shares.experiments
    classes = shares.frontier / research, shares.experiments / research
    capacity_h100e = params.labs[name].initial_h100e * shares.research
    return Cluster(stage, params.cluster, number, capacity_h100e, classes, name=f"{name}.cluster")


def _researchers(
    stage: Stage,
    params: WorldParams,
    name: str,
    pool: IdeaPool,
    experiments: Experiments,
    knowledge: Knowledge,
    press: Press,
    serving: Serving,
) -> Researchers:
    tell = _teller(press, knowledge.lab, params.labs[name].publication)
    who = pool, experiments, knowledge, name, tell, serving.workers, serving.desk
    return Researchers(stage, params.researchers, *who, _present_fraction(params, serving))


def _present_fraction(params: WorldParams, serving: Serving) -> float:
    """Share of the people who work on ideas: those who verify, oversee and build environments are called away in turn.

    A part of a part, so that somebody is left whatever the fractions are.
    """
    verifying = params.verification.people_fraction if params.verification is not None and serving.desk else 0.0
    overseeing = params.oversight.people_fraction if params.oversight is not None and serving.oversight else 0.0
    building = params.reinforcement.environment_people_fraction if params.reinforcement is not None else 0.0
    return (1.0 - verifying) * (1.0 - overseeing) * (1.0 - building)


def _recipes(stage: Stage, params: WorldParams, lab: LabParams) -> Recipes | None:
    parts = params.text, params.sizing, params.reinforcement
    if parts == (None, None, None):
        return None
    start = Start(lab.initial_run_flop, lab.initial_gain_nats, serves=lab.serving_fraction > 0.0)
    return Recipes(stage, *parts, params.scaling, params.capability, start)


def _training(
    stage: Stage,
    params: WorldParams,
    name: str,
    pool: IdeaPool,
    cluster: Cluster,
    experiments: Experiments,
    knowledge: Knowledge,
    recipes: Recipes | None,
    load: Callable[[], float],
) -> Training:
    lab = params.labs[name]
    laws = params.training, params.throughput, params.scaling, params.capability
    day_0 = lab.frontier_fraction, lab.initial_run_flop, lab.initial_gain_nats
    rooms = pool, cluster, experiments, knowledge
    return Training(stage, *laws, *rooms, name, *day_0, recipes, load)


def _load(fleet: Fleet | None, deliveries: Deliveries, lab: LabParams) -> Callable[[], float]:
    """Accelerators busy serving; where nobody looks at the fleet, all that are meant for it."""
    if fleet is not None:
        return lambda: fleet.used_h100e
    return lambda: deliveries.usable_h100e * lab.serving_fraction


def _automation(stage: Stage, params: WorldParams, researchers: Researchers, serving: Serving) -> Automation | None:
    if params.automation is None or serving.workers is None:
        return None
    return Automation(stage, params.automation, researchers, serving.workers)


def _plan(
    stage: Stage,
    params: WorldParams,
    deliveries: Deliveries,
    knowledge: Knowledge,
    training: Training,
    researchers: Researchers,
    serving: Serving,
    shares: Shares,
) -> Plan:
    if params.plan is None:
        return Plan(stage, None, knowledge.lab, shares)
    worth = Worth(params.plan.worth, knowledge, training, researchers, serving.oversight, params.meter_days)
    optional = serving.workers, serving.fleet and params.customers, serving.oversight
    uses = 0, 1, *(number for number, room in enumerate(optional, 2) if room is not None)
    return Plan(stage, params.plan, knowledge.lab, shares, worth, uses, lambda: deliveries.usable_h100e)


def _teller(press: Press, lab: int, openness: PublicationParams) -> Callable[[Project], None]:
    def tell(project: Project) -> None:
        press.hear_of(project, lab, openness)

    return tell
