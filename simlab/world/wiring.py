"""Wiring: which room hears from which, in a lab and in the economy around it."""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from simlab.stage import Stage
from simlab.world.automation import Automation
from simlab.world.books import Books
from simlab.world.buyers import Buyer
from simlab.world.capital import Investors, Treasury
from simlab.world.chips import Deliveries
from simlab.world.cluster import Cluster
from simlab.world.competition import Competition
from simlab.world.deployment import Deployment, Frontier
from simlab.world.economy import Economy
from simlab.world.experiments import Experiments
from simlab.world.hardware import Hardware
from simlab.world.headroom import Headroom
from simlab.world.ideas import IdeaPool
from simlab.world.inference.fleet import Fleet, InferenceParams
from simlab.world.knowledge import Knowledge
from simlab.world.lab import Lab, LabParams, Rooms
from simlab.world.market import Market, scheduled_others
from simlab.world.models import Model
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
from simlab.world.worth import Around, Worth


class Serving(NamedTuple):
    """The rooms that only a lab with a fleet has."""

    fleet: Fleet | None = None
    workers: Workers | None = None
    oversight: Oversight | None = None
    desk: Desk | None = None


def build_lab(
    stage: Stage, params: WorldParams, name: str, number: int, pool: IdeaPool, press: Press, economy: Economy
) -> Lab:
    """Build one lab's rooms and introduce them to one another. Nobody has started yet."""
    lab = params.labs[name]
    serving = _serving(stage, params, name, number, pool, economy) if lab.serving_fraction else Serving()
    shares = _shares(params, lab, serving)
    day_0 = lab.initial_h100e, lab.chips_relative_growth
    deliveries = Deliveries(stage, params.chips, number, *day_0, by_schedule=economy.market is None)
    cluster = _cluster(stage, params, name, number, shares)
    knowledge = Knowledge(stage, params.knowledge, pool, number, lab.initial_gain_nats)
    experiments = Experiments(stage, params.experiments, params.ideas, params.throughput, cluster, number)
    hardware = _hardware(stage, params, economy, name, knowledge, experiments)
    researchers = _researchers(stage, params, name, pool, experiments, knowledge, press, serving)
    recipes = _recipes(stage, params, lab)
    load = _load(serving.fleet, deliveries, lab)
    training = _training(stage, params, name, pool, cluster, experiments, knowledge, recipes, load)
    people, growth, learning = lab.initial_people, lab.people_relative_growth, params.researchers.learning
    treasury = _treasury(stage, params, economy, name, number)
    pay = (treasury.affordable_people,) if treasury is not None else ()
    staffing = Staffing(stage, params.staffing, learning, researchers, name, number, people, growth, *pay)
    if serving.desk is not None:
        serving.desk.called_away = lambda: researchers.call_away(_present_fraction(params, serving))
    press.subscribe(number, name, Reader(knowledge, experiments, researchers.scoop))
    automation = _automation(stage, params, researchers, serving)
    plan = _plan(stage, params, deliveries, knowledge, training, researchers, serving, shares)
    research = deliveries, cluster, knowledge, experiments, researchers, training, staffing
    served = serving.fleet, serving.workers, serving.desk, automation, serving.oversight
    rooms = Rooms(*research, plan, recipes, *served, treasury, hardware)
    built = Lab(stage, lab, name, number, rooms, params.meter_days)
    if economy.market is not None:
        built.failures_fraction = economy.market.failures_fraction
    return built


def build_economy(stage: Stage, params: WorldParams) -> Economy:
    """The market, investors and competition, before there are labs."""
    names, books = params.nation_names, Books()
    market = None if params.market is None else Market(stage, params.market, names, books)
    investors = None if params.capital is None else Investors(stage, params.capital, books)
    competition = None
    if params.competition is not None and params.customers is not None:
        competition = Competition(stage, params.competition, params.customers.mean_price_elasticity)
    return Economy(stage, names, books, market, investors, competition)


def open_economy(stage: Stage, params: WorldParams, economy: Economy, labs: Mapping[str, Lab]) -> None:
    """Introduce the labs to the economy, and open it on day 0."""
    if params.deployment is not None:
        frontier = Frontier(*_frontier(labs), _serving_h100e(economy, labs))
        economy.deployment = Deployment(stage, params.deployment, params.capability, economy.nations, frontier)
    economy.begin(labs, _other_buyers(stage, params, economy))


def _other_buyers(stage: Stage, params: WorldParams, economy: Economy) -> list[Buyer]:
    """Everybody else who rents accelerators: with the money behind them, or by the schedule of compute."""
    if params.market is None or economy.market is None:
        return []
    if economy.investors is None:
        return scheduled_others(stage, params.market, economy.nations, params.chips.growth)
    n = range(len(economy.nations))
    have = [economy.market.initial_others_h100e(nation) for nation in n]
    return economy.investors.other_buyers(have, [economy.market.initial_rent_usd2025_per_h100e_hour(i) for i in n])


def _frontier(labs: Mapping[str, Lab]) -> tuple[Callable[[], float], Callable[[], float]]:
    """The horizon of the best model that somebody serves, and what an accelerator serves of it; 0 where nobody does.

    Tokens are those of AI workers' requests: work outside labs is done as work inside.
    """

    def best() -> tuple[Model, Fleet] | None:
        served = [(lab.deployed, lab.rooms.fleet) for lab in labs.values()]
        there = [(model, fleet) for model, fleet in served if model is not None and fleet is not None]
        return max(there, key=lambda one: one[0].effective_flop, default=None)

    def horizon_50_minutes() -> float:
        one = best()
        return 0.0 if one is None else one[0].horizon_50_minutes

    def tokens_per_h100e_day() -> float:
        one = best()
        return 0.0 if one is None else one[1].tokens_per_h100e_day()

    return horizon_50_minutes, tokens_per_h100e_day


def _serving_h100e(economy: Economy, labs: Mapping[str, Lab]) -> Callable[[int], float]:
    """Accelerators in a nation that serve its economy: everybody else's, and what labs have for customers."""

    def serving(nation: int) -> float:
        here = [lab for lab in labs.values() if economy.nations[nation] == lab.params.nation]
        others = 0.0 if economy.market is None else economy.market.others_h100e(nation)
        return others + sum(lab.deliveries.usable_h100e * lab.rooms.plan.shares.customers for lab in here)

    return serving


def _treasury(stage: Stage, params: WorldParams, economy: Economy, name: str, number: int) -> Treasury | None:
    if params.capital is None or economy.investors is None:
        return None
    return Treasury(stage, params.capital, number, name, economy.books, economy.investors)


def _hardware(
    stage: Stage, params: WorldParams, economy: Economy, name: str, knowledge: Knowledge, experiments: Experiments
) -> Hardware | None:
    """A lab's chips: as its nation may have them, and as the lab has chosen."""
    if params.hardware is None:
        return None
    market, nation = economy.market, economy.nations.index(params.labs[name].nation)
    shipped = (lambda: 1.0) if market is None else (lambda: market.mean_quality_fraction(nation))
    return Hardware(stage, params.hardware, knowledge, experiments, name, shipped)


def _fleet(
    stage: Stage, params: WorldParams, inference: InferenceParams, number: int, nation: int, economy: Economy
) -> Fleet:
    """A lab's fleet, at the rent of its nation, among those who share customers."""
    market, investors = economy.market, economy.investors
    rent = None if market is None else market.initial_rent_usd2025_per_h100e_hour(nation)
    purse = None if investors is None else investors.purse
    keeps_prices = economy.competition is not None
    fleet = Fleet(stage, inference, params.customers, number, rent, purse, keeps_prices=keeps_prices)
    if economy.competition is not None:
        economy.competition.join(fleet)
    return fleet


def _serving(stage: Stage, params: WorldParams, name: str, number: int, pool: IdeaPool, economy: Economy) -> Serving:
    if params.inference is None:
        return Serving()
    nation = economy.nations.index(params.labs[name].nation)
    fleet = _fleet(stage, params, params.inference, number, nation, economy)
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
    verifying = serving.desk.people_fraction if serving.desk is not None else 0.0
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
    fleet = serving.fleet
    around = Around(
        lambda: deliveries.usable_h100e,
        lambda: math.inf if fleet is None else fleet.tariff.rent_usd2025_per_h100e_hour,
    )
    headroom = Headroom(params.meter_days, params.plan.review_days)
    rooms = knowledge, training, researchers, serving.oversight
    worth = Worth(params.plan.worth, *rooms, around, headroom, params.meter_days)
    optional = serving.workers, serving.fleet and params.customers, serving.oversight
    uses = 0, 1, *(number for number, room in enumerate(optional, 2) if room is not None)
    return Plan(stage, params.plan, knowledge.lab, shares, worth, uses, around.usable_h100e)


def _teller(press: Press, lab: int, openness: PublicationParams) -> Callable[[Project], None]:
    def tell(project: Project) -> None:
        press.hear_of(project, lab, openness)

    return tell
